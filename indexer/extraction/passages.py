"""Splitting of documents into passages, with anchors to pages or headings of files."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from indexer.analysis.tokens import split_at_spaces
from indexer.extraction.proposals.heading_tree import without_contents
from indexer.model.document import Block, BlockType, Document, Passage
from indexer.model.ids import Locale

MAX_WORDS = 120

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def split_passages(document: Document, locale: Locale) -> Iterator[Passage]:
    """Split a document at headings, then between paragraphs, then between sentences.

    A passage never crosses a heading, for it links to its section.
    """
    heading = Block(BlockType.HEADING, "")
    blocks: list[Block] = []
    for block in document.blocks:
        if block.type is BlockType.HEADING:
            yield from _passages(blocks, heading, locale)
            heading, blocks = block, []
        else:
            blocks.append(block)
    yield from _passages(blocks, heading, locale)


def _passages(blocks: list[Block], heading: Block, locale: Locale) -> Iterator[Passage]:
    pieces: list[str] = []
    word_count = 0
    page: int | None = None

    def passage() -> Passage:
        return Passage(locale, " ".join(pieces), heading.text, heading.anchor, page)

    for block in blocks:
        for piece in _pieces(block.text):
            words = len(piece.split())
            if pieces and word_count + words > MAX_WORDS:
                yield passage()
                pieces, word_count = [], 0
            if not pieces:
                # The heading may be at the end of the page before.
                page = block.page
            pieces.append(piece)
            word_count += words
    if pieces:
        yield passage()


def _pieces(text: str) -> Iterator[str]:
    if len(text.split()) <= MAX_WORDS:
        yield text
        return
    for sentence in _SENTENCE_END.split(text):
        words = [word for word in split_at_spaces(sentence) if word]
        for start in range(0, len(words), MAX_WORDS):
            yield " ".join(words[start : start + MAX_WORDS])


def page_anchor(page: int) -> str:
    """Return the anchor of a page."""
    return f"page-{page}"


def anchored(document: Document) -> Document:
    """Return the document with a unique anchor on each heading."""
    return Document(
        tuple(
            dataclasses.replace(block, anchor=f"section-{number}")
            if block.type is BlockType.HEADING
            else block
            for number, block in enumerate(document.blocks, start=1)
        )
    )


def file_passages(
    document: Document, name: str, locale: Locale, language: str = ""
) -> Iterator[Passage]:
    """Split a file into passages, with the anchor of their page or heading.

    `language` is that of the file if it is neither French nor English.
    """
    blocks = tuple(without_contents(anchored(document).blocks))
    searchable = Document(tuple(_with_repeated_headings(blocks)))
    for passage in split_passages(searchable, locale):
        anchor = page_anchor(passage.page) if passage.page else passage.anchor
        yield dataclasses.replace(passage, anchor=anchor, file=name, language=language)


def _with_repeated_headings(blocks: Sequence[Block]) -> Iterator[Block]:
    """Repeat headings without text as paragraphs, so that they are searchable."""
    for block, following in zip_longest(blocks, blocks[1:]):
        yield block
        is_heading = block.type is BlockType.HEADING
        if is_heading and (following is None or following.type is BlockType.HEADING):
            yield dataclasses.replace(block, type=BlockType.PARAGRAPH)
