"""From what was read in a file to its passages, and to places that links lead to."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from indexer.extraction.passages import split_passages
from indexer.extraction.proposals.heading_tree import without_contents
from indexer.model.document import Block, BlockType, Document, Passage
from indexer.model.ids import Locale


def page_anchor(page: int) -> str:
    """Give the place of a page in the text of its file."""
    return f"page-{page}"


def anchored(document: Document) -> Document:
    """Give each heading a place of its own, in the order of the document."""
    return Document(
        tuple(
            dataclasses.replace(block, anchor=f"section-{number}")
            if block.type is BlockType.HEADING
            else block
            for number, block in enumerate(document.blocks, start=1)
        )
    )


def file_passages(document: Document, name: str, locale: Locale) -> Iterator[Passage]:
    """Cut the text of a file; each passage leads to its page, else to its heading."""
    told = Document(tuple(_with_lone_headings(without_contents(anchored(document)))))
    for passage in split_passages(told, locale):
        anchor = page_anchor(passage.page) if passage.page else passage.anchor
        yield dataclasses.replace(passage, anchor=anchor, file=name)


def _with_lone_headings(document: Document) -> Iterator[Block]:
    """Repeat as text each heading that has none under it: it is to be found too."""
    blocks = document.blocks
    for number, block in enumerate(blocks):
        yield block
        is_heading = block.type is BlockType.HEADING
        following = blocks[number + 1] if number + 1 < len(blocks) else None
        if is_heading and (following is None or following.type is BlockType.HEADING):
            yield dataclasses.replace(block, type=BlockType.PARAGRAPH)
