"""Paragraph styles and list numbering of a DOCX."""

import re
from collections import defaultdict
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from indexer.readers.paragraph_builder import list_label, number_in

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_LEVEL_REFERENCE = re.compile(r"%(\d)")
_NUMBER_FORMATS = {
    "decimal": "1",
    "decimalZero": "1",
    "lowerLetter": "a",
    "upperLetter": "A",
    "lowerRoman": "i",
    "upperRoman": "I",
}
_MAX_STYLE_CHAIN = 20
_BODY_LEVEL = 9
_LIST_LEVELS = 9
_DEFAULT_SIZE = 11.0


def value(parent: Element | None, *names: str) -> str:
    """Return the `val` of a descendant by the names on its path; "" if missing."""
    path = "/".join(W + name for name in names)
    element = None if parent is None else parent.find(path)
    return "" if element is None else element.get(W + "val", "")


def is_on(properties: Element | None, name: str) -> bool | None:
    """Return whether a toggle property is on; None where it is not set."""
    element = None if properties is None else properties.find(W + name)
    return (
        None if element is None else element.get(W + "val", "1") not in {"0", "false"}
    )


def half_points(properties: Element | None) -> float:
    """Return the font size in points; 0 where it is not set."""
    return number_in(value(properties, "sz"), 0) / 2


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """A paragraph style, its base style, outline level and list."""

    name: str = ""
    based_on: str = ""
    outline: str = ""
    list_id: str = ""
    list_level: str = ""
    size: float = 0.0
    is_bold: bool | None = None


class Styles:
    """Paragraph styles by their id."""

    def __init__(self, root: Element) -> None:
        self._styles: dict[str, ParagraphStyle] = {}
        for style in root.iter(W + "style"):
            properties = style.find(W + "pPr")
            self._styles[style.get(W + "styleId", "")] = ParagraphStyle(
                value(style, "name"),
                value(style, "basedOn"),
                value(properties, "outlineLvl"),
                value(properties, "numPr", "numId"),
                value(properties, "numPr", "ilvl"),
                half_points(style.find(W + "rPr")),
                is_on(style.find(W + "rPr"), "b"),
            )
        defaults = f"{W}docDefaults/{W}rPrDefault/{W}rPr"
        self.size = half_points(root.find(defaults)) or _DEFAULT_SIZE

    def chain(self, style_id: str) -> list[ParagraphStyle]:
        """Return a style and its base styles, the nearest first."""
        chain: list[ParagraphStyle] = []
        while style_id in self._styles and len(chain) < _MAX_STYLE_CHAIN:
            chain.append(self._styles[style_id])
            style_id = chain[-1].based_on
        return chain

    def heading_level(self, properties: Element | None) -> int:
        """Return the level of a heading, from 1; 0 for other paragraphs."""
        levels = map(_level_of, self.chain(value(properties, "pStyle")))
        outline_level = _level_of_outline(value(properties, "outlineLvl"))
        return outline_level or next(filter(None, levels), 0)

    def is_contents(self, properties: Element | None) -> bool:
        """Return whether a paragraph belongs to a table of contents."""
        chain = self.chain(value(properties, "pStyle"))
        return any(style.name.lower().startswith("toc ") for style in chain)

    def list_of(self, properties: Element | None) -> tuple[str, int]:
        """Return the list id of a paragraph, "" if none, and its level from 0."""
        list_id = value(properties, "numPr", "numId")
        level = value(properties, "numPr", "ilvl")
        for style in self.chain(value(properties, "pStyle")):
            list_id = list_id or style.list_id
            level = level or style.list_level
        level_index = min(number_in(level, 0), _LIST_LEVELS - 1)
        return ("" if list_id == "0" else list_id), level_index


def _level_of(style: ParagraphStyle) -> int:
    heading = _HEADING.fullmatch(style.name.strip())
    if heading is not None:
        return int(heading[1])
    if style.name.lower() == "title":
        return 1
    return _level_of_outline(style.outline)


def _level_of_outline(outline: str) -> int:
    level = number_in(outline, _BODY_LEVEL)
    return level + 1 if level < _BODY_LEVEL else 0


@dataclass(frozen=True, slots=True)
class _ListLevel:
    number_format: str
    text: str
    start: int


class Numbering:
    """Counters of lists, and the labels of their items."""

    def __init__(self, root: Element) -> None:
        self._levels = {
            scheme.get(W + "abstractNumId", ""): dict(
                map(_read_level, scheme.iter(W + "lvl"))
            )
            for scheme in root.iter(W + "abstractNum")
        }
        self._lists = {
            item.get(W + "numId", ""): value(item, "abstractNumId")
            for item in root.iter(W + "num")
        }
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)

    def label(self, list_id: str, level_index: int) -> str:
        """Count the next item of a list and return its label; "" for a bullet."""
        key = self._lists.get(list_id, "")
        levels = self._levels.get(key, {})
        level = levels.get(level_index)
        if level is None:
            return ""
        counts = self._counts[key]
        counts[level_index] = counts.get(level_index, level.start - 1) + 1
        for deeper in [index for index in counts if index > level_index]:
            del counts[deeper]

        def number(reference: re.Match[str]) -> str:
            index = int(reference[1]) - 1
            other = levels.get(index, level)
            default = "1" if index < level_index else ""
            number_format = other.number_format or default
            return list_label(counts.get(index, other.start), number_format)

        text = level.text if level.number_format else ""
        return _LEVEL_REFERENCE.sub(number, text).strip()


def _read_level(level: Element) -> tuple[int, _ListLevel]:
    return number_in(level.get(W + "ilvl", ""), 0), _ListLevel(
        _NUMBER_FORMATS.get(value(level, "numFmt"), ""),
        value(level, "lvlText"),
        number_in(value(level, "start"), 1),
    )
