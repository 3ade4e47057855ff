"""Edits YAML that people also edit by hand: only the lines of a field or item change.

A file is split into the lines of each field and the comments above it. Values and
comments are written on one line.
"""

import dataclasses
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import yaml

from indexer.corpus.yaml_lines import Mapping as YamlMapping
from indexer.corpus.yaml_lines import YamlSyntaxError, YamlValue, read_yaml
from indexer.model.problems import Message, Translate

_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*):(?:\s|$)")
_REQUEST = re.compile(r"^#.*\b([a-z_0-9]+):$")
"""A comment that asks for a field, as in new drafts."""

_OFFER = re.compile(r"^#.*\[([^\[\]\n]+)\].*\b([a-z_0-9]+):$", re.MULTILINE)
"""A comment that asks for a field, and offers values of it."""

_GUESS = "# ? "
"""The start of the comment above a value that the program filled in."""

_DRAFT_NOTE = re.compile(
    "^# (?:Draft of .*No person has checked it yet|"
    r"Brouillon du .*Personne ne l’a encore vérifié)\.\n",
    re.MULTILINE,
)

_GUESSED = re.compile(
    rf"^{re.escape(_GUESS)}.*\n(?=(?:#.*\n)*([a-z_0-9]+):)", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class YamlBlock:
    """A field of a file: comments above it, its lines, and the number of the first."""

    name: str
    remarks: tuple[str, ...]
    lines: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class FieldBlocks:
    """The fields of a text; `blocks` is None if the layout is not one block a field.

    `remarks` are the comments after the last field.
    """

    values: Mapping[str, YamlValue]
    blocks: tuple[YamlBlock, ...] | None
    remarks: tuple[str, ...] = ()


def read_blocks(text: str) -> FieldBlocks:
    """Parse the fields of a text.

    Raises:
        YamlSyntaxError: the text is not a mapping, or has a field twice.
    """
    value = read_yaml(text)
    if value is None:
        return FieldBlocks({}, (), tuple(text.splitlines()))
    if not isinstance(value, YamlMapping) or value.repeated:
        raise YamlSyntaxError("there are no fields, or one twice", 1)
    blocks, remarks = split_blocks(text)
    values = {name: entry for name, (entry, _) in value.entries.items()}
    lines = {name: line for name, (_, line) in value.entries.items()}
    is_plain = {block.name: block.line for block in blocks} == lines
    return FieldBlocks(values, tuple(blocks) if is_plain else None, tuple(remarks))


def split_blocks(
    text: str, *, first_line: int = 1
) -> tuple[list[YamlBlock], list[str]]:
    """Split a text at the names of its fields, even if it is not valid YAML."""
    blocks: list[YamlBlock] = []
    pending: list[str] = []
    for number, line in enumerate(text.split("\n")):
        named = _NAME.match(line)
        if named is not None:
            blocks.append(
                YamlBlock(named.group(1), tuple(pending), (line,), number + first_line)
            )
            pending = []
        elif not blocks or not line.strip() or line.startswith("#"):
            pending.append(line)
        else:
            lines = (*blocks[-1].lines, *pending, line)
            blocks[-1] = dataclasses.replace(blocks[-1], lines=lines)
            pending = []
    while pending and not pending[-1].strip():
        pending.pop()
    return blocks, pending


def write_blocks(
    fields: FieldBlocks, new: Mapping[str, Sequence[str]], *, order: Sequence[str]
) -> str:
    """Return the text with new lines of some fields; a field without lines is removed.

    A new field is inserted after the one before it in `order`. A comment that asks for
    a field is removed when the field exists.
    """
    blocks = list(fields.blocks or ())
    for name, lines in new.items():
        index = next((n for n, b in enumerate(blocks) if b.name == name), None)
        if index is not None:
            above = blocks[index].remarks
            remarks = tuple(line for line in above if not line.startswith(_GUESS))
            blocks[index] = dataclasses.replace(
                blocks[index], remarks=remarks, lines=tuple(lines)
            )
        elif lines:
            before = set(order[: order.index(name)])
            index = max(
                (n + 1 for n, b in enumerate(blocks) if b.name in before), default=0
            )
            blocks.insert(index, YamlBlock(name, (), tuple(lines), 0))
    present = {block.name for block in blocks if block.lines}
    written = [
        line
        for block in blocks
        for line in (*_remaining_requests(block.remarks, present), *block.lines)
    ]
    written += _remaining_requests(fields.remarks, present)
    return "\n".join([*written, ""]) if written else ""


def _remaining_requests(remarks: Sequence[str], present: set[str]) -> list[str]:
    return [
        remark
        for remark in remarks
        if not ((request := _REQUEST.match(remark)) and request.group(1) in present)
    ]


def offered_values(text: str) -> dict[str, tuple[str, ...]]:
    """Return the values that the comments of a file offer, by field."""
    return {
        name: tuple(value.strip(' "') for value in values.split(","))
        for values, name in _OFFER.findall(text)
    }


def guess_remark(text: Message, translate: Translate) -> str:
    """Return the comment above a value that the program filled in."""
    return remark(text, translate).replace("# ", _GUESS, 1)


def guessed_fields(text: str) -> dict[str, int]:
    """Return the fields that no person has checked yet, each with its line."""
    return {
        guess[1]: text.count("\n", 0, guess.start(1)) + 1
        for guess in _GUESSED.finditer(text)
    }


def without_guesses(text: str, names: Collection[str]) -> str:
    """Return a text in which a person has checked some fields."""
    return _GUESSED.sub(lambda guess: "" if guess[1] in names else guess[0], text)


def without_draft_note(text: str) -> str:
    """Return a text without the comment that a draft of a program begins with."""
    return _DRAFT_NOTE.sub("", text)


def with_items(text: str, name: str, items: Iterable[str]) -> str:
    """Return a YAML text with items added at the end of the list of a field.

    An empty list may be written `[]`. A field that the text lacks is added at its end.
    """
    lines = text.splitlines()
    header = re.compile(rf"{name}\s*:\s*(?:\[\s*\])?\s*(?:#.*)?")
    start = next((n for n, line in enumerate(lines) if header.fullmatch(line)), None)
    if start is None:
        start = len(lines)
        lines.append(f"{name}:")
    lines[start] = re.sub(r":\s*\[\s*\]", ":", lines[start])
    end, indent = start + 1, "  "
    for number, line in enumerate(lines[end:], end):
        if line[:1] not in {"", " ", "-", "#"}:
            break
        if item := re.match(r"(\s*)- ", line):
            indent = item[1]
        if line.strip() and not line.lstrip().startswith("#"):
            end = number + 1
    lines[end:end] = [f"{indent}- {item}" for item in items]
    return "\n".join([*lines, ""])


def without_items(
    text: str, name: str, is_removed: Callable[[Mapping[str, object]], bool]
) -> str:
    """Return a YAML text without some items of the list of a field.

    Without a name, the whole text is the list. Comments between the items stay.
    """
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    if name and isinstance(root, yaml.MappingNode):
        root = next((value for key, value in root.value if key.value == name), None)
    removed: set[int] = set()
    for item in root.value if isinstance(root, yaml.SequenceNode) else ():
        if isinstance(item, yaml.MappingNode) and is_removed(
            {key.value: value.value for key, value in item.value}
        ):
            removed.update(range(item.start_mark.line, _last_line(item) + 1))
    lines = text.splitlines(keepends=True)
    return "".join(line for number, line in enumerate(lines) if number not in removed)


def _last_line(node: yaml.Node) -> int:
    """Return the number of the last line of a value, without the comments after it."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return max(_last_line(value) for _, value in node.value)
    line: int = node.end_mark.line
    return line


SPACES = "\u00a0\u202f"


def quoted_yaml(text: str) -> str:
    """Return a text as a quoted YAML scalar."""
    plain = "".join(c if c.isprintable() or c in SPACES else " " for c in text)
    plain = "".join(" " if 0xD800 <= ord(c) <= 0xDFFF else c for c in plain)
    return json.dumps(" ".join(plain.split(" ")), ensure_ascii=False)


def listed(values: Iterable[str]) -> str:
    """Return texts as a YAML flow sequence."""
    return f"[{', '.join(quoted_yaml(value) for value in values)}]"


def remark(text: Message, translate: Translate) -> str:
    """Return a message as a YAML comment."""
    words = text.text(translate)
    plain = "".join(c if c.isprintable() or c in SPACES else " " for c in words)
    return f"# {' '.join(plain.split())}".encode("utf-8", "replace").decode()
