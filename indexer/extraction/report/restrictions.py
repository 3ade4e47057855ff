"""Detection of documents that say they are not for the public.

The first pages, the headers and footers, and the properties of a file are searched for
a dissemination level, for classification marks, and for sentences.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from operator import itemgetter

from indexer.analysis.tokens import fold, normalize
from indexer.extraction.report.restriction_patterns import (
    BOX,
    CAPITAL_MARK,
    CLOSED,
    CLOSED_CODES,
    CLOSED_NAMES,
    CODE_LIST,
    COPYRIGHT,
    DISCLOSED,
    DOCUMENT,
    LABELS,
    MARK,
    MARK_END,
    NEGATED,
    PUBLIC_CODES,
    PUBLIC_NAMES,
    PUBLIC_VERSION,
    REPORTING,
    TREATED,
    TYPE_AND_LEVEL,
)
from indexer.model.document import Block, BlockType, FileProperties
from indexer.model.proposals import ExtractedFact, FactOrigin, Likelihood, MetadataField

_MAX_QUOTATION = 300
_MAX_MARK_WORDS = 18
_MAX_VALUE_WORDS = 14
_MAX_GAP = 120
_MAX_LABEL = 60
_MAX_GRID_GAP = 2

_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=\W?[^\W\d_a-zà-þα-ω])|\n+")
_SEPARATOR = re.compile(r"\s+[-–—]\s+|\s*[|/•·:;()\[\]©®*_]\s*|\s{2,}|(?<=\w)[.!,]\s+")
_BRACKETS = r"(?:[(\[][^)\]]*[)\]]\s*)?"
_LABEL = re.compile(rf"(?:^|.*\W)(?:{LABELS})\s*{_BRACKETS}", re.DOTALL)
_LABEL_VALUE = re.compile(
    rf"(?:^|\W)(?:{LABELS})\s*{_BRACKETS}[:|=–-]\s*(?P<value>.+)",
    re.DOTALL,
)
_LEADING_LABEL = re.compile(rf"\W*(?:{LABELS})\s*{_BRACKETS}[:|=–-]*\s+(?P<value>.+)")
_CODE_WORDS = re.compile(r"\W*(?:[a-z]{1,4}(?:-[a-z]{2,3})?(?:/[a-z-]+)?\W+)?")
_NAMES = re.compile(rf"\b(?:(?P<public>{PUBLIC_NAMES})|(?P<closed>{CLOSED_NAMES}))")


class _Level(Enum):
    """A dissemination level, or the state of a box beside a level."""

    PUBLIC = "public"
    CLOSED = "closed"
    ON = "on"
    OFF = "off"


_BOXES = {_Level.ON, _Level.OFF}


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with its plain form: without accents, in lower case."""

    text: str
    plain: str
    block: Block


def find_restriction(
    blocks: Sequence[Block],
    margins: Sequence[Block] = (),
    properties: FileProperties | None = None,
) -> ExtractedFact | None:
    """Return the words by which a document says that it is not public, or None.

    Args:
        blocks: The blocks of its first pages.
        margins: Its headers and footers.
        properties: The properties of the file.
    """
    level, grid = _stated_level(blocks)
    if level is not None:
        return _fact(level.text, level.page)
    lines = [
        line
        for position, block in enumerate(blocks)
        if position not in grid
        for line in _lines(block)
    ]
    lines += [line for block in margins for line in _lines(block)]
    for line in lines:
        if _is_mark(line) or _is_closed_sentence(line.plain):
            return _fact(line.text, line.block.page)
    return _labelled_property(properties or FileProperties())


def is_closed_level(text: str) -> bool:
    """Return whether a dissemination level is not public, such as "CO"."""
    return _value_level(text) is _Level.CLOSED


def _fact(text: str, page: int | None) -> ExtractedFact:
    words = " ".join(text.split())[:_MAX_QUOTATION]
    origin = FactOrigin(words, page)
    return ExtractedFact(MetadataField.RESTRICTION, (words,), origin, Likelihood.HIGH)


def _labelled_property(properties: FileProperties) -> ExtractedFact | None:
    for text in (properties.title, *properties.labels):
        block = Block(BlockType.PARAGRAPH, text)
        value = _label_value(text)
        if any(map(_is_mark, _lines(block))) or (value and is_closed_level(value)):
            origin = FactOrigin(property="labels")
            return ExtractedFact(
                MetadataField.RESTRICTION, (text,), origin, Likelihood.MEDIUM
            )
    return None


def _plain(text: str) -> str:
    plain = fold(normalize(text)).replace("'", " ").replace("_", " ")
    return " ".join(plain.split())


def _lines(block: Block) -> Iterator[_Line]:
    for sentence in _SENTENCE_END.split(block.text):
        if sentence.strip():
            yield _Line(sentence.strip(), _plain(sentence), block)


# Dissemination levels


def _stated_level(blocks: Sequence[Block]) -> tuple[Block | None, set[int]]:
    """Return the block that states a closed level, and the blocks that list levels."""
    grid: set[int] = set()
    closed: Block | None = None
    for rows in _grids(blocks):
        grid.update(rows)
        ticked = _ticked_row([blocks[row] for row in rows])
        closed = closed or ticked
    for position in range(len(blocks)):
        if position in grid:
            continue
        value, source = _stated_value(blocks, position)
        if value and is_closed_level(value):
            closed = closed or source
            grid.add(position)
        elif value and _value_level(value) is not None:
            grid.add(position)
    return closed, grid


def _stated_value(blocks: Sequence[Block], position: int) -> tuple[str, Block]:
    """Return the level after its label, in its cell or in the next block.

    The level is returned with the block that states it; "" if there is none.
    """
    block = blocks[position]
    following = blocks[position + 1] if position + 1 < len(blocks) else block
    cells = [cell.strip() for cell in block.cells]
    for index in (index for index, cell in enumerate(cells) if _is_label(cell)):
        rest = next(filter(None, cells[index + 1 :]), "")
        if _value_level(rest) is not None:
            return rest, block
        if len(following.cells) == len(cells):
            return following.cells[index].strip(), following
    if not block.cells and _is_label(block.text):
        return following.text, following
    if len(block.text.split()) <= _MAX_VALUE_WORDS and (
        typed := TYPE_AND_LEVEL.search(block.text)
    ):
        return typed["value"], block
    return _label_value(block.text), block


def _is_label(text: str) -> bool:
    if len(text) > _MAX_LABEL:
        return False
    return _LABEL.fullmatch(_plain(text).rstrip(" :*")) is not None


def _label_value(text: str) -> str:
    """Return the words after the label of a level, with their capital letters."""
    plain = _plain(text)
    match = _LABEL_VALUE.search(plain) or _LEADING_LABEL.match(plain)
    if match is None:
        return ""
    words = " ".join(text.split())
    # A ligature may make the plain text longer.
    start = match.start("value") if len(plain) == len(words) else 0
    return words[start:]


def _value_level(value: str) -> _Level | None:
    """Return the only level that a short value names; None for several or none."""
    value = " ".join(value.split())
    plain = _plain(value)
    if NEGATED.match(plain) or len(value.split()) > _MAX_VALUE_WORDS:
        codes = set(_codes(value.split(" ")[0]))
        return codes.pop() if len(codes) == 1 else None
    if BOX.search(value):
        levels = set(_ticked_levels(value))
        return levels.pop() if len(levels) == 1 else None
    levels = set(_codes(value))
    rest = plain[code.end() :] if (code := _CODE_WORDS.match(plain)) else plain
    names = (_NAMES.match(text) for text in (plain, rest))
    levels |= {_name_level(match) for match in names if match is not None}
    return levels.pop() if len(levels) == 1 else None


def _codes(text: str) -> Iterator[_Level]:
    if PUBLIC_CODES.search(text):
        yield _Level.PUBLIC
    if CLOSED_CODES.search(text):
        yield _Level.CLOSED


def _name_level(match: re.Match[str]) -> _Level:
    return _Level.PUBLIC if match["public"] else _Level.CLOSED


def _row_level(block: Block) -> _Level | None:
    """Return the level that a row of a grid is about, by its first words."""
    text = BOX.sub(" ", block.text).strip(" |:-–—=•*")
    words = text.split()
    if not words:
        return None
    for level in _codes(words[0].strip("(),:=;")):
        return level
    match = _NAMES.match(_plain(text))
    return _name_level(match) if match is not None else None


def _grids(blocks: Sequence[Block]) -> Iterator[list[int]]:
    """Yield the positions of the rows of each list of levels.

    Such a list names a public level and others, in a block each or all in one.
    """
    rows: list[int] = []
    for position, block in enumerate(blocks):
        is_row = _row_level(block) is not None or len(set(_levels_in(block.text))) > 1
        is_tick = bool(rows) and bool(BOX.fullmatch(block.text.strip()))
        if rows and position - rows[-1] > _MAX_GRID_GAP:
            yield from _grid(blocks, rows)
            rows = []
        if is_row or is_tick:
            rows.append(position)
    yield from _grid(blocks, rows)


def _grid(blocks: Sequence[Block], rows: list[int]) -> Iterator[list[int]]:
    levels = {level for row in rows for level in _levels_in(blocks[row].text)}
    levels |= {level for row in rows if (level := _row_level(blocks[row]))}
    if {_Level.PUBLIC, _Level.CLOSED} <= levels:
        yield rows


def _levels_in(text: str) -> Iterator[_Level]:
    """Yield the levels that a text lists: by codes, or by names beside boxes.

    The list after a label, such as "(PU/CO)", does not count.
    """
    text = CODE_LIST.sub("", text)
    yield from _codes(text)
    if BOX.search(text):
        yield from map(_name_level, _NAMES.finditer(_plain(text)))


def _ticked_row(rows: Sequence[Block]) -> Block | None:
    """Return the row whose closed level is ticked, or None."""
    for before, block in pairwise((rows[0], *rows)):
        boxes = {_box(match) for match in BOX.finditer(block.text)}
        level = _row_level(block)
        if level is None and boxes == {_Level.ON}:
            level = _row_level(before)  # The tick is a block of its own.
        if len(set(_levels_in(block.text))) > 1:
            is_ticked = _Level.CLOSED in _ticked_levels(block.text)
        else:
            is_ticked = level is _Level.CLOSED and _Level.ON in boxes
        if is_ticked:
            return before if BOX.fullmatch(block.text.strip()) else block
    return None


def _ticked_levels(text: str) -> Iterator[_Level]:
    """Yield the ticked levels of a text such as "☒ PU ☐ CO" or "PU ☒ CO ☐"."""
    marks = sorted(
        [(match.start(), _box(match)) for match in BOX.finditer(text)]
        + [(match.start(), _Level.PUBLIC) for match in PUBLIC_CODES.finditer(text)]
        + [(match.start(), _Level.CLOSED) for match in CLOSED_CODES.finditer(text)]
        + [
            (match.start(), _name_level(match))
            for match in _NAMES.finditer(text.casefold())
        ],
        key=itemgetter(0),
    )
    is_before = bool(marks) and marks[0][1] in _BOXES
    ordered = marks if is_before else marks[::-1]
    box: _Level | None = None
    for _, mark in ordered:
        if mark in _BOXES:
            box = mark
        elif box is not None:
            if box is _Level.ON:
                yield mark
            box = None


def _box(match: re.Match[str]) -> _Level:
    return _Level.ON if match["on"] else _Level.OFF


# Marks and sentences

_MARK_LINE = re.compile(rf"\W*{MARK}{MARK_END}\W*")


def _is_mark(line: _Line) -> bool:
    """Return whether a short line is, or has between its separators, a mark."""
    words = line.plain.split()
    if not words or len(words) > _MAX_MARK_WORDS or NEGATED.search(line.plain):
        return False
    if _MARK_LINE.fullmatch(line.plain):
        return True
    segments = filter(None, _SEPARATOR.split(line.text))
    if any(_is_mark_segment(segment) for segment in segments):
        return True
    capital = CAPITAL_MARK.search(line.text)
    rest = line.text.replace(capital[0], "") if capital is not None else ""
    is_last = capital is not None and not line.text[capital.end() :].strip(" .!|")
    return is_last or any(char.islower() for char in rest)


def _is_mark_segment(text: str) -> bool:
    plain = _plain(text)
    return len(plain) > 3 and _MARK_LINE.fullmatch(plain) is not None


def _is_closed_sentence(plain: str) -> bool:
    """Return whether a sentence says of its document that it is not public."""
    if PUBLIC_VERSION.search(plain):
        return False
    treated = TREATED.search(plain)
    if treated is not None and not plain[: treated.start()].strip(" –-:"):
        return not NEGATED.search(plain)
    return any(_is_said_of_document(plain, match) for match in CLOSED.finditer(plain))


_DOCUMENT = re.compile(rf"(?:^|\b){DOCUMENT}")


def _is_said_of_document(plain: str, match: re.Match[str]) -> bool:
    """Return whether the document is what a predicate is about."""
    if any(
        negated.start() < match.end() and match.start() < negated.end()
        for negated in NEGATED.finditer(plain)
        if not DISCLOSED.search(match[0])
    ):
        return False
    if COPYRIGHT.search(plain) and not DISCLOSED.search(plain):
        return False
    before = plain[: match.start()]
    gaps = [before[subject.end() :] for subject in _DOCUMENT.finditer(before + " ")]
    if not before.strip():
        return True
    return any(len(gap) <= _MAX_GAP and not REPORTING.search(gap) for gap in gaps)


def closed_words(facts: Sequence[ExtractedFact]) -> ExtractedFact | None:
    """Return the fact by which a document says that it is not public, or None.

    Extractions of earlier versions have a mark or a level as dissemination level.
    """
    for fact in facts:
        if fact.field is MetadataField.RESTRICTION:
            return fact
    for fact in facts:
        if fact.field is MetadataField.DISSEMINATION:
            lines = _lines(Block(BlockType.PARAGRAPH, fact.value))
            if is_closed_level(fact.value) or any(map(_is_mark, lines)):
                return fact
    return None
