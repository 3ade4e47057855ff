"""The originals of a draft, with what was extracted from each."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from indexer.extraction.report.restrictions import closed_words
from indexer.model.proposals import ExtractedFact
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

    `closed_by` is the fact by which the file says that it is not for the public.
    `has_question` is whether a person has still to answer which record it belongs to.
    """

    name: str
    sha256: str = ""
    key: str = ""
    closed_by: ExtractedFact | None = None
    has_question: bool = False


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
        return DraftFile(
            name,
            sha256,
            extraction.key,
            closed_by(extraction),
            extraction.has_question,
        )
    return DraftFile(name, sha256)


def closed_by(extraction: Extraction) -> ExtractedFact | None:
    """Return the fact by which a file says that it is not for the public, or None."""
    return closed_words(extraction.facts)
