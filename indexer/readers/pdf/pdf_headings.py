"""Tells the titles of a file and how deep each lies: by its outline, or its letters."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set

from indexer.model.document import BlockType
from indexer.readers.pdf.bookmarks import Outline, depth_in
from indexer.readers.pdf.paragraphs import Stretch

_LARGE = 1.1
_LARGER = 1.06
_VERY_LARGE = 1.45
_MOST_WORDS = 28
_MOST_WORDS_BOLD = 16
_MOST_LEVELS = 6
_SMALLER = 0.93
_MUCH_SMALLER = 0.8
_OFTEN = 3
_LEADERS = re.compile(r" … |(?:[.·…_]\s?){4,}")
_NUMBER = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s")
_LETTERS = re.compile(r"[^\W\d_]{2,}")

HeadingStyle = tuple[int, bool]
"""Of a title: its size in halves of a point, and whether it is bold."""


def heading_levels(
    stretches: Sequence[Stretch], body: float, outline: Outline
) -> dict[int, int]:
    """Give the places of titles among stretches, and how deep each lies, from 1."""
    deep = {
        place: depth
        for place, stretch in enumerate(stretches)
        if _may_be_title(stretch)
        and (depth := depth_in(outline, stretch.page, stretch.text))
    }
    body_is_bold = _is_mostly_bold(stretches, body)
    places = [
        place
        for place, stretch in enumerate(stretches)
        if place in deep
        or (_may_be_title(stretch) and _stands_out(stretch, body, body_is_bold))
    ]
    by_look = _levels_by_look([stretches[place] for place in places], deep, stretches)
    levels = {
        place: deep.get(place) or by_look[look_of(stretches[place])] for place in places
    }
    # No depth is left out between two others.
    ranks = {level: rank for rank, level in enumerate(sorted(set(levels.values())), 1)}
    return {place: ranks[level] for place, level in levels.items()}


def look_of(stretch: Stretch) -> HeadingStyle:
    """Give what titles of one depth have in common."""
    return round(stretch.size * 2), stretch.style.is_bold


def _may_be_title(stretch: Stretch) -> bool:
    if stretch.type is BlockType.TABLE_ROW or stretch.is_note or not stretch.text:
        return False
    words = stretch.text.split()
    return (
        len(words) <= _MOST_WORDS
        and _LETTERS.search(stretch.text) is not None
        and _LEADERS.search(stretch.text) is None
        and not stretch.text.endswith((",", ";", "…"))
    )


def _stands_out(stretch: Stretch, body: float, body_is_bold: bool) -> bool:  # noqa: FBT001
    """Tell whether letters are those of a title."""
    if stretch.mark and not stretch.mark[0].isalnum():
        return False
    text, words = stretch.text, len(stretch.text.split())
    is_sentence = text.endswith((".", ":")) and words > 8
    if stretch.size >= _VERY_LARGE * body:
        return True
    if stretch.size >= _LARGE * body and stretch.lines <= 3:
        return not is_sentence
    if stretch.size >= _LARGER * body and stretch.lines == 1:
        return words <= _MOST_WORDS_BOLD and not text.endswith((".", ":"))
    if stretch.size < 0.95 * body or stretch.lines > 2 or words > _MOST_WORDS_BOLD:
        return False
    if stretch.is_bold and not body_is_bold:
        return not text.endswith((".", "?”", ";")) or _NUMBER.match(text) is not None
    letters = [char for char in text if char.isalpha()]
    is_capitals = len(letters) >= 5 and all(char.isupper() for char in letters)
    return is_capitals and words >= 2 and not text.endswith(".")


def _is_mostly_bold(stretches: Sequence[Stretch], body: float) -> bool:
    bold = plain = 0
    for stretch in stretches:
        if abs(stretch.size - body) < 0.6:
            size = len(stretch.text)
            bold, plain = bold + size * stretch.is_bold, plain + size
    return bold > 0.4 * plain


def _levels_by_look(
    titles: Sequence[Stretch], deep: dict[int, int], stretches: Sequence[Stretch]
) -> dict[HeadingStyle, int]:
    """Give the depth of each look: by outline, by numbers, or by size."""
    votes: defaultdict[HeadingStyle, Counter[int]] = defaultdict(Counter)
    for place, depth in deep.items():
        votes[look_of(stretches[place])][depth] += 2
    numbers = [(title, _NUMBER.match(title.text)) for title in titles]
    # Where no number has two parts, "1." begins titles of any depth.
    if any(number is not None and "." in number[1] for _, number in numbers):
        for title, number in numbers:
            if number is not None:
                votes[look_of(title)][number[1].count(".") + 1] += 1
    cover = _cover_looks(titles)
    largest = max((size for size, _ in cover), default=0)
    on_cover = {look: 1 if look[0] >= largest else 2 for look in cover}
    return {**on_cover, **_ranked(titles, cover, votes)}


def _ranked(
    titles: Sequence[Stretch],
    cover: Set[HeadingStyle],
    votes: Mapping[HeadingStyle, Counter[int]],
) -> dict[HeadingStyle, int]:
    """Rank looks by size; those seen once or twice open no depth of their own."""
    seen = Counter(look_of(title) for title in titles)
    levels: dict[HeadingStyle, int] = {}
    level, size = 0, math.inf
    for look in sorted(set(seen) - cover, reverse=True):
        is_smaller = look[0] < _SMALLER * size and seen[look] >= _OFTEN
        if not level or is_smaller or look[0] < _MUCH_SMALLER * size:
            level, size = min(level + 1, _MOST_LEVELS), look[0]
        if votes.get(look):
            level = max(1, votes[look].most_common(1)[0][0])
        levels[look] = min(level, _MOST_LEVELS)
    return levels


def _cover_looks(titles: Sequence[Stretch]) -> set[HeadingStyle]:
    """Give the looks that only a cover has: they tell nothing of other depths."""
    inner = {look_of(title) for title in titles if title.page > 1}
    outer = {look_of(title) for title in titles if title.page == 1}
    return outer - inner if inner else set()
