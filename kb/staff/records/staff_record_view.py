"""Views of records and drafts: their lists, a record with its status, the trash."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from indexer.analysis.normalization import fold, normalize
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import Deliverable, Record, Title, localized_title
from kb.publishing.drafts.draft import Draft
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import HistoryChange
from kb.publishing.published.trash import TrashedRecord
from kb.publishing.records.form_values import read_values
from kb.staff.base.differences_view import ChangeRow, change_row
from kb.staff.base.field_labels import missing_edition_label
from kb.staff.base.links import record_path
from kb.staff.base.times import stored_time_text, time_text
from kb.staff.dashboard.dashboard_view import (
    Listing,
    ProblemRow,
    problem_row,
    record_with_problem,
)
from kb.web.labels import ICONS, KINDS, KINDS_PLURAL
from kb.web.locale import LazyString, page_locale
from kb.web.locale import lazy_gettext as _l
from kb.web.page_content import PageContent
from kb.web.pagination import page_slice
from kb.web.urls import record_url

PER_PAGE = 30
CHANGES_SHOWN = 5


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
class RecordFilter:
    """The filter of the list of records, and its page."""

    text: str = ""
    kind: Kind | None = None
    status: RecordStatus | None = None
    page: int = 1

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of an address with the same filter, without the page."""
        return {
            "q": self.text,
            "kind": self.kind.value if self.kind is not None else "",
            "standing": self.status.value if self.status is not None else "",
        }

    def matches(self, row: StaffRow) -> bool:
        """Return whether a row has the kind, the status and all words of the text."""
        if self.kind not in {None, row.record.kind}:
            return False
        if self.status not in {None, row.status}:
            return False
        text = fold(normalize(f"{row.title} {row.record.slug}"))
        return all(word in text for word in fold(normalize(self.text)).split())


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A record or a draft in a list; `missing_edition` is empty if it has both."""

    record: RecordId
    title: str
    lang: str
    kind_label: str
    icon: str
    status: RecordStatus
    status_label: str
    missing_edition: str
    saved: str = ""
    by: str = ""

    @property
    def badge(self) -> str:
        """The CSS class of the badge."""
        return BADGES.get(self.status, "")

    @property
    def path(self) -> dict[str, str]:
        """The values that addresses of the record are built from."""
        return record_path(self.record)

    @property
    def has_draft(self) -> bool:
        """Whether there is a draft of the record."""
        return self.status in {RecordStatus.CHANGING, RecordStatus.DRAFT}

    @property
    def is_published(self) -> bool:
        """Whether visitors see the record."""
        return self.status in {RecordStatus.PUBLISHED, RecordStatus.CHANGING}


@dataclass(frozen=True, slots=True)
class SelectOption:
    """A value of a `select` control."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class RecordListPage:
    """A page of the list of records and drafts."""

    filter: RecordFilter
    rows: tuple[StaffRow, ...]
    total: int
    page: int
    pages: int
    kinds: tuple[SelectOption, ...]
    statuses: tuple[SelectOption, ...]


@dataclass(frozen=True, slots=True)
class StaffRecordPage:
    """A record with its status and its last changes.

    `problems` are why a record in the content is unreadable, and `last_readable` its
    last readable state: the number of a change, and the side before or after it.
    """

    row: StaffRow
    is_in_content: bool
    url: str
    changes: tuple[ChangeRow, ...]
    has_more_changes: bool
    files: tuple[str, ...]
    problems: tuple[ProblemRow, ...]
    last_readable: tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class RecordSources:
    """The data that the page of a record is built from.

    `texts` are the files of the record in the content, None if it has none there;
    `changes` are its changes, newest first, one more than the page shows.
    """

    record: RecordId
    draft: Draft | None
    texts: Mapping[str, str] | None
    changes: Sequence[HistoryChange]
    last_readable: tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class TrashRow:
    """A record in the trash; `merged_into` is the title of the record it went into."""

    transaction: str
    title: str
    lang: str
    kind_label: str
    icon: str
    actor: str
    at: str
    merged_into: str


def record_list_page(
    record_filter: RecordFilter, corpus: Corpus, drafts: Sequence[Draft]
) -> RecordListPage:
    """Return the rows that match: unreadable records, drafts, then the others.

    Drafts are sorted by the time they were saved, newest first.
    """
    rows = [each for each in _rows(corpus, drafts) if record_filter.matches(each)]
    current = page_slice(len(rows), page=record_filter.page, per_page=PER_PAGE)
    return RecordListPage(
        filter=record_filter,
        rows=tuple(rows[current.rows]),
        total=len(rows),
        page=current.page,
        pages=current.pages,
        kinds=tuple(
            SelectOption(
                each.value, str(KINDS_PLURAL[each]), each is record_filter.kind
            )
            for each in Kind
        ),
        statuses=tuple(
            SelectOption(
                each.value, str(STATUS_LABELS[each]), each is record_filter.status
            )
            for each in RecordStatus
        ),
    )


def draft_listing(corpus: Corpus, drafts: Sequence[Draft], *, limit: int) -> Listing:
    """Return the drafts saved last, newest first."""
    newest = _newest_first(drafts)
    return Listing([_draft_row(each, corpus) for each in newest[:limit]], len(newest))


def staff_record_page(
    sources: RecordSources, content: PageContent, history: History
) -> StaffRecordPage | None:
    """Return the page of a record.

    Returns:
        None when the record is neither published nor a draft nor unreadable.
    """
    record, changes, corpus = sources.record, sources.changes, content.corpus
    drafts = () if sources.draft is None else (sources.draft,)
    row = next((each for each in _rows(corpus, drafts) if each.record == record), None)
    if row is None:
        return None
    if row.status is RecordStatus.UNREADABLE:
        # One file may be readable although the other is not.
        title = _title(record, sources.texts or {})
        row = dataclasses.replace(row, title=title.text, lang=title.lang)
    published = corpus.get(record)
    files = published.files if isinstance(published, Deliverable) else ()
    problems = () if record in corpus.records else corpus.problems
    return StaffRecordPage(
        row=row,
        is_in_content=sources.texts is not None,
        url=record_url(record, page_locale()) if row.is_published else "",
        changes=tuple(
            change_row(each, history, corpus) for each in changes[:CHANGES_SHOWN]
        ),
        has_more_changes=len(changes) > CHANGES_SHOWN,
        files=tuple(each.name for each in files),
        problems=tuple(
            problem_row(each, content)
            for each in problems
            if record_with_problem(each) == record
        ),
        last_readable=sources.last_readable,
    )


def trash_row(
    trashed: TrashedRecord, texts: Mapping[str, str], corpus: Corpus
) -> TrashRow:
    """Return the row of a record in the trash; `texts` are its files."""
    kind = trashed.record.kind
    title = _title(trashed.record, texts, trashed.title)
    return TrashRow(
        transaction=trashed.transaction,
        title=title.text,
        lang=title.lang,
        kind_label=str(KINDS[kind]),
        icon=ICONS[kind],
        actor=trashed.actor,
        at=time_text(trashed.at),
        merged_into=_published_title(trashed.merged_into, corpus),
    )


def _published_title(record: RecordId | None, corpus: Corpus) -> str:
    if record is None:
        return ""
    published = corpus.get(record)
    if published is None:
        return record.slug
    return published.title_for(page_locale()).text


def _title(record: RecordId, texts: Mapping[str, str], default: str = "") -> Title:
    titles = read_values(record.kind, texts).titles
    return localized_title(titles, page_locale(), default or record.slug)


def _newest_first(drafts: Sequence[Draft]) -> list[Draft]:
    return sorted(drafts, key=lambda each: each.notes.saved_at, reverse=True)


def _rows(corpus: Corpus, drafts: Sequence[Draft]) -> list[StaffRow]:
    drafted = {each.record for each in drafts}
    with_problems = map(record_with_problem, corpus.problems)
    unreadable = set(filter(None, with_problems)) - drafted - set(corpus.records)
    return [
        *(_unreadable_row(each) for each in sorted(unreadable, key=str)),
        *(_draft_row(each, corpus) for each in _newest_first(drafts)),
        *(
            _published_row(each)
            for each in corpus.records.values()
            if each.id not in drafted
        ),
    ]


def _unreadable_row(record: RecordId) -> StaffRow:
    return _row(record, Title(record.slug), RecordStatus.UNREADABLE)


def _published_row(record: Record) -> StaffRow:
    missing = next((each for each in Locale if not record.has_edition(each)), None)
    title = record.title_for(page_locale())
    return _row(record.id, title, RecordStatus.PUBLISHED, missing)


def _draft_row(draft: Draft, corpus: Corpus) -> StaffRow:
    titles = read_values(draft.record.kind, draft.texts).titles
    is_published = corpus.get(draft.record) is not None
    row = _row(
        draft.record,
        localized_title(titles, page_locale(), draft.record.slug),
        RecordStatus.CHANGING if is_published else RecordStatus.DRAFT,
        next((each for each in Locale if each not in titles), None),
    )
    saved = stored_time_text(draft.notes.saved_at)
    return dataclasses.replace(row, saved=saved, by=draft.notes.by)


def _row(
    record: RecordId, title: Title, status: RecordStatus, missing: Locale | None = None
) -> StaffRow:
    return StaffRow(
        record=record,
        title=title.text,
        lang=title.lang,
        kind_label=str(KINDS[record.kind]),
        icon=ICONS[record.kind],
        status=status,
        status_label=str(STATUS_LABELS[status]),
        missing_edition="" if missing is None else missing_edition_label(missing),
    )
