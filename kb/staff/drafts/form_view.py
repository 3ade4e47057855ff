"""The fields of a draft, as a form shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from indexer.corpus.corpus import Corpus
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, Locale
from indexer.model.records import ALL_THEMES
from kb.publishing.records.form_fields import (
    BODY,
    FACT_FIELDS,
    WORD_FIELDS,
    FormField,
    Shape,
)
from kb.publishing.records.form_values import FormValue, FormValues, Item
from kb.staff.base.autocomplete import known_names, list_of
from kb.staff.base.field_labels import HINTS, choice_label, field_label
from kb.staff.drafts.form_parser import NOT_SHOWN, control
from kb.web.labels import ALL_THEMES_LABEL

ErrorKey = tuple[str, str, int | None]
"""The file and the field that an error is about, and the row of a list."""

BLANK_LINES = 1


@dataclass(frozen=True, slots=True)
class OptionView:
    """A value to choose."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class LineView:
    """One of the texts of a list."""

    id: str
    value: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class RowView:
    """An entry of a list that has fields of its own."""

    id: str
    number: int
    fields: tuple[FieldView, ...]
    error: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field. `widget` tells what it looks like, and which of the rest is used."""

    id: str
    name: str
    label: str
    widget: str
    hint: str = ""
    error: str = ""
    lang: str = ""
    value: str = ""
    known: str = ""
    options: tuple[OptionView, ...] = ()
    lines: tuple[LineView, ...] = ()
    rows: tuple[RowView, ...] = ()
    is_odd: bool = False
    is_required: bool = False
    is_numeric: bool = False
    is_wide: bool = False


class FieldMaker:
    """Makes the views of the fields of a draft."""

    def __init__(
        self,
        kind: Kind,
        values: FormValues,
        errors: Mapping[ErrorKey, str],
        corpus: Corpus,
        locale: Locale,
        *,
        more: str = "",
    ) -> None:
        self._kind = kind
        self._values = values
        self._errors = errors
        self._corpus = corpus
        self._locale = locale
        self._more = more

    def facts(self) -> tuple[FieldView, ...]:
        """Give the fields of the facts."""
        return tuple(
            self._view(RECORD_FILE, each, self._values.facts.get(each.name, ""))
            for each in FACT_FIELDS[self._kind]
            if each.name not in NOT_SHOWN
        )

    def words(self) -> tuple[tuple[FieldView, ...], ...]:
        """Give the fields of the words, each in both languages."""
        raw = set(self._values.raw)
        return tuple(
            tuple(
                self._view(
                    f"{locale}.md",
                    each,
                    self._values.words.get(locale, {}).get(each.name, ""),
                )
                for locale in Locale
                if f"{locale}.md" not in raw
            )
            for each in WORD_FIELDS[self._kind]
        )

    def _view(self, file: str, of: FormField, value: FormValue) -> FieldView:
        locale = None if file == RECORD_FILE else Locale(file.removesuffix(".md"))
        name = control(file, of.name)
        base = FieldView(
            id=name,
            name=name,
            label=field_label(of.name, locale),
            widget=self._widget(of),
            hint=str(HINTS.get(of.name, "")),
            error=self._error(file, of.name),
            lang=_lang(locale, self._locale),
            known=list_of(of),
            is_odd=(file, of.name) in self._values.odd,
            is_required=of.is_required,
            is_numeric=of.shape is Shape.NUMBER,
            is_wide=of.name == BODY,
        )
        match base.widget:
            case "checks":
                options = tuple(self._options(of, _texts(value)))
                return replace(base, id=f"{name}-0", options=options)
            case "lines":
                lines = tuple(self._lines(file, of, _texts(value)))
                return replace(base, id=f"{name}-0", lines=lines)
            case "rows" | "files":
                return replace(base, rows=tuple(self._rows(file, of, value)))
            case "choice":
                return replace(base, options=tuple(self._options(of, _texts(value))))
            case _:
                text = value if isinstance(value, str) else ""
                return replace(base, value=self._shown(of, text))

    @staticmethod
    def _widget(of: FormField) -> str:
        if of.name == "files":
            return "files"
        match of.shape:
            case Shape.CHOICES | Shape.THEMES | Shape.FIELD_NAMES:
                return "checks"
            case Shape.TEXTS | Shape.PLACES | Shape.RECORDS:
                return "lines"
            case Shape.ITEMS:
                return "rows"
            case Shape.CHOICE:
                return "choice"
            case Shape.LONG_TEXT:
                return "long"
            case _:
                return "long" if of.name in {"title", "summary"} else "text"

    def _error(self, file: str, name: str) -> str:
        found = [
            text
            for (at, field_name, _), text in self._errors.items()
            if at == file and field_name == name
        ]
        return " ".join(dict.fromkeys(found))

    def _options(self, of: FormField, chosen: tuple[str, ...]) -> Iterator[OptionView]:
        labels = self._labels(of)
        if of.shape is Shape.CHOICE:
            labels |= {value: value for value in chosen if value not in labels}
            ordered = list(labels)
        else:
            # Those chosen stand first: their order says which matters most.
            ordered = list(dict.fromkeys((*chosen, *labels)))
        for value in ordered:
            yield OptionView(value, labels.get(value, value), value in chosen)

    def _labels(self, of: FormField) -> dict[str, str]:
        if of.shape is Shape.THEMES:
            names = known_names(self._corpus, Kind.THEME.value, self._locale)
            titles = {
                slug: shown.removesuffix(f" ({slug})")
                for slug, shown in names.shown.items()
            }
            return {**titles, ALL_THEMES: str(ALL_THEMES_LABEL)}
        if of.shape is Shape.FIELD_NAMES:
            apart = {*NOT_SHOWN, "sources", "confidence", "inferred", "files"}
            return {
                each.name: field_label(each.name)
                for each in FACT_FIELDS[self._kind]
                if each.name not in apart
            }
        return {value: choice_label(of.name, value) for value in of.options}

    def _lines(
        self, file: str, of: FormField, texts: tuple[str, ...]
    ) -> Iterator[LineView]:
        name = control(file, of.name)
        blank = BLANK_LINES + (3 if self._more == name else 0)
        for number, text in enumerate((*texts, *("",) * blank)):
            error = self._errors.get((file, of.name, number), "")
            yield LineView(f"{name}-{number}", self._shown(of, text), error)

    def _rows(self, file: str, of: FormField, value: FormValue) -> Iterator[RowView]:
        items = [each for each in _listed(value) if not isinstance(each, str)]
        name = control(file, of.name)
        wants_more = self._more == name or (not items and of.is_required)
        empty: tuple[Item, ...] = ({},) if wants_more else ()
        for number, item in enumerate((*items, *empty)):
            row = f"{name}-{number}"
            yield RowView(
                id=row,
                number=number + 1,
                fields=tuple(self._part(row, each, item, file) for each in of.parts),
                error=self._errors.get((file, of.name, number), ""),
                title=item.get("name", ""),
            )

    def _part(self, row: str, of: FormField, item: Item, file: str) -> FieldView:
        name = f"{row}-{of.name}"
        text = item.get(of.name, "")
        options: tuple[OptionView, ...] = ()
        widget = "long" if of.name in {"text", "label"} else "text"
        if of.shape is Shape.CHOICE:
            options = tuple(self._options(of, (text,) if text else ()))
            widget = "choice"
        locale = None if file == RECORD_FILE else Locale(file.removesuffix(".md"))
        if of.name in list(Locale):
            locale = Locale(of.name)
        return FieldView(
            id=name,
            name=name,
            label=field_label(of.name),
            widget=widget,
            lang=_lang(locale, self._locale),
            value=self._shown(of, text),
            known=list_of(of),
            options=options,
            is_required=of.is_required,
            is_numeric=of.shape is Shape.NUMBER,
        )

    def _shown(self, of: FormField, text: str) -> str:
        name = list_of(of)
        if not name or not text:
            return text
        return known_names(self._corpus, name, self._locale).show(text)


def _lang(locale: Locale | None, page: Locale) -> str:
    return locale.value if locale is not None and locale is not page else ""


def _listed(value: FormValue) -> tuple[str | Item, ...]:
    return () if isinstance(value, str) else tuple(value)


def _texts(value: FormValue) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(each for each in value if isinstance(each, str))
