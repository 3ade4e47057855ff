"""The records as they were last read, stored in a file between runs.

Reading ten thousand records from YAML and Markdown takes ten seconds of processor time;
reading them from this file takes one. Equal texts, ids, dates and sources of all
records are then one object: each process of the service holds the records.
"""

import dataclasses
import io
import pickle
import platform
import sqlite3
import weakref
from collections.abc import Callable, Collection, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import indexer.corpus
import indexer.model
from indexer.corpus.record_reader import ReadRecord
from indexer.files import sources_digest
from indexer.model.dates import PartialDate
from indexer.model.ids import RecordId
from indexer.model.problems import Problem
from indexer.model.record_parts import SourceReference

_FORMAT = 2
_TIMEOUT_S = 2.0
_ERRORS = (OSError, sqlite3.Error)


@dataclass(frozen=True, slots=True)
class FoundWarnings:
    """The warnings of the content with a stamp: how many, and the first of them."""

    stamp: str = ""
    count: int = 0
    first: tuple[Problem, ...] = ()


class RecordCache:
    """Records by their ids and the stamps of their files, in an SQLite file.

    The file is private and signed by nothing: it belongs into the folder of the
    instance, because unpickling runs code. Deleting it is safe. A file that other code
    wrote, or that can't be opened, counts as empty; one that can't be written stays as
    it is.
    """

    def __init__(self, path: Path, root: Path, *, is_read_only: bool = False) -> None:
        """Use the file `path` for the records of the folder `root`.

        The problems of a record name its folder by the last part of `root` only.
        """
        self._path = path
        self._root_name = root.name
        self._is_read_only = is_read_only

    def load(self) -> Callable[[RecordId, bytes], ReadRecord | None]:
        """Return a function that returns a record as it was read from the same files.

        The function returns None for a record that was not stored, or whose files had
        stamps of another digest. Equal texts of several records are one object. The
        file stays open as long as the function exists.
        """
        shared: dict[Any, Any] = {}
        try:
            database = self._connect()
        except _ERRORS:
            return lambda _record, _stamps: None

        def read_of(record_id: RecordId, stamps: bytes) -> ReadRecord | None:
            with suppress(Exception):  # damaged bytes raise anything
                # All rows are fetched, so that no lock on the file is left.
                for (content,) in database.execute(
                    "SELECT read FROM reads WHERE id = ? AND stamps = ?",
                    (str(record_id), stamps),
                ).fetchall():
                    read = _Unpickler(content, shared).load()
                    return read if isinstance(read, ReadRecord) else None
            return None

        weakref.finalize(read_of, database.close)
        return read_of

    def store(
        self,
        reads: Mapping[RecordId, tuple[bytes, ReadRecord]],
        known: Collection[RecordId],
    ) -> None:
        """Store records that were read anew; delete those that are not `known`.

        With each record comes the digest of the stamps of its files.

        SQLite overwrites deleted bytes with zeros: withdrawn texts may be personal.
        """
        if self._is_read_only:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._connect()) as database, database:
                _write(database, reads, known)
        except (OSError, sqlite3.OperationalError):
            pass  # a full disk, or another process that writes the same
        except sqlite3.DatabaseError:  # damaged: the next run makes it again
            with suppress(OSError):
                self._path.unlink(missing_ok=True)

    def warnings(self) -> FoundWarnings | None:
        """Return the warnings of the content that was last checked.

        None is returned when no content was checked by this code.
        """
        with suppress(*_ERRORS), closing(self._connect()) as database:
            row = database.execute("SELECT stamp, warnings FROM checked").fetchone()
            if row is not None:
                with suppress(Exception):  # damaged bytes raise anything
                    count, first = pickle.loads(row[1])  # noqa: S301  # private folder
                    return FoundWarnings(row[0], count, first)
        return None

    def store_warnings(self, found: FoundWarnings) -> None:
        """Store the warnings of a content in place of earlier ones."""
        row = found.stamp, pickle.dumps((found.count, found.first))
        with suppress(*_ERRORS), closing(self._connect()) as database, database:
            database.execute("DELETE FROM checked")
            database.execute("INSERT INTO checked VALUES (?, ?)", row)

    def _connect(self) -> sqlite3.Connection:
        """Open the file, and delete what other code or another folder left in it."""
        mode = "ro" if self._is_read_only else "rwc"
        database = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode={mode}",
            timeout=_TIMEOUT_S,
            uri=True,
        )
        try:
            key = f"{_FORMAT} {_code_digest()} {self._root_name}"
            database.execute("PRAGMA secure_delete = ON")
            database.execute("CREATE TABLE IF NOT EXISTS source (key TEXT)")
            if database.execute("SELECT key FROM source").fetchall() != [(key,)]:
                with database:
                    database.execute("DROP TABLE IF EXISTS reads")
                    database.execute("DROP TABLE IF EXISTS checked")
                    database.execute("DELETE FROM source")
                    database.execute("INSERT INTO source VALUES (?)", (key,))
                    database.execute(
                        "CREATE TABLE reads"
                        " (id TEXT PRIMARY KEY, stamps BLOB, read BLOB) WITHOUT ROWID"
                    )
                    database.execute("CREATE TABLE checked (stamp TEXT, warnings BLOB)")
        except BaseException:
            database.close()
            raise
        return database


def _write(
    database: sqlite3.Connection,
    reads: Mapping[RecordId, tuple[bytes, ReadRecord]],
    known: Collection[RecordId],
) -> None:
    database.executemany(
        "INSERT OR REPLACE INTO reads VALUES (?, ?, ?)",
        [
            (str(record_id), stamps, _pickled(read))
            for record_id, (stamps, read) in reads.items()
        ],
    )
    names = set(map(str, known))
    stored = [row[0] for row in database.execute("SELECT id FROM reads")]
    database.executemany(
        "DELETE FROM reads WHERE id = ?",
        [(name,) for name in stored if name not in names],
    )


def _pickled(read: ReadRecord) -> bytes:
    file = io.BytesIO()
    _Pickler(file, pickle.HIGHEST_PROTOCOL).dump(read)
    return file.getvalue()


class _Pickler(pickle.Pickler):
    """Pickles a dataclass as a call of the function that makes it again."""

    def reducer_override(self, value: Any) -> Any:
        """Return the function and its arguments."""
        owner = type(value)
        if not dataclasses.is_dataclass(owner) or not hasattr(owner, "__slots__"):
            return NotImplemented
        setters, defaults = _slots_of(owner)
        values = {name: getattr(value, name) for name in setters}
        if owner is SourceReference:
            names = value.names
            values["names"] = None if names is None else tuple(names.items())
            return _source, tuple(values.values())
        if owner in _SHARED:
            return owner, tuple(values.values())
        own = (item for item in values.items() if item[1] is not defaults[item[0]])
        return _restored, (owner, *own)


class _Unpickler(pickle.Unpickler):
    """Unpickles a record; texts and values that are in `shared` are not made again."""

    def __init__(self, content: bytes, shared: dict[Any, Any]) -> None:
        super().__init__(io.BytesIO(content))
        self._shared = shared

    def find_class(self, module: str, name: str) -> Any:
        """Return a class or a function that the record names."""
        key = module, name
        if key not in self._shared:
            found = super().find_class(module, name)
            if found in _SHARED:
                found = cache(found)
            elif found is _restored:
                found = partial(_restored, shared=self._shared)
            self._shared[key] = found
        return self._shared[key]


def _source(*values: Any) -> SourceReference:
    """Return a source, whose names are pairs: a mapping has no hash to find it by."""
    url, names, *others = values
    return SourceReference(url, None if names is None else dict(names), *others)


_SHARED = (RecordId, PartialDate, _source)
"""What makes values that are one object for all records."""


def _restored(
    owner: Any, *values: tuple[str, object], shared: dict[Any, Any]
) -> object:
    """Return a dataclass with values by name, and defaults; it is not checked."""
    made = object.__new__(owner)
    setters, defaults = _slots_of(owner)
    for name, value in (defaults | dict(values)).items():
        setters[name](made, _shared_texts(value, shared))
    return made


def _shared_texts(value: Any, shared: dict[Any, Any]) -> Any:
    """Return a text, or a tuple of texts, of which equal ones are one object."""
    if type(value) is str:
        return shared.setdefault(value, value)
    if type(value) is tuple and value and type(value[0]) is str:
        return tuple(_shared_texts(text, shared) for text in value)
    return value


@cache
def _slots_of(
    owner: Any,
) -> tuple[dict[str, Callable[[object, object], None]], dict[str, object]]:
    """Return the setter and the default of each field of a dataclass, by name."""
    fields = dataclasses.fields(owner)
    return (
        {field.name: getattr(owner, field.name).__set__ for field in fields},
        {field.name: field.default for field in fields},
    )


@cache
def _code_digest() -> str:
    """Return a digest of the code that reads records, and of Python's version.

    It is that of the files when the process first asked, whose code it runs.
    """
    paths = [
        path
        for package in (indexer.corpus, indexer.model)
        for path in sorted(Path(package.__path__[0]).rglob("*.py"))
    ]
    return sources_digest(paths, platform.python_version())
