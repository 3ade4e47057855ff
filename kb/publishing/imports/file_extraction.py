"""Reads the files of an import in parallel, each once, and extracts what they state.

That is facts, proposals and a report card.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from indexer.extraction.fingerprints import Fingerprint
from indexer.extraction.proposals.finder import find_proposals, in_page_language
from indexer.extraction.report.cover_corrections import (
    CoverCorrection,
    CoverLayout,
    corrected_facts,
)
from indexer.extraction.report.metadata import find_metadata
from indexer.extraction.report.report_card import report_card
from indexer.model.document import FileReading, Unreadable
from indexer.model.places import Gazetteer
from indexer.readers.sandbox.protocol import ReadingAnswer
from indexer.readers.sandbox.reading_cache import ReadingCache
from indexer.readers.sandbox.sandbox import read_files
from kb.publishing.extractions.extraction_store import Extraction
from kb.publishing.imports.staging import Stage, Staged

OCR_REASONS = {Unreadable.SCANNED, Unreadable.NO_TEXT}
"""Reasons of unreadable files that OCR may still read."""


def extraction_of(
    reading: FileReading,
    name: str,
    gazetteer: Gazetteer,
    *,
    known: Sequence[Fingerprint] = (),
    own: Fingerprint | None = None,
    corrections: Sequence[CoverCorrection] = (),
) -> Extraction:
    """Return the facts, proposals and report card of a file.

    `name` is the name of the upload. `known` are the fingerprints of the other files,
    for the detection of near duplicates; `own` is that of this file. `corrections` are
    those of people on other files.
    """
    document = reading.document
    proposals = tuple(
        in_page_language(proposal, reading)
        for proposal in find_proposals(document, gazetteer)
    )
    facts = find_metadata(
        document, reading.properties, name, reading.margins, reading.language
    )
    return Extraction(
        reading.sha256,
        name,
        corrected_facts(facts, CoverLayout(document, reading.margins), corrections),
        proposals,
        report_card(reading, known, fingerprint=own, proposals=len(proposals)),
    )


def is_recognised(answer: ReadingAnswer) -> bool:
    """Return whether OCR read a part of the file."""
    return isinstance(answer, FileReading) and any(
        page.is_recognised for page in answer.pages
    )


def needs_ocr(answer: ReadingAnswer | None) -> bool:
    """Return whether OCR may find more text than was read without it."""
    if isinstance(answer, FileReading):
        return any(page.is_scanned or page.is_unreadable for page in answer.pages)
    return answer is not None and answer.reason in OCR_REASONS


def file_facts(reading: FileReading) -> dict[str, str]:
    """Return the fields of a list item of `files`, without the name and the digest."""
    facts = {}
    if reading.pages:
        facts["pages"] = str(len(reading.pages))
    if reading.is_tagged is not None:
        facts["tagged"] = "yes" if reading.is_tagged else "no"
    return facts


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
