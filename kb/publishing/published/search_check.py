"""Searches for the titles of a published record, to check that visitors find it."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.engines.base import SearchEngine
from indexer.model.ids import Locale
from indexer.model.query import MAX_QUERY_CHARACTERS
from indexer.model.records import Record
from indexer.query_language.query_reader import read_query


@dataclass(frozen=True, slots=True)
class TitleSearch:
    """A search for a title, as a visitor would type it.

    `rank` counts from 1; None if the record is not on the first page.
    """

    locale: Locale
    title: str
    rank: int | None


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
