"""Blocks of office files and HTML: paragraphs, headings, tables, notes, list items.

Headings without a style are found by font size and weight.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from indexer.model.document import Block, BlockLink, BlockType
from indexer.readers.groups import heaviest
from indexer.readers.reader_input import count_words
from indexer.readers.text_repair import clean

LINE_BREAK = "\N{LINE SEPARATOR}"
"""What a break in a paragraph is written as; line feeds of HTML are mere blanks."""

_MAX_LINES = 8
_LONG_CELL_WORDS = 80


@dataclass(slots=True)
class ParagraphBuilder:
    """The text and the links of a paragraph, collected while its markup is walked.

    `boxes` are blocks of text boxes anchored in it, `notes` those of its footnotes.
    """

    parts: list[str] = field(default_factory=list)
    links: list[BlockLink] = field(default_factory=list)
    boxes: list[Block] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text on one line."""
        return one_line("".join(self.parts))

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of a short paragraph with breaks; none without a break."""
        texts = "".join(self.parts).split(LINE_BREAK)
        if not 1 < len(texts) <= _MAX_LINES:
            return ()
        lines = tuple(filter(None, map(one_line, texts)))
        return lines if len(lines) > 1 else ()

    @property
    def contents_line(self) -> str:
        """The text of an entry in a table of contents; tabs become leaders."""
        return one_line("".join(self.parts).replace("\t", " … "))

    def add_link(self, start: int, address: str) -> None:
        """Turn the parts from `start` on into a link, if its address is external."""
        link = link_of("".join(self.parts[start:]), address)
        if link is not None:
            self.links.append(link)

    def flush(self) -> Iterator[Block]:
        """Yield the paragraph if it has text, and start a new one."""
        text, links, lines = self.text, tuple(self.links), self.lines
        self.parts.clear()
        self.links.clear()
        if text:
            yield Block(BlockType.PARAGRAPH, text, links=links, lines=lines)

    def anchored_blocks(self) -> Iterable[Block]:
        """Return the blocks that come after the paragraph: text boxes, then notes."""
        return [*self.boxes, *self.notes]


def one_line(text: str) -> str:
    """Repair the characters of a text, and collapse its white space."""
    return " ".join(clean(text).split())


def link_of(text: str, address: str) -> BlockLink | None:
    """Return an external link (http, https, mailto); None for any other."""
    label = one_line(text)
    if label and address.startswith(("http://", "https://", "mailto:")):
        return BlockLink(label, address)
    return None


def table_blocks(rows: Sequence[Sequence[Sequence[Block]]]) -> list[Block]:
    """Return the rows of a table, given the blocks of each cell.

    A layout table, with headings or long texts in its cells, is read cell by cell.
    """
    cells = [cell for row in rows for cell in row if cell]
    if _is_layout(rows, cells):
        return [block for cell in cells for block in cell]
    return [block for row in rows for block in _row_blocks(row)]


def _is_layout(
    rows: Sequence[Sequence[Sequence[Block]]], cells: Sequence[Sequence[Block]]
) -> bool:
    blocks = [block for cell in cells for block in cell]
    types = {block.type for block in blocks}
    return (
        max(map(len, rows), default=0) < 2
        or BlockType.TABLE_ROW in types
        or (BlockType.HEADING in types and len(blocks) > len(cells))
        or count_words(blocks) > _LONG_CELL_WORDS * max(1, len(cells))
    )


def _row_blocks(row: Sequence[Sequence[Block]]) -> list[Block]:
    notes = [block for cell in row for block in cell if block.type is BlockType.NOTE]
    cells = [
        [block for block in cell if block.type is not BlockType.NOTE] for cell in row
    ]
    texts = tuple(" ".join(block.text for block in cell) for cell in cells)
    if not any(texts):
        return notes
    links = tuple(link for cell in cells for block in cell for link in block.links)
    text = " | ".join(filter(None, texts))
    return [Block(BlockType.TABLE_ROW, text, cells=texts, links=links), *notes]


def as_notes(blocks: Iterable[Block], number: str) -> list[Block]:
    """Join the blocks of a footnote into one; no block if it has no text."""
    texts = [block.text for block in blocks if block.text]
    if not texts:
        return []
    return [Block(BlockType.NOTE, f"{number} {' '.join(texts)}".strip())]


def as_item(block: Block, level: int) -> Block:
    """Turn a paragraph into a list item; return any other block unchanged."""
    if block.type is not BlockType.PARAGRAPH:
        return block
    return replace(block, type=BlockType.LIST_ITEM, level=level, lines=())


_LARGE_RATIO = 1.15
_COVER_RATIO = 1.25
_MAX_COVER_BLOCKS = 25
_MAX_TITLE_WORDS = 30
_MAX_WORDS = 14
_WORDS_PER_HEADING = 400


@dataclass(frozen=True, slots=True)
class ParagraphFormat:
    """The font size of a paragraph, in points, and whether all of it is bold."""

    size: float
    is_bold: bool


def with_headings(
    blocks: tuple[Block, ...], formats: Mapping[str, ParagraphFormat]
) -> tuple[Block, ...]:
    """Turn short paragraphs that are larger than the text, or bold, into headings.

    `formats` has the format of each paragraph and heading by its text. In a file with
    enough headings by its styles, only the large lines of the cover become headings.
    """
    body = _body_size(blocks, formats)
    blocks = tuple(_with_size(block, formats.get(block.text), body) for block in blocks)
    levels = [block.level for block in blocks if block.type is BlockType.HEADING]
    if len(levels) * _WORDS_PER_HEADING > count_words(blocks):
        return _with_cover_headings(blocks, formats)
    base = min(levels, default=1)
    return tuple(
        _as_heading(block, formats.get(block.text), body, base) for block in blocks
    )


def _with_size(
    block: Block, paragraph_format: ParagraphFormat | None, body: float
) -> Block:
    if paragraph_format is None or not body:
        return block
    return replace(block, size=round(paragraph_format.size / body, 2))


def _with_cover_headings(
    blocks: tuple[Block, ...], formats: Mapping[str, ParagraphFormat]
) -> tuple[Block, ...]:
    """Turn the large lines before the first heading into headings, largest first."""
    before = takewhile(lambda block: block.type is not BlockType.HEADING, blocks)
    cover = list(before)[:_MAX_COVER_BLOCKS]
    body = _body_size(blocks, formats)
    sizes = {
        block.text: formats[block.text].size
        for block in cover
        if block.type is BlockType.PARAGRAPH
        and block.text in formats
        and formats[block.text].size >= _COVER_RATIO * body
        and len(block.text.split()) <= _MAX_TITLE_WORDS
    }
    levels = {
        size: level for level, size in enumerate(sorted(set(sizes.values()))[::-1])
    }
    headings = (
        replace(block, type=BlockType.HEADING, level=min(levels[size] + 1, 6))
        if (size := sizes.get(block.text)) is not None
        else block
        for block in cover
    )
    return (*headings, *blocks[len(cover) :])


def _body_size(
    blocks: tuple[Block, ...], formats: Mapping[str, ParagraphFormat]
) -> float:
    sizes = (
        (formats[block.text].size, len(block.text))
        for block in blocks
        if block.text in formats
    )
    return heaviest(sizes, 0.0)


def _as_heading(
    block: Block, paragraph_format: ParagraphFormat | None, body: float, base: int
) -> Block:
    if paragraph_format is None or block.type is not BlockType.PARAGRAPH:
        return block
    size = paragraph_format.size
    is_large = size >= _LARGE_RATIO * body
    is_bold = paragraph_format.is_bold and size >= body
    is_long = len(block.text.split()) > _MAX_WORDS
    if not (is_large or is_bold) or is_long or block.text.endswith((".", ",", ";")):
        return block
    # Styled headings below level 1 leave room for a higher level.
    level = base - 1 if base > 1 else base + 1
    level += not is_large
    return replace(block, type=BlockType.HEADING, level=min(level, 6))


_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc")),
    *((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MAX_NUMBER = 5000


def number_in(text: str, default: int) -> int:
    """Parse a number; return the default for any other text."""
    return int(text) if text.isdigit() else default


def list_label(number: int, number_format: str) -> str:
    """Return a number in a format, `1`, `a`, `A`, `i` or `I`; "" for any other."""
    if not 0 < number <= _MAX_NUMBER:
        return str(number) if number_format == "1" else ""
    if number_format == "1":
        return str(number)
    if number_format in {"a", "A"}:
        text = _letters(number)
    elif number_format in {"i", "I"}:
        text = _roman(number)
    else:
        return ""
    return text.upper() if number_format.isupper() else text


def _letters(number: int) -> str:
    text = ""
    while number:
        number, remainder = divmod(number - 1, 26)
        text = chr(ord("a") + remainder) + text
    return text


def _roman(number: int) -> str:
    text = ""
    for value, numeral in _ROMAN:
        count, number = divmod(number, value)
        text += numeral * count
    return text
