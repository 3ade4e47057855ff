"""Reads a field of a file by its declared type.

Problems are reported to the reader of the fields; a value is returned in any case.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from indexer.corpus.originals import read_listed_files, read_quotations
from indexer.corpus.typography import typeset, typeset_french
from indexer.corpus.yaml_fields import FieldReader
from indexer.corpus.yaml_lines import Scalar
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import ProblemCode
from indexer.model.record_parts import SourceReference
from indexer.model.schema.field import Field, Shape
from indexer.model.vocabulary import ALL_THEMES, SourceStatus


def _text(fields: FieldReader, field: Field, _kind: Kind) -> str:
    text = fields.text(field.name, required=field.is_required)
    return fields.agent(field.name, text) if field.has_identifiers else text


def _texts(fields: FieldReader, field: Field, _kind: Kind) -> tuple[str, ...]:
    texts = fields.texts(field.name, required=field.is_required)
    if not field.has_identifiers:
        return texts
    return tuple(fields.agent(field.name, text) for text in texts)


def _themes(fields: FieldReader, field: Field, kind: Kind) -> tuple[str, ...]:
    themes = _texts(fields, field, kind)
    if ALL_THEMES in themes and len(themes) > 1:
        fields.report(ProblemCode.ALL_WITH_OTHER_THEMES, field.name)
    return themes


def _number(fields: FieldReader, field: Field, _kind: Kind) -> int | None:
    number = fields.whole_number(field.name)
    return field.fallback if number is None else number


def _choice(fields: FieldReader, field: Field, _kind: Kind) -> Any:
    chosen = fields.choice(field.name, field.values, required=field.is_required)
    return chosen or field.fallback


def _choices(fields: FieldReader, field: Field, _kind: Kind) -> Any:
    return fields.choices(field.name, field.values, required=field.is_required)


def _records(fields: FieldReader, field: Field, kind: Kind) -> tuple[RecordId, ...]:
    return fields.ids(field.name, field.linked or kind)


def _page_address(fields: FieldReader, field: Field, kind: Kind) -> str:
    url = _text(fields, field, kind)
    if url and not is_address(url):
        fields.report(ProblemCode.INVALID_PAGE_ADDRESS, field.name, url=url)
    return url


def _language_codes(fields: FieldReader, field: Field, kind: Kind) -> tuple[str, ...]:
    texts = _texts(fields, field, kind)
    codes = (fields.language_code(field.name, text) for text in texts)
    return tuple(filter(None, codes))


def _items(fields: FieldReader, field: Field, kind: Kind) -> tuple[Any, ...]:
    if field.item_class is None:
        return tuple(_ITEM_READERS[field.name](fields, field))
    return tuple(item for item, _ in read_items(fields, field, kind))


def read_items(
    fields: FieldReader, field: Field, kind: Kind
) -> Iterator[tuple[Any, FieldReader]]:
    """Yield each item of a list whose required parts are there, and its fields."""
    for item in fields.mappings(field.name):
        values = {
            part.attribute: _linked(item, part)
            if part.linked is not None
            else READERS[part.type](item, part, kind)
            for part in field.parts
        }
        item.finish()
        if all(values[part.attribute] for part in field.parts if part.is_required):
            yield field.item_class(**values), item


def _linked(fields: FieldReader, part: Field) -> RecordId | None:
    slug = fields.text(part.name, required=part.is_required)
    if part.linked is None or not slug:
        return None
    is_valid = fields.check_slug(slug, part.linked, part.name)
    return RecordId(part.linked, slug) if is_valid else None


def _sources(fields: FieldReader, field: Field) -> Iterator[SourceReference]:
    for value in fields.values(field.name, required=field.is_required):
        if isinstance(value, Scalar):
            yield SourceReference(_address(fields, value.text.strip(), value.line))
            continue
        is_named = bool(value.text("title")) or bool(
            value.text("publisher") and value.text("url")
        )
        names = {
            locale.value: typeset(
                value.text(locale.value, required=not is_named), locale
            )
            for locale in Locale
        }
        url, title = value.text("url"), value.text("title")
        language = value.language("language")
        yield SourceReference(
            _address(fields, url, value.line("url")) if url else "",
            names if any(names.values()) else None,
            publisher=value.text("publisher"),
            title=typeset_french(title) if language == Locale.FR.value else title,
            date=value.date("date"),
            language=language,
            accessed=value.date("accessed"),
            archive=_archive(value),
            status=value.choice("status", SourceStatus),
        )
        value.finish()


def _archive(fields: FieldReader) -> str:
    url = fields.text("archive")
    return _address(fields, url, fields.line("archive")) if url else ""


def _address(fields: FieldReader, url: str, line: int) -> str:
    if not is_address(url):
        fields.report(ProblemCode.INVALID_ADDRESS, line, url=url)
    return url


def is_address(url: str) -> bool:
    """Return whether a text is a complete address of the web."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"https", "http"} and bool(parts.netloc) and " " not in url


_ITEM_READERS: Mapping[str, Callable[[FieldReader, Field], Iterator[Any]]] = {
    "sources": _sources,
    "quotations": lambda fields, _: iter(read_quotations(fields)),
    "files": lambda fields, _: iter(read_listed_files(fields)),
}

READERS: Mapping[Shape, Callable[[FieldReader, Field, Kind], Any]] = {
    Shape.TEXT: _text,
    Shape.LONG_TEXT: _text,
    Shape.ADDRESS: _page_address,
    Shape.DAY: lambda fields, field, _: fields.day(field.name),
    Shape.DATE: lambda fields, field, _: fields.date(field.name),
    Shape.NUMBER: _number,
    Shape.LANGUAGE: lambda fields, field, _: fields.language(field.name) or None,
    Shape.LICENCE: lambda fields, field, _: fields.licence(field.name),
    Shape.CHOICE: _choice,
    Shape.CHOICES: _choices,
    Shape.TEXTS: _texts,
    Shape.LANGUAGES: _language_codes,
    Shape.THEMES: _themes,
    Shape.PLACES: _texts,
    Shape.RECORDS: _records,
    Shape.RECORD_PATHS: lambda fields, field, kind: fields.ids_or_paths(
        field.name, kind
    ),
    Shape.FIELD_NAMES: _texts,
    Shape.ITEMS: _items,
}
"""Functions that read a field of each type."""
