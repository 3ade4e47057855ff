"""Reads files that are to be added, on all cores and each once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from indexer.model.readings import FileReading, Unreadable
from indexer.readers.isolated import read_files
from indexer.readers.requests import Answer
from indexer.readers.store import ReadingStore
from kb.publishing.staging import Stage, Staged


@dataclass(frozen=True, slots=True)
class ReadingAhead:
    """Reads what the store does not have yet; scans again when `ocr` may tell more."""

    store: ReadingStore
    ocr: bool = False
    processes: int | None = None

    def read(self, stages: Iterable[Stage]) -> Iterator[tuple[Stage, Answer | None]]:
        """Read what was not read before, on all cores; keep the order."""
        waiting: deque[tuple[Stage, Answer | None]] = deque()

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
                        self.store.put(stage.sha256, answer, ocr=_is_recognised(answer))
                    yield stage, answer
                    break
                yield stage, known
        yield from waiting

    def _known(self, stage: Staged) -> Answer | None:
        recognised = self.store.get(stage.copy.name, stage.sha256, ocr=True)
        if recognised is not None:
            return recognised
        known = self.store.get(stage.copy.name, stage.sha256)
        return None if self.ocr and _has_scans(known) else known


def _is_recognised(answer: Answer) -> bool:
    return isinstance(answer, FileReading) and any(
        page.is_recognised for page in answer.pages
    )


def _has_scans(answer: Answer | None) -> bool:
    """Tell whether recognition may find more in a file than was read without it."""
    if isinstance(answer, FileReading):
        return any(page.is_scanned for page in answer.pages)
    return answer is not None and answer.reason == Unreadable.NO_TEXT
