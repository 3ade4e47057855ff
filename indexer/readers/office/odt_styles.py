"""Paragraph styles and list styles of an ODT."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from indexer.readers.groups import heaviest
from indexer.readers.heading_detection import ParagraphFormat
from indexer.readers.office.numbering import list_label, number_in

_NAMESPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_HEADING = re.compile(r"(?:Heading|Titre|Title)(?:_20_(\d+))?")
_FO = _NAMESPACE % "xsl-fo-compatible"
_SPAN = _NAMESPACE % "text" + "span"
_INLINE = frozenset({_SPAN, _NAMESPACE % "text" + "a"})
_MAX_STYLE_CHAIN = 20
_DEFAULT_SIZE = 12.0


def attribute(element: Element, namespace: str, name: str) -> str:
    """Return an attribute; "" if it is missing."""
    return element.get(_NAMESPACE % namespace + name, "")


def _length(text: str | None) -> int:
    return len((text or "").strip())


@dataclass(frozen=True, slots=True)
class _ListLevel:
    number_format: str
    prefix: str
    suffix: str
    start: int


class OdtStyles:
    """Paragraph styles and list styles by name."""

    def __init__(self, roots: Iterable[Element]) -> None:
        self._parents: dict[str, str] = {}
        self._outlines: dict[str, str] = {}
        self._sizes: dict[str, float] = {}
        self._bold: dict[str, bool] = {}
        self._list_levels: dict[tuple[str, int], _ListLevel] = {}
        for root in roots:
            self._add(root)

    def _add(self, root: Element) -> None:
        for style in root.iter(_NAMESPACE % "style" + "style"):
            name = attribute(style, "style", "name")
            self._parents[name] = attribute(style, "style", "parent-style-name")
            self._outlines[name] = attribute(style, "style", "default-outline-level")
            for properties in style.findall(_NAMESPACE % "style" + "text-properties"):
                self._add_text_properties(name, properties)
        for style in root.iter(_NAMESPACE % "text" + "list-style"):
            name = attribute(style, "style", "name")
            for level in style.iter(_NAMESPACE % "text" + "list-level-style-number"):
                self._add_list_level(name, level)

    def _add_list_level(self, name: str, level: Element) -> None:
        level_number = number_in(attribute(level, "text", "level"), 1)
        self._list_levels[name, level_number] = _ListLevel(
            attribute(level, "style", "num-format"),
            attribute(level, "style", "num-prefix"),
            attribute(level, "style", "num-suffix"),
            number_in(attribute(level, "text", "start-value"), 1),
        )

    def _add_text_properties(self, name: str, properties: Element) -> None:
        size = properties.get(_FO + "font-size", "")
        if size.endswith("pt"):
            self._sizes[name] = float(size.removesuffix("pt"))
        weight = properties.get(_FO + "font-weight", "")
        if weight:
            self._bold[name] = weight in {"bold", "600", "700", "800", "900"}

    def format_of(self, paragraph: Element) -> ParagraphFormat:
        """Return the font size of most characters, and whether all of them are bold."""
        plain = ParagraphFormat(_DEFAULT_SIZE, is_bold=False)
        style = attribute(paragraph, "text", "style-name")
        whole = self._with_style(style, plain)
        texts = list(self._formatted_texts(paragraph, whole))
        if not any(length for _, length in texts):
            return whole
        size = heaviest(((each.size, length) for each, length in texts), whole.size)
        return ParagraphFormat(
            size, is_bold=all(each.is_bold for each, length in texts if length)
        )

    def _formatted_texts(
        self, element: Element, outer: ParagraphFormat, depth: int = 0
    ) -> Iterator[tuple[ParagraphFormat, int]]:
        """Yield the formats of the texts in an element, and their lengths.

        Notes, annotations and text boxes are no part of the text.
        """
        yield outer, _length(element.text)
        for child in element:
            if child.tag in _INLINE and depth < _MAX_STYLE_CHAIN:
                style = attribute(child, "text", "style-name")
                is_span = child.tag == _SPAN
                inner = self._with_style(style, outer) if is_span else outer
                yield from self._formatted_texts(child, inner, depth + 1)
            yield outer, _length(child.tail)

    def _with_style(self, name: str, outer: ParagraphFormat) -> ParagraphFormat:
        """Return the format of a style inside the format around it."""
        chain = self._chain(name)
        return ParagraphFormat(
            next(
                (self._sizes[each] for each in chain if each in self._sizes), outer.size
            ),
            is_bold=next(
                (self._bold[each] for each in chain if each in self._bold),
                outer.is_bold,
            ),
        )

    def _chain(self, name: str) -> list[str]:
        chain: list[str] = []
        while name and len(chain) < _MAX_STYLE_CHAIN:
            chain.append(name)
            name = self._parents.get(name, "")
        return chain

    def heading_level(self, paragraph: Element) -> int:
        """Return the level of a heading, from 1; 0 for other paragraphs."""
        if paragraph.tag.endswith("}h"):
            level = attribute(paragraph, "text", "outline-level")
            return max(1, number_in(level, 1))
        for name in self._chain(attribute(paragraph, "text", "style-name")):
            heading = _HEADING.fullmatch(name)
            if heading is not None:
                return int(heading[1] or 1)
            if self._outlines.get(name, "").isdigit():
                return max(1, int(self._outlines[name]))
        return 0

    def label(self, style: str, level_number: int, number: int) -> str:
        """Return the label of an item; "" for a bullet."""
        list_level = self._list_levels.get((style, level_number))
        if list_level is None:
            return ""
        text = list_label(list_level.start + number - 1, list_level.number_format)
        return f"{list_level.prefix}{text}{list_level.suffix}".strip() if text else ""
