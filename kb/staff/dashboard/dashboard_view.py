"""What the desk shows: what awaits a member of staff."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from babel.dates import format_date
from flask_babel import gettext

from indexer.corpus.content_warnings import find_warnings
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Problem, ProblemCode, Severity, errors_first
from indexer.model.records import Record
from indexer.quotation_check import check_all_quotations
from kb.core.cache import IdentityKey
from kb.database.model import ZeroResultSearch
from kb.services import services
from kb.staff.base.problem_messages import problem_text
from kb.web.cards import Card, record_card
from kb.web.date_text import BABEL_LOCALES
from kb.web.locale import as_sentence, page_locale
from kb.web.page_content import page_content

REVIEWED_AFTER_DAYS = 365
SHOWN = 5
MAX_SHOWN = 200


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record that awaits something, and since when."""

    record: RecordId
    card: Card
    missing: Locale | None
    updated: str


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A problem of the content, in the language of the page; of a record, if known."""

    record: RecordId | None
    card: Card | None
    where: str
    what: str
    remedy: str
    is_warning: bool


@dataclass(frozen=True, slots=True)
class SearchRow:
    """A search that found nothing, and where it can be tried again."""

    text: str
    locale: Locale
    count: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The first of some rows, and how many there are in all."""

    rows: Sequence[object]
    total: int

    @property
    def has_more(self) -> bool:
        """Whether some are not shown."""
        return self.total > len(self.rows)


@dataclass(frozen=True, slots=True)
class DeskView:
    """All that the desk shows."""

    to_translate: Listing
    to_review: Listing
    problems: Listing
    searches: Listing
    counts_searches: bool


def desk_view() -> DeskView:
    """Present the desk: of each, the first few."""
    return DeskView(
        to_translate=to_translate(SHOWN),
        to_review=to_review(SHOWN),
        problems=problem_listing(SHOWN),
        searches=search_listing(SHOWN),
        counts_searches=services().settings.counts_unfound,
    )


def to_translate(limit: int = MAX_SHOWN) -> Listing:
    """List the records that lack an edition, the longest untouched first."""
    records = [
        each
        for each in _by_age(services().corpus)
        if any(not each.has_edition(locale) for locale in Locale)
    ]
    return Listing([_row(each) for each in records[:limit]], len(records))


def to_review(limit: int = MAX_SHOWN) -> Listing:
    """List the records that nobody has touched for a year, the oldest first."""
    before = services().clock().date() - dt.timedelta(days=REVIEWED_AFTER_DAYS)
    records = [each for each in _by_age(services().corpus) if each.updated <= before]
    return Listing([_row(each) for each in records[:limit]], len(records))


def problem_listing(limit: int = MAX_SHOWN) -> Listing:
    """List the problems that `kb content check` prints, errors first."""
    corpus = services().corpus
    documents = services().settings.locations.documents
    lost = check_all_quotations(corpus, services().texts, documents)
    warnings = _warnings(IdentityKey(corpus), documents.name)
    found = errors_first((*corpus.problems, *lost, *warnings))
    return Listing([problem_row(each) for each in found[:limit]], len(found))


def record_named_in(problem: Problem) -> RecordId | None:
    """Give the record that a problem is of, by the folder of its file."""
    folders = PurePosixPath(problem.path).parts[1:3]
    return RecordId.parse("/".join(folders))


def search_listing(limit: int = MAX_SHOWN) -> Listing:
    """List the searches that found nothing, the most frequent first."""
    if not services().settings.counts_unfound:
        return Listing((), 0)
    found: tuple[ZeroResultSearch, ...] = services().database.unfound.most_frequent(
        limit=MAX_SHOWN
    )
    rows = [SearchRow(each.text, each.locale, each.count) for each in found[:limit]]
    return Listing(rows, len(found))


def _by_age(corpus: Corpus) -> list[Record]:
    return sorted(corpus.records.values(), key=lambda each: (each.updated, each.id))


@lru_cache(maxsize=2)
def _warnings(corpus: IdentityKey[Corpus], root: str) -> tuple[Problem, ...]:
    # A third of a second: every text is looked through.
    return tuple(find_warnings(corpus.value, root=root))


def _row(record: Record) -> RecordRow:
    locale = page_locale()
    missing = next((each for each in Locale if not record.has_edition(each)), None)
    updated = format_date(record.updated, "medium", locale=BABEL_LOCALES[locale])
    return RecordRow(
        record.id, record_card(record, page_content(locale)), missing, updated
    )


def problem_row(problem: Problem) -> ProblemRow:
    """Present a problem."""
    record, what = record_named_in(problem), problem.what.text(gettext)
    found = services().corpus.get(record) if record else None
    # “The edition is missing” says which only to who reads the name of the file.
    is_edition = problem.code is ProblemCode.MISSING_EDITION
    return ProblemRow(
        record=record,
        card=record_card(found, page_content()) if found else None,
        where=f"{problem.path}:{problem.line}",
        what=problem_text(problem) if is_edition else as_sentence(what),
        remedy="" if is_edition else as_sentence(problem.remedy.text(gettext)),
        is_warning=problem.severity is Severity.WARNING,
    )
