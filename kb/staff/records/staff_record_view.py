"""View models of the list of records and drafts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale, RecordId
from indexer.model.records import Title
from kb.publishing.drafts.draft import Draft, DraftNotes
from kb.publishing.records.form_values import read_values
from kb.staff.base.links import title_in_texts
from kb.staff.base.staff_list import ListEntry
from kb.staff.dashboard.dashboard_view import Listing, record_with_problem
from kb.web.locale import LazyString, page_locale
from kb.web.locale import lazy_gettext as _l


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


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A record or a draft in a list; `locales` are the languages it is written in.

    `day` is when the record was updated, or its draft saved, in a form that sorts;
    `titles` are those in both languages.
    """

    record: RecordId
    title: Title
    status: RecordStatus
    locales: Collection[Locale] = tuple(Locale)
    notes: DraftNotes | None = None
    themes: Collection[str] = ()
    day: str = ""
    titles: Collection[str] = ()

    @property
    def entry(self) -> ListEntry:
        """What the row is filtered and sorted by in a list."""
        return ListEntry(
            record=self.record,
            title=self.title.text,
            titles=self.titles or (self.title.text,),
            state=self.status,
            themes=self.themes,
            people=(),
            day=self.day,
        )

    @property
    def badge(self) -> str:
        """The CSS class of the badge."""
        return BADGES.get(self.status, "")

    @property
    def status_label(self) -> str:
        """The label of the status."""
        return str(STATUS_LABELS[self.status])

    @property
    def has_draft(self) -> bool:
        """Whether there is a draft of the record."""
        return self.notes is not None

    @property
    def is_published(self) -> bool:
        """Whether visitors see the record."""
        return self.status in {RecordStatus.PUBLISHED, RecordStatus.CHANGING}


def staff_rows(corpus: Corpus, drafts: Sequence[Draft]) -> list[StaffRow]:
    """Return the rows of unreadable records, of drafts, then of the other records.

    Drafts are sorted by the time they were saved, newest first.
    """
    drafted = {each.record for each in drafts}
    with_problems = map(record_with_problem, corpus.problems)
    readable = set(corpus.records) - corpus.outdated
    unreadable = set(filter(None, with_problems)) - drafted - readable
    return [
        *(
            StaffRow(each, Title(each.slug), RecordStatus.UNREADABLE)
            for each in sorted(unreadable, key=str)
        ),
        *(_draft_row(each, corpus) for each in _newest_first(drafts)),
        *(
            StaffRow(
                each.id,
                each.title_for(page_locale()),
                RecordStatus.PUBLISHED,
                [edition.locale for edition in each.editions],
                themes=each.themes,
                day=each.updated.isoformat(),
                titles=[edition.title for edition in each.editions],
            )
            for each in corpus.records.values()
            if each.id not in drafted | corpus.outdated
        ),
    ]


def draft_listing(corpus: Corpus, drafts: Sequence[Draft], *, limit: int) -> Listing:
    """Return the drafts saved last, newest first."""
    newest = _newest_first(drafts)
    return Listing([_draft_row(each, corpus) for each in newest[:limit]], len(newest))


def _newest_first(drafts: Sequence[Draft]) -> list[Draft]:
    return sorted(drafts, key=lambda each: each.notes.saved_at, reverse=True)


def _draft_row(draft: Draft, corpus: Corpus) -> StaffRow:
    is_published = corpus.get(draft.record) is not None
    values = read_values(draft.record.kind, draft.texts)
    return StaffRow(
        draft.record,
        title_in_texts(draft.record, draft.texts),
        RecordStatus.CHANGING if is_published else RecordStatus.DRAFT,
        values.titles,
        draft.notes,
        tuple(map(str, values.facts.get("themes", ()))),
        draft.notes.saved_at,
        tuple(values.titles.values()),
    )
