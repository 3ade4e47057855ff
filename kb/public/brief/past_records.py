"""The records of a dossier as they stood on its day, and what changed since."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable

from flask_babel import gettext as _

from indexer.model.records import Record
from kb.publishing.errors import HistoryUnreadableError, NotFoundError
from kb.publishing.history.past_states import NoPastState, PastState, state_on
from kb.services import services
from kb.web.locale import page_locale
from kb.web.past_state import day_text

logger = logging.getLogger(__name__)


def records_on(
    records: Iterable[Record], day: dt.date, notes: list[str]
) -> tuple[Record, ...]:
    """Return published records as they stood at the end of a day, in UTC.

    Each that changed since, or whose state of that day is not stored, adds a note; the
    latter is returned as it is now.
    """
    present = tuple(records)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC)
    changed_at = services().change_times.of(present)
    return tuple(
        each
        if changed_at[each.id] < end
        else _on(each, day, changed_at[each.id], notes)
        for each in present
    )


def _on(
    record: Record, day: dt.date, changed_at: dt.datetime, notes: list[str]
) -> Record:
    title = record.edition(page_locale()).title
    state = _state(record, day)
    if isinstance(state, PastState):
        if not state.is_current:
            changed = day_text(changed_at.date())
            notes.append(
                _("“%(title)s” was changed on %(date)s.", title=title, date=changed)
            )
        return state.record
    if state.first is None:
        notes.append(
            _(
                "“%(title)s” is shown as it is now: its state of that day is not "
                "stored.",
                title=title,
            )
        )
    else:
        notes.append(
            _(
                "“%(title)s” is shown as it is now: its history begins on %(date)s.",
                title=title,
                date=day_text(state.first.date()),
            )
        )
    return record


def _state(record: Record, day: dt.date) -> PastState | NoPastState:
    here = services()
    folder = here.settings.locations.documents / str(record.id)
    try:
        return state_on(here.history, record, day, folder)
    except (HistoryUnreadableError, NotFoundError, OSError) as error:
        logger.warning("the state of %s can't be read: %s", record.id, error)
        return NoPastState()
