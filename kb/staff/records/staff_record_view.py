"""View models of the list of records and drafts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from indexer.analysis.normalization import fold, normalize
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import Title
from kb.publishing.drafts.draft import Draft, DraftNotes
from kb.publishing.records.form_values import read_values
from kb.staff.base.links import title_in_texts
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


class RecordOrder(StrEnum):
    """The orders of the list besides the usual one; the values are in its address."""

    TITLE = "title"
    NEWEST = "newest"
    OLDEST = "oldest"


ORDER_LABELS: dict[RecordOrder, LazyString] = {
    RecordOrder.TITLE: _l("By title"),
    RecordOrder.NEWEST: _l("Newest first"),
    RecordOrder.OLDEST: _l("Oldest first"),
}
BADGES = {RecordStatus.PUBLISHED: "full", RecordStatus.DRAFT: "dash"}
"""The CSS class of the badge of a status."""


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """The filter of the list of records."""

    text: str = ""
    kind: Kind | None = None
    status: RecordStatus | None = None
    theme: str = ""
    order: RecordOrder | None = None

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of an address with the same filter."""
        return {
            "q": self.text,
            "kind": self.kind.value if self.kind is not None else "",
            "standing": self.status.value if self.status is not None else "",
            "theme": self.theme,
            "sort": self.order.value if self.order is not None else "",
        }

    def matches(self, row: StaffRow) -> bool:
        """Return whether a row has the kind, the status and all words of the text."""
        if self.kind not in {None, row.record.kind}:
            return False
        if self.status not in {None, row.status}:
            return False
        if self.theme and self.theme not in row.themes:
            return False
        text = fold(normalize(f"{row.title.text} {row.record.slug}"))
        return all(word in text for word in fold(normalize(self.text)).split())


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A record or a draft in a list; `locales` are the languages it is written in.

    `day` is when the record was updated, or its draft saved, in a form that sorts.
    """

    record: RecordId
    title: Title
    status: RecordStatus
    locales: Collection[Locale] = tuple(Locale)
    notes: DraftNotes | None = None
    themes: Collection[str] = ()
    day: str = ""

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
            )
            for each in corpus.records.values()
            if each.id not in drafted | corpus.outdated
        ),
    ]


def in_record_order(
    rows: Sequence[StaffRow], order: RecordOrder | None
) -> list[StaffRow]:
    """Return rows in an order; without one, as they are."""
    match order:
        case RecordOrder.TITLE:
            return sorted(rows, key=lambda each: fold(normalize(each.title.text)))
        case RecordOrder.NEWEST:
            return sorted(rows, key=lambda each: each.day, reverse=True)
        case RecordOrder.OLDEST:
            return sorted(rows, key=lambda each: each.day)
        case None:
            return list(rows)


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
    )
