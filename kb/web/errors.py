"""Turns errors into a page or a JSON body, in the visitor's language."""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.globals import request_ctx
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from indexer.errors import (
    CorpusMissingError,
    IndexerError,
    IndexUnavailableError,
    PageOutOfRangeError,
    QueryError,
    QueryFault,
)
from indexer.model.query import MAX_QUERY_CHARACTERS, Sort

logger = logging.getLogger(__name__)

BAD_REQUEST = 400
FORBIDDEN = 403
NOT_FOUND = 404
GONE = 410
UNAVAILABLE = 503


def init_errors(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(IndexerError, _from_indexer)
    app.register_error_handler(HTTPException, from_http)


def _from_indexer(error: IndexerError) -> Response:
    match error:
        case QueryError():
            return error_response(BAD_REQUEST, error.fault.value, _query_advice(error))
        case PageOutOfRangeError():
            return error_response(
                NOT_FOUND,
                "no-such-page",
                _(
                    "There is no page %(page)s: the results end at page %(pages)s.",
                    page=error.page,
                    pages=error.pages,
                ),
            )
        case IndexUnavailableError() | CorpusMissingError():
            logger.error("unavailable: %s", error)
            return error_response(UNAVAILABLE, "unavailable", _unavailable())
        case _:
            logger.error("failed: %s", error)
            return error_response(UNAVAILABLE, "failed", _unavailable())


def from_http(error: HTTPException) -> Response:
    """Give an error of HTTP in words."""
    if error.response is not None:
        return make_response(error.response)
    status = error.code or InternalServerError.code
    if status < BAD_REQUEST:
        return make_response(error.get_response())
    messages = {
        BAD_REQUEST: _form_advice()
        if isinstance(error, CSRFError)
        else _("This address is not valid. Check that it is complete."),
        FORBIDDEN: _("You do not have permission to do this. Ask an administrator."),
        NOT_FOUND: _("The address may be incomplete, or the record was withdrawn."),
        405: _("This address does not accept this kind of request."),
        GONE: _("This record was deleted. Its content may now be in another record."),
        413: _("What you sent is too large."),
        UNAVAILABLE: _unavailable(),
    }
    fallback = _(
        "Something went wrong on our side. Nothing was lost; please try again later."
    )
    response = error_response(status, _code(error), messages.get(status, fallback))
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def error_response(status: int, code: str, message: str) -> Response:
    """Give an error its one shape: JSON under `/api/`, a page elsewhere."""
    if request_ctx.url_adapter is None:
        # The host that was asked for is none: no page with addresses can be made.
        response = make_response(message)
        response.mimetype = "text/plain"
    elif request.path.startswith("/api/"):
        response = jsonify({"error": {"code": code, "message": message}})
    else:
        page = render_template(
            "errors/error.html", status=status, code=code, message=message
        )
        response = make_response(page)
    response.status_code = status
    if status == UNAVAILABLE:
        response.headers["Retry-After"] = "60"
    return response


def _code(error: HTTPException) -> str:
    return (error.name or "error").lower().replace(" ", "-")


def _form_advice() -> str:
    return _(
        "This form’s session has ended. Go back, reopen the page in another tab and "
        "copy what you typed: it has not been saved."
    )


def _unavailable() -> str:
    return _("The search is being prepared or repaired. Please try again in a minute.")


def _query_advice(error: QueryError) -> str:
    match error.fault:
        case QueryFault.TOO_LONG:
            return _(
                "A search can have at most %(count)s characters. Keep the most "
                "important words.",
                count=MAX_QUERY_CHARACTERS,
            )
        case QueryFault.BAD_PAGE:
            return _(
                "“%(value)s” is not a page number: write 1 or more.", value=error.value
            )
        case QueryFault.BAD_SORT:
            return _(
                "“%(value)s” is not a sort option. Choose one of %(values)s.",
                value=error.value,
                values=", ".join(Sort),
            )
        case QueryFault.BAD_LOCALE:
            return _(
                "“%(value)s” is not a language here: choose fr or en.",
                value=error.value,
            )
        case _ if error.choices:
            return _(
                "“%(value)s” is not a value of the filter “%(field)s”. Choose one of "
                "%(values)s.",
                value=error.value,
                field=error.field,
                values=", ".join(error.choices),
            )
        case _:
            return _(
                "“%(value)s” is not a value of the filter “%(field)s”: remove it.",
                value=error.value,
                field=error.field,
            )
