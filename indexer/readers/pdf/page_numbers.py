"""Pages as they go from one step of the reading to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from indexer.readers.pdf.ruled_tables import Grid
from indexer.readers.pdf.word_boxes import TextSegment


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as it was drawn: its segments, and what is known of it as a whole.

    `aside` is text that runs in another direction, `spaces` how many spaces only the
    places of letters tell. A page `is_unreadable` when its letters stand for others.
    """

    number: int
    width: float
    height: float
    segments: tuple[TextSegment, ...]
    aside: tuple[TextSegment, ...] = ()
    grids: tuple[Grid, ...] = ()
    label: str = ""
    spaces: int = 0
    is_unreadable: bool = False
    is_scanned: bool = False

    @property
    def is_readable(self) -> bool:
        """Whether its text is one."""
        return not self.is_unreadable


def body_size(pages: Iterable[RawPage]) -> float:
    """Give the size of most letters of a file."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for segment in page.segments:
            letters = sum(len(word.text) for word in segment.words)
            sizes[round(segment.size * 2) / 2] += letters
    return max(sizes, key=sizes.__getitem__) if sizes else 10.0
