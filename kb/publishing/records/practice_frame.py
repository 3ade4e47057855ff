"""The frame of a practice: the parts of its text, each under a heading of its own.

A text is cut at the headings of the parts. What is before the first heading, and what
is under an unknown heading, is a section too: the text is the sections, in their order.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from indexer.analysis.tokens import fold, normalize
from indexer.model.ids import Locale
from indexer.model.schema.frame import HEADINGS, OTHER, FramePart

_HEADING = re.compile(r" {0,3}#{1,2}\s+(.+?)\s*#*\s*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class FrameSection:
    """A section of a text; `start` is the number of its first line, from 0.

    `opening` is the line of the heading of a part, with the blank lines under it; a
    section that is no part has none. `text` has no blank line around it, `source` is
    the section as it is in the file.
    """

    key: str
    start: int
    opening: str
    text: str
    source: str


def part_of_heading(heading: str) -> FramePart | None:
    """Return the part of a heading, in either language; None if it is unknown."""
    return _PARTS.get(_letters(heading))


def split_frame(body: str) -> tuple[FrameSection, ...]:
    """Cut a text into its sections; their sources, joined, are the text.

    A part that is in the text twice is found the first time only.
    """
    sections: list[FrameSection] = []
    found: set[FramePart] = set()
    lines = body.splitlines(keepends=True)
    starts = list(_starts(lines))
    ends = [*(start for start, _ in starts[1:]), len(lines)]
    bounds = zip(starts, ends if starts else [], strict=True)
    for (start, part), end in bounds:
        source = "".join(lines[start:end])
        if part is not None and part not in found:
            found.add(part)
            sections.append(_part_section(part, start, lines[start:end]))
        elif sections and sections[-1].key.startswith(OTHER):
            last = sections.pop()
            joined = last.source + source
            sections.append(
                FrameSection(last.key, last.start, "", joined.strip("\n"), joined)
            )
        elif source.strip("\n"):
            others = sum(section.key.startswith(OTHER) for section in sections)
            key = f"{OTHER}-{others}"
            sections.append(FrameSection(key, start, "", source.strip("\n"), source))
    return tuple(sections)


def frame_parts(body: object) -> dict[str, str]:
    """Return the texts of the sections of a body by their keys; none of no text."""
    text = body if isinstance(body, str) else ""
    return {section.key: section.text for section in split_frame(text)}


def join_frame(
    body: str, locale: Locale, order: Sequence[str], texts: Mapping[str, str]
) -> str:
    """Return a text with new sections: `texts` by their keys.

    `body` is the text before: a section that is in it unchanged keeps its bytes.
    `order` lists the keys of the sections that the text has; a part that it lacks goes
    to its place in the frame. A section that was emptied is left out, with its heading.
    """
    before = split_frame(body)
    written = {key: _text(text) for key, text in texts.items()}
    empty = {each.key for each in before if not each.text}
    keys = [each for each in _ordered(order, written) if written[each] or each in empty]
    if [(each, written[each]) for each in keys] == [(s.key, s.text) for s in before]:
        return body
    pieces = [
        _written(key, written[key], locale, before).strip("\n")
        if key == keys[-1]
        else _spaced(_written(key, written[key], locale, before))
        for key in keys
    ]
    return "".join(pieces)


def section_at(body: str, line: int) -> str:
    """Return the key of the section of a line of a text, counted from 0; or ""."""
    keys = [each.key for each in split_frame(body) if each.start <= line]
    return keys[-1] if keys else ""


def _letters(text: str) -> str:
    return _NO_LETTER.sub(" ", fold(normalize(text))).strip()


_PARTS = {
    _letters(heading): part
    for part, headings in HEADINGS.items()
    for heading in headings.values()
}


def _text(text: str) -> str:
    """Return a text with Unix line ends and no blank line around; "" if it is blank."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return lines if lines.strip() else ""


def _starts(lines: Sequence[str]) -> Iterator[tuple[int, FramePart | None]]:
    """Yield the first line of each section, and its part; headings in code are text."""
    fence = ""
    yield from [(0, None)] if lines and _heading(lines[0]) is None else []
    for number, line in enumerate(lines):
        if mark := _FENCE.match(line):
            if not fence:
                fence = mark[1]
            elif mark[1].startswith(fence):
                fence = ""
        elif not fence and (heading := _heading(line)) is not None:
            yield number, part_of_heading(heading)


def _heading(line: str) -> str | None:
    match = _HEADING.fullmatch(line.rstrip("\n"))
    return match[1] if match is not None else None


def _part_section(part: FramePart, start: int, lines: Sequence[str]) -> FrameSection:
    blank = 1
    while blank < len(lines) and not lines[blank].strip("\n"):
        blank += 1
    text = _text("".join(lines[blank:]))
    return FrameSection(part.value, start, "".join(lines[:blank]), text, "".join(lines))


def _ordered(order: Sequence[str], texts: Mapping[str, str]) -> list[str]:
    """Return the keys of `texts` in an order that has all of them, each once."""
    keys = [key for key in dict.fromkeys(order) if key in texts]
    parts = [each.value for each in FramePart]
    for number, part in enumerate(parts):
        if part in texts and part not in keys:
            earlier = [keys.index(each) for each in parts[:number] if each in keys]
            later = [keys.index(each) for each in parts[number:] if each in keys]
            place = earlier[-1] + 1 if earlier else min(later, default=len(keys))
            keys.insert(place, part)
    return [*keys, *(key for key in texts if key not in keys)]


def _written(
    key: str, text: str, locale: Locale, before: Sequence[FrameSection]
) -> str:
    """Return the source of a section; unchanged if the text before has it."""
    if key.startswith(OTHER):
        same = (s for s in before if s.key.startswith(OTHER) and s.text == text)
        return next((each.source for each in same), text)
    old = next((each for each in before if each.key == key), None)
    if old is not None and old.text == text:
        return old.source
    opening = old.opening if old is not None and old.text else ""
    return (opening or f"## {HEADINGS[FramePart(key)][locale]}\n\n") + text


def _spaced(source: str) -> str:
    """Return the source of a section with a line end; a new one gets a blank line."""
    return source if source.endswith("\n") else f"{source}\n\n"
