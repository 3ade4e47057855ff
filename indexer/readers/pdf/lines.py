"""Lines of a flow: their text, without the calls of notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.readers.pdf.text_runs import is_mark
from indexer.readers.pdf.word_boxes import FontStyle, TextSegment, WordBox

_RAISED_SIZE = 0.8
_CALL = re.compile(r"[\[(]?\d{1,3}[\])]?|[*†‡]+|\d{1,3}(?:[,;]\d{1,3})+")
_UNITS = frozenset("m km cm mm dm hm r co h".split())
_LETTERS = re.compile(r"[^\W\d_]+$")
_CLOSING = frozenset(".,)]…")
_TOUCH_EM = 0.1


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a flow, where it stands, and how most of it looks.

    `mark` is what stands before an item of a list, or the number of a note; `bare` is
    the text without it. It may begin or end bold, or be bold from end to end.
    """

    text: str
    mark: str
    bare: str
    x0: float
    text_x0: float
    x1: float
    top: float
    bottom: float
    size: float
    style: FontStyle
    first_width: float
    is_note: bool
    begins_bold: bool
    ends_bold: bool
    is_bold: bool


def line_of(segments: Sequence[TextSegment]) -> Line:
    """Make a line of the segments that stand side by side."""
    main = max(segments, key=lambda one: sum(len(word.text) for word in one.words))
    words = [word for segment in segments for word in segment.words]
    is_note = is_note_number(words, main)
    is_item = len(words) > 1 and is_mark(words[0].text) and not words[1].is_glued
    mark, rest = ("", words) if not (is_note or is_item) else (words[0].text, words[1:])
    return Line(
        text=text_of(words, main),
        mark=mark,
        bare=text_of(rest, main),
        x0=min(segment.x0 for segment in segments),
        text_x0=rest[0].x0,
        x1=max(segment.x1 for segment in segments),
        top=min(segment.top for segment in segments),
        bottom=max(segment.bottom for segment in segments),
        # What was typed into a field is not a title for being larger than its name.
        size=min(main.size, segments[0].size) if len(segments) > 1 else main.size,
        style=main.style,
        first_width=rest[0].x1 - rest[0].x0,
        is_note=is_note,
        begins_bold=rest[0].style.is_bold,
        ends_bold=rest[-1].style.is_bold,
        is_bold=all(word.style.is_bold for word in rest),
    )


def is_note_number(words: Sequence[WordBox], main: TextSegment) -> bool:
    """Tell whether a line begins with a raised number, as a footnote does."""
    return len(words) > 1 and _is_raised(words[0], main) and _is_call(words[0].text)


def text_of(words: Sequence[WordBox], main: TextSegment) -> str:
    """Join words by what parts them, and leave out the calls of notes."""
    parts: list[str] = []
    call: WordBox | None = None
    for word in words:
        if _is_raised(word, main) and _is_call(word.text) and parts:
            unit = _LETTERS.search(parts[-1])
            if unit is None or unit[0].casefold() not in _UNITS:
                call = word
                continue
        is_glued = word.is_glued if call is None else _closes(word, call)
        if parts and not is_glued:
            parts.append(" ")
        parts.append(word.text)
        call = None
    return "".join(parts).strip()


def _closes(word: WordBox, call: WordBox) -> bool:
    """Tell whether what follows a call touches the word that the call is of.

    Other words touch the call alone, and signs that French sets apart may.
    """
    if word.text[0] in _CLOSING:
        return True
    is_near = word.x0 - call.x1 < _TOUCH_EM * word.size
    return not word.text[0].isalnum() and (word.is_glued or is_near)


def _is_raised(word: WordBox, main: TextSegment) -> bool:
    rise = (main.bottom - word.bottom) / max(main.height, 1.0)
    if word.size < _RAISED_SIZE * main.size:
        return rise > 0.08
    return word.size < 0.97 * main.size and rise > 0.2


def _is_call(text: str) -> bool:
    return _CALL.fullmatch(text) is not None
