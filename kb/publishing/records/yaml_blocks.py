"""Fields as they stand in a file: each with its lines, and the remarks above it.

So that what a form changes is changed, and all else stays as somebody typed it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indexer.corpus.yaml_lines import Mapping as YamlMapping
from indexer.corpus.yaml_lines import YamlSyntaxError, YamlValue, read_yaml

_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*):(?:\s|$)")
_ASKED = re.compile(r"^#.*\b([a-z_0-9]+):$")
"""A remark that asks for a field, as drafts hold."""


@dataclass(frozen=True, slots=True)
class YamlBlock:
    """A field of a file: the remarks above it, its lines, and the line of its name."""

    name: str
    remarks: tuple[str, ...]
    lines: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class FieldBlocks:
    """The fields of a text; `blocks` is None when it is laid out in another way."""

    values: Mapping[str, YamlValue]
    blocks: tuple[YamlBlock, ...] | None
    remarks: tuple[str, ...] = ()
    """What stands after the last field."""


def read_blocks(text: str, *, first_line: int = 1) -> FieldBlocks:
    """Read the fields of a text.

    Raises:
        YamlSyntaxError: the text can't be read as fields.
    """
    value = read_yaml(text, first_line=first_line)
    if value is None:
        return FieldBlocks({}, (), tuple(text.splitlines()))
    if not isinstance(value, YamlMapping) or value.repeated:
        raise YamlSyntaxError("there are no fields, or one twice", first_line)
    blocks, remarks = split_blocks(text, first_line=first_line)
    values = {name: entry for name, (entry, _) in value.entries.items()}
    lines = {name: line for name, (_, line) in value.entries.items()}
    is_plain = {block.name: block.line for block in blocks} == lines
    return FieldBlocks(values, tuple(blocks) if is_plain else None, tuple(remarks))


def split_blocks(
    text: str, *, first_line: int = 1
) -> tuple[list[YamlBlock], list[str]]:
    """Part a text at the names of its fields, whatever is wrong with it."""
    blocks: list[YamlBlock] = []
    waiting: list[str] = []
    for number, line in enumerate(text.split("\n")):
        named = _NAME.match(line)
        if named is not None:
            blocks.append(
                YamlBlock(named.group(1), tuple(waiting), (line,), number + first_line)
            )
            waiting = []
        elif not blocks or not line.strip() or line.startswith("#"):
            waiting.append(line)
        else:
            last = blocks[-1]
            blocks[-1] = YamlBlock(
                last.name, last.remarks, (*last.lines, *waiting, line), last.line
            )
            waiting = []
    while waiting and not waiting[-1].strip():
        waiting.pop()
    return blocks, waiting


def write_blocks(
    fields: FieldBlocks,
    new: Mapping[str, Sequence[str]],
    *,
    order: Sequence[str],
) -> str:
    """Give the text with some fields written anew; one without lines is taken out.

    A new field goes after the one that comes before it in `order`. A remark that asked
    for a field goes when the field is there.
    """
    blocks = list(fields.blocks or ())
    for name, lines in new.items():
        place = next((n for n, b in enumerate(blocks) if b.name == name), None)
        if place is not None:
            old = blocks[place]
            blocks[place] = YamlBlock(name, old.remarks, tuple(lines), old.line)
        elif lines:
            before = set(order[: order.index(name)])
            place = max(
                (n + 1 for n, b in enumerate(blocks) if b.name in before), default=0
            )
            blocks.insert(place, YamlBlock(name, (), tuple(lines), 0))
    there = {block.name for block in blocks if block.lines}
    written = [
        line
        for block in blocks
        for line in (*_still_asked(block.remarks, there), *block.lines)
    ]
    written += _still_asked(fields.remarks, there)
    return "\n".join([*written, ""]) if written else ""


def _still_asked(remarks: Sequence[str], there: set[str]) -> list[str]:
    asked = [(remark, _ASKED.match(remark)) for remark in remarks]
    return [r for r, found in asked if found is None or found.group(1) not in there]
