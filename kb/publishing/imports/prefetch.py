"""Reads files that are to be added, on all cores and each once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from indexer.readers.sandbox.protocol import ReadingAnswer
from indexer.readers.sandbox.reading_cache import ReadingCache
from indexer.readers.sandbox.sandbox import read_files
from kb.publishing.extractions.file_extraction import has_pictures, is_recognised
from kb.publishing.imports.staging import Stage, Staged


@dataclass(frozen=True, slots=True)
class ReadingPrefetch:
    """Reads what the store does not have yet; scans again when `ocr` may tell more."""

    store: ReadingCache
    ocr: bool = False
    processes: int | None = None

    def read(
        self, stages: Iterable[Stage]
    ) -> Iterator[tuple[Stage, ReadingAnswer | None]]:
        """Read what was not read before, on all cores; keep the order."""
        waiting: deque[tuple[Stage, ReadingAnswer | None]] = deque()

        def unread() -> Iterator[Path]:
            for stage in stages:
                if not isinstance(stage, Staged):
                    waiting.append((stage, None))
                    continue
                known = self._known(stage)
                waiting.append((stage, known))
                if known is None:
                    yield stage.copy

        answers = read_files(unread(), ocr=self.ocr, processes=self.processes)
        for answer in answers:
            while True:
                stage, known = waiting.popleft()
                if isinstance(stage, Staged) and known is None:
                    with suppress(OSError):  # it is only read again
                        self.store.put(stage.sha256, answer, ocr=is_recognised(answer))
                    yield stage, answer
                    break
                yield stage, known
        yield from waiting

    def _known(self, stage: Staged) -> ReadingAnswer | None:
        recognised = self.store.get(stage.copy.name, stage.sha256, ocr=True)
        if recognised is not None:
            return recognised
        known = self.store.get(stage.copy.name, stage.sha256)
        return None if self.ocr and has_pictures(known) else known
