"""Joins paragraphs that the end of a column, or of a page, cuts in two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from indexer.model.document import BlockType
from indexer.readers.pdf.hyphenation import is_cut
from indexer.readers.pdf.paragraphs import Joiner, Stretch

_CONTINUED = {BlockType.PARAGRAPH, BlockType.LIST_ITEM}
_TRIES = 6
_ENDS = tuple('.!?:;…»”"|')


def join_continued(flows: Sequence[Sequence[Stretch]], joiner: Joiner) -> list[Stretch]:
    """Put the stretches of flows one after another, and join those that are one.

    Notes stand between the two halves; they follow the whole.
    """
    joined: list[Stretch] = []
    for flow in flows:
        for index, stretch in enumerate(flow):
            place = None if index else _continued(joined, stretch)
            if place is None:
                joined.append(stretch)
                continue
            text = joiner.join(joined[place].text, stretch.text)
            joined[place] = replace(joined[place], text=text, is_full=stretch.is_full)
    return joined


def _continued(joined: Sequence[Stretch], stretch: Stretch) -> int | None:
    """Find the paragraph that a stretch goes on with, if it does.

    A box may stand between the halves of a sentence; what begins low is then of the
    last paragraph that was not ended.
    """
    tries = _TRIES if stretch.text[:1].islower() else 1
    for place in range(len(joined) - 1, -1, -1):
        if joined[place].type is BlockType.NOTE:
            continue
        if _goes_on(joined[place], stretch):
            return place
        tries -= 1
        if not tries:
            break
    return None


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
