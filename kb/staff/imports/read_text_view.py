"""View of the extracted text of a file, for staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.ids import RecordId
from indexer.model.readings import FileReading
from kb.public.file_text_view import FileText, write_text
from kb.publishing.drafts.proposal_review import FileOwner
from kb.publishing.extractions.extraction_store import Extraction
from kb.staff.base.links import draft_file_url, owner_file_url, record_path
from kb.staff.base.routing import staff_url
from kb.web.locale import page_locale


@dataclass(frozen=True, slots=True)
class TextView:
    """The extracted text of a file, and the page that the reader came from."""

    name: str
    lang: str
    text: FileText
    back_url: str
    back_label: str
    file_url: str


def extraction_text_view(
    extraction: Extraction, reading: FileReading, owner: FileOwner | None
) -> TextView:
    """Return the view of the text of an uploaded file."""
    return _text_view(
        extraction.name,
        reading,
        lambda page: owner_file_url(owner, page or 1),
        back_url=staff_url("extraction_review", key=extraction.key),
        back_label=_("See what was read"),
    )


def draft_text_view(record: RecordId, name: str, reading: FileReading) -> TextView:
    """Return the view of the text of an original of a draft."""
    return _text_view(
        name,
        reading,
        lambda page: draft_file_url(record, name, page=page or 1),
        back_url=staff_url("preview_draft", **record_path(record)),
        back_label=_("Back to the preview"),
    )


def _text_view(
    name: str,
    reading: FileReading,
    page_url: Callable[[int | None], str],
    *,
    back_url: str,
    back_label: str,
) -> TextView:
    page = page_locale()
    lang = reading.locale or page
    return TextView(
        name=name,
        lang=lang.value,
        text=write_text(reading, lang, page, page_url),
        back_url=back_url,
        back_label=back_label,
        file_url=page_url(None),
    )
