"""Reads PDF into blocks: headings, paragraphs, items, rows and notes, by page."""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Sequence, Set

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from indexer.model.document import Block, BlockType, Document
from indexer.model.readings import (
    FilePage,
    FileProperties,
    FileReading,
    TextRepair,
    Unreadable,
)
from indexer.readers.ocr import recognised_blocks
from indexer.readers.pdf.bookmarks import Outline, read_outline
from indexer.readers.pdf.footnotes import mark_notes, with_notes_last
from indexer.readers.pdf.headers_footers import Running, edge_text, find_running
from indexer.readers.pdf.hyphenation import KnownWords
from indexer.readers.pdf.page_columns import flows_of
from indexer.readers.pdf.page_numbers import RawPage, body_size
from indexer.readers.pdf.page_reader import draw_page
from indexer.readers.pdf.paragraph_joins import join_continued
from indexer.readers.pdf.paragraphs import Joiner, Stretch, stretches_of
from indexer.readers.pdf.pdf_headings import heading_levels
from indexer.readers.pdf.table_regions import take_zones, zone_stretches
from indexer.readers.reader_input import ReaderInput
from indexer.readers.text_repair import Mender, clean

_LONGEST_LANGUAGE = 100


def read_pdf(source: ReaderInput) -> FileReading:
    """Read a PDF.

    Raises:
        FileUnreadableError: it needs a password, is damaged, has too many pages, or
            none that can be read.
    """
    file = _open(source)
    if len(file) > source.limits.pages:
        raise source.refused(Unreadable.TOO_MANY_PAGES, str(len(file)))
    pages = [draw_page(file, index) for index in range(len(file))]
    readable = [page for page in pages if page.is_readable]
    counts: Counter[str] = Counter(spaces=sum(page.spaces for page in readable))
    running = find_running(readable, body_size(readable))
    blocks = _blocks(readable, running, read_outline(file), counts)
    pictures = [page.number for page in pages if page.is_scanned or page.is_unreadable]
    seen: list[Block] = []
    if source.tesseract:
        seen = recognised_blocks(file, pictures, source.tesseract)
        blocks = sorted([*blocks, *seen], key=lambda block: block.page or 0)
    if not blocks:
        is_scan = any(page.is_scanned for page in pages)
        raise source.refused(Unreadable.SCANNED if is_scan else Unreadable.NO_TEXT)
    return FileReading(
        name=source.name,
        sha256=source.sha256,
        size_bytes=len(source.content),
        type=source.type,
        document=Document(tuple(blocks)),
        pages=_file_pages(pages, running, blocks, {block.page for block in seen}),
        properties=_properties(file),
        mended=TextRepair(
            spaces=counts["spaces"],
            ligatures=counts["ligatures"],
            accents=counts["accents"],
            hyphens=counts["hyphens"],
        ),
        is_tagged=bool(pdfium_c.FPDFCatalog_IsTagged(file.raw)),
    )


def _open(source: ReaderInput) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(source.content)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise source.refused(Unreadable.ENCRYPTED) from error
        raise source.refused(Unreadable.DAMAGED, str(error)) from error


def _blocks(
    pages: Sequence[RawPage],
    running: Running,
    outline: Outline,
    counts: Counter[str],
) -> list[Block]:
    body = body_size(pages)
    vocabulary = KnownWords(
        " ".join(word.text for word in segment.words[:-1])
        for page in pages
        for segment in page.segments
    )
    joiner = Joiner(vocabulary, counts, body, outline)
    flows = [flow for page in pages for flow in _page_flows(page, running, joiner)]
    stretches = join_continued(flows, joiner)
    levels = heading_levels(stretches, body, outline)
    mender = Mender([stretch.text for stretch in stretches], counts)
    return [
        _block(stretch, levels.get(place, 0), running, mender)
        for place, stretch in enumerate(stretches)
        if stretch.text
    ]


def _page_flows(page: RawPage, running: Running, joiner: Joiner) -> list[list[Stretch]]:
    kept = [
        segment
        for place, segment in enumerate(page.segments)
        if not running.is_running(page.number, place)
    ]
    outside, zones = take_zones(kept, page.grids)
    by_place = {id(zone.place): zone for zone in zones}
    flows: list[list[Stretch]] = []
    for flow in flows_of([*outside, *(zone.place for zone in zones)]):
        for part in flow.parts():
            zone = by_place.get(id(part.segments[0]))
            if zone is None:
                read = stretches_of(part, page.number, joiner)
            else:
                read = zone_stretches(zone, page.number, joiner)
            flows.append(mark_notes(read, joiner.body))
    flows = with_notes_last(flows)
    aside = [one for one in page.aside if edge_text(one) not in running.aside]
    return flows + [stretches_of(flow, page.number, joiner) for flow in flows_of(aside)]


def _block(stretch: Stretch, level: int, running: Running, mender: Mender) -> Block:
    label = running.labels.get(stretch.page, "")
    is_heading = level and stretch.type is not BlockType.NOTE
    return Block(
        BlockType.HEADING if is_heading else stretch.type,
        mender.mend(stretch.text),
        page=stretch.page,
        page_label=label if label != str(stretch.page) else "",
        level=level if is_heading else 0,
        cells=tuple(map(mender.mend, stretch.cells)),
    )


def _file_pages(
    pages: Sequence[RawPage],
    running: Running,
    blocks: Sequence[Block],
    recognised: Set[int | None],
) -> tuple[FilePage, ...]:
    words: Counter[int] = Counter()
    for block in blocks:
        words[block.page or 0] += len(block.text.split())
    return tuple(
        FilePage(
            page.number,
            running.labels.get(page.number, page.label),
            words[page.number],
            is_scanned=page.is_scanned,
            is_unreadable=page.is_unreadable,
            is_recognised=page.number in recognised,
        )
        for page in pages
    )


def _properties(file: pdfium.PdfDocument) -> FileProperties:
    facts = file.get_metadata_dict()
    authors = tuple(
        part.strip() for part in facts.get("Author", "").split(";") if part.strip()
    )
    return FileProperties(
        title=clean(facts.get("Title", "")).strip(),
        authors=authors,
        language=_language(file),
        created=facts.get("CreationDate", ""),
    )


def _language(file: pdfium.PdfDocument) -> str:
    """Give the language that a file says it is in."""
    size = pdfium_c.FPDFCatalog_GetLanguage(file.raw, None, 0)
    if not 2 < size <= _LONGEST_LANGUAGE:
        return ""
    buffer = (ctypes.c_ushort * (size // 2))()
    pdfium_c.FPDFCatalog_GetLanguage(file.raw, buffer, size)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0").strip()
