"""SQLite's FTS5: words without accents, unstemmed, BM25, and facets in a table beside.

It has no stemmer for French, and its own for English is for English alone.
"""

from __future__ import annotations

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
_TEN_BEST = f"""
SELECT facts.id, words.title FROM words JOIN facts ON facts.number = words.rowid
WHERE words MATCH ? ORDER BY words.rank LIMIT {TOP}
"""  # noqa: S608
_TEN_EXCERPTS = f"""
SELECT facts.id, words.title, snippet(words, 1, '<b>', '</b>', '…', 40)
FROM words JOIN facts ON facts.number = words.rowid
WHERE words MATCH ? ORDER BY words.rank LIMIT {TOP}
"""  # noqa: S608
_COUNT = "SELECT count(*) FROM words WHERE words MATCH ?"
_COUNT_EACH = " UNION ALL ".join(
    f"SELECT '{facet}', {facet}, count(*) FROM found GROUP BY {facet}"  # noqa: S608
    for facet in FACETS
)
_COUNT_FACETS = f"""
WITH found AS MATERIALIZED (
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
        """Index these passages, from nothing."""
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
        """Make ready to answer."""
        self._database.execute(_COUNT, ("a",)).fetchone()

    def top(self, query: TypedQuery) -> list[str]:
        """Give the ids of the ten best; their titles are read too."""
        return [row[0] for row in self._database.execute(_TEN_BEST, (_read(query),))]

    def facets(self, query: TypedQuery) -> tuple[list[str], FacetCounts]:
        """Give the ten best, and count each value of each facet in the whole answer."""
        counts: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
        for facet, value, count in self._database.execute(
            _COUNT_FACETS, (_read(query),)
        ):
            counts[facet][value] = count
        return self.top(query), counts

    def snippets(self, query: TypedQuery) -> list[str]:
        """Give an excerpt of each of the ten best, with the words marked in it."""
        rows = self._database.execute(_TEN_EXCERPTS, (_read(query),))
        return [row[2] for row in rows]

    def total(self, query: TypedQuery) -> int:
        """Count all that match."""
        row = self._database.execute(_COUNT, (_read(query),)).fetchone()
        return int(row[0])


def _read(query: TypedQuery) -> str:
    return " AND ".join(f'"{word}"' for word in _WORD.findall(query.text)) or '""'
