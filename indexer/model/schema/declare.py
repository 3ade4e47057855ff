"""Functions that declare the fields of dataclasses, by what the fields contain.

The first two arguments are the label and the help, in English: Babel extracts them for
the catalog. `Field` documents the others.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from enum import StrEnum
from functools import partial
from typing import Any

from indexer.model.problems import Message
from indexer.model.schema.field import DECLARATION, Field, FieldType

_OF_TYPE = object()
_SINGLE = {FieldType.TEXT, FieldType.DAY, FieldType.CHOICE}


def part(
    name: str, field_type: FieldType, label: str, help_text: str = "", **options: Any
) -> Field:
    """Return a field of the items of a list."""
    return _field(field_type, label, help_text, name=name, attribute=name, **options)


def _declare(
    field_type: FieldType,
    label: str,
    help_text: str = "",
    *,
    default: Any = _OF_TYPE,
    in_repr: bool = True,
    **options: Any,
) -> Any:
    """Return the field of a dataclass, with its declaration.

    A required text, day or choice has no default, unless one is given.
    """
    field = _field(field_type, label, help_text, **options)
    if default is _OF_TYPE:
        needs_value = field.is_required and field_type in _SINGLE
        default = dataclasses.MISSING if needs_value else field_type.default
    return dataclasses.field(
        default=default, repr=in_repr, metadata={DECLARATION: field}
    )


def _field(
    field_type: FieldType,
    label: str,
    help_text: str,
    *,
    values: Iterable[StrEnum] = (),
    **options: Any,
) -> Field:
    return Field(
        type=field_type,
        label=Message(label),
        help=Message(help_text) if help_text else None,
        values=tuple(values),
        **options,
    )


address = partial(_declare, FieldType.ADDRESS)
choice = partial(_declare, FieldType.CHOICE)
choices = partial(_declare, FieldType.CHOICES)
date = partial(_declare, FieldType.DATE)
day = partial(_declare, FieldType.DAY)
field_names = partial(_declare, FieldType.FIELD_NAMES)
items = partial(_declare, FieldType.ITEMS)
languages = partial(_declare, FieldType.LANGUAGES)
long_text = partial(_declare, FieldType.LONG_TEXT)
number = partial(_declare, FieldType.NUMBER)
places = partial(_declare, FieldType.PLACES)
record_paths = partial(_declare, FieldType.RECORD_PATHS)
records = partial(_declare, FieldType.RECORDS)
text = partial(_declare, FieldType.TEXT)
texts = partial(_declare, FieldType.TEXTS)
themes = partial(_declare, FieldType.THEMES)
