"""The results of the judged queries in the last published state, kept to compare with.

They are in one JSON file of the instance. It can be deleted: the next run writes it
anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.files import write_file_atomically
from indexer.model.ids import RecordId
from kb.judgements.measures import QueryResult

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
        each.judged.id: {
            "score": each.score,
            "ranking": [str(record) for record in each.ranking],
        }
        for each in results
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
        each
        for each in results
        if not each.has_answer
        and each.judged.id in before
        and not each.judged.answers.isdisjoint(before[each.judged.id].ranking)
    )


def _records(ids: Iterable[str]) -> tuple[RecordId, ...]:
    records = map(RecordId.parse, ids)
    return tuple(each for each in records if each is not None)
