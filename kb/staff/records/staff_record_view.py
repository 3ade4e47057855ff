"""Records and drafts as the staff see them: where each stands."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from indexer.analysis.normalization import fold, normalize
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import Deliverable, Record
from kb.publishing.changes.record_changes import texts_in
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft import Draft
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.history.history_entries import HistoryChange
from kb.publishing.published.trash import Trash, TrashedRecord
from kb.publishing.records.form_values import read_values
from kb.staff.accounts.account_view import moment_text
from kb.staff.base.differences_view import ChangeRow, change_row
from kb.staff.dashboard.dashboard_view import (
    Listing,
    ProblemRow,
    problem_row,
    record_named_in,
)
from kb.web.labels import ICONS, KINDS, KINDS_PLURAL
from kb.web.locale import LazyString, page_locale
from kb.web.locale import lazy_gettext as _l
from kb.web.urls import record_url

PAGE_SIZE = 30
CHANGES_SHOWN = 5


class RecordStatus(StrEnum):
    """Where a record stands."""

    PUBLISHED = "published"
    CHANGING = "changing"
    DRAFT = "draft"
    UNREADABLE = "unreadable"


STATUS_LABELS: dict[RecordStatus, LazyString] = {
    RecordStatus.PUBLISHED: _l("Published"),
    RecordStatus.CHANGING: _l("Published, with a draft in progress"),
    RecordStatus.DRAFT: _l("Draft"),
    RecordStatus.UNREADABLE: _l("Can’t be read"),
}


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """What is looked for."""

    text: str = ""
    kind: Kind | None = None
    standing: RecordStatus | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A record or a draft, as a list shows it."""

    record: RecordId
    title: str
    lang: str
    kind_label: str
    icon: str
    standing: RecordStatus
    standing_label: str
    missing: Locale | None
    saved: str = ""
    by: str = ""

    @property
    def path(self) -> dict[str, str]:
        """What addresses of this record are made of."""
        return {"folder": self.record.kind.folder, "slug": self.record.slug}

    @property
    def has_draft(self) -> bool:
        """Whether a draft of it is in work."""
        return self.standing in {RecordStatus.CHANGING, RecordStatus.DRAFT}

    @property
    def is_published(self) -> bool:
        """Whether visitors see it."""
        return self.standing in {RecordStatus.PUBLISHED, RecordStatus.CHANGING}


@dataclass(frozen=True, slots=True)
class SelectOption:
    """A value of a list to choose from."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class RecordList:
    """A page of records and drafts."""

    wanted: RecordFilter
    rows: tuple[StaffRow, ...]
    total: int
    pages: int
    kinds: tuple[SelectOption, ...]
    standings: tuple[SelectOption, ...]


@dataclass(frozen=True, slots=True)
class StaffRecordPage:
    """Where a record stands, and its last changes.

    It may lie in the content and yet not be read: `problems` are why visitors don't see
    it then, and `good` is the last state that could be read, as the change that it
    stood before or after.
    """

    row: StaffRow
    is_in_content: bool
    url: str
    changes: tuple[ChangeRow, ...]
    has_more_changes: bool
    files: tuple[str, ...]
    problems: tuple[ProblemRow, ...]
    good: tuple[int, str] | None


def staff_record_list(
    wanted: RecordFilter, corpus: Corpus, drafts: Sequence[Draft]
) -> RecordList:
    """Find records and drafts: those saved last first, then by kind and name."""
    rows = [each for each in _rows(corpus, drafts) if _is_wanted(each, wanted)]
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    page = min(max(1, wanted.page), pages)
    start = (page - 1) * PAGE_SIZE
    return RecordList(
        wanted=dataclasses.replace(wanted, page=page),
        rows=tuple(rows[start : start + PAGE_SIZE]),
        total=len(rows),
        pages=pages,
        kinds=tuple(
            SelectOption(each.value, str(KINDS_PLURAL[each]), each is wanted.kind)
            for each in Kind
        ),
        standings=tuple(
            SelectOption(each.value, str(STATUS_LABELS[each]), each is wanted.standing)
            for each in RecordStatus
        ),
    )


def draft_listing(corpus: Corpus, drafts: Sequence[Draft], *, limit: int) -> Listing:
    """List the drafts in work, those saved last first."""
    rows = [_draft_row(each, corpus) for each in _by_time(drafts)]
    return Listing(rows[:limit], len(rows))


def record_page(
    record: RecordId, corpus: Corpus, repository: Repository
) -> StaffRecordPage | None:
    """Present a record that is published, a draft, or put aside; None for no such."""
    changes = repository.history.changes(record, limit=CHANGES_SHOWN + 1)
    rows = {each.record: each for each in _rows(corpus, _draft_of(record, repository))}
    row = rows.get(record)
    if row is None:
        return None
    if row.standing is RecordStatus.UNREADABLE:
        # Its words may well be readable where its facts are not, or the reverse.
        titles = _titles(record.kind, texts_in(repository.record_folder(record)))
        title, lang = _shown(titles)
        row = dataclasses.replace(row, title=title or row.title, lang=lang)
    there = corpus.get(record)
    files = there.files if isinstance(there, Deliverable) else ()
    return StaffRecordPage(
        row=row,
        is_in_content=repository.state(record) is not None,
        url=record_url(record, page_locale()) if row.is_published else "",
        changes=tuple(
            change_row(each, repository.history, corpus)
            for each in changes[:CHANGES_SHOWN]
        ),
        has_more_changes=len(changes) > CHANGES_SHOWN,
        files=tuple(each.name for each in files),
        problems=_problems(record, corpus),
        good=_last_good(changes, repository) if there is None else None,
    )


def _problems(record: RecordId, corpus: Corpus) -> tuple[ProblemRow, ...]:
    """Give why a record in the content can't be read; nothing of one that can."""
    if record in corpus.records:
        return ()
    return tuple(
        problem_row(each) for each in corpus.problems if record_named_in(each) == record
    )


def _last_good(
    changes: Sequence[HistoryChange], repository: Repository
) -> tuple[int, str] | None:
    """Give the newest state that can be shown as a form, other than the present one."""
    for change in changes:
        record = change.entry.record
        present = repository.state(record)
        if present is None or change.entry.is_draft:
            continue
        for side, state in (
            ("after", change.entry.after),
            ("before", change.entry.before),
        ):
            if state is None or state == present:
                continue
            if not read_values(record.kind, repository.history.texts(state)).raw:
                return change.number, side
    return None


@dataclass(frozen=True, slots=True)
class AsideRow:
    """A record that was put aside."""

    work: str
    title: str
    lang: str
    kind_label: str
    icon: str
    who: str
    at: str
    merged_into: str


def aside_listing(remover: Trash, corpus: Corpus, *, limit: int) -> Listing:
    """List what was put aside, the newest first."""
    found = remover.all()
    rows = [_aside_row(each, remover, corpus) for each in found[:limit]]
    return Listing(rows, len(found))


def _aside_row(aside: TrashedRecord, remover: Trash, corpus: Corpus) -> AsideRow:
    kind = aside.record.kind
    title, lang = _shown(_titles(kind, texts_in(remover.record_folder(aside))))
    return AsideRow(
        work=aside.transaction,
        title=title or aside.title,
        lang=lang,
        kind_label=str(KINDS[kind]),
        icon=ICONS[kind],
        who=aside.actor,
        at=moment_text(aside.at),
        merged_into=_title_of(corpus, aside.merged_into),
    )


def _title_of(corpus: Corpus, record: RecordId | None) -> str:
    if record is None:
        return ""
    there = corpus.get(record)
    return there.edition(page_locale()).title if there is not None else record.slug


def _draft_of(record: RecordId, repository: Repository) -> tuple[Draft, ...]:
    if repository.draft_folders.find(record) is None:
        return ()
    return (DraftEditor(repository).load(record),)


def _by_time(drafts: Sequence[Draft]) -> list[Draft]:
    return sorted(drafts, key=lambda each: each.notes.saved_at, reverse=True)


def _rows(corpus: Corpus, drafts: Sequence[Draft]) -> list[StaffRow]:
    begun = {each.record for each in drafts}
    unreadable = {
        record
        for each in corpus.problems
        if (record := record_named_in(each)) is not None
        and record not in corpus.records
        and record not in begun
    }
    return [
        *(_unreadable_row(each) for each in sorted(unreadable, key=str)),
        *(_draft_row(each, corpus) for each in _by_time(drafts)),
        *(
            _published_row(each)
            for each in corpus.records.values()
            if each.id not in begun
        ),
    ]


def _unreadable_row(record: RecordId) -> StaffRow:
    return _row(record, record.slug, "", RecordStatus.UNREADABLE, None)


def _published_row(record: Record) -> StaffRow:
    locale = page_locale()
    edition = record.edition(locale)
    return _row(
        record.id,
        edition.title,
        edition.locale.value if edition.locale is not locale else "",
        RecordStatus.PUBLISHED,
        next((each for each in Locale if not record.has_edition(each)), None),
    )


def _draft_row(draft: Draft, corpus: Corpus) -> StaffRow:
    titles = _titles(draft.record.kind, draft.texts)
    title, lang = _shown(titles)
    is_published = corpus.get(draft.record) is not None
    row = _row(
        draft.record,
        title or draft.record.slug,
        lang,
        RecordStatus.CHANGING if is_published else RecordStatus.DRAFT,
        next((each for each in Locale if each not in titles), None),
    )
    at = draft.notes.saved_at
    return dataclasses.replace(row, saved=_moment(at), by=draft.notes.by)


def _titles(kind: Kind, texts: Mapping[str, str]) -> dict[Locale, str]:
    words = read_values(kind, texts).words
    return {
        each: title
        for each in Locale
        if isinstance(title := words.get(each, {}).get("title", ""), str) and title
    }


def _shown(titles: Mapping[Locale, str]) -> tuple[str, str]:
    """Give the title to show, and its language when it is not the page's."""
    locale = page_locale()
    for each in (locale, locale.other):
        if each in titles:
            return titles[each], each.value if each is not locale else ""
    return "", ""


def _moment(text: str) -> str:
    return moment_text(dt.datetime.fromisoformat(text)) if text else ""


def _row(
    record: RecordId,
    title: str,
    lang: str,
    standing: RecordStatus,
    missing: Locale | None,
) -> StaffRow:
    return StaffRow(
        record=record,
        title=title,
        lang=lang,
        kind_label=str(KINDS[record.kind]),
        icon=ICONS[record.kind],
        standing=standing,
        standing_label=str(STATUS_LABELS[standing]),
        missing=missing,
    )


def _is_wanted(row: StaffRow, wanted: RecordFilter) -> bool:
    if wanted.kind not in {None, row.record.kind}:
        return False
    if wanted.standing not in {None, row.standing}:
        return False
    if not wanted.text.strip():
        return True
    known = fold(normalize(f"{row.title} {row.record.slug}"))
    return all(word in known for word in fold(normalize(wanted.text)).split())
