"""Runs the judged queries as if the content were changed, before it is.

The change is indexed in a copy of the index, which is deleted afterwards.
"""

import dataclasses
import logging
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from indexer.corpus.corpus import Corpus
from indexer.engines.base import SearchEngine
from indexer.errors import NOT_INDEXED_ERRORS
from indexer.model.ids import RecordId
from indexer.model.judged_queries import Grade, JudgedQuery
from indexer.model.query import Query
from indexer.model.results import ResultPage
from indexer.pipeline import open_stored_engine, update
from indexer.search.query_rewriting import with_curations
from indexer.search.rank_fusion import with_neighbours
from kb.judgements.measures import QueryResult, run_judged
from kb.services import Services
from kb.web.search.facet_values import vocabulary_of

logger = logging.getLogger(__name__)


def queries_losing_their_answer(
    services: Services,
    queries: Sequence[JudgedQuery],
    future: Corpus,
    successors: Mapping[RecordId, RecordId] | None = None,
) -> tuple[QueryResult, ...]:
    """Return the judged queries whose answer would leave the first page.

    Args:
        services: the services of the site; `content` is as visitors see it.
        queries: the judged queries.
        future: the corpus as if the change were made.
        successors: the records that a record is merged into, which then answer too
            what it answers.

    Returns:
        Their results after the change. None with an index in a cluster, which is not
        copied, or if the index can't be read: the change then goes on.
    """
    locations = services.settings.locations
    if not queries or locations.has_shared_index:
        return ()
    corpus = services.content.corpus
    try:
        before = run_judged(queries, services.searches.search, vocabulary_of(corpus))
        with tempfile.TemporaryDirectory(dir=locations.instance) as folder:
            copy = Path(folder) / "index"
            shutil.copytree(locations.index, copy)
            engine = open_stored_engine(dataclasses.replace(locations, index=copy))
            update(engine, lambda: future, texts=services.texts)
            search = partial(_search, engine, future)
            inherited = [_inherited(query, successors or {}) for query in queries]
            after = run_judged(inherited, search, vocabulary_of(future))
    except (*NOT_INDEXED_ERRORS, OSError) as error:
        logger.warning("the judged queries cannot be run: %s", error)
        return ()
    had_answer = {result.judged.id for result in before if result.has_answer}
    return tuple(
        result
        for result in after
        if not result.has_answer and result.judged.id in had_answer
    )


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


def _search(engine: SearchEngine, corpus: Corpus, query: Query) -> ResultPage:
    query = with_neighbours(query, corpus.neighbours)
    return engine.search(with_curations(query, corpus.curations))
