"""What the relevance desk shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import format_percent
from flask_babel import gettext as _

from indexer.analysis.normalization import query_key
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale
from indexer.model.judged_queries import Grade
from indexer.model.records import Record
from indexer.model.results import ResultPage
from kb.database.model import CountedSearch
from kb.judgements.measures import DEPTH, QueryResult, share_with_best_first
from kb.staff.relevance.decision_form import DecisionForm, RecordDecision

PARTLY = (Grade.PARTLY, Grade.LITTLE)


@dataclass(frozen=True, slots=True)
class SearchRow:
    """A search with its count, and how well it is answered, in words."""

    text: str
    locale: Locale
    count: int
    state: str


@dataclass(frozen=True, slots=True)
class DeskView:
    """All that the desk shows.

    Attributes:
        judged: the number of judged searches that have an answer.
        first_share: the share of them whose first record answers, in per cent.
        lost: those without their answer on the first page.
        typed: the most frequent searches.
        unfound: the most frequent searches without results.
    """

    judged: int
    first_share: str
    lost: tuple[SearchRow, ...]
    typed: tuple[SearchRow, ...]
    unfound: tuple[SearchRow, ...]


@dataclass(frozen=True, slots=True)
class JudgedRecordRow:
    """A record on the page of a search; `rank` is 0 if it is not among the first ten.

    `partly` is the grade that “partly” stands for.
    """

    record: Record
    rank: int
    decision: RecordDecision
    partly: Grade


def desk_view(
    results: Sequence[QueryResult],
    typed: Iterable[CountedSearch],
    unfound: Iterable[CountedSearch],
) -> DeskView:
    """Return the view of the desk from the judged and the counted searches."""
    states = {
        (query_key(each.judged.text), each.judged.locale): _state(each)
        for each in results
    }
    lost = [each for each in results if each.judged.answers and not each.has_answer]
    return DeskView(
        len(results),
        format_percent(share_with_best_first(results)) if results else "",
        tuple(
            SearchRow(each.judged.text, each.judged.locale, 0, _state(each))
            for each in lost
        ),
        tuple(_row(each, states) for each in typed),
        tuple(_row(each, states) for each in unfound),
    )


def search_rows(
    results: ResultPage | None, form: DecisionForm, corpus: Corpus
) -> tuple[JudgedRecordRow, ...]:
    """Return the first records of a search, then the others of the form."""
    hits = [] if results is None else [hit.id for hit in results.hits[:DEPTH]]
    ranks = {record: rank for rank, record in enumerate(hits, 1)}
    ids = dict.fromkeys((*hits, *form.records))
    return tuple(
        _record_row(corpus.records[each], ranks.get(each, 0), form.records.get(each))
        for each in ids
        if each in corpus.records
    )


def _record_row(
    record: Record, rank: int, decision: RecordDecision | None
) -> JudgedRecordRow:
    decided = decision or RecordDecision()
    partly = decided.grade if decided.grade in PARTLY else Grade.PARTLY
    return JudgedRecordRow(record, rank, decided, partly)


def _row(search: CountedSearch, states: Mapping[tuple[str, Locale], str]) -> SearchRow:
    state = states.get((query_key(search.text), search.locale), "")
    return SearchRow(search.text, search.locale, search.count, state or _("not judged"))


def _state(result: QueryResult) -> str:
    ranks = [
        rank
        for rank, record in enumerate(result.ranking, 1)
        if record in result.judged.answers
    ]
    if not result.judged.answers:
        return _("no record answers it")
    if not ranks:
        return _("its answer is not on the first page")
    return _("its answer is result %(rank)s", rank=ranks[0])
