"""Dataclasses as JSON: the stored keys, and the conversion of values, in one place.

Messages that earlier releases stored in other words become those that the catalog
translates.
"""

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache, partial
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from indexer.model.ids import RecordId
from indexer.model.problems import Message, stored_message
from kb.publishing.errors import NewerFormatError, NotFoundError
from kb.publishing.storage.folders import FolderState
from kb.publishing.storage.names import record_id_of

REWORDED_FILE = Path(__file__).with_name("reworded_messages.json")
"""The messages that earlier releases stored in other words: the present words first."""


@cache
def reworded() -> dict[str, str]:
    """Return the present words of each message that an earlier release may have stored.

    Whoever rewords a message that is stored adds its earlier words to the file.
    """
    messages = json.loads(REWORDED_FILE.read_text("utf-8"))
    return {old: now for now, earlier in messages.items() for old in earlier}


T = TypeVar("T")
Parse = Callable[[Any], Any]

FORMAT = 1
"""The newest format of stored JSON files; a file without the key `format` has 1."""

STORED_NAMES = {
    "actor": "who",
    "likelihood": "sureness",
    "message": "told",
    "missing_properties": "lacks",
    "ocr": "recognises",
    "origin": "whence",
    "owner": "holder",
    "repairs": "mended",
    "withdrawn_by": "work",
}
"""Keys in stored files that differ from the names of the fields."""

DAMAGED = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    NotFoundError,
)
"""The errors of a text that is not JSON, lacks a field, or has a wrong value."""


def to_stored_json(value: Any) -> Any:
    """Return a value as JSON; dataclasses become objects with their stored keys."""
    match value:
        case RecordId():
            return str(value)
        case FolderState():
            return value.text
        case dt.datetime():
            return value.isoformat()
        case Enum():
            return value.value
        case tuple():
            return [to_stored_json(item) for item in value]
        case Mapping():
            return {key: to_stored_json(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value):
        return {
            STORED_NAMES.get(name, name): to_stored_json(getattr(value, name))
            for name in (field.name for field in dataclasses.fields(value))
        }
    return value


def load_json(kind: type[T], path: Path, name: str, **known: Any) -> T:
    """Read a dataclass from a JSON file; `known` are fields that are not in the file.

    Raises:
        NotFoundError: the file is missing or damaged; the error has `name`.
        NewerFormatError: a later version of this program wrote the file.
    """
    try:
        body = json.loads(path.read_bytes())
        check_format(body, path)
        return from_stored_json(kind, body, **known)
    except (OSError, *DAMAGED) as error:
        raise NotFoundError(name) from error


def check_format(body: Any, path: Path) -> None:
    """Check that this program knows the format of a stored JSON object.

    Raises:
        NewerFormatError: a later version of this program wrote the file.
    """
    if body.get("format", 1) > FORMAT:
        raise NewerFormatError(path)


def from_stored_json(kind: Callable[..., T], body: Any, **known: Any) -> T:
    """Return an instance of a dataclass from its JSON; `known` fields are not stored.

    A field that is missing has its default, and an unknown key is ignored. One of
    `DAMAGED` is raised if a required field is missing or a value is wrong.
    """
    stored = {
        name: parse(body[key])
        for name, key, parse in _stored_fields(kind)
        if name not in known and key in body
    }
    return kind(**stored, **known)


@cache
def _stored_fields(kind: Callable[..., object]) -> list[tuple[str, str, Parse]]:
    return [
        (name, STORED_NAMES.get(name, name), _parser(hint))
        for name, hint in get_type_hints(kind).items()
    ]


def _parser(hint: Any) -> Parse:
    """Return the function that makes a value of a type from its JSON."""
    if hint in _PARSERS:
        return _PARSERS[hint]
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return partial(from_stored_json, hint)
    parsers = [_parser(arg) for arg in get_args(hint) if arg is not Ellipsis]
    origin = get_origin(hint)
    if origin is UnionType:
        return lambda body: None if body in (None, "") else parsers[0](body)
    if origin is Mapping:
        return lambda body: {key: parsers[1](item) for key, item in body.items()}
    if origin is tuple and Ellipsis in get_args(hint):
        return lambda body: tuple(map(parsers[0], body))
    if origin is tuple:
        return lambda body: tuple(
            parse(item) for parse, item in zip(parsers, body, strict=True)
        )
    return hint


def _message(body: Mapping[str, Any]) -> Message:
    values = {name: str(value) for name, value in body["values"].items()}
    stored = stored_message(str(body["template"]), values)
    return Message(reworded().get(stored.template, stored.template), stored.values)


_PARSERS: dict[Any, Parse] = {
    RecordId: record_id_of,
    FolderState: FolderState.parse,
    dt.datetime: dt.datetime.fromisoformat,
    Message: _message,
}
