"""What a form of a draft sends, as values; the names of its controls say which."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from indexer.corpus.corpus import Corpus
from indexer.corpus.record_reader import RECORD_FILE
from indexer.extraction.report.text_dates import date_of
from indexer.model.ids import Kind, Locale
from kb.publishing.history.differences import merge_difference
from kb.publishing.records.form_fields import (
    FACT_FIELDS,
    WORD_FIELDS,
    FormField,
    Shape,
    fields_of,
)
from kb.publishing.records.form_values import (
    FormValue,
    FormValues,
    Item,
    read_values,
    write_values,
)
from kb.staff.base.autocomplete import KnownNames, known_names, list_of

MAX_ROWS = 200
NOT_SHOWN = {"id", "updated"}
"""The address of a record, and a day that is set when it is published."""

_ROW = re.compile(r"-(\d{1,4})-")


class SubmittedFields(Protocol):
    """What was sent: several values may have one name."""

    def get(self, key: str, default: str = "") -> str:
        """Give the first value of a name."""

    def getlist(self, key: str) -> list[str]:
        """Give all values of a name."""

    def __contains__(self, key: object) -> bool:
        """Tell whether there is such a name."""


def control(file: str, name: str) -> str:
    """Name the control of a field of a file."""
    prefix = "f" if file == RECORD_FILE else file.removesuffix(".md")
    return f"{prefix}-{name}"


def raw_control(file: str) -> str:
    """Name the control that holds a whole file, which can't be shown as fields."""
    return f"raw-{file}"


class SubmittedForm:
    """Reads what a form sends."""

    def __init__(
        self, kind: Kind, typed: SubmittedFields, corpus: Corpus, locale: Locale
    ) -> None:
        self._kind = kind
        self._typed = typed
        self._corpus = corpus
        self._locale = locale

    def values(self, *, without: str = "") -> FormValues:
        """Give the values; `without` names a row to leave out, as `f-sources-2`."""
        return FormValues(
            facts=self._fields(RECORD_FILE, FACT_FIELDS[self._kind], without),
            words={
                locale: self._fields(f"{locale}.md", WORD_FIELDS[self._kind], without)
                for locale in Locale
            },
        )

    def raw(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Give the files that were typed as a whole, in the stead of those before."""
        changed = dict(texts)
        for name in (RECORD_FILE, *(f"{locale}.md" for locale in Locale)):
            if raw_control(name) in self._typed:
                typed = self._typed.get(raw_control(name)).replace("\r\n", "\n")
                changed[name] = typed
        return changed

    def _fields(
        self, file: str, fields: tuple[FormField, ...], without: str
    ) -> dict[str, FormValue]:
        found: dict[str, FormValue] = {}
        for each in fields:
            name = control(file, each.name)
            # A list of which nothing is chosen sends nothing: its mark tells it apart
            # from a field that the form did not have.
            if each.name not in NOT_SHOWN and (
                name in self._typed or f"{name}-is-there" in self._typed
            ):
                found[each.name] = self._value(name, each, without)
        return found

    def _value(self, name: str, field: FormField, without: str) -> FormValue:
        if field.shape is Shape.ITEMS:
            return self._items(name, field, without)
        names = self._names(field)
        if field.shape.is_list:
            texts = [
                _meant(names, text)
                for number, text in enumerate(self._typed.getlist(name))
                if text.strip() and f"{name}-{number}" != without
            ]
            return tuple(dict.fromkeys(texts))
        text = _meant(names, self._typed.get(name))
        return _written(text) if field.shape in {Shape.DATE, Shape.DAY} else text

    def _items(self, name: str, field: FormField, without: str) -> tuple[Item, ...]:
        items = []
        for number in range(MAX_ROWS):
            row = f"{name}-{number}"
            parts = {
                part.name: _meant(
                    self._names(part), self._typed.get(f"{row}-{part.name}")
                )
                for part in field.parts
                if f"{row}-{part.name}" in self._typed
            }
            if row != without and any(text.strip() for text in parts.values()):
                items.append({n: text for n, text in parts.items() if text.strip()})
        return tuple(items)

    def _names(self, field: FormField) -> KnownNames | None:
        name = list_of(field)
        return known_names(self._corpus, name, self._locale) if name else None


def _meant(names: KnownNames | None, text: str) -> str:
    return names.meant(text) if names is not None else text.replace("\r\n", "\n")


def _written(text: str) -> str:
    """Write a date as content has it, when it was typed as people say it."""
    date = date_of(text)
    return str(date) if date is not None else text


def with_field(
    kind: Kind, texts: Mapping[str, str], other: Mapping[str, str], taken: str
) -> dict[str, str]:
    """Give texts with what is `taken` from others: a control, or `control:key`.

    The key is that of one difference; without it, all of the field is taken.
    """
    name, _, key = taken.partition(":")
    theirs, mine = read_values(kind, other), read_values(kind, texts)
    prefix, _, field = name.partition("-")
    locale = next((each for each in Locale if each.value == prefix), None)
    file = RECORD_FILE if locale is None else f"{locale.value}.md"
    was, now = _value(theirs, locale, field), _value(mine, locale, field)
    shape = next((each for each in fields_of(kind, file) if each.name == field), None)
    value = merge_difference(shape, was, now, key) if key and shape is not None else was
    if locale is None:
        return write_values(kind, FormValues(facts={field: value}), texts)
    return write_values(kind, FormValues(words={locale: {field: value}}), texts)


def _value(values: FormValues, locale: Locale | None, field: str) -> FormValue:
    if locale is None:
        return values.facts.get(field, "")
    return values.words.get(locale, {}).get(field, "")
