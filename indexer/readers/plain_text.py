"""Reads plain text, in whatever encoding it is."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from statistics import median

from charset_normalizer import from_bytes

from indexer.model.document import Block, BlockType, Document
from indexer.model.readings import FilePage, FileReading, Unreadable
from indexer.readers.paragraph_builder import one_line
from indexer.readers.reader_input import ReaderInput

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OLD = ("cp1252", "mac-roman", "cp850")
_EXPECTED = frozenset("éèêëàâäùûüîïôöçœæÉÈÊËÀÂÙÛÎÏÔÇŒÆ«»“”‘’–—…•€°§©®\u00a0ñáíóúß")
_ENOUGH = 0.9
_LONG_LINE = 55
_ITEM = re.compile(r"\s*(?:[-*•–▪◦]|\d{1,2}[.)]|[a-z]\))\s+")
_BULLET = re.compile(r"\s*[-*•–▪◦]\s+")
_BETWEEN_CELLS = re.compile(r"\t|(?<![.!?:; ]) {2,}")
"""What parts cells; some people type two spaces after a sentence."""

_UNDERLINE = re.compile(r"(=|-|~)\1{2,}")
_MOST_TITLE_WORDS = 12


def read_plain_text(source: ReaderInput) -> FileReading:
    """Read a plain text; a form feed begins a page.

    Raises:
        FileUnreadableError: it holds nothing.
    """
    text = decode(source.content).replace("\r\n", "\n").replace("\r", "\n")
    parts = text.split("\f")
    blocks: list[Block] = []
    pages: list[FilePage] = []
    for number, part in enumerate(parts, start=1):
        made = list(text_blocks(part, number if len(parts) > 1 else None))
        blocks += made
        words = sum(len(block.text.split()) for block in made)
        pages.append(FilePage(number, words=words))
    if not blocks:
        raise source.refused(Unreadable.EMPTY)
    return FileReading(
        name=source.name,
        sha256=source.sha256,
        size_bytes=len(source.content),
        type=source.type,
        document=Document(tuple(blocks)),
        pages=tuple(pages) if len(parts) > 1 else (),
    )


def decode(content: bytes, declared: str | None = None) -> str:
    """Decode bytes: by their mark, as what they say they are, or by what they give."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    if b"\0" in content[:4096]:
        even = content[:4096:2].count(0)
        is_little = even < content[1:4096:2].count(0)
        return content.decode("utf-16-le" if is_little else "utf-16-be", "replace")
    for name in ("utf-8", declared):
        text = _decoded(content, name)
        if text is not None:
            return text
    return _guessed(content)


def _decoded(content: bytes, encoding: str | None) -> str | None:
    if encoding is None:
        return None
    # What calls itself Latin-1 has the quotes of Windows in it.
    name = "cp1252" if encoding.lower() in {"iso-8859-1", "latin-1"} else encoding
    try:
        return content.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def _guessed(content: bytes) -> str:
    """Try the old encodings of our languages, then those of all others."""
    texts = [content.decode(name, "replace") for name in _OLD]
    best = max(texts, key=_likeness)
    if _likeness(best) >= _ENOUGH:
        return best
    found = from_bytes(content).best()
    return best if found is None else str(found)


def _likeness(text: str) -> float:
    """Tell which part of the letters that are not plain is of our languages."""
    special = [char for char in text if ord(char) > 127]
    return sum(char in _EXPECTED for char in special) / max(1, len(special))


def text_blocks(
    text: str, page: int | None, *, is_wrapped: bool | None = None
) -> Iterator[Block]:
    """Read what blank lines part: titles, items and paragraphs.

    Whether the lines of a paragraph were wrapped is told by how long they are, unless
    the caller knows.
    """
    for stretch in re.split(r"\n\s*\n", text):
        lines = [line for line in stretch.split("\n") if line.strip()]
        if lines:
            yield from _stretch(lines, page, is_wrapped=is_wrapped)


def _stretch(
    lines: list[str], page: int | None, *, is_wrapped: bool | None
) -> Iterator[Block]:
    """Read lines that nothing parts: a title, items, or a paragraph."""
    if len(lines) > 1 and _UNDERLINE.fullmatch(lines[1].strip()):
        level = 1 if lines[1].strip().startswith("=") else 2
        yield Block(BlockType.HEADING, one_line(lines[0]), page=page, level=level)
        lines = lines[2:]
    if lines and _is_title(lines[0]) and not any(map(_is_title, lines[1:])):
        yield Block(BlockType.HEADING, one_line(lines[0]), page=page, level=2)
        lines = lines[1:]
    rows = _rows(lines)
    if rows:
        for cells in rows:
            shown = " | ".join(filter(None, cells))
            yield Block(BlockType.TABLE_ROW, shown, page=page, cells=cells)
        return
    for group in _groups(lines, is_wrapped=is_wrapped):
        is_item = _ITEM.match(group[0]) is not None
        text = one_line(" ".join(group))
        if is_item:
            text = one_line(_BULLET.sub("", text, count=1))
        if text:
            kind = BlockType.LIST_ITEM if is_item else BlockType.PARAGRAPH
            yield Block(kind, text, page=page, level=1 if is_item else 0)


def _rows(lines: list[str]) -> list[tuple[str, ...]]:
    """Give the cells of lines that tabs, or several spaces, part into as many each."""
    rows = [
        tuple(one_line(cell) for cell in _BETWEEN_CELLS.split(line.strip(" ")))
        for line in lines
        if not _ITEM.match(line)
    ]
    counts = {len(row) for row in rows}
    is_table = len(lines) == len(rows) > 1 and len(counts) == 1 and counts != {1}
    return rows if is_table else []


def _is_title(line: str) -> bool:
    letters = [char for char in line if char.isalpha()]
    is_capitals = len(letters) > 3 and all(char.isupper() for char in letters)
    return is_capitals and len(line.split()) <= _MOST_TITLE_WORDS


def _groups(lines: list[str], *, is_wrapped: bool | None) -> list[list[str]]:
    """Join lines that were wrapped; short ones were ended on purpose."""
    if is_wrapped is None:
        is_wrapped = len(lines) > 1 and median(map(len, lines[:-1])) >= _LONG_LINE
    groups: list[list[str]] = []
    for line in lines:
        goes_on = is_wrapped or (groups and _ITEM.match(groups[-1][0]))
        if groups and goes_on and not _ITEM.match(line):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups
