"""Finds the dates of a cover, each with the words and the place it is found in."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice, pairwise

from indexer.analysis.text_dates import DatedText, dated_texts
from indexer.analysis.tokens import fold, normalize
from indexer.extraction.report.cover import Cover, labelled_values
from indexer.model.dates import PartialDate
from indexer.model.document import Block, BlockType
from indexer.model.proposals import MetadataField

MAX_LINE_WORDS = 30
"""The words of a block from which it is text, whose dates are rarely its own."""

WORDS_BEFORE = 8
MAX_CANDIDATE_DATES = 150
"""The number of dates that are compared: a page may be a list of thousands."""

MAX_DATED_LENGTH = 3000

_MONTH_AT_END = re.compile(r"(?<![\w./-])(0[1-9]|1[0-2])\s+((?:19|20)\d\d)$")
_YEAR = re.compile(r"(?<![\d/.–-])(?<!horizon )(?:19|20)\d\d(?![\d/–-])")
_DATE_HEADER = re.compile(
    r"(?:(?:issue|revision|release|version|submission) )?dates?"
    r"(?: (?:of|de) (?:issue|change|revision|version|la version))?|datum|data|fecha",
    re.IGNORECASE,
)
_CUT_YEAR = re.compile(r"(?<=[./-]\d{3}) (?=\d\b)")
"""Where a narrow cell breaks a date."""


class DateSource(StrEnum):
    """The kind of place that a date is in."""

    LABEL = "label"
    LINE = "line"
    CELL = "cell"
    HISTORY = "history"
    MARGIN = "margin"
    ENDING = "end of the document"
    TITLE = "title"
    FILE_NAME = "file name"


@dataclass(frozen=True, slots=True)
class DateCandidate:
    """A date where it is found.

    Attributes:
        date: the day, the month or the year.
        before, after: the folded words around it on its line, in its cell or block.
        source: the kind of place.
        label: the label, or the header of the column, in lower case.
        block: the block that has it, if one has.
        number: the number of this block among those of the cover, -1 for others.
    """

    date: PartialDate
    before: str
    after: str
    source: DateSource
    label: str = ""
    block: Block | None = None
    number: int = -1


def date_candidates(
    cover: Cover, title: str, margins: Sequence[Block]
) -> Iterator[DateCandidate]:
    """Yield the first dates of a cover, those of labels first.

    Args:
        cover: the first pages of a document, and its end.
        title: the title of the document.
        margins: its running headers and footers.
    """
    yield from islice(_all_candidates(cover, title, margins), MAX_CANDIDATE_DATES)


def _all_candidates(
    cover: Cover, title: str, margins: Sequence[Block]
) -> Iterator[DateCandidate]:
    known: set[tuple[int, PartialDate]] = set()
    for candidate in chain(_labelled(cover), _history(cover)):
        known.add((candidate.number, candidate.date))
        yield candidate
    for candidate in _in_blocks(cover):
        if (candidate.number, candidate.date) not in known:
            yield candidate
    above = ""
    for block in cover.ending:
        for candidate in _of_block(block, -1, above):
            yield dataclasses.replace(candidate, source=DateSource.ENDING)
        above = block.text
    texts = [(DateSource.MARGIN, margin.text, margin) for margin in margins]
    name = re.sub(r"[_-]", " ", cover.stem)
    others = ((DateSource.TITLE, title, None), (DateSource.FILE_NAME, name, None))
    for source, text, margin in (*texts, *others):
        for dated in _dates_in(text, years=True):
            yield DateCandidate(*dated, source, block=margin)


def _labelled(cover: Cover) -> Iterator[DateCandidate]:
    numbers = {id(block): number for number, block in enumerate(cover.blocks)}
    for value, block, label in labelled_values(cover, MetadataField.DATE):
        number = numbers.get(id(block), -1)
        for dated in _dates_in(value)[:1]:
            yield DateCandidate(*dated, DateSource.LABEL, label, block, number)


def _in_blocks(cover: Cover) -> Iterator[DateCandidate]:
    above = ""
    for number, block in enumerate(cover.blocks):
        if block.type is not BlockType.NOTE:
            yield from _of_block(block, number, above)
        above = block.text


def _of_block(block: Block, number: int, above: str) -> Iterator[DateCandidate]:
    label = above.casefold() if len(above.split()) <= WORDS_BEFORE else ""
    for position, cell in enumerate(block.cells):
        left = next(filter(None, reversed(block.cells[:position])), "")
        right = next(filter(None, block.cells[position + 1 :]), "")
        label_beside = left.casefold()[:80]
        for dated in _dates_in(cell, years=len(cell.split()) <= MAX_LINE_WORDS):
            found = dated._replace(after=dated.after or fold(normalize(right))[:80])
            yield DateCandidate(*found, DateSource.CELL, label_beside, block, number)
    if block.cells:
        return
    lines = block.lines if len(block.lines) > 1 else (block.text,)
    for line_above, line in pairwise(("", *lines)):
        is_label = line_above and len(line_above.split()) <= WORDS_BEFORE
        is_short = len(line.split()) <= MAX_LINE_WORDS
        for dated in _dates_in(line, years=is_short):
            own = line_above.casefold() if is_label else label
            yield DateCandidate(*dated, DateSource.LINE, own, block, number)
            label = ""


def _history(cover: Cover) -> Iterator[DateCandidate]:
    """Yield the dates in a table with a column of dates."""
    column, header = -1, ""
    for number, block in enumerate(cover.blocks):
        cells = [cell.strip() for cell in block.cells]
        found = next(
            (n for n, each in enumerate(cells) if _DATE_HEADER.fullmatch(each)), -1
        )
        if found >= 0 and len(cells) > 2:
            column, header = found, " ".join(cells).casefold()
        elif 0 <= column < len(cells):
            for dated in _dates_in(_CUT_YEAR.sub("", cells[column]))[:1]:
                row = " ".join(cells).casefold()
                yield DateCandidate(
                    dated.date, row, "", DateSource.HISTORY, header, block, number
                )
        else:
            column = -1


def _dates_in(text: str, *, years: bool = False) -> list[DatedText]:
    """Return the dates of a text; "03 2020" at its end is a month; years if asked."""
    text = _MONTH_AT_END.sub(r"\1/\2", text[:MAX_DATED_LENGTH].strip())
    found = dated_texts(text)
    if not years:
        return found
    plain = fold(normalize(text))
    taken = {str(dated.date)[:4] for dated in found}
    for match in _YEAR.finditer(plain):
        date = PartialDate.parse(match[0])
        if date is not None and match[0] not in taken:
            found.append(DatedText(date, plain[: match.start()], plain[match.end() :]))
    return found
