"""Cuts a document into passages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.model.document import Block, BlockType, Document, Passage
from indexer.model.ids import Locale

MAX_WORDS = 120

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def split_passages(
    document: Document, locale: Locale, *, max_words: int = MAX_WORDS
) -> Iterator[Passage]:
    """Cut a document at its headings, then between paragraphs, then at sentence ends.

    A passage never crosses a heading: its link must land in the right section.
    """
    heading = Block(BlockType.HEADING, "")
    blocks: list[Block] = []
    for block in document.blocks:
        if block.type is BlockType.HEADING:
            yield from _passages(blocks, heading, locale, max_words)
            heading, blocks = block, []
        else:
            blocks.append(block)
    yield from _passages(blocks, heading, locale, max_words)


def _passages(
    blocks: list[Block], heading: Block, locale: Locale, max_words: int
) -> Iterator[Passage]:
    held: list[str] = []
    held_words = 0
    page: int | None = None

    def passage() -> Passage:
        return Passage(locale, " ".join(held), heading.text, heading.anchor, page)

    for block in blocks:
        for piece in _pieces(block.text, max_words):
            words = len(piece.split())
            if held and held_words + words > max_words:
                yield passage()
                held, held_words = [], 0
            if not held:
                # A heading may stand at the foot of the page before.
                page = block.page
            held.append(piece)
            held_words += words
    if held:
        yield passage()


def _pieces(text: str, max_words: int) -> Iterator[str]:
    if len(text.split()) <= max_words:
        yield text
        return
    for sentence in _SENTENCE_END.split(text):
        words = sentence.split()
        for start in range(0, len(words), max_words):
            yield " ".join(words[start : start + max_words])
