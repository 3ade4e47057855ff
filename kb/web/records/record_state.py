"""The record of an address: published, merged, deleted, or of an earlier day.

The parameter `at` of the address of a record names the day.
"""

import datetime as dt
import logging
import re
from collections.abc import Callable, Iterable
from http import HTTPStatus

from flask import Response, abort, redirect, request
from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.model.dates import PartialDate
from indexer.model.ids import Locale, RecordId
from indexer.model.record import Record
from kb.publishing.errors import HistoryUnreadableError, NotFoundError
from kb.publishing.history.past_states import (
    NoPastState,
    PastState,
    Tombstone,
    has_state,
    state_on,
    tombstone_of,
)
from kb.services import services
from kb.web.date_text import date_text
from kb.web.locale import page_locale
from kb.web.responses.errors import error_response
from kb.web.urls import record_url

PARAMETER = "at"
NO_STATE = "no-such-state"
"""The code of the error of a day on which there is no state to show."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

logger = logging.getLogger(__name__)


def current_ids(ids: Iterable[RecordId]) -> tuple[RecordId, ...]:
    """Return the ids of published records: merged ones replaced, deleted ones left out.

    Each comes once, in order.
    """
    records = services().corpus.records
    current = (
        record_id if record_id in records else _merged_into(record_id)
        for record_id in ids
    )
    return tuple(
        dict.fromkeys(
            record_id for record_id in current if record_id in records and record_id
        )
    )


def _merged_into(record: RecordId) -> RecordId | None:
    tombstone = find_tombstone(record)
    return tombstone.into if tombstone is not None else None


def requested_day() -> dt.date | None:
    """Return the day that the address names, None without one.

    Raises:
        HTTPException: the text is not a day.
    """
    text = request.args.get(PARAMETER, "").strip()
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        message = _(
            "“%(value)s” is not a day: write year, month and day, such as %(example)s.",
            value=text[: len("2026-11-27") * 2],
            example=services().clock().date(),
        )
        abort(error_response(HTTPStatus.BAD_REQUEST, "bad-date", message))


def history_state() -> object:
    """Return what an ETag must contain of the history: its stamp if a day is asked."""
    return services().change_times.stamp if request.args.get(PARAMETER) else None


def past_state(record: Record, day: dt.date) -> PastState:
    """Return the state of a published record at the end of a day, in UTC.

    Raises:
        HTTPException: there is no such state, or the history can't be read now.
    """
    site = services()
    if day > site.clock().date():
        message = _(
            "%(date)s has not come yet: choose today or an earlier day.",
            date=day_text(day),
        )
        abort(_no_state(record, message))
    folder = site.settings.locations.documents / str(record.id)
    try:
        state = state_on(site.history, record, day, folder)
    except (HistoryUnreadableError, OSError) as error:
        logger.warning("the history of %s can't be read: %s", record.id, error)
        message = _(
            "The history of this record can’t be read just now. Please try again in a "
            "minute."
        )
        abort(error_response(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", message))
    except NotFoundError as error:
        logger.warning("a state of %s is not stored: %s", record.id, error)
        state = NoPastState()
    if isinstance(state, NoPastState):
        abort(_no_state(record, _reason(state)))
    return state


def corpus_on(state: PastState) -> Corpus:
    """Return the corpus in which a past state replaces the present one."""
    return services().corpus.with_state(state.record)


def state_url(record: Record, locale: Locale) -> str:
    """Return the permanent address of the state that a record has today.

    It is the address of the record itself if its state is not in the history.
    """
    try:
        is_stored = has_state(services().history, record.id)
    except HistoryUnreadableError as error:
        logger.warning("the history of %s can't be read: %s", record.id, error)
        is_stored = False
    today = services().clock().date()
    return record_url(record.id, locale, day=today if is_stored else None)


def day_text(day: dt.date) -> str:
    """Return a day in the language of the page."""
    return date_text(PartialDate.of(day), page_locale())


def _no_state(record: Record, message: str) -> Response:
    link = (record_url(record.id, page_locale()), _("Read the current version"))
    return error_response(HTTPStatus.NOT_FOUND, NO_STATE, message, link=link)


def _reason(state: NoPastState) -> str:
    if state.first is None:
        return _(
            "This service has no history of this record: only its current version can "
            "be read."
        )
    since = day_text(state.first.date())
    if state.is_publication:
        return _(
            "This record has been public since %(date)s: there is no earlier version "
            "to show.",
            date=since,
        )
    return _(
        "The history of this record begins on %(date)s: earlier versions are not "
        "stored.",
        date=since,
    )


def record_or_redirect(record_id: RecordId, url: Callable[[RecordId], str]) -> Record:
    """Return a published record, or redirect to the record that it was merged into.

    `url` returns the address of a record.

    Raises:
        HTTPException: the redirect, 410 for a deleted record, or 404 if there never was
            such a record or the history can't be read now.
    """
    record = services().corpus.get(record_id)
    if record is None:
        tombstone = find_tombstone(record_id)
        if tombstone is None:
            abort(HTTPStatus.NOT_FOUND)
        if tombstone.into is None:
            abort(HTTPStatus.GONE)
        abort(redirect(url(tombstone.into), HTTPStatus.MOVED_PERMANENTLY))
    return record


def find_tombstone(record: RecordId) -> Tombstone | None:
    """Return the tombstone of a record that was merged or deleted, else None.

    A record that names it as a former id comes before its history. None, too, if the
    history can't be read within a fraction of a second.
    """
    site = services()
    survivor = site.corpus.survivors.get(record)
    if survivor is not None:
        return Tombstone(survivor)
    try:
        return tombstone_of(site.history, record, site.corpus.current_id)
    except HistoryUnreadableError as error:
        logger.warning("the history of %s can't be read: %s", record, error)
        return None
