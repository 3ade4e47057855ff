"""Which originals can be shown as text: pages depend on it beside their records."""

from __future__ import annotations

from indexer.model.ids import Kind
from indexer.model.records import Deliverable
from kb.services import services


def reading_state() -> tuple[object, ...]:
    """Return which originals have a text, and which of them were read with OCR."""
    here = services()
    return tuple(
        (file.sha256, here.texts.has_text(file), here.texts.recognised(record))
        for record in here.corpus.of_kind(Kind.DELIVERABLE)
        if isinstance(record, Deliverable)
        for file in record.files
    )
