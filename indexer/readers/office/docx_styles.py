"""What the styles and the lists of a DOCX say of its paragraphs."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from indexer.readers.office.numbering import list_label

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_PLACE = re.compile(r"%(\d)")
_FORMS = {
    "decimal": "1",
    "decimalZero": "1",
    "lowerLetter": "a",
    "upperLetter": "A",
    "lowerRoman": "i",
    "upperRoman": "I",
}
_DEEPEST = 20
_BODY_LEVEL = 9
_LEVELS = 9
_USUAL_SIZE = 11.0


def value(parent: Element | None, *names: str) -> str:
    """Give the value of an element within others, or nothing."""
    for name in names:
        if parent is None:
            return ""
        parent = parent.find(W + name)
    return "" if parent is None else parent.get(W + "val", "")


def is_on(properties: Element | None, name: str) -> bool | None:
    """Tell whether a property is on; None where nothing is said of it."""
    found = None if properties is None else properties.find(W + name)
    return None if found is None else found.get(W + "val", "1") not in {"0", "false"}


def half_points(properties: Element | None) -> float:
    """Give the size of letters, or 0 where nothing is said of it."""
    size = value(properties, "sz")
    return int(size) / 2 if size.isdigit() else 0.0


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """A style of paragraphs: its name, what it goes by, its depth and its list."""

    name: str = ""
    based_on: str = ""
    outline: str = ""
    list_id: str = ""
    list_level: str = ""
    size: float = 0.0
    is_bold: bool | None = None


class Styles:
    """The styles of paragraphs, by their ids."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, ParagraphStyle] = {}
        for style in () if root is None else root.iter(W + "style"):
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
        said = 0.0 if root is None else half_points(root.find(defaults))
        self.size = said or _USUAL_SIZE

    def chain(self, style_id: str) -> list[ParagraphStyle]:
        """Give a style and those that it goes by, the nearest first."""
        chain: list[ParagraphStyle] = []
        while style_id in self._styles and len(chain) < _DEEPEST:
            chain.append(self._styles[style_id])
            style_id = chain[-1].based_on
        return chain

    def heading_level(self, properties: Element | None) -> int:
        """Tell how deep a title lies, from 1; 0 when it is none."""
        outline = value(properties, "outlineLvl")
        if outline.isdigit() and int(outline) < _BODY_LEVEL:
            return int(outline) + 1
        for style in self.chain(value(properties, "pStyle")):
            level = _level_of(style)
            if level:
                return level
        return 0

    def is_contents(self, properties: Element | None) -> bool:
        """Tell whether a paragraph is of a table of contents."""
        chain = self.chain(value(properties, "pStyle"))
        return any(style.name.lower().startswith("toc ") for style in chain)

    def list_of(self, properties: Element | None) -> tuple[str, int]:
        """Give the list that a paragraph is an item of, and how deep; or nothing."""
        list_id = value(properties, "numPr", "numId")
        level = value(properties, "numPr", "ilvl")
        for style in self.chain(value(properties, "pStyle")):
            list_id = list_id or style.list_id
            level = level or style.list_level
        deep = int(level) if level.isdigit() else 0
        return ("" if list_id == "0" else list_id), min(deep, _LEVELS - 1)


def _level_of(style: ParagraphStyle) -> int:
    found = _HEADING.fullmatch(style.name.strip())
    if found is not None:
        return int(found[1])
    if style.name.lower() == "title":
        return 1
    if style.outline.isdigit() and int(style.outline) < _BODY_LEVEL:
        return int(style.outline) + 1
    return 0


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    text: str
    start: int


class Numbering:
    """Counts the items of lists, and writes their numbers."""

    def __init__(self, root: Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, str] = {}
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        if root is None:
            return
        for scheme in root.iter(W + "abstractNum"):
            key = scheme.get(W + "abstractNumId", "")
            self._levels[key] = dict(map(_read_level, scheme.iter(W + "lvl")))
        for item in root.iter(W + "num"):
            key = item.get(W + "numId", "")
            self._lists[key] = value(item, "abstractNumId")

    def label(self, list_id: str, deep: int) -> str:
        """Give the number of the next item of a list; nothing where it has a bullet."""
        key = self._lists.get(list_id, "")
        levels = self._levels.get(key, {})
        level = levels.get(deep)
        if level is None:
            return ""
        counts = self._counts[key]
        counts[deep] = counts.get(deep, level.start - 1) + 1
        for deeper in [one for one in counts if one > deep]:
            del counts[deeper]

        def number(place: str) -> str:
            at = int(place) - 1
            shown = levels.get(at, level)
            form = "1" if at < deep and not shown.form else shown.form
            return list_label(counts.get(at, shown.start), form)

        if not level.form:
            return ""
        return _PLACE.sub(lambda found: number(found[1]), level.text).strip()


def _read_level(level: Element) -> tuple[int, _Level]:
    deep = level.get(W + "ilvl", "0")
    start = value(level, "start")
    return (
        int(deep) if deep.isdigit() else 0,
        _Level(
            _FORMS.get(value(level, "numFmt"), ""),
            value(level, "lvlText"),
            int(start) if start.isdigit() else 1,
        ),
    )
