"""The records as they were last read, stored in a file between runs.

Reading ten thousand records from YAML and Markdown takes ten seconds of processor time;
reading them from this file takes one.
"""

import pickle
import platform
import sqlite3
from collections.abc import Callable, Collection, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import indexer.corpus
import indexer.model
from indexer.corpus.record_reader import ReadRecord
from indexer.files import FileStamp, sources_digest
from indexer.model.ids import RecordId
from indexer.model.problems import Problem

FileStamps = tuple[tuple[str, FileStamp], ...]
"""The name and the stamp of each file of a record."""

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

    def load(self) -> Callable[[RecordId, FileStamps], ReadRecord | None]:
        """Return a function that returns a record as it was read from the same files.

        The function returns None for a record that was not stored, or whose files had
        other stamps.
        """
        rows: dict[str, tuple[bytes, bytes]] = {}
        with suppress(*_ERRORS), closing(self._connect()) as database:
            found = database.execute("SELECT id, stamps, read FROM reads")
            rows = {record: (stamps, read) for record, stamps, read in found}

        def read_of(record_id: RecordId, stamps: FileStamps) -> ReadRecord | None:
            row = rows.get(str(record_id))
            if row is None or row[0] != _stamps_key(stamps):
                return None
            with suppress(Exception):  # damaged bytes raise anything
                read = pickle.loads(row[1])  # noqa: S301  # in a private folder
                return read if isinstance(read, ReadRecord) else None
            return None

        return read_of

    def store(
        self,
        reads: Mapping[RecordId, tuple[FileStamps, ReadRecord]],
        known: Collection[RecordId],
    ) -> None:
        """Store records that were read anew; delete those that are not `known`.

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
    reads: Mapping[RecordId, tuple[FileStamps, ReadRecord]],
    known: Collection[RecordId],
) -> None:
    database.executemany(
        "INSERT OR REPLACE INTO reads VALUES (?, ?, ?)",
        [
            (str(record_id), _stamps_key(stamps), pickle.dumps(read))
            for record_id, (stamps, read) in reads.items()
        ],
    )
    names = set(map(str, known))
    stored = [row[0] for row in database.execute("SELECT id FROM reads")]
    database.executemany(
        "DELETE FROM reads WHERE id = ?",
        [(name,) for name in stored if name not in names],
    )


def _stamps_key(stamps: FileStamps) -> bytes:
    return repr(stamps).encode()


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
