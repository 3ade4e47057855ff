"""Renders errors as a page or a JSON body, in the visitor's language."""

import logging
from http import HTTPStatus
from urllib.parse import quote, urlencode

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.globals import request_ctx
from flask.json import dumps
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
from indexer.model.ids import Locale
from indexer.model.query import MAX_QUERY_CHARACTERS
from kb.core.request_limits import REFUSED
from kb.web.locale import LazyString, choose_locale, preferred_locale
from kb.web.locale import lazy_gettext as _l

RECORD_ENDPOINTS = {"api.record_harvest", "api.record"}
"""The views of records for programs, whose errors name their parameter.

The contract of the other paths is an error of a code and a message alone.
"""

_UNAVAILABLE = _l(
    "The search is being prepared or repaired. Please try again in a minute."
)
_FAILED = _l(
    "Something went wrong on our side. Nothing was lost; please try again later."
)
_BUSY = _l(
    "Too many requests of this kind are being answered just now. Nothing was changed; "
    "please try again in a few seconds."
)
BUSY_RETRY_S = 5
_SESSION_ENDED = _l(
    "This form’s session has ended. Go back, reopen the page in another tab and copy "
    "what you typed: it has not been saved."
)
_HTTP_ADVICE: dict[int, LazyString] = {
    HTTPStatus.BAD_REQUEST: _l("This address is not valid. Check that it is complete."),
    HTTPStatus.FORBIDDEN: _l(
        "You do not have permission to do this. Ask an administrator."
    ),
    HTTPStatus.NOT_FOUND: _l(
        "The address may be incomplete, or the record was withdrawn."
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: _l(
        "This address does not accept this kind of request."
    ),
    HTTPStatus.GONE: _l(
        "This record was deleted. Its content may now be in another record."
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _l("What you sent is too large."),
    HTTPStatus.TOO_MANY_REQUESTS: _l(
        "Your network has made too many requests. Please wait a minute, then go on "
        "more slowly."
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: _UNAVAILABLE,
}
"""What a visitor can do about the errors of HTTP; `_FAILED` is for all others."""

_BAD_CURSOR = _l(
    "cursor=%(value)s does not belong to this list. Begin with cursor=*, then use the "
    "cursor of the next page that each answer names, with the same parameters."
)
_REMOVE_VALUE = _l("“%(value)s” is not a value of the filter “%(field)s”: remove it.")
_QUERY_ADVICE = {
    QueryFault.TOO_LONG: _l(
        "A search can have at most %(count)s characters. Keep the most important words."
    ),
    QueryFault.UNKNOWN_VALUE: _l(
        "“%(value)s” is not a value of the filter “%(field)s”. Choose one of "
        "%(values)s."
    ),
    QueryFault.BAD_PAGE: _l("“%(value)s” is not a page number: write 1 or more."),
    QueryFault.BAD_SORT: _l(
        "“%(value)s” is not a sort option. Choose one of %(values)s."
    ),
    QueryFault.BAD_LOCALE: _l("“%(value)s” is not a language here: choose fr or en."),
    QueryFault.BAD_PER_PAGE: _l(
        "per_page=%(value)s: write a whole number from 1 to 200."
    ),
    QueryFault.BAD_CURSOR: _BAD_CURSOR,
    QueryFault.MALFORMED_CURSOR: _BAD_CURSOR,
    QueryFault.UNKNOWN_CHOICE: _l(
        "%(field)s=%(value)s is not known. Choose from %(values)s."
    ),
    QueryFault.UNKNOWN_PARAMETER: _l(
        "There is no parameter “%(field)s”. Did you mean %(values)s?"
    ),
}
"""What is possible; for an unknown value without choices, `_REMOVE_VALUE`.

The choices are words of addresses, for programs; a page offers a link instead.
"""

_NOT_HERE = _l("The address asks for “%(value)s”, which this page does not have.")

if missing := set(QueryFault) - _QUERY_ADVICE.keys():
    raise LookupError(f"faults without advice: {missing}")

logger = logging.getLogger(__name__)


def init_errors(app: Flask) -> None:
    """Register the error handlers, and the answer to requests that find no thread."""
    app.before_request(_refuse)
    app.register_error_handler(IndexerError, _from_indexer)
    app.register_error_handler(HTTPException, from_http)


def _refuse() -> Response | None:
    """Answer a request whose pool of threads is full, by order of the HTTP server."""
    if not request.environ.get(REFUSED):
        return None
    _choose_error_locale()
    response = error_response(HTTPStatus.SERVICE_UNAVAILABLE, "busy", str(_BUSY))
    response.headers["Retry-After"] = str(BUSY_RETRY_S)
    return response


def _from_indexer(error: IndexerError) -> Response:
    _choose_error_locale()
    match error:
        case QueryError(fault=QueryFault.BAD_CURSOR):
            return _query_error(HTTPStatus.NOT_FOUND, error)
        case QueryError():
            return _query_error(HTTPStatus.BAD_REQUEST, error)
        case PageOutOfRangeError():
            advice = _(
                "There is no page %(page)s: the results end at page %(pages)s.",
                page=error.page,
                pages=error.pages,
            )
            return error_response(HTTPStatus.NOT_FOUND, "no-such-page", advice)
        case IndexUnavailableError() | CorpusMissingError():
            code = "unavailable"
        case _:
            code = "failed"
    logger.error("%s: %s", code, error)
    return error_response(HTTPStatus.SERVICE_UNAVAILABLE, code, str(_UNAVAILABLE))


def _choose_error_locale() -> None:
    """Choose English for the error of a program that asks for no language."""
    if _is_for_programs():
        choose_locale(preferred_locale(default=Locale.EN))


def _is_for_programs() -> bool:
    return request.path.startswith("/api/")


def _query_error(status: HTTPStatus, error: QueryError) -> Response:
    """Return the error of a parameter; that of records names the parameter apart."""
    code, advice = error.fault.value, _query_advice(error)
    response = error_response(status, code, advice, link=_page_without(error.field))
    if request.endpoint in RECORD_ENDPOINTS:
        body = response.get_json()
        body["error"]["parameter"] = error.field
        response.set_data(dumps(body))
    return response


def _page_without(parameter: str) -> tuple[str, str] | None:
    """Return the link to the same page without a parameter that it can't use."""
    if request.method != "GET":
        return None
    others = request.args.items(multi=True)
    query = urlencode([pair for pair in others if pair[0] != parameter])
    path = f"{request.script_root}{quote(request.path)}"
    return f"{path}?{query}" if query else path, _("Show the page without it")


def from_http(error: HTTPException) -> Response:
    """Return the page or JSON body of an HTTP error, with its headers."""
    _choose_error_locale()
    if error.response is not None:
        return make_response(error.response)
    status = error.code or InternalServerError.code
    if status < HTTPStatus.BAD_REQUEST:
        return make_response(error.get_response())
    message = (
        _SESSION_ENDED if isinstance(error, CSRFError) else _HTTP_ADVICE.get(status)
    )
    code = (error.name or "error").lower().replace(" ", "-")
    response = error_response(status, code, str(message or _FAILED))
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def error_response(
    status: int, code: str, message: str, *, link: tuple[str, str] | None = None
) -> Response:
    """Return an error as JSON under `/api/`, and as a page elsewhere.

    `link` is the address and the label of a link that the page adds.
    """
    if request_ctx.url_adapter is None:
        # The Host header is invalid: no address, and so no page, can be built.
        response = make_response(message)
        response.mimetype = "text/plain"
    elif _is_for_programs():
        response = jsonify({"error": {"code": code, "message": message}})
    else:
        page = render_template(
            "errors/error.html", status=status, code=code, message=message, link=link
        )
        response = make_response(page)
    response.status_code = status
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "60"
    return response


def _query_advice(error: QueryError) -> str:
    advice = _QUERY_ADVICE[error.fault]
    if error.fault is QueryFault.UNKNOWN_VALUE and not error.choices:
        advice = _REMOVE_VALUE
    elif error.choices and not _is_for_programs():
        advice = _NOT_HERE
    return str(advice) % {
        "value": error.value,
        "field": error.field,
        "values": ", ".join(error.choices),
        "count": MAX_QUERY_CHARACTERS,
    }
