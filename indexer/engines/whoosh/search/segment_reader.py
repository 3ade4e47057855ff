"""Reads one segment of Whoosh: whole terms at a time, into arrays.

A segment never changes, but that documents are deleted from it: what is read of it
stays true in the next generation, and is kept.
"""

from __future__ import annotations

import json
import pickle
import threading
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import LENGTHS_COLUMN
from whoosh.filedb.filestore import RamStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.index import TOC
from whoosh.reading import TermNotFound
from whoosh.util.numeric import byte_to_length

from indexer.engines.whoosh.cache import SizedCache
from indexer.engines.whoosh.generations import Generation
from indexer.engines.whoosh.index.doc_values import (
    FACTS_EXTENSION,
    LOCALES,
    DocValues,
)
from indexer.engines.whoosh.index.phrase_postings import (
    NO_PLACES,
    PHRASES_EXTENSION,
    PhraseWords,
    Positions,
    StoredPhrases,
)
from indexer.engines.whoosh.index.schema import EXACT, POSITION_TYPE
from indexer.engines.whoosh.index.spelling_words import WORDS_EXTENSION, read_words
from indexer.engines.whoosh.index.stem_postings import (
    STEMS_EXTENSION,
    StemHits,
    StemPostings,
)
from indexer.engines.whoosh.search.fuzzy_words import NearWords
from indexer.model.ids import Locale

INDEX_NAME = "MAIN"

MAX_HELD_CACHED = 10_000
"""Terms of fields, of which is kept where their postings lie: some 300 bytes each."""

_LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], np.float32)
"""Whoosh keeps the length of a field in a byte, to some 3 % of it."""

Documents = NDArray[np.int32]
Weights = NDArray[np.float32]
Frequencies = NDArray[np.float32] | NDArray[np.unsignedinteger]


@dataclass(frozen=True, slots=True)
class Postings:
    """The documents that hold a term (numbers, rising), and how often each does."""

    documents: Documents
    frequencies: Frequencies

    def __len__(self) -> int:
        return len(self.documents)

    def among(self, wanted: NDArray[np.bool_]) -> Postings:
        """Give those of the documents that are wanted, of all that there are."""
        # `flatnonzero` would cost as much as all the rest where few are held.
        (kept,) = wanted.take(self.documents).nonzero()
        return Postings(self.documents.take(kept), self.frequencies.take(kept))


NO_POSTINGS = Postings(np.empty(0, np.int32), np.empty(0, np.float32))


class IndexSegment:
    """A segment, whatever of its documents is deleted; safe among threads.

    Its `key` is of no other: it is made of the digests of its files.
    """

    def __init__(self, storage: RamStorage, segment: Any, key: str) -> None:
        self.key = key
        files = (
            segment.open_compound_file(storage) if segment.is_compound() else storage
        )
        codec = segment.codec()
        self._terms = codec.terms_reader(files, segment)
        self._documents = codec.per_document_reader(files, segment)
        self._lock = threading.Lock()

        def held_by(extension: str) -> bytes:
            content: bytes = storage.files[f"{segment.segment_id()}{extension}"]
            return content

        self.facts = DocValues.from_bytes(held_by(FACTS_EXTENSION))
        self._stems = StemPostings.from_bytes(held_by(STEMS_EXTENSION))
        self._spelt = held_by(WORDS_EXTENSION)
        self._phrases = StoredPhrases.from_bytes(held_by(PHRASES_EXTENSION))
        self._held: SizedCache[tuple[tuple[str, ...], Locale], tuple[StemHits, ...]] = (
            SizedCache(MAX_HELD_CACHED)
        )

    @property
    def size(self) -> int:
        """How many documents there are, those deleted included."""
        return len(self.facts.record_of)

    def stems(self, forms: tuple[str, ...], locale: Locale) -> tuple[StemHits, ...]:
        """Give what each field of a language holds of each form of a word.

        A query asks it three times of each word, and other queries again.
        """
        found = self._held.get((forms, locale))
        if found is None:
            found = tuple(self._stems.find(forms, locale))
            self._held.put((forms, locale), found, len(found) + 1)
        return found

    def count(self, field: str, term: str) -> int:
        """Count the documents that hold a term, those deleted included."""
        with self._lock:
            try:
                info = self._terms.term_info(field, term.encode("utf-8"))
            except TermNotFound:
                return 0
        return int(info.doc_frequency())

    def postings(self, field: str, term: str) -> Postings:
        """Give the postings of a term."""
        documents, weights = [], []
        for numbers, block_weights, _ in self._blocks(field, term):
            documents.append(numbers)
            weights.append(block_weights)
        if not documents:
            return NO_POSTINGS
        return Postings(np.concatenate(documents), np.concatenate(weights))

    def places(
        self, field: str, term: str, among: Documents | None = None
    ) -> Positions:
        """Give where a term stands, rising: a document, times 2 ** 32, and a place.

        Given some documents (rising), others may be left out, and are not decoded.
        """
        found = []
        for numbers, weights, values in self._blocks(field, term, among):
            places = np.frombuffer(b"".join(values), f"<u{_POSITION_BYTES}")
            holders = np.repeat(numbers.astype(np.int64), weights.astype(np.int64))
            found.append((holders << 32) + places)
        return np.concatenate(found) if found else NO_PLACES

    def beginning_with(self, field: str, prefix: str) -> Iterator[str]:
        """Give the terms of a field that begin so, in order."""
        encoded = prefix.encode("utf-8")
        with self._lock:
            for name, text in self._terms.terms_from(field, encoded):
                if name != field or not text.startswith(encoded):
                    return
                yield text.decode("utf-8")

    def words(self, field: str) -> tuple[str, ...]:
        """Give the words of a field of spelt words that are letters alone, in order."""
        return read_words(self._spelt, field)

    @cached_property
    def near_words(self) -> NearWords:
        """The words of both languages as they are spelt, gathered once."""
        return NearWords(
            chain.from_iterable(self.words(f"{EXACT}_{locale}") for locale in LOCALES)
        )

    def phrase(self, field: str, words: PhraseWords) -> Postings | None:
        """Give the postings of a phrase; None where they were not written down."""
        held = self._phrases.find(field, words)
        return Postings(*held) if held is not None else None

    def lengths(self, field: str) -> Weights:
        """Give the length of a field, in terms, for every document."""
        lengths = np.zeros(self.size, np.float32)
        name = f"_{field}_len"
        if self._documents.has_column(name):
            with self._lock:
                reader = self._documents.column_reader(name, LENGTHS_COLUMN)
                content = reader._dbfile.get(reader._basepos, reader._count)
            held = np.frombuffer(content, np.uint8)
            lengths[: len(held)] = _LENGTHS[held]
        return lengths

    def stored(self, document: int) -> dict[str, Any]:
        """Give what is stored of a document."""
        with self._lock:
            fields = self._documents.stored_fields(document)
        found: dict[str, Any] = json.loads(fields["stored"])
        return found

    def _blocks(
        self, field: str, term: str, among: Documents | None = None
    ) -> Iterator[tuple[Documents, Weights, Any]]:
        """Give the postings of a term a block after another, as they are stored."""
        with self._lock:
            try:
                info = self._terms.term_info(field, term.encode("utf-8"))
            except TermNotFound:
                return
            # Whoosh gives the length as it unpacks it, in a tuple.
            start, (length,) = info.extent()
            content = self._terms._postfile.get(start, length)
        yield from _decoded(content, among)


_POSITION_BYTES = np.dtype(POSITION_TYPE).itemsize


def _decoded(
    content: bytes, among: Documents | None
) -> Iterator[tuple[Documents, Weights, Any]]:
    """Decode postings as `whoosh.codec.whoosh3.W3PostingsWriter` lays them out.

    After four letters come blocks: their length, negative for the last one, then two
    pickles: facts of the block, and its numbers (differences), weights and values.
    Blocks without any of the documents in `among` are passed over.
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


def _weights(packed: Any, count: int) -> Weights:
    if packed is None:
        return np.ones(count, np.float32)
    if isinstance(packed, float):
        return np.full(count, packed, np.float32)
    return np.asarray(packed, np.float32)


@dataclass(frozen=True, slots=True)
class OpenSegments:
    """The segments of a generation, and which of their documents are not deleted."""

    segments: tuple[IndexSegment, ...]
    alive: tuple[NDArray[np.bool_], ...]


def open_segments(
    generation: Generation, known: Mapping[str, IndexSegment]
) -> OpenSegments:
    """Open the segments of a generation; those that are known by their key are kept."""
    storage = _VerifiedFiles()
    storage.files = dict(generation.files)
    toc = TOC.read(storage, INDEX_NAME)
    segments, alive = [], []
    for each in toc.segments:
        key = _key(generation, each.segment_id())
        segment = known.get(key) or IndexSegment(storage, each, key)
        mask = np.ones(segment.size, np.bool_)
        mask[list(each.deleted_docs())] = False
        segments.append(segment)
        alive.append(mask)
    return OpenSegments(tuple(segments), tuple(alive))


def _key(generation: Generation, segment: str) -> str:
    """Name a segment by what its files hold: two may bear the same name of Whoosh."""
    digests = sorted(
        digest
        for name, digest in generation.digests.items()
        if name.startswith(f"{segment}.")
    )
    return " ".join(digests)


class _VerifiedFiles(RamStorage):  # type: ignore[misc]  # Whoosh has no types
    """Files in memory, of which Whoosh makes no copy when it opens them."""

    def open_file(self, name: str, **_: object) -> BufferFile:
        return _VerifiedFile(self.files[name], name)


class _VerifiedFile(BufferFile):  # type: ignore[misc]
    def __init__(self, content: bytes, name: str) -> None:
        # `BytesIO` shares the bytes that it is given; of a view, it takes a copy.
        super().__init__(content, name)
