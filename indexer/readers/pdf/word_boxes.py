"""Words of a page, and segments of words on one line."""

from dataclasses import dataclass
from typing import NamedTuple

from indexer.readers.groups import heaviest


class FontStyle(NamedTuple):
    """A font with its weight and slant."""

    font: str
    is_bold: bool
    is_italic: bool


class WordBox(NamedTuple):
    """Glyphs in one font without a gap; y grows downwards.

    `is_glued`: no space is before the word. `order` is its index in drawing order.
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
    """Words of one line without wide gaps: a line of a column or of a cell."""

    words: tuple[WordBox, ...]
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    style: FontStyle
    order: int

    @property
    def text(self) -> str:
        """The words, separated by spaces."""
        return " ".join(word.text for word in self.words)

    @property
    def character_count(self) -> int:
        """The number of characters without spaces."""
        return sum(len(word.text) for word in self.words)

    @property
    def height(self) -> float:
        """The height in points."""
        return self.bottom - self.top

    @property
    def width(self) -> float:
        """The width in points."""
        return self.x1 - self.x0

    @property
    def middle(self) -> float:
        """The y of the middle."""
        return (self.top + self.bottom) / 2


def segment_of(words: list[WordBox]) -> TextSegment:
    """Return the segment of words, with the size and font of most of its glyphs."""
    weights = (((round(word.size, 1), word.style), len(word.text)) for word in words)
    size, style = heaviest(weights, (words[0].size, words[0].style))
    main_words = [word for word in words if abs(word.size - size) < 0.1] or words
    return TextSegment(
        words=tuple(words),
        x0=min(word.x0 for word in words),
        x1=max(word.x1 for word in words),
        top=min(word.top for word in main_words),
        bottom=max(word.bottom for word in main_words),
        size=size,
        style=style,
        order=words[0].order,
    )


def shares_line(
    one: WordBox | TextSegment, other: WordBox | TextSegment, share: float = 0.5
) -> bool:
    """Return whether two boxes overlap vertically by a share of the smaller height."""
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > share * min(one.bottom - one.top, other.bottom - other.top)
