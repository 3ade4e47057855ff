"""Lines of a flow, and their text without note references."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
