"""SQLite's FTS5: words without accents or stems, BM25, and a table for facets.

FTS5 has no French stemmer.
"""

import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from benchmarks.passages import FACETS, TextPassage
from benchmarks.peers.base import TOP, FacetCounts
from benchmarks.queries import TypedQuery

_WORD = re.compile(r"\w+")
_CACHE_KB = 64 * 1024

_FACT_COLUMNS = ", ".join(f"{facet} TEXT NOT NULL" for facet in FACETS)
_SCHEMA = f"""
CREATE VIRTUAL TABLE words USING fts5(
    title, text, tokenize = 'unicode61 remove_diacritics 2');
CREATE TABLE facts (number INTEGER PRIMARY KEY, id TEXT NOT NULL, {_FACT_COLUMNS});
"""
_ADD_FACTS = f"INSERT INTO facts VALUES (?, ?{', ?' * len(FACETS)})"  # noqa: S608
_TOP_TEN = f"""
SELECT facts.id, words.title FROM words JOIN facts ON facts.number = words.rowid
WHERE words MATCH ? ORDER BY words.rank LIMIT {TOP}
"""  # noqa: S608
_TOP_EXCERPTS = f"""
SELECT facts.id, words.title, snippet(words, 1, '<b>', '</b>', '…', 40)
FROM words JOIN facts ON facts.number = words.rowid
WHERE words MATCH ? ORDER BY words.rank LIMIT {TOP}
"""  # noqa: S608
_COUNT = "SELECT count(*) FROM words WHERE words MATCH ?"
_COUNT_EACH = " UNION ALL ".join(
    f"SELECT '{facet}', {facet}, count(*) FROM results GROUP BY {facet}"  # noqa: S608
    for facet in FACETS
)
_COUNT_FACETS = f"""
WITH results AS MATERIALIZED (
    SELECT facts.* FROM words JOIN facts ON facts.number = words.rowid
    WHERE words MATCH ?)
{_COUNT_EACH}
"""  # noqa: S608


class FTS5:
    """A database with a table of words and a table of facts."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "fts5.db")
        self._database.execute(f"PRAGMA cache_size = -{_CACHE_KB}")

    def build(self, passages: Iterable[TextPassage]) -> None:
        """Index passages into an empty folder."""
        self._database.executescript(_SCHEMA)
        for number, passage in enumerate(passages):
            self._database.execute(
                "INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)",
                (number, passage.title, passage.text),
            )
            values = [passage.facets[facet] for facet in FACETS]
            self._database.execute(_ADD_FACTS, (number, passage.id, *values))
        self._database.execute("INSERT INTO words (words) VALUES ('optimize')")
        self._database.commit()
        self._database.close()

    def open(self) -> None:
        """Open the index for searching."""
        self._database.execute(_COUNT, ("a",)).fetchone()

    def top(self, query: TypedQuery) -> list[str]:
        """Return the ids of the top ten, after reading their titles."""
        return [
            row[0]
            for row in self._database.execute(_TOP_TEN, (_match_expression(query),))
        ]

    def facets(self, query: TypedQuery) -> tuple[list[str], FacetCounts]:
        """Return the top ten, and the facet counts of all results."""
        counts: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
        for facet, value, count in self._database.execute(
            _COUNT_FACETS, (_match_expression(query),)
        ):
            counts[facet][value] = count
        return self.top(query), counts

    def snippets(self, query: TypedQuery) -> list[str]:
        """Return an excerpt of each of the top ten, with marked words."""
        rows = self._database.execute(_TOP_EXCERPTS, (_match_expression(query),))
        return [row[2] for row in rows]

    def total(self, query: TypedQuery) -> int:
        """Return the number of results."""
        row = self._database.execute(_COUNT, (_match_expression(query),)).fetchone()
        return int(row[0])


def _match_expression(query: TypedQuery) -> str:
    return " AND ".join(f'"{word}"' for word in _WORD.findall(query.text)) or '""'
