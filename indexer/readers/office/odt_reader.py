"""Reads ODT into blocks: frames, notes, tables and the numbers of lists too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from indexer.model.document import Block, BlockType, Document
from indexer.model.readings import FileProperties, FileReading, Unreadable
from indexer.readers.heading_detection import ParagraphLook, with_titles
from indexer.readers.office.archives import Archive
from indexer.readers.office.odt_styles import OdtStyles, attribute
from indexer.readers.paragraph_builder import (
    Writing,
    as_item,
    as_notes,
    link_of,
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
_CONTENTS = frozenset(
    _TEXT + name for name in ("table-of-content", "illustration-index", "table-index")
)
_DEEPEST = 60
_MOST_SPACES = 100
_MOST_REPEATED = 60


@dataclass(slots=True)
class _Odt:
    styles: OdtStyles
    notes: int = 0
    deep: int = 0
    is_contents: bool = False
    lists: list[str] = field(default_factory=list)
    counts: dict[tuple[str, int], int] = field(default_factory=dict)
    looks: dict[str, ParagraphLook] = field(default_factory=dict)


def read_odt(source: ReaderInput) -> FileReading:
    """Read an ODT.

    Raises:
        FileUnreadableError: it needs a password, is damaged, or holds no text.
    """
    archive = Archive(source)
    manifest = archive.xml("META-INF/manifest.xml")
    if manifest is not None and _is_encrypted(manifest):
        raise source.refused(Unreadable.ENCRYPTED)
    root = archive.needed("content.xml")
    odt = _Odt(OdtStyles([root, archive.xml("styles.xml")]))
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    blocks = tuple(_blocks(() if body is None else body, odt))
    if not blocks:
        raise source.refused(Unreadable.NO_TEXT)
    return FileReading(
        name=source.name,
        sha256=source.sha256,
        size_bytes=len(source.content),
        type=source.type,
        document=Document(with_titles(blocks, odt.looks)),
        properties=_properties(archive.xml("meta.xml")),
        has_macros=archive.has_macros,
    )


def _is_encrypted(manifest: Element) -> bool:
    return next(manifest.iter(_MANIFEST + "encryption-data"), None) is not None


def _properties(meta: Element | None) -> FileProperties:
    if meta is None:
        return FileProperties()

    def said(name: str) -> str:
        return one_line(next((one.text or "" for one in meta.iter(name)), ""))

    author = said(_META + "initial-creator") or said(_DC + "creator")
    return FileProperties(
        title=said(_DC + "title"),
        authors=(author,) if author else (),
        language=said(_DC + "language"),
        created=said(_META + "creation-date") or said(_DC + "date"),
    )


def _blocks(parent: Iterable[Element], odt: _Odt) -> Iterator[Block]:
    if odt.deep > _DEEPEST:
        return
    odt.deep += 1
    for child in parent:
        if child.tag in {_TEXT + "p", _TEXT + "h"}:
            yield from _paragraph(child, odt)
        elif child.tag == _TEXT + "list":
            yield from _list(child, odt)
        elif child.tag == _TABLE + "table":
            yield from table_blocks([_cells(row, odt) for row in _rows(child)])
        elif child.tag in _CONTENTS:
            odt.is_contents = True
            yield from _blocks(child, odt)
            odt.is_contents = False
        elif child.tag not in _SKIPPED:
            yield from _blocks(child, odt)
    odt.deep -= 1


def _paragraph(paragraph: Element, odt: _Odt) -> Iterator[Block]:
    writing = Writing()
    _write(paragraph, writing, odt)
    text, links = writing.text, tuple(writing.links)
    if odt.is_contents:
        text = one_line(" … ".join("".join(writing.parts).split("\t")))
    level = odt.styles.heading_level(paragraph)
    if text and level:
        yield Block(BlockType.HEADING, text, level=min(level, 6), links=links)
    elif text:
        odt.looks[text] = odt.styles.look_of(paragraph)
        yield Block(BlockType.PARAGRAPH, text, links=links)
    yield from writing.followers()


def _list(element: Element, odt: _Odt) -> Iterator[Block]:
    """Read a list; one within another has the style of that one if it has no other."""
    style = attribute(element, "text", "style-name")
    odt.lists.append(style or (odt.lists[-1] if odt.lists else ""))
    deep = len(odt.lists)
    key = (odt.lists[-1], deep)
    goes_on = attribute(element, "text", "continue-numbering") == "true"
    goes_on = goes_on or bool(attribute(element, "text", "continue-list"))
    number = odt.counts.get(key, 0) if goes_on else 0
    for item in element:
        blocks = list(_blocks(item, odt))
        if item.tag == _TEXT + "list-item" and blocks:
            number += 1
            odt.counts[key] = number
            label = odt.styles.label(odt.lists[-1], deep, number)
            yield from _item(blocks, label, deep)
        else:
            yield from blocks
    odt.lists.pop()


def _item(blocks: list[Block], label: str, deep: int) -> Iterator[Block]:
    first = blocks[0]
    if first.type is BlockType.PARAGRAPH and label:
        first = Block(first.type, f"{label} {first.text}", links=first.links)
    yield as_item(first, deep)
    for block in blocks[1:]:
        yield as_item(block, deep)


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
            count = int(repeated) if repeated.isdigit() else 1
            blocks = list(_blocks(cell, odt))
            cells += [blocks] * (min(count, _MOST_REPEATED) if blocks else 1)
    return cells


def _write(parent: Element, writing: Writing, odt: _Odt) -> None:
    writing.parts.append(parent.text or "")
    for child in parent:
        _write_child(child, writing, odt)
        writing.parts.append(child.tail or "")


def _write_child(child: Element, writing: Writing, odt: _Odt) -> None:
    tag = child.tag
    if tag == _TEXT + "s":
        count = attribute(child, "text", "c")
        writing.parts.append(" " * min(int(count or 1), _MOST_SPACES))
    elif tag in {_TEXT + "tab", _TEXT + "line-break"}:
        writing.parts.append("\t" if tag == _TEXT + "tab" else "\n")
    elif tag == _TEXT + "note":
        writing.notes += _note(child, odt)
    elif tag == _TEXT + "a":
        _write_link(child, writing, odt)
    elif tag.startswith(_DRAW) and tag not in _SKIPPED:
        writing.boxes += _blocks([child], odt)
    elif tag not in _SKIPPED and odt.deep <= _DEEPEST:
        odt.deep += 1
        _write(child, writing, odt)
        odt.deep -= 1


def _write_link(link: Element, writing: Writing, odt: _Odt) -> None:
    before = len(writing.parts)
    _write(link, writing, odt)
    shown = "".join(writing.parts[before:])
    made = link_of(shown, link.get(_XLINK + "href", ""))
    if made is not None:
        writing.links.append(made)


def _note(note: Element, odt: _Odt) -> list[Block]:
    odt.notes += 1
    body = note.find(_TEXT + "note-body")
    citation = note.findtext(_TEXT + "note-citation", "") or str(odt.notes)
    return as_notes(() if body is None else _blocks(body, odt), citation)
