"""The rows of the list of records: published, drafts, unreadable, deleted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask import request

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale, RecordId
from indexer.model.record import Record
from indexer.model.record_parts import Title
from kb.publishing.changes.repository import texts_in
from kb.publishing.changes.trashed_records import TrashedRecord
from kb.publishing.drafts.draft import Draft, DraftNotes, DraftState
from kb.publishing.errors import NewerFormatError
from kb.publishing.published.trash import Trash
from kb.publishing.records.form_values import read_values
from kb.services import services
from kb.staff.base.labels import STATE_LABELS
from kb.staff.base.links import title_in_texts
from kb.staff.base.problem_messages import record_with_problem
from kb.staff.base.publishing_services import repository
from kb.staff.base.staff_list import Listing
from kb.staff.base.ticked_lists import ListedRecord
from kb.staff.drafts.draft_rows import people_of
from kb.web.locale import LazyString, page_locale
from kb.web.locale import lazy_gettext as _l
from kb.web.page_content import made_once


class RecordStatus(StrEnum):
    """Whether a record is published, a draft, both, or unreadable."""

    PUBLISHED = "published"
    CHANGING = "changing"
    DRAFT = "draft"
    UNREADABLE = "unreadable"


STATUS_LABELS: dict[RecordStatus, LazyString] = {
    RecordStatus.PUBLISHED: _l("Published"),
    RecordStatus.CHANGING: _l("Published, with a draft in progress"),
    RecordStatus.DRAFT: _l("Draft"),
    RecordStatus.UNREADABLE: _l("Cannot be read"),
}


BADGES = {RecordStatus.PUBLISHED: "full", RecordStatus.DRAFT: "dash"}
"""The CSS class of the badge of a status."""

DRAFT, TRASH, WITHDRAWN = "draft", "trash", "withdrawn"
TAB_LABELS: dict[str, LazyString] = {
    DRAFT: _l("Drafts"),
    **{state.value: STATE_LABELS[state] for state in DraftState},
    RecordStatus.PUBLISHED: _l("Published"),
    WITHDRAWN: _l("Withdrawn"),
    RecordStatus.UNREADABLE: _l("Cannot be read"),
    TRASH: _l("Set-aside records"),
}
"""The states of the list; a record may have several."""

_FIRST_STATES = (DraftState.READY, DraftState.CHANGES_WANTED, DraftState.IN_PROGRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRow(ListedRecord):
    """A record or a draft in the list; `locales` are the languages it is written in.

    `day` is when the record was updated, its draft saved, or either deleted.
    """

    state: RecordStatus
    locales: Collection[Locale] = tuple(Locale)
    draft: Draft | None = None
    deleted: TrashedRecord | None = None

    @property
    def notes(self) -> DraftNotes | None:
        """The metadata of the draft, if there is one."""
        return None if self.draft is None else self.draft.notes

    @property
    def merged_into(self) -> str:
        """The title of the record that a deleted duplicate went into; else empty."""
        target = self.deleted and self.deleted.merged_into
        if not target:
            return ""
        record = services().corpus.get(target)
        return record.title_for(page_locale()).text if record else target.slug

    @property
    def badge(self) -> str:
        """The CSS class of the badge."""
        return BADGES.get(self.state, "")

    @property
    def status_label(self) -> str:
        """The label of the status."""
        return str(STATUS_LABELS[self.state])

    @property
    def has_draft(self) -> bool:
        """Whether there is a draft of the record."""
        return self.draft is not None

    @property
    def is_published(self) -> bool:
        """Whether visitors see the record."""
        return self.state in {RecordStatus.PUBLISHED, RecordStatus.CHANGING}


def staff_rows(
    corpus: Corpus, drafts: Sequence[Draft], deleted: Sequence[StaffRow] = ()
) -> list[StaffRow]:
    """Return the rows of unreadable records, of drafts, of other and deleted records.

    Drafts that are ready for review come first, then those that were saved last.
    """
    drafted = {draft.record for draft in drafts}
    apart = drafted | corpus.outdated
    published: tuple[StaffRow, ...] = made_once(
        corpus,
        ("staff rows", page_locale()),
        lambda: tuple(map(_published_row, corpus.records.values())),
    )
    return [
        *map(_unreadable_row, sorted(_unreadable(corpus) - drafted, key=str)),
        *sorted(
            (_draft_row(draft, corpus) for draft in _newest_first(drafts)),
            key=lambda row: _FIRST_STATES.index(row.notes.state) if row.notes else 0,
        ),
        *(row for row in published if row.record not in apart),
        *deleted,
    ]


def deleted_rows() -> list[StaffRow]:
    """Return the rows of deleted records and drafts, the newest first.

    Those of a later version are left out, except where they alone are asked for.
    """
    trash = Trash(repository())
    is_asked = request.args.get("state") == TRASH
    try:
        deleted = trash.all()
    except NewerFormatError:
        if is_asked:
            raise
        return []
    return [_deleted_row(record, trash, is_asked=is_asked) for record in deleted]


def _deleted_row(deleted: TrashedRecord, trash: Trash, *, is_asked: bool) -> StaffRow:
    """Return the row of a deleted record; its title is read where the row is shown."""
    record, title = deleted.record, Title(deleted.title or deleted.record.slug)
    if is_asked:
        texts = texts_in(trash.record_folder(deleted))
        title = title_in_texts(record, texts, title.text)
    return StaffRow(
        record,
        title,
        titles=(title.text,),
        day=deleted.at.isoformat(),
        tabs=(TRASH,),
        state=RecordStatus.DRAFT if deleted.is_draft else RecordStatus.PUBLISHED,
        deleted=deleted,
    )


def staff_row(
    record_id: RecordId, corpus: Corpus, draft: Draft | None
) -> StaffRow | None:
    """Return the row of a record, given its draft; None if there is neither."""
    if draft is not None:
        return _draft_row(draft, corpus)
    if record_id in _unreadable(corpus):
        return _unreadable_row(record_id)
    record = None if record_id in corpus.outdated else corpus.get(record_id)
    return None if record is None else _published_row(record)


def _unreadable(corpus: Corpus) -> set[RecordId]:
    """Return the records of which a file has errors that hide them."""
    named = set(filter(None, map(record_with_problem, corpus.problems)))
    return {
        each for each in named if each in corpus.outdated or each not in corpus.records
    }


def _unreadable_row(record: RecordId) -> StaffRow:
    title = Title(record.slug)
    status = RecordStatus.UNREADABLE
    return StaffRow(
        record, title, titles=(record.slug,), tabs=("", status), state=status
    )


def _published_row(record: Record) -> StaffRow:
    return StaffRow(
        record.id,
        record.title_for(page_locale()),
        state=RecordStatus.PUBLISHED,
        tabs=("", RecordStatus.PUBLISHED),
        titles=[edition.title for edition in record.editions],
        themes=record.themes,
        day=record.updated.isoformat(),
        locales=[edition.locale for edition in record.editions],
    )


def draft_listing(corpus: Corpus, drafts: Sequence[Draft], *, limit: int) -> Listing:
    """Return the drafts saved last, newest first."""
    newest = _newest_first(drafts)
    rows = [_draft_row(draft, corpus) for draft in newest[:limit]]
    return Listing(rows, len(newest))


def _newest_first(drafts: Sequence[Draft]) -> list[Draft]:
    return sorted(drafts, key=lambda draft: draft.notes.saved_at, reverse=True)


def _draft_row(draft: Draft, corpus: Corpus) -> StaffRow:
    is_published = corpus.get(draft.record) is not None
    values = read_values(draft.record.kind, draft.texts)
    title = title_in_texts(draft.record, draft.texts)
    further = [RecordStatus.PUBLISHED.value] if is_published else []
    if draft.notes.withdrawn_by:
        further.append(WITHDRAWN)
    return StaffRow(
        draft.record,
        title,
        state=RecordStatus.CHANGING if is_published else RecordStatus.DRAFT,
        tabs=("", DRAFT, draft.notes.state, *further),
        titles=tuple(values.titles.values()) or (title.text,),
        themes=tuple(map(str, values.facts.get("themes", ()))),
        people=people_of(draft),
        day=draft.notes.saved_at,
        locales=values.titles,
        draft=draft,
    )
