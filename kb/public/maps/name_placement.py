"""Names beside marks, placed so that no name covers a mark or another name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.public.maps.geometry import Box

_NARROW, _WIDE = frozenset("fijlrtî'’,.- "), frozenset("mwGHMNOW")
_WIDTH, _NARROW_WIDTH, _WIDE_WIDTH = 0.57, 0.36, 0.86
"""Widths of characters of the semi-bold font, in heights of the text, rounded up."""

_ABOVE, _BELOW = 0.74, 0.22
"""How far a line of text reaches above and below its baseline."""

_GAP = 2.0


@dataclass(frozen=True, slots=True)
class Label:
    """A name to write beside the rectangle of its marks; `short` where room lacks."""

    text: str
    marks: Box
    short: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is written: its anchor, and the rectangle that it covers."""

    text: str
    x: float
    y: float
    anchor: str
    box: Box


def placed_names(
    labels: Sequence[Label], frame: Box, *, size: float, taken: Sequence[Box] = ()
) -> tuple[Name | None, ...]:
    """Return each name where it fits, or None where there is no room.

    The first names choose first. `taken` are rectangles to keep free, beside all marks.
    """
    occupied = [*taken, *(label.marks for label in labels)]
    names: list[Name | None] = []
    for label in labels:
        name = next(
            (
                candidate
                for candidate in _candidates(label, size)
                if _fits(candidate.box, frame, occupied)
            ),
            None,
        )
        names.append(name)
        if name is not None:
            occupied.append(name.box)
    return tuple(names)


def _candidates(label: Label, size: float) -> Iterator[Name]:
    """Yield the places of a name around its marks, then those of its short form."""
    for text in (label.text, label.short):
        if text:
            yield from _around(text, label.marks, size)


def _around(text: str, marks: Box, size: float) -> Iterator[Name]:
    """Yield a name to the right of its marks, to the left, above, below, at corners."""
    middle_x = (marks.left + marks.right) / 2
    middle_y = (marks.top + marks.bottom) / 2 + size * (_ABOVE - _BELOW) / 2
    right, left = marks.right + _GAP, marks.left - _GAP
    above, below = marks.top - _GAP / 2, marks.bottom + size * _ABOVE + _GAP / 2
    yield _name(text, right, middle_y, "start", size)
    yield _name(text, left, middle_y, "end", size)
    for y in (above, below):
        yield _name(text, middle_x, y, "middle", size)
        for x in (marks.left, middle_x):
            yield _name(text, x, y, "start", size)
        for x in (marks.right, middle_x):
            yield _name(text, x, y, "end", size)
    for y in (above, below, marks.top + size / 3, marks.bottom + size / 3):
        yield _name(text, right, y, "start", size)
        yield _name(text, left, y, "end", size)


def _name(text: str, x: float, y: float, anchor: str, size: float) -> Name:
    width = size * text_width(text)
    left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
    box = Box(left, y - size * _ABOVE, left + width, y + size * _BELOW)
    return Name(text, round(x, 1), round(y, 1), anchor, box)


def text_width(text: str) -> float:
    """Return the width of a text in semi-bold, at least, for a height of 1."""
    narrow, wide = (
        sum(character in _NARROW for character in text),
        sum(map(_WIDE.__contains__, text)),
    )
    rest = len(text) - narrow - wide
    return narrow * _NARROW_WIDTH + wide * _WIDE_WIDTH + rest * _WIDTH


def names_with_room(
    names: Sequence[Name | None], frame: Box, *, size: float, taken: Sequence[Box] = ()
) -> tuple[bool, ...]:
    """Return for each name whether it may be written larger, the first names first."""
    occupied = list(taken)
    has_room = []
    for name in names:
        large = _name(name.text, name.x, name.y, name.anchor, size) if name else None
        fits = large is not None and _fits(large.box, frame, occupied)
        if fits and large is not None:
            occupied.append(large.box.grown(_GAP))
        has_room.append(fits)
    return tuple(has_room)


def _fits(box: Box, frame: Box, occupied: Sequence[Box]) -> bool:
    return frame.contains(box) and not any(map(box.overlaps, occupied))


def centred_name(text: str, x: float, y: float, *, size: float) -> Name:
    """Return a name written across a position, as that of a country."""
    return _name(text, x, y + size * (_ABOVE - _BELOW) / 2, "middle", size)
