"""The history store: every state that a record ever had, and who changed it when.

Rows are never changed or deleted. Texts and entries are in one SQLite file; originals,
which may be large, are files named by their SHA-256.
"""

import datetime as dt
import hashlib
import os
import sqlite3
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.record_reader import TEXT_NAMES
from indexer.files import fsync
from indexer.model.ids import RecordId
from kb.core.sqlite import Store
from kb.core.storage_errors import storage_errors
from kb.publishing.errors import (
    BusyError,
    HistoryUnreadableError,
    NewerFormatError,
    NotFoundError,
    WriteFailedError,
)
from kb.publishing.history.history_entries import (
    INSERTION,
    MIGRATIONS,
    SELECTION,
    TIMES,
    HistoryAction,
    HistoryChange,
    HistoryEntry,
    change_of,
    row_of,
    state_of_row,
)
from kb.publishing.storage.folders import Content, Copied, FolderState, copy_with_digest
from kb.publishing.storage.names import record_id_of

WAIT_S = 10.0
EDITION_NAMES = {name for name in TEXT_NAMES if name.endswith(".md")}


class History(Store):
    """The history of all records, in the folder `history` of the instance.

    `wait_s` is how long to wait for another writer. With `is_copy`, the folder is a
    copy that another machine sends: its files are replaced, and must not be written.
    """

    migrations = MIGRATIONS
    read_error = HistoryUnreadableError
    write_error = WriteFailedError
    newer_error = NewerFormatError

    def __init__(
        self, instance: Path, *, wait_s: float = WAIT_S, is_copy: bool = False
    ) -> None:
        super().__init__(
            instance / "history/history.sqlite", wait_s=wait_s, is_copy=is_copy
        )

    def original_path(self, sha256: str) -> Path:
        """Return where an original is stored."""
        return self.path.parent / FILES_FOLDER / sha256[:2] / sha256

    def check_format(self) -> None:
        """Check that this program knows the format of the tables.

        Raises:
            HistoryUnreadableError: it does not, or the history can't be read.
        """
        with self.reading():
            pass

    def store_states(
        self, folder: Path, states: Mapping[Path, FolderState | None]
    ) -> None:
        """Store the files of states, each read from its folder.

        Stored files are skipped. Errors name `folder` when the system names no path.

        Raises:
            BusyError: a file changed since its state was computed.
            WriteFailedError: the history can't be written.
        """
        files = [
            (path / name, name, sha256)
            for path, state in states.items()
            for name, sha256 in (state.files if state is not None else ())
        ]
        with storage_errors(folder, WriteFailedError):
            for path, name, sha256 in files:
                if _is_original(name):
                    self._store_original(path, sha256)
            self._store_files([file for file in files if not _is_original(file[1])])

    def store_texts(self, texts: Mapping[str, str]) -> FolderState:
        """Store texts that are in no folder, and return their state.

        Raises:
            WriteFailedError: the history can't be written.
        """
        contents = {name: text.encode() for name, text in texts.items()}
        digests = {name: _sha256(content) for name, content in contents.items()}
        with self.writing() as database:
            _insert(database, ((digests[name], contents[name]) for name in contents))
        return FolderState(tuple(sorted(digests.items())))

    def _store_original(self, path: Path, sha256: str) -> None:
        target = self.original_path(sha256)
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{sha256}.{os.getpid()}")
        try:
            with path.open("rb") as source:
                if copy_with_digest(source, temporary) != sha256:
                    raise BusyError(path, 0)
            fsync(temporary)
            temporary.replace(target)
            fsync(target.parent)
        finally:
            temporary.unlink(missing_ok=True)

    def _store_files(self, files: list[tuple[Path, str, str]]) -> None:
        query = "SELECT 1 FROM text WHERE sha256 = ?"
        with self.reading() as database:
            missing = [
                (path, sha256)
                for path, _, sha256 in files
                if not database.execute(query, (sha256,)).fetchone()
            ]
        if not missing:
            return
        with self.writing() as database:
            for path, sha256 in missing:
                content = path.read_bytes()
                if _sha256(content) != sha256:
                    raise BusyError(path, 0)
                _insert(database, [(sha256, content)])

    def add(self, transaction: str, entries: Iterable[HistoryEntry]) -> None:
        """Store entries, all or none; those that are already stored are skipped.

        Raises:
            WriteFailedError: the history can't be written.
        """
        rows = [
            row_of(transaction, position, entry)
            for position, entry in enumerate(entries)
        ]
        if not rows:
            return
        with self.writing() as database:
            database.executemany(INSERTION, rows)

    def changes(
        self,
        record: RecordId | None = None,
        *,
        limit: int = 100,
        before: int = 0,
        actor: str = "",
        include_initial: bool = True,
        include_drafts: bool = True,
    ) -> tuple[HistoryChange, ...]:
        """Return the newest changes, of one record or of all, the newest first.

        `before` is the number of the last change of the previous page; with `actor`,
        only the changes of that person are returned. Without `include_initial`,
        entries from the first scan of the content are left out; without
        `include_drafts`, those of drafts.

        Raises:
            HistoryUnreadableError: the history can't be read.
        """
        where = ["1"]
        values: list[object] = []
        if record is not None:
            where.append("record = ?")
            values.append(str(record))
        if before:
            where.append("number < ?")
            values.append(before)
        if actor:
            where.append("actor = ?")
            values.append(actor)
        if not include_initial:
            where.append("action != ?")
            values.append(HistoryAction.FIRST_SEEN.value)
        if not include_drafts:
            where.append("is_draft = 0")
        return self._select(
            f"WHERE {' AND '.join(where)} ORDER BY number DESC LIMIT ?", *values, limit
        )

    def public_changes(self, record: RecordId) -> tuple[HistoryChange, ...]:
        """Return the changes of a record that visitors could see, the oldest first.

        Raises:
            HistoryUnreadableError: the history can't be read.
        """
        rest = "WHERE record = ? AND is_draft = 0 ORDER BY number"
        return self._select(rest, str(record))

    def edition_changes(self, record: RecordId) -> tuple[HistoryChange, ...]:
        """Return the public changes of a record and the confirmations of its editions.

        The oldest come first.

        Raises:
            HistoryUnreadableError: the history can't be read.
        """
        rest = "WHERE record = ? AND (is_draft = 0 OR action = ?) ORDER BY number"
        return self._select(rest, str(record), HistoryAction.EDITION_CONFIRMED.value)

    def last_edition_changes(self) -> dict[RecordId, int]:
        """Return the number of the last of these changes of each record.

        A record that was only seen, and never changed, has none.

        Raises:
            HistoryUnreadableError: the history can't be read.
        """
        query = (
            "SELECT record, max(number) FROM change WHERE is_draft = 0 OR action = ?"
            " GROUP BY record HAVING sum(is_draft = 0) > 1"
        )
        rows = self.rows(query, HistoryAction.EDITION_CONFIRMED.value)
        return {record_id_of(record): number for record, number in rows}

    def change(self, number: int) -> HistoryChange:
        """Return a change by its number.

        Raises:
            NotFoundError: no change has this number.
        """
        for change in self._select("WHERE number = ?", number):
            return change
        raise NotFoundError(f"change {number}")

    def of_transaction(self, transaction: str) -> tuple[HistoryChange, ...]:
        """Return the changes of a transaction, in their order."""
        return self._select("WHERE work = ? ORDER BY position", transaction)

    def last_states(self) -> dict[RecordId, FolderState | None]:
        """Return the last known state of each record that was ever published."""
        query = (
            "SELECT record, after FROM change WHERE number IN (SELECT max(number)"
            " FROM change WHERE is_draft = 0 GROUP BY record)"
        )
        return {
            record_id_of(record): state_of_row(after)
            for record, after in self.rows(query)
        }

    def last_public_change(self, record: RecordId) -> HistoryChange | None:
        """Return the newest change of a record that visitors could see."""
        rest = "WHERE record = ? AND is_draft = 0 ORDER BY number DESC LIMIT 1"
        return next(iter(self._select(rest, str(record))), None)

    def last_public_times(self) -> dict[RecordId, tuple[dt.datetime, bool]]:
        """Return when each record last changed for visitors, and whether it then left.

        The first scan of a record counts: it may have appeared then.

        Raises:
            HistoryUnreadableError: the history can't be read.
        """
        query = (
            "SELECT record, at, after IS NULL FROM change WHERE number IN"
            " (SELECT max(number) FROM change WHERE is_draft = 0 GROUP BY record)"
        )
        return {
            record_id_of(record): (dt.datetime.fromisoformat(at), bool(is_removed))
            for record, at, is_removed in self.rows(query)
        }

    def last_withdrawals(self) -> dict[RecordId, dt.datetime]:
        """Return when each record that ever was withdrawn was last withdrawn.

        Raises:
            HistoryUnreadableError: the history can't be read.
        """
        query = "SELECT record, max(at) FROM change WHERE action = ? GROUP BY record"
        return {
            record_id_of(record): dt.datetime.fromisoformat(at)
            for record, at in self.rows(query, HistoryAction.WITHDRAWN.value)
        }

    def change_times(self) -> dict[RecordId, tuple[dt.datetime | None, dt.datetime]]:
        """Return when each record first appeared to visitors, and when it last changed.

        The first scan of a record is no change. The first time is None for a record
        that is older than the history.

        Raises:
            HistoryUnreadableError: the history can't be read.
        """
        time = dt.datetime.fromisoformat
        return {
            record_id_of(record): (time(first) if first else None, time(last))
            for record, first, last in self.rows(TIMES, HistoryAction.FIRST_SEEN.value)
        }

    def text(self, sha256: str) -> bytes:
        """Return a stored text.

        Raises:
            NotFoundError: no such text is stored.
        """
        for (content,) in self.rows(
            "SELECT content FROM text WHERE sha256 = ?", sha256
        ):
            return zlib.decompress(content)
        raise NotFoundError(sha256)

    def contents(self, state: FolderState) -> dict[str, Content]:
        """Return the files of a state, for a folder that is restored to it.

        Raises:
            NotFoundError: a file of the state is not stored.
        """
        contents: dict[str, Content] = {}
        for name, sha256 in state.files:
            if _is_original(name):
                path = self.original_path(sha256)
                if not path.exists():
                    raise NotFoundError(name)
                contents[name] = Copied(path)
            else:
                contents[name] = self.text(sha256)
        return contents

    def edition_texts(self, states: Iterable[FolderState | None]) -> dict[str, str]:
        """Return the texts of the editions of many states, by their SHA-256.

        Raises:
            NotFoundError: a text of a state is not stored.
        """
        digests = {
            sha256
            for state in states
            for name, sha256 in (state.files if state is not None else ())
            if name in EDITION_NAMES
        }
        query = "SELECT content FROM text WHERE sha256 = ?"
        texts: dict[str, str] = {}
        with self.reading() as database:
            for sha256 in digests:
                row = database.execute(query, (sha256,)).fetchone()
                if row is None:
                    raise NotFoundError(sha256)
                texts[sha256] = zlib.decompress(row[0]).decode("utf-8-sig", "replace")
        return texts

    def texts(self, state: FolderState | None) -> dict[str, str]:
        """Return the texts of a state; invalid UTF-8 is replaced.

        Raises:
            NotFoundError: a text of the state is not stored.
        """
        return {
            name: self.text(sha256).decode("utf-8-sig", "replace")
            for name, sha256 in (state.files if state is not None else ())
            if not _is_original(name)
        }

    def _select(self, rest: str, *values: object) -> tuple[HistoryChange, ...]:
        return tuple(
            change_of(row) for row in self.rows(f"{SELECTION} {rest}", *values)
        )


def _insert(
    database: sqlite3.Connection, contents: Iterable[tuple[str, bytes]]
) -> None:
    rows = ((sha256, zlib.compress(content, 1)) for sha256, content in contents)
    database.executemany("INSERT OR IGNORE INTO text VALUES (?, ?)", rows)


def _is_original(name: str) -> bool:
    return name not in TEXT_NAMES


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
