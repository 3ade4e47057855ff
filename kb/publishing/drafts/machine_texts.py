"""Paragraphs of drafts that a machine translated, until a person has read them.

A paragraph counts as read when somebody says so, or changed a word of it.
"""

import hashlib
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

from indexer.model.ids import Kind, Locale
from indexer.model.problems import Problem, ProblemCode
from indexer.model.schema.field import Shape
from indexer.model.schema.frame import BODY
from indexer.model.schema.kinds import SCHEMAS
from kb.publishing.changes.repository import texts_in
from kb.publishing.drafts.draft import DraftNotes, MachineText, read_notes
from kb.publishing.history.edition_lags import LagParagraph
from kb.publishing.history.edition_words import compared_words, edition_rows
from kb.publishing.records.form_values import (
    FormValue,
    FormValues,
    read_values,
    write_values,
)

_QUOTED_CHARACTERS = 60
_GAP = re.compile(r"\n[ \t]*\n\s*")


def machine_text_key(text: MachineText) -> str:
    """Return the key of a paragraph that a machine translated."""
    words = f"{text.locale}\0{compared_words(text.text)}"
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]


def unread_texts(
    kind: Kind, texts: Mapping[str, str], notes: DraftNotes
) -> tuple[MachineText, ...]:
    """Return the paragraphs of a draft that are as the machine wrote them."""
    unread = []
    for locale in Locale:
        made = [text for text in notes.machine_made if text.locale is locale]
        if not made:
            continue
        rows = edition_rows(kind, locale, texts.get(f"{locale}.md", "")) or {}
        words = {compared_words(row) for field in rows.values() for row in field}
        unread += [text for text in made if compared_words(text.text) in words]
    return tuple(unread)


def machine_text_problems(kind: Kind, folder: Path) -> Iterator[Problem]:
    """Yield an error for each paragraph of a draft that nobody has read yet."""
    texts = texts_in(folder)
    for unread in unread_texts(kind, texts, read_notes(folder)):
        name = f"{unread.locale}.md"
        yield ProblemCode.MACHINE_TEXT_UNREAD.at(
            f"{folder}/{name}",
            _line_of(unread.text, texts.get(name, "")),
            text=_quoted(unread.text),
        )


def takes_translation(kind: Kind, lagging: LagParagraph) -> bool:
    """Return whether a translation of a change can be put into its field."""
    return (
        lagging.difference.new != () and _shape(kind, lagging.field) is not Shape.ITEMS
    )


def with_translation(
    kind: Kind,
    texts: Mapping[str, str],
    locale: Locale,
    lagging: LagParagraph,
    translation: str,
) -> dict[str, str]:
    """Return the texts of a draft with a translated paragraph in its place.

    It replaces the paragraph that is behind, or goes between those around it.
    """
    value = read_values(kind, texts).words.get(locale, {}).get(lagging.field, "")
    new: FormValue
    if lagging.field == BODY and isinstance(value, str):
        new = _with_paragraph(value, lagging, translation)
    elif _shape(kind, lagging.field) is Shape.TEXTS:
        items = [item for item in value if isinstance(item, str)]
        end = lagging.place + 1 if lagging.replaces else lagging.place
        items[lagging.place : end] = [translation]
        new = tuple(items)
    else:
        new = translation
    values = FormValues(words={locale: {lagging.field: new}})
    return write_values(kind, values, texts)


def _with_paragraph(body: str, lagging: LagParagraph, translation: str) -> str:
    spans = _paragraph_spans(body)
    if lagging.replaces and lagging.place < len(spans):
        start, end = spans[lagging.place]
        return body[:start] + translation + body[end:]
    if lagging.place < len(spans):
        start, _ = spans[lagging.place]
        return f"{body[:start]}{translation}\n\n{body[start:]}"
    return f"{body}\n\n{translation}" if body else translation


def _paragraph_spans(body: str) -> list[tuple[int, int]]:
    gaps = [match.span() for match in _GAP.finditer(body)]
    starts = [0, *(end for _, end in gaps)]
    ends = [*(start for start, _ in gaps), len(body)]
    spans = zip(starts, ends, strict=True)
    return [(start, end) for start, end in spans if body[start:end].strip()]


def _shape(kind: Kind, field: str) -> Shape:
    shapes = {declared.name: declared.type for declared in SCHEMAS[kind].words}
    return shapes.get(field, Shape.TEXT)


def _quoted(text: str) -> str:
    """Return the beginning of a text, cut at a word where there is one."""
    shown = textwrap.shorten(text, _QUOTED_CHARACTERS, placeholder="…")
    return shown if len(shown) > 1 else f"{text[:_QUOTED_CHARACTERS]}…"


def _line_of(paragraph: str, text: str) -> int:
    """Return the line of a paragraph in a file, 1 if only its words are there."""
    before, found, _ = text.partition(paragraph.split("\n", maxsplit=1)[0])
    return before.count("\n") + 1 if found else 1
