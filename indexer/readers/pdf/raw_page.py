"""The content of a page before its blocks are built."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from indexer.readers.groups import heaviest
from indexer.readers.pdf.ruled_tables import Grid
from indexer.readers.pdf.word_boxes import TextSegment


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as segments in drawing order, and the grids of its tables.

    `sideways` is text in other directions, `spaces` the number of spaces inferred from
    gaps. A page `is_unreadable` if its character map is wrong.
    """

    number: int
    segments: tuple[TextSegment, ...]
    sideways: tuple[TextSegment, ...] = ()
    grids: tuple[Grid, ...] = ()
    label: str = ""
    spaces: int = 0
    is_unreadable: bool = False
    is_scanned: bool = False


def body_size(pages: Iterable[RawPage]) -> float:
    """Return the font size of most of the text of a file."""
    sizes = (
        (round(segment.size * 2) / 2, segment.character_count)
        for page in pages
        for segment in page.segments
    )
    return heaviest(sizes, 10.0)
