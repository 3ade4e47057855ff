"""What the styles of an ODT say of its paragraphs and its lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from indexer.readers.heading_detection import ParagraphLook
from indexer.readers.office.numbering import list_label

_NAMESPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_HEADING = re.compile(r"(?:Heading|Titre|Title)(?:_20_(\d+))?")
_FO = _NAMESPACE % "xsl-fo-compatible"
_DEEPEST = 20


def attribute(element: Element, namespace: str, name: str) -> str:
    """Give an attribute, or nothing."""
    return element.get(_NAMESPACE % namespace + name, "")


@dataclass(frozen=True, slots=True)
class _Numbers:
    form: str
    before: str
    after: str
    start: int


class OdtStyles:
    """The styles of paragraphs and of lists, by their names."""

    def __init__(self, roots: Iterable[Element | None]) -> None:
        self._parents: dict[str, str] = {}
        self._outlines: dict[str, str] = {}
        self._sizes: dict[str, float] = {}
        self._bold: dict[str, bool] = {}
        self._numbers: dict[tuple[str, int], _Numbers] = {}
        for root in roots:
            if root is not None:
                self._add(root)

    def _add(self, root: Element) -> None:
        for style in root.iter(_NAMESPACE % "style" + "style"):
            name = attribute(style, "style", "name")
            self._parents[name] = attribute(style, "style", "parent-style-name")
            outline = attribute(style, "style", "default-outline-level")
            self._outlines[name] = outline
            self._add_look(name, style.find(_NAMESPACE % "style" + "text-properties"))
        for style in root.iter(_NAMESPACE % "text" + "list-style"):
            name = attribute(style, "style", "name")
            for level in style.iter(_NAMESPACE % "text" + "list-level-style-number"):
                self._add_numbers(name, level)

    def _add_numbers(self, name: str, level: Element) -> None:
        deep = attribute(level, "text", "level")
        start = attribute(level, "text", "start-value")
        self._numbers[name, int(deep) if deep.isdigit() else 1] = _Numbers(
            attribute(level, "style", "num-format"),
            attribute(level, "style", "num-prefix"),
            attribute(level, "style", "num-suffix"),
            int(start) if start.isdigit() else 1,
        )

    def _add_look(self, name: str, properties: Element | None) -> None:
        if properties is None:
            return
        size = properties.get(_FO + "font-size", "")
        if size.endswith("pt"):
            self._sizes[name] = float(size.removesuffix("pt"))
        weight = properties.get(_FO + "font-weight", "")
        if weight:
            self._bold[name] = weight in {"bold", "600", "700", "800", "900"}

    def look_of(self, paragraph: Element) -> ParagraphLook:
        """Tell how large the letters of a paragraph are, and whether all are bold."""
        chain = self._chain(attribute(paragraph, "text", "style-name"))
        spans = paragraph.findall(_NAMESPACE % "text" + "span")
        around = [paragraph.text, *(span.tail for span in spans)]
        if len(spans) == 1 and not any((text or "").strip() for text in around):
            own = self._chain(attribute(spans[0], "text", "style-name"))
            chain = [*own, *chain]
        size = next((self._sizes[one] for one in chain if one in self._sizes), 12.0)
        bold = next((self._bold[one] for one in chain if one in self._bold), False)
        return ParagraphLook(size, is_bold=bold)

    def _chain(self, name: str) -> list[str]:
        chain: list[str] = []
        while name and len(chain) < _DEEPEST:
            chain.append(name)
            name = self._parents.get(name, "")
        return chain

    def heading_level(self, paragraph: Element) -> int:
        """Tell how deep a title lies, from 1; 0 when it is none."""
        if paragraph.tag.endswith("}h"):
            level = attribute(paragraph, "text", "outline-level")
            return max(1, int(level)) if level.isdigit() else 1
        for name in self._chain(attribute(paragraph, "text", "style-name")):
            found = _HEADING.fullmatch(name)
            if found is not None:
                return int(found[1] or 1)
            if self._outlines.get(name, "").isdigit():
                return max(1, int(self._outlines[name]))
        return 0

    def label(self, style: str, deep: int, number: int) -> str:
        """Write the number of an item; nothing where it has a bullet."""
        numbers = self._numbers.get((style, deep))
        if numbers is None:
            return ""
        text = list_label(numbers.start + number - 1, numbers.form)
        return f"{numbers.before}{text}{numbers.after}".strip() if text else ""
