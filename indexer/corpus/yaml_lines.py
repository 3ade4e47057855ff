"""Parses YAML into values that have their line numbers.

Scalars stay text: dates, numbers and booleans are not converted, so that `no` stays a
word. The reader of each field converts its value.
"""

from dataclasses import dataclass

import yaml


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value, as text."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: "tuple[YamlValue, ...]"
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Names and values; `repeated` lists the repeated names with their lines."""

    entries: "dict[str, tuple[YamlValue, int]]"
    line: int
    repeated: tuple[tuple[str, int], ...] = ()


YamlValue = Scalar | Sequence | Mapping


class YamlSyntaxError(ValueError):
    """The text is not YAML; `line` counts from 1."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def read_yaml(text: str, *, first_line: int = 1) -> YamlValue | None:
    """Parse a text; None when it is empty. Aliases are refused: they can hide size.

    Raises:
        YamlSyntaxError: the text is not YAML, or contains an alias.
    """
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.AliasEvent):
                line = event.start_mark.line if event.start_mark is not None else 0
                raise YamlSyntaxError("an alias (*) is not allowed", line + first_line)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark is not None else 0) + first_line
        raise YamlSyntaxError(error.problem or "it can't be read", line) from error
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + first_line
        raise YamlSyntaxError(error.reason, line) from error
    except yaml.YAMLError as error:
        raise YamlSyntaxError(str(error).splitlines()[0], first_line) from error
    return None if node is None else _value(node, first_line)


def _value(node: yaml.Node, first_line: int) -> YamlValue:
    line = node.start_mark.line + first_line
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, first_line, line)
    if isinstance(node, yaml.SequenceNode):
        return Sequence(tuple(_value(item, first_line) for item in node.value), line)
    is_empty = node.tag == "tag:yaml.org,2002:null" and not node.value.strip("~")
    return Scalar("" if is_empty else str(node.value), line)


def _mapping(node: yaml.MappingNode, first_line: int, line: int) -> Mapping:
    entries: dict[str, tuple[YamlValue, int]] = {}
    repeated: list[tuple[str, int]] = []
    for key, value in node.value:
        name = str(key.value)
        key_line = key.start_mark.line + first_line
        if name in entries:
            repeated.append((name, key_line))
        entries[name] = (_value(value, first_line), key_line)
    return Mapping(entries, line, tuple(repeated))
