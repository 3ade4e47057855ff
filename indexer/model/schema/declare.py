"""Functions that declare the fields of dataclasses, by what the fields contain.

The first two arguments are the label and the help, in English: Babel extracts them for
the catalog. `Field` documents the others.
"""

import dataclasses
from collections.abc import Iterable
from enum import StrEnum
from functools import partial
from typing import Any

from indexer.model.problems import Message
from indexer.model.schema.field import DECLARATION, Field, Shape

_OF_TYPE = object()
_SINGLE = {Shape.TEXT, Shape.DAY, Shape.CHOICE}


def part(
    name: str,
    label: str,
    help_text: str = "",
    *,
    of: Shape = Shape.TEXT,
    **options: Any,
) -> Field:
    """Return a field of the items of a list, which is a text unless told otherwise."""
    return _field(of, label, help_text, name=name, attribute=name, **options)


def _declare(
    field_type: Shape,
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
    field_type: Shape,
    label: str,
    help_text: str,
    *,
    values: Iterable[StrEnum] = (),
    statement: str = "",
    **options: Any,
) -> Field:
    return Field(
        type=field_type,
        label=Message(label),
        help=Message(help_text) if help_text else None,
        values=tuple(values),
        statement=Message(statement) if statement else None,
        **options,
    )


address = partial(_declare, Shape.ADDRESS)
choice = partial(_declare, Shape.CHOICE)
choices = partial(_declare, Shape.CHOICES)
date = partial(_declare, Shape.DATE)
day = partial(_declare, Shape.DAY)
field_names = partial(_declare, Shape.FIELD_NAMES)
items = partial(_declare, Shape.ITEMS)
language = partial(_declare, Shape.LANGUAGE)
languages = partial(_declare, Shape.LANGUAGES)
licence = partial(_declare, Shape.LICENCE)
long_text = partial(_declare, Shape.LONG_TEXT)
number = partial(_declare, Shape.NUMBER)
places = partial(_declare, Shape.PLACES)
record_paths = partial(_declare, Shape.RECORD_PATHS)
records = partial(_declare, Shape.RECORDS)
text = partial(_declare, Shape.TEXT)
texts = partial(_declare, Shape.TEXTS)
themes = partial(_declare, Shape.THEMES)
