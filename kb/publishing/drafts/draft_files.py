"""The originals of a draft, with what is known of each from its reading."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from indexer.extraction.report.metadata import is_closed
from indexer.model.proposals import MetadataField
from kb.publishing.drafts.draft import Draft
from kb.publishing.errors import NotThereError
from kb.publishing.extractions.extraction_store import (
    Extraction,
    ExtractionStore,
    extraction_key,
)
from kb.publishing.records.form_values import read_values


@dataclass(frozen=True, slots=True)
class DraftFile:
    """An original: `key` leads to what was found in it, and is empty without that.

    `closed_by` are the words by which it says that it is not for the public.
    """

    name: str
    sha256: str = ""
    key: str = ""
    closed_by: str = ""


def draft_files(draft: Draft, findings: ExtractionStore) -> tuple[DraftFile, ...]:
    """Give the originals of a draft."""
    listed = read_values(draft.record.kind, draft.texts).facts.get("files", ())
    digests = {
        item.get("name", ""): item.get("sha256", "")
        for item in listed
        if not isinstance(item, str)
    }
    return tuple(
        _draft_file(name, digests.get(name, ""), findings) for name in draft.files
    )


def _draft_file(name: str, sha256: str, findings: ExtractionStore) -> DraftFile:
    with suppress(NotThereError):
        found = findings.load(extraction_key(sha256))
        return DraftFile(name, sha256, found.key, closed_by(found))
    return DraftFile(name, sha256)


def closed_by(found: Extraction) -> str:
    """Give the words by which a file says that it is not for the public, if it does."""
    if not is_closed(found.facts):
        return ""
    return next(
        each.value for each in found.facts if each.field is MetadataField.DISSEMINATION
    )
