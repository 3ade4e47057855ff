"""Updates the index, and checks that searches for the titles of a record find it."""

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

    `rank` counts from 1; None if the record is not on the first page.
    """

    locale: Locale
    title: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class SearchCheck:
    """The index update, and the searches for the titles of a record."""

    change: IndexChange
    searches: tuple[TitleSearch, ...]
    took_s: float

    @property
    def is_found(self) -> bool:
        """Whether each title finds the record."""
        return bool(self.searches) and all(each.rank for each in self.searches)


def update_and_check(
    record: RecordId,
    engine: SearchEngine,
    read: Callable[[], Corpus],
    *,
    texts: FileTexts | None = None,
) -> SearchCheck:
    """Update the index, then search for each title of a record.

    A record that is not published has no searches.

    Raises:
        IndexBusyError: another process holds the lock of the index for too long.
        IndexWriteError: the index can't be written; the content is unchanged.
    """
    started = time.monotonic()
    corpora: list[Corpus] = []

    def read_and_keep() -> Corpus:
        corpora.append(read())
        return corpora[-1]

    with engine.exclusive():
        change = update(engine, read_and_keep, texts=texts)
    published = corpora[-1].get(record)
    searches = title_searches(published, engine) if published is not None else ()
    return SearchCheck(change, searches, time.monotonic() - started)


def title_searches(record: Record, engine: SearchEngine) -> tuple[TitleSearch, ...]:
    """Search for each title of a record."""
    searches = []
    for edition in record.editions:
        title, locale = edition.title, edition.locale
        text = title[:MAX_QUERY_CHARACTERS]
        query = read_query(text, lambda _, value: value, locale=locale)
        ids = [hit.id for hit in engine.search(query).hits]
        rank = ids.index(record.id) + 1 if record.id in ids else None
        searches.append(TitleSearch(locale, title, rank))
    return tuple(searches)
