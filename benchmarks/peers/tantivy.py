"""tantivy: a field per language with stems, stop words and no accents; BM25."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import tantivy

from benchmarks.passages import FACETS, TextPassage
from benchmarks.peers.base import TOP, FacetCounts
from benchmarks.queries import TypedQuery

_LANGS = {"fr": "french", "en": "english"}
_FIELDS = [f"{name}_{lang}" for name in ("title", "text") for lang in _LANGS]
_WORD = re.compile(r"\w+")
_MAX_VALUES = 1000
_EXCERPT_CHARACTERS = 240
_LONGEST_WORD = 40

_COUNTS = {facet: {"terms": {"field": facet, "size": _MAX_VALUES}} for facet in FACETS}


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(
        "id", stored=True, tokenizer_name="raw", index_option="basic"
    )
    for name in _FIELDS:
        builder.add_text_field(
            name, stored=True, tokenizer_name=_LANGS[name.rpartition("_")[2]]
        )
    for facet in FACETS:
        builder.add_text_field(
            facet, fast=True, tokenizer_name="raw", index_option="basic"
        )
    return builder.build()


def _analyzer(language: str) -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(_LONGEST_WORD))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.stopword(language))
        .filter(tantivy.Filter.stemmer(language))
        .filter(tantivy.Filter.ascii_fold())
        .build()
    )


class Tantivy:
    """The library in Rust, through its Python package. It writes with all cores."""

    def __init__(self, folder: Path) -> None:
        self._schema = _schema()
        self._index = tantivy.Index(self._schema, path=str(folder))
        for language in _LANGS.values():
            self._index.register_tokenizer(language, _analyzer(language))

    def build(self, passages: Iterable[TextPassage]) -> None:
        """Index these passages, from nothing."""
        writer = self._index.writer()
        for passage in passages:
            document = tantivy.Document()
            document.add_text("id", passage.id)
            document.add_text(f"title_{passage.lang}", passage.title)
            document.add_text(f"text_{passage.lang}", passage.text)
            for facet, value in passage.facets.items():
                document.add_text(facet, value)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        """Make ready to answer."""
        self._index.reload()
        self._searcher = self._index.searcher()

    def top(self, query: TypedQuery) -> list[str]:
        """Give the ids of the ten best; their titles are read too."""
        return [_id(document) for document in self._best(self._read(query))]

    def facets(self, query: TypedQuery) -> tuple[list[str], FacetCounts]:
        """Give the ten best, and count each value of each facet in the whole answer."""
        read = self._read(query)
        counted = self._searcher.aggregate(read, _COUNTS)
        counts = {
            facet: {each["key"]: each["doc_count"] for each in values["buckets"]}
            for facet, values in counted.items()
        }
        return [_id(document) for document in self._best(read)], counts

    def snippets(self, query: TypedQuery) -> list[str]:
        """Give an excerpt of each of the ten best, with the words marked in it."""
        read = self._read(query)
        makers = {}
        for lang in _LANGS:
            makers[lang] = tantivy.SnippetGenerator.create(
                self._searcher, read, self._schema, f"text_{lang}"
            )
            makers[lang].set_max_num_chars(_EXCERPT_CHARACTERS)
        return [
            maker.snippet_from_doc(document).to_html()
            for document in self._best(read)
            for lang, maker in makers.items()
            if document.get_first(f"text_{lang}") is not None
        ]

    def total(self, query: TypedQuery) -> int:
        """Count all that match."""
        found = self._searcher.search(self._read(query), limit=TOP, count=True)
        return int(found.count)  # type: ignore[attr-defined]  # missing in its types

    def _read(self, query: TypedQuery) -> tantivy.Query:
        # Signs would be read as its query language.
        words = " ".join(_WORD.findall(query.text))
        return self._index.parse_query(words, _FIELDS, conjunction_by_default=True)

    def _best(self, query: tantivy.Query) -> list[tantivy.Document]:
        found = self._searcher.search(query, limit=TOP, count=False)
        return [self._searcher.doc(address) for _, address in found.hits]


def _id(document: tantivy.Document) -> str:
    return str(document.get_first("id"))
