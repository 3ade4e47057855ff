"""The picture of a page of a file, and the places of its words on it."""

from dataclasses import dataclass
from typing import NamedTuple


class PlacedWord(NamedTuple):
    """A word, or a line of words, and its box in pixels of the picture."""

    text: str
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as a WebP image in base 64; without an image, it can't be drawn."""

    number: int
    width: int = 0
    height: int = 0
    words: tuple[PlacedWord, ...] = ()
    image: str = ""
