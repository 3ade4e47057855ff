"""The fields of one YAML mapping, read one by one.

Each method reports the problems of a field and returns a value in any case, so that one
reading finds every problem. `finish` reports the fields that were not read.
"""

import dataclasses
import datetime as dt
import difflib
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from indexer.corpus.text_files import read_utf8
from indexer.corpus.yaml_lines import (
    Mapping,
    Scalar,
    Sequence,
    YamlSyntaxError,
    YamlValue,
    read_yaml,
)
from indexer.model.codes import NamedAgent, language_code, licence_id
from indexer.model.dates import PartialDate
from indexer.model.ids import SLUG_PATTERN, Kind, RecordId
from indexer.model.problems import Problem, ProblemCode, message

MAX_DIGITS = 6

ChoiceT = TypeVar("ChoiceT", bound=StrEnum)


def parse_yaml(
    text: str, path: str, problems: list[Problem], *, first_line: int = 1
) -> YamlValue | None:
    """Parse a text; None, and a problem appended, when it is not YAML.

    An empty text is an empty scalar.
    """
    try:
        return read_yaml(text, first_line=first_line) or Scalar("", first_line)
    except YamlSyntaxError as error:
        problem = ProblemCode.INVALID_YAML.at(path, error.line, reason=error.reason)
        problems.append(problem)
        return None


def read_yaml_file(
    path: Path, display_path: str, problems: list[Problem]
) -> YamlValue | None:
    """Read and parse a file; None, and a problem appended, when it is not valid."""
    text = read_utf8(path, display_path, problems)
    if text is None:
        return None
    return parse_yaml(text.decode("utf-8"), display_path, problems)


class FieldReader:
    """Reads the fields of a mapping; appends their problems to `problems`.

    `identifiers` are the addresses of ORCID and ROR that stand after names.
    """

    def __init__(self, mapping: Mapping, path: str, problems: list[Problem]) -> None:
        self._mapping = mapping
        self._path = path
        self._problems = problems
        self._read_names: set[str] = set()
        self.identifiers: dict[str, str] = {}
        for name, line in mapping.repeated:
            self.report(ProblemCode.REPEATED_FIELD, line, name=name)

    def report(self, code: ProblemCode, where: int | str, /, **values: object) -> None:
        """Append a problem at a line of this file, or at the line of a field."""
        line = self.line(where) if isinstance(where, str) else where
        self._problems.append(code.at(self._path, line, **values))

    def line(self, name: str) -> int:
        """Return the line of a field, or of the mapping when the field is missing."""
        entry = self._mapping.entries.get(name)
        return self._mapping.line if entry is None else entry[1]

    def names(self) -> tuple[str, ...]:
        """Return the names of the fields, in their order."""
        return tuple(self._mapping.entries)

    def has(self, name: str) -> bool:
        """Return whether the mapping has a field."""
        return name in self._mapping.entries

    def item_lines(self, name: str) -> tuple[int, ...]:
        """Return the line of each item of a list."""
        value = self._value(name)
        items = value.items if isinstance(value, Sequence) else ()
        return tuple(item.line for item in items)

    def text(self, name: str, *, required: bool = False) -> str:
        """Read one text as one line; empty when the field is missing."""
        return " ".join(self.block(name, required=required).split())

    def block(self, name: str, *, required: bool = False) -> str:
        """Read one text with its line breaks; empty when the field is missing."""
        value = self._value(name)
        if isinstance(value, Scalar) and value.text.strip():
            return value.text
        if value is not None and not isinstance(value, Scalar):
            self.report(ProblemCode.EXPECTED_VALUE, name, name=name)
        elif required:
            self.report(ProblemCode.MISSING_FIELD, name, name=name)
        return ""

    def texts(self, name: str, *, required: bool = False) -> tuple[str, ...]:
        """Read a list of texts."""
        return tuple(text for text, _ in self._items(name, required=required))

    def choice(
        self, name: str, choices: Iterable[ChoiceT], *, required: bool = False
    ) -> ChoiceT | None:
        """Read one of `choices`; None when the value is missing or unknown."""
        text = self.text(name, required=required)
        return self._chosen(name, text, self.line(name), choices) if text else None

    def choices(
        self, name: str, choices: Iterable[ChoiceT], *, required: bool = False
    ) -> tuple[ChoiceT, ...]:
        """Read a list of values of `choices`, without unknown ones."""
        chosen = [
            self._chosen(name, text, line, choices)
            for text, line in self._items(name, required=required)
        ]
        return tuple(choice for choice in chosen if choice is not None)

    def date(self, name: str) -> PartialDate | None:
        """Read a day, a month or a year."""
        text = self.text(name)
        date = PartialDate.parse(text)
        if text and date is None:
            self.report(ProblemCode.INVALID_DATE, name, text=text)
        return date

    def end_of_period(
        self, start: PartialDate | None, end: PartialDate | None
    ) -> PartialDate | None:
        """Return the end of a period; None, reported, if it is earlier than `start`."""
        if end is not None and (start is None or end.first_day < start.first_day):
            is_same_year = start is not None and end == PartialDate(start.year)
            if not is_same_year:
                self.report(ProblemCode.INVALID_PERIOD, "end_date")
                return None
        return end

    def day(self, name: str) -> dt.date:
        """Read a required day."""
        text = self.text(name, required=True)
        date = PartialDate.parse(text)
        if text and (date is None or date.day is None):
            self.report(ProblemCode.INVALID_DAY, name, text=text)
        return dt.date.min if date is None else date.first_day

    def whole_number(self, name: str) -> int | None:
        """Read a whole number from 0 to 999,999."""
        text = self.text(name)
        if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS:
            return int(text)
        if text:
            self.report(ProblemCode.INVALID_NUMBER, name, text=text)
        return None

    def language(self, name: str) -> str:
        """Read the code of a language; empty when it is missing or not valid."""
        text = self.text(name)
        return self.language_code(name, text) if text else ""

    def language_code(self, name: str, text: str) -> str:
        """Return the code of ISO 639 that a text of a field is; "" if it is none.

        Two letters that are no code are kept, with a warning: they were always valid.
        """
        if code := language_code(text):
            return code
        if re.fullmatch("[a-z]{2}", text):
            self.report(ProblemCode.UNLISTED_LANGUAGE, name, text=text)
            return text
        self.report(ProblemCode.INVALID_LANGUAGE_CODE, name, text=text)
        return ""

    def licence(self, name: str) -> str:
        """Read a licence: its identifier, or the text with a warning."""
        text = self.text(name)
        licence = licence_id(text) if text else ""
        if text and not licence:
            self.report(ProblemCode.UNLISTED_LICENCE, name, text=text)
        return licence or text

    def agent(self, name: str, text: str) -> str:
        """Return the name in a text; the ORCID or ROR after it joins `identifiers`."""
        agent = NamedAgent.parse(text)
        if not agent.is_valid:
            self.report(ProblemCode.INVALID_IDENTIFIER, name, text=agent.url)
        elif agent.url:
            self.identifiers[agent.name] = agent.url
        return agent.name

    def decimal(self, name: str, *, limit: int) -> float:
        """Read a required decimal number between -limit and limit."""
        text = self.text(name, required=True)
        try:
            number = float(text or 0)
        except ValueError:
            number = float("inf")
        if not -limit <= number <= limit:
            self.report(ProblemCode.INVALID_COORDINATE, name, text=text, limit=limit)
            return 0.0
        return number

    def ids(self, name: str, kind: Kind) -> tuple[RecordId, ...]:
        """Read a list of ids of one kind."""
        ids = []
        for text, line in self._items(name):
            if self.check_slug(text, kind, line):
                ids.append(RecordId(kind, text))
        return tuple(ids)

    def ids_or_paths(self, name: str, kind: Kind) -> tuple[RecordId, ...]:
        """Read a list of ids of one kind, or of paths such as `events/w4`."""
        ids = []
        for text, line in self._items(name):
            record_id = RecordId.parse(text)
            if record_id is not None:
                ids.append(record_id)
            elif self.check_slug(text, kind, line):
                ids.append(RecordId(kind, text))
        return tuple(ids)

    def check_slug(self, text: str, kind: Kind, where: int | str) -> bool:
        """Return whether a text can be the slug of a record; report it if not."""
        if SLUG_PATTERN.fullmatch(text):
            return True
        self.report(ProblemCode.INVALID_REFERENCE, where, text=text, folder=kind.folder)
        return False

    def mapping(self, name: str) -> "FieldReader | None":
        """Read a mapping; None when the field is missing or has another value."""
        value = self._value(name)
        if not isinstance(value, Mapping):
            return None
        return FieldReader(value, self._path, self._problems)

    def mappings(self, name: str) -> "Iterator[FieldReader]":
        """Read a list of mappings."""
        for item in self._sequence(name):
            if isinstance(item, Mapping):
                yield FieldReader(item, self._path, self._problems)
            else:
                self.report(ProblemCode.ITEM_WITHOUT_FIELDS, item.line, name=name)

    def values(
        self, name: str, *, required: bool = False
    ) -> "Iterator[Scalar | FieldReader]":
        """Read a list of texts and mappings."""
        for item in self._sequence(name, required=required):
            if isinstance(item, Mapping):
                yield FieldReader(item, self._path, self._problems)
            elif isinstance(item, Scalar) and item.text.strip():
                yield item
            else:
                self.report(ProblemCode.INVALID_ITEM, item.line, name=name)

    def finish(self) -> None:
        """Report each field that was not read."""
        names = sorted(self._read_names)
        for name, (_, line) in self._mapping.entries.items():
            if name in self._read_names:
                continue
            problem = ProblemCode.UNKNOWN_FIELD.at(
                self._path, line, name=name, names=", ".join(names)
            )
            if close := difflib.get_close_matches(name, names, n=1):
                remedy = message("did you mean '%(close)s'?", close=close[0])
                problem = dataclasses.replace(problem, remedy=remedy)
            self._problems.append(problem)

    def _value(self, name: str) -> YamlValue | None:
        self._read_names.add(name)
        entry = self._mapping.entries.get(name)
        return None if entry is None else entry[0]

    def _sequence(self, name: str, *, required: bool = False) -> tuple[YamlValue, ...]:
        value = self._value(name)
        items = value.items if isinstance(value, Sequence) else ()
        if isinstance(value, Mapping) or (isinstance(value, Scalar) and value.text):
            self.report(ProblemCode.EXPECTED_LIST, name, name=name)
        elif required and not items:
            self.report(ProblemCode.MISSING_FIELD, name, name=name)
        return items

    def _items(self, name: str, *, required: bool = False) -> list[tuple[str, int]]:
        lines: dict[str, int] = {}
        for item in self._sequence(name, required=required):
            text = " ".join(item.text.split()) if isinstance(item, Scalar) else ""
            if not text:
                self.report(ProblemCode.INVALID_ITEM, item.line, name=name)
            elif text in lines:
                self.report(ProblemCode.REPEATED_VALUE, item.line, text=text, name=name)
            else:
                lines[text] = item.line
        return list(lines.items())

    def _chosen(
        self, name: str, text: str, line: int, choices: Iterable[ChoiceT]
    ) -> ChoiceT | None:
        by_value = {choice.value: choice for choice in choices}
        if text not in by_value:
            self.report(
                ProblemCode.UNKNOWN_VALUE,
                line,
                text=text,
                name=name,
                options=", ".join(by_value),
            )
        return by_value.get(text)
