"""Reader of plain text in any encoding."""

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from statistics import median

from charset_normalizer import from_bytes

from indexer.model.document import Block, BlockType, FileReading
from indexer.readers.groups import consecutive_groups
from indexer.readers.paragraph_builder import one_line
from indexer.readers.reader_input import ReaderInput, page_of

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LEGACY_ENCODINGS = ("cp1252", "mac-roman", "cp850")
_EXPECTED_CHARACTERS = frozenset(
    "éèêëàâäùûüîïôöçœæÉÈÊËÀÂÙÛÎÏÔÇŒÆ«»“”‘’–—…•€°§©®\u00a0ñáíóúß"
)
_MIN_EXPECTED_SHARE = 0.9
_WRAPPED_LINE_LENGTH = 55
_ITEM = re.compile(r"\s*(?:[-*•–▪◦]|\d{1,2}[.)]|[a-z]\))\s+")
_BULLET = re.compile(r"\s*[-*•–▪◦]\s+")
_CELL_SEPARATOR = re.compile(r"\t|(?<![.!?:; ]) {2,}")
"""A tab or several spaces, but not two spaces typed after a sentence."""

_UNDERLINE = re.compile(r"(=|-|~)\1{2,}")
_MAX_HEADING_WORDS = 12


def read_plain_text(reader_input: ReaderInput) -> FileReading:
    """Read a plain text; a form feed starts a page.

    Raises:
        FileUnreadableError: it has no text.
    """
    text = decode(reader_input.content).replace("\r\n", "\n").replace("\r", "\n")
    texts = text.split("\f")
    if len(texts) == 1:
        return reader_input.reading(text_blocks(text, None))
    pages = [list(text_blocks(part, page)) for page, part in enumerate(texts, start=1)]
    return reader_input.reading(
        chain.from_iterable(pages),
        pages=[page_of(number, blocks) for number, blocks in enumerate(pages, start=1)],
    )


def decode(content: bytes, declared: str | None = None) -> str:
    """Decode bytes by their BOM, as UTF-8, as declared, or by a guess."""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(encoding, "replace")
    if b"\0" in content[:4096]:
        is_little = content[:4096:2].count(0) < content[1:4096:2].count(0)
        return content.decode("utf-16-le" if is_little else "utf-16-be", "replace")
    # Text declared as Latin-1 is Windows-1252 in fact.
    if declared is not None and declared.lower() in {"iso-8859-1", "latin-1"}:
        declared = "cp1252"
    for name in filter(None, ("utf-8", declared)):
        with suppress(UnicodeDecodeError, LookupError):
            return content.decode(name)
    return _guessed(content)


def _guessed(content: bytes) -> str:
    """Try the legacy encodings of French and English, then all others."""
    texts = [content.decode(name, "replace") for name in _LEGACY_ENCODINGS]
    best = max(texts, key=_expected_share)
    if _expected_share(best) >= _MIN_EXPECTED_SHARE:
        return best
    best_match = from_bytes(content).best()
    return best if best_match is None else str(best_match)


def _expected_share(text: str) -> float:
    """Return the share of non-ASCII characters that French and English texts use."""
    special = [char for char in text if ord(char) > 127]
    return sum(char in _EXPECTED_CHARACTERS for char in special) / max(1, len(special))


def text_blocks(
    text: str, page: int | None, *, is_wrapped: bool | None = None
) -> Iterator[Block]:
    """Yield the headings, list items, table rows and paragraphs of a text.

    Without `is_wrapped`, lines count as wrapped if most of them are long.
    """
    for paragraph in re.split(r"\n\s*\n", text):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        if lines:
            yield from _paragraph_blocks(lines, page, is_wrapped=is_wrapped)


def _paragraph_blocks(
    lines: list[str], page: int | None, *, is_wrapped: bool | None
) -> Iterator[Block]:
    """Yield the blocks of consecutive lines without a blank line."""
    if len(lines) > 1 and _UNDERLINE.fullmatch(lines[1].strip()):
        level = 1 if lines[1].strip().startswith("=") else 2
        yield Block(BlockType.HEADING, one_line(lines[0]), page=page, level=level)
        lines = lines[2:]
    if lines and _is_heading(lines[0]) and not any(map(_is_heading, lines[1:])):
        yield Block(BlockType.HEADING, one_line(lines[0]), page=page, level=2)
        lines = lines[1:]
    rows = _table_rows(lines)
    for cells in rows:
        row_text = " | ".join(filter(None, cells))
        yield Block(BlockType.TABLE_ROW, row_text, page=page, cells=cells)
    for group in () if rows else _joined_lines(lines, is_wrapped=is_wrapped):
        is_item = _ITEM.match(group[0]) is not None
        text = one_line(" ".join(group))
        if is_item:
            text = _BULLET.sub("", text, count=1)
        if text:
            block_type = BlockType.LIST_ITEM if is_item else BlockType.PARAGRAPH
            yield Block(block_type, text, page=page, level=1 if is_item else 0)


def _table_rows(lines: list[str]) -> list[tuple[str, ...]]:
    """Return the cells of each line; empty unless all lines have as many cells."""
    rows = [
        tuple(one_line(cell) for cell in _CELL_SEPARATOR.split(line.strip(" ")))
        for line in lines
        if not _ITEM.match(line)
    ]
    counts = {len(row) for row in rows}
    is_table = len(lines) == len(rows) > 1 and len(counts) == 1 and counts != {1}
    return rows if is_table else []


def _is_heading(line: str) -> bool:
    letters = [char for char in line if char.isalpha()]
    is_capitals = len(letters) > 3 and all(char.isupper() for char in letters)
    return is_capitals and len(line.split()) <= _MAX_HEADING_WORDS


def _joined_lines(lines: list[str], *, is_wrapped: bool | None) -> list[list[str]]:
    """Group lines into paragraphs and items; short lines stay alone."""
    if is_wrapped is None:
        is_wrapped = (
            len(lines) > 1 and median(map(len, lines[:-1])) >= _WRAPPED_LINE_LENGTH
        )
    return consecutive_groups(
        lines,
        lambda group, line: (
            (is_wrapped or _ITEM.match(group[0])) and not _ITEM.match(line)
        ),
    )
