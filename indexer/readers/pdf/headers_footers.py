"""Detection of headers, footers and page numbers: text repeated at the edges of pages.

Being at the edge proves nothing: a title may be there. Text at the same height of
several pages is a header if it is identical, but for a number that grows by one a page.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from statistics import median

from indexer.readers.groups import consecutive_groups
from indexer.readers.pdf.raw_page import RawPage
from indexer.readers.pdf.word_boxes import TextSegment

_EDGE_LINES = 3
_HEIGHT_TOLERANCE = 7.0
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_MIN_PAGE_SHARE = 0.5
_PRINTED_URL = re.compile(r"(?:https?|file)://\S+(?: \d+/\d+)?")
_PRINTED_TIME = re.compile(
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? (?:à )?\d{1,2}[:h]\d\d\b.*"
)
"""The URL that browsers print below a page, and the time that they print above."""


@dataclass(frozen=True, slots=True)
class HeadersFooters:
    """Header and footer segments as pairs of page and index, and printed page numbers.

    `sideways` are repeated texts along the sides of pages.
    """

    segments: frozenset[tuple[int, int]]
    labels: dict[int, str]
    sideways: frozenset[str] = frozenset()

    def contains(self, page: int, index: int) -> bool:
        """Return whether a segment of a page, by its index, is a header or footer."""
        return (page, index) in self.segments


@dataclass(frozen=True, slots=True)
class _EdgeSegment:
    page: int
    index: int
    text: str
    middle: float
    size: float

    @property
    def key(self) -> tuple[int, int]:
        return self.page, self.index


def find_headers_footers(pages: Sequence[RawPage], body: float) -> HeadersFooters:
    """Find the headers and footers of a file, given its body font size."""
    edges = [edge for page in pages for edge in _edge_segments(page)]
    min_count = 3 if len(pages) > 3 else 2
    repeated: set[tuple[int, int]] = set()
    labels: dict[int, str] = {}
    offset = _page_offset(edges, len(pages), min_count)
    for group in _groups_with_numbers(edges):
        page_numbers = _page_numbers(group, len(pages), min_count, body, offset)
        repeated.update(edge.key for edge, _ in page_numbers)
        for edge, label in page_numbers:
            labels.setdefault(edge.page, label)
    for group in _groups_with_same_text(edges):
        repeated.update(edge.key for edge in _repetitions(group, min_count, body))
    repeated |= {key for page in pages for key in _browser_lines(page)}
    segments = {key for page in pages for key in _outermost(page, repeated)}
    return HeadersFooters(
        frozenset(segments), labels, _repeated_side_texts(pages, min_count)
    )


def _outermost(
    page: RawPage, repeated: Set[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield the repeated segments of a page up to its first line of body text.

    A repeated line beyond that may be a heading that each sheet of a file has.
    """
    top, bottom = _edge_lines(page)
    for lines in (top, bottom[::-1]):
        for line in lines:
            keys = [(page.number, index) for index in line]
            yield from (key for key in keys if key in repeated)
            if not any(key in repeated for key in keys):
                break


def _browser_lines(page: RawPage) -> Iterator[tuple[int, int]]:
    """Yield the lines that a browser prints around a page, even around a single one."""
    top, bottom = _edge_lines(page)
    if not bottom or not _matches(_PRINTED_URL, page, bottom[-1]):
        return
    lines = [bottom[-1], *([top[0]] if _matches(_PRINTED_TIME, page, top[0]) else [])]
    yield from ((page.number, index) for line in lines for index in line)


def _matches(pattern: re.Pattern[str], page: RawPage, line: Sequence[int]) -> bool:
    texts = [edge_text(page.segments[index]) for index in line]
    has_page_count = any(re.search(r"\b\d+/\d+$", text) for text in texts)
    is_match = any(pattern.fullmatch(text) for text in texts)
    return is_match and (has_page_count or pattern is _PRINTED_TIME)


def _repeated_side_texts(pages: Sequence[RawPage], min_count: int) -> frozenset[str]:
    """Return the sideways texts that several pages have."""
    counts = Counter(
        text for page in pages for text in set(map(edge_text, page.sideways))
    )
    return frozenset(text for text, count in counts.items() if count >= min_count)


def edge_text(segment: TextSegment) -> str:
    """Join the words of a segment."""
    return " ".join(word.text for word in segment.words)


def _edge_segments(page: RawPage) -> list[_EdgeSegment]:
    """Return the segments of the first and last lines of a page."""
    top, bottom = _edge_lines(page)
    return [
        _edge_segment(page, index, page.segments[index])
        for line in (*top, *bottom)
        for index in line
    ]


def _edge_lines(page: RawPage) -> tuple[list[list[int]], list[list[int]]]:
    """Return the first and the last lines of a page, as indices of their segments."""
    segments = page.segments
    lines = consecutive_groups(
        sorted(range(len(segments)), key=lambda index: segments[index].middle),
        lambda line, index: segments[index].middle < segments[line[0]].bottom - 1.0,
    )
    return lines[:_EDGE_LINES], lines[max(_EDGE_LINES, len(lines) - _EDGE_LINES) :]


def _edge_segment(page: RawPage, index: int, segment: TextSegment) -> _EdgeSegment:
    text = edge_text(segment)
    return _EdgeSegment(page.number, index, text, segment.middle, segment.size)


def _groups_with_same_text(edges: Sequence[_EdgeSegment]) -> list[list[_EdgeSegment]]:
    groups: defaultdict[str, list[_EdgeSegment]] = defaultdict(list)
    for edge in edges:
        groups[edge.text.casefold()].append(edge)
    return [part for group in groups.values() for part in _by_height(group)]


def _groups_with_numbers(edges: Sequence[_EdgeSegment]) -> list[list[_EdgeSegment]]:
    groups: defaultdict[str, list[_EdgeSegment]] = defaultdict(list)
    for edge in edges:
        if _NUMBER.search(edge.text):
            groups[_NUMBER.sub("#", edge.text.casefold())].append(edge)
    return [part for group in groups.values() for part in _by_height(group)]


def _by_height(group: list[_EdgeSegment]) -> list[list[_EdgeSegment]]:
    return consecutive_groups(
        sorted(group, key=lambda edge: edge.middle),
        lambda part, edge: edge.middle - part[-1].middle < _HEIGHT_TOLERANCE,
    )


def _page_offset(
    edges: Sequence[_EdgeSegment], pages: int, min_count: int
) -> int | None:
    """Return the difference between printed page numbers and page indices, if clear."""
    votes: Counter[int] = Counter()
    for edge in edges:
        if _NUMBER.fullmatch(edge.text.strip("-–—|[]() .")):
            votes[_value(edge.text.strip("-–—|[]() .")) - edge.page] += 1
    if not votes:
        return None
    offset, count = votes.most_common(1)[0]
    return offset if count >= max(min_count, 0.2 * pages) else None


def _page_numbers(
    group: list[_EdgeSegment],
    pages: int,
    min_count: int,
    body: float,
    offset: int | None,
) -> list[tuple[_EdgeSegment, str]]:
    """Return segments whose number increases by one a page, with their number."""
    votes: Counter[tuple[int, int]] = Counter()
    for edge in group:
        for index, number in enumerate(_NUMBER.findall(edge.text)):
            votes[index, _value(number) - edge.page] += 1
    (index, group_offset), count = votes.most_common(1)[0]
    is_bare = _NUMBER.sub("", group[0].text).strip("-–—|/[]() .") == ""
    is_page_number = group_offset == offset or count >= _MIN_PAGE_SHARE * pages
    is_small = median(edge.size for edge in group) <= 1.15 * body
    if count < min_count or not is_page_number or not (is_small or is_bare):
        return []
    numbered = []
    for edge in group:
        numbers = _NUMBER.findall(edge.text)
        if index < len(numbers) and _value(numbers[index]) - edge.page == group_offset:
            numbered.append((edge, numbers[index]))
    return numbered


def _repetitions(
    group: list[_EdgeSegment], min_count: int, body: float
) -> list[_EdgeSegment]:
    """Return the repeated segments of a group; the first stays if in large type."""
    if len({edge.page for edge in group}) < min_count:
        return []
    ordered = sorted(group, key=lambda edge: edge.page)
    is_large = median(edge.size for edge in group) > 1.15 * body
    return ordered[1:] if is_large else ordered


def _value(number: str) -> int:
    if number.isdigit():
        return int(number[:9])
    total, last = 0, 0
    for letter in reversed(number.casefold()):
        value = _ROMAN.get(letter, 0)
        total += value if value >= last else -value
        last = max(last, value)
    return total
