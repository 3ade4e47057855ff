"""Detection of footnotes at the end of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from indexer.model.document import BlockType
from indexer.readers.pdf.paragraphs import PdfBlock

_SMALL_RATIO = 0.93


def with_footnotes(blocks: Sequence[PdfBlock], body: float) -> list[PdfBlock]:
    """Set the type of the footnotes at the end of a column.

    A footnote is in small type and starts with a number; a superscript number makes a
    note anywhere. A small paragraph without a number continues the note before it.
    """
    start = len(blocks)
    while start and _is_small(blocks[start - 1], body):
        start -= 1
    result = [
        replace(block, type=BlockType.NOTE)
        if block.is_note and _is_small(block, body)
        else block
        for block in blocks[:start]
    ]
    for block in blocks[start:]:
        is_first = not (result and result[-1].type is BlockType.NOTE)
        if _starts_note(block):
            result.append(replace(block, type=BlockType.NOTE))
        elif is_first or block.type is not BlockType.PARAGRAPH:
            result.append(block)
        else:
            text = f"{result[-1].text} {block.text}"
            result[-1] = replace(result[-1], text=text)
    return result


def notes_last(flows: Sequence[list[PdfBlock]]) -> list[list[PdfBlock]]:
    """Move the footnotes of all columns to the end of the page.

    The text of a column continues in the next one, and a footnote would interrupt it.
    """
    texts, notes = [], []
    for flow in flows:
        end = len(flow)
        while end and _is_footnote(flow[end - 1]):
            end -= 1
        texts.append(flow[:end])
        notes += flow[end:]
    return [*filter(None, texts), *([notes] if notes else ())]


def _is_footnote(block: PdfBlock) -> bool:
    # A paragraph that starts with "(1)" may be a list item in small type.
    return block.type is BlockType.NOTE and not block.label.startswith("(")


def _is_small(block: PdfBlock, body: float) -> bool:
    is_text = block.type is not BlockType.TABLE_ROW
    return is_text and block.size <= _SMALL_RATIO * body


def _starts_note(block: PdfBlock) -> bool:
    label = block.label.strip(".)([]")
    return block.is_note or (label.isdigit() and block.type is BlockType.LIST_ITEM)
