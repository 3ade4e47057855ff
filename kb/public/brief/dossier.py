"""Changes the dossier: a cookie that only the visitor's browser stores."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from flask import abort, make_response, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from indexer.model.ids import Locale, RecordId
from kb.services import services
from kb.web.dossier_cookie import (
    COOKIE,
    MAX_RECORDS,
    cookie_value,
    dossier_ids,
    dossier_url,
    parse_ids,
)
from kb.web.page_content import page_content
from kb.web.records.cards import item_anchor
from kb.web.records.record_state import find_tombstone
from kb.web.responses.headers import is_cross_site
from kb.web.urls import home_url, record_url

MAX_AGE_S = 180 * 24 * 3600


def current_ids(ids: Iterable[RecordId]) -> tuple[RecordId, ...]:
    """Return the ids of published records: merged ones replaced, deleted ones left out.

    Each comes once, in order.
    """
    records = page_content().corpus.records
    current = (each if each in records else _merged_into(each) for each in ids)
    return tuple(dict.fromkeys(each for each in current if each in records and each))


def _merged_into(record: RecordId) -> RecordId | None:
    tombstone = find_tombstone(record)
    return tombstone.into if tombstone is not None else None


def change_dossier(form: MultiDict[str, str], locale: Locale) -> Response:
    """Apply a form to the dossier, and redirect to the page of the form."""
    if is_cross_site():
        abort(HTTPStatus.FORBIDDEN)
    ids = list(current_ids(dossier_ids()))
    action, chosen = _action(form)
    match action:
        case "add":
            ids += [
                each
                for each in chosen
                if each not in ids and each in services().corpus.records
            ]
        case "remove":
            ids = [each for each in ids if each not in chosen]
        case "up" | "down" as direction:
            _move(ids, chosen, -1 if direction == "up" else 1)
        case "clear":
            ids = []
        case _:
            abort(HTTPStatus.BAD_REQUEST)
    back = _back_url(form.get("back", ""), chosen, locale)
    response = make_response(redirect(back, HTTPStatus.SEE_OTHER))
    response.set_cookie(
        COOKIE,
        cookie_value(ids[:MAX_RECORDS]),
        max_age=MAX_AGE_S,
        secure=request.is_secure or services().settings.is_https,
        httponly=True,
        samesite="Lax",
    )
    return response


def _action(form: MultiDict[str, str]) -> tuple[str, tuple[RecordId, ...]]:
    """Return what a form asks for: a button of a list says both with one value."""
    for name in ("add", "remove"):
        if name in form:
            return name, parse_ids(form.getlist(name))
    return form.get("action", ""), parse_ids(form.getlist("id"))


def _back_url(back: str, chosen: tuple[RecordId, ...], locale: Locale) -> str:
    """Return the page of the form: a record, a list of this service, or the dossier."""
    if len(chosen) == 1 and back == "record":
        return record_url(chosen[0], locale)
    if len(chosen) == 1 and back.startswith(home_url(locale)):
        return f"{back}#{item_anchor(chosen[0])}"
    return dossier_url(locale)


def _move(ids: list[RecordId], chosen: tuple[RecordId, ...], step: int) -> None:
    if len(chosen) != 1 or chosen[0] not in ids:
        return
    place = ids.index(chosen[0])
    other = place + step
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
