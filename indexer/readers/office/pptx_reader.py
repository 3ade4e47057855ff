"""Reader of PPTX: one page per slide, its shapes in reading order."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from defusedxml.ElementTree import fromstring
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.slide import Slide

from indexer.model.document import Block, BlockLink, BlockType, FileReading, Unreadable
from indexer.readers.office.archives import Archive
from indexer.readers.office.docx_reader import office_properties
from indexer.readers.paragraph_builder import link_of, one_line, table_blocks
from indexer.readers.reader_input import ReaderInput, page_of

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "/diagramData"
_ROW_HEIGHT_SHARE = 0.04
"""Share of the slide's height within which shapes are on one row."""

_MAX_DEPTH = 20
_TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE}
_LISTS = {PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT}
_SKIPPED = {
    PP_PLACEHOLDER.SLIDE_NUMBER,
    PP_PLACEHOLDER.FOOTER,
    PP_PLACEHOLDER.DATE,
    PP_PLACEHOLDER.HEADER,
}


def read_pptx(reader_input: ReaderInput) -> FileReading:
    """Read a PPTX.

    Raises:
        FileUnreadableError: the file is damaged, expands too much, or has no text.
    """
    archive = Archive(reader_input)
    # python-pptx decompresses everything without a limit.
    archive.check()
    presentation = Presentation(io.BytesIO(reader_input.content))
    slides = list(presentation.slides)
    if len(slides) > reader_input.limits.pages:
        raise reader_input.error(Unreadable.TOO_MANY_PAGES, str(len(slides)))
    row_height = int((presentation.slide_height or 0) * _ROW_HEIGHT_SHARE) or 1
    pages = [
        list(_slide_blocks(slide, number, row_height))
        for number, slide in enumerate(slides, start=1)
    ]
    return reader_input.reading(
        chain.from_iterable(pages),
        pages=[page_of(number, blocks) for number, blocks in enumerate(pages, start=1)],
        properties=office_properties(archive),
        has_macros=archive.has_macros,
        margins=chain.from_iterable(
            _margins(slide, number) for number, slide in enumerate(slides, start=1)
        ),
    )


def _slide_blocks(slide: Slide, number: int, row_height: int) -> Iterator[Block]:
    shapes = sorted(
        _shapes(slide.shapes, 0), key=lambda shape: _reading_order(shape, row_height)
    )
    blocks = chain.from_iterable(_shape_blocks(shape, number) for shape in shapes)
    for block in chain(blocks, _diagrams(slide)):
        yield replace(block, page=number)
    if slide.has_notes_slide:
        frame = slide.notes_slide.notes_text_frame
        if frame is not None and (text := one_line(frame.text)):
            yield Block(BlockType.NOTE, text, page=number)


def _margins(slide: Slide, number: int) -> Iterator[Block]:
    """Yield the footer of a slide, and the texts of its layout and master."""
    layout = slide.slide_layout
    own = [
        shape
        for shape in _shapes(slide.shapes, 0)
        if _placeholder_type(shape) in _SKIPPED
    ]
    shared = [
        shape
        for part in (layout, layout.slide_master)
        for shape in _shapes(part.shapes, 0)
        if not shape.is_placeholder
    ]
    for shape in (*own, *shared):
        if shape.has_text_frame:
            text = one_line(shape.text_frame.text)
            yield Block(BlockType.NOTE, text, page=number)


def _shapes(shapes: Iterable[Any], depth: int) -> Iterator[Any]:
    """Yield the shapes of a slide, with those of a group in place of the group."""
    for shape in shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP and depth < _MAX_DEPTH:
            yield from _shapes(shape.shapes, depth + 1)
        else:
            yield shape


def _placeholder_type(shape: Any) -> PP_PLACEHOLDER | None:
    if not shape.is_placeholder:
        return None
    placeholder_type = shape.placeholder_format.type
    return placeholder_type if isinstance(placeholder_type, PP_PLACEHOLDER) else None


def _reading_order(shape: Any, row_height: int) -> tuple[bool, int, int]:
    """Return the sort key of a shape: the title first, then row by row."""
    return (
        _placeholder_type(shape) not in _TITLES,
        int(shape.top or 0) // row_height,
        int(shape.left or 0),
    )


def _shape_blocks(shape: Any, number: int) -> Iterator[Block]:
    placeholder_type = _placeholder_type(shape)
    if placeholder_type in _SKIPPED:
        return
    if shape.has_text_frame:
        yield from _frame_blocks(shape.text_frame, placeholder_type, number)
    elif getattr(shape, "has_table", False):
        rows = [
            [list(_frame_blocks(cell.text_frame, None, number)) for cell in row.cells]
            for row in shape.table.rows
        ]
        yield from table_blocks(rows)
    elif getattr(shape, "has_chart", False) and shape.chart.has_title:
        yield from _frame_blocks(shape.chart.chart_title.text_frame, None, number)


def _frame_blocks(
    frame: Any, placeholder_type: PP_PLACEHOLDER | None, number: int
) -> Iterator[Block]:
    if placeholder_type in _TITLES:
        if text := one_line(frame.text):
            yield Block(BlockType.HEADING, text, level=1 if number == 1 else 2)
        return
    # A manual line break is a vertical tab in python-pptx.
    texts = [
        (part, one_line(part.text.replace("\v", " "))) for part in frame.paragraphs
    ]
    paragraphs = [(part, text) for part, text in texts if text]
    for paragraph, text in paragraphs:
        is_item = paragraph.level > 0 or (
            placeholder_type in _LISTS and len(paragraphs) > 1
        )
        yield Block(
            BlockType.LIST_ITEM if is_item else BlockType.PARAGRAPH,
            text,
            level=paragraph.level + 1 if is_item else 0,
            links=tuple(_links(paragraph)),
        )


def _links(paragraph: Any) -> Iterator[BlockLink]:
    for run in paragraph.runs:
        address = run.hyperlink.address
        link = link_of(run.text, address) if address else None
        if link is not None:
            yield link


def _diagrams(slide: Slide) -> Iterator[Block]:
    """Yield the texts of SmartArt diagrams, which are separate parts of the package."""
    for relation in slide.part.rels.values():
        if relation.is_external or not relation.reltype.endswith(_DIAGRAM):
            continue
        root = fromstring(relation.target_part.blob)
        for paragraph in root.iter(_A + "p"):
            parts = [part.text or "" for part in paragraph.iter(_A + "t")]
            if text := one_line("".join(parts)):
                yield Block(BlockType.LIST_ITEM, text, level=1)
