"""Reads a Whoosh segment: all postings of a term at once, into arrays.

Only the deletions of a segment ever change, so an open segment is used for the next
generation too.
"""

import json
import pickle
import threading
import zlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from io import BytesIO
from itertools import chain
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import RamStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.index import TOC
from whoosh.reading import TermNotFound

from indexer.analysis.tokens import PhraseWords
from indexer.engines.whoosh.generations import Generation
from indexer.engines.whoosh.index.array_postings import (
    EXACT_FIELDS,
    NO_POSITIONS,
    PHRASES_EXTENSION,
    STEMS_EXTENSION,
    Positions,
    StemHits,
    StemPostings,
    StoredPhrases,
)
from indexer.engines.whoosh.index.doc_values import DOC_VALUES_EXTENSION, DocValues
from indexer.engines.whoosh.index.posting_blocks import TERM_INFO
from indexer.engines.whoosh.index.segment_content import NO_POSTINGS, Postings
from indexer.engines.whoosh.index.segment_io import (
    INDEX_NAME,
    LENGTH_OF_BYTE,
    terms_of_table,
)
from indexer.engines.whoosh.search.segment_names import SegmentNames
from indexer.engines.whoosh.shared_cache import SharedCache
from indexer.model.arrays import Ids, Mask, Scores
from indexer.model.ids import Locale
from indexer.search.fuzzy_words import FuzzyWords

MAX_STEM_HITS_CACHED = 10_000
"""The number of fields of terms whose postings are cached: slices of 300 bytes."""


class IndexSegment:
    """A segment, including its deleted documents; safe among threads.

    `key` identifies the segment: it is made of the digests of its files.
    """

    def __init__(self, storage: RamStorage, segment: Any, key: str) -> None:
        self.key = key
        codec = segment.codec()
        self._terms = codec.terms_reader(storage, segment)
        self._documents = codec.per_document_reader(storage, segment)
        self._lock = threading.Lock()

        self._files: Mapping[str, bytes] = storage.files
        self._name = segment.segment_id()
        self.doc_values = DocValues.from_bytes(self._content(DOC_VALUES_EXTENSION))
        self._stems = StemPostings.from_bytes(self._content(STEMS_EXTENSION))
        self._phrases = StoredPhrases.from_bytes(self._content(PHRASES_EXTENSION))
        self._stem_hits: SharedCache[
            tuple[tuple[str, ...], Locale], tuple[StemHits, ...]
        ] = SharedCache(MAX_STEM_HITS_CACHED, lambda hits: len(hits) + 1)

    @cached_property
    def names(self) -> SegmentNames:
        """The names of the records."""
        return SegmentNames(self.doc_values)

    @property
    def size(self) -> int:
        """The number of documents, including deleted ones."""
        return len(self.doc_values.record_of)

    def stems(self, forms: tuple[str, ...], locale: Locale) -> tuple[StemHits, ...]:
        """Return the postings of each form of a word in each field of a language.

        A query reads the postings of each of its words three times.
        """
        return self._stem_hits.get_or_make(
            (forms, locale), lambda: tuple(self._stems.find(forms, locale))
        )

    def count(self, field: str, term: str) -> int:
        """Count the documents that contain a term, including deleted ones."""
        with self._lock:
            try:
                info = self._terms.term_info(field, term.encode("utf-8"))
            except TermNotFound:
                return 0
        return int(info.doc_frequency())

    def postings(self, field: str, term: str) -> Postings:
        """Return the postings of a term."""
        documents, weights = [], []
        for numbers, block_weights, _ in self._blocks(field, term):
            documents.append(numbers)
            weights.append(block_weights)
        if not documents:
            return NO_POSTINGS
        return Postings(np.concatenate(documents), np.concatenate(weights))

    def positions(self, field: str, term: str, among: Ids | None = None) -> Positions:
        """Return the positions of a term, rising: document * 2 ** 32 + position.

        With `among` (rising), blocks without any of these documents are skipped, so
        that positions in other documents may be missing.
        """
        parts = []
        for numbers, weights, values in self._blocks(field, term, among):
            positions = np.frombuffer(b"".join(values), "<u4")
            documents = np.repeat(numbers.astype(np.int64), weights.astype(np.int64))
            parts.append((documents << 32) + positions)
        return np.concatenate(parts) if parts else NO_POSITIONS

    def with_prefix(self, field: str, prefix: str) -> Iterator[str]:
        """Yield the terms of a field that begin with a prefix, in order."""
        encoded = prefix.encode("utf-8")
        with self._lock:
            for name, text in self._terms.terms_from(field, encoded):
                if name != field or not text.startswith(encoded):
                    return
                yield text.decode("utf-8")

    @cached_property
    def fuzzy_words(self) -> FuzzyWords:
        """The words of both languages as spelled, without numbers."""
        terms = terms_of_table(self._content(W3Codec.TERMS_EXT), TERM_INFO)
        words = chain.from_iterable(
            terms[name][0] for name in EXACT_FIELDS if name in terms
        )
        return FuzzyWords(filter(str.isalpha, map(bytes.decode, words)))

    def phrase(self, field: str, words: PhraseWords) -> Postings | None:
        """Return the stored postings of a phrase; None when they are not stored."""
        return self._phrases.find(field, words)

    def lengths(self, field: str) -> Scores:
        """Return the length of a field in each document, in terms."""
        content = self._content(f"._{field}_len.col") or bytes(self.size)
        return LENGTH_OF_BYTE[np.frombuffer(content, np.uint8)].astype(np.float32)

    def stored(self, document: int) -> dict[str, Any]:
        """Return the stored fields of a document."""
        with self._lock:
            fields = self._documents.stored_fields(document)
        stored: dict[str, Any] = json.loads(fields["stored"])
        return stored

    def _content(self, extension: str) -> bytes:
        return self._files.get(f"{self._name}{extension}", b"")

    def _blocks(
        self, field: str, term: str, among: Ids | None = None
    ) -> Iterator[tuple[Ids, Scores, Any]]:
        """Yield the blocks of a term: documents, frequencies, packed positions."""
        with self._lock:
            try:
                info = self._terms.term_info(field, term.encode("utf-8"))
            except TermNotFound:
                return
            # Whoosh returns the length in a tuple of one.
            start, (length,) = info.extent()
            content = self._terms._postfile.get(start, length)
        yield from _decoded(content, among)


def _decoded(content: bytes, among: Ids | None) -> Iterator[tuple[Ids, Scores, Any]]:
    """Decode postings in the format of `whoosh.codec.whoosh3.W3PostingsWriter`.

    After four magic bytes come blocks. Each is its length, negative for the last one,
    then two pickles: a header, and a tuple of document deltas, weights and values.
    Blocks without any of the documents in `among` are skipped.
    """
    file = BytesIO(content)
    file.seek(4)
    is_last = False
    sought = 0
    while not is_last:
        length = int.from_bytes(file.read(4), "big", signed=True)
        is_last = length < 0
        end = file.tell() + abs(length)
        count, last, _, is_compressed, _, _ = pickle.load(file)  # verified
        if among is not None:
            before, sought = sought, int(among.searchsorted(last, side="right"))
            if sought == before:
                file.seek(end)
                continue
        data = file.read(end - file.tell())
        if is_compressed:
            data = zlib.decompress(data)
        numbers, weights, values = pickle.loads(data)  # verified
        yield (
            np.cumsum(np.asarray(numbers, np.int32), dtype=np.int32),
            _weights(weights, count),
            values,
        )


def _weights(packed: Any, count: int) -> Scores:
    if packed is None:
        return np.ones(count, np.float32)
    if isinstance(packed, float):
        return np.full(count, packed, np.float32)
    return np.asarray(packed, np.float32)


def open_segments(
    generation: Generation, known: Mapping[str, IndexSegment]
) -> tuple[list[IndexSegment], list[Mask]]:
    """Open the segments of a generation, with masks of the documents not deleted.

    Segments of `known`, by their keys, are reused.
    """
    toc = TOC.read(_VerifiedFiles(generation.files), INDEX_NAME)
    segments, alive = [], []
    for each in toc.segments:
        prefix = f"{each.segment_id()}."
        names = [name for name in generation.files if name.startswith(prefix)]
        # Whoosh may use the same segment name twice.
        key = " ".join(sorted(generation.digests[name] for name in names))
        # A segment that is reused must not refer to the files of all others.
        files = _VerifiedFiles({name: generation.files[name] for name in names})
        segment = known.get(key) or IndexSegment(files, each, key)
        mask = np.ones(segment.size, np.bool_)
        mask[list(each.deleted_docs())] = False
        segments.append(segment)
        alive.append(mask)
    return segments, alive


class _VerifiedFiles(RamStorage):  # type: ignore[misc]  # Whoosh has no types
    """Files in memory, which Whoosh opens without a copy."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self.files = dict(files)

    def open_file(self, name: str, **_: object) -> BufferFile:
        # `BytesIO` shares bytes, but copies the memory view that the base class passes.
        return BufferFile(self.files[name], name)
