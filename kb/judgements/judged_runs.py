"""The last run of all judged queries, stored for the pages of staff.

A command beside the service runs them after each change; pages read the file.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from indexer.corpus.shared_files import JUDGEMENT_FILE
from indexer.files import file_stamp, write_file_atomically
from indexer.model.ids import RecordId
from indexer.model.judged_queries import JudgedQuery
from kb.judgements.measures import DEPTH, QueryResult, has_grades, ndcg, page_query
from kb.services import Services
from kb.web.search.facet_values import vocabulary_of

RUN_FILE = "judged.json"

STORED_DEPTH = 2 * DEPTH
"""More records than the first page has: which ones follow if some are withdrawn."""

PROGRESS_EVERY = 20


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """The records of all judged queries, as they were last run.

    Attributes:
        state: a digest of what was searched, and of the judgements.
        rankings: the first records of each query, by the id of the query.
        lost: the queries whose answer left the first page, and has not returned.
        done: of a run that is going on, how many queries are done.
        count: how many it has; 0 if none is going on.
    """

    state: str = ""
    rankings: Mapping[str, tuple[RecordId, ...]] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    done: int = 0
    count: int = 0

    def results(self, queries: Iterable[JudgedQuery]) -> tuple[QueryResult, ...]:
        """Return the results of the queries that were run."""
        return tuple(
            result_of(judged, self.rankings[judged.id])
            for judged in queries
            if judged.id in self.rankings and has_grades(judged)
        )


def result_of(judged: JudgedQuery, records: Sequence[RecordId]) -> QueryResult:
    """Return the result of a query that found these records, the best first."""
    ranking = tuple(records)[:DEPTH]
    return QueryResult(judged, ranking, ndcg(ranking, judged.grades))


def run_state(services: Services) -> str:
    """Return a digest of what judged queries search, and of the judgements.

    It is the same in all processes.
    """
    path = services.settings.locations.documents / JUDGEMENT_FILE
    try:
        judgements = file_stamp(path.stat())
    except OSError:
        judgements = ()
    parts = services.engine.generation, services.content.corpus.stamp, judgements
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()


def read_run(instance: Path) -> JudgedRun:
    """Return the run stored last; an empty one if there is none that can be read."""
    try:
        stored = json.loads((instance / RUN_FILE).read_text("utf-8"))
        return JudgedRun(
            str(stored["state"]),
            {
                str(query): tuple(filter(None, map(RecordId.parse, records)))
                for query, records in stored["rankings"].items()
            },
            tuple(map(str, stored["lost"])),
            int(stored["done"]),
            int(stored["count"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return JudgedRun()


def store_run(instance: Path, run: JudgedRun) -> None:
    """Store a run.

    Raises:
        OSError: the file can't be written.
    """
    stored: dict[str, Any] = {
        "state": run.state,
        "rankings": {
            query: [*map(str, records)] for query, records in run.rankings.items()
        },
        "lost": run.lost,
        "done": run.done,
        "count": run.count,
    }
    write_file_atomically(
        instance / RUN_FILE, json.dumps(stored).encode(), is_durable=False
    )


def run_all(services: Services, queries: Sequence[JudgedQuery]) -> JudgedRun:
    """Run all judged queries, as the search page does, and store what they find.

    Raises:
        IndexUnavailableError: there is no index to search.
        OSError: the file can't be written.
    """
    instance = services.settings.locations.instance
    before, state = read_run(instance), run_state(services)
    vocabulary = vocabulary_of(services.content.corpus)
    rankings: dict[str, tuple[RecordId, ...]] = {}
    graded = [judged for judged in queries if has_grades(judged)]
    for number, judged in enumerate(graded):
        if number % PROGRESS_EVERY == 0:
            store_run(instance, replace(before, done=number, count=len(graded)))
        query = page_query(judged.text, judged.locale, vocabulary, max_passages=0)
        page = services.searches.search(replace(query, page_size=STORED_DEPTH))
        rankings[judged.id] = tuple(hit.id for hit in page.hits)
    run = JudgedRun(state, rankings, _lost(before, rankings, graded))
    store_run(instance, run)
    return run


def _lost(
    before: JudgedRun,
    rankings: Mapping[str, tuple[RecordId, ...]],
    queries: Sequence[JudgedQuery],
) -> tuple[str, ...]:
    """Return the queries that have no answer now, and had one at an earlier run."""
    had_answer = {
        result.judged.id for result in before.results(queries) if result.has_answer
    } | {*before.lost}
    return tuple(
        judged.id
        for judged in queries
        if judged.answers
        and judged.id in had_answer
        and not result_of(judged, rankings[judged.id]).has_answer
    )
