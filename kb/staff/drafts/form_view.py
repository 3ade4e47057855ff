"""Views of the fields of a draft form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, Locale
from indexer.model.schema.field import Field, Shape
from indexer.model.schema.frame import BODY, FRAME_FIELDS, OTHER_TEXT
from indexer.model.schema.kinds import SCHEMAS
from indexer.model.vocabulary import ALL_THEMES
from kb.publishing.records.form_values import FormValue, FormValues, ItemValues
from kb.publishing.records.practice_frame import FrameSection, split_frame
from kb.publishing.records.yaml_blocks import guessed_fields, offered_values
from kb.staff.base.autocomplete import known_names, suggestion_list
from kb.staff.base.field_labels import (
    control_name,
    label_of,
    locale_of_file,
    value_labels,
)
from kb.staff.base.lag_view import LagParagraphView
from kb.staff.drafts.translation_help import MachineTextView
from kb.web.labels import ALL_THEMES_LABEL

ErrorKey = tuple[str, str, int | None]
"""The file and the field of an error, and the row if the field is a list."""

BLANK_LINES = 1
_TEXTS = "texts-"
TEXT_ORDER = f"{BODY}-order"
_TALL_TYPES = {Shape.LONG_TEXT, Shape.TEXTS}
LONG_ROWS, MIN_ROWS, LINE_CHARACTERS = 12, 4, 48


@dataclass(frozen=True, slots=True)
class LineView:
    """A text of a list of texts."""

    id: str
    value: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of a list whose items have several fields."""

    id: str
    number: int
    fields: tuple[FieldView, ...]
    error: str = ""
    title: str = ""
    more: tuple[FieldView, ...] = ()

    @property
    def more_filled(self) -> int:
        """How many of the folded fields have a value."""
        return sum(each.is_filled for each in self.more)


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field; `widget` selects the macro that renders it.

    `suggestions` is the list that the field is chosen from; `options` are the labels of
    the values. `is_unreadable` marks a field whose value in the file has another type,
    `is_long` a text of many lines or a list of texts that take several lines, and
    `rows_shown` is the height of such a text. `behind` are changes of the other
    language that the field does not have, and `unread` paragraphs of a machine.
    `offered` are the labels of values that a person may choose, by value; with
    `is_guess`, the program filled in the value, and a person has to check it.
    `hint_id` is the id of the hint where several fields share it: the two languages of
    a text, or the rows of a list, whose first row shows it.
    """

    id: str
    name: str
    label: str
    widget: str
    hint: str = ""
    hint_id: str = ""
    error: str = ""
    lang: str = ""
    value: str = ""
    suggestions: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()
    lines: tuple[LineView, ...] = ()
    rows: tuple[RowView, ...] = ()
    is_unreadable: bool = False
    is_numeric: bool = False
    is_long: bool = False
    behind: tuple[LagParagraphView, ...] = ()
    unread: tuple[MachineTextView, ...] = ()
    rows_shown: int = LONG_ROWS
    offered: Mapping[str, str] = field(default_factory=dict)
    is_guess: bool = False

    @property
    def is_text(self) -> bool:
        """Whether the field is that of one language, beside the other one."""
        return self.hint_id.startswith(_TEXTS)

    @property
    def is_filled(self) -> bool:
        """Whether the field has a value."""
        texts = [self.value.strip(), *(line.value for line in self.lines)]
        parts = [part for row in self.rows for part in (*row.fields, *row.more)]
        return any((*texts, *self.chosen)) or any(part.is_filled for part in parts)

    @property
    def has_error(self) -> bool:
        """Whether the field, or a part of it, is to be completed or corrected."""
        errors = [line.error for line in self.lines] + [row.error for row in self.rows]
        return any((self.error, *errors))

    @property
    def wants_attention(self) -> bool:
        """Whether a person must see the field: it must not be folded."""
        return self.has_error or bool(self.behind or self.unread or self.is_unreadable)

    @property
    def is_wrong(self) -> bool:
        """Whether a person must correct or read what is there, not only fill it in."""
        is_error = self.has_error and self.is_filled
        return is_error or bool(self.behind or self.unread or self.is_unreadable)

    @property
    def described_by(self) -> str:
        """The ids of the hint and of the error, for `aria-describedby`."""
        ids = (self.hint and self.own_hint_id, self.error and f"{self.id}-error")
        return " ".join(filter(None, ids))

    @property
    def own_hint_id(self) -> str:
        """The id of the hint, shared or not."""
        return self.hint_id or f"{self.id}-hint"


@dataclass(frozen=True, slots=True)
class FieldViewBuilder:
    """Builds the views of the fields of a draft; `longer_list` gets more lines.

    `texts` are the files of the draft, whose comments offer values.
    """

    kind: Kind
    values: FormValues
    errors: Mapping[ErrorKey, str]
    corpus: Corpus
    locale: Locale
    longer_list: str
    texts: Mapping[str, str] = field(default_factory=dict)
    behind: Mapping[str, tuple[LagParagraphView, ...]] = field(default_factory=dict)
    unread: Mapping[str, tuple[MachineTextView, ...]] = field(default_factory=dict)

    def facts(self) -> dict[str, FieldView]:
        """Return the fields of `record.yaml` by name; none if it can't be parsed."""
        if RECORD_FILE in self.values.raw:
            return {}
        return {
            fact.name: self._view(
                RECORD_FILE, fact, self.values.facts.get(fact.name, "")
            )
            for fact in SCHEMAS[self.kind].facts
            if fact.has_control
        }

    def words(self) -> dict[str, tuple[FieldView, ...]]:
        """Return the fields of the editions by name, each in both languages."""
        raw = set(self.values.raw)
        texts = {
            locale: self._texts(locale)
            for locale in Locale
            if f"{locale}.md" not in raw
        }
        declared = [each for each in SCHEMAS[self.kind].in_form if each.is_localized]
        fields = {each.name: each for each in declared if each.name != OTHER_TEXT}
        for other in (each for each in declared if each.name == OTHER_TEXT):
            names = {name for words in texts.values() for name in words}
            for name in sorted(name for name in names if name.startswith(OTHER_TEXT)):
                fields[name] = replace(other, name=name)
        rows = {
            name: tuple(
                self._view(f"{locale}.md", each, words.get(name, ""))
                for locale, words in texts.items()
                if each.name in words or not name.startswith(OTHER_TEXT)
            )
            for name, each in fields.items()
        }
        if self.kind is Kind.PRACTICE:
            rows[TEXT_ORDER] = tuple(map(self._order, texts))
        return {name: _with_one_hint(name, row) for name, row in rows.items()}

    def _texts(self, locale: Locale) -> Mapping[str, FormValue]:
        """Return the values of an edition; a text in a frame has a value for a part."""
        words = self.values.words.get(locale, {})
        if self.kind is not Kind.PRACTICE:
            return words
        parts = {
            f"{BODY}-{section.key}": section.text for section in self._sections(locale)
        }
        return {**words, **parts}

    def _sections(self, locale: Locale) -> tuple[FrameSection, ...]:
        body = self.values.words.get(locale, {}).get(BODY, "")
        return split_frame(body if isinstance(body, str) else "")

    def _order(self, locale: Locale) -> FieldView:
        """Return the hidden field of the order of the parts of a text."""
        name = f"{locale}-{TEXT_ORDER}"
        order = " ".join(section.key for section in self._sections(locale))
        return FieldView(id=name, name=name, label="", widget="hidden", value=order)

    def _behind(self, file: str, name: str) -> tuple[LagParagraphView, ...]:
        """Return the changes that a field lacks.

        A change under an unknown heading that the text lacks stands beside the first
        part.
        """
        behind = self.behind.get(name, ())
        locale = locale_of_file(file)
        if locale is not None and name == f"{locale}-{FRAME_FIELDS[0].name}":
            other = f"{OTHER_TEXT}-0"
            if other not in self._texts(locale):
                behind += self.behind.get(control_name(file, other), ())
        return behind

    def _view(
        self,
        file: str,
        field: Field,
        value: FormValue,
        row: str = "",
        row_of: str = "",
    ) -> FieldView:
        """Return the view of a field, or of a field of a row of the list `row_of`."""
        locale = locale_of_file(file)
        if field.name in set(Locale):
            locale = Locale(field.name)
        name = f"{row}-{field.name}" if row else control_name(file, field.name)
        guessed = guessed_fields(self.texts.get(file, ""))
        base = FieldView(
            id=name,
            name=name,
            label=label_of(field, locale),
            widget=self._widget(field),
            hint=field.help.text(_) if field.help is not None else "",
            hint_id=row and f"{control_name(file, row_of)}-{field.name}-hint",
            error="" if row else self._error(file, field.name),
            lang=locale.value if locale not in {None, self.locale} else "",
            suggestions=suggestion_list(field),
            is_unreadable=not row and (file, field.name) in self.values.odd,
            is_numeric=field.type is Shape.NUMBER,
            is_long=field.is_tall and field.type in _TALL_TYPES,
            behind=self._behind(file, name),
            unread=self.unread.get(name, ()),
            offered={} if row or value else self._offered(file, field),
            is_guess=not row and field.is_required and field.name in guessed,
        )
        texts = _texts(value)
        match base.widget:
            case "checks" | "choice":
                first = f"{name}-0" if base.widget == "checks" else name
                options = self._options(field, texts)
                return replace(base, id=first, options=options, chosen=texts)
            case "lines":
                lines = tuple(self._lines(file, field, texts))
                return replace(base, id=f"{name}-0", lines=lines)
            case "rows" | "files":
                return replace(base, rows=tuple(self._rows(file, field, value)))
            case _:
                text = value if isinstance(value, str) else ""
                is_part = field.name.startswith(f"{BODY}-")
                rows = text_rows(text) if is_part else LONG_ROWS
                return replace(base, value=self._label(field, text), rows_shown=rows)

    def _offered(self, file: str, field: Field) -> dict[str, str]:
        """Return the labels of the values that a comment of the file offers."""
        values = offered_values(self.texts.get(file, "")).get(field.name, ())
        return {value: self._label(field, value) for value in values}

    @staticmethod
    def _widget(field: Field) -> str:
        if field.name == "files":
            return "files"
        match field.type:
            case Shape.CHOICES | Shape.THEMES | Shape.FIELD_NAMES:
                return "checks"
            case _ if field.type.is_list:
                return "lines"
            case Shape.ITEMS:
                return "rows"
            case Shape.CHOICE:
                return "choice"
            case Shape.LONG_TEXT:
                return "long"
            case _:
                return "long" if field.is_tall else "text"

    def _error(self, file: str, name: str) -> str:
        texts = (
            text
            for (error_file, field, _row), text in self.errors.items()
            if error_file == file and field == name
        )
        return " ".join(dict.fromkeys(texts))

    def _options(self, field: Field, chosen: tuple[str, ...]) -> dict[str, str]:
        labels = self._labels(field)
        values = (*labels, *chosen)
        if field.type is not Shape.CHOICE:
            values = (*chosen, *labels)  # the order of the chosen values is their rank
        return {value: labels.get(value, value) for value in values}

    def _labels(self, field: Field) -> dict[str, str]:
        if field.type is Shape.THEMES:
            names = known_names(self.corpus, Kind.THEME.value, self.locale)
            titles = {
                slug: label.removesuffix(f" ({slug})")
                for slug, label in names.labels.items()
            }
            return {**titles, ALL_THEMES: str(ALL_THEMES_LABEL)}
        if field.type is Shape.FIELD_NAMES:
            excluded = {"sources", "confidence", "inferred", "files"}
            return {
                fact.name: label_of(fact)
                for fact in SCHEMAS[self.kind].facts
                if fact.has_control and fact.name not in excluded
            }
        return value_labels(field)

    def _lines(
        self, file: str, field: Field, texts: tuple[str, ...]
    ) -> Iterator[LineView]:
        name = control_name(file, field.name)
        blank = BLANK_LINES + (3 if self.longer_list == name else 0)
        for number, text in enumerate((*texts, *("",) * blank)):
            error = self.errors.get((file, field.name, number), "")
            yield LineView(f"{name}-{number}", self._label(field, text), error)

    def _rows(self, file: str, field: Field, value: FormValue) -> Iterator[RowView]:
        items = [each for each in value if not isinstance(each, str)]
        name = control_name(file, field.name)
        wants_more = self.longer_list == name or (not items and field.is_required)
        empty: tuple[ItemValues, ...] = ({},) if wants_more else ()
        folded = {part.name for part in field.parts if part.is_folded}
        for number, item in enumerate((*items, *empty)):
            row = f"{name}-{number}"
            parts = dict(self._parts(file, field, item, row))
            yield RowView(
                id=row,
                number=number + 1,
                fields=tuple(v for name, v in parts.items() if name not in folded),
                more=tuple(v for name, v in parts.items() if name in folded),
                error=self.errors.get((file, field.name, number), ""),
                title=item.get("name", ""),
            )

    def _parts(
        self, file: str, field: Field, item: ItemValues, row: str
    ) -> Iterator[tuple[str, FieldView]]:
        """Yield names and fields of a row; name and digest of a file are not edited."""
        for part in field.parts:
            value = item.get(part.name, "")
            view = self._view(file, part, value, row, row_of=field.name)
            yield (
                part.name,
                view if part.has_control else replace(view, widget="hidden"),
            )

    def _label(self, field: Field, text: str) -> str:
        list_name = suggestion_list(field)
        if not list_name or not text:
            return text
        return known_names(self.corpus, list_name, self.locale).label(text)


def _with_one_hint(name: str, row: tuple[FieldView, ...]) -> tuple[FieldView, ...]:
    """Return the fields of a text, one per language, with the hint of their row."""
    return tuple(replace(each, hint_id=f"{_TEXTS}{name}-hint") for each in row)


def text_rows(text: str) -> int:
    """Return the height of a field that shows a text as a whole, within bounds."""
    lines = sum(1 + len(line) // LINE_CHARACTERS for line in text.split("\n"))
    return max(MIN_ROWS, min(LONG_ROWS, lines + 1))


def _texts(value: FormValue) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(each for each in value if isinstance(each, str))
