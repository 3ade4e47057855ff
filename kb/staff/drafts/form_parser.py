"""Parses the submitted form of a draft into field values."""

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from indexer.analysis.text_dates import date_of
from indexer.corpus.corpus import Corpus
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, Locale
from indexer.model.schema.field import Field, Shape
from indexer.model.schema.frame import BODY
from indexer.model.schema.kinds import SCHEMAS
from kb.publishing.history.differences import merge_difference
from kb.publishing.records.form_values import (
    FormValue,
    FormValues,
    ItemValues,
    read_values,
    write_values,
)
from kb.publishing.records.practice_frame import frame_parts, join_frame
from kb.publishing.records.yaml_blocks import guessed_fields, without_guesses
from kb.staff.base.autocomplete import known_names, suggestion_list
from kb.staff.base.field_labels import (
    control_name,
    field_of_control,
    locale_of_file,
    raw_control_name,
)

MAX_ROWS = 200


@dataclass(frozen=True, slots=True)
class SubmittedForm:
    """A submitted form of a draft; names are resolved in the language of the page."""

    kind: Kind
    submitted: MultiDict[str, str]
    corpus: Corpus
    locale: Locale

    def values(
        self, texts: Mapping[str, str] | None = None, *, without: str = ""
    ) -> FormValues:
        """Return the values, except those of the row `without`, as `f-sources-2`.

        `texts` are the files before: parts of a text that were not submitted stay.
        """
        before = read_values(self.kind, texts or {})
        words = {
            locale: self._fields(f"{locale}.md", SCHEMAS[self.kind].words, without)
            for locale in Locale
        }
        for locale in Locale:
            body = before.words.get(locale, {}).get(BODY, "")
            framed = self._framed_body(locale, body if isinstance(body, str) else "")
            if framed is not None:
                words[locale][BODY] = framed
        return FormValues(
            facts=self._fields(RECORD_FILE, SCHEMAS[self.kind].facts, without),
            words=words,
        )

    def _framed_body(self, locale: Locale, body: str) -> str | None:
        """Return the text that the fields of its sections make; None without any.

        A form that lost its order, such as one of text that was kept on a device, has
        only the sections that were changed.
        """
        prefix = f"{control_name(f'{locale}.md', BODY)}-"
        submitted = {
            name.removeprefix(prefix): text
            for name, text in self.submitted.items()
            if name.startswith(prefix)
        }
        order = submitted.pop("order", None)
        if order is None and not submitted:
            return None
        before = frame_parts(body)
        if order is None:
            return join_frame(body, locale, [*before], before | submitted)
        return join_frame(body, locale, order.split(), submitted)

    def raw(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Return the texts of the files, with those that were edited as a whole."""
        changed = dict(texts)
        for name in (RECORD_FILE, *(f"{locale}.md" for locale in Locale)):
            if raw_control_name(name) in self.submitted:
                text = self.submitted[raw_control_name(name)]
                changed[name] = text.replace("\r\n", "\n")
        return changed

    def checked(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Return texts without the marks of the guesses that are ticked as right."""
        right = self.submitted.getlist("right")
        return {
            file: without_guesses(
                text,
                {n for n in guessed_fields(text) if control_name(file, n) in right},
            )
            for file, text in texts.items()
        }

    def _fields(
        self, file: str, fields: tuple[Field, ...], without: str
    ) -> dict[str, FormValue]:
        values: dict[str, FormValue] = {}
        for field in fields:
            name = control_name(file, field.name)
            # An empty list submits no value: the hidden `-is-there` control shows that
            # the form has the field.
            if field.has_control and (
                name in self.submitted or f"{name}-is-there" in self.submitted
            ):
                values[field.name] = self._value(name, field, without)
        return values

    def _value(self, name: str, field: Field, without: str) -> FormValue:
        if field.type is Shape.ITEMS:
            return self._items(name, field, without)
        if field.type.is_list:
            texts = [
                self._resolved(field, text)
                for number, text in enumerate(self.submitted.getlist(name))
                if text.strip() and f"{name}-{number}" != without
            ]
            return tuple(dict.fromkeys(texts))
        text = self._resolved(field, self.submitted.get(name, ""))
        return _iso_date(text) if field.type in {Shape.DATE, Shape.DAY} else text

    def _items(self, name: str, field: Field, without: str) -> tuple[ItemValues, ...]:
        items = []
        for number in range(MAX_ROWS):
            row = f"{name}-{number}"
            texts = {
                part.name: self._resolved(part, self.submitted[f"{row}-{part.name}"])
                for part in field.parts
                if self.submitted.get(f"{row}-{part.name}", "").strip()
            }
            if texts and row != without:
                items.append(texts)
        return tuple(items)

    def _resolved(self, field: Field, text: str) -> str:
        """Return the id of a typed name; any other text with Unix line ends."""
        name = suggestion_list(field)
        if not name:
            return text.replace("\r\n", "\n")
        return known_names(self.corpus, name, self.locale).resolve(text)


def _iso_date(text: str) -> str:
    """Return a typed date as records store it, an unreadable one as it is."""
    date = date_of(text)
    return str(date) if date is not None else text


def merge_field(
    kind: Kind, mine: Mapping[str, str], theirs: Mapping[str, str], selector: str
) -> dict[str, str]:
    """Return my texts with one field, or a part of it, replaced by theirs.

    Args:
        kind: The kind of the record.
        mine: The texts to change, by file name.
        theirs: The texts to copy from, by file name.
        selector: The control of the field, or `control:key` for one of its parts.
    """
    name, _, key = selector.partition(":")
    my_values, their_values = read_values(kind, mine), read_values(kind, theirs)
    file, field = field_of_control(name)
    locale = locale_of_file(file)
    value = _value(their_values, locale, field)
    form = next(
        (each for each in SCHEMAS[kind].fields_of(file) if each.name == field), None
    )
    if key and form is not None:
        value = merge_difference(form, value, _value(my_values, locale, field), key)
    if locale is None:
        return write_values(kind, FormValues(facts={field: value}), mine)
    if kind is Kind.PRACTICE and field.startswith(f"{BODY}-"):
        part, field = field.removeprefix(f"{BODY}-"), BODY
        body = _value(my_values, locale, BODY)
        parts = frame_parts(body)
        theirs_part = frame_parts(_value(their_values, locale, BODY)).get(part, "")
        value = join_frame(str(body), locale, [*parts], parts | {part: theirs_part})
    return write_values(kind, FormValues(words={locale: {field: value}}), mine)


def _value(values: FormValues, locale: Locale | None, field: str) -> FormValue:
    if locale is None:
        return values.facts.get(field, "")
    return values.words.get(locale, {}).get(field, "")
