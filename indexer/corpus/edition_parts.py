"""The texts of an edition, field by field, and their lines in its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.editions import split_edition
from indexer.corpus.text_files import read_utf8
from indexer.corpus.typography import typeset
from indexer.corpus.yaml_fields import parse_yaml
from indexer.corpus.yaml_lines import Mapping, Scalar, Sequence, YamlValue
from indexer.model.ids import Locale
from indexer.model.problems import Problem
from indexer.model.records import PRACTICE_NOTES, Edition

_FIELDS = ("title", "summary", "who", "host", "participants", "date_note")


@dataclass(frozen=True, slots=True)
class EditionPart:
    """A text of an edition; `field_text` is the value in its front matter, or None.

    A figure and its label are one text, for a figure alone says nothing.
    """

    text: str
    field_text: str | None = None


def edition_parts(edition: Edition) -> Iterator[EditionPart]:
    """Yield the texts of an edition that pages show, the body last.

    The questions are not among them: each language has its own.
    """
    texts = [getattr(edition, name) for name in (*_FIELDS, *PRACTICE_NOTES)]
    steps = (*edition.start_mayor, *edition.start_police)
    texts += (*edition.variants, *edition.did_not_work, *(each.why for each in steps))
    for text in filter(None, texts):
        yield EditionPart(text, text)
    for figure in edition.figures:
        yield EditionPart(f"{figure.value} {figure.label}", figure.label)
    yield EditionPart(str(edition.body))


class EditionLines:
    """Finds the lines of texts in the file of an edition, which is read when needed.

    A text that is not in the file, which may have changed meanwhile, is on line 1.
    """

    def __init__(self, path: Path, locale: Locale) -> None:
        self._path = path
        self._locale = locale
        self._read: tuple[dict[str, int], int] | None = None

    def line(self, part: EditionPart, start: int = 0) -> int:
        """Return the line of a position in a text."""
        if part.field_text is not None:
            return self._lines()[0].get(part.field_text, 1)
        return self.body_line(part.text.count("\n", 0, start))

    def body_line(self, number: int) -> int:
        """Return the line of a line of the body, which counts from 0."""
        return self._lines()[1] + number

    def _lines(self) -> tuple[dict[str, int], int]:
        """Return the lines of the texts of the front matter, and that of the body."""
        if self._read is None:
            self._read = self._read_lines()
        return self._read

    def _read_lines(self) -> tuple[dict[str, int], int]:
        ignored: list[Problem] = []  # Reading the record has reported them.
        content = read_utf8(self._path, self._path.name, ignored)
        parts = split_edition(content) if content is not None else None
        if parts is None:
            return {}, 1
        fields = parse_yaml(parts.fields, "", ignored, first_line=parts.fields_line)
        lines: dict[str, int] = {}
        for scalar in _scalars(fields) if fields is not None else ():
            text = typeset(" ".join(scalar.text.split()), self._locale)
            lines.setdefault(text, scalar.line)
        blank = len(parts.body) - len(parts.body.lstrip(b"\n"))
        return lines, parts.body_line + blank


def _scalars(value: YamlValue) -> Iterator[Scalar]:
    match value:
        case Scalar():
            yield value
        case Sequence():
            for item in value.items:
                yield from _scalars(item)
        case Mapping():
            for item, _ in value.entries.values():
                yield from _scalars(item)
