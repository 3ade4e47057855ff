"""Reader of DOCX.

It walks the XML itself: libraries omit text boxes, footnotes, content controls, and the
numbers that Word generates for headings and items.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from indexer.model.document import Block, BlockType, FileProperties, FileReading
from indexer.readers.groups import heaviest
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
    LINE_BREAK,
    ParagraphBuilder,
    ParagraphFormat,
    as_notes,
    number_in,
    one_line,
    table_blocks,
    with_headings,
)
from indexer.readers.reader_input import ReaderInput

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_DCTERMS = "{http://purl.org/dc/terms/}"
_CP = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_TEXT_PATH = "{urn:schemas-microsoft-com:vml}textpath"
_LABELS = (
    _DC + "subject",
    _CP + "keywords",
    _CP + "category",
    _CP + "contentStatus",
    _DC + "description",
)
_MARGIN = re.compile(r"word/(?:header|footer)\d*\.xml")
_SENSITIVITY_LABEL = re.compile(r"MSIP_Label_.+_Name")
_RELATIONSHIP = (
    "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
)

_SKIPPED = frozenset(
    W + name
    for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "fldData")
)
_CHARACTERS = {
    W + "tab": "\t",
    W + "br": LINE_BREAK,
    W + "cr": LINE_BREAK,
    W + "noBreakHyphen": "-",
}
_NOTES = {W + "footnoteReference": "foot", W + "endnoteReference": "end"}
_WRAPPERS = frozenset(W + name for name in ("sdt", "sdtContent", "ins", "customXml"))
_MAX_DEPTH = 60
_MAX_SPAN = 60


@dataclass(slots=True)
class _Docx:
    """The parts of a file that its paragraphs refer to, and the state of the walk."""

    styles: Styles
    numbering: Numbering
    link_addresses: Mapping[str, str]
    notes: Mapping[tuple[str, str], Element]
    numbered_notes: dict[tuple[str, str], str] = field(default_factory=dict)
    formats: dict[str, ParagraphFormat] = field(default_factory=dict)
    depth: int = 0


def read_docx(reader_input: ReaderInput) -> FileReading:
    """Read a DOCX.

    Raises:
        FileUnreadableError: the file is damaged, expands too much, or has no text.
    """
    archive = Archive(reader_input)
    root = archive.xml("word/document.xml", is_required=True)
    docx = _Docx(
        styles=Styles(archive.xml("word/styles.xml")),
        numbering=Numbering(archive.xml("word/numbering.xml")),
        link_addresses={
            relation.get("Id", ""): relation.get("Target", "")
            for relation in archive.xml("word/_rels/document.xml.rels").iter(
                _RELATIONSHIP
            )
        },
        notes={
            **_notes(archive.xml("word/footnotes.xml"), "foot"),
            **_notes(archive.xml("word/endnotes.xml"), "end"),
        },
    )
    blocks = tuple(_blocks(root.findall(f"{W}body/*"), docx))
    return reader_input.reading(
        with_headings(blocks, docx.formats),
        properties=office_properties(archive),
        has_macros=archive.has_macros,
        margins=_margins(archive),
    )


def office_properties(archive: Archive) -> FileProperties:
    """Parse the core and custom properties of an Office Open XML file."""
    core = archive.xml("docProps/core.xml")
    creator = core.findtext(_DC + "creator", "")
    return FileProperties(
        title=one_line(core.findtext(_DC + "title", "")),
        authors=tuple(part.strip() for part in creator.split(";") if part.strip()),
        language=core.findtext(_DC + "language", ""),
        created=core.findtext(_DCTERMS + "created", ""),
        labels=tuple(
            label
            for label in (
                *(one_line(core.findtext(name, "")) for name in _LABELS),
                *_custom_labels(archive.xml("docProps/custom.xml")),
            )
            if label
        ),
    )


def _custom_labels(custom: Element) -> Iterator[str]:
    for each in custom:
        name = each.get("name", "")
        # Microsoft Purview stores the name of a sensitivity label so.
        name = "Classification" if _SENSITIVITY_LABEL.fullmatch(name) else name
        yield one_line(f"{name}: {' '.join(each.itertext())}")


def _margins(archive: Archive) -> Iterator[Block]:
    """Yield the paragraphs of headers and footers, and their watermarks."""
    for name in sorted(filter(_MARGIN.fullmatch, archive.names)):
        root = archive.xml(name)
        for paragraph in root.iter(W + "p"):
            words = "".join(each.text or "" for each in paragraph.iter(W + "t"))
            yield Block(BlockType.NOTE, one_line(words))
        for watermark in root.iter(_TEXT_PATH):
            yield Block(BlockType.NOTE, one_line(watermark.get("string", "")))


def _notes(root: Element, kind: str) -> dict[tuple[str, str], Element]:
    return {
        (kind, note.get(W + "id", "")): note
        for note in root
        if note.get(W + "type", "normal") == "normal"
    }


def _blocks(parent: Iterable[Element], docx: _Docx) -> Iterator[Block]:
    """Yield the blocks of paragraphs and tables, and of the elements around them."""
    if docx.depth > _MAX_DEPTH:
        return
    docx.depth += 1
    for child in parent:
        if child.tag == W + "p":
            yield from _paragraph(child, docx)
        elif child.tag == W + "tbl":
            rows = _unwrapped(child, W + "tr")
            yield from table_blocks([_cells(row, docx) for row in rows])
        elif child.tag == _MC + "AlternateContent":
            yield from _blocks(_alternative(child), docx)
        elif child.tag not in _SKIPPED:
            yield from _blocks(child, docx)
    docx.depth -= 1


def _alternative(element: Element) -> Iterable[Element]:
    """Return the children of the alternative that has text."""
    choice = element.find(_MC + "Choice")
    fallback = element.find(_MC + "Fallback")
    if choice is not None and (fallback is None or _has_text(choice)):
        return choice
    return () if fallback is None else fallback


def _has_text(element: Element) -> bool:
    return any(text.text for text in element.iter(W + "t"))


def _unwrapped(parent: Element, tag: str) -> Iterator[Element]:
    """Yield the rows of a table or the cells of a row, also from content controls."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _unwrapped(child, tag)


def _cells(row: Element, docx: _Docx) -> list[list[Block]]:
    cells: list[list[Block]] = []
    for cell in _unwrapped(row, W + "tc"):
        span = number_in(value(cell, "tcPr", "gridSpan"), 1)
        cells.append(list(_blocks(cell, docx)))
        cells += [[]] * (min(span, _MAX_SPAN) - 1)
    return cells


def _paragraph(paragraph: Element, docx: _Docx) -> Iterator[Block]:
    properties = paragraph.find(W + "pPr")
    builder = ParagraphBuilder()
    _write(paragraph, builder, docx)
    is_contents = docx.styles.is_contents(properties)
    text = builder.contents_line if is_contents else builder.text
    list_id, depth = docx.styles.list_of(properties)
    level = docx.styles.heading_level(properties)
    if text:
        label = docx.numbering.label(list_id, depth) if list_id else ""
        text = f"{label} {text}".strip()
        links = tuple(builder.links)
        lines = () if label else builder.lines
        if level:
            level = min(level, 6)
            docx.formats.setdefault(text, _format_of(paragraph, docx))
            yield Block(BlockType.HEADING, text, level=level, links=links, lines=lines)
        elif list_id:
            yield Block(BlockType.LIST_ITEM, text, level=depth + 1, links=links)
        else:
            docx.formats[text] = _format_of(paragraph, docx)
            yield Block(BlockType.PARAGRAPH, text, links=links, lines=lines)
    yield from builder.anchored_blocks()


def _write(parent: Iterable[Element], builder: ParagraphBuilder, docx: _Docx) -> None:
    """Add the text of an element to the builder, and the blocks anchored in it."""
    for child in parent:
        if child.tag in {W + "t", _M + "t"}:
            builder.parts.append(child.text or "")
        elif child.tag in _CHARACTERS:
            builder.parts.append(_CHARACTERS[child.tag])
        elif child.tag == W + "r" and is_on(child.find(W + "rPr"), "vanish"):
            continue
        elif child.tag not in _SKIPPED:
            _write_other(child, builder, docx)


def _write_other(child: Element, builder: ParagraphBuilder, docx: _Docx) -> None:
    if child.tag in _NOTES:
        builder.notes += _note((_NOTES[child.tag], child.get(W + "id", "")), docx)
    elif child.tag == W + "txbxContent":
        builder.boxes += _blocks(child, docx)
    elif child.tag == W + "hyperlink":
        start = len(builder.parts)
        _write(child, builder, docx)
        builder.add_link(start, docx.link_addresses.get(child.get(_R + "id", ""), ""))
    elif child.tag == _MC + "AlternateContent":
        _write(_alternative(child), builder, docx)
    else:
        _write(child, builder, docx)


def _note(key: tuple[str, str], docx: _Docx) -> list[Block]:
    note = docx.notes.get(key)
    if note is None or key in docx.numbered_notes:
        return []
    number = str(sum(kind == key[0] for kind, _ in docx.numbered_notes) + 1)
    docx.numbered_notes[key] = number
    return as_notes(_blocks(note, docx), number)


def _format_of(paragraph: Element, docx: _Docx) -> ParagraphFormat:
    """Return the font size of most characters, and whether all of them are bold."""
    chain = docx.styles.chain(value(paragraph.find(W + "pPr"), "pStyle"))
    size = next((style.size for style in chain if style.size), docx.styles.size)
    bold = next((style.is_bold for style in chain if style.is_bold is not None), False)
    sizes: list[tuple[float, int]] = []
    is_bold = True
    for run in _runs(paragraph):
        properties = run.find(W + "rPr")
        length = sum(len((each.text or "").strip()) for each in run.findall(W + "t"))
        if length and not is_on(properties, "vanish"):
            run_bold = is_on(properties, "b")
            is_bold = is_bold and (bold if run_bold is None else run_bold)
            sizes.append((half_points(properties) or size, length))
    return ParagraphFormat(heaviest(sizes, size), is_bold=is_bold and bool(sizes))


def _runs(parent: Element, depth: int = 0) -> Iterator[Element]:
    """Yield the runs with the own text of a paragraph, not those of its text boxes."""
    for child in parent:
        if child.tag == W + "r":
            yield child
        elif child.tag not in _SKIPPED and depth < _MAX_DEPTH:
            yield from _runs(child, depth + 1)
