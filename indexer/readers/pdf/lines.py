"""Lines of a flow, their text without note references, and paragraph breaks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.readers.pdf.text_runs import is_list_label
from indexer.readers.pdf.word_boxes import FontStyle, TextSegment, WordBox

_SUPERSCRIPT_SIZE = 0.8
_NOTE_REFERENCE = re.compile(r"[\[(]?\d{1,3}[\])]?|[*†‡]+|\d{1,3}(?:[,;]\d{1,3})+")
_UNITS = frozenset("m km cm mm dm hm r co h".split())
_LETTERS = re.compile(r"[^\W\d_]+$")
_CLOSING = frozenset(".,)]…")
_MAX_TOUCH_GAP_EM = 0.1


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a flow, with the font style of most of its text.

    `label` is the label of a list item or the number of a footnote, "" without one.
    """

    text: str
    label: str
    text_without_label: str
    x0: float
    text_x0: float
    x1: float
    bottom: float
    size: float
    style: FontStyle
    first_width: float
    is_note: bool
    starts_bold: bool
    ends_bold: bool
    is_bold: bool


def line_of(segments: Sequence[TextSegment]) -> Line:
    """Return the line of segments that are side by side."""
    main = max(segments, key=lambda segment: segment.character_count)
    words = [word for segment in segments for word in segment.words]
    first = words[0]
    is_note = len(words) > 1 and _is_note_reference(first, main)
    is_item = len(words) > 1 and is_list_label(first.text) and not words[1].is_glued
    label, rest = (first.text, words[1:]) if is_note or is_item else ("", words)
    return Line(
        text=_text_of(words, main),
        label=label,
        text_without_label=_text_of(rest, main),
        x0=min(segment.x0 for segment in segments),
        text_x0=rest[0].x0,
        x1=max(segment.x1 for segment in segments),
        bottom=max(segment.bottom for segment in segments),
        # A form field in larger type than its label is no heading.
        size=min(main.size, segments[0].size) if len(segments) > 1 else main.size,
        style=main.style,
        first_width=rest[0].x1 - rest[0].x0,
        is_note=is_note,
        starts_bold=rest[0].style.is_bold,
        ends_bold=rest[-1].style.is_bold,
        is_bold=all(word.style.is_bold for word in rest),
    )


def _text_of(words: Sequence[WordBox], main: TextSegment) -> str:
    """Join words, and omit note references."""
    parts: list[str] = []
    reference: WordBox | None = None
    for word in words:
        if parts and _is_note_reference(word, main):
            unit = _LETTERS.search(parts[-1])
            if unit is None or unit[0].casefold() not in _UNITS:
                reference = word
                continue
        is_glued = (
            word.is_glued if reference is None else _is_glued_after(word, reference)
        )
        if parts and not is_glued:
            parts.append(" ")
        parts.append(word.text)
        reference = None
    return "".join(parts).strip()


def _is_glued_after(word: WordBox, reference: WordBox) -> bool:
    """Return whether a word after a note reference belongs to the word before it.

    Punctuation does; other words, and French « : ; ? ! », have a space before them.
    """
    if word.text[0] in _CLOSING:
        return True
    is_near = word.x0 - reference.x1 < _MAX_TOUCH_GAP_EM * word.size
    return not word.text[0].isalnum() and (word.is_glued or is_near)


def _is_note_reference(word: WordBox, main: TextSegment) -> bool:
    """Return whether a word is a superscript number or sign."""
    rise = (main.bottom - word.bottom) / max(main.height, 1.0)
    is_small = word.size < _SUPERSCRIPT_SIZE * main.size
    is_superscript = (
        rise > 0.08 if is_small else word.size < 0.97 * main.size and rise > 0.2
    )
    return is_superscript and _NOTE_REFERENCE.fullmatch(word.text) is not None


_SIZE_TOLERANCE = 0.06
_MAX_LEADING_RATIO = 1.35
_LARGE_RATIO = 1.15
_TITLE_RATIO = 1.45
_SENTENCE_ENDS = tuple('.!?:;…»”")')
_LEADER = re.compile(r"(?:[.·…_]\s?){4,}[ivxlc\d]+$")
"""The leader and the page number of a table of contents entry."""

_BULLET = re.compile(r"[^\w\s(–—-]")


@dataclass(frozen=True, slots=True)
class ColumnMetrics:
    """The left and right edges of a column, and its leading by font size."""

    left: float
    right: float
    leading: dict[float, float]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "ColumnMetrics":
        """Measure the column of some lines."""
        steps: dict[float, list[float]] = {}
        for above, below in pairwise(lines):
            step = below.bottom - above.bottom
            if abs(above.size - below.size) < 0.3 and step > 0.4 * below.size:
                steps.setdefault(round(below.size), []).append(step)
        # The lower tercile, for the larger steps are between paragraphs.
        leading = {
            size: sorted(heights)[(len(heights) - 1) // 3]
            for size, heights in steps.items()
        }
        left = min(line.x0 for line in lines)
        return cls(left, max(line.x1 for line in lines), leading)

    def step(self, size: float) -> float:
        """Return the leading of a font size within a paragraph."""
        return min(self.leading.get(round(size), 1.25 * size), 2.0 * size)

    def free_width(self, line: Line) -> float:
        """Return the width that a line leaves free at its end."""
        return self.right - line.x1


def starts_paragraph(
    group: Sequence[Line], line: Line, metrics: ColumnMetrics, body: float
) -> bool:
    """Return whether a line starts a new paragraph after the lines of another."""
    last = group[-1]
    if abs(line.size - last.size) > _SIZE_TOLERANCE * last.size:
        return True
    step, leading = line.bottom - last.bottom, metrics.step(line.size)
    if line.is_note or _BULLET.fullmatch(line.label) or _LEADER.search(last.text):
        return True
    if step > _MAX_LEADING_RATIO * leading and step > 1.25 * line.size:
        return True
    if step < -0.5 * line.size:
        return False
    if line.label and _is_list_label(group, line, metrics):
        return True
    return _format_starts_paragraph(group, line, metrics, body)


def _is_list_label(group: Sequence[Line], line: Line, metrics: ColumnMetrics) -> bool:
    """Return whether a number or a dash is a list label, and not part of the text."""
    last = group[-1]
    return (
        last.text.endswith((*_SENTENCE_ENDS, ","))
        or _would_fit(last, line, metrics)
        or (bool(group[0].label) and group[0].x0 >= line.x0 - line.size)
        or last.is_bold != line.is_bold
    )


def _format_starts_paragraph(
    group: Sequence[Line], line: Line, metrics: ColumnMetrics, body: float
) -> bool:
    last = group[-1]
    if last.ends_bold != line.starts_bold:
        is_ended = last.text.endswith(_SENTENCE_ENDS) or _would_fit(last, line, metrics)
        is_uniform = last.is_bold or line.is_bold
        # A bold line before a plain one that starts a sentence is a heading.
        is_heading = all(each.is_bold for each in group) and not line.text[:1].islower()
        return is_uniform and (is_ended or is_heading)
    is_centred = _is_separate_centred_line(last, line, metrics)
    if is_centred and line.size < _TITLE_RATIO * body:
        return True
    if line.size > _LARGE_RATIO * body:
        return False
    is_shifted = (
        _dedent_starts_paragraph(group, line, metrics)
        if group[0].label
        else _indent_starts_paragraph(group, line)
    )
    return is_shifted or (
        _would_fit(last, line, metrics)
        and (
            last.style.is_italic != line.style.is_italic
            or _ends_early(last, line, metrics)
        )
    )


def _dedent_starts_paragraph(
    group: Sequence[Line], line: Line, metrics: ColumnMetrics
) -> bool:
    """Return whether a line is left of the text of a list item, and ends the item.

    Items with a first-line indent continue at the left edge.
    """
    first, last, em = group[0], group[-1], line.size
    if line.x0 > first.text_x0 - min(1.5 * em, 0.6 * (first.text_x0 - first.x0)):
        return False
    is_hanging = len(group) > 1 and group[1].x0 > line.x0 + 0.8 * em
    if is_hanging or last.text.endswith(_SENTENCE_ENDS):
        return True
    return _would_fit(last, line, metrics) and not line.text[:1].islower()


def _indent_starts_paragraph(group: Sequence[Line], line: Line) -> bool:
    last, em = group[-1], line.size
    is_indented = 0.8 * em < line.x0 - last.x0 < 5 * em
    # The second line of a hanging paragraph is indented, too.
    return is_indented and (len(group) > 1 or last.text.endswith(_SENTENCE_ENDS))


def _ends_early(last: Line, line: Line, metrics: ColumnMetrics) -> bool:
    """Return whether a sentence ends, or much of the line before is left free."""
    min_free_width = max(0.3 * (metrics.right - last.x0), 6 * line.size)
    return last.text.endswith(_SENTENCE_ENDS) or (
        _starts_sentence(line) and metrics.free_width(last) > min_free_width
    )


def _is_separate_centred_line(last: Line, line: Line, metrics: ColumnMetrics) -> bool:
    """Return whether two centred lines are separate, like those of a cover.

    A centred paragraph fills its lines first.
    """
    em = line.size
    is_centred = abs((last.x0 + last.x1) - (line.x0 + line.x1)) < em
    # The first-line indent of a paragraph is smaller than 2.5 em.
    is_indented = min(last.x0, line.x0) > metrics.left + 2.5 * em
    shift = abs(last.x0 - line.x0)
    if not is_centred or shift < (em if is_indented else 2.5 * em):
        return False
    is_free = 2 * metrics.free_width(last) > line.first_width + 1.5 * em
    return is_free and _starts_sentence(line)


def _would_fit(last: Line, line: Line, metrics: ColumnMetrics) -> bool:
    return metrics.free_width(last) > line.first_width + 1.5 * line.size


def _starts_sentence(line: Line) -> bool:
    return line.text[:1].isupper() or line.text[:1].isdigit()
