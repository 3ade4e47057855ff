"""Finds the texts of a cover that may be its title: blocks, their lines, and spans."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from indexer.analysis.record_codes import OUTPUT
from indexer.extraction.proposals.wording import title_of
from indexer.extraction.report.cover import (
    MAX_TITLE_WORDS,
    MIN_BODY_WORDS,
    Cover,
    labelled_values,
)
from indexer.model.document import Block, BlockType
from indexer.model.proposals import MetadataField

MAX_BLOCKS = 25
"""The number of blocks of the first page that may have the title."""

MAX_SPAN = 5
"""The number of blocks in which a title may be cut."""

MAX_WORDS = 50
MAX_TITLE_CHARACTERS = 250
MAX_DECLARED_CHARACTERS = 1000

_TITLE_EDGES = " .;:,–—-*†\N{ASTERISK OPERATOR}"
_REPLY_PREFIXES = re.compile(r"\A(?:(?:re|tr|fwd?|réf|aw)\s*:\s*)+", re.IGNORECASE)
_CODE_PREFIX = re.compile(
    r"\A(?:(?:deliverable|livrable)\s*+(?:no\.?|n\s?[°º])?\s*+:?\s*+\(?[DL]?\s?-?\s?"
    r"|\(?D\s?-?\s?)\d{1,2}"
    r"(?:(?:[._]\d{1,2})*+[a-z]?\)?\s*[:–—.,/_|-]+\s*(?!\d)"
    r"|(?:[._]\d{1,2})++[a-z]?\)?\s+)(?=\S)"
    r"|\A(?:(?:deliverable|livrable|output)\s*:?\s*)?[DO]\.(?:[A-Z]\d{0,2})?"
    r"(?:\.?\d{1,3})(?:\.\d{1,3})++\s*[:–—/-]?\s+(?=\S)"
    rf"|\A{OUTPUT}\s*[:–—-]\s+(?=\S)",
    re.IGNORECASE,
)
"""The whole code of a deliverable before its title; half a code does not match."""


class Source(StrEnum):
    """The kind of place that a candidate is from."""

    LABEL = "label"
    CELL = "cell"
    BLOCK = "block"
    FIRST_LINES = "first-lines"
    LAST_LINES = "last-lines"
    SPAN = "span"
    PROPERTY = "property"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that may be the title.

    `start` and `stop` are the first block of the first page that has it and the one
    after the last; both are 0 for a property. `rest` is what a block has beside it.
    """

    text: str
    source: Source
    block: Block | None
    start: int = 0
    stop: int = 0
    rest: str = ""


def title_candidates(cover: Cover) -> Iterator[Candidate]:
    """Yield the candidates of a cover, those of labels first."""
    for each in _texts(cover):
        has_words = any(map(str.isalpha, each.text))
        if has_words and len(each.text.split()) <= MAX_WORDS and not _is_body(each):
            yield each


def front_blocks(cover: Cover) -> Sequence[Block]:
    """Return the first blocks of the first page, before its body text."""
    blocks = cover.first_page[:MAX_BLOCKS]
    return list(takewhile(lambda block: not _is_text(block), blocks))


def _is_text(block: Block) -> bool:
    count = len(block.text.split())
    if block.type is not BlockType.PARAGRAPH or count < MIN_BODY_WORDS:
        return False
    return _is_sentence(block) or count > MAX_TITLE_WORDS


def _is_body(candidate: Candidate) -> bool:
    """Return whether a candidate is a sentence of the text."""
    is_line = candidate.source not in {Source.LABEL, Source.CELL}
    block = candidate.block
    return is_line and block is not None and _is_sentence(block)


def _texts(cover: Cover) -> Iterator[Candidate]:
    blocks = front_blocks(cover)
    for value, block, _label in labelled_values(cover, MetadataField.TITLE):
        yield Candidate(value, Source.LABEL, block)
    for number, block in enumerate(blocks):
        if block.cells:
            for cell in filter(None, map(str.strip, block.cells)):
                yield Candidate(cell, Source.CELL, block, number, number + 1)
        else:
            yield from _of_block(block, number)
            yield from _spans(blocks, number)
    if text := declared_title(cover):
        yield Candidate(text, Source.PROPERTY, None)


def declared_title(cover: Cover) -> str:
    """Return the title property, truncated if very long."""
    return cover.properties.title[:MAX_DECLARED_CHARACTERS].strip()


def _of_block(block: Block, number: int) -> Iterator[Candidate]:
    stop = number + 1
    yield Candidate(block.text, Source.BLOCK, block, number, stop)
    for cut in range(1, len(block.lines)):
        first, last = " ".join(block.lines[:cut]), " ".join(block.lines[cut:])
        yield Candidate(first, Source.FIRST_LINES, block, number, stop, last)
        yield Candidate(last, Source.LAST_LINES, block, number, stop, first)


def _spans(blocks: Sequence[Block], start: int) -> Iterator[Candidate]:
    """Yield a block with the next one, with the next two, and so on."""
    text = blocks[start].text
    if _is_sentence(blocks[start]):
        return
    for stop in range(start + 2, min(start + MAX_SPAN, len(blocks)) + 1):
        if blocks[stop - 1].cells or _is_sentence(blocks[stop - 1]):
            return
        text = f"{text} {blocks[stop - 1].text}"
        if len(text.split()) > MAX_WORDS:
            return
        yield Candidate(text, Source.SPAN, blocks[start], start, stop)


def _is_sentence(block: Block) -> bool:
    text = block.text.rstrip()
    return block.type is not BlockType.HEADING and text.endswith(".")


def clean_title(text: str) -> str:
    """Return a whole title without reply prefixes and code; only a long one is cut."""
    text = _REPLY_PREFIXES.sub("", " ".join(text.split()), count=1)
    title = without_code(text).strip(_TITLE_EDGES)
    if len(title) > MAX_TITLE_CHARACTERS:
        return title_of(title)
    return f"{title[:1].upper()}{title[1:]}"


def without_code(text: str) -> str:
    """Return a text without the code of a deliverable at its beginning."""
    return _CODE_PREFIX.sub("", text, count=1)
