"""What is known of a record as a whole: the effect of a practice, where a report is."""

from indexer.model.record import Record
from indexer.model.records import Deliverable, Practice
from indexer.model.vocabulary import (
    Availability,
    EvidenceKind,
    Finding,
    PracticeResult,
    Readable,
)

_MEASURED = {EvidenceKind.COMPARISON, EvidenceKind.BEFORE_AFTER}
_READ = {Availability.COMPLETE, Availability.FIRST_PAGES}


def findings_of(record: Record) -> tuple[Finding, ...]:
    """Return what is known of a practice, in the order of the enum."""
    if not isinstance(record, Practice):
        return ()
    known = {Finding.MEASURED} if record.evidence in _MEASURED else set()
    if record.result not in {None, PracticeResult.NOT_MEASURED}:
        known.add(Finding(record.result))
    if any(edition.figures for edition in record.editions):
        known.add(Finding.FIGURES)
    return tuple(finding for finding in Finding if finding in known)


def readable_of(record: Record) -> Readable | None:
    """Return where a deliverable can be read; None for any other record."""
    if not isinstance(record, Deliverable):
        return None
    if record.files:
        return Readable.HERE
    return Readable.ELSEWHERE if record.availability in _READ else Readable.SOUGHT
