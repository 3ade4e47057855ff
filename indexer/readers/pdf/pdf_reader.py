"""Reader of PDF: headings, paragraphs, list items, table rows and footnotes by page.

Scanned pages are recognised by tesseract, where it is installed.
"""

import ctypes
import io
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from itertools import chain

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from indexer.model.document import (
    Block,
    BlockType,
    FilePage,
    FileProperties,
    FileReading,
    TextRepair,
    Unreadable,
)
from indexer.readers.pdf.block_kinds import heading_levels, notes_last, with_footnotes
from indexer.readers.pdf.headers_footers import HeadersFooters, find_headers_footers
from indexer.readers.pdf.page_columns import flows_of
from indexer.readers.pdf.page_reader import RawPage, body_size, read_page
from indexer.readers.pdf.paragraphs import (
    LineJoiner,
    Outline,
    PdfBlock,
    flow_blocks,
    joined_across_columns,
    read_outline,
    word_counts,
)
from indexer.readers.pdf.table_regions import region_blocks, split_regions
from indexer.readers.plain_text import decode, text_blocks
from indexer.readers.reader_input import ReaderInput
from indexer.readers.text_repair import TextRepairer, clean

_DPI = 300
_POINTS_PER_INCH = 72
_MAX_PIXELS = 40_000_000
_ENVIRONMENT = {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}
_LANGUAGES = ("fra", "eng")
_HYPHENATED = re.compile(r"(?<=[a-zà-ÿ])-\n(?=[a-zà-ÿ])")


def _installed_languages(tesseract: str) -> tuple[str, ...]:
    """Return those of our languages that tesseract has models for."""
    process = subprocess.run(  # noqa: S603 - a path that the caller has looked up
        [tesseract, "--list-langs"],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=_ENVIRONMENT,
    )
    listed = decode(process.stdout + process.stderr).split()
    return tuple(name for name in _LANGUAGES if name in listed)


def recognised_blocks(
    file: pdfium.PdfDocument, numbers: Sequence[int], tesseract: str
) -> list[Block]:
    """Recognise the pages with these numbers into blocks."""
    languages = _installed_languages(tesseract)
    blocks: list[Block] = []
    for number in numbers:
        page = file[number - 1]
        text = _HYPHENATED.sub("", _recognise(page, tesseract, languages))
        page.close()
        # A line without letters or digits is dirt, or the edge of the paper.
        blocks += (
            block
            for block in text_blocks(text, number, is_wrapped=True)
            if any(map(str.isalnum, block.text))
        )
    return blocks


def _recognise(page: pdfium.PdfPage, tesseract: str, languages: Sequence[str]) -> str:
    """Return the text of a page as tesseract recognises it; "" when it fails."""
    png = io.BytesIO()
    image = page.render(scale=_scale(page), grayscale=True).to_pil()
    image.save(png, "PNG", dpi=(_DPI, _DPI))
    options = ["-l", "+".join(languages)] if languages else []
    process = subprocess.run(  # noqa: S603 - a path that the caller has looked up
        [tesseract, "stdin", "stdout", *options, "--psm", "1"],
        input=png.getvalue(),
        capture_output=True,
        check=False,
        env=_ENVIRONMENT,
    )
    return decode(process.stdout) if process.returncode == 0 else ""


def _scale(page: pdfium.PdfPage) -> float:
    """Return the scale for 300 dpi, or less where the picture would be too large."""
    scale = _DPI / _POINTS_PER_INCH
    pixels = page.get_width() * page.get_height() * scale * scale
    return float(scale * min(1.0, (_MAX_PIXELS / max(1.0, pixels)) ** 0.5))


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
