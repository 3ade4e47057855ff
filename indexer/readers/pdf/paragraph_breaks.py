"""Tells where a paragraph begins among the lines of a column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.readers.pdf.lines import Line

_SAME_SIZE = 0.06
_LEADING = 1.35
_LARGE = 1.15
_TITLE = 1.45
_ENDS = tuple('.!?:;…»”")')
_LEADS = re.compile(r"(?:[.·…_]\s?){4,}[ivxlc\d]+$")
"""A line of a table of contents, to its end."""

_BULLET = re.compile(r"[^\w\s(–—-]")


@dataclass(frozen=True, slots=True)
class Edges:
    """The left and right of a column, and how far apart its lines stand by size."""

    left: float
    right: float
    leading: dict[float, float]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Edges:
        """Measure them on the lines."""
        steps: dict[float, list[float]] = {}
        for above, below in pairwise(lines):
            step = below.bottom - above.bottom
            if abs(above.size - below.size) < 0.3 and step > 0.4 * below.size:
                steps.setdefault(round(below.size), []).append(step)
        leading = {size: _low_median(found) for size, found in steps.items()}
        left = min(line.x0 for line in lines)
        return cls(left, max(line.x1 for line in lines), leading)

    def step(self, size: float) -> float:
        """Tell how far apart lines of a size stand within a paragraph."""
        return min(self.leading.get(round(size), 1.25 * size), 2.0 * size)

    def room(self, line: Line) -> float:
        """Tell how much room a line leaves at its end."""
        return self.right - line.x1


def _low_median(steps: list[float]) -> float:
    """Give the usual step: those between paragraphs are the larger ones."""
    ordered = sorted(steps)
    return ordered[(len(ordered) - 1) // 3]


def begins_paragraph(
    group: Sequence[Line], line: Line, edges: Edges, body: float
) -> bool:
    """Tell whether a line begins a paragraph, after the lines of another."""
    last = group[-1]
    if abs(line.size - last.size) > _SAME_SIZE * last.size:
        return True
    step, usual = line.bottom - last.bottom, edges.step(line.size)
    if line.is_note or _BULLET.fullmatch(line.mark) or _LEADS.search(last.text):
        return True
    if step > _LEADING * usual and step > 1.25 * line.size:
        return True
    if step < -0.5 * line.size:
        return False
    if line.mark and _mark_begins(group, line, edges):
        return True
    return _look_begins(group, line, edges, body)


def _mark_begins(group: Sequence[Line], line: Line, edges: Edges) -> bool:
    """Tell whether a number or a dash begins an item, and is not of the text."""
    last = group[-1]
    return (
        last.text.endswith((*_ENDS, ","))
        or edges.room(last) > line.first_width + 1.5 * line.size
        or (bool(group[0].mark) and group[0].x0 >= line.x0 - line.size)
        or last.is_bold != line.is_bold
    )


def _look_begins(group: Sequence[Line], line: Line, edges: Edges, body: float) -> bool:
    last = group[-1]
    if last.ends_bold != line.begins_bold:
        ended = last.text.endswith(_ENDS) or _would_fit(last, line, edges)
        whole = last.is_bold or line.is_bold
        # A bold line, and a plain one that begins a sentence: a title and its text.
        is_title = all(one.is_bold for one in group) and not line.text[:1].islower()
        return whole and (ended or is_title)
    if line.size < _TITLE * body and _is_centred_apart(last, line, edges):
        return True
    if line.size > _LARGE * body:
        return False
    if group[0].mark and _dedent_begins(group, line, edges):
        return True
    if not group[0].mark and _indent_begins(group, line):
        return True
    if last.style.is_italic != line.style.is_italic and _would_fit(last, line, edges):
        return True
    return _ended_early(last, line, edges)


def _dedent_begins(group: Sequence[Line], line: Line, edges: Edges) -> bool:
    """Tell whether a line stands left of the text of an item, and so is not of it.

    Some items only have their first line indented: those go on at the edge.
    """
    first, last, em = group[0], group[-1], line.size
    if line.x0 > first.text_x0 - min(1.5 * em, 0.6 * (first.text_x0 - first.x0)):
        return False
    hangs = len(group) > 1 and group[1].x0 > line.x0 + 0.8 * em
    if hangs or last.text.endswith(_ENDS):
        return True
    return _would_fit(last, line, edges) and not line.text[:1].islower()


def _indent_begins(group: Sequence[Line], line: Line) -> bool:
    last, em = group[-1], line.size
    if not 0.8 * em < line.x0 - last.x0 < 5 * em:
        return False
    hangs = len(group) == 1 and not last.text.endswith(_ENDS)
    return not hangs


def _ended_early(last: Line, line: Line, edges: Edges) -> bool:
    """Tell whether the word that begins a line would have fitted in the one before."""
    if not _would_fit(last, line, edges):
        return False
    if last.text.endswith(_ENDS):
        return True
    starts = line.text[:1].isupper() or line.text[:1].isdigit()
    return starts and edges.room(last) > max(
        0.3 * (edges.right - last.x0), 6 * line.size
    )


def _is_centred_apart(last: Line, line: Line, edges: Edges) -> bool:
    """Tell whether two centred lines say two things, as those of a cover do.

    A centred text that goes on fills its lines first.
    """
    em = line.size
    is_centred = abs((last.x0 + last.x1) - (line.x0 + line.x1)) < em
    # The first line of a paragraph is set in by less, and may end as early.
    is_free = min(last.x0, line.x0) > edges.left + 2.5 * em
    shift = abs(last.x0 - line.x0)
    if not is_centred or shift < (em if is_free else 2.5 * em):
        return False
    begins = line.text[:1].isupper() or line.text[:1].isdigit()
    return begins and 2 * edges.room(last) > line.first_width + 1.5 * em


def _would_fit(last: Line, line: Line, edges: Edges) -> bool:
    return edges.room(last) > line.first_width + 1.5 * line.size
