"""What a reading tells of its file: facts, proposals, a report card."""

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

PICTURES = {Unreadable.SCANNED, Unreadable.NO_TEXT}
"""Why a file is refused that may have a text all the same, to be recognised."""


def found_in(
    reading: FileReading,
    name: str,
    gazetteer: Gazetteer,
    *,
    known: Sequence[Fingerprint] = (),
    mine: Fingerprint | None = None,
) -> Extraction:
    """Give all that is found in a file; `name` is that under which it was sent.

    `known` are the other files that are there, to tell which are near.
    """
    document = reading.document
    proposals = find_proposals(document, gazetteer)
    return Extraction(
        reading.sha256,
        name,
        find_metadata(document, reading.properties, name),
        proposals,
        report_card(reading, known, fingerprint=mine, proposals=len(proposals)),
    )


def is_recognised(answer: ReadingAnswer) -> bool:
    """Tell whether a part of what was read was recognised in pictures."""
    return isinstance(answer, FileReading) and any(
        page.is_recognised for page in answer.pages
    )


def has_pictures(answer: ReadingAnswer | None) -> bool:
    """Tell whether recognition may find more in a file than was read without it."""
    if isinstance(answer, FileReading):
        return any(page.is_scanned or page.is_unreadable for page in answer.pages)
    return answer is not None and answer.reason in PICTURES


def file_facts(reading: FileReading) -> dict[str, str]:
    """Give what a record lists of a file beside its name."""
    facts = {}
    if reading.pages:
        facts["pages"] = str(len(reading.pages))
    if reading.is_tagged is not None:
        facts["tagged"] = "yes" if reading.is_tagged else "no"
    return facts
