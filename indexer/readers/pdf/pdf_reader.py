"""Reader of PDF: headings, paragraphs, list items, table rows and footnotes by page."""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from itertools import chain

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from indexer.model.document import Block, BlockType
from indexer.model.readings import (
    FilePage,
    FileProperties,
    FileReading,
    TextRepair,
    Unreadable,
)
from indexer.readers.ocr import recognised_blocks
from indexer.readers.pdf.bookmarks import Outline, read_outline
from indexer.readers.pdf.footnotes import notes_last, with_footnotes
from indexer.readers.pdf.headers_footers import (
    HeadersFooters,
    find_headers_footers,
)
from indexer.readers.pdf.hyphenation import word_counts
from indexer.readers.pdf.page_columns import flows_of
from indexer.readers.pdf.page_reader import read_page
from indexer.readers.pdf.paragraph_joins import joined_across_columns
from indexer.readers.pdf.paragraphs import LineJoiner, PdfBlock, flow_blocks
from indexer.readers.pdf.pdf_headings import heading_levels
from indexer.readers.pdf.raw_page import RawPage, body_size
from indexer.readers.pdf.table_regions import region_blocks, split_regions
from indexer.readers.reader_input import ReaderInput
from indexer.readers.text_repair import TextRepairer, clean

_MAX_LANGUAGE_BYTES = 100


def read_pdf(reader_input: ReaderInput) -> FileReading:
    """Read a PDF.

    Raises:
        FileUnreadableError: the file is encrypted or damaged, has too many pages, or no
            page with a text.
    """
    file = _open(reader_input)
    if len(file) > reader_input.limits.pages:
        raise reader_input.error(Unreadable.TOO_MANY_PAGES, str(len(file)))
    pages = [read_page(file, index) for index in range(len(file))]
    readable = [page for page in pages if not page.is_unreadable]
    counts: Counter[str] = Counter(spaces=sum(page.spaces for page in readable))
    headers_footers = find_headers_footers(readable, body_size(readable))
    blocks = _blocks(readable, headers_footers, read_outline(file), counts)
    ocr_blocks: list[Block] = []
    if reader_input.tesseract:
        unread = [
            page.number for page in pages if page.is_scanned or page.is_unreadable
        ]
        ocr_blocks = recognised_blocks(file, unread, reader_input.tesseract)
        blocks = sorted([*blocks, *ocr_blocks], key=lambda block: block.page or 0)
    if not blocks and any(page.is_scanned for page in pages):
        raise reader_input.error(Unreadable.SCANNED)
    recognised = {block.page for block in ocr_blocks}
    return replace(
        reader_input.reading(
            blocks,
            properties=_properties(file),
            margins=_margins(readable, headers_footers),
        ),
        pages=_file_pages(pages, headers_footers, blocks, recognised),
        repairs=TextRepair(**counts),
        is_tagged=bool(pdfium_c.FPDFCatalog_IsTagged(file.raw)),
    )


def _open(reader_input: ReaderInput) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(reader_input.content)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise reader_input.error(Unreadable.ENCRYPTED) from error
        raise reader_input.error(Unreadable.DAMAGED, str(error)) from error


def _blocks(
    pages: Sequence[RawPage],
    headers_footers: HeadersFooters,
    outline: Outline,
    counts: Counter[str],
) -> list[Block]:
    body = body_size(pages)
    words = word_counts(
        " ".join(word.text for word in segment.words[:-1])
        for page in pages
        for segment in page.segments
    )
    joiner = LineJoiner(words, counts, body, outline)
    flows = (_page_flows(page, headers_footers, joiner) for page in pages)
    blocks = joined_across_columns(chain.from_iterable(flows), joiner)
    levels = heading_levels(blocks, body, outline)
    repairer = TextRepairer([block.text for block in blocks], counts)
    return [
        replace(
            _block(block, levels.get(index, 0), headers_footers, repairer),
            size=round(block.size / body, 2) if body else 0.0,
        )
        for index, block in enumerate(blocks)
        if block.text
    ]


def _margins(
    pages: Sequence[RawPage], headers_footers: HeadersFooters
) -> Iterator[Block]:
    """Yield the headers and footers, and the texts along the sides of pages."""
    for page in pages:
        texts = [
            segment.text
            for index, segment in enumerate(page.segments)
            if (page.number, index) in headers_footers.segments
        ]
        texts += [
            segment.text
            for segment in page.sideways
            if segment.text in headers_footers.sideways
        ]
        for text in texts:
            yield Block(BlockType.NOTE, clean(text).strip(), page=page.number)


def _page_flows(
    page: RawPage, headers_footers: HeadersFooters, joiner: LineJoiner
) -> list[list[PdfBlock]]:
    segments = [
        segment
        for index, segment in enumerate(page.segments)
        if (page.number, index) not in headers_footers.segments
    ]
    segments, regions = split_regions(segments, page.grids)
    flows: list[list[PdfBlock]] = []
    for flow in flows_of(segments):
        for part in flow.parts():
            region = regions.get(id(part.segments[0]))
            if region is None:
                blocks = flow_blocks(part, page.number, joiner)
            else:
                blocks = region_blocks(region, page.number, joiner)
            flows.append(with_footnotes(blocks, joiner.body))
    flows = notes_last(flows)
    sideways = [
        segment
        for segment in page.sideways
        if segment.text not in headers_footers.sideways
    ]
    return flows + [
        flow_blocks(flow, page.number, joiner) for flow in flows_of(sideways)
    ]


def _block(
    block: PdfBlock, level: int, headers_footers: HeadersFooters, repairer: TextRepairer
) -> Block:
    label = headers_footers.labels.get(block.page, "")
    is_heading = level and block.type is not BlockType.NOTE
    return Block(
        BlockType.HEADING if is_heading else block.type,
        repairer.repair(block.text),
        page=block.page,
        page_label=label if label != str(block.page) else "",
        level=level if is_heading else 0,
        cells=tuple(map(repairer.repair, block.cells)),
        lines=tuple(
            repairer.repair(line, is_counted=False) for line in block.broken_lines
        ),
    )


def _file_pages(
    pages: Sequence[RawPage],
    headers_footers: HeadersFooters,
    blocks: Sequence[Block],
    recognised: Set[int | None],
) -> tuple[FilePage, ...]:
    words = Counter(block.page for block in blocks for _ in block.text.split())
    return tuple(
        FilePage(
            page.number,
            headers_footers.labels.get(page.number, page.label),
            words[page.number],
            is_scanned=page.is_scanned,
            is_unreadable=page.is_unreadable,
            is_recognised=page.number in recognised,
        )
        for page in pages
    )


def _properties(file: pdfium.PdfDocument) -> FileProperties:
    metadata = file.get_metadata_dict()
    authors = tuple(
        part.strip() for part in metadata.get("Author", "").split(";") if part.strip()
    )
    return FileProperties(
        title=clean(metadata.get("Title", "")).strip(),
        authors=authors,
        language=_language(file),
        created=metadata.get("CreationDate", ""),
        labels=tuple(
            label
            for name in ("Subject", "Keywords")
            if (label := clean(metadata.get(name, "")).strip())
        ),
    )


def _language(file: pdfium.PdfDocument) -> str:
    """Return the language declared in the catalog of a file."""
    size = pdfium_c.FPDFCatalog_GetLanguage(file.raw, None, 0)
    if not 2 < size <= _MAX_LANGUAGE_BYTES:
        return ""
    buffer = (ctypes.c_ushort * (size // 2))()
    pdfium_c.FPDFCatalog_GetLanguage(file.raw, buffer, size)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0").strip()
