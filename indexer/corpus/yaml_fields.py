"""The fields of one YAML mapping, read one by one.

Each method takes a field, notes what is wrong with it and gives a value all the same,
so that one reading finds every problem. `finish` names the fields that nobody took.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from indexer.corpus.yaml_lines import Mapping, Scalar, Sequence, YamlValue
from indexer.model.dates import PartialDate
from indexer.model.ids import SLUG_PATTERN, Kind, RecordId
from indexer.model.problems import Message, Problem, ProblemCode, message

MAX_DIGITS = 6

ChoiceT = TypeVar("ChoiceT", bound=StrEnum)


class FieldReader:
    """Reads the fields of a mapping; problems go into the list that was given."""

    def __init__(self, mapping: Mapping, path: str, problems: list[Problem]) -> None:
        self._mapping = mapping
        self._path = path
        self._problems = problems
        self._taken: set[str] = set()
        for name, line in mapping.repeated:
            self.report(
                line,
                ProblemCode.REPEATED_FIELD,
                message("the field '%(name)s' is given twice", name=name),
                message("keep one of them"),
            )

    def report(
        self, line: int, code: ProblemCode, what: Message, remedy: Message
    ) -> None:
        """Append a problem at a line of this file to the list of problems."""
        self._problems.append(Problem(self._path, line, code, what, remedy))

    def line(self, name: str) -> int:
        """Give the line of a field, or of the mapping when it has no such field."""
        entry = self._mapping.entries.get(name)
        return self._mapping.line if entry is None else entry[1]

    def item_lines(self, name: str) -> tuple[int, ...]:
        """Give the line of each item of a list."""
        value = self._value(name)
        items = value.items if isinstance(value, Sequence) else ()
        return tuple(item.line for item in items)

    def text(self, name: str, *, required: bool = False) -> str:
        """Read one text; empty when it is not there."""
        value = self._value(name)
        if isinstance(value, Scalar) and value.text.strip():
            return " ".join(value.text.split())
        if value is not None and not isinstance(value, Scalar):
            self.report(
                self.line(name),
                ProblemCode.EXPECTED_VALUE,
                message("'%(name)s' must be one value, not a list", name=name),
                message("write it on one line, after the colon"),
            )
        elif required:
            self._report_missing(name)
        return ""

    def texts(self, name: str, *, required: bool = False) -> tuple[str, ...]:
        """Read a list of texts."""
        return tuple(text for text, _ in self._items(name, required=required))

    def choice(
        self, name: str, choices: Iterable[ChoiceT], *, required: bool = False
    ) -> ChoiceT | None:
        """Read one of the values to choose from."""
        text = self.text(name, required=required)
        return (
            self._chosen(name, text, self.line(name), tuple(choices)) if text else None
        )

    def choices(
        self, name: str, choices: Iterable[ChoiceT], *, required: bool = False
    ) -> tuple[ChoiceT, ...]:
        """Read a list of values to choose from."""
        options = tuple(choices)
        found = [
            self._chosen(name, text, line, options)
            for text, line in self._items(name, required=required)
        ]
        return tuple(choice for choice in found if choice is not None)

    def date(self, name: str) -> PartialDate | None:
        """Read a day, a month or a year."""
        text = self.text(name)
        date = PartialDate.parse(text) if text else None
        if text and date is None:
            self.report(
                self.line(name),
                ProblemCode.INVALID_DATE,
                message("'%(text)s' is not a date", text=text),
                message("write a day 2018-10-30, a month 2018-10 or a year 2018"),
            )
        return date

    def period(self) -> tuple[PartialDate | None, PartialDate | None]:
        """Read `date` and `end_date`; the second must not come before the first."""
        start, end = self.date("date"), self.date("end_date")
        if end is not None and (start is None or end.first_day < start.first_day):
            is_same_year = start is not None and end == PartialDate(start.year)
            if not is_same_year:
                self.report(
                    self.line("end_date"),
                    ProblemCode.INVALID_PERIOD,
                    message("'end_date' comes before 'date', or stands without it"),
                    message("give both, the earlier one as 'date'"),
                )
                end = None
        return start, end

    def day(self, name: str) -> dt.date:
        """Read a whole date, which must be there."""
        text = self.text(name, required=True)
        date = PartialDate.parse(text) if text else None
        if text and (date is None or date.day is None):
            self.report(
                self.line(name),
                ProblemCode.INVALID_DAY,
                message("'%(text)s' is not a date", text=text),
                message("write a day, such as 2018-10-30"),
            )
        return dt.date.min if date is None else date.first_day

    def whole_number(self, name: str) -> int | None:
        """Read a number of at least 0."""
        text = self.text(name)
        is_number = text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS
        if text and not is_number:
            self.report(
                self.line(name),
                ProblemCode.INVALID_NUMBER,
                message("'%(text)s' is not a whole number", text=text),
                message("write digits only, such as 48"),
            )
            return None
        return int(text) if text else None

    def decimal(self, name: str, *, limit: float) -> float:
        """Read a decimal number between -limit and limit, which must be there."""
        text = self.text(name, required=True)
        try:
            number = float(text or 0)
        except ValueError:
            number = float("inf")
        if not -limit <= number <= limit:
            self.report(
                self.line(name),
                ProblemCode.INVALID_COORDINATE,
                message("'%(text)s' is not a number of degrees", text=text),
                message(
                    "write a decimal number between -%(limit)s and %(limit)s",
                    limit=f"{limit:g}",
                ),
            )
            return 0.0
        return number

    def ids(self, name: str, kind: Kind) -> tuple[RecordId, ...]:
        """Read a list of ids of one kind."""
        ids = []
        for text, line in self._items(name):
            if SLUG_PATTERN.fullmatch(text):
                ids.append(RecordId(kind, text))
            else:
                self.report(
                    line,
                    ProblemCode.INVALID_REFERENCE,
                    message("'%(text)s' can't be the name of a record", text=text),
                    message(
                        "write the name of a folder of documents/%(folder)s/",
                        folder=kind.folder,
                    ),
                )
        return tuple(ids)

    def mappings(self, name: str) -> tuple[FieldReader, ...]:
        """Read a list of which each item has fields of its own."""
        found = []
        for item in self._sequence(name):
            if isinstance(item, Mapping):
                found.append(FieldReader(item, self._path, self._problems))
            else:
                self.report(
                    item.line,
                    ProblemCode.ITEM_WITHOUT_FIELDS,
                    message("an item of '%(name)s' has no fields", name=name),
                    message("write it as %(example)s", example="{value: …, label: …}"),
                )
        return tuple(found)

    def values(
        self, name: str, *, required: bool = False
    ) -> tuple[Scalar | FieldReader, ...]:
        """Read a list whose items are texts or have fields of their own."""
        found: list[Scalar | FieldReader] = []
        for item in self._sequence(name, required=required):
            if isinstance(item, Mapping):
                found.append(FieldReader(item, self._path, self._problems))
            elif isinstance(item, Scalar) and item.text.strip():
                found.append(item)
            else:
                self._report_not_plain(name, item.line)
        return tuple(found)

    def finish(self, known: Iterable[str] = ()) -> None:
        """Note each field that nothing has taken; `known` helps to guess at slips."""
        names = self._taken | set(known)
        for name, (_, line) in self._mapping.entries.items():
            if name in names:
                continue
            close = difflib.get_close_matches(name, sorted(names), n=1)
            remedy = (
                message("did you mean '%(close)s'?", close=close[0])
                if close
                else message(
                    "remove it, or choose one of: %(names)s",
                    names=", ".join(sorted(names)),
                )
            )
            self.report(
                line,
                ProblemCode.UNKNOWN_FIELD,
                message("the field '%(name)s' is unknown", name=name),
                remedy,
            )

    def _value(self, name: str) -> YamlValue | None:
        self._taken.add(name)
        entry = self._mapping.entries.get(name)
        return None if entry is None else entry[0]

    def _report_missing(self, name: str) -> None:
        self.report(
            self.line(name),
            ProblemCode.MISSING_FIELD,
            message("the field '%(name)s' is missing or empty", name=name),
            message("add a line that begins with %(name)s:", name=name),
        )

    def _report_not_plain(self, name: str, line: int) -> None:
        self.report(
            line,
            ProblemCode.INVALID_ITEM,
            message("an item of '%(name)s' is not a plain value", name=name),
            message("write one word or sentence per item"),
        )

    def _sequence(self, name: str, *, required: bool = False) -> tuple[YamlValue, ...]:
        value = self._value(name)
        if isinstance(value, Sequence):
            if required and not value.items:
                self._report_missing(name)
            return value.items
        if isinstance(value, Mapping) or (isinstance(value, Scalar) and value.text):
            self.report(
                self.line(name),
                ProblemCode.EXPECTED_LIST,
                message("'%(name)s' must be a list", name=name),
                message(
                    "put the values in square brackets: %(name)s: [one, two]", name=name
                ),
            )
        elif required:
            self._report_missing(name)
        return ()

    def _items(self, name: str, *, required: bool = False) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        for item in self._sequence(name, required=required):
            if isinstance(item, Scalar) and item.text.strip():
                text = " ".join(item.text.split())
                if text in {other for other, _ in found}:
                    self.report(
                        item.line,
                        ProblemCode.REPEATED_VALUE,
                        message(
                            "'%(text)s' stands twice in '%(name)s'",
                            text=text,
                            name=name,
                        ),
                        message("keep one of them"),
                    )
                else:
                    found.append((text, item.line))
            else:
                self._report_not_plain(name, item.line)
        return found

    def _chosen(
        self, name: str, text: str, line: int, options: tuple[ChoiceT, ...]
    ) -> ChoiceT | None:
        found = next((option for option in options if option.value == text), None)
        if found is None:
            self.report(
                line,
                ProblemCode.UNKNOWN_VALUE,
                message(
                    "'%(text)s' is not a value of '%(name)s'", text=text, name=name
                ),
                message(
                    "choose one of: %(options)s",
                    options=", ".join(option.value for option in options),
                ),
            )
        return found
