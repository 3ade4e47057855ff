"""Reader of ODT, with text boxes, footnotes, tables, styles and list numbering."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from indexer.model.document import (
    Block,
    BlockType,
    FileProperties,
    FileReading,
    Unreadable,
)
from indexer.readers.groups import heaviest
from indexer.readers.office.archives import Archive
from indexer.readers.paragraph_builder import (
    LINE_BREAK,
    ParagraphBuilder,
    ParagraphFormat,
    as_item,
    as_notes,
    list_label,
    number_in,
    one_line,
    table_blocks,
    with_headings,
)
from indexer.readers.reader_input import ReaderInput

_NAMESPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_HEADING = re.compile(r"(?:Heading|Titre|Title)(?:_20_(\d+))?")
_FO = _NAMESPACE % "xsl-fo-compatible"
_SPAN = _NAMESPACE % "text" + "span"
_INLINE = frozenset({_SPAN, _NAMESPACE % "text" + "a"})
_MAX_STYLE_CHAIN = 20
_DEFAULT_SIZE = 12.0


def attribute(element: Element, namespace: str, name: str) -> str:
    """Return an attribute; "" if it is missing."""
    return element.get(_NAMESPACE % namespace + name, "")


def _length(text: str | None) -> int:
    return len((text or "").strip())


@dataclass(frozen=True, slots=True)
class _ListLevel:
    number_format: str
    prefix: str
    suffix: str
    start: int


class OdtStyles:
    """Paragraph styles and list styles by name."""

    def __init__(self, roots: Iterable[Element]) -> None:
        self._parents: dict[str, str] = {}
        self._outlines: dict[str, str] = {}
        self._sizes: dict[str, float] = {}
        self._bold: dict[str, bool] = {}
        self._list_levels: dict[tuple[str, int], _ListLevel] = {}
        for root in roots:
            self._add(root)

    def _add(self, root: Element) -> None:
        for style in root.iter(_NAMESPACE % "style" + "style"):
            name = attribute(style, "style", "name")
            self._parents[name] = attribute(style, "style", "parent-style-name")
            self._outlines[name] = attribute(style, "style", "default-outline-level")
            for properties in style.findall(_NAMESPACE % "style" + "text-properties"):
                self._add_text_properties(name, properties)
        for style in root.iter(_NAMESPACE % "text" + "list-style"):
            name = attribute(style, "style", "name")
            for level in style.iter(_NAMESPACE % "text" + "list-level-style-number"):
                self._add_list_level(name, level)

    def _add_list_level(self, name: str, level: Element) -> None:
        level_number = number_in(attribute(level, "text", "level"), 1)
        self._list_levels[name, level_number] = _ListLevel(
            attribute(level, "style", "num-format"),
            attribute(level, "style", "num-prefix"),
            attribute(level, "style", "num-suffix"),
            number_in(attribute(level, "text", "start-value"), 1),
        )

    def _add_text_properties(self, name: str, properties: Element) -> None:
        size = properties.get(_FO + "font-size", "")
        if size.endswith("pt"):
            self._sizes[name] = float(size.removesuffix("pt"))
        weight = properties.get(_FO + "font-weight", "")
        if weight:
            self._bold[name] = weight in {"bold", "600", "700", "800", "900"}

    def format_of(self, paragraph: Element) -> ParagraphFormat:
        """Return the font size of most characters, and whether all of them are bold."""
        plain = ParagraphFormat(_DEFAULT_SIZE, is_bold=False)
        style = attribute(paragraph, "text", "style-name")
        whole = self._with_style(style, plain)
        texts = list(self._formatted_texts(paragraph, whole))
        if not any(length for _, length in texts):
            return whole
        size = heaviest(((each.size, length) for each, length in texts), whole.size)
        return ParagraphFormat(
            size, is_bold=all(each.is_bold for each, length in texts if length)
        )

    def _formatted_texts(
        self, element: Element, outer: ParagraphFormat, depth: int = 0
    ) -> Iterator[tuple[ParagraphFormat, int]]:
        """Yield the formats of the texts in an element, and their lengths.

        Notes, annotations and text boxes are no part of the text.
        """
        yield outer, _length(element.text)
        for child in element:
            if child.tag in _INLINE and depth < _MAX_STYLE_CHAIN:
                style = attribute(child, "text", "style-name")
                is_span = child.tag == _SPAN
                inner = self._with_style(style, outer) if is_span else outer
                yield from self._formatted_texts(child, inner, depth + 1)
            yield outer, _length(child.tail)

    def _with_style(self, name: str, outer: ParagraphFormat) -> ParagraphFormat:
        """Return the format of a style inside the format around it."""
        chain = self._chain(name)
        return ParagraphFormat(
            next(
                (self._sizes[each] for each in chain if each in self._sizes), outer.size
            ),
            is_bold=next(
                (self._bold[each] for each in chain if each in self._bold),
                outer.is_bold,
            ),
        )

    def _chain(self, name: str) -> list[str]:
        chain: list[str] = []
        while name and len(chain) < _MAX_STYLE_CHAIN:
            chain.append(name)
            name = self._parents.get(name, "")
        return chain

    def heading_level(self, paragraph: Element) -> int:
        """Return the level of a heading, from 1; 0 for other paragraphs."""
        if paragraph.tag.endswith("}h"):
            level = attribute(paragraph, "text", "outline-level")
            return max(1, number_in(level, 1))
        for name in self._chain(attribute(paragraph, "text", "style-name")):
            heading = _HEADING.fullmatch(name)
            if heading is not None:
                return int(heading[1] or 1)
            if self._outlines.get(name, "").isdigit():
                return max(1, int(self._outlines[name]))
        return 0

    def label(self, style: str, level_number: int, number: int) -> str:
        """Return the label of an item; "" for a bullet."""
        list_level = self._list_levels.get((style, level_number))
        if list_level is None:
            return ""
        text = list_label(list_level.start + number - 1, list_level.number_format)
        return f"{list_level.prefix}{text}{list_level.suffix}".strip() if text else ""


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
