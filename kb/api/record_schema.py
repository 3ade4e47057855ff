"""The properties of records in the OpenAPI document, as the kinds declare them."""

from __future__ import annotations

from typing import Any

from indexer.model.ids import Kind
from indexer.model.schema.field import Field, Shape
from indexer.model.schema.kinds import SCHEMAS

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_NULL: Schema = {"type": "null"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_OBJECTS: Schema = {"type": "array", "items": {"type": "object"}}
_OF_TYPES: dict[Shape, Schema] = {
    Shape.DAY: _TEXT | {"format": "date"},
    Shape.DATE: {"anyOf": [_TEXT, _NULL]},
    Shape.NUMBER: {"anyOf": [{"type": "integer"}, _NULL]},
    Shape.PLACES: _OBJECTS,
    Shape.ITEMS: _OBJECTS,
}


def fact_properties() -> dict[str, Schema]:
    """Return the properties of facts, with the kinds that have each."""
    found: dict[str, list[tuple[Kind, Field]]] = {}
    for kind, schema in SCHEMAS.items():
        for field in schema.facts:
            if not field.is_signed and field.name not in {"id", "checked"}:
                found.setdefault(field.name, []).append((kind, field))
    return {
        name: _property([field for _, field in uses], [kind for kind, _ in uses])
        for name, uses in found.items()
    }


def word_properties() -> dict[str, Schema]:
    """Return the properties of editions; those of other kinds are empty."""
    fields = {field.attribute: field for s in SCHEMAS.values() for field in s.words}
    return {name: _property([field], []) for name, field in fields.items()}


def _property(fields: list[Field], kinds: list[Kind]) -> Schema:
    text = fields[0].label.template
    if kinds and set(kinds) != set(Kind):
        text = f"{text}. Of these kinds: {', '.join(kinds)}"
    values = list(dict.fromkeys(value for field in fields for value in field.options))
    return {**_value_schema(fields[0], values), "description": text}


def _value_schema(field: Field, values: list[str]) -> Schema:
    if field.type is Shape.CHOICES:
        return {"type": "array", "items": {"enum": values}}
    if field.type is Shape.CHOICE:
        has_default = field.fallback is not None
        return {"enum": values} if has_default else {"enum": [*values, None]}
    return _OF_TYPES.get(field.type, _TEXTS if field.type.is_list else _TEXT)
