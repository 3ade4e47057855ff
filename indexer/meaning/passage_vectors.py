"""The vectors of the passages of all records, in one file that processes map.

An update encodes the passages that have no vector yet, and writes all vectors.

    magic, length of the header
    header       JSON: encoder, dimensions, ids of records, number of missing passages
    languages    of each record: a bit for each language that it has an edition in
    digests      of the encoded text of each passage, 16 bytes
    records      the number of the record of each passage, in rising order
    locales      the number of its language
    numbers      the number of the passage in its record; -1 for a summary
    scales       a vector is its row of `vectors` times its scale
    vectors      one byte for each dimension

A change writes a new file, which replaces the old one atomically: a process that has
mapped the old file continues to read it.

Vectors belong to texts: a passage that moves, or an index made again, costs nothing,
and the vector of a text that was withdrawn is not written again.
"""

import hashlib
import json
import mmap
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.files import write_file_atomically
from indexer.meaning.encoder import Encoder, Vector
from indexer.model.ids import Locale, RecordId
from indexer.model.indexed_record import IndexedEdition, IndexedRecord
from indexer.model.progress import PASSAGES, Progress, no_progress

LOCALES = tuple(Locale)

SUMMARY = -1
"""The number of a summary among the passages of a record."""

DIGEST_BYTES = 16
MAX_LEVEL = 127

_MAGIC = b"kb vectors 1\n"
_ALIGNMENT = 64
_HEADER_LENGTH_BYTES = 8

Levels = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """The vectors of passages; each row is of one passage, those of a record together.

    Attributes:
        encoder: the name of the encoder that made them.
        ids: the ids of the records that have a passage.
        languages: for each record, a bit for the index into `LOCALES` of each edition.
        missing: the number of passages that are not encoded yet.
        digests: the digests of the encoded texts, one after another; few processes read
            them.
        records: the index into `ids` of each row, in rising order.
        locales: the index into `LOCALES` of each row.
        numbers: the number of the passage in its record, or `SUMMARY`.
        scales: the factor of each row.
        levels: the vectors, divided by their scales and rounded; perhaps as floats.
    """

    encoder: str
    ids: tuple[RecordId, ...]
    languages: NDArray[np.int8]
    missing: int
    digests: bytes | memoryview
    records: NDArray[np.int32]
    locales: NDArray[np.int8]
    numbers: NDArray[np.int32]
    scales: NDArray[np.float32]
    levels: Levels | NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.records)

    def has_edition(self, locale: Locale) -> NDArray[np.bool_]:
        """Return whether each record has an edition in a language."""
        has: NDArray[np.bool_] = (self.languages >> LOCALES.index(locale)) & 1 == 1
        return has


def quantised(vector: NDArray[np.float32]) -> tuple[Levels, float]:
    """Return a vector as levels of one byte, and their scale."""
    scale = float(np.abs(vector).max()) / MAX_LEVEL or 1.0
    return np.rint(vector / scale).astype(np.int8), scale


def write_vectors(path: Path, vectors: PassageVectors) -> None:
    """Replace the file.

    Raises:
        OSError: it can't be written; the old one is unchanged.
    """
    dimensions = vectors.levels.shape[1] if len(vectors) else 0
    header = json.dumps(
        {
            "encoder": vectors.encoder,
            "dimensions": dimensions,
            "count": len(vectors),
            "missing": vectors.missing,
            "ids": [str(each) for each in vectors.ids],
        }
    ).encode()
    content = bytearray(_MAGIC)
    content += len(header).to_bytes(_HEADER_LENGTH_BYTES, "little") + header
    for part in (
        vectors.languages.astype("i1").tobytes(),
        vectors.digests,
        vectors.records.astype("<i4").tobytes(),
        vectors.locales.astype("i1").tobytes(),
        vectors.numbers.astype("<i4").tobytes(),
        vectors.scales.astype("<f4").tobytes(),
        vectors.levels.tobytes(),
    ):
        content += b"\0" * (-len(content) % _ALIGNMENT) + part
    # A power failure may cost the vectors, which can be made again.
    write_file_atomically(path, bytes(content), mode=0o600, is_durable=False)


def read_vectors(path: Path) -> PassageVectors | None:
    """Map the file; None if it is missing, incomplete or of another format."""
    try:
        with path.open("rb") as file:
            data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError):
        return None
    try:
        return _parse(data)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _parse(data: memoryview) -> PassageVectors:
    start = len(_MAGIC) + _HEADER_LENGTH_BYTES
    if bytes(data[: len(_MAGIC)]) != _MAGIC:
        raise ValueError("another format")
    length = int.from_bytes(data[len(_MAGIC) : start], "little")
    header = json.loads(bytes(data[start : start + length]))
    count, dimensions = int(header["count"]), int(header["dimensions"])
    ids = tuple(_record_id(each) for each in header["ids"])
    position = start + length
    parts = []
    widths = (DIGEST_BYTES, 4, 1, 4, 4, dimensions)
    for size in (len(ids), *(width * count for width in widths)):
        position += -position % _ALIGNMENT
        part = data[position : position + size]
        if len(part) != size:
            raise ValueError("incomplete")
        parts.append(part)
        position += size
    languages, digests, records, locales, numbers, scales, levels = parts
    record_of = np.frombuffer(records, "<i4")
    if count and not 0 <= int(record_of.min()) <= int(record_of.max()) < len(ids):
        raise ValueError("damaged")
    return PassageVectors(
        str(header["encoder"]),
        ids,
        np.frombuffer(languages, "i1"),
        int(header["missing"]),
        digests,
        record_of,
        np.frombuffer(locales, "i1"),
        np.frombuffer(numbers, "<i4"),
        np.frombuffer(scales, "<f4"),
        np.frombuffer(levels, "i1").reshape(count, dimensions),
    )


def _record_id(text: str) -> RecordId:
    record = RecordId.parse(text)
    if record is None:
        raise ValueError(text)
    return record


def rows_by_digest(vectors: PassageVectors) -> Mapping[bytes, int]:
    """Return the row of each encoded text."""
    return {
        bytes(vectors.digests[row * DIGEST_BYTES : (row + 1) * DIGEST_BYTES]): row
        for row in range(len(vectors))
    }


MAX_CHARACTERS = 1500
"""Of a passage: the model reads 512 tokens, and a passage has about 120 words."""

SAVE_EVERY_S = 30.0
"""Searches use what is encoded already; a file of 100,000 passages is 40 MB."""


@dataclass(frozen=True, slots=True)
class VectorChange:
    """The numbers of passages: encoded now, in the file, and still missing."""

    encoded: int
    total: int
    missing: int


@dataclass(frozen=True, slots=True)
class _Text:
    """A text to encode: its record, language and number, and its digest."""

    record: int
    locale: int
    number: int
    text: str
    digest: bytes


def update_vectors(
    records: Iterable[IndexedRecord],
    encoder: Encoder,
    path: Path,
    *,
    threads: int = 1,
    is_stopped: Callable[[], bool] = lambda: False,
    progress: Progress = no_progress,
) -> VectorChange:
    """Write the vectors of the passages of records, and encode those that are missing.

    The file is replaced at the start, without the texts that are gone, then regularly
    and at the end. As many passages as there are `threads` are encoded at once.
    `is_stopped` is asked before each passage: what was encoded until then is kept.

    Raises:
        OSError: the file can't be written.
    """
    ids, languages, texts = _texts(records)
    work = _VectorWork(ids, languages, texts, encoder.name)
    work.reuse(read_vectors(path))
    missing = work.missing
    if not missing and work.is_same_as(read_vectors(path)):
        return VectorChange(0, len(texts), 0)
    work.write(path)
    saved_at, encoded = time.monotonic(), 0
    wanted = progress(PASSAGES, missing, len(missing))
    for digest, vector in _encoded(wanted, encoder, threads, is_stopped):
        work.add(digest, *quantised(vector))
        encoded += 1
        if time.monotonic() - saved_at > SAVE_EVERY_S:
            work.write(path)
            saved_at = time.monotonic()
    work.write(path)
    return VectorChange(encoded, len(texts), len(work.missing))


def _encoded(
    texts: Iterable[_Text],
    encoder: Encoder,
    threads: int,
    is_stopped: Callable[[], bool],
) -> Iterator[tuple[bytes, Vector]]:
    """Yield the digest and the vector of each text, in order, until it is stopped."""
    running: deque[tuple[bytes, Future[Vector]]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for text in texts:
            if is_stopped():
                break
            running.append((text.digest, pool.submit(encoder.passage, text.text)))
            if len(running) == threads:
                digest, vector = running.popleft()
                yield digest, vector.result()
        for digest, vector in running:
            yield digest, vector.result()


def _texts(
    records: Iterable[IndexedRecord],
) -> tuple[tuple[RecordId, ...], tuple[int, ...], list[_Text]]:
    ids: list[RecordId] = []
    languages: list[int] = []
    texts: list[_Text] = []
    for record in records:
        first = 0
        for edition in record.editions:
            locale = LOCALES.index(edition.locale)
            numbers = chain([SUMMARY], count(first))
            for number, text in zip(numbers, _edition_texts(edition), strict=False):
                digest = hashlib.blake2b(text.encode(), digest_size=DIGEST_BYTES)
                texts.append(_Text(len(ids), locale, number, text, digest.digest()))
            first += len(edition.passages)
        ids.append(record.id)
        languages.append(sum(1 << LOCALES.index(e.locale) for e in record.editions))
    return tuple(ids), tuple(languages), texts


def _edition_texts(edition: IndexedEdition) -> Iterator[str]:
    """Yield the summary, then each passage, under the title and its heading."""
    yield _joined(edition.title, edition.summary)
    for passage in edition.passages:
        yield _joined(edition.title, passage.heading, passage.text)


def _joined(*parts: str) -> str:
    return ". ".join(filter(None, parts))[:MAX_CHARACTERS]


@dataclass
class _VectorWork:
    """The texts of a corpus, and the vectors that are known of them."""

    ids: tuple[RecordId, ...]
    languages: tuple[int, ...]
    texts: list[_Text]
    encoder: str
    _known: dict[bytes, tuple[Levels, float]] = field(default_factory=dict)

    def reuse(self, vectors: PassageVectors | None) -> None:
        """Copy the vectors that the same encoder made of the same texts."""
        if vectors is None or vectors.encoder != self.encoder:
            return
        rows = rows_by_digest(vectors)
        for text in self.texts:
            row = rows.get(text.digest)
            if row is not None:
                self.add(text.digest, vectors.levels[row], float(vectors.scales[row]))

    def add(self, digest: bytes, levels: Levels, scale: float) -> None:
        self._known[digest] = levels, scale

    @property
    def missing(self) -> list[_Text]:
        """The texts without a vector, each once, and the first of each record first."""
        firsts: dict[int, _Text] = {}
        unique: dict[bytes, _Text] = {}
        for text in self.texts:
            firsts.setdefault(text.record, text)
        for each in (*firsts.values(), *self.texts):
            unique.setdefault(each.digest, each)
        return [each for each in unique.values() if each.digest not in self._known]

    def is_same_as(self, vectors: PassageVectors | None) -> bool:
        """Return whether a file has these texts of these records already."""
        return (
            vectors is not None
            and vectors.encoder == self.encoder
            and vectors.ids == self.ids
            and tuple(vectors.languages.tolist()) == self.languages
            and vectors.digests == b"".join(text.digest for text in self.texts)
            and vectors.records.tolist() == [text.record for text in self.texts]
        )

    def write(self, path: Path) -> None:
        """Write the vectors that are known."""
        rows = [text for text in self.texts if text.digest in self._known]
        known = [self._known[row.digest] for row in rows]
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_vectors(
            path,
            PassageVectors(
                self.encoder,
                self.ids,
                np.array(self.languages, np.int8),
                len(self.texts) - len(rows),
                b"".join(row.digest for row in rows),
                np.array([row.record for row in rows], np.int32),
                np.array([row.locale for row in rows], np.int8),
                np.array([row.number for row in rows], np.int32),
                np.array([scale for _, scale in known], np.float32),
                np.array([levels for levels, _ in known], np.int8),
            ),
        )
