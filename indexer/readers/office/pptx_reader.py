"""Reads PPTX into blocks: a page for each slide, its shapes as they are read."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.slide import Slide

from indexer.model.document import Block, BlockLink, BlockType, Document
from indexer.model.readings import FilePage, FileProperties, FileReading, Unreadable
from indexer.readers.office.archives import Archive
from indexer.readers.office.docx_reader import core_properties
from indexer.readers.paragraph_builder import link_of, one_line, table_blocks
from indexer.readers.reader_input import ReaderInput

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "/diagramData"
_ROW_SHARE = 0.04
"""Of the height of a slide: shapes so near are beside each other."""

_DEEPEST = 20
_TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE}
_LISTS = {PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT}
_LEFT_OUT = {
    PP_PLACEHOLDER.SLIDE_NUMBER,
    PP_PLACEHOLDER.FOOTER,
    PP_PLACEHOLDER.DATE,
    PP_PLACEHOLDER.HEADER,
}


def read_pptx(source: ReaderInput) -> FileReading:
    """Read a PPTX.

    Raises:
        FileUnreadableError: it is damaged, expands to too much, or holds no text.
    """
    archive = Archive(source)
    # The library unpacks all at once, and counts nothing.
    archive.check()
    presentation = Presentation(io.BytesIO(source.content))
    slides = list(presentation.slides)
    if len(slides) > source.limits.pages:
        raise source.refused(Unreadable.TOO_MANY_PAGES, str(len(slides)))
    near = int((presentation.slide_height or 0) * _ROW_SHARE) or 1
    blocks: list[Block] = []
    pages: list[FilePage] = []
    for number, slide in enumerate(slides, start=1):
        made = list(_slide(slide, number, near))
        blocks += made
        words = sum(len(block.text.split()) for block in made)
        pages.append(FilePage(number, words=words))
    if not blocks:
        raise source.refused(Unreadable.NO_TEXT)
    return FileReading(
        name=source.name,
        sha256=source.sha256,
        size_bytes=len(source.content),
        type=source.type,
        document=Document(tuple(blocks)),
        pages=tuple(pages),
        properties=_properties(archive),
        has_macros=archive.has_macros,
    )


def _properties(archive: Archive) -> FileProperties:
    return core_properties(archive.xml("docProps/core.xml"))


def _slide(slide: Slide, number: int, near: int) -> Iterator[Block]:
    shapes = sorted(_shapes(slide.shapes, 0), key=lambda one: _place(one, near))
    made = chain.from_iterable(_shape(shape, number) for shape in shapes)
    for block in chain(made, _diagrams(slide)):
        yield _on_page(block, number)
    if slide.has_notes_slide:
        frame = slide.notes_slide.notes_text_frame
        text = one_line(frame.text) if frame is not None else ""
        if text:
            yield Block(BlockType.NOTE, text, page=number)


def _on_page(block: Block, number: int) -> Block:
    return Block(
        block.type,
        block.text,
        page=number,
        level=block.level,
        cells=block.cells,
        links=block.links,
    )


def _shapes(shapes: Iterable[Any], deep: int) -> Iterator[Any]:
    """Give the shapes of a slide; those of a group follow one another."""
    for shape in shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP and deep < _DEEPEST:
            yield from _shapes(shape.shapes, deep + 1)
        else:
            yield shape


def _kind(shape: Any) -> PP_PLACEHOLDER | None:
    if not shape.is_placeholder:
        return None
    kind = shape.placeholder_format.type
    return kind if isinstance(kind, PP_PLACEHOLDER) else None


def _place(shape: Any, near: int) -> tuple[bool, int, int]:
    """Give a shape its turn: the title, then from top to bottom, from left to right."""
    return (
        _kind(shape) not in _TITLES,
        int(shape.top or 0) // near,
        int(shape.left or 0),
    )


def _shape(shape: Any, number: int) -> Iterator[Block]:
    kind = _kind(shape)
    if kind in _LEFT_OUT:
        return
    if shape.has_text_frame:
        yield from _frame(shape.text_frame, kind, number)
    elif getattr(shape, "has_table", False):
        rows = [
            [list(_frame(cell.text_frame, None, number)) for cell in row.cells]
            for row in shape.table.rows
        ]
        yield from table_blocks(rows)
    elif getattr(shape, "has_chart", False) and shape.chart.has_title:
        yield from _frame(shape.chart.chart_title.text_frame, None, number)


def _frame(frame: Any, kind: PP_PLACEHOLDER | None, number: int) -> Iterator[Block]:
    if kind in _TITLES:
        text = one_line(frame.text)
        if text:
            yield Block(BlockType.HEADING, text, level=1 if number == 1 else 2)
        return
    written = [(one, one_line(_text(one))) for one in frame.paragraphs]
    paragraphs = [(one, text) for one, text in written if text]
    for paragraph, text in paragraphs:
        is_item = paragraph.level > 0 or (kind in _LISTS and len(paragraphs) > 1)
        yield Block(
            BlockType.LIST_ITEM if is_item else BlockType.PARAGRAPH,
            text,
            level=paragraph.level + 1 if is_item else 0,
            links=tuple(_links(paragraph)),
        )


def _text(paragraph: Any) -> str:
    # A line that is broken by hand is a vertical tab to the library.
    return str(paragraph.text).replace("\v", " ")


def _links(paragraph: Any) -> Iterator[BlockLink]:
    for run in paragraph.runs:
        address = run.hyperlink.address
        link = link_of(run.text, address) if address else None
        if link is not None:
            yield link


def _diagrams(slide: Slide) -> Iterator[Block]:
    """Read the texts of diagrams, which lie in parts of their own."""
    for relation in slide.part.rels.values():
        if relation.is_external or not relation.reltype.endswith(_DIAGRAM):
            continue
        root = fromstring(relation.target_part.blob)
        for paragraph in root.iter(_A + "p"):
            text = one_line(_all_text(paragraph))
            if text:
                yield Block(BlockType.LIST_ITEM, text, level=1)


def _all_text(paragraph: Element) -> str:
    return "".join(text.text or "" for text in paragraph.iter(_A + "t"))
