"""The files of a dossier: PDF, DOCX, Markdown, CSV, BibTeX, RIS and CSL-JSON.

The content of a brief is computed like a page. What takes long, laying out a PDF or a
DOCX, is done while the response is sent: the next page does not wait for it (see
`OnePageAtATime`), and Typst works without Python's lock.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http import HTTPStatus
from typing import NoReturn

from flask import Response, abort
from flask_babel import gettext as _

from indexer.model.ids import Locale
from indexer.readers.markdown import slugify
from kb.briefs.brief import Brief
from kb.briefs.csv_table import brief_csv
from kb.briefs.docx_file import brief_docx
from kb.briefs.markdown import brief_markdown
from kb.briefs.pdf import brief_pdf
from kb.citations.bibtex import bibtex
from kb.citations.csl_items import csl_json
from kb.citations.ris import ris
from kb.public.brief.brief_content import brief_of
from kb.public.brief.brief_request import BriefDepth, BriefRequest, brief_url, dated
from kb.public.brief.dossier_content import DossierContent, dossier_content
from kb.services import services
from kb.web.date_text import number_text
from kb.web.errors import error_response
from kb.web.page_content import page_content
from kb.web.urls import absolute

MAX_CHARACTERS = 500_000
"""The most that the whole texts of a brief have: some 250 pages."""

MAX_AT_ONCE = 2
"""How many PDF and DOCX files a worker makes at once; its other threads serve pages."""

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown",
    "csv": "text/csv",
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl.json": "application/vnd.citationstyles.csl+json",
}
_CITATIONS = {"bib": bibtex, "ris": ris, "csl.json": csl_json}
_TEXTS = {"md": brief_markdown, "csv": brief_csv}
_DOCUMENTS = {"pdf": brief_pdf, "docx": brief_docx}
_slots = threading.BoundedSemaphore(MAX_AT_ONCE)


def brief_file_response(file: str, request: BriefRequest) -> Response:
    """Return a dossier as a file of a format, a key of `MEDIA_TYPES`.

    Raises:
        HTTPException: the dossier is empty or too long, or too many are being made.
    """
    content, now = page_content(), services().clock()
    shown = dossier_content(request, content, now.date())
    if not shown.records:
        message = _("This dossier has no record to put into a file.")
        abort(error_response(HTTPStatus.NOT_FOUND, "empty-dossier", message))
    if file in _CITATIONS:
        response = Response("".join(_CITATIONS[file](shown.records, content.locale)))
    else:
        brief = _brief(request, shown, now)
        response = (
            Response(_TEXTS[file](brief))
            if file in _TEXTS
            else _made_while_sent(partial(_DOCUMENTS[file], brief, now))
        )
    return as_download(response, file, _file_name(request, now, content.locale))


def as_download(response: Response, file: str, name: str) -> Response:
    """Return a response as a file to save, `name.file`; the name is in ASCII."""
    media_type = MEDIA_TYPES[file]
    is_text = media_type.startswith("text/") or file in _CITATIONS
    response.content_type = f"{media_type}; charset=utf-8" if is_text else media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{file}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _brief(request: BriefRequest, shown: DossierContent, now: dt.datetime) -> Brief:
    content = page_content()
    if request.depth is BriefDepth.FULL:
        editions = (each.edition(content.locale) for each in shown.records)
        length = sum(len(each.text) for each in editions)
        if length > MAX_CHARACTERS:
            _refuse_long(length, content.locale)
    url = brief_url(dated(request, now.date()), content.locale, shown.ids)
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
        "The whole texts of these records have %(length)s characters, and a brief at "
        "most %(limit)s. Choose summaries, or fewer records.",
        length=number_text(length, locale),
        limit=number_text(MAX_CHARACTERS, locale),
    )
    abort(error_response(HTTPStatus.BAD_REQUEST, "too-long", message))


def _made_while_sent(make: Callable[[], bytes]) -> Response:
    """Return a response whose body is made when the server sends it."""
    if not _slots.acquire(blocking=False):
        message = _("Other briefs are being made. Please try again in a few seconds.")
        busy = error_response(HTTPStatus.SERVICE_UNAVAILABLE, "busy", message)
        busy.headers["Retry-After"] = "5"
        abort(busy)

    def body() -> Iterator[bytes]:
        yield make()

    response = Response(body())
    response.call_on_close(_slots.release)
    return response


def _file_name(request: BriefRequest, now: dt.datetime, locale: Locale) -> str:
    title = slugify(request.title)[:60].strip("-") if request.title else ""
    name = title or ("dossier" if locale is Locale.FR else "brief")
    return f"{name}-{request.at or now.date()}"
