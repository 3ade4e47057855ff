"""Turns many records into the content of a segment.

This module decides which text is in which field of which document; `BatchAnalyzer`
splits the texts into words.
"""

import json
from array import array
from collections.abc import Iterable, Iterator

import numpy as np

from indexer.analysis.analyzer import BatchAnalyzer, WordTable
from indexer.engines.stored_json import stored_passage
from indexer.engines.whoosh.index.doc_values import DocValues
from indexer.engines.whoosh.index.segment_content import (
    EXACT,
    EXACT_QUESTIONS,
    STEMMED,
    FieldPostings,
    SegmentContent,
    run_starts,
)
from indexer.engines.whoosh.index.segment_io import stored_value
from indexer.model.arrays import Ids
from indexer.model.ids import Locale
from indexer.model.indexed_record import IndexedEdition, IndexedRecord

_TITLE, _SUMMARY, _KEYWORDS, _QUESTIONS, _HEADING, _TEXT = range(len(STEMMED))

_to_json = json.JSONEncoder(ensure_ascii=False).encode


SEGMENT_WORDS = 12_000_000
"""The limit of words in a segment; while it is built, each takes 50 bytes of memory."""


def segments_of(records: Iterable[IndexedRecord]) -> Iterator[SegmentContent]:
    """Yield the content of one segment, or of more for very many records."""
    builder = SegmentBuilder()
    for record in records:
        builder.add(record)
        if builder.size >= SEGMENT_WORDS:
            yield builder.flush()
    if builder.document_count:
        yield builder.flush()


class SegmentBuilder:
    """Collects records, and returns the content of a segment of them."""

    def __init__(self) -> None:
        self._texts = {locale: _Texts(locale) for locale in Locale}
        self._records: list[IndexedRecord] = []
        self._stored: list[bytes] = []

    def add(self, record: IndexedRecord) -> None:
        """Add a record; a record without an edition is not indexed."""
        if not record.editions:
            return
        self._records.append(record)
        for edition in record.editions:
            add, document = self._texts[edition.locale].add, len(self._stored)
            add(document, _TITLE, edition.title)
            add(document, _SUMMARY, edition.summary)
            add(document, _KEYWORDS, edition.keywords)
            add(document, _QUESTIONS, edition.questions)
            head = {"title": edition.title, "summary": edition.summary}
            self._store(record, edition, head)
            for passage in edition.passages:
                document = len(self._stored)
                is_neutral = bool(passage.language)
                add(document, _HEADING, passage.heading, is_neutral=is_neutral)
                add(document, _TEXT, passage.text, is_neutral=is_neutral)
                self._store(record, edition, stored_passage(passage))

    @property
    def document_count(self) -> int:
        """The number of documents added since the last `flush`."""
        return len(self._stored)

    @property
    def size(self) -> int:
        """The approximate number of words added since the last `flush`."""
        return sum(texts.size for texts in self._texts.values())

    def flush(self) -> SegmentContent:
        """Return the content of a segment of the added records, and remove them.

        Words that were analysed stay cached.
        """
        fields = {
            f"{name}_{locale}": postings
            for locale, texts in self._texts.items()
            for name, postings in texts.flush()
            if postings.terms
        }
        content = SegmentContent(fields, self._stored, DocValues.of(self._records))
        self._records, self._stored = [], []
        return content

    def _store(
        self, record: IndexedRecord, edition: IndexedEdition, stored: object
    ) -> None:
        fields = {"record": str(record.id), "locale": edition.locale.value}
        self._stored.append(stored_value(fields | {"stored": _to_json(stored)}))


class _Texts:
    """The texts of one language, with the document and the field of each."""

    def __init__(self, locale: Locale) -> None:
        self._analyzer = BatchAnalyzer(locale)
        self._documents = array("i")
        self._fields = array("b")

    @property
    def size(self) -> int:
        return self._analyzer.size

    def add(
        self, document: int, field: int, text: str, *, is_neutral: bool = False
    ) -> None:
        self._documents.append(document)
        self._fields.append(field)
        self._analyzer.add(text, is_neutral=is_neutral)

    def flush(self) -> Iterator[tuple[str, FieldPostings]]:
        analyzed = self._analyzer.flush()
        documents = np.array(self._documents, np.int32)
        fields = np.array(self._fields, np.int8)
        self._documents, self._fields = array("i"), array("b")

        exact = _Ranked(analyzed.exact, documents)
        begins = _begins(documents, analyzed.widths)
        positions = analyzed.positions
        field_of = fields[analyzed.exact.texts]
        yield f"{EXACT}_title", exact.postings(field_of == _TITLE, positions)
        yield EXACT_QUESTIONS, exact.postings(field_of == _QUESTIONS, positions)
        positions = positions + begins[analyzed.exact.texts]
        yield EXACT, exact.postings(slice(None), positions)

        stems = _Ranked(analyzed.stems, documents)
        field_of = fields[analyzed.stems.texts]
        for number, name in enumerate(STEMMED):
            yield name, stems.postings(field_of == number)


class _Ranked:
    """Words by their rank in the sorted vocabulary, with the document of each."""

    def __init__(self, words: WordTable, documents: Ids) -> None:
        vocabulary = words.vocabulary
        order = sorted(range(len(vocabulary)), key=vocabulary.__getitem__)
        ranks = np.empty(len(order), np.int32)
        ranks[order] = np.arange(len(order), dtype=np.int32)
        self._vocabulary = [vocabulary[number] for number in order]
        self._ranks = ranks[words.numbers]
        self._documents = documents[words.texts]

    def postings(
        self, chosen: np.ndarray | slice, positions: Ids | None = None
    ) -> FieldPostings:
        return FieldPostings.gathered(
            self._vocabulary,
            self._ranks[chosen],
            self._documents[chosen],
            None if positions is None else positions[chosen],
        )


def _begins(documents: Ids, widths: Ids) -> Ids:
    """Return the first position of each text in its document; texts are one apart."""
    after = np.cumsum(widths.astype(np.int64) + 1)
    before = after - widths - 1
    starts = run_starts(documents)
    lengths = np.diff(starts, append=len(documents))
    return (before - np.repeat(before[starts], lengths)).astype(np.int32)
