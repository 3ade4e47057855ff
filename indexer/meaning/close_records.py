"""Finds the records whose passages are nearest to a query."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from indexer.files import FileStamp, file_stamp
from indexer.meaning.encoder import Encoder, Vector
from indexer.meaning.passage_vectors import (
    LOCALES,
    SUMMARY,
    PassageVectors,
    read_vectors,
)
from indexer.model.ids import Kind, Locale
from indexer.model.query import CloseRecord

MAX_CLOSE = 20
"""For each language: the records of the other language would be crowded out."""

NEAREST = 10
"""The number of closest records of each language that are results although they contain
no word of the query. Most records after these are no answer."""

MOST_MISSING = 0.1
"""The share of passages without a vector above which there are no close records: the
closest of a few is often none at all, while the first vectors are made."""

MAX_CACHED_QUERIES = 1000

BLOCK_ROWS = 1024
"""The number of vectors multiplied at once, as floats, in a cache of the processor."""

MAX_FLOAT_ROWS = 5000
"""The number of vectors, 8 MB, up to which all are kept as floats: converting them for
a query would take a millisecond."""

BEST_ROWS = 1000
"""The number of closest passages of a language whose records are compared."""

_Key = tuple[FileStamp, str, Locale]
"""The stamp of the file, a text, and the language of the reader."""

logger = logging.getLogger(__name__)


class CloseRecords:
    """Finds close records by the newest file of vectors; safe among threads."""

    def __init__(self, path: Path, open_encoder: Callable[[], Encoder]) -> None:
        """Read vectors at `path`; the encoder is opened by the first query."""
        self._path = path
        self._open_encoder = open_encoder
        self._stamp: FileStamp = ()
        self._vectors: PassageVectors | None = None
        self._found: LRUCache[_Key, tuple[CloseRecord, ...]] = LRUCache(
            MAX_CACHED_QUERIES
        )
        self._lock = threading.Lock()

    def find(
        self, text: str, reader: Locale, *, only_foreign: bool = False
    ) -> tuple[CloseRecord, ...]:
        """Return the records closest to a text, the closest first.

        With `only_foreign`, those without a text in the language of the reader; where
        each record has one, nothing is computed. There is none before nearly all
        vectors are made, nor where the model can't be loaded.
        """
        with self._lock:
            self._follow()
            vectors = self._vectors if self._is_ready else None
            # Without vectors, no process takes memory for the model.
            encoder = self._encoder if vectors is not None else None
            if vectors is None or encoder is None or vectors.encoder != encoder.name:
                return ()
            if only_foreign and vectors.has_edition(reader).all():
                return ()
            key = (self._stamp, text, reader)
            found = self._found.get(key)
            if found is None:
                vector = encoder.query(text)
                found = tuple(closest_records(vectors, vector, reader))
                self._found[key] = found
            return tuple(each for each in found if each.is_foreign >= only_foreign)

    @property
    def stamp(self) -> FileStamp:
        """The stamp of the file of vectors; () without one."""
        with self._lock:
            self._follow()
            return self._stamp

    @property
    def is_ready(self) -> bool:
        """Whether nearly all passages have a vector."""
        with self._lock:
            self._follow()
            return self._is_ready

    @property
    def _is_ready(self) -> bool:
        vectors = self._vectors
        return vectors is not None and vectors.missing < MOST_MISSING * len(vectors)

    def progress(self) -> tuple[int, int]:
        """Return how many passages have a vector, and how many there are."""
        with self._lock:
            self._follow()
            vectors = self._vectors
            if vectors is None:
                return 0, 0
            return len(vectors), len(vectors) + vectors.missing

    def warm_up(self) -> None:
        """Load the model and map the vectors, so that no visitor waits for it."""
        with self._lock:
            self._follow()
            _ = self._encoder

    @cached_property
    def _encoder(self) -> Encoder | None:
        try:
            return self._open_encoder()
        except (ImportError, OSError, RuntimeError) as error:
            logger.warning("the model of meaning can't be loaded: %s", error)
            return None

    def _follow(self) -> None:
        """Map the file again if it was replaced."""
        try:
            stamp = file_stamp(self._path.stat())
        except OSError:
            stamp = ()
        if stamp != self._stamp:
            self._stamp, self._vectors = stamp, _as_floats(read_vectors(self._path))


def _as_floats(vectors: PassageVectors | None) -> PassageVectors | None:
    if vectors is None or len(vectors) > MAX_FLOAT_ROWS:
        return vectors
    return replace(vectors, levels=vectors.levels.astype(np.float32))


def closest_records(
    vectors: PassageVectors, query: Vector, reader: Locale
) -> Iterator[CloseRecord]:
    """Yield the closest records, the closest first: as many by each language.

    The closeness of a record is that of its closest passage. Pages about the service
    are left out.
    """
    closeness = _closeness(vectors, query)
    mean, deviation = _spread(vectors, closeness)
    own = vectors.has_edition(reader)
    best: dict[int, int] = {}
    nearest: set[int] = set()
    for locale in range(len(LOCALES)):
        rows = np.flatnonzero(vectors.locales == locale)
        for rank, row in enumerate(_best_of_records(vectors, closeness, rows)):
            record = int(vectors.records[row])
            if record not in best or closeness[row] > closeness[best[record]]:
                best[record] = row
            if rank < NEAREST:
                nearest.add(record)
    for record, row in sorted(best.items(), key=lambda each: -closeness[each[1]]):
        number = int(vectors.numbers[row])
        yield CloseRecord(
            vectors.ids[record],
            (float(closeness[row]) - mean) / deviation,
            float(closeness[row]),
            None if number == SUMMARY else number,
            is_nearest=record in nearest,
            is_foreign=not own[record],
        )


def _closeness(vectors: PassageVectors, query: Vector) -> NDArray[np.float32]:
    """Return the cosine of each passage; 100,000 take 8 ms.

    `einsum` uses one thread: those of NumPy's algebra library take ten times as long
    where processors are shared.
    """
    products = np.empty(len(vectors), np.float32)
    for start in range(0, len(vectors), BLOCK_ROWS):
        block = vectors.levels[start : start + BLOCK_ROWS].astype(
            np.float32, copy=False
        )
        out = products[start : start + BLOCK_ROWS]
        np.einsum("ij,j->i", block, query, out=out)
    cosines: NDArray[np.float32] = products * vectors.scales
    return cosines


def _spread(
    vectors: PassageVectors, closeness: NDArray[np.float32]
) -> tuple[float, float]:
    """Return the mean and the standard deviation of the closeness of all records."""
    is_first = np.diff(vectors.records, prepend=-1) != 0
    of_records = np.maximum.reduceat(closeness, np.flatnonzero(is_first))
    return float(of_records.mean()), float(of_records.std()) or 1.0


def _best_of_records(
    vectors: PassageVectors,
    closeness: NDArray[np.float32],
    rows: NDArray[np.intp],
) -> list[int]:
    """Return the closest of some rows for each record, the closest record first."""
    if len(rows) > BEST_ROWS:
        rows = rows[np.argpartition(-closeness[rows], BEST_ROWS)[:BEST_ROWS]]
    order = rows[np.argsort(-closeness[rows], kind="stable")]
    best: dict[int, int] = {}
    for row, record in zip(
        order.tolist(), vectors.records[order].tolist(), strict=True
    ):
        if record not in best and vectors.ids[record].kind is not Kind.PAGE:
            best[record] = row
        if len(best) == MAX_CLOSE:
            break
    return list(best.values())
