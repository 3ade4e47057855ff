"""Paragraphs that continue in the next column or on the next page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from indexer.model.document import BlockType
from indexer.readers.pdf.hyphenation import is_hyphenated
from indexer.readers.pdf.paragraphs import LineJoiner, PdfBlock

_JOINABLE = {BlockType.PARAGRAPH, BlockType.LIST_ITEM}
_MAX_CANDIDATES = 6
_SENTENCE_ENDS = tuple('.!?:;…»”"|')


def joined_across_columns(
    flows: Iterable[Sequence[PdfBlock]], joiner: LineJoiner
) -> list[PdfBlock]:
    """Concatenate flows, and join paragraphs that a column or page break splits.

    Footnotes between the two halves come after the joined paragraph.
    """
    joined: list[PdfBlock] = []
    for flow in flows:
        for index, block in enumerate(flow):
            target = None if index else _continued_block(joined, block)
            if target is None:
                joined.append(block)
                continue
            text = joiner.join(joined[target].text, block.text)
            joined[target] = replace(
                joined[target], text=text, is_full=block.is_full, broken_lines=()
            )
    return joined


def _continued_block(joined: Sequence[PdfBlock], block: PdfBlock) -> int | None:
    """Return the index of the paragraph that a block continues, if any.

    A box may be between the halves of a sentence: so a block in lower case continues
    one of the last six blocks that has no end of sentence.
    """
    max_candidates = _MAX_CANDIDATES if block.text[:1].islower() else 1
    candidates = (
        index
        for index in reversed(range(len(joined)))
        if joined[index].type is not BlockType.NOTE
    )
    for index in islice(candidates, max_candidates):
        if _continues(joined[index], block):
            return index
    return None


def _continues(last: PdfBlock, block: PdfBlock) -> bool:
    if last.type not in _JOINABLE or block.type is not BlockType.PARAGRAPH:
        return False
    if abs(last.size - block.size) > 0.6 or block.page - last.page > 1:
        return False
    if last.is_bold != block.is_bold or last.text.endswith(_SENTENCE_ENDS):
        return False
    if is_hyphenated(last.text):
        return True
    is_lower_case = block.text[:1].islower()
    fills_line = last.is_full and last.lines > 1
    return is_lower_case or (fills_line and block.text[:1].isalnum())
