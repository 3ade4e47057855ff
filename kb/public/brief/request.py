"""The parameters of a dossier: its records, title, note, depth, table and date."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from http import HTTPStatus
from typing import Any, ClassVar, NoReturn
from urllib.parse import urlencode

from flask import abort, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, StringField
from wtforms.validators import ValidationError

from indexer.model.ids import Locale, RecordId
from kb.briefs.rich_text import printable
from kb.web.dossier_cookie import MAX_RECORDS, MAX_TITLE, dossier_ids
from kb.web.locale import LazyString, page_locale
from kb.web.locale import lazy_gettext as _l
from kb.web.records.record_state import PARAMETER, day_text, requested_day
from kb.web.responses.errors import error_response
from kb.web.urls import twin_url


class BriefDepth(StrEnum):
    """How much of each record a brief contains."""

    SUMMARY = "summary"
    FULL = "full"


def _printable(text: str | None) -> str:
    return printable((text or "").replace("\r\n", "\n")).strip()


def _at_most(limit: int, what: LazyString) -> Callable[[Form, Field], None]:
    def check(_form: Form, field: Field) -> None:
        if len(field.data) > limit:
            raise ValidationError(
                _(
                    "%(what)s of a dossier has at most %(limit)s characters, not "
                    "%(number)s.",
                    what=what,
                    limit=limit,
                    number=len(field.data),
                )
            )

    return check


def _one_of(*values: str) -> Callable[[Form, Field], None]:
    def check(_form: Form, field: Field) -> None:
        if field.data and field.data not in values:
            text = _unknown(field.data, field.name, ", ".join(values))
            raise ValidationError(text)

    return check


@dataclass(frozen=True, slots=True)
class BriefRequest:
    """What a dossier contains, as its address says.

    Attributes:
        records: ids of records as texts, of which some may lead nowhere.
        is_shared: whether the address names the records, not the visitor's browser.
        at: the day whose content is asked for; None for the present content.
    """

    records: tuple[str, ...]
    is_shared: bool = False
    title: str = ""
    note: str = ""
    depth: BriefDepth = BriefDepth.SUMMARY
    has_table: bool = False
    at: dt.date | None = None
    MAX_TITLE: ClassVar[int] = MAX_TITLE
    MAX_NOTE: ClassVar[int] = 2000


class BriefParameters(Form):  # type: ignore[misc]  # WTForms has no types
    """The form of a dossier, whose fields are the parameters of its address."""

    title = StringField(
        filters=[_printable],
        validators=[_at_most(BriefRequest.MAX_TITLE, _l("The title"))],
    )
    note = StringField(
        filters=[_printable],
        validators=[_at_most(BriefRequest.MAX_NOTE, _l("The note"))],
    )
    text = StringField(validators=[_one_of(*BriefDepth)])
    table = StringField(validators=[_one_of("yes", "no")])


def read_brief_request(args: MultiDict[str, str], today: dt.date) -> BriefRequest:
    """Return the parameters of a dossier; without records, those of the browser.

    Raises:
        HTTPException: 400, which says what is wrong and what is possible.
    """
    is_shared = "r" in args
    records = _records(args) if is_shared else tuple(map(str, dossier_ids()))
    form = BriefParameters(args)
    if not form.validate():
        _refuse(next(iter(form.errors.values()))[0])
    return BriefRequest(
        records=records,
        is_shared=is_shared,
        title=" ".join(form.title.data.split()),
        note=form.note.data,
        depth=BriefDepth(form.text.data or BriefDepth.SUMMARY),
        has_table=form.table.data == "yes",
        at=_day(today),
    )


def brief_url(
    request: BriefRequest, locale: Locale, ids: tuple[RecordId, ...], file: str = ""
) -> str:
    """Return the address of a dossier with these records, or of one of its files."""
    values: dict[str, Any] = {"r": [str(record_id) for record_id in ids]}
    if request.title:
        values["title"] = request.title
    if request.note:
        values["note"] = request.note
    if request.depth is BriefDepth.FULL:
        values["text"] = request.depth.value
    if request.has_table:
        values["table"] = "yes"
    if request.at is not None:
        values[PARAMETER] = request.at.isoformat()
    if file:
        return url_for("public.brief_file", locale=locale, file=file, **values)
    return url_for("public.dossier", locale=locale, **values)


def in_chosen_language(args: MultiDict[str, str]) -> str:
    """Return the address of the page in the language that the form chose.

    It is "" if the page is in that language already.

    Raises:
        HTTPException: 400, it is not a language here.
    """
    chosen = args.get("language", "")
    if chosen not in {"", *Locale}:
        _refuse(_unknown(chosen, "language", ", ".join(Locale)))
    if chosen in {"", page_locale()}:
        return ""
    others = [
        (key, value) for key, value in args.items(multi=True) if key != "language"
    ]
    return f"{twin_url(Locale(chosen)).partition('?')[0]}?{urlencode(others)}"


def dated(request: BriefRequest, today: dt.date) -> BriefRequest:
    """Return the request with a date: today, unless it has one."""
    return request if request.at is not None else replace(request, at=today)


def _records(args: MultiDict[str, str]) -> tuple[str, ...]:
    texts = tuple(dict.fromkeys(args.getlist("r")))
    if len(texts) > MAX_RECORDS:
        _refuse(
            _(
                "A dossier has at most %(limit)s records; this address names "
                "%(number)s. Make several dossiers.",
                limit=MAX_RECORDS,
                number=len(texts),
            )
        )
    return texts


def _unknown(value: str, name: str, values: str) -> str:
    return _(
        "“%(value)s” is not a value of “%(name)s” in the address of a dossier. "
        "Choose one of %(values)s.",
        value=value[:80],
        name=name,
        values=values,
    )


def _day(today: dt.date) -> dt.date | None:
    day = requested_day()
    if day is not None and day > today:
        _refuse(
            _(
                "%(date)s has not come yet: choose today or an earlier day.",
                date=day_text(day),
            )
        )
    return day


def _refuse(message: str) -> NoReturn:
    abort(error_response(HTTPStatus.BAD_REQUEST, "bad-dossier", message))
