"""View of the pages of a file: pictures with marked places, or their text."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from indexer.model.document import Block, FileReading
from indexer.model.page_pictures import PagePicture, PlacedWord
from indexer.quotation_check import searchable

MAX_SHEETS = 4
"""Each picture takes some 50 kilobytes; the facts of a file are on its first pages."""

_MAX_BLOCKS = 60
_MARGIN = 24
_MIN_CROP = 440
_FIRST_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class SoughtWords:
    """Words to mark on a page; `name` is that of their item in the review."""

    name: str
    label: str
    page: int | None
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MarkedPlace:
    """The lines of some words on a picture, and the part of the picture around them."""

    words: SoughtWords
    lines: tuple[PlacedWord, ...]
    crop: PlacedWord


@dataclass(frozen=True, slots=True)
class SheetView:
    """A page of a file; without a picture, it has its paragraphs.

    A paragraph is its text, and the names of the items whose words it has.
    """

    number: int | None
    picture: PagePicture | None = None
    places: tuple[MarkedPlace, ...] = ()
    blocks: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def has(self, name: str) -> bool:
        """Return whether the place of an item is marked on the page."""
        return bool(self.place(name)) or any(name in names for _, names in self.blocks)

    def place(self, name: str) -> MarkedPlace | None:
        """Return the place of an item on the picture, or None."""
        found = (place for place in self.places if place.words.name == name)
        return next(found, None)


def sheet_numbers(sought: Sequence[SoughtWords], wanted: int | None) -> list[int]:
    """Return the pages to show: the wanted one, and those of the first facts."""
    pages = sorted({words.page for words in sought if words.page})[:MAX_SHEETS]
    return list(dict.fromkeys([*filter(None, (wanted,)), *(pages or [1])]))


def file_sheets(
    reading: FileReading,
    sought: Sequence[SoughtWords],
    numbers: Sequence[int],
    pictures: Mapping[int, PagePicture],
) -> Iterator[SheetView]:
    """Yield the pages with these numbers, with the places of the words on each.

    A file without pages has one sheet of text.
    """
    blocks = reading.document.blocks
    has_pages = any(block.page for block in blocks)
    for number in numbers if has_pages else (None,):
        words = [each for each in sought if each.page in {number, None}]
        picture = pictures.get(number or 0)
        if picture is not None and picture.image:
            yield SheetView(number, picture, tuple(_places(picture, words)))
        elif own := [block for block in blocks if block.page == number]:
            yield SheetView(number, blocks=tuple(_marked_blocks(own, words)))


def _places(
    picture: PagePicture, sought: Sequence[SoughtWords]
) -> Iterator[MarkedPlace]:
    for words in sought:
        if lines := _lines(placed_words(picture, words.texts)):
            yield MarkedPlace(words, tuple(lines), _crop(lines, picture))


def _marked_blocks(
    blocks: Sequence[Block], sought: Sequence[SoughtWords]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield paragraphs; the first one with some words has the name of their item."""
    needles = {words.name: searchable(words.texts[0]) for words in sought}
    for block in blocks[:_MAX_BLOCKS]:
        text = searchable(block.text)
        names = [name for name, needle in needles.items() if needle and needle in text]
        needles = {name: each for name, each in needles.items() if name not in names}
        yield block.text, tuple(names)


def placed_words(picture: PagePicture, texts: Sequence[str]) -> Sequence[PlacedWord]:
    """Return the words of a picture that have the first of the texts that is on it.

    Where a whole text is not, such as one of several columns, its first words are.
    """
    words = [searchable(word.text) for word in picture.words]
    page, ends = "".join(words), list(accumulate(map(len, words)))
    needles = [needle for text in texts if (needle := searchable(text))]
    for needle in (*needles, *(needle[:_FIRST_CHARACTERS] for needle in needles)):
        start = page.find(needle)
        if start >= 0:
            last = bisect_left(ends, start + len(needle))
            return picture.words[bisect_right(ends, start) : last + 1]
    return ()


def _lines(words: Sequence[PlacedWord]) -> list[PlacedWord]:
    """Return the box of each line of words."""
    lines: list[PlacedWord] = []
    for word in words:
        is_same = (
            bool(lines)
            and lines[-1].left <= word.left
            and (word.top < lines[-1].bottom)
        )
        if is_same:
            lines[-1] = _joined((lines[-1], word))
        else:
            lines.append(word)
    return lines


def _joined(words: Sequence[PlacedWord]) -> PlacedWord:
    _texts, lefts, tops, rights, bottoms = zip(*words, strict=True)
    return PlacedWord("", min(lefts), min(tops), max(rights), max(bottoms))


def _crop(lines: Sequence[PlacedWord], picture: PagePicture) -> PlacedWord:
    """Return the part of a picture around some lines, wide enough to be read."""
    box = _joined(lines)
    width = min(picture.width, max(_MIN_CROP, box.right - box.left + 2 * _MARGIN))
    left = max(0, min(box.left - _MARGIN, picture.width - width))
    bottom = min(picture.height, box.bottom + _MARGIN)
    return PlacedWord("", left, max(0, box.top - _MARGIN), left + width, bottom)
