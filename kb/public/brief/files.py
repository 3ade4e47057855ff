"""The files of a dossier: PDF, DOCX, Markdown, CSV, BibTeX, RIS and CSL-JSON.

The server has threads of its own for these files (`kb.server.pools`).
"""

import datetime as dt
from dataclasses import replace
from http import HTTPStatus
from typing import NoReturn

from flask import Response, abort
from flask_babel import gettext as _

from indexer.model.ids import Locale
from indexer.model.record import Record
from indexer.readers.markdown import slugify
from kb.briefs.brief import Brief
from kb.briefs.csv_table import brief_csv
from kb.briefs.docx_file import brief_docx
from kb.briefs.markdown_text import brief_markdown
from kb.briefs.pdf import brief_pdf
from kb.briefs.web_page import brief_epub, brief_html
from kb.briefs.xlsx_table import comparison_xlsx
from kb.citations.citation_formats import CITATION_FORMATS
from kb.public.brief.content import brief_of
from kb.public.brief.named_records import DossierContent, dossier_content
from kb.public.brief.request import BriefDepth, BriefRequest, brief_url, dated
from kb.public.record.citation_box import citation_response
from kb.services import services
from kb.web.date_text import number_text
from kb.web.page_content import page_content
from kb.web.responses.downloads import as_attachment
from kb.web.responses.errors import error_response
from kb.web.urls import absolute

MAX_CHARACTERS = 500_000
"""The most that the whole texts of a brief have: some 250 pages."""

_TEXTS = {
    "html": ("text/html", brief_html),
    "md": ("text/markdown", brief_markdown),
    "csv": ("text/csv", brief_csv),
}
_DOCUMENTS = {
    "pdf": ("application/pdf", brief_pdf),
    "epub": ("application/epub+zip", brief_epub),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        brief_docx,
    ),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        comparison_xlsx,
    ),
}
FILES = ("pdf", "docx", "epub", *_TEXTS, *CITATION_FORMATS)
"""The formats of a dossier: what its address ends with."""


def brief_file_response(file: str, request: BriefRequest) -> Response:
    """Return a dossier as a file of a format, one of `FILES`.

    Raises:
        HTTPException: the dossier is empty or too long.
    """
    content, now = page_content(), services().clock()
    shown = dossier_content(request, content, now.date())
    if not shown.records:
        message = _("This dossier has no record to put into a file.")
        abort(error_response(HTTPStatus.NOT_FOUND, "empty-dossier", message))
    name = f"{_file_name(request, now, content.locale)}.{file}"
    if file in CITATION_FORMATS:
        return citation_response(CITATION_FORMATS[file], shown.records, name)
    return as_file(_brief(request, shown, now), file, name)


def record_markdown(record: Record) -> Response:
    """Return a record as Markdown, with its whole text."""
    title = record.edition(page_content().locale).title[: BriefRequest.MAX_TITLE]
    asked = BriefRequest(
        (str(record.id),), is_shared=True, title=title, depth=BriefDepth.FULL
    )
    return brief_file_response("md", asked)


def as_file(brief: Brief, file: str, name: str) -> Response:
    """Return a brief as a file of a format that is none of references."""
    if file in _TEXTS:
        media_type, write = _TEXTS[file]
        return as_attachment(write(brief), name=name, media_type=media_type)
    media_type, lay_out = _DOCUMENTS[file]
    made = lay_out(brief, services().clock())
    return as_attachment(made, name=name, media_type=media_type)


def _brief(request: BriefRequest, shown: DossierContent, now: dt.datetime) -> Brief:
    content = page_content()
    if request.depth is BriefDepth.FULL:
        editions = (record.edition(content.locale) for record in shown.records)
        length = sum(len(edition.text) for edition in editions)
        if length > MAX_CHARACTERS:
            _refuse_long(length, content.locale)
    # Its title and note stand in the brief, and would make the address long.
    untitled = replace(dated(request, now.date()), title="", note="")
    url = brief_url(untitled, content.locale, shown.ids)
    return brief_of(
        request,
        shown.records,
        (*shown.gone, *shown.changes),
        content,
        url=absolute(url),
        today=now.date(),
    )


def _refuse_long(length: int, locale: Locale) -> NoReturn:
    message = _(
        "The complete texts of these records have %(length)s characters, and a brief "
        "at most %(limit)s. Choose summaries, or fewer records.",
        length=number_text(length, locale),
        limit=number_text(MAX_CHARACTERS, locale),
    )
    abort(error_response(HTTPStatus.BAD_REQUEST, "too-long", message))


def _file_name(request: BriefRequest, now: dt.datetime, locale: Locale) -> str:
    title = slugify(request.title)[:60].strip("-") if request.title else ""
    name = title or ("dossier" if locale is Locale.FR else "brief")
    return f"{name}-{request.at or now.date()}"
