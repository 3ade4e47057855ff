"""View models of the dashboard lists: old and untranslated records, and problems."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Problem, ProblemCode
from indexer.model.records import Record, Title
from kb.staff.base.problem_messages import problem_text
from kb.web.locale import as_sentence, page_locale

REVIEWED_AFTER_DAYS = 365
MAX_ROWS = 200


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A problem of the content; `title` is None for an unreadable record."""

    record: RecordId | None
    title: Title | None
    place: str
    text: str
    remedy: str
    is_warning: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """The first rows of a list, and the number of all its rows."""

    rows: Sequence[object]
    total: int

    @property
    def has_more(self) -> bool:
        """Whether some rows are left out."""
        return self.total > len(self.rows)


def listing(rows: Sequence[object], *, limit: int = MAX_ROWS) -> Listing:
    """Return the first rows of a list."""
    return Listing(rows[:limit], len(rows))


def records_in_one_language(corpus: Corpus) -> list[Record]:
    """Return the records that lack an edition, the oldest first."""
    return _oldest_first(
        each for each in corpus.records.values() if len(each.editions) < len(Locale)
    )


def records_not_updated(corpus: Corpus, today: dt.date) -> list[Record]:
    """Return the records that were not updated for a year, the oldest first."""
    latest = today - dt.timedelta(days=REVIEWED_AFTER_DAYS)
    return _oldest_first(
        each for each in corpus.records.values() if each.updated <= latest
    )


def problem_listing(
    problems: Sequence[Problem], corpus: Corpus, *, limit: int = MAX_ROWS
) -> Listing:
    """Return the rows of problems, in their order."""
    rows = [problem_row(each, corpus) for each in problems[:limit]]
    return Listing(rows, len(problems))


def problem_row(problem: Problem, corpus: Corpus) -> ProblemRow:
    """Return the row of a problem."""
    record = record_with_problem(problem)
    published = corpus.get(record) if record is not None else None
    text, remedy = problem.what.text(_), as_sentence(problem.remedy.text(_))
    if problem.code is ProblemCode.MISSING_EDITION:
        # The original message names no language: only the file name shows it.
        text, remedy = problem_text(problem), ""
    return ProblemRow(
        record=record,
        title=published.title_for(page_locale()) if published is not None else None,
        place=f"{problem.path}:{problem.line}",
        text=as_sentence(text),
        remedy=remedy,
        is_warning=problem.is_warning,
    )


def record_with_problem(problem: Problem) -> RecordId | None:
    """Return the record whose folder holds the file of a problem."""
    folders = PurePosixPath(problem.path).parts[1:3]
    return RecordId.parse("/".join(folders))


def _oldest_first(records: Iterable[Record]) -> list[Record]:
    return sorted(records, key=lambda each: (each.updated, each.id))
