"""Builds documents from text: one line for each block, its type by its sign."""

import re

from indexer.model.document import Block, BlockType, Document

_PAGE = re.compile(r"=== *(\d+)(?: *\((.*)\))?")


def a_document(text: str) -> Document:
    """Read lines: `# heading`, `- item`, `| cell | cell`, `^ note`, `=== 12 (x)`.

    The last begins page 12, on which x is printed. Any other line is a paragraph.
    """
    blocks: list[Block] = []
    page: int | None = 1
    label = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        found = _PAGE.fullmatch(line)
        if found is not None:
            page, label = int(found.group(1)), found.group(2) or ""
        else:
            blocks.append(_block(line, page, label))
    return Document(tuple(blocks))


def _block(line: str, page: int | None, label: str) -> Block:
    if line.startswith("#"):
        level = len(line) - len(line.lstrip("#"))
        words = line.lstrip("# ")
        return Block(BlockType.HEADING, words, "", page, label, level)
    if line.startswith("- "):
        return Block(BlockType.LIST_ITEM, line[2:], "", page, label, 1)
    if line.startswith("^ "):
        return Block(BlockType.NOTE, line[2:], "", page, label)
    if line.startswith("|"):
        cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
        joined = " | ".join(cell for cell in cells if cell)
        return Block(BlockType.TABLE_ROW, joined, "", page, label, 0, cells)
    return Block(BlockType.PARAGRAPH, line, "", page, label)
