"""The table that `kb relevance` prints, and the saved scores that it compares with."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from indexer.files import write_file_atomically
from indexer.model.ids import RecordId
from indexer.model.judged_queries import QueryType
from kb.judgements.measures import (
    QueryResult,
    mean_of,
    results_of_type,
    share_with_best_first,
)

STATE_FILE = "relevance.json"


@dataclass(frozen=True, slots=True)
class SavedResult:
    """The nDCG@10 of a query, and its first ten records."""

    score: float
    ranking: tuple[RecordId, ...]


SavedState = Mapping[str, SavedResult]
"""The results by the id of their query."""


def read_state(instance: Path) -> SavedState:
    """Return the results that were saved; none if there is no file that can be read."""
    try:
        stored = json.loads((instance / STATE_FILE).read_text("utf-8"))
        return {
            query: SavedResult(float(each["score"]), _records(each["ranking"]))
            for query, each in stored.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def save_state(instance: Path, results: Iterable[QueryResult]) -> None:
    """Save results.

    Raises:
        OSError: the file can't be written.
    """
    stored = {
        result.judged.id: {
            "score": result.score,
            "ranking": [str(record) for record in result.ranking],
        }
        for result in results
    }
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_file_atomically(instance / STATE_FILE, json.dumps(stored).encode())


def lost_answers(
    before: SavedState, results: Sequence[QueryResult]
) -> tuple[QueryResult, ...]:
    """Return the queries whose answer was among the first ten before, and is not now.

    A query that was judged since is compared with the records of the saved ranking.
    """
    return tuple(
        result
        for result in results
        if not result.has_answer
        and result.judged.id in before
        and not result.judged.answers.isdisjoint(before[result.judged.id].ranking)
    )


def _records(ids: Iterable[str]) -> tuple[RecordId, ...]:
    records = map(RecordId.parse, ids)
    return tuple(record for record in records if record is not None)


WORST = 15


def relevance_table(
    results: Sequence[QueryResult], before: SavedState = MappingProxyType({})
) -> str:
    """Return the means by type with their 95 % intervals, and the worst queries.

    Args:
        results: the results of all judged queries.
        before: the results to compare with; without them, that column is empty.
    """
    lines = [
        "| type | queries | nDCG@10 | 95 % interval | first is right | change |",
        "| --- | --- | --- | --- | --- | --- |",
        *(
            _row(name, part, before)
            for name, part in (
                *(
                    (query_type.value, results_of_type(results, query_type))
                    for query_type in QueryType
                ),
                ("all", tuple(results)),
            )
            if part
        ),
        "",
        *_listed("Lost their answer:", lost_answers(before, results)),
        *_listed("Worst:", sorted(results, key=lambda result: result.score)[:WORST]),
    ]
    return "\n".join(lines)


def _row(name: str, part: Sequence[QueryResult], before: SavedState) -> str:
    mean = mean_of([result.score for result in part])
    compared = [result for result in part if result.judged.id in before]
    change = ""
    if compared:
        differences = [
            result.score - before[result.judged.id].score for result in compared
        ]
        by = mean_of(differences)
        change = f"{by.value:+.3f} ({by.low:+.3f} to {by.high:+.3f})"
    cells = (
        name,
        len(part),
        f"{mean.value:.3f}",
        f"{mean.low:.3f} to {mean.high:.3f}",
        f"{share_with_best_first(part):.0%}",
        change,
    )
    return f"| {' | '.join(map(str, cells))} |"


def _listed(title: str, results: Sequence[QueryResult]) -> Iterator[str]:
    if results:
        yield title
        for result in results:
            yield f"  {result.score:.2f}  {result.judged.locale}  {result.judged.text}"
