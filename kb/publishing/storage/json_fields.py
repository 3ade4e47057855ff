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

_CHECK_SENDER = "check with the person who sent it"
_NO_TEXT = (
    "no readable text: it has none, or its font does not identify its letters; ask for "
    "another file, or read it with text recognition"
)
_CRASHED = (
    "the program that reads files failed on it, although it may be sound: save it in "
    "another format, and tell the person who runs this service"
)
_DAMAGED = "it is damaged or incomplete: open it and save it again, or ask for another"
_EXPANDS = (
    "it unpacks to far more data than its size suggests, as malicious files do: save "
    f"it again with smaller images, or {_CHECK_SENDER}"
)
_XML = f"it contains XML entities, as malicious files do: {_CHECK_SENDER}"
_WRONG_NAME = "its name does not match its type, %(type)s: rename it"
_TOO_MANY = "not accepted: %(most)s files at most at once; send it again"

REWORDED = {
    # Why a file can't be read.
    "its pages are pictures, and no text can be read in them: install tesseract with "
    "French and English (Debian: apt install tesseract-ocr tesseract-ocr-fra) and read "
    "it with recognition, or ask for a file with text": (
        "its pages are images with no readable text: install tesseract with French and "
        "English (Debian: apt install tesseract-ocr tesseract-ocr-fra) and read it "
        "with text recognition, or ask for a file with text"
    ),
    "its pages are pictures, and no text can be read in them: read it with recognition "
    "(kb add --ocr), or ask for a file with text": (
        "its pages are images with no readable text: read it with text recognition (kb "
        "add --ocr), or ask for a file with text"
    ),
    "its name does not tell what it is, for it is of type %(type)s: name it so": (
        _WRONG_NAME
    ),
    "its name says another type, but it is of type %(type)s: rename it": _WRONG_NAME,
    "it can't be opened: check that it is there, and that you may read it": (
        "it cannot be opened: check that it exists, and that you have permission to "
        "read it"
    ),
    "it needs a password: save it without one, and add that": (
        "it needs a password: save a copy without one, and send the copy"
    ),
    "it is damaged or cut short: open it, save it again, or ask for another": _DAMAGED,
    "it is damaged or cut short: open it and save it again, or ask for another": (
        _DAMAGED
    ),
    "it unpacks to far more than it should, as hostile files do: save it again with "
    "smaller pictures, or ask who sent it": _EXPANDS,
    "it unpacks to far more than it should, as hostile files do: save it again with "
    "smaller pictures, or check with whoever sent it": _EXPANDS,
    "it holds XML with entities, as hostile files do: ask who sent it": _XML,
    "it holds XML with entities, as hostile files do: check with whoever sent it": _XML,
    "no readable text: it has none, or its font does not say what its letters mean: "
    "ask for another file, or read it with recognition": _NO_TEXT,
    "no readable text: it has none, or its font does not say what its letters mean; "
    "ask for another file, or read it with recognition": _NO_TEXT,
    "it takes too long to be read: save it again, or split it": (
        "it takes too long to read: save it again, or split it"
    ),
    "it takes too much memory to be read: save it again, or split it": (
        "it takes too much memory to read: save it again, or split it"
    ),
    "its reader failed on it: save it again, or ask for another": _CRASHED,
    "reading it failed: save it again, or ask for another": _CRASHED,
    # Report cards and proposals.
    "a heading that names a town, with a text under it": (
        "a heading that names a town, followed by a text"
    ),
    "pages that are pictures, and whose text is not read: %(pages)s; with tesseract, "
    "recognition reads them": (
        "pages that are images, whose text is not read: %(pages)s; text recognition "
        "(tesseract) can read them"
    ),
    "pages whose letters stand for others, and whose text is left out: %(pages)s": (
        "pages whose font maps letters to other letters, and whose text is left out: "
        "%(pages)s"
    ),
    "pages whose text was recognised in pictures, and should be read through: "
    "%(pages)s": (
        "pages whose text was recognised in images, to be proofread: %(pages)s"
    ),
    "it holds hardly any words": "it contains hardly any words",
    "it holds macros; they were neither run nor kept": (
        "it contains macros; they were neither run nor kept"
    ),
    "it is not tagged for screen readers: the text page stands in for it": (
        "it is not tagged for screen readers: the text page replaces it"
    ),
    "of a hundred of its passages, %(percent)s are in %(name)s too": (
        "%(percent)s%% of its passages are also in %(name)s"
    ),
    # Tasks.
    "nothing was changed: %(path)s can't be written (%(reason)s)": (
        "nothing was changed: %(path)s cannot be written (%(reason)s)"
    ),
    "the history can't be read: %(path)s (%(reason)s)": (
        "the history cannot be read: %(path)s (%(reason)s)"
    ),
    "nothing was changed: %(path)s, which announces a change that was begun, is "
    "damaged (%(reason)s): move it elsewhere, then try again": (
        "nothing was changed: the journal entry %(path)s of an interrupted change is "
        "damaged (%(reason)s): move it elsewhere, then try again"
    ),
    "%(what)s is not there any more": "%(what)s no longer exists",
    "%(what)s is there already": "%(what)s already exists",
    "%(record)s has problems to be mended first: %(count)s": (
        "%(record)s has problems to correct first: %(count)s"
    ),
    "the folder of the content is not there": "the content folder does not exist",
    "it can't be written here (%(reason)s)": "it cannot be written here (%(reason)s)",
    "it can't be copied (%(reason)s)": "it cannot be copied (%(reason)s)",
    "it is too large: the most is %(most)s megabytes for one file": (
        "it is too large: %(most)s megabytes at most for one file"
    ),
    "it was not taken: %(most)s files at once are the most; send it again": _TOO_MANY,
    "it was not taken: %(most)s files at most at once; send it again": _TOO_MANY,
    "already there: the same bytes as %(holder)s": (
        "already present: identical to %(holder)s"
    ),
    "published as %(id)s; proposals that wait for a person: %(count)s": (
        "published as %(id)s; proposals awaiting a decision: %(count)s"
    ),
    "no text was recognised in its pictures: ask for a file with text": (
        "no text was recognised in its images: ask for a file with text"
    ),
    "no text was recognised in its pictures": "no text was recognised in its images",
    "pages whose pictures were read as text: %(count)s": (
        "pages whose text was recognised in images: %(count)s"
    ),
    "the record that it was for is not published, or has no such file": (
        "its record is not published, or has no such file"
    ),
    "it is the very file that is published": "it is identical to the published file",
    "it says that it is not for the public (“%(words)s”): put it into a draft of the "
    "record, where you are asked before it is published": (
        "it says that it is not for the public (“%(words)s”): put it into a draft of "
        "the record, where a confirmation is asked before publishing"
    ),
    "quotations that the new file does not hold: %(count)s; the desk lists them, and "
    "visitors go on reading them": (
        "quotations missing from the new file: %(count)s; the dashboard lists them, "
        "and visitors still see them"
    ),
    "the draft that it was for was published or thrown away: send it again from the "
    "record": (
        "its draft was published or deleted: send the file again from the record"
    ),
    "the draft has this very file already": "the draft already contains this file",
}
"""The present words of each message that an earlier release may have stored."""


def present_words(stored: Message) -> Message:
    """Return a stored message in the words that the catalog translates."""
    template = REWORDED.get(stored.template, stored.template)
    return Message(template, stored.values)


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
    return present_words(stored_message(str(body["template"]), values))


_PARSERS: dict[Any, Parse] = {
    RecordId: record_id_of,
    FolderState: FolderState.parse,
    dt.datetime: dt.datetime.fromisoformat,
    Message: _message,
}
