"""The judged queries that a change would take their answer from, before it is made.

The stored results of the last run say which queries depend on the changed records. Only
those are run, on the index as if the change were made.
"""

import dataclasses
import logging
from collections.abc import Mapping, Sequence

from indexer.corpus.corpus import Corpus
from indexer.errors import NOT_INDEXED_ERRORS
from indexer.model.ids import RecordId
from indexer.model.judged_queries import Grade, JudgedQuery
from indexer.model.query import Query
from indexer.model.results import ResultPage
from indexer.pipeline import prepared_records
from indexer.search.query_rewriting import with_curations
from indexer.search.rank_fusion import with_neighbours
from kb.judgements.judged_runs import JudgedRun
from kb.judgements.measures import DEPTH, QueryResult, Ranking, result_of, run_judged
from kb.services import Services
from kb.web.search.facet_values import vocabulary_of

MAX_WRITTEN = 50
"""With more records, nobody waits for the question; the run after it answers it."""

logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class ContentChange:
    """A change of the content: the records written and those removed.

    `successors` are the records that a removed one is merged into, which then answer
    too what it answers.
    """

    future: Corpus
    written: frozenset[RecordId]
    removed: frozenset[RecordId]
    successors: Mapping[RecordId, RecordId]

    @classmethod
    def of(
        cls,
        corpus: Corpus,
        future: Corpus,
        successors: Mapping[RecordId, RecordId] | None = None,
    ) -> "ContentChange":
        """Return what differs between the content now, and after a change."""
        before, after = corpus.records, future.records
        return cls(
            future,
            frozenset(key for key in after if before.get(key) is not after[key]),
            frozenset(before.keys() - after.keys()),
            successors or {},
        )


def queries_losing_their_answer(
    services: Services,
    queries: Sequence[JudgedQuery],
    run: JudgedRun,
    change: ContentChange,
) -> tuple[QueryResult, ...]:
    """Return the judged queries whose answer would leave the first page.

    Args:
        services: the services of the site.
        queries: the judged queries.
        run: their last run.
        change: the change that is to be made.

    Returns:
        Their results after the change. What a removal leaves is known from the last
        run; records that are written are searched. None for an index that can't be read
        or copied, such as that of a cluster: the change then goes on.
    """
    doubtful = [
        judged
        for judged in queries
        if judged.id in run.rankings
        and result_of(judged, run.rankings[judged.id]).has_answer
        and not _keeps_answer(judged, run.rankings[judged.id], change)
    ]
    if change.removed:
        results: Sequence[QueryResult] = [
            _result_after(judged, run.rankings[judged.id], change)
            for judged in doubtful
        ]
    else:
        results = _searched(services, doubtful, change)
    return tuple(result for result in results if not result.has_answer)


def _result_after(
    judged: JudgedQuery, ranking: Ranking, change: ContentChange
) -> QueryResult:
    """Return the result of a query without the removed records."""
    others = tuple(record for record in ranking if record not in change.removed)
    return result_of(_inherited(judged, change.successors), others)


def _keeps_answer(judged: JudgedQuery, ranking: Ranking, change: ContentChange) -> bool:
    """Return whether an answer stays on the first page, wherever written records go."""
    result = _result_after(judged, ranking, change)
    if change.removed:
        return result.has_answer
    certain = result.ranking[: max(0, DEPTH - len(change.written))]
    return not result.judged.answers.isdisjoint({*certain} - change.written)


def _searched(
    services: Services, queries: Sequence[JudgedQuery], change: ContentChange
) -> Sequence[QueryResult]:
    """Return the results of queries as if written records were in the index."""
    corpus = change.future
    records = [corpus.records[record] for record in change.written]
    if not queries or len(records) > MAX_WRITTEN:
        return ()
    try:
        indexed, _ = prepared_records(records, corpus, services.texts)
        search = services.engine.trial(indexed)
        if search is None:
            return ()

        def search_future(query: Query) -> ResultPage:
            query = with_neighbours(query, corpus.neighbours)
            return search(with_curations(query, corpus.curations))

        vocabulary = vocabulary_of(services.content.corpus)
        return run_judged(queries, search_future, vocabulary)
    except (*NOT_INDEXED_ERRORS, OSError) as error:
        logger.warning("the judged queries cannot be run: %s", error)
        return ()


def _inherited(
    judged: JudgedQuery, successors: Mapping[RecordId, RecordId]
) -> JudgedQuery:
    """Return a judged query in which successors have the grades of their records."""
    if not successors.keys() & judged.grades.keys():
        return judged
    grades: dict[RecordId, Grade] = {}
    for record, grade in judged.grades.items():
        heir = successors.get(record, record)
        grades[heir] = max(grade, grades.get(heir, grade))
    return dataclasses.replace(judged, grades=grades)
