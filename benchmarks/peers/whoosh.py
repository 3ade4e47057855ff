"""Plain Whoosh: one field per language with its analyzer, BM25F, columns for facets."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from whoosh import fields, index, qparser, sorting
from whoosh.analysis import LanguageAnalyzer

from benchmarks.passages import FACETS, TextPassage
from benchmarks.peers.base import TOP, FacetCounts
from benchmarks.queries import TypedQuery

_MEMORY_MB = 128
_LANGS = ("fr", "en")
_WORD = re.compile(r"\w+")


def _schema() -> fields.Schema:
    schema = fields.Schema(id=fields.ID(stored=True))
    for lang in _LANGS:
        for name in ("title", "text"):
            analyzer = LanguageAnalyzer(lang)
            schema.add(f"{name}_{lang}", fields.TEXT(analyzer=analyzer, stored=True))
    for facet in FACETS:
        schema.add(facet, fields.ID(sortable=True))
    return schema


class PlainWhoosh:
    """Whoosh as in its documentation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def build(self, passages: Iterable[TextPassage]) -> None:
        """Index passages into an empty folder."""
        writer = index.create_in(self._folder, _schema()).writer(limitmb=_MEMORY_MB)
        for passage in passages:
            words = {
                f"title_{passage.lang}": passage.title,
                f"text_{passage.lang}": passage.text,
            }
            writer.add_document(id=passage.id, **words, **passage.facets)
        writer.commit(optimize=True)

    def open(self) -> None:
        """Open the index for searching."""
        opened = index.open_dir(self._folder)
        names = [f"{name}_{lang}" for name in ("title", "text") for lang in _LANGS]
        self._searcher = opened.searcher()
        self._parser = qparser.MultifieldParser(
            names, opened.schema, group=qparser.AndGroup
        )

    def top(self, query: TypedQuery) -> list[str]:
        """Return the ids of the top ten, after reading their titles."""
        results = self._searcher.search(self._parse(query), limit=TOP)
        return [hit.fields()["id"] for hit in results]

    def facets(self, query: TypedQuery) -> tuple[list[str], FacetCounts]:
        """Return the top ten, and the facet counts of all results."""
        grouped = sorting.Facets()
        for facet in FACETS:
            grouped.add_field(facet, maptype=sorting.Count)
        results = self._searcher.search(
            self._parse(query), limit=TOP, groupedby=grouped, maptype=sorting.Count
        )
        counts = {facet: dict(results.groups(facet)) for facet in FACETS}
        return [hit.fields()["id"] for hit in results], counts

    def snippets(self, query: TypedQuery) -> list[str]:
        """Return an excerpt of each of the top ten, with marked words."""
        results = self._searcher.search(self._parse(query), limit=TOP)
        return [
            hit.highlights(f"text_{lang}", top=1)
            for hit in results
            for lang in _LANGS
            if f"text_{lang}" in hit
        ]

    def total(self, query: TypedQuery) -> int:
        """Return the number of results."""
        return len(self._searcher.search(self._parse(query), limit=TOP))

    def _parse(self, query: TypedQuery) -> Any:  # Whoosh has no types
        # Punctuation would be parsed as operators.
        return self._parser.parse(" ".join(_WORD.findall(query.text)))
