"""Closeness in meaning as the model found it, so that tests need no model.

    python -m tests.relevance.recorded_closeness KB_INDEX

records it anew for the queries of these tests, by the vectors beside an index. A text
that is not recorded has no close records, nor has a record that is newer.
"""

import json
import lzma
import sys
from functools import cache
from pathlib import Path

from indexer.meaning.close_records import CloseRecords
from indexer.meaning.encoder import open_encoder
from indexer.model.ids import Locale, RecordId
from indexer.model.query import CloseRecord
from indexer.query_language.query_reader import read_query
from indexer.search.rank_fusion import with_close_records
from tests.relevance.judged_content import (
    ANSWERED,
    FRESH,
    OFF_TOPIC,
    QUERIES,
    UNANSWERED,
)

FILE = Path(__file__).with_name("closeness.json.xz")

DIGITS = 3

Row = tuple[str, float, float, bool, bool]


@cache
def _recorded() -> dict[str, list[Row]]:
    recorded: dict[str, list[Row]] = json.loads(lzma.decompress(FILE.read_bytes()))
    return recorded


def recorded_close_records(
    text: str, reader: Locale, *, only_foreign: bool = False
) -> tuple[CloseRecord, ...]:
    """Return the recorded close records of a text, the closest first."""
    rows = _recorded().get(f"{reader} {text}", [])
    found = (
        CloseRecord(record, closeness, cosine, None, is_nearest, is_foreign)
        for name, closeness, cosine, is_nearest, is_foreign in rows
        if (record := RecordId.parse(name)) is not None
    )
    return tuple(each for each in found if each.is_foreign or not only_foreign)


def record(close: CloseRecords) -> None:
    """Write what the model finds for each query of these tests."""
    recorded: dict[str, list[Row]] = {}

    def note(
        text: str, reader: Locale, *, only_foreign: bool = False
    ) -> tuple[CloseRecord, ...]:
        if not only_foreign:
            recorded[f"{reader} {text}"] = [
                (
                    str(each.id),
                    round(each.closeness, DIGITS),
                    round(each.cosine, DIGITS),
                    each.is_nearest,
                    each.is_foreign,
                )
                for each in close.find(text, reader)
            ]
        return ()

    judged = ((each.text, each.locale) for each in QUERIES)
    fresh = ((each.text, each.locale) for each in (*FRESH, *ANSWERED))
    for text, locale in (*judged, *fresh, *OFF_TOPIC, *UNANSWERED):
        query = read_query(text, lambda _, value: value, locale=locale)
        with_close_records(query, note)
    FILE.write_bytes(lzma.compress(json.dumps(recorded).encode(), preset=9))


if __name__ == "__main__":
    record(CloseRecords(Path(sys.argv[1]) / "vectors", open_encoder))
