"""Finds running heads, feet and page numbers: what comes again from page to page.

A place at the edge of a page proves nothing: a title may stand there. What comes again
at the same height, the same but for a number that grows as pages do, is no text.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from statistics import median

from indexer.readers.pdf.page_numbers import RawPage
from indexer.readers.pdf.word_boxes import TextSegment

_EDGE_LINES = 3
_SAME_HEIGHT = 7.0
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_MOST_PAGES = 0.5
_ADDRESS = re.compile(r"(?:https?|file)://\S+(?: \d+/\d+)?")
_HOUR = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? (?:à )?\d{1,2}[:h]\d\d\b.*")
"""What a browser prints below a page, and above it beside the title."""


@dataclass(frozen=True, slots=True)
class Running:
    """What is to be left out of each page, and the number printed on it.

    `aside` are the texts along the sides of pages that are left out.
    """

    left_out: frozenset[tuple[int, int]]
    labels: dict[int, str]
    aside: frozenset[str] = frozenset()

    def is_running(self, page: int, place: int) -> bool:
        """Tell whether the segment at a place of a page is left out."""
        return (page, place) in self.left_out


@dataclass(frozen=True, slots=True)
class _Seen:
    page: int
    place: int
    text: str
    middle: float
    size: float

    @property
    def key(self) -> tuple[int, int]:
        return self.page, self.place


def find_running(pages: Sequence[RawPage], body: float) -> Running:
    """Find what comes again at the edges of pages."""
    edges = [seen for page in pages for seen in _edge_segments(page)]
    least = 3 if len(pages) > 3 else 2
    found: set[tuple[int, int]] = set()
    labels: dict[int, str] = {}
    offset = _page_offset(edges, len(pages), least)
    for group in _same_but_numbers(edges):
        numbered = _numbered(group, len(pages), least, body, offset)
        found.update(seen.key for seen, _ in numbered)
        for seen, label in numbered:
            labels.setdefault(seen.page, label)
    for group in _same_text(edges):
        found.update(seen.key for seen in _repeated(group, least, body))
    found |= {key for page in pages for key in _printed_around(page)}
    left_out = {key for page in pages for key in _outermost(page, found)}
    return Running(frozenset(left_out), labels, _aside_again(pages, least))


def _outermost(page: RawPage, found: Set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Give what was found from the edges of a page inwards.

    Behind a line of the text there is only text: what comes again there may be a title
    that each sheet of a file has.
    """
    top, bottom = _edge_lines(page)
    for lines in (top, bottom[::-1]):
        for line in lines:
            keys = [(page.number, place) for place in line]
            yield from (key for key in keys if key in found)
            if not any(key in found for key in keys):
                break


def _printed_around(page: RawPage) -> Iterator[tuple[int, int]]:
    """Give the lines that a browser prints around a page, be there only one page."""
    top, bottom = _edge_lines(page)
    if not bottom or not _says(_ADDRESS, page, bottom[-1]):
        return
    lines = [bottom[-1], *([top[0]] if _says(_HOUR, page, top[0]) else [])]
    yield from ((page.number, place) for line in lines for place in line)


def _says(pattern: re.Pattern[str], page: RawPage, line: Sequence[int]) -> bool:
    texts = [edge_text(page.segments[place]) for place in line]
    is_last = any(re.search(r"\b\d+/\d+$", text) for text in texts)
    is_said = any(pattern.fullmatch(text) for text in texts)
    return is_said and (is_last or pattern is _HOUR)


def _aside_again(pages: Sequence[RawPage], least: int) -> frozenset[str]:
    """Give what stands along the side of several pages."""
    seen = Counter(
        text for page in pages for text in {edge_text(one) for one in page.aside}
    )
    return frozenset(text for text, count in seen.items() if count >= least)


def edge_text(segment: TextSegment) -> str:
    """Give the words of a segment."""
    return " ".join(word.text for word in segment.words)


def _edge_segments(page: RawPage) -> list[_Seen]:
    """Give the segments of the first and last lines of a page."""
    top, bottom = _edge_lines(page)
    return [
        _seen(page, place, page.segments[place])
        for line in (*top, *bottom)
        for place in line
    ]


def _edge_lines(page: RawPage) -> tuple[list[list[int]], list[list[int]]]:
    """Give the first lines of a page and its last, as places of their segments."""
    order = sorted(
        range(len(page.segments)), key=lambda place: page.segments[place].middle
    )
    lines: list[list[int]] = []
    for place in order:
        segment = page.segments[place]
        if lines and segment.middle < page.segments[lines[-1][0]].bottom - 1.0:
            lines[-1].append(place)
        else:
            lines.append([place])
    return lines[:_EDGE_LINES], lines[max(_EDGE_LINES, len(lines) - _EDGE_LINES) :]


def _seen(page: RawPage, place: int, segment: TextSegment) -> _Seen:
    text = edge_text(segment)
    return _Seen(page.number, place, text, segment.middle, segment.size)


def _same_text(edges: Sequence[_Seen]) -> list[list[_Seen]]:
    groups: defaultdict[str, list[_Seen]] = defaultdict(list)
    for seen in edges:
        groups[seen.text.casefold()].append(seen)
    return [part for group in groups.values() for part in _by_height(group)]


def _same_but_numbers(edges: Sequence[_Seen]) -> list[list[_Seen]]:
    groups: defaultdict[str, list[_Seen]] = defaultdict(list)
    for seen in edges:
        if _NUMBER.search(seen.text):
            groups[_NUMBER.sub("#", seen.text.casefold())].append(seen)
    return [part for group in groups.values() for part in _by_height(group)]


def _by_height(group: list[_Seen]) -> list[list[_Seen]]:
    parts: list[list[_Seen]] = []
    for seen in sorted(group, key=lambda one: one.middle):
        if parts and seen.middle - parts[-1][-1].middle < _SAME_HEIGHT:
            parts[-1].append(seen)
        else:
            parts.append([seen])
    return parts


def _page_offset(edges: Sequence[_Seen], pages: int, least: int) -> int | None:
    """Tell by how much printed numbers differ from the places of pages."""
    votes: Counter[int] = Counter()
    for seen in edges:
        if _NUMBER.fullmatch(seen.text.strip("-–—|[]() .")):
            votes[_value(seen.text.strip("-–—|[]() .")) - seen.page] += 1
    if not votes:
        return None
    offset, count = votes.most_common(1)[0]
    return offset if count >= max(least, 0.2 * pages) else None


def _numbered(
    group: list[_Seen], pages: int, least: int, body: float, offset: int | None
) -> list[tuple[_Seen, str]]:
    """Give those of a group whose number grows as pages do, with that number."""
    votes: Counter[tuple[int, int]] = Counter()
    for seen in group:
        for index, number in enumerate(_NUMBER.findall(seen.text)):
            votes[index, _value(number) - seen.page] += 1
    (index, shift), count = votes.most_common(1)[0]
    is_bare = _NUMBER.sub("", group[0].text).strip("-–—|/[]() .") == ""
    is_page_number = shift == offset or count >= _MOST_PAGES * pages
    is_small = median(seen.size for seen in group) <= 1.15 * body
    if count < least or not is_page_number or not (is_small or is_bare):
        return []
    found = []
    for seen in group:
        numbers = _NUMBER.findall(seen.text)
        if index < len(numbers) and _value(numbers[index]) - seen.page == shift:
            found.append((seen, numbers[index]))
    return found


def _repeated(group: list[_Seen], least: int, body: float) -> list[_Seen]:
    """Give those of a group that only come again; a large one is kept once."""
    if len({seen.page for seen in group}) < least:
        return []
    by_page = sorted(group, key=lambda seen: seen.page)
    is_large = median(seen.size for seen in group) > 1.15 * body
    return by_page[1:] if is_large else by_page


def _value(number: str) -> int:
    if number.isdigit():
        return int(number[:9])
    total, last = 0, 0
    for letter in reversed(number.casefold()):
        value = _ROMAN.get(letter, 0)
        total += value if value >= last else -value
        last = max(last, value)
    return total
