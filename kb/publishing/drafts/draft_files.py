"""The originals of a draft, with what was extracted from each."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from indexer.extraction.report.metadata import is_closed
from indexer.model.proposals import MetadataField
from kb.publishing.drafts.draft import Draft, listed_files
from kb.publishing.errors import NotFoundError
from kb.publishing.extractions.extraction_store import (
    Extraction,
    ExtractionStore,
    extraction_key,
)


@dataclass(frozen=True, slots=True)
class DraftFile:
    """An original of a draft; `key` is that of its extraction, or empty.

    `closed_by` are the words by which the file says that it is not for the public.
    """

    name: str
    sha256: str = ""
    key: str = ""
    closed_by: str = ""


def draft_files(draft: Draft, extractions: ExtractionStore) -> tuple[DraftFile, ...]:
    """Return the originals of a draft."""
    digests = {
        item.get("name", ""): item.get("sha256", "") for item in listed_files(draft)
    }
    return tuple(
        _draft_file(name, digests.get(name, ""), extractions) for name in draft.files
    )


def _draft_file(name: str, sha256: str, extractions: ExtractionStore) -> DraftFile:
    with suppress(NotFoundError):
        extraction = extractions.load(extraction_key(sha256))
        return DraftFile(name, sha256, extraction.key, closed_by(extraction))
    return DraftFile(name, sha256)


def closed_by(extraction: Extraction) -> str:
    """Return the words by which a file says that it is not for the public, or ""."""
    if not is_closed(extraction.facts):
        return ""
    return next(
        each.value
        for each in extraction.facts
        if each.field is MetadataField.DISSEMINATION
    )
