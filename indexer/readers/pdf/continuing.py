"""Joins paragraphs that the end of a column, or of a page, cuts in two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from indexer.model.document import BlockType
from indexer.readers.pdf.hyphens import is_cut
from indexer.readers.pdf.paragraphs import Joiner, Stretch

_CONTINUED = {BlockType.PARAGRAPH, BlockType.LIST_ITEM}
_ENDS = tuple('.!?:;…»”"|')


def join_continued(flows: Sequence[Sequence[Stretch]], joiner: Joiner) -> list[Stretch]:
    """Put the stretches of flows one after another, and join those that are one.

    Notes stand between the two halves; they follow the whole.
    """
    joined: list[Stretch] = []
    last: int | None = None
    for flow in flows:
        for index, stretch in enumerate(flow):
            is_first = index == 0
            if is_first and last is not None and _goes_on(joined[last], stretch):
                text = joiner.join(joined[last].text, stretch.text)
                joined[last] = replace(joined[last], text=text, is_full=stretch.is_full)
                continue
            joined.append(stretch)
            if stretch.type is not BlockType.NOTE:
                last = len(joined) - 1
    return joined


def _goes_on(last: Stretch, stretch: Stretch) -> bool:
    if last.type not in _CONTINUED or stretch.type is not BlockType.PARAGRAPH:
        return False
    if abs(last.size - stretch.size) > 0.6 or stretch.page - last.page > 1:
        return False
    if last.is_bold != stretch.is_bold or last.text.endswith(_ENDS):
        return False
    if is_cut(last.text):
        return True
    begins_low = stretch.text[:1].islower()
    goes_to_edge = last.is_full and last.lines > 1
    return begins_low or (goes_to_edge and stretch.text[:1].isalnum())
