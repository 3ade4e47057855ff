"""Finds records with little more than a title, which lists fold.

The text of such a record states what could not be read, and little else. Its page, its
address, exports and the API are those of any record.
"""

import re

from indexer.model.edition import LIMITS_TITLES, Edition
from indexer.model.ids import Kind
from indexer.model.record import Record
from indexer.model.records import Deliverable
from indexer.model.vocabulary import Availability

MIN_WORDS = 45
"""A shorter text has too little to read; sections on limits are not counted."""

_KINDS = {Kind.DELIVERABLE, Kind.PRACTICE, Kind.EVENT}
_HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)
_LINK_TARGET = re.compile(r"\]\([^)]*\)")


def is_only_mentioned(record: Record) -> bool:
    """Return whether a record has little more than a title.

    It has no file, no figure and nothing that did not work, and no text of `MIN_WORDS`
    in either language beside a section on its limits; or it is a deliverable that was
    not found.
    """
    if record.id.kind not in _KINDS or not record.editions:
        return False
    if isinstance(record, Deliverable):
        if record.files:
            return False
        if record.availability is Availability.NOT_FOUND:
            return True
    return all(_says_little(edition) for edition in record.editions)


def _says_little(edition: Edition) -> bool:
    if edition.figures or edition.did_not_work:
        return False
    opening, *rest = _HEADING.split(str(edition.body))
    sections = list(zip(rest[::2], rest[1::2], strict=True))
    counted = [text for title, text in sections if title not in LIMITS_TITLES]
    words = _LINK_TARGET.sub("]", " ".join([opening, *counted])).split()
    return len(counted) < len(sections) and len(words) < MIN_WORDS
