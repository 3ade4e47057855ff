"""Extracts facts, proposals and a report card from the reading of a file."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.extraction.fingerprints import Fingerprint
from indexer.extraction.proposals.finder import find_proposals
from indexer.extraction.report.metadata import find_metadata
from indexer.extraction.report.report_card import report_card
from indexer.model.places import Gazetteer
from indexer.model.readings import FileReading, Unreadable
from indexer.readers.sandbox.protocol import ReadingAnswer
from kb.publishing.extractions.extraction_store import Extraction

OCR_REASONS = {Unreadable.SCANNED, Unreadable.NO_TEXT}
"""Reasons of unreadable files that OCR may still read."""


def extraction_of(
    reading: FileReading,
    name: str,
    gazetteer: Gazetteer,
    *,
    known: Sequence[Fingerprint] = (),
    own: Fingerprint | None = None,
) -> Extraction:
    """Return the facts, proposals and report card of a file.

    `name` is the name of the upload. `known` are the fingerprints of the other files,
    for the detection of near duplicates; `own` is that of this file.
    """
    document = reading.document
    proposals = find_proposals(document, gazetteer)
    return Extraction(
        reading.sha256,
        name,
        find_metadata(document, reading.properties, name, reading.margins),
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
