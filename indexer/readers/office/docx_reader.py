"""Reads DOCX into blocks.

The file is walked itself: libraries leave out what stands in text boxes, in notes, in
controls of forms, and the numbers that Word gives to titles and items.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from indexer.model.document import Block, BlockType, Document
from indexer.model.readings import FileProperties, FileReading, Unreadable
from indexer.readers.heading_detection import ParagraphLook, with_titles
from indexer.readers.office.archives import Archive
from indexer.readers.office.docx_styles import (
    Numbering,
    Styles,
    W,
    half_points,
    is_on,
    value,
)
from indexer.readers.paragraph_builder import (
    Writing,
    as_notes,
    link_of,
    one_line,
    table_blocks,
)
from indexer.readers.reader_input import ReaderInput

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_DCTERMS = "{http://purl.org/dc/terms/}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"

_SKIPPED = frozenset(
    W + name
    for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "fldData")
)
_SIGNS = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_NOTES = {W + "footnoteReference": "foot", W + "endnoteReference": "end"}
_DEEPEST = 60


@dataclass(slots=True)
class _Docx:
    """What the parts of a file say of one another, and where the reading is."""

    styles: Styles
    numbering: Numbering
    addresses: Mapping[str, str]
    notes: Mapping[tuple[str, str], Element]
    noted: dict[tuple[str, str], str] = field(default_factory=dict)
    looks: dict[str, ParagraphLook] = field(default_factory=dict)
    deep: int = 0


def read_docx(source: ReaderInput) -> FileReading:
    """Read a DOCX.

    Raises:
        FileUnreadableError: it is damaged, expands to too much, or holds no text.
    """
    archive = Archive(source)
    root = archive.needed("word/document.xml")
    docx = _Docx(
        styles=Styles(archive.xml("word/styles.xml")),
        numbering=Numbering(archive.xml("word/numbering.xml")),
        addresses=_addresses(archive.xml("word/_rels/document.xml.rels")),
        notes={
            **_notes(archive.xml("word/footnotes.xml"), "foot"),
            **_notes(archive.xml("word/endnotes.xml"), "end"),
        },
    )
    body = root.find(W + "body")
    blocks = tuple(_blocks(() if body is None else body, docx))
    if not blocks:
        raise source.refused(Unreadable.NO_TEXT)
    return FileReading(
        name=source.name,
        sha256=source.sha256,
        size_bytes=len(source.content),
        type=source.type,
        document=Document(with_titles(blocks, docx.looks)),
        properties=core_properties(archive.xml("docProps/core.xml")),
        has_macros=archive.has_macros,
    )


def core_properties(core: Element | None) -> FileProperties:
    """Read what an office file says of itself."""
    if core is None:
        return FileProperties()
    creator = core.findtext(_DC + "creator", "")
    return FileProperties(
        title=one_line(core.findtext(_DC + "title", "")),
        authors=tuple(part.strip() for part in creator.split(";") if part.strip()),
        language=core.findtext(_DC + "language", ""),
        created=core.findtext(_DCTERMS + "created", ""),
    )


def _addresses(relations: Element | None) -> dict[str, str]:
    return {
        relation.get("Id", ""): relation.get("Target", "")
        for relation in (() if relations is None else relations.iter(_RELATION))
    }


def _notes(root: Element | None, kind: str) -> dict[tuple[str, str], Element]:
    if root is None:
        return {}
    return {
        (kind, note.get(W + "id", "")): note
        for note in root
        if note.get(W + "type", "normal") == "normal"
    }


def _blocks(parent: Iterable[Element], docx: _Docx) -> Iterator[Block]:
    """Read what stands one below another: paragraphs, tables, and what holds them."""
    if docx.deep > _DEEPEST:
        return
    docx.deep += 1
    for child in parent:
        if child.tag == W + "p":
            yield from _paragraph(child, docx)
        elif child.tag == W + "tbl":
            yield from table_blocks([_cells(row, docx) for row in _rows(child)])
        elif child.tag == _MC + "AlternateContent":
            yield from _blocks(_alternative(child), docx)
        elif child.tag not in _SKIPPED:
            yield from _blocks(child, docx)
    docx.deep -= 1


def _alternative(element: Element) -> Iterable[Element]:
    """Choose one of the ways in which the same thing is written."""
    choice = element.find(_MC + "Choice")
    fallback = element.find(_MC + "Fallback")
    if choice is not None and (fallback is None or _has_text(choice)):
        return choice
    return () if fallback is None else fallback


def _has_text(element: Element) -> bool:
    return any(text.text for text in element.iter(W + "t"))


def _rows(table: Element) -> Iterator[Element]:
    """Give the rows of a table; some stand within controls of forms."""
    for child in table:
        if child.tag == W + "tr":
            yield child
        elif child.tag in {W + "sdt", W + "sdtContent", W + "ins", W + "customXml"}:
            yield from _rows(child)


def _cells(row: Element, docx: _Docx) -> list[list[Block]]:
    cells: list[list[Block]] = []
    for child in row:
        if child.tag == W + "tc":
            properties = child.find(W + "tcPr")
            span = value(properties, "gridSpan")
            cells.append(list(_blocks(child, docx)))
            cells += [[]] * (min(int(span), 60) - 1 if span.isdigit() else 0)
        elif child.tag in {W + "sdt", W + "sdtContent", W + "ins", W + "customXml"}:
            cells += _cells(child, docx)
    return cells


def _paragraph(paragraph: Element, docx: _Docx) -> Iterator[Block]:
    properties = paragraph.find(W + "pPr")
    writing = Writing()
    _write(paragraph, writing, docx)
    text = writing.text
    if docx.styles.is_contents(properties):
        text = one_line(" … ".join("".join(writing.parts).split("\t")))
    list_id, deep = docx.styles.list_of(properties)
    level = docx.styles.heading_level(properties)
    if text:
        label = docx.numbering.label(list_id, deep) if list_id else ""
        text = f"{label} {text}".strip()
        links = tuple(writing.links)
        if level:
            yield Block(BlockType.HEADING, text, level=min(level, 6), links=links)
        elif list_id:
            yield Block(BlockType.LIST_ITEM, text, level=deep + 1, links=links)
        else:
            docx.looks[text] = _look_of(paragraph, docx)
            yield Block(BlockType.PARAGRAPH, text, links=links)
    yield from writing.followers()


def _write(parent: Element, writing: Writing, docx: _Docx) -> None:
    """Gather the text of a paragraph, and what is anchored in it."""
    for child in parent:
        if child.tag in {W + "t", _M + "t"}:
            writing.parts.append(child.text or "")
        elif child.tag in _SIGNS:
            writing.parts.append(_SIGNS[child.tag])
        elif child.tag == W + "r" and _is_hidden(child):
            continue
        elif child.tag not in _SKIPPED:
            _write_other(child, writing, docx)


def _write_other(child: Element, writing: Writing, docx: _Docx) -> None:
    if child.tag in _NOTES:
        writing.notes += _note((_NOTES[child.tag], child.get(W + "id", "")), docx)
    elif child.tag == W + "txbxContent":
        writing.boxes += _blocks(child, docx)
    elif child.tag == W + "hyperlink":
        _write_link(child, writing, docx)
    elif child.tag == _MC + "AlternateContent":
        for chosen in _alternative(child):
            _write(_wrapped(chosen), writing, docx)
    else:
        _write(child, writing, docx)


def _wrapped(element: Element) -> Element:
    parent = Element("one")
    parent.append(element)
    return parent


def _write_link(link: Element, writing: Writing, docx: _Docx) -> None:
    before = len(writing.parts)
    _write(link, writing, docx)
    address = docx.addresses.get(link.get(_R + "id", ""), "")
    made = link_of("".join(writing.parts[before:]), address)
    if made is not None:
        writing.links.append(made)


def _is_hidden(run: Element) -> bool:
    return is_on(run.find(W + "rPr"), "vanish") is True


def _note(key: tuple[str, str], docx: _Docx) -> list[Block]:
    note = docx.notes.get(key)
    if note is None or key in docx.noted:
        return []
    number = str(sum(kind == key[0] for kind, _ in docx.noted) + 1)
    docx.noted[key] = number
    return as_notes(_blocks(note, docx), number)


def _look_of(paragraph: Element, docx: _Docx) -> ParagraphLook:
    """Tell how large the letters of a paragraph are, and whether all are bold."""
    chain = docx.styles.chain(value(paragraph.find(W + "pPr"), "pStyle"))
    size = next((style.size for style in chain if style.size), docx.styles.size)
    bold = next((style.is_bold for style in chain if style.is_bold is not None), False)
    sizes: list[float] = []
    is_bold = True
    for run in paragraph.iter(W + "r"):
        if _has_text(run):
            properties = run.find(W + "rPr")
            own = is_on(properties, "b")
            is_bold = is_bold and (bold if own is None else own)
            sizes.append(half_points(properties) or size)
    return ParagraphLook(max(sizes, default=size), is_bold=is_bold and bool(sizes))
