"""Tells footnotes from the text above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from indexer.model.document import BlockType
from indexer.readers.pdf.paragraphs import Stretch

_SMALL = 0.93


def mark_notes(stretches: Sequence[Stretch], body: float) -> list[Stretch]:
    """Mark the notes at the end of a column: small letters, begun by a number.

    Those that begin by a raised number are notes wherever they stand. What follows a
    note in letters as small, without a number, is of that note.
    """
    start = len(stretches)
    while start and _is_small(stretches[start - 1], body):
        start -= 1
    marked = [
        replace(stretch, type=BlockType.NOTE)
        if stretch.is_note and _is_small(stretch, body)
        else stretch
        for stretch in stretches[:start]
    ]
    for stretch in stretches[start:]:
        is_first = not (marked and marked[-1].type is BlockType.NOTE)
        if _begins_note(stretch):
            marked.append(replace(stretch, type=BlockType.NOTE))
        elif is_first or stretch.type is not BlockType.PARAGRAPH:
            marked.append(stretch)
        else:
            text = f"{marked[-1].text} {stretch.text}"
            marked[-1] = replace(marked[-1], text=text, bottom=stretch.bottom)
    return marked


def with_notes_last(flows: Sequence[list[Stretch]]) -> list[list[Stretch]]:
    """Put the notes that end columns at the end of their page.

    The text of a column goes on in the next: its notes would stand in a sentence, or
    between a title and what it is the title of.
    """
    texts, notes = [], []
    for flow in flows:
        end = len(flow)
        while end and _is_foot(flow[end - 1]):
            end -= 1
        texts.append(flow[:end])
        notes += flow[end:]
    return [*filter(None, texts), *([notes] if notes else ())]


def _is_foot(stretch: Stretch) -> bool:
    # What begins with "(1)" may be an item of a list in small letters.
    return stretch.type is BlockType.NOTE and not stretch.mark.startswith("(")


def _is_small(stretch: Stretch, body: float) -> bool:
    is_text = stretch.type is not BlockType.TABLE_ROW
    return is_text and stretch.size <= _SMALL * body


def _begins_note(stretch: Stretch) -> bool:
    mark = stretch.mark.strip(".)([]")
    return stretch.is_note or (mark.isdigit() and stretch.type is BlockType.LIST_ITEM)
