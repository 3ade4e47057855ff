"""Passages of a file, with anchors to its pages or headings."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from indexer.extraction.passages import split_passages
from indexer.extraction.proposals.heading_tree import without_contents
from indexer.model.document import Block, BlockType, Document, Passage
from indexer.model.ids import Locale


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


def file_passages(document: Document, name: str, locale: Locale) -> Iterator[Passage]:
    """Split a file into passages, with the anchor of their page or heading."""
    blocks = tuple(without_contents(anchored(document).blocks))
    searchable = Document(tuple(_with_repeated_headings(blocks)))
    for passage in split_passages(searchable, locale):
        anchor = page_anchor(passage.page) if passage.page else passage.anchor
        yield dataclasses.replace(passage, anchor=anchor, file=name)


def _with_repeated_headings(blocks: Sequence[Block]) -> Iterator[Block]:
    """Repeat headings without text as paragraphs, so that they are searchable."""
    for block, following in zip_longest(blocks, blocks[1:]):
        yield block
        is_heading = block.type is BlockType.HEADING
        if is_heading and (following is None or following.type is BlockType.HEADING):
            yield dataclasses.replace(block, type=BlockType.PARAGRAPH)
