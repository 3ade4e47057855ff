"""The columns of tables of records, and the table of records that staff correct.

A column is named by the key of a field: `date`, `title.fr`, or `sources.1.url` for a
part of an item. The columns follow from the declaration of records.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.schema.field import Field, Shape
from indexer.model.schema.kinds import SCHEMAS
from kb.publishing.changes.repository import Repository
from kb.publishing.records.form_values import (
    FormValue,
    FormValues,
    iso_date,
    read_values,
)

ID, KIND, VERSION = "id", "kind", "version"
_KEY = re.compile(
    rf"(?P<name>[a-z_]+)(?:\.(?P<item>[1-9]\d?)\.(?P<part>[a-z_0-9]+))?"
    rf"(?:\.(?P<locale>{'|'.join(Locale)}))?"
)
_SEPARATORS = re.compile(r"[;,\n]")


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a kind, with the language of an edition and the item of a list."""

    field: Field
    locale: Locale | None = None
    item: int = 0
    part: Field | None = None

    @property
    def key(self) -> str:
        """The name of the column."""
        item = f".{self.item}.{self.part.name}" if self.part is not None else ""
        return f"{self.field.name}{item}{f'.{self.locale}' if self.locale else ''}"

    def read(self, values: FormValues) -> str:
        """Return the cell of a record."""
        locale = self.locale
        fields = values.facts if locale is None else values.words.get(locale, {})
        value = fields.get(self.field.name, "")
        if self.part is not None:
            item = value[self.item - 1] if len(value) >= self.item else {}
            return item.get(self.part.name, "") if isinstance(item, Mapping) else ""
        if isinstance(value, str):
            return value
        mark = "\n" if self.field.type is Shape.TEXTS else "; "
        return mark.join(text for text in value if isinstance(text, str))

    def value(self, cell: str, value: FormValue) -> FormValue:
        """Return the new value of the field, which was `value`."""
        if self.part is not None:
            items = [dict(item) for item in value if not isinstance(item, str)]
            items += [{}] * (self.item - len(items))
            text = _single(self.part, cell)
            items[self.item - 1] = {**items[self.item - 1], self.part.name: text}
            return tuple(items)
        if self.field.type.is_list:
            is_texts = self.field.type is Shape.TEXTS
            parts = cell.split("\n") if is_texts else _SEPARATORS.split(cell)
            return tuple(part.strip() for part in parts if part.strip())
        return _single(self.field, cell)


def _single(declared: Field, cell: str) -> str:
    is_date = declared.type in {Shape.DATE, Shape.DAY}
    return iso_date(cell) if is_date else cell


def correction_table(
    repository: Repository, records: Collection[RecordId]
) -> list[list[str]]:
    """Return a table of records to correct: the names of the columns, then the rows.

    The rows have what the draft of a record has, if there is one.
    """
    values = {
        record: read_values(record.kind, repository.texts(record)) for record in records
    }
    columns: dict[str, None] = {}
    rows = []
    for record, known in values.items():
        cells = {
            column.key: column.read(known) for column in columns_of(record.kind, known)
        }
        columns |= dict.fromkeys(cells)
        cells |= {ID: str(record), VERSION: repository.version(record)}
        rows.append(cells)
    names = [ID, VERSION, *columns]
    return [names, *([cells.get(name, "") for name in names] for cells in rows)]


def columns_of(kind: Kind, values: FormValues) -> Iterator[Column]:
    """Yield the columns of a record, with as many items as its lists have."""
    for declared in (*SCHEMAS[kind].words, *SCHEMAS[kind].facts):
        if not declared.has_control:
            continue
        for locale in Locale if declared.is_localized else (None,):
            words = values.facts if locale is None else values.words.get(locale, {})
            for item in range(1, len(words.get(declared.name, ())) + 1):
                for part in declared.parts:
                    if part.has_control:
                        yield Column(declared, locale, item, part)
            if not declared.parts:
                yield Column(declared, locale)


def column_of(kind: Kind, key: str) -> Column | None:
    """Return the column of a key in records of a kind, or None."""
    match = _KEY.fullmatch(key)
    if match is None:
        return None
    locale = Locale(match["locale"]) if match["locale"] else None
    fields = SCHEMAS[kind].facts if locale is None else SCHEMAS[kind].words
    declared = next((field for field in fields if field.name == match["name"]), None)
    if declared is None or not declared.has_control:
        return None
    parts = (part for part in declared.parts if part.has_control)
    part = next((part for part in parts if part.name == match["part"]), None)
    if bool(declared.parts) != (part is not None) or (match["part"] and part is None):
        return None
    return Column(declared, locale, int(match["item"] or 0), part)
