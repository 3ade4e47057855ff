"""View models of originals and quotations, with links to their pages and texts."""

from dataclasses import dataclass
from urllib.parse import quote

from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.extraction.passages import page_anchor
from indexer.model.codes import licence_url
from indexer.model.ids import Locale, RecordId
from indexer.model.record import Record
from indexer.model.record_parts import OriginalFile, Quotation, Title
from indexer.model.records import Deliverable, QuotingRecord
from kb.web.date_text import language_name
from kb.web.licence import licence_name
from kb.web.locale import lang_if_other
from kb.web.page_content import PageContent
from kb.web.urls import address, record_url

TYPES = {
    "pdf": ("PDF", "application/pdf"),
    "docx": (
        "DOCX",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "odt": ("ODT", "application/vnd.oasis.opendocument.text"),
    "pptx": (
        "PPTX",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    "html": ("HTML", "text/html"),
    "htm": ("HTML", "text/html"),
    "md": ("Markdown", "text/markdown"),
    "markdown": ("Markdown", "text/markdown"),
    "txt": ("TXT", "text/plain"),
}
"""The label and the media type of each file name extension."""


@dataclass(frozen=True, slots=True)
class FileView:
    """A file: its format, size and language, and its addresses.

    `text_url` is empty if no text could be read in the file, `find_url` also if it is
    that of a draft.
    """

    name: str
    url: str
    text_url: str
    find_url: str
    format: str
    pages: str
    language: str
    size: str
    accessibility: str
    licence: str
    licence_url: str

    @property
    def label(self) -> str:
        """The label of the button that opens the file."""
        return ", ".join(filter(None, (self.format, self.pages, self.language)))


@dataclass(frozen=True, slots=True)
class QuotationView:
    """A quotation and its source; `lang` is set if it is in another language."""

    text: str
    lang: str
    page: int | None
    file_url: str
    text_url: str
    source: Title
    source_url: str


def file_url(
    record_id: RecordId,
    name: str,
    locale: Locale,
    *,
    page: int | None = None,
    draft: RecordId | None = None,
) -> str:
    """Return the address of an original, at a page if it is a PDF.

    It is a staff address if the record is the previewed `draft`.
    """
    is_paged = page is not None and extension(name) == "pdf"
    is_draft = record_id == draft
    return address(
        "staff.draft_file" if is_draft else "public.original",
        locale=locale.value,
        slug=record_id.slug,
        name=name,
        page=page if is_paged and is_draft else None,
        _anchor=f"page={page}" if is_paged else None,
    )


def text_url(
    record_id: RecordId,
    name: str,
    locale: Locale,
    *,
    anchor: str = "",
    draft: RecordId | None = None,
) -> str:
    """Return the address of the text of an original, as `file_url` does."""
    return address(
        "staff.draft_text" if record_id == draft else "public.original_text",
        locale=locale.value,
        slug=record_id.slug,
        name=name,
        _anchor=quote(anchor) or None,
    )


def extension(name: str) -> str:
    """Return the extension of a file name in lower case, without the dot."""
    return name.rpartition(".")[2].casefold() if "." in name else ""


def media_type(name: str) -> str:
    """Return the media type of a file by its name."""
    return TYPES.get(extension(name), ("", "application/octet-stream"))[1]


def file_views(record: Record, content: PageContent) -> tuple[FileView, ...]:
    """Return the views of the files of a deliverable; none for another record."""
    files = record.files if isinstance(record, Deliverable) else ()
    return tuple(file_view(record.id, file, content) for file in files)


def file_view(
    record_id: RecordId, file: OriginalFile, content: PageContent
) -> FileView:
    """Return the view of a file."""
    locale, draft = content.locale, content.draft
    has_text = content.texts.has_text(file)
    ending = extension(file.name)
    text = text_url(record_id, file.name, locale, draft=draft) if has_text else ""
    return FileView(
        name=file.name,
        url=file_url(record_id, file.name, locale, draft=draft),
        text_url=text,
        find_url="" if record_id == draft else text,
        format=TYPES.get(ending, (ending.upper() or _("file"), ""))[0],
        pages=ngettext("%(num)s page", "%(num)s pages", file.pages)
        if file.pages
        else "",
        language=_("in %(language)s", language=language_name(file.language, locale))
        if file.language
        else "",
        size=size_text(file.size_bytes, locale),
        accessibility={
            None: "",
            True: _("tagged for screen readers"),
            False: _("not tagged for screen readers"),
        }[file.is_tagged],
        licence=licence_name(file.licence),
        licence_url=licence_url(file.licence),
    )


def quotation_views(record: Record, content: PageContent) -> tuple[QuotationView, ...]:
    """Return the views of the quotations of a record, without those of lost files."""
    if not isinstance(record, QuotingRecord):
        return ()
    views = (_quotation_view(quotation, content) for quotation in record.quotations)
    return tuple(view for view in views if view is not None)


def _quotation_view(quotation: Quotation, content: PageContent) -> QuotationView | None:
    source = content.corpus.get(quotation.deliverable)
    file = source.file(quotation.file) if isinstance(source, Deliverable) else None
    if not isinstance(source, Deliverable) or file is None:
        return None
    locale, draft, page = content.locale, content.draft, quotation.page
    anchor = page_anchor(page) if page else ""
    return QuotationView(
        text=quotation.text,
        lang=lang_if_other(file.language or source.language, locale),
        page=page,
        file_url=file_url(source.id, file.name, locale, page=page, draft=draft),
        text_url=text_url(source.id, file.name, locale, anchor=anchor, draft=draft)
        if content.texts.has_text(file)
        else "",
        source=Title(source.code) if source.code else source.title_for(locale),
        source_url=record_url(source.id, locale),
    )


def size_text(size: int, locale: Locale) -> str:
    """Return the size of a file with its unit, with a decimal below 10."""
    units = {
        Locale.FR: ("octets", "ko", "Mo", "Go"),
        Locale.EN: ("bytes", "kB", "MB", "GB"),
    }[locale]
    power = min((len(str(size)) - 1) // 3, len(units) - 1)
    value = size / 1000**power
    pattern = "#,##0.#" if value < 10 else "#,##0"
    number = format_decimal(value, format=pattern, locale=locale.value)
    return f"{number}\u00a0{units[power]}"
