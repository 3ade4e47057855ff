"""The records that an address names, now or on a day, with notes on missing ones."""

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.ids import RecordId
from indexer.model.record import Record
from kb.briefs.rich_text import printable
from kb.public.brief.request import BriefRequest
from kb.publishing.errors import HistoryUnreadableError, NotFoundError
from kb.publishing.history.past_states import NoPastState, PastState, state_on
from kb.services import services
from kb.web.locale import page_locale
from kb.web.page_content import PageContent
from kb.web.records.record_state import day_text, find_tombstone

MAX_SHOWN_ID = 80


def named_record(text: str, content: PageContent, notes: list[str]) -> Record | None:
    """Return the record of an id; a former id adds a note, an unknown one too."""
    record_id = RecordId.parse(text)
    if record_id is None:
        notes.append(
            _(
                "“%(text)s” is not the id of a record. An id is a kind and a name, "
                "such as practices/milan-stolen-bikes.",
                text=printable(text)[:MAX_SHOWN_ID],
            )
        )
        return None
    record = content.corpus.get(record_id)
    return _successor(record_id, content, notes) if record is None else record


def _successor(
    record_id: RecordId, content: PageContent, notes: list[str]
) -> Record | None:
    """Return the record that a former id leads to; add a note in any case."""
    tombstone, text = find_tombstone(record_id), str(record_id)
    if tombstone is None:
        notes.append(_("There is no record “%(text)s”.", text=text))
        return None
    into = content.corpus.get(tombstone.into) if tombstone.into is not None else None
    if into is None:
        notes.append(_("The record “%(text)s” was withdrawn.", text=text))
        return None
    title = into.edition(content.locale).title
    notes.append(
        _("The record “%(text)s” is now part of “%(title)s”.", text=text, title=title)
    )
    return into


logger = logging.getLogger(__name__)


def records_on(
    records: Iterable[Record], day: dt.date, notes: list[str]
) -> tuple[Record, ...]:
    """Return published records as they stood at the end of a day, in UTC.

    Each that changed since, or whose state of that day is not stored, adds a note; the
    latter is returned as it is now. The first note is on all of them.
    """
    present = tuple(records)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC)
    changed_at = services().change_times.of(present)
    found = [
        record
        if changed_at[record.id] < end
        else _on(record, day, changed_at[record.id], notes)
        for record in present
    ]
    notes[:] = notes or [_("Since then, nothing in these records was changed.")]
    date = day_text(day)
    notes.insert(
        0,
        _("This is the content of %(date)s.", date=date)
        if any(found)
        else _(
            "This is the present content: the history does not go back to %(date)s.",
            date=date,
        ),
    )
    return tuple(past or record for past, record in zip(found, present, strict=True))


def _on(
    record: Record, day: dt.date, changed_at: dt.datetime, notes: list[str]
) -> Record | None:
    """Return the state of a record that changed since; None if it is not stored."""
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
    return None


def _state(record: Record, day: dt.date) -> PastState | NoPastState:
    site = services()
    folder = site.settings.locations.documents / str(record.id)
    try:
        return state_on(site.history, record, day, folder)
    except (HistoryUnreadableError, NotFoundError, OSError) as error:
        logger.warning("the state of %s can't be read: %s", record.id, error)
        return NoPastState()


@dataclass(frozen=True, slots=True)
class DossierContent:
    """The records of a dossier, in their order.

    `gone` says which of the records that it names are missing or were replaced;
    `changes` what changed since its day, if it has one.
    """

    records: tuple[Record, ...]
    gone: tuple[str, ...]
    changes: tuple[str, ...]

    @property
    def ids(self) -> tuple[RecordId, ...]:
        """The ids of the records."""
        return tuple(record.id for record in self.records)


def dossier_content(
    request: BriefRequest, content: PageContent, today: dt.date
) -> DossierContent:
    """Return the records that a request names, as they stood on its day."""
    gone: list[str] = []
    found = (named_record(text, content, gone) for text in request.records)
    records = tuple(
        {record.id: record for record in found if record is not None}.values()
    )
    changes: list[str] = []
    if request.at is not None and request.at < today:
        records = records_on(records, request.at, changes)
    return DossierContent(records, tuple(gone), tuple(changes))
