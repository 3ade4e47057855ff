"""Paragraph styles and list styles of an ODT."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from indexer.readers.heading_detection import ParagraphFormat
from indexer.readers.office.numbering import list_label, number_in

_NAMESPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_HEADING = re.compile(r"(?:Heading|Titre|Title)(?:_20_(\d+))?")
_FO = _NAMESPACE % "xsl-fo-compatible"
_MAX_STYLE_CHAIN = 20


def attribute(element: Element, namespace: str, name: str) -> str:
    """Return an attribute; "" if it is missing."""
    return element.get(_NAMESPACE % namespace + name, "")


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
        """Return the font size of a paragraph, and whether all of it is bold."""
        chain = self._chain(attribute(paragraph, "text", "style-name"))
        spans = paragraph.findall(_NAMESPACE % "text" + "span")
        outer_texts = [paragraph.text, *(span.tail for span in spans)]
        if len(spans) == 1 and not any((text or "").strip() for text in outer_texts):
            span_styles = self._chain(attribute(spans[0], "text", "style-name"))
            chain = [*span_styles, *chain]
        size = next((self._sizes[name] for name in chain if name in self._sizes), 12.0)
        bold = next((self._bold[name] for name in chain if name in self._bold), False)
        return ParagraphFormat(size, is_bold=bold)

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
