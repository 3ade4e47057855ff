"""Changes the dossier: a cookie of the visitor, of which we keep nothing."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, make_response, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from indexer.model.ids import Locale, RecordId
from kb.services import services
from kb.web.cards import Card, record_card
from kb.web.dossier_cookie import (
    COOKIE,
    MAX_RECORDS,
    cookie_value,
    dossier_ids,
    dossier_url,
    parse_ids,
)
from kb.web.headers import is_cross_site
from kb.web.locale import page_locale
from kb.web.moved_records import departure
from kb.web.urls import absolute, record_url

MAX_AGE_S = 180 * 24 * 3600


@dataclass(frozen=True, slots=True)
class DossierItem:
    """A record of the dossier."""

    key: str
    card: Card


@dataclass(frozen=True, slots=True)
class DossierView:
    """All that the page of the dossier shows."""

    items: tuple[DossierItem, ...]
    is_shared: bool
    share_url: str


def dossier_view(ids: tuple[RecordId, ...], *, is_shared: bool) -> DossierView:
    """Present a dossier; records that are gone are left out, or where they went is."""
    records = services().corpus.records
    locale = page_locale()
    led_on = (each if each in records else _merged_into(each) for each in ids)
    found = tuple(dict.fromkeys(each for each in led_on if each is not None))
    return DossierView(
        items=tuple(
            DossierItem(str(each), record_card(records[each], locale)) for each in found
        ),
        is_shared=is_shared,
        share_url=absolute(dossier_url(locale, found)),
    )


def _merged_into(record: RecordId) -> RecordId | None:
    gone = departure(record)
    return gone.into if gone is not None else None


def change_dossier(form: MultiDict[str, str], locale: Locale) -> Response:
    """Do what a form asks, then lead back to the page it came from."""
    _refuse_other_sites()
    ids = list(dossier_ids())
    chosen = parse_ids(form.getlist("id"))
    match form.get("action", ""):
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
            abort(400)
    is_on_record = form.get("back", "") == "record" and len(chosen) == 1
    back = record_url(chosen[0], locale) if is_on_record else dossier_url(locale)
    response = make_response(redirect(back, 303))
    response.set_cookie(
        COOKIE,
        cookie_value(ids[:MAX_RECORDS]),
        max_age=MAX_AGE_S,
        secure=request.is_secure or services().settings.is_https,
        httponly=True,
        samesite="Lax",
    )
    return response


def _move(ids: list[RecordId], chosen: tuple[RecordId, ...], step: int) -> None:
    if len(chosen) != 1 or chosen[0] not in ids:
        return
    place = ids.index(chosen[0])
    other = place + step
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]


def _refuse_other_sites() -> None:
    """A form of another site must not change the list: browsers say where it stood."""
    if is_cross_site():
        abort(403)
