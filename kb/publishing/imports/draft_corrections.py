"""Learns from what people change in the drafts of imported files.

What is learnt is applied when the next file with the same cover is imported.
"""

import json
import logging
from collections.abc import Iterator

from indexer.extraction.report.cover_corrections import (
    CORRECTED_FIELDS,
    CoverCorrection,
    CoverLayout,
    correction_of,
)
from indexer.extraction.report.title_words import title_key
from indexer.model.document import FileReading
from indexer.model.ids import Kind
from indexer.model.proposals import ExtractedFact, MetadataField
from indexer.pipeline import Locations
from indexer.readers.sandbox.reading_cache import ReadingCache
from kb.core.settings import Settings
from kb.database.clock import utc_now
from kb.database.cover_corrections import CoverCorrections
from kb.database.errors import DatabaseUnavailableError
from kb.database.schema import StaffStore
from kb.publishing.drafts.draft import Draft, listed_files
from kb.publishing.errors import NotFoundError, PublishingError
from kb.publishing.extractions.draft_texts import FIELDS
from kb.publishing.extractions.extraction_store import (
    Extraction,
    ExtractionStore,
    extraction_key,
)
from kb.publishing.records.form_values import FormValues, read_values
from kb.publishing.storage.json_fields import DAMAGED, from_stored_json, to_stored_json

logger = logging.getLogger(__name__)


def stored_corrections(locations: Locations) -> tuple[CoverCorrection, ...]:
    """Return what is learnt, the newest first; nothing without a staff database."""
    path = Settings(locations).database
    if not path.exists():
        return ()
    try:
        active = CoverCorrections(StaffStore(path), utc_now).active()
    except DatabaseUnavailableError as error:
        logger.warning("no corrections are applied: %s", error)
        return ()
    return tuple(
        correction
        for number, stored in active.items()
        for correction in _parsed(stored.body, str(stored.day), number)
    )


def _parsed(body: str, day: str, number: int) -> Iterator[CoverCorrection]:
    try:
        yield from_stored_json(CoverCorrection, json.loads(body), day=day, id=number)
    except DAMAGED as error:
        logger.warning("a correction of a cover is not applied: %s", error)


def learn_from_draft(
    draft: Draft, locations: Locations, corrections: CoverCorrections
) -> None:
    """Store what differs in a saved draft from what was extracted from its one file.

    A failure is only logged: the draft is saved.
    """
    try:
        _learn_from_draft(draft, locations, corrections)
    except (DatabaseUnavailableError, PublishingError) as error:
        logger.warning("nothing is learnt from %s: %s", draft.record, error)


def _learn_from_draft(
    draft: Draft, locations: Locations, corrections: CoverCorrections
) -> None:
    files = listed_files(draft) if draft.record.kind is Kind.DELIVERABLE else ()
    if len(files) != 1:
        return  # Of several files, nobody knows which one a value is that of.
    sha256 = files[0].get("sha256", "")
    try:
        extraction = ExtractionStore(locations.instance).load(extraction_key(sha256))
    except NotFoundError:
        return
    facts = {fact.field: fact for fact in extraction.facts}
    values, known = read_values(Kind.DELIVERABLE, draft.texts), None
    for field in sorted(CORRECTED_FIELDS):
        known = corrections.values(sha256) if known is None else known
        right = _corrected_value(values, field, facts.get(field))
        if right == known.get(field, ""):
            continue
        if not right:
            corrections.delete(sha256, field)
            continue
        _learn(extraction, field, facts.get(field), right, locations, corrections)


def _learn(  # the correction, and where it is stored
    extraction: Extraction,
    field: MetadataField,
    fact: ExtractedFact | None,
    right: str,
    locations: Locations,
    corrections: CoverCorrections,
) -> None:
    learnt = None
    if fact is not None and fact.origin.correction:
        # A person contradicts what was learnt from another file.
        corrections.revoke(fact.origin.correction.id)
    elif (layout := _layout(locations, extraction)) is not None:
        learnt = correction_of(layout, field, fact, right)
    body = to_stored_json(learnt) | {"file": extraction.name} if learnt else ""
    text = json.dumps(body, ensure_ascii=False) if body else ""
    corrections.put(extraction.sha256, field, right, text)


def _corrected_value(
    values: FormValues, field: MetadataField, fact: ExtractedFact | None
) -> str:
    """Return the value of a person that differs from the extracted one, or ""."""
    typed = [values.facts.get(FIELDS[field], "")]
    if field is MetadataField.TITLE:
        typed += values.titles.values()
    extracted = title_key(fact.value) if fact is not None else ""
    for value in typed:
        text = value if isinstance(value, str) else ", ".join(map(str, value))
        if text and title_key(text) != extracted:
            return text
    return ""


def _layout(locations: Locations, extraction: Extraction) -> CoverLayout | None:
    cache = ReadingCache(locations.readings)
    for ocr in (True, False):
        reading = cache.get(extraction.name, extraction.sha256, ocr=ocr)
        if isinstance(reading, FileReading):
            return CoverLayout(reading.document, reading.margins)
    return None
