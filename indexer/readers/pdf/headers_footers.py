"""Detection of headers, footers and page numbers: text repeated at the edges of pages.

Being at the edge proves nothing: a title may be there. Text at the same height of
several pages is a header if it is identical, but for a number that grows by one a page.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from statistics import median
from typing import NamedTuple

from indexer.readers.groups import consecutive_groups
from indexer.readers.pdf.page_reader import RawPage
from indexer.readers.pdf.word_boxes import TextSegment

_EDGE_LINES = 3
_HEIGHT_TOLERANCE = 7.0
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_MIN_PAGE_SHARE = 0.5
_PRINTED_URL = re.compile(r"(?:https?|file)://\S+(?: \d+/\d+)?")
_PAGE_COUNT = re.compile(r"\b\d+/\d+$")
_PRINTED_TIME = re.compile(
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? (?:à )?\d{1,2}[:h]\d\d\b.*"
)
"""The URL that browsers print below a page, and the time that they print above."""

SegmentKey = tuple[int, int]
"""The number of a page, and the index of a segment in it."""


@dataclass(frozen=True, slots=True)
class HeadersFooters:
    """Header and footer segments, and the printed number of each page.

    `sideways` are repeated texts along the sides of pages.
    """

    segments: Set[SegmentKey]
    labels: dict[int, str]
    sideways: Set[str] = frozenset()


class _Edge(NamedTuple):
    """A segment of the first or last lines of a page."""

    page: int
    position: int
    segment: TextSegment
    text: str

    @property
    def key(self) -> SegmentKey:
        return self.page, self.position


PageEdges = tuple[list[list[_Edge]], list[list[_Edge]]]
"""The first and the last lines of a page."""


def find_headers_footers(pages: Sequence[RawPage], body: float) -> HeadersFooters:
    """Find the headers and footers of a file, given its body font size."""
    page_edges = [_page_edges(page) for page in pages]
    edges = [edge for lines in page_edges for line in chain(*lines) for edge in line]
    min_count = 3 if len(pages) > 3 else 2
    repeated = {edge.key for lines in page_edges for edge in _browser_lines(lines)}
    labels: dict[int, str] = {}
    offset = _page_offset(edges, len(pages), min_count)
    with_numbers = [edge for edge in edges if _NUMBER.search(edge.text)]
    for group in _groups(with_numbers, lambda text: _NUMBER.sub("#", text)):
        for edge, label in _page_numbers(group, len(pages), min_count, body, offset):
            repeated.add(edge.key)
            labels.setdefault(edge.page, label)
    for group in _groups(edges, str):
        repeated.update(edge.key for edge in _repetitions(group, min_count, body))
    side_texts = Counter(
        text for page in pages for text in {item.text for item in page.sideways}
    )
    return HeadersFooters(
        {key for lines in page_edges for key in _outermost(lines, repeated)},
        labels,
        {text for text, count in side_texts.items() if count >= min_count},
    )


def _outermost(edges: PageEdges, repeated: Set[SegmentKey]) -> Iterator[SegmentKey]:
    """Yield the repeated segments of a page up to its first line of body text.

    A repeated line beyond that may be a heading that each sheet of a file has.
    """
    top, bottom = edges
    for lines in (top, bottom[::-1]):
        for line in lines:
            keys = {edge.key for edge in line} & repeated
            if not keys:
                break
            yield from keys


def _browser_lines(edges: PageEdges) -> list[_Edge]:
    """Return the URL and the time that a browser prints around a page."""
    top, bottom = edges
    texts = [edge.text for edge in bottom[-1]] if bottom else []
    has_url = any(map(_PRINTED_URL.fullmatch, texts))
    has_page_count = any(map(_PAGE_COUNT.search, texts))
    if not (has_url and has_page_count):
        return []
    has_time = any(_PRINTED_TIME.fullmatch(edge.text) for edge in top[0])
    return bottom[-1] + (top[0] if has_time else [])


def _page_edges(page: RawPage) -> PageEdges:
    edges = [
        _Edge(page.number, index, segment, segment.text)
        for index, segment in enumerate(page.segments)
    ]
    lines = consecutive_groups(
        sorted(edges, key=lambda edge: edge.segment.middle),
        lambda line, edge: edge.segment.middle < line[0].segment.bottom - 1.0,
    )
    return lines[:_EDGE_LINES], lines[max(_EDGE_LINES, len(lines) - _EDGE_LINES) :]


def _groups(
    edges: Sequence[_Edge], pattern_of: Callable[[str], str]
) -> list[list[_Edge]]:
    """Group edges at one height with the same text, or the same pattern of a text."""
    by_pattern: defaultdict[str, list[_Edge]] = defaultdict(list)
    for edge in edges:
        by_pattern[pattern_of(edge.text.casefold())].append(edge)
    return [
        part
        for group in by_pattern.values()
        for part in consecutive_groups(
            sorted(group, key=lambda edge: edge.segment.middle),
            lambda part, edge: (
                edge.segment.middle - part[-1].segment.middle < _HEIGHT_TOLERANCE
            ),
        )
    ]


def _page_offset(edges: Sequence[_Edge], pages: int, min_count: int) -> int | None:
    """Return the difference between printed page numbers and page indices, if clear."""
    votes: Counter[int] = Counter()
    for edge in edges:
        number = edge.text.strip("-–—|[]() .")
        if _NUMBER.fullmatch(number):
            votes[_value(number) - edge.page] += 1
    if not votes:
        return None
    offset, count = votes.most_common(1)[0]
    return offset if count >= max(min_count, 0.2 * pages) else None


def _page_numbers(
    group: list[_Edge], pages: int, min_count: int, body: float, offset: int | None
) -> list[tuple[_Edge, str]]:
    """Return segments whose number increases by one a page, with their number."""
    numbers = [
        (edge, number, (index, _value(number) - edge.page))
        for edge in group
        for index, number in enumerate(_NUMBER.findall(edge.text))
    ]
    votes = Counter(vote for _, _, vote in numbers)
    elected, count = votes.most_common(1)[0]
    is_bare = _NUMBER.sub("", group[0].text).strip("-–—|/[]() .") == ""
    is_page_number = elected[1] == offset or count >= _MIN_PAGE_SHARE * pages
    is_small = _median_size(group) <= 1.15 * body
    if count < min_count or not is_page_number or not (is_small or is_bare):
        return []
    return [(edge, number) for edge, number, vote in numbers if vote == elected]


def _repetitions(group: list[_Edge], min_count: int, body: float) -> list[_Edge]:
    """Return the segments of a repeated text, without the first if it is a title."""
    if len({edge.page for edge in group}) < min_count:
        return []
    ordered = sorted(group, key=lambda edge: edge.page)
    return ordered[1:] if _median_size(group) > 1.15 * body else ordered


def _median_size(group: Sequence[_Edge]) -> float:
    return median(edge.segment.size for edge in group)


def _value(number: str) -> int:
    if number.isdigit():
        return int(number[:9])
    total, last = 0, 0
    for letter in reversed(number.casefold()):
        value = _ROMAN.get(letter, 0)
        total += value if value >= last else -value
        last = max(last, value)
    return total
