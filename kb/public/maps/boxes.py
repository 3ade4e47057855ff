"""Rectangles of a map, and how to move them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in units of the map; `top` is less than `bottom`."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """The extent from west to east."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """The extent from north to south."""
        return self.bottom - self.top

    @property
    def view_box(self) -> str:
        """The rectangle as the attribute `viewBox`."""
        return f"{self.left:g} {self.top:g} {self.width:g} {self.height:g}"

    def overlaps(self, other: Box) -> bool:
        """Return whether two rectangles share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def contains(self, other: Box) -> bool:
        """Return whether another rectangle lies inside this one."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )

    def moved(self, x: float, y: float) -> Box:
        """Return the rectangle moved to the east and to the south."""
        return Box(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def grown(self, by: float) -> Box:
        """Return the rectangle with a margin on each side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def steps_apart(self, other: Box) -> tuple[float, float]:
        """Return the shortest move that parts this rectangle from another, or 0, 0."""
        wide, high = self._shared(other)
        if wide <= 0 or high <= 0:
            return 0, 0
        if wide < high:
            return (-wide if self.left < other.left else wide), 0
        return 0, (-high if self.top < other.top else high)

    def _shared(self, other: Box) -> tuple[float, float]:
        return (
            min(self.right, other.right) - max(self.left, other.left),
            min(self.bottom, other.bottom) - max(self.top, other.top),
        )


def around(x: float, y: float, width: float, height: float) -> Box:
    """Return the rectangle of a size around a centre."""
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def moved_apart(boxes: Sequence[Box], *, gap: float) -> tuple[Box, ...]:
    """Return rectangles moved a little, so that none overlaps another.

    Each pair that is nearer than `gap` moves by half of what is missing, in rounds.
    """
    grown = [box.grown(gap / 2) for box in boxes]
    pairs = [(n, m) for n in range(len(grown)) for m in range(n)]
    for _ in range(ROUNDS):
        if not sum(_part(grown, n, m) for n, m in pairs):
            break
    return tuple(box.grown(-gap / 2) for box in grown)


def _part(boxes: list[Box], one: int, other: int) -> bool:
    """Move two rectangles apart; return whether they overlapped."""
    x, y = boxes[one].steps_apart(boxes[other])
    if abs(x) + abs(y) < 0.01:
        return False
    boxes[one] = boxes[one].moved(x / 2, y / 2)
    boxes[other] = boxes[other].moved(-x / 2, -y / 2)
    return True
