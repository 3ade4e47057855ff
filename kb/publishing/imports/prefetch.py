"""Reads the files of an import in parallel, each once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from indexer.readers.sandbox.protocol import ReadingAnswer
from indexer.readers.sandbox.reading_cache import ReadingCache
from indexer.readers.sandbox.sandbox import read_files
from kb.publishing.extractions.file_extraction import is_recognised, needs_ocr
from kb.publishing.imports.staging import Stage, Staged


def read_staged(
    stages: Iterable[Stage], cache: ReadingCache, *, ocr: bool, processes: int | None
) -> Iterator[tuple[Stage, ReadingAnswer | None]]:
    """Read the staged files that are not in the cache, and yield all in their order.

    With `ocr`, files with unread pictures are read again. The answer is None for stages
    that are not to be read.
    """
    queue: deque[tuple[Stage, ReadingAnswer | None]] = deque()

    def unread() -> Iterator[Path]:
        for stage in stages:
            cached = _cached(stage, cache, ocr=ocr)
            queue.append((stage, cached))
            if isinstance(stage, Staged) and cached is None:
                yield stage.copy

    for answer in read_files(unread(), ocr=ocr, processes=processes):
        while True:
            stage, cached = queue.popleft()
            if isinstance(stage, Staged) and cached is None:
                with suppress(OSError):  # Without a cache, it is read again.
                    cache.put(stage.sha256, answer, ocr=is_recognised(answer))
                yield stage, answer
                break
            yield stage, cached
    yield from queue


def _cached(stage: Stage, cache: ReadingCache, *, ocr: bool) -> ReadingAnswer | None:
    if not isinstance(stage, Staged):
        return None
    recognised = cache.get(stage.copy.name, stage.sha256, ocr=True)
    if recognised is not None:
        return recognised
    cached = cache.get(stage.copy.name, stage.sha256)
    return None if ocr and needs_ocr(cached) else cached
