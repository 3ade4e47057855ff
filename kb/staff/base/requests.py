"""Helpers for views: values in addresses, JSON errors, the signed-in actor."""

from __future__ import annotations

from http import HTTPStatus

from flask import abort, request
from flask_babel import gettext as _

from indexer.model.ids import SLUG_PATTERN, Kind, RecordId
from kb.publishing.errors import PublishingError
from kb.staff.base.routing import ViewResponse
from kb.staff.base.session import current_session
from kb.web.locale import as_sentence
from kb.web.search.request_query import read_number

MAX_ROW_DIGITS = 15
"""SQLite stores row numbers in 64 bits."""


def deliverable_id(slug: str) -> RecordId:
    """Return the id of a deliverable; abort with 404 for an invalid slug."""
    if not SLUG_PATTERN.fullmatch(slug):
        abort(HTTPStatus.NOT_FOUND)
    return RecordId(Kind.DELIVERABLE, slug)


def row_number(text: str) -> int:
    """Return the number of the last row of the previous page, 0 for none; else 400."""
    number = read_number(text, max_digits=MAX_ROW_DIGITS) if text else 0
    if number is None:
        abort(HTTPStatus.BAD_REQUEST)
    return number


def wants_json() -> bool:
    """Return whether a script sent the request: scripts accept only JSON."""
    return request.accept_mimetypes.best == "application/json"


def json_error(text: str, code: str, status: HTTPStatus) -> ViewResponse:
    """Return an error as JSON."""
    return {"error": {"code": code, "message": text}}, status


def actor() -> str:
    """Return the e-mail address of the signed-in member of staff."""
    return current_session().account.email


def error_sentence(error: PublishingError) -> str:
    """Return the message of an error as a sentence in the language of the page."""
    return as_sentence(error.message.text(_))
