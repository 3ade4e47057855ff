"""Turns errors into a page or a JSON body, in the visitor's language."""

from __future__ import annotations

import logging
from http import HTTPStatus

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


def init_errors(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(IndexerError, _from_indexer)
    app.register_error_handler(HTTPException, from_http)


def _from_indexer(error: IndexerError) -> Response:
    match error:
        case QueryError():
            return error_response(
                HTTPStatus.BAD_REQUEST, error.fault.value, _query_advice(error)
            )
        case PageOutOfRangeError():
            return error_response(
                HTTPStatus.NOT_FOUND,
                "no-such-page",
                _(
                    "There is no page %(page)s: the results end at page %(pages)s.",
                    page=error.page,
                    pages=error.pages,
                ),
            )
        case IndexUnavailableError() | CorpusMissingError():
            logger.error("unavailable: %s", error)
            return error_response(
                HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", _unavailable()
            )
        case _:
            logger.error("failed: %s", error)
            return error_response(
                HTTPStatus.SERVICE_UNAVAILABLE, "failed", _unavailable()
            )


def from_http(error: HTTPException) -> Response:
    """Return the page or JSON body of an HTTP error, with its headers."""
    if error.response is not None:
        return make_response(error.response)
    status = error.code or InternalServerError.code
    if status < HTTPStatus.BAD_REQUEST:
        return make_response(error.get_response())
    messages: dict[int, str] = {
        HTTPStatus.BAD_REQUEST: _form_advice()
        if isinstance(error, CSRFError)
        else _("The address can’t be read. Check that it is whole."),
        HTTPStatus.FORBIDDEN: _(
            "Your account may not do this. Ask an administrator of the knowledge base."
        ),
        HTTPStatus.NOT_FOUND: _(
            "The address may be incomplete, or the record was withdrawn."
        ),
        HTTPStatus.METHOD_NOT_ALLOWED: _("This address can’t be used that way."),
        HTTPStatus.GONE: _(
            "The record that stood at this address was deleted. What it told may stand "
            "in another."
        ),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("What you sent is too large."),
        HTTPStatus.SERVICE_UNAVAILABLE: _unavailable(),
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
    """Return an error as JSON under `/api/`, and as a page elsewhere."""
    if request_ctx.url_adapter is None:
        # The Host header is invalid: no address, and so no page, can be built.
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
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "60"
    return response


def _code(error: HTTPException) -> str:
    return (error.name or "error").lower().replace(" ", "-")


def _form_advice() -> str:
    return _(
        "This form belongs to a session that is over. Go back, open the page again in "
        "another tab and copy what you typed: it was not taken."
    )


def _unavailable() -> str:
    return _("The search is being prepared or repaired. Please try again in a minute.")


def _query_advice(error: QueryError) -> str:
    match error.fault:
        case QueryFault.TOO_LONG:
            return _(
                "A search may hold %(count)s characters at most. "
                "Keep the words that matter.",
                count=MAX_QUERY_CHARACTERS,
            )
        case QueryFault.BAD_PAGE:
            return _(
                "“%(value)s” is not a page number: write 1 or more.", value=error.value
            )
        case QueryFault.BAD_SORT:
            return _(
                "“%(value)s” is not an order: choose among %(values)s.",
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
                "“%(value)s” is not a value of the filter “%(field)s”: choose among "
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
