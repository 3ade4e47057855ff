"""What was changed: every state that a record ever had, and who changed it when.

It is only ever added to. Texts and the list of changes are in one SQLite file, which
survives kills by itself; originals, which may be large, lie beside it under their
SHA-256, each once however often a record changes.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Locale, RecordId
from kb.publishing.errors import (
    BusyError,
    HistoryUnreadableError,
    NotThereError,
    WriteFailedError,
)
from kb.publishing.history.history_entries import (
    HistoryAction,
    HistoryChange,
    HistoryEntry,
)
from kb.publishing.history.history_rows import (
    INSERTION,
    SCHEMA,
    SELECTION,
    change_of,
    row_of,
    state_of_row,
)
from kb.publishing.storage.folders import flush
from kb.publishing.storage.snapshots import FolderState

WAIT_S = 10.0
COPIED_AT_ONCE = 1 << 20
FORMAT = 1
TEXT_NAMES = {RECORD_FILE, *(f"{locale}.md" for locale in Locale)}


class History:
    """The history of all records, in a folder of its own.

    `wait_s` is how long to wait for whoever writes into it.
    """

    def __init__(self, folder: Path, *, wait_s: float = WAIT_S) -> None:
        self._folder = folder
        self._wait_s = wait_s

    @property
    def database(self) -> Path:
        """The file that holds the changes and the texts."""
        return self._folder / "history.sqlite"

    def original(self, sha256: str) -> Path:
        """Give where an original is kept."""
        return self._folder / FILES_FOLDER / sha256[:2] / sha256

    def keep(self, folder: Path, states: Mapping[Path, FolderState | None]) -> None:
        """Keep the files of states that are on disk, each in its folder.

        `folder` is where to say that it failed. What is kept already is not read.

        Raises:
            BusyError: an editor is writing one of them right now.
            WriteFailedError: it can't be written.
        """
        try:
            wanted = [
                (place / name, name, sha256)
                for place, state in states.items()
                for name, sha256 in (state.files if state is not None else ())
            ]
            self._keep_originals(each for each in wanted if _is_original(each[1]))
            self._keep_texts([each for each in wanted if not _is_original(each[1])])
        except sqlite3.Error as error:
            raise WriteFailedError(self.database, str(error)) from error
        except OSError as error:
            path = Path(error.filename or folder)
            raise WriteFailedError(path, error.strerror or str(error)) from error

    def keep_texts(self, texts: Mapping[str, str]) -> FolderState:
        """Keep texts that are on no disk, such as what could not be saved."""
        contents = {name: text.encode() for name, text in texts.items()}
        digests = {name: _sha256(content) for name, content in contents.items()}
        with self._writing() as database:
            _insert(database, ((digests[name], contents[name]) for name in contents))
        return FolderState(tuple(sorted(digests.items())))

    def _keep_originals(self, wanted: Iterable[tuple[Path, str, str]]) -> None:
        for path, _, sha256 in wanted:
            place = self.original(sha256)
            if place.exists():
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            beside = place.with_name(f".{sha256}.{os.getpid()}")
            try:
                if _copied(path, beside) != sha256:
                    raise BusyError(path, 0)
                beside.replace(place)
                flush(place.parent)
            finally:
                beside.unlink(missing_ok=True)

    def _keep_texts(self, wanted: list[tuple[Path, str, str]]) -> None:
        with self._reading() as reading:
            missing = [
                (path, sha256)
                for path, _, sha256 in wanted
                if reading is None or not _has(reading, sha256)
            ]
        if not missing:
            return
        with self._writing() as database:
            _insert(database, map(_content, missing))

    def add(self, work: str, entries: Iterable[HistoryEntry]) -> None:
        """Write changes down, all or none; those that are there already stay.

        Raises:
            WriteFailedError: it can't be written.
        """
        rows = [row_of(work, position, entry) for position, entry in enumerate(entries)]
        if not rows:
            return
        with self._writing() as database:
            database.executemany(INSERTION, rows)

    def changes(
        self,
        record: RecordId | None = None,
        *,
        limit: int = 100,
        before: int = 0,
        is_beginning_told: bool = True,
    ) -> tuple[HistoryChange, ...]:
        """Give the newest changes, of one record or of all, the newest first.

        `before` is the number of the change that a page ended with. Without
        `is_beginning_told`, what was there when the history began is left out.
        """
        where = ["1"]
        values: list[object] = []
        if record is not None:
            where.append("record = ?")
            values.append(str(record))
        if before:
            where.append("number < ?")
            values.append(before)
        if not is_beginning_told:
            where.append("action != ?")
            values.append(HistoryAction.FOUND.value)
        return self._found(
            f"WHERE {' AND '.join(where)} ORDER BY number DESC LIMIT ?", *values, limit
        )

    def change(self, number: int) -> HistoryChange:
        """Give a change by its number.

        Raises:
            NotThereError: there is no such change.
        """
        for change in self._found("WHERE number = ?", number):
            return change
        raise NotThereError(f"change {number}")

    def of_work(self, work: str) -> tuple[HistoryChange, ...]:
        """Give what was changed together."""
        return self._found("WHERE work = ? ORDER BY position", work)

    def last_states(self) -> dict[str, FolderState | None]:
        """Give the last known state of each record that was ever published."""
        query = (
            "SELECT record, after FROM change WHERE number IN (SELECT max(number)"
            " FROM change WHERE is_draft = 0 GROUP BY record)"
        )
        with self._reading() as database:
            rows = database.execute(query).fetchall() if database is not None else []
        return {record: state_of_row(after) for record, after in rows}

    def last_state(self, record: RecordId) -> tuple[bool, FolderState | None]:
        """Tell whether a record is known, and give its last known state."""
        with self._reading() as database:
            if database is None:
                return False, None
            row = database.execute(
                "SELECT after FROM change WHERE record = ? AND is_draft = 0"
                " ORDER BY number DESC LIMIT 1",
                (str(record),),
            ).fetchone()
        return row is not None, state_of_row(row[0]) if row is not None else None

    def last_public_change(self, record: RecordId) -> HistoryChange | None:
        """Give what was last done to a record that visitors could see."""
        rest = "WHERE record = ? AND is_draft = 0 ORDER BY number DESC LIMIT 1"
        return next(iter(self._found(rest, str(record))), None)

    def text(self, sha256: str) -> bytes:
        """Give a text that is kept.

        Raises:
            NotThereError: it is not kept.
        """
        with self._reading() as database:
            row = (
                database.execute(
                    "SELECT content FROM text WHERE sha256 = ?", (sha256,)
                ).fetchone()
                if database is not None
                else None
            )
        if row is None:
            raise NotThereError(sha256)
        return zlib.decompress(row[0])

    def contents(self, state: FolderState) -> dict[str, bytes | Path]:
        """Give the files of a state: texts as bytes, originals as where they are kept.

        Raises:
            NotThereError: one of them is not kept.
        """
        found: dict[str, bytes | Path] = {}
        for name, sha256 in state.files:
            if _is_original(name):
                found[name] = self.original(sha256)
                if not self.original(sha256).exists():
                    raise NotThereError(name)
            else:
                found[name] = self.text(sha256)
        return found

    def texts(self, state: FolderState | None) -> dict[str, str]:
        """Give the texts of a state, as far as they are kept and can be read."""
        return {
            name: self.text(sha256).decode("utf-8-sig", "replace")
            for name, sha256 in (state.files if state is not None else ())
            if not _is_original(name)
        }

    def _found(self, rest: str, *values: object) -> tuple[HistoryChange, ...]:
        query = f"{SELECTION} {rest}"
        with self._reading() as database:
            rows = (
                database.execute(query, values).fetchall()
                if database is not None
                else []
            )
        return tuple(change_of(row) for row in rows)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        if not self.database.exists():
            yield None
            return
        address = f"{self.database.absolute().as_uri()}?mode=rw"
        try:
            with closing(
                sqlite3.connect(address, uri=True, timeout=self._wait_s)
            ) as database:
                # Begun where there was no room, it is empty: nothing was ever written.
                yield database if _version(database) else None
        except (sqlite3.Error, OSError) as error:
            raise HistoryUnreadableError(self.database, str(error)) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(self.database, timeout=self._wait_s)
            try:
                database.execute("PRAGMA synchronous = FULL")
                _prepare(database)
                with database:
                    yield database
            finally:
                database.close()
        except sqlite3.Error as error:
            raise WriteFailedError(self.database, str(error)) from error
        except OSError as error:
            path = Path(error.filename or self.database)
            raise WriteFailedError(path, error.strerror or str(error)) from error


def open_history(instance: Path, *, wait_s: float = WAIT_S) -> History:
    """Open the history that is kept in an instance folder."""
    return History(instance / "history", wait_s=wait_s)


def _prepare(database: sqlite3.Connection) -> None:
    if _version(database) == FORMAT:
        return
    with database:
        # One by one: `executescript` would commit between them.
        for statement in SCHEMA.split(";\n"):
            if statement.strip():
                database.execute(statement)
        database.execute(f"PRAGMA user_version = {FORMAT}")


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _content(missing: tuple[Path, str]) -> tuple[str, bytes]:
    path, sha256 = missing
    content = path.read_bytes()
    if _sha256(content) != sha256:
        raise BusyError(path, 0)
    return sha256, content


def _insert(
    database: sqlite3.Connection, contents: Iterable[tuple[str, bytes]]
) -> None:
    rows = ((sha256, zlib.compress(content, 1)) for sha256, content in contents)
    database.executemany("INSERT OR IGNORE INTO text VALUES (?, ?)", rows)


def _has(database: sqlite3.Connection, sha256: str) -> bool:
    query = "SELECT 1 FROM text WHERE sha256 = ?"
    return database.execute(query, (sha256,)).fetchone() is not None


def _is_original(name: str) -> bool:
    return name not in TEXT_NAMES


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _copied(path: Path, place: Path) -> str:
    """Copy a file, and give the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    with path.open("rb") as source, place.open("wb") as target:
        while content := source.read(COPIED_AT_ONCE):
            digest.update(content)
            target.write(content)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest()
