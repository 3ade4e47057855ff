"""Reads PDF into blocks: headings, paragraphs, items, rows and notes, by page."""

from __future__ import annotations

from collections import Counter

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from indexer.model.document import Block, Document
from indexer.model.readings import (
    FilePage,
    FileProperties,
    FileReading,
    Mended,
    Unreadable,
)
from indexer.readers.mending import clean
from indexer.readers.pdf.columns import flows_of
from indexer.readers.pdf.glyphs import page_words
from indexer.readers.pdf.hyphens import Vocabulary
from indexer.readers.pdf.pages import RawPage, body_size
from indexer.readers.pdf.paragraphs import Joiner, Stretch, stretches_of
from indexer.readers.pdf.running import find_running
from indexer.readers.pdf.segments import segments_of
from indexer.readers.sources import Source


def read_pdf(source: Source) -> FileReading:
    """Read a PDF.

    Raises:
        FileUnreadableError: it needs a password, is damaged, has too many pages, or
            none that can be read.
    """
    file = _open(source)
    if len(file) > source.limits.pages:
        raise source.refused(Unreadable.TOO_MANY_PAGES, str(len(file)))
    pages = [_raw_page(file, index) for index in range(len(file))]
    if not any(page.segments for page in pages):
        raise source.refused(Unreadable.SCANNED)
    counts: Counter[str] = Counter()
    blocks, file_pages = _read_pages(pages, counts)
    return FileReading(
        name=source.name,
        sha256=source.sha256,
        size_bytes=len(source.content),
        type=source.type,
        document=Document(tuple(blocks)),
        pages=tuple(file_pages),
        properties=_properties(file),
        mended=Mended(
            **{
                name: counts[name]
                for name in ("spaces", "ligatures", "accents", "hyphens")
            }
        ),
        is_tagged=bool(pdfium_c.FPDFCatalog_IsTagged(file.raw)),
    )


def _open(source: Source) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(source.content)
    except pdfium.PdfiumError as error:
        if pdfium_c.FPDF_GetLastError() == pdfium_c.FPDF_ERR_PASSWORD:
            raise source.refused(Unreadable.ENCRYPTED) from error
        if "password" in str(error).lower():
            raise source.refused(Unreadable.ENCRYPTED) from error
        raise source.refused(Unreadable.DAMAGED, str(error)) from error


def _raw_page(file: pdfium.PdfDocument, index: int) -> RawPage:
    page = file[index]
    textpage = page.get_textpage()
    words = page_words(textpage)
    raw = RawPage(
        number=index + 1,
        width=page.get_width(),
        height=page.get_height(),
        segments=tuple(segments_of(words.words)),
        aside=tuple(segments_of(words.aside)),
        label=file.get_page_label(index),
        letters=words.letters,
        unmapped=words.unmapped,
    )
    textpage.close()
    page.close()
    return raw


def _read_pages(
    pages: list[RawPage], counts: Counter[str]
) -> tuple[list[Block], list[FilePage]]:
    body = body_size(pages)
    running = find_running(pages, body)
    vocabulary = Vocabulary(
        " ".join(word.text for word in segment.words[:-1])
        for page in pages
        for segment in page.segments
    )
    joiner = Joiner(vocabulary, counts)
    blocks: list[Block] = []
    file_pages: list[FilePage] = []
    for page in pages:
        kept = [
            segment
            for place, segment in enumerate(page.segments)
            if not running.is_running(page.number, place)
        ]
        stretches = [
            stretch
            for flow in flows_of(kept)
            for stretch in stretches_of(flow, page.number, joiner)
        ]
        label = running.labels.get(page.number, page.label)
        made = [_block(stretch, label) for stretch in stretches]
        blocks += made
        words = sum(len(block.text.split()) for block in made)
        file_pages.append(FilePage(page.number, label, words))
    return blocks, file_pages


def _block(stretch: Stretch, label: str) -> Block:
    printed = label if label != str(stretch.page) else ""
    return Block(
        stretch.type,
        clean(stretch.text),
        page=stretch.page,
        page_label=printed,
        cells=tuple(clean(cell) for cell in stretch.cells),
    )


def _properties(file: pdfium.PdfDocument) -> FileProperties:
    facts = file.get_metadata_dict()
    authors = tuple(
        part.strip() for part in facts.get("Author", "").split(";") if part.strip()
    )
    return FileProperties(
        title=clean(facts.get("Title", "")).strip(),
        authors=authors,
        created=facts.get("CreationDate", ""),
    )
