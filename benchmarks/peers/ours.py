"""Our engine, with one record for each passage.

It always counts facets. Expansion, spelling correction and relaxation are off, since
the other engines have none; `visitor` runs with all of them.
"""

import dataclasses
from collections.abc import Iterable
from pathlib import Path

from benchmarks.passages import TextPassage
from benchmarks.peers.base import FacetCounts
from benchmarks.queries import TypedQuery
from indexer.engines.base import SearchEngine
from indexer.engines.registry import EngineName, open_engine
from indexer.model.document import Passage
from indexer.model.facets import FacetName
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import IndexedEdition, IndexedRecord
from indexer.model.query import MAX_PASSAGES, Query
from indexer.model.results import ResultPage
from indexer.query_language.query_reader import read_query


class Ours:
    """The engine of the project, by default the one with an index on disk."""

    def __init__(self, folder: Path, engine: SearchEngine | None = None) -> None:
        self._engine = engine or open_engine(
            EngineName.WHOOSH, folder / "index", folder / "key"
        )

    def build(self, passages: Iterable[TextPassage]) -> None:
        """Index passages into an empty folder."""
        self._engine.rebuild(_record(passage) for passage in passages)

    def open(self) -> None:
        """Open the index for searching."""
        self._engine.refresh()

    def top(self, query: TypedQuery) -> list[str]:
        """Return the ids of the top ten; facets are always counted."""
        return _hits(self._search_exact(query, max_passages=0))

    def facets(self, query: TypedQuery) -> tuple[list[str], FacetCounts]:
        """Return the top ten, and the facet counts of all results."""
        page = self._search_exact(query, max_passages=0)
        counts = {
            facet.value: {each.value: each.count for each in values}
            for facet, values in page.facets.items()
        }
        return _hits(page), counts

    def snippets(self, query: TypedQuery) -> list[str]:
        """Return an excerpt of each of the top ten; facets are always counted."""
        page = self._search_exact(query, max_passages=1)
        return [each.excerpt.text for hit in page.hits for each in hit.snippets]

    def visitor(self, query: TypedQuery) -> int:
        """Search as the search page does, and return the number of results."""
        return self._engine.search(_query(query, max_passages=MAX_PASSAGES)).total

    def total(self, query: TypedQuery) -> int:
        """Return the number of results."""
        return self._search_exact(query, max_passages=0).total

    def _search_exact(self, query: TypedQuery, *, max_passages: int) -> ResultPage:
        parsed = _query(query, max_passages=max_passages, is_expandable=False)
        return self._engine.search(dataclasses.replace(parsed, is_exact=True))


def _hits(page: ResultPage) -> list[str]:
    return [hit.id.slug for hit in page.hits]


def _query(
    query: TypedQuery, *, max_passages: int, is_expandable: bool = True
) -> Query:
    return read_query(
        query.text,
        lambda _, value: value,
        locale=Locale(query.lang),
        max_passages=max_passages,
        is_expandable=is_expandable,
    )


def _record(passage: TextPassage) -> IndexedRecord:
    locale = Locale(passage.lang)
    texts = (Passage(locale, passage.text),)
    return IndexedRecord(
        RecordId(Kind.DELIVERABLE, passage.id),
        (IndexedEdition(locale, passage.title, "", "", texts),),
        {name: (passage.facets[name],) for name in FacetName if name in passage.facets},
        fingerprint=passage.id,
    )
