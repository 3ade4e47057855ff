"""Reads an edition (`fr.md` or `en.md`): front matter, then text in Markdown.

`EditionLines` finds the lines of its texts in the file.
"""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.commonmark import FOOTNOTE_MARK, MAX_FOOTNOTE_MARKS, nested_line
from indexer.corpus.field_readers import READERS, read_items
from indexer.corpus.text_files import read_utf8
from indexer.corpus.typography import typeset
from indexer.corpus.yaml_fields import FieldReader, parse_yaml
from indexer.corpus.yaml_lines import Mapping, Scalar, Sequence, YamlValue
from indexer.model.edition import ASKED, Edition
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.long_text import LongText
from indexer.model.problems import Problem, ProblemCode
from indexer.model.record_parts import Figure, FirstStep
from indexer.model.schema.field import Field, Shape, declarations
from indexer.model.schema.kinds import SCHEMAS

_FRONT_MATTER = re.compile(
    rb"\s*---[ \t]*\n(.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE
)
_LINK = re.compile(rb"\]\(\s*([a-z]+/[^)\s#]+)[^)]*\)")


@dataclass(frozen=True, slots=True)
class EditionLink:
    """A link to another record in a text, with its line."""

    target: RecordId
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class EditionParts:
    """The front matter and the text of an edition, and their first lines."""

    fields: str
    fields_line: int
    body: bytes
    body_line: int


def split_edition(text: bytes) -> EditionParts | None:
    """Split UTF-8 bytes into front matter and text; None without front matter."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return None
    return EditionParts(
        fields=match.group(1).decode("utf-8"),
        fields_line=text.count(b"\n", 0, match.start(1)) + 1,
        body=text[match.end() :],
        body_line=text.count(b"\n", 0, match.end()) + 1,
    )


def read_edition(
    text: bytes, *, kind: Kind, locale: Locale, path: str, problems: list[Problem]
) -> tuple[Edition, tuple[EditionLink, ...]] | None:
    """Read the UTF-8 bytes of `fr.md` or `en.md`; None when they are not valid.

    Problems are appended to `problems`. The text after the front matter is never
    decoded, because it may be long.
    """
    parts = split_edition(text)
    if parts is None:
        problems.append(ProblemCode.MISSING_FRONT_MATTER.at(path))
        return None
    value = parse_yaml(parts.fields, path, problems, first_line=parts.fields_line)
    if not isinstance(value, Mapping):
        if value is not None:
            problems.append(ProblemCode.EMPTY_FRONT_MATTER.at(path, parts.fields_line))
        return None
    fields = FieldReader(value, path, problems)
    body = parts.body
    nested = nested_line(body)
    if nested is not None:
        line = parts.body_line + nested - 1
        problems.append(ProblemCode.NESTED_TOO_DEEPLY.at(path, line))
        return None
    if body.count(FOOTNOTE_MARK.encode()) > MAX_FOOTNOTE_MARKS:
        code = ProblemCode.TOO_MANY_FOOTNOTES
        problems.append(code.at(path, parts.body_line, count=MAX_FOOTNOTE_MARKS))
    links: list[EditionLink] = []
    reader = _EditionReader(fields, kind, locale, path, links)
    edition = reader.edition(LongText(body.strip(b"\n")))
    has_title = edition.title or kind is Kind.DELIVERABLE
    if not has_title or not edition.summary:
        return None
    return edition, (*links, *_links(body, parts.body_line, path, problems))


@dataclass(frozen=True, slots=True)
class _EditionReader:
    """Reads the fields of an edition; the records that they name go into `links`."""

    fields: FieldReader
    kind: Kind
    locale: Locale
    path: str
    links: list[EditionLink]

    def edition(self, body: LongText) -> Edition:
        """Return the edition; its problems are reported to the fields."""
        schema = SCHEMAS[self.kind]
        values = {
            field.attribute: self._value(field)
            for field in schema.words
            if field.type is not Shape.LONG_TEXT
        }
        self.fields.finish()
        return schema.edition_class(locale=self.locale, body=body, **values)

    def _value(self, field: Field) -> Any:
        match field.name:
            case "figures":
                return self._figures()
            case "start_mayor" | "start_police":
                return tuple(self._first_steps(field.name))
        if field.type is Shape.ITEMS:
            return tuple(self._items(field))
        value = READERS[field.type](self.fields, field, self.kind)
        if isinstance(value, str):
            return typeset(value, self.locale)
        return tuple(typeset(text, self.locale) for text in value)

    def _items(self, field: Field) -> Iterator[Any]:
        for item, fields in read_items(self.fields, field, self.kind):
            texts: dict[str, str] = {}
            for part in field.parts:
                value = getattr(item, part.attribute)
                if isinstance(value, RecordId):
                    line = fields.line(part.name)
                    self.links.append(EditionLink(value, self.path, line))
                elif part.type is Shape.TEXT:
                    texts[part.attribute] = typeset(value, self.locale)
            yield dataclasses.replace(item, **texts)

    def _first_steps(self, name: str) -> Iterator[FirstStep]:
        for item in self.fields.mappings(name):
            text = item.text("record", required=True)
            why = typeset(item.text("why", required=True), self.locale)
            item.finish()
            target = RecordId.parse(text)
            if target is not None:
                line = item.line("record")
                self.links.append(EditionLink(target, self.path, line))
                yield FirstStep(target, why)
            elif text:
                item.report(ProblemCode.INVALID_TEXT_LINK, "record", link=text)

    def _figures(self) -> tuple[Figure, ...]:
        figures = []
        for item in self.fields.mappings("figures"):
            value = item.text("value", required=True)
            label = item.text("label", required=True)
            item.finish()
            texts = (typeset(value, self.locale), typeset(label, self.locale))
            figures.append(Figure(*texts))
        if len(figures) not in {0, 2, 4}:
            count = len(figures)
            self.fields.report(ProblemCode.FIGURE_COUNT, "figures", count=count)
        return tuple(figures)


def body_links(body: bytes) -> Iterator[tuple[str, int]]:
    """Yield the links to records of a text, with their lines, which count from 0."""
    for match in _LINK.finditer(body):
        yield match.group(1).decode("utf-8"), body.count(b"\n", 0, match.start())


def _links(
    body: bytes, first_line: int, path: str, problems: list[Problem]
) -> Iterator[EditionLink]:
    for link, number in body_links(body):
        line = first_line + number
        target = RecordId.parse(link)
        if target is None:
            problems.append(ProblemCode.INVALID_TEXT_LINK.at(path, line, link=link))
        else:
            yield EditionLink(target, path, line)


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
    for name, field in declarations(type(edition)).items():
        value = getattr(edition, name)
        if field.type is Shape.TEXT and value:
            yield EditionPart(value, value)
        elif field.type is Shape.TEXTS and name not in ASKED:
            yield from (EditionPart(text, text) for text in value)
        elif field.item_class is not None:
            for item in value:
                yield from _item_parts(item, field)
    for step in (*edition.start_mayor, *edition.start_police):
        yield EditionPart(step.why, step.why)
    for figure in edition.figures:
        yield EditionPart(f"{figure.value} {figure.label}", figure.label)
    yield EditionPart(str(edition.body))


def _item_parts(item: Any, field: Field) -> Iterator[EditionPart]:
    for part in field.parts:
        if part.type is Shape.TEXT and part.linked is None:
            text = getattr(item, part.attribute)
            yield EditionPart(text, text)


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
