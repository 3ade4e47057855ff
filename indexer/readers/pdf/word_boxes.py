"""Words of a page, and the lines that they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class FontStyle(NamedTuple):
    """How letters look, as far as it tells a heading from a text."""

    font: str
    is_bold: bool
    is_italic: bool


class WordBox(NamedTuple):
    """Letters in one style that nothing parts; y grows downwards.

    `is_glued` tells that nothing stands between it and the word before; `order` is its
    place among the words that the file draws.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    style: FontStyle
    is_glued: bool
    order: int


@dataclass(frozen=True, slots=True)
class TextSegment:
    """Words of one line that no wide gap parts: a line of a column, or of a cell."""

    words: tuple[WordBox, ...]
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    style: FontStyle
    order: int

    @property
    def height(self) -> float:
        """How high its letters are."""
        return self.bottom - self.top

    @property
    def width(self) -> float:
        """How long it is."""
        return self.x1 - self.x0

    @property
    def middle(self) -> float:
        """Where its middle is, down the page."""
        return (self.top + self.bottom) / 2


def segment_of(words: list[WordBox]) -> TextSegment:
    """Make a segment: its place and its look are those of most of its letters."""
    weights: dict[tuple[float, FontStyle], int] = {}
    for word in words:
        look = (round(word.size, 1), word.style)
        weights[look] = weights.get(look, 0) + len(word.text)
    size, style = max(weights, key=weights.__getitem__)
    main = [word for word in words if abs(word.size - size) < 0.1] or words
    return TextSegment(
        words=tuple(words),
        x0=min(word.x0 for word in words),
        x1=max(word.x1 for word in words),
        top=min(word.top for word in main),
        bottom=max(word.bottom for word in main),
        size=size,
        style=style,
        order=words[0].order,
    )
