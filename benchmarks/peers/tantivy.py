"""tantivy: one field per language with stems and stop words, no accents; BM25."""

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
_MAX_WORD_LENGTH = 40

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
        .filter(tantivy.Filter.remove_long(_MAX_WORD_LENGTH))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.stopword(language))
        .filter(tantivy.Filter.stemmer(language))
        .filter(tantivy.Filter.ascii_fold())
        .build()
    )


class Tantivy:
    """tantivy, through its Python package; it indexes on all cores."""

    def __init__(self, folder: Path) -> None:
        self._schema = _schema()
        self._index = tantivy.Index(self._schema, path=str(folder))
        for language in _LANGS.values():
            self._index.register_tokenizer(language, _analyzer(language))

    def build(self, passages: Iterable[TextPassage]) -> None:
        """Index passages into an empty folder."""
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
        """Open the index for searching."""
        self._index.reload()
        self._searcher = self._index.searcher()

    def top(self, query: TypedQuery) -> list[str]:
        """Return the ids of the top ten, after reading their titles."""
        return [_id(document) for document in self._best(self._parse(query))]

    def facets(self, query: TypedQuery) -> tuple[list[str], FacetCounts]:
        """Return the top ten, and the facet counts of all results."""
        parsed = self._parse(query)
        aggregated = self._searcher.aggregate(parsed, _COUNTS)
        counts = {
            facet: {each["key"]: each["doc_count"] for each in values["buckets"]}
            for facet, values in aggregated.items()
        }
        return [_id(document) for document in self._best(parsed)], counts

    def snippets(self, query: TypedQuery) -> list[str]:
        """Return an excerpt of each of the top ten, with marked words."""
        parsed = self._parse(query)
        generators = {}
        for lang in _LANGS:
            generators[lang] = tantivy.SnippetGenerator.create(
                self._searcher, parsed, self._schema, f"text_{lang}"
            )
            generators[lang].set_max_num_chars(_EXCERPT_CHARACTERS)
        return [
            generator.snippet_from_doc(document).to_html()
            for document in self._best(parsed)
            for lang, generator in generators.items()
            if document.get_first(f"text_{lang}") is not None
        ]

    def total(self, query: TypedQuery) -> int:
        """Return the number of results."""
        results = self._searcher.search(self._parse(query), limit=TOP, count=True)
        return int(results.count)  # type: ignore[attr-defined]  # missing in its types

    def _parse(self, query: TypedQuery) -> tantivy.Query:
        # Punctuation would be parsed as operators.
        words = " ".join(_WORD.findall(query.text))
        return self._index.parse_query(words, _FIELDS, conjunction_by_default=True)

    def _best(self, query: tantivy.Query) -> list[tantivy.Document]:
        results = self._searcher.search(query, limit=TOP, count=False)
        return [self._searcher.doc(address) for _, address in results.hits]


def _id(document: tantivy.Document) -> str:
    return str(document.get_first("id"))
