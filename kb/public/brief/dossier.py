"""The dossier: its page, and the form that changes it.

The dossier is a cookie, which only the visitor's browser stores.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import abort, make_response, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from indexer.corpus.typography import typeset
from indexer.model.ids import Locale, RecordId
from kb.public.brief.comparison import CompareChoice, dossier_choices
from kb.public.brief.dossier_change import change_answer, dossier_change
from kb.public.brief.named_records import dossier_content
from kb.public.brief.request import BriefRequest, brief_url, dated
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
from kb.web.records.cards import Card, item_anchor, record_cards
from kb.web.records.record_state import current_ids
from kb.web.responses.headers import is_cross_site
from kb.web.urls import (
    absolute,
    compare_url,
    group_dossier_new_url,
    home_url,
    record_url,
)

MAX_AGE_S = 180 * 24 * 3600


def change_dossier(form: MultiDict[str, str], locale: Locale) -> Response:
    """Apply a form to the dossier, and redirect to the page of the form.

    A script that accepts only JSON gets what its page now shows instead.
    """
    if is_cross_site():
        abort(HTTPStatus.FORBIDDEN)
    former = current_ids(dossier_ids())
    action, chosen = _action(form)
    place = form.get("place", len(former), type=int)
    ids = _changed(former, action, chosen, place)
    change = dossier_change(former, ids, chosen)
    if request.accept_mimetypes.best == "application/json":
        response = make_response(change_answer(change, former, ids))
    else:
        back = _back_url(form.get("back", ""), chosen, locale)
        if action == "add" and len(chosen) > 1:
            back = f"{back}?{change.query}"
        response = make_response(redirect(back, HTTPStatus.SEE_OTHER))
    response.set_cookie(
        COOKIE,
        cookie_value(ids),
        max_age=MAX_AGE_S,
        secure=request.is_secure or services().settings.is_https,
        httponly=True,
        samesite="Lax",
    )
    return response


def _changed(
    former: Sequence[RecordId], action: str, chosen: tuple[RecordId, ...], place: int
) -> list[RecordId]:
    """Return the dossier after an act; records are added at a place, if they fit."""
    ids = list(former)
    match action:
        case "add":
            records = services().corpus.records
            new = [each for each in chosen if each not in ids and each in records]
            ids[place:place] = new[: max(0, MAX_RECORDS - len(ids))]
        case "remove":
            ids = [record_id for record_id in ids if record_id not in chosen]
        case "up" | "down" as direction:
            _move(ids, chosen, -1 if direction == "up" else 1)
        case "clear":
            ids = []
        case _:
            abort(HTTPStatus.BAD_REQUEST)
    return ids


def _action(form: MultiDict[str, str]) -> tuple[str, tuple[RecordId, ...]]:
    """Return what a form asks for: a button of a list says both with one value.

    The button that adds all has all ids in its value, as the cookie has them.
    """
    for name in ("add", "remove"):
        if name in form:
            return name, parse_ids("~".join(form.getlist(name)).split("~"))
    return form.get("action", ""), parse_ids(form.getlist("id"))


def _back_url(back: str, chosen: tuple[RecordId, ...], locale: Locale) -> str:
    """Return the page of the form: a record, a list of this service, or the dossier."""
    if len(chosen) == 1 and back == "record":
        return record_url(chosen[0], locale)
    if len(chosen) == 1 and back.startswith(home_url(locale)):
        return f"{back}#{item_anchor(chosen[0])}"
    return dossier_url(locale)


def _move(ids: list[RecordId], chosen: Sequence[RecordId], step: int) -> None:
    if len(chosen) != 1 or chosen[0] not in ids:
        return
    place = ids.index(chosen[0])
    other = place + step
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]


@dataclass(frozen=True, slots=True)
class DossierPage:
    """All that the page of a dossier shows.

    Attributes:
        title: the one that its author gave it, or "".
        request: what the address says, for the fields of the form.
        change: what was just added, if its address says it.
        gone: which of its records are missing or were replaced.
        changes: its day, and what changed since, if its address names a day.
        present_url: the address of its present content; "" if it is that.
        share_url: its address with the day of its content.
        group_url: where it becomes a group dossier.
    """

    is_shared: bool
    title: str
    note: tuple[str, ...]
    cards: tuple[Card, ...]
    gone: tuple[str, ...]
    changes: tuple[str, ...]
    present_url: str
    share_url: str
    group_url: str
    choices: tuple[CompareChoice, ...]
    compare_url: str
    request: BriefRequest
    change: str = ""


def dossier_page(request: BriefRequest, change: str = "") -> DossierPage:
    """Return the page of a dossier; `change` says what was just added to it."""
    content, today = page_content(), services().clock().date()
    shown = dossier_content(request, content, today)
    locale, ids = content.locale, shown.ids
    cards = record_cards(shown.records, content)
    present = brief_url(replace(request, at=None), locale, ids)
    return DossierPage(
        is_shared=request.is_shared,
        title=typeset(request.title, locale),
        note=tuple(filter(None, typeset(request.note, locale).split("\n"))),
        cards=cards,
        gone=shown.gone,
        changes=shown.changes,
        present_url=present if shown.changes else "",
        share_url=absolute(brief_url(dated(request, today), locale, ids)),
        group_url=group_dossier_new_url(locale, ids if request.is_shared else ()),
        choices=dossier_choices(cards),
        compare_url=compare_url(locale),
        request=request,
        change=change,
    )
