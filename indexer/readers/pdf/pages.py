"""Pages as they go from one step of the reading to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from indexer.readers.pdf.words import Segment


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as it was drawn: its segments, and what is known of it as a whole.

    `aside` is text that runs in another direction. `image_share` is the part of the
    page that pictures cover; `letters` and `unmapped` count those of the text layer.
    """

    number: int
    width: float
    height: float
    segments: tuple[Segment, ...]
    aside: tuple[Segment, ...] = ()
    label: str = ""
    letters: int = 0
    unmapped: int = 0
    image_share: float = 0.0


def body_size(pages: Iterable[RawPage]) -> float:
    """Give the size of most letters of a file."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for segment in page.segments:
            letters = sum(len(word.text) for word in segment.words)
            sizes[round(segment.size * 2) / 2] += letters
    return max(sizes, key=sizes.__getitem__) if sizes else 10.0
