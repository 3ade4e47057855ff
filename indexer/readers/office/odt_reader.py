"""Reader of ODT, with text boxes, footnotes, tables and list numbering."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from indexer.model.document import Block, BlockType
from indexer.model.readings import FileProperties, FileReading, Unreadable
from indexer.readers.heading_detection import ParagraphFormat, with_headings
from indexer.readers.office.archives import Archive
from indexer.readers.office.numbering import number_in
from indexer.readers.office.odt_styles import OdtStyles, attribute
from indexer.readers.paragraph_builder import (
    LINE_BREAK,
    ParagraphBuilder,
    as_item,
    as_notes,
    one_line,
    table_blocks,
)
from indexer.readers.reader_input import ReaderInput

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_MANIFEST = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"

_SKIPPED = frozenset(
    (
        *(_TEXT + name for name in ("tracked-changes", "note-citation", "ruby-text")),
        *(_TEXT + name for name in ("sequence-decls", "variable-decls")),
        *(_OFFICE + name for name in ("annotation", "annotation-end", "forms")),
        _SVG + "title",
        _SVG + "desc",
        _DRAW + "glue-point",
        _DRAW + "image",
    )
)
_MARGINS = tuple(
    f"{_STYLE}{name}{suffix}"
    for name in ("header", "footer")
    for suffix in ("", "-left", "-first")
)
_INDEXES = frozenset(
    _TEXT + name for name in ("table-of-content", "illustration-index", "table-index")
)
_MAX_DEPTH = 60
_MAX_SPACES = 100
_MAX_REPEATED = 60


@dataclass(slots=True)
class _Odt:
    styles: OdtStyles
    notes: int = 0
    depth: int = 0
    is_contents: bool = False
    list_styles: list[str] = field(default_factory=list)
    item_counts: dict[tuple[str, int], int] = field(default_factory=dict)
    formats: dict[str, ParagraphFormat] = field(default_factory=dict)


def read_odt(reader_input: ReaderInput) -> FileReading:
    """Read an ODT.

    Raises:
        FileUnreadableError: the file is encrypted, damaged, or has no text.
    """
    archive = Archive(reader_input)
    manifest = archive.xml("META-INF/manifest.xml")
    if manifest.find(f".//{_MANIFEST}encryption-data") is not None:
        raise reader_input.error(Unreadable.ENCRYPTED)
    root = archive.xml("content.xml", is_required=True)
    odt = _Odt(OdtStyles([root, archive.xml("styles.xml")]))
    blocks = tuple(_blocks(root.findall(f"{_OFFICE}body/{_OFFICE}text/*"), odt))
    return reader_input.reading(
        with_headings(blocks, odt.formats),
        properties=_properties(archive.xml("meta.xml")),
        has_macros=archive.has_macros,
        margins=_margins(archive.xml("styles.xml")),
    )


def _properties(meta: Element) -> FileProperties:
    def text_of(name: str) -> str:
        return one_line(meta.findtext(f".//{name}", ""))

    author = text_of(_META + "initial-creator") or text_of(_DC + "creator")
    return FileProperties(
        title=text_of(_DC + "title"),
        authors=(author,) if author else (),
        language=text_of(_DC + "language"),
        created=text_of(_META + "creation-date") or text_of(_DC + "date"),
        labels=tuple(_labels(meta)),
    )


def _labels(meta: Element) -> Iterator[str]:
    """Yield the subject, the keywords and the own properties of a file."""
    for element in meta.iter():
        if text := one_line(element.text or ""):
            if element.tag in {_DC + "subject", _META + "keyword"}:
                yield text
            elif element.tag == _META + "user-defined":
                yield f"{element.get(_META + 'name', '')}: {text}"


def _margins(styles: Element) -> Iterator[Block]:
    """Yield the paragraphs of headers and footers."""
    for name in _MARGINS:
        for margin in styles.iter(name):
            for paragraph in margin.iter(_TEXT + "p"):
                yield Block(BlockType.NOTE, one_line("".join(paragraph.itertext())))


def _blocks(parent: Iterable[Element], odt: _Odt) -> Iterator[Block]:
    if odt.depth > _MAX_DEPTH:
        return
    odt.depth += 1
    for child in parent:
        if child.tag in {_TEXT + "p", _TEXT + "h"}:
            yield from _paragraph(child, odt)
        elif child.tag == _TEXT + "list":
            yield from _list(child, odt)
        elif child.tag == _TABLE + "table":
            yield from table_blocks([_cells(row, odt) for row in _rows(child)])
        elif child.tag in _INDEXES:
            odt.is_contents = True
            yield from _blocks(child, odt)
            odt.is_contents = False
        elif child.tag not in _SKIPPED:
            yield from _blocks(child, odt)
    odt.depth -= 1


def _paragraph(paragraph: Element, odt: _Odt) -> Iterator[Block]:
    builder = ParagraphBuilder()
    _write(paragraph, builder, odt)
    text = builder.contents_line if odt.is_contents else builder.text
    links, lines = tuple(builder.links), builder.lines
    level = odt.styles.heading_level(paragraph)
    if text and level:
        odt.formats.setdefault(text, odt.styles.format_of(paragraph))
        yield Block(
            BlockType.HEADING, text, level=min(level, 6), links=links, lines=lines
        )
    elif text:
        odt.formats[text] = odt.styles.format_of(paragraph)
        yield Block(BlockType.PARAGRAPH, text, links=links, lines=lines)
    yield from builder.anchored_blocks()


def _list(element: Element, odt: _Odt) -> Iterator[Block]:
    """Yield the items of a list; a nested list inherits its style by default."""
    style = attribute(element, "text", "style-name") or "".join(odt.list_styles[-1:])
    odt.list_styles.append(style)
    depth = len(odt.list_styles)
    continues = (
        attribute(element, "text", "continue-numbering") == "true"
        or attribute(element, "text", "continue-list") != ""
    )
    number = odt.item_counts.get((style, depth), 0) if continues else 0
    for item in element:
        blocks = list(_blocks(item, odt))
        if item.tag == _TEXT + "list-item" and blocks:
            number += 1
            odt.item_counts[style, depth] = number
            label = odt.styles.label(style, depth, number)
            first = blocks[0]
            if first.type is BlockType.PARAGRAPH and label:
                blocks[0] = replace(first, text=f"{label} {first.text}")
            blocks = [as_item(block, depth) for block in blocks]
        yield from blocks
    odt.list_styles.pop()


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == _TABLE + "table-row":
            yield child
        elif child.tag.startswith(_TABLE + "table-"):
            yield from _rows(child)


def _cells(row: Element, odt: _Odt) -> list[list[Block]]:
    cells: list[list[Block]] = []
    for cell in row:
        if cell.tag == _TABLE + "covered-table-cell":
            cells.append([])
        elif cell.tag == _TABLE + "table-cell":
            repeated = attribute(cell, "table", "number-columns-repeated")
            blocks = list(_blocks(cell, odt))
            count = min(number_in(repeated, 1), _MAX_REPEATED) if blocks else 1
            cells += [blocks] * count
    return cells


def _write(parent: Element, builder: ParagraphBuilder, odt: _Odt) -> None:
    builder.parts.append(parent.text or "")
    for child in parent:
        _write_child(child, builder, odt)
        builder.parts.append(child.tail or "")


def _write_child(child: Element, builder: ParagraphBuilder, odt: _Odt) -> None:
    tag = child.tag
    if tag == _TEXT + "s":
        count = attribute(child, "text", "c")
        builder.parts.append(" " * min(int(count or 1), _MAX_SPACES))
    elif tag in {_TEXT + "tab", _TEXT + "line-break"}:
        builder.parts.append("\t" if tag == _TEXT + "tab" else LINE_BREAK)
    elif tag == _TEXT + "note":
        builder.notes += _note(child, odt)
    elif tag == _TEXT + "a":
        start = len(builder.parts)
        _write(child, builder, odt)
        builder.add_link(start, child.get(_XLINK + "href", ""))
    elif tag.startswith(_DRAW) and tag not in _SKIPPED:
        builder.boxes += _blocks([child], odt)
    elif tag not in _SKIPPED and odt.depth <= _MAX_DEPTH:
        odt.depth += 1
        _write(child, builder, odt)
        odt.depth -= 1


def _note(note: Element, odt: _Odt) -> list[Block]:
    odt.notes += 1
    citation = note.findtext(_TEXT + "note-citation", "") or str(odt.notes)
    body = note.findall(f"{_TEXT}note-body/*")
    return as_notes(_blocks(body, odt), citation)
