"""The stored runs of all judged queries: the last one, and the one to compare with.

A command beside the service runs them after each change, for the pages of staff. The
other file has the results that `kb relevance --save` keeps.
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
from kb.judgements.measures import (
    DEPTH,
    QueryResult,
    Ranking,
    has_grades,
    lost_answers,
    rankings,
    result_of,
)
from kb.services import Services
from kb.web.search.facet_values import vocabulary_of

RUN_FILE = "judged.json"
SAVED_FILE = "relevance.json"

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
    rankings: Mapping[str, Ranking] = field(default_factory=dict)
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
                str(query): _records(records)
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
    graded = [judged for judged in queries if has_grades(judged)]
    found: dict[str, Ranking] = {}
    for judged, ranking in rankings(
        graded,
        services.searches.search,
        vocabulary_of(services.content.corpus),
        depth=STORED_DEPTH,
    ):
        if len(found) % PROGRESS_EVERY == 0:
            store_run(instance, replace(before, done=len(found), count=len(graded)))
        found[judged.id] = ranking
    results = JudgedRun(state, found).results(graded)
    now = {result.judged.id for result in lost_answers(before.rankings, results)}
    lost = tuple(
        result.judged.id
        for result in results
        if result.judged.id in now.union(before.lost)
        and result.judged.answers
        and not result.has_answer
    )
    run = JudgedRun(state, found, lost)
    store_run(instance, run)
    return run


def read_saved(instance: Path) -> dict[str, Ranking]:
    """Return the rankings that were saved; none if no file can be read."""
    try:
        stored = json.loads((instance / SAVED_FILE).read_text("utf-8"))
        return {query: _records(saved["ranking"]) for query, saved in stored.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def save_results(instance: Path, results: Iterable[QueryResult]) -> None:
    """Save the rankings of results, to compare later ones with.

    Raises:
        OSError: the file can't be written.
    """
    stored = {
        result.judged.id: {"ranking": [*map(str, result.ranking)]} for result in results
    }
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_file_atomically(instance / SAVED_FILE, json.dumps(stored).encode())


def _records(names: Iterable[str]) -> Ranking:
    return tuple(filter(None, map(RecordId.parse, names)))
