"""Compares the words of two states of an edition, paragraph by paragraph.

Spaces, typography, Markdown marks and link targets do not count as words.
"""

import hashlib
import html
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from indexer.analysis.tokens import fold, normalize
from indexer.model.edition import ASKED
from indexer.model.ids import Kind, Locale
from indexer.model.schema.frame import BODY
from indexer.model.schema.kinds import SCHEMAS
from kb.publishing.history.differences import (
    Difference,
    aligned_rows,
    difference,
    rows_of,
)
from kb.publishing.records.form_values import read_values

Rows = Mapping[str, tuple[str, ...]]
"""The rows of each field of an edition: a text, list items, or paragraphs."""

_LINK_TARGET = re.compile(r"\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_THOUSANDS = re.compile(r"(?<=\d)[\s,](?=\d{3}(?!\d))")
# A sign that changes the meaning of a number counts as a word: %, €, <, a minus.
_WORD = re.compile(r"[^\W_]+|[%‰€$£<>=+±\u00d7]|(?<!\w)-(?=\d)")
_HEADING = re.compile(r"#{1,6}\s+(.*)")


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of a field that was changed, added (no `old`) or removed (no `new`).

    `old` and `new` are indices; `place` is that of the row, or of the gap, in the new
    rows.
    """

    field: str
    old: int | None
    new: int | None
    place: int


@lru_cache(maxsize=20_000)
def compared_words(text: str) -> str:
    """Return the words of a text, folded, with spaces between them."""
    plain = _INVISIBLE.sub("", html.unescape(_LINK_TARGET.sub("]", text)))
    folded = fold(normalize(plain.replace("\u2212", "-")))
    return " ".join(_WORD.findall(_THOUSANDS.sub("", folded)))


def edition_rows(kind: Kind, locale: Locale, text: str) -> Rows | None:
    """Return the rows of an edition; None if its front matter can't be parsed.

    The questions are left out: each language has its own.
    """
    name = f"{locale}.md"
    values = read_values(kind, {name: text})
    if name in values.raw:
        return None
    of_file = values.of_file(name)
    rows = {
        field.name: tuple(rows_of(field, of_file.get(field.name, "")))
        for field in SCHEMAS[kind].words
        if field.name not in ASKED
    }
    return {name: each for name, each in rows.items() if each}


def row_changes(old: Rows, new: Rows) -> tuple[RowChange, ...]:
    """Return the rows whose words differ, in the order of the fields and rows."""
    names = [*new, *(name for name in old if name not in new)]
    return tuple(
        change
        for name in names
        if (was := old.get(name, ())) != (now := new.get(name, ()))
        for change in _changes(name, was, now)
    )


def accepted_rows(old: Rows, new: Rows, changes: Collection[RowChange]) -> Rows:
    """Return the old rows with some of their changes to the new rows."""
    merged: dict[str, tuple[str, ...]] = {}
    for name in (*new, *(field for field in old if field not in new)):
        was, now = old.get(name, ()), new.get(name, ())
        if was == now:
            merged[name] = now
            continue
        rows: list[str] = []
        for change, is_equal in _aligned(name, was, now):
            is_taken = is_equal or change in changes
            index, source = (change.new, now) if is_taken else (change.old, was)
            if index is not None:
                rows.append(source[index])
        if rows:
            merged[name] = tuple(rows)
    return merged


def change_key(old: Rows, new: Rows, change: RowChange) -> str:
    """Return a key of a change, the same for the same words before and after."""
    was, now = _row(old, change.field, change.old), _row(new, change.field, change.new)
    text = "\0".join(
        (change.field, compared_words(was or ""), compared_words(now or ""))
    )
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def difference_of(
    locale: Locale, old: Rows, new: Rows, change: RowChange
) -> Difference:
    """Return a change as a difference, with the words that differ marked."""
    was, now = _row(old, change.field, change.old), _row(new, change.field, change.new)
    return difference(f"{locale}.md", change.field, was, now)


def heading_at(rows: Rows, place: int) -> str:
    """Return the heading over a place of the body, empty before the first heading."""
    for text in reversed(rows.get(BODY, ())[: place + 1]):
        if heading := _HEADING.match(text):
            return heading[1].split("\n")[0].strip()
    return ""


def matching_changes(
    changes: Sequence[RowChange],
    others: Sequence[RowChange],
    rows: Rows,
    other_rows: Rows,
) -> list[tuple[RowChange, RowChange]]:
    """Pair the changes of one edition with those of the other at the same place.

    Where both editions have as many rows, the same place is the same number, within
    a section of the body if there are as many sections; else the first change of one
    is paired with the first of the other.
    """
    pairs: list[tuple[RowChange, RowChange]] = []
    for name in dict.fromkeys(change.field for change in changes):
        mine = [change for change in changes if change.field == name]
        theirs = [change for change in others if change.field == name]
        bounds = _sections(rows.get(name, ()), other_rows.get(name, ()), name)
        for (start, end), (other_start, other_end) in bounds:
            own = [change for change in mine if start <= change.place < end]
            other = [
                change for change in theirs if other_start <= change.place < other_end
            ]
            if end - start == other_end - other_start:
                by_place = {change.place - other_start: change for change in other}
                pairs += [
                    (change, by_place[change.place - start])
                    for change in own
                    if change.place - start in by_place
                ]
            else:
                pairs += zip(own, other, strict=False)
    return pairs


def place_of_translation(
    rows: Rows, other_rows: Rows, change: RowChange
) -> tuple[int, bool]:
    """Return where a change goes in the other edition, and whether it replaces a row.

    Only the translation of a changed row is replaced: a new row goes between others.
    """
    name, others = change.field, other_rows.get(change.field, ())
    is_changed = change.old is not None and change.new is not None
    for (start, end), (first, last) in _sections(rows.get(name, ()), others, name):
        if start <= change.place < end:
            place = first + change.place - start
            if is_changed and end - start == last - first and place < len(others):
                return place, True
            return min(place, last, len(others)), False
    return len(others), False


def _sections(
    rows: Sequence[str], other_rows: Sequence[str], name: str
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the bounds of the sections of both; a field without any is one section.

    A gap after the last row belongs to the last section.
    """
    starts, other_starts = _starts(rows, name), _starts(other_rows, name)
    if len(starts) != len(other_starts):
        starts, other_starts = [0], [0]
    bounds = pairwise([*starts, len(rows) + 1])
    other_bounds = pairwise([*other_starts, len(other_rows) + 1])
    return list(zip(bounds, other_bounds, strict=True))


def _starts(rows: Sequence[str], name: str) -> list[int]:
    if name != BODY:
        return [0]
    headings = [i for i, text in enumerate(rows) if _HEADING.match(text)]
    return headings if headings[:1] == [0] else [0, *headings]


def _row(rows: Rows, name: str, index: int | None) -> str | None:
    return None if index is None else rows[name][index]


def _changes(name: str, old: Sequence[str], new: Sequence[str]) -> Iterator[RowChange]:
    yield from (change for change, is_equal in _aligned(name, old, new) if not is_equal)


def _aligned(
    name: str, old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[RowChange, bool]]:
    """Yield the corresponding rows, and whether their words are equal.

    A row without words, such as a line across the page, is equal to an absent row.
    """
    was, now = list(map(compared_words, old)), list(map(compared_words, new))
    place = 0
    for i, j in aligned_rows(was, now):
        place = place if j is None else j
        words = "" if i is None else was[i]
        yield RowChange(name, i, j, place), words == ("" if j is None else now[j])
        place += j is not None
