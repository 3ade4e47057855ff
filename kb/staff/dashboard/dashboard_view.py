"""Views of the dashboard lists: missing editions, old records, problems, searches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from babel.dates import format_date
from flask_babel import gettext as _

from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Problem, ProblemCode
from indexer.model.records import Record
from kb.database.model import ZeroResultSearch
from kb.staff.base.field_labels import missing_edition_label
from kb.staff.base.problem_messages import problem_text
from kb.web.cards import Card, record_card
from kb.web.date_text import BABEL_LOCALES
from kb.web.locale import as_sentence
from kb.web.page_content import PageContent

REVIEWED_AFTER_DAYS = 365
MAX_ROWS = 200


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record to translate or to review; `missing_edition` is empty if it has both."""

    record: RecordId
    card: Card
    missing_edition: str
    updated: str


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A problem of the content; `card` is None for an unreadable record."""

    record: RecordId | None
    card: Card | None
    place: str
    text: str
    remedy: str
    is_warning: bool


@dataclass(frozen=True, slots=True)
class SearchRow:
    """A search without results, and how often it was made."""

    text: str
    locale: Locale
    count: int

    @property
    def is_one_word(self) -> bool:
        """Whether the lexicon can have a synonym for it."""
        return " " not in self.text


@dataclass(frozen=True, slots=True)
class Listing:
    """The first rows of a list, and the number of all its rows."""

    rows: Sequence[object]
    total: int

    @property
    def has_more(self) -> bool:
        """Whether some rows are left out."""
        return self.total > len(self.rows)


def translation_listing(content: PageContent, *, limit: int = MAX_ROWS) -> Listing:
    """Return the records that lack an edition, the oldest first."""
    records = [
        each
        for each in content.corpus.records.values()
        if any(not each.has_edition(locale) for locale in Locale)
    ]
    return _record_listing(records, content, limit)


def review_listing(
    content: PageContent, today: dt.date, *, limit: int = MAX_ROWS
) -> Listing:
    """Return the records that were not updated for a year, the oldest first."""
    oldest = today - dt.timedelta(days=REVIEWED_AFTER_DAYS)
    every = content.corpus.records.values()
    records = [each for each in every if each.updated <= oldest]
    return _record_listing(records, content, limit)


def problem_listing(
    problems: Sequence[Problem], content: PageContent, *, limit: int = MAX_ROWS
) -> Listing:
    """Return the rows of problems, in their order."""
    rows = [problem_row(each, content) for each in problems[:limit]]
    return Listing(rows, len(problems))


def search_listing(
    searches: Sequence[ZeroResultSearch], *, limit: int = MAX_ROWS
) -> Listing:
    """Return the rows of searches without results, in their order."""
    rows = [SearchRow(each.text, each.locale, each.count) for each in searches[:limit]]
    return Listing(rows, len(searches))


def problem_row(problem: Problem, content: PageContent) -> ProblemRow:
    """Return the row of a problem."""
    record = record_with_problem(problem)
    published = content.corpus.get(record) if record is not None else None
    text, remedy = problem.what.text(_), as_sentence(problem.remedy.text(_))
    if problem.code is ProblemCode.MISSING_EDITION:
        # The original message names no language: only the file name shows it.
        text, remedy = problem_text(problem), ""
    return ProblemRow(
        record=record,
        card=record_card(published, content) if published is not None else None,
        place=f"{problem.path}:{problem.line}",
        text=as_sentence(text),
        remedy=remedy,
        is_warning=problem.is_warning,
    )


def record_with_problem(problem: Problem) -> RecordId | None:
    """Return the record whose folder holds the file of a problem."""
    folders = PurePosixPath(problem.path).parts[1:3]
    return RecordId.parse("/".join(folders))


def _record_listing(records: list[Record], content: PageContent, limit: int) -> Listing:
    records.sort(key=lambda each: (each.updated, each.id))
    rows = [_record_row(each, content) for each in records[:limit]]
    return Listing(rows, len(records))


def _record_row(record: Record, content: PageContent) -> RecordRow:
    missing = next((each for each in Locale if not record.has_edition(each)), None)
    return RecordRow(
        record.id,
        record_card(record, content),
        "" if missing is None else missing_edition_label(missing),
        format_date(record.updated, "medium", locale=BABEL_LOCALES[content.locale]),
    )
