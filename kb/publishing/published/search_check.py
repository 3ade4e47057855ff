"""Brings the index up to date, and looks whether a record is really found."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from indexer.corpus.corpus import Corpus
from indexer.engines.base import SearchEngine
from indexer.file_texts import FileTexts
from indexer.model.ids import Locale, RecordId
from indexer.model.query import MAX_QUERY_CHARACTERS
from indexer.model.records import Record
from indexer.pipeline import IndexChange, update
from indexer.query_language.query_reader import read_query


@dataclass(frozen=True, slots=True)
class TitleSearch:
    """A search for a title, as a visitor would type it.

    `rank` counts from 1; None when the record is not on the first page.
    """

    locale: Locale
    title: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the index says of a record after a change."""

    change: IndexChange
    searches: tuple[TitleSearch, ...]
    took_s: float

    @property
    def is_found(self) -> bool:
        """Whether each of its titles finds the record."""
        return bool(self.searches) and all(each.rank for each in self.searches)


def confirm(
    record: RecordId,
    engine: SearchEngine,
    read: Callable[[], Corpus],
    *,
    texts: FileTexts | None = None,
) -> Confirmation:
    """Bring the index up to date, then search for each title of a record.

    One that is not in the content has none: it is found by no search.

    Raises:
        IndexBusyError: somebody else has been writing the index for too long.
        IndexWriteError: the index can't be written; the content is as it was made.
    """
    started = time.monotonic()
    found: list[Corpus] = []

    def read_once() -> Corpus:
        found.append(read())
        return found[-1]

    with engine.exclusive():
        change = update(engine, read_once, texts=texts)
    there = found[-1].get(record)
    searches = title_searches(there, engine) if there is not None else ()
    return Confirmation(change, searches, time.monotonic() - started)


def title_searches(record: Record, engine: SearchEngine) -> tuple[TitleSearch, ...]:
    """Search for each title of a record."""
    return tuple(
        TitleSearch(
            edition.locale,
            edition.title,
            _rank(record.id, edition.title, edition.locale, engine),
        )
        for edition in record.editions
    )


def _rank(
    record: RecordId, title: str, locale: Locale, engine: SearchEngine
) -> int | None:
    query = read_query(
        title[:MAX_QUERY_CHARACTERS], lambda _, value: value, locale=locale
    )
    hits = engine.search(query).hits
    return next((n for n, hit in enumerate(hits, 1) if hit.id == record), None)
