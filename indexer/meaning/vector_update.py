"""Encodes the passages of a corpus that have no vector yet, and writes all vectors.

Vectors belong to texts: a passage that moves, or an index made again, costs nothing,
and the vector of a text that was withdrawn is not written again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path

import numpy as np

from indexer.meaning.encoder import Encoder
from indexer.meaning.vector_file import (
    DIGEST_BYTES,
    LOCALES,
    SUMMARY,
    Levels,
    PassageVectors,
    quantised,
    read_vectors,
    rows_by_digest,
    write_vectors,
)
from indexer.model.ids import RecordId
from indexer.model.indexed_record import IndexedEdition, IndexedRecord
from indexer.model.progress import PASSAGES, Progress, no_progress

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
    is_stopped: Callable[[], bool] = lambda: False,
    progress: Progress = no_progress,
) -> VectorChange:
    """Write the vectors of the passages of records, and encode those that are missing.

    The file is replaced at the start, without the texts that are gone, then regularly
    and at the end. `is_stopped` is asked before each passage: what was encoded until
    then is kept.

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
    for text in progress(PASSAGES, missing, len(missing)):
        if is_stopped():
            break
        work.add(text.digest, *quantised(encoder.passage(text.text)))
        encoded += 1
        if time.monotonic() - saved_at > SAVE_EVERY_S:
            work.write(path)
            saved_at = time.monotonic()
    work.write(path)
    return VectorChange(encoded, len(texts), len(work.missing))


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
        for each in self.texts:
            firsts.setdefault(each.record, each)
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
            and list(vectors.digests) == [each.digest for each in self.texts]
            and vectors.records.tolist() == [each.record for each in self.texts]
        )

    def write(self, path: Path) -> None:
        """Write the vectors that are known."""
        rows = [each for each in self.texts if each.digest in self._known]
        known = [self._known[each.digest] for each in rows]
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_vectors(
            path,
            PassageVectors(
                self.encoder,
                self.ids,
                np.array(self.languages, np.int8),
                len(self.texts) - len(rows),
                [each.digest for each in rows],
                np.array([each.record for each in rows], np.int32),
                np.array([each.locale for each in rows], np.int8),
                np.array([each.number for each in rows], np.int32),
                np.array([scale for _, scale in known], np.float32),
                np.array([levels for levels, _ in known], np.int8),
            ),
        )
