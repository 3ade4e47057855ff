"""The text that was read in a file, for staff: of one that was sent, or of a draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.ids import RecordId
from indexer.model.readings import FileReading
from kb.public.file_text_view import FileText, write_text
from kb.publishing.drafts.proposal_review import ProposalReview
from kb.publishing.extractions.extraction_store import Extraction
from kb.services import services
from kb.staff.base.links import (
    draft_file_url,
    page_url,
)
from kb.staff.base.routing import staff_url
from kb.web.locale import page_locale


@dataclass(frozen=True, slots=True)
class TextView:
    """The text of a file, as it was read."""

    name: str
    lang: str
    text: FileText
    back_url: str
    back_label: str
    file_url: str


def text_view(
    found: Extraction, reading: FileReading, decider: ProposalReview
) -> TextView:
    """Present the text that was read in a file."""
    holder = decider.holder(found, services().corpus)
    back_url = staff_url("extraction_review", key=found.key)
    return _text_view(
        found.name,
        reading,
        lambda page: page_url(holder, page or 1),
        (back_url, _("See what was read")),
    )


def draft_text_view(record: RecordId, name: str, reading: FileReading) -> TextView:
    """Present the text that was read in an original of a draft."""
    back_url = staff_url("preview_draft", folder=record.kind.folder, slug=record.slug)
    return _text_view(
        name,
        reading,
        lambda page: draft_file_url(record, name, page=page or 1),
        (back_url, _("Back to the preview")),
    )


def _text_view(
    name: str,
    reading: FileReading,
    page_url: Callable[[int | None], str],
    back: tuple[str, str],
) -> TextView:
    here = page_locale()
    lang = reading.locale or here
    return TextView(
        name=name,
        lang=lang.value,
        text=write_text(reading, lang, here, page_url),
        back_url=back[0],
        back_label=back[1],
        file_url=page_url(None),
    )
