"""The originals of a deliverable as its page shows them, and what is quoted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.extraction.file_passages import page_anchor
from indexer.model.ids import Locale, RecordId
from indexer.model.records import (
    Deliverable,
    OriginalFile,
    Practice,
    Recommendation,
    Record,
)
from kb.services import services
from kb.web.urls import address

KILO = 1000

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
"""By the end of a name: how a format is called, and its media type."""


@dataclass(frozen=True, slots=True)
class FileView:
    """A file: what it is, how large, and the two ways to read it.

    `text_url` is empty when the file gave no text. `lang` is that of its words.
    """

    name: str
    url: str
    text_url: str
    format: str
    pages: str
    language: str
    size: str
    accessibility: str

    @property
    def label(self) -> str:
        """What stands on the button that opens it."""
        return ", ".join(filter(None, (self.format, self.pages, self.language)))


@dataclass(frozen=True, slots=True)
class QuotationView:
    """A quotation, and where it stands."""

    text: str
    lang: str
    locale: Locale | None
    page: int | None
    file_url: str
    text_url: str
    source: str
    source_lang: str
    source_url: str


def file_url(
    record_id: RecordId, name: str, locale: Locale, *, page: int | None = None
) -> str:
    """Give the address of an original, opened at a page when it is a PDF."""
    is_paged = page is not None and extension(name) == "pdf"
    is_draft = _is_draft(record_id)
    return address(
        "staff.draft_file" if is_draft else "public.original",
        locale=locale.value,
        slug=record_id.slug,
        name=name,
        page=page if is_paged and is_draft else None,
        _anchor=f"page={page}" if is_paged else None,
    )


def text_url(
    record_id: RecordId, name: str, locale: Locale, *, anchor: str = ""
) -> str:
    """Give the address of the text of an original."""
    is_draft = _is_draft(record_id)
    return address(
        "staff.draft_text" if is_draft else "public.original_text",
        locale=locale.value,
        slug=record_id.slug,
        name=name,
        _anchor=quote(anchor) or None,
    )


def _is_draft(record_id: RecordId) -> bool:
    draft = services().preview.draft
    return draft is not None and draft.record == record_id


def extension(name: str) -> str:
    """Give what a name ends in, in lower case."""
    return name.rpartition(".")[2].casefold() if "." in name else ""


def media_type(name: str) -> str:
    """Give the media type of a file by its name."""
    return TYPES.get(extension(name), ("", "application/octet-stream"))[1]


def file_views(record: Record, locale: Locale) -> tuple[FileView, ...]:
    """Present the files of a deliverable."""
    files = record.files if isinstance(record, Deliverable) else ()
    return tuple(file_view(record.id, file, locale) for file in files)


def file_view(record_id: RecordId, file: OriginalFile, locale: Locale) -> FileView:
    """Present a file."""
    has_text = services().texts.has_text(file)
    ending = extension(file.name)
    return FileView(
        name=file.name,
        url=file_url(record_id, file.name, locale),
        text_url=text_url(record_id, file.name, locale) if has_text else "",
        format=TYPES.get(ending, (ending.upper() or _("file"), ""))[0],
        pages=ngettext("%(num)s page", "%(num)s pages", file.pages)
        if file.pages
        else "",
        language=_language(file.language),
        size=size_text(file.size_bytes, locale),
        accessibility=_accessibility(file),
    )


def quotation_views(record: Record, locale: Locale) -> tuple[QuotationView, ...]:
    """Present what a practice or a recommendation quotes; lost files are left out."""
    if not isinstance(record, Practice | Recommendation):
        return ()
    views = []
    for each in record.quotations:
        source = services().corpus.get(each.deliverable)
        file = source.file(each.file) if isinstance(source, Deliverable) else None
        if source is None or file is None:
            continue
        has_text = services().texts.has_text(file)
        named, named_lang = _source_name(source, locale)
        anchor = page_anchor(each.page) if each.page else ""
        is_other = file.language not in {None, locale}
        views.append(
            QuotationView(
                text=each.text,
                lang=file.language.value if is_other and file.language else "",
                locale=file.language,
                page=each.page,
                file_url=file_url(source.id, file.name, locale, page=each.page),
                text_url=text_url(source.id, file.name, locale, anchor=anchor)
                if has_text
                else "",
                source=named,
                source_lang=named_lang,
                source_url=address(
                    "public.record",
                    locale=locale.value,
                    folder=source.id.kind.folder,
                    slug=source.id.slug,
                ),
            )
        )
    return tuple(views)


def _source_name(source: Record, locale: Locale) -> tuple[str, str]:
    """Give what a source is called, and its language when it is not the page's."""
    if isinstance(source, Deliverable) and source.code:
        return source.code, ""
    edition = source.edition(locale)
    return edition.title, edition.locale.value if edition.locale is not locale else ""


def _language(locale: Locale | None) -> str:
    if locale is None:
        return ""
    return _("in French") if locale is Locale.FR else _("in English")


def _accessibility(file: OriginalFile) -> str:
    if file.is_tagged is None:
        return ""
    if file.is_tagged:
        return _("tagged for screen readers")
    return _("not tagged for screen readers")


@lru_cache(maxsize=1024)
def size_text(size: int, locale: Locale) -> str:
    """Write the weight of a file, to the tenth."""
    units = {
        Locale.FR: ("octets", "ko", "Mo", "Go"),
        Locale.EN: ("bytes", "kB", "MB", "GB"),
    }[locale]
    value, unit = float(size), units[0]
    for unit in units:
        if value < KILO or unit == units[-1]:
            break
        value /= KILO
    pattern = "#,##0.#" if value < 10 else "#,##0"
    number = format_decimal(value, format=pattern, locale=locale.value)
    return f"{number}\u00a0{unit}"
