"""The tables that wait for staff: files that were sent, and what a harvest brought."""

import datetime as dt
import json
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from indexer.files import write_file_atomically
from indexer.model.tables import SentTable
from indexer.readers.sandbox.protocol import MEBIBYTE, Limits
from indexer.readers.sandbox.sandbox import IsolatedReader
from kb.publishing.errors import NewerFormatError, NotFoundError
from kb.publishing.imports.inbox import PRIVATE, PRIVATE_FOLDER, RETENTION_DAYS
from kb.publishing.storage.json_fields import load_json, to_stored_json

MAX_TABLE_BYTES = 10 * MEBIBYTE
LIMITS = Limits(
    time_s=120,
    memory_bytes=512 * MEBIBYTE,
    file_bytes=MAX_TABLE_BYTES,
    expanded_bytes=150 * MEBIBYTE,
)
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class WaitingTable:
    """A table that staff have still to apply.

    `source` is the address that it was harvested from, empty for a file, and `progress`
    where that harvest goes on.
    """

    id: str
    name: str
    by: str
    at: dt.datetime
    table: SentTable
    source: str = ""
    progress: Mapping[str, str] = field(default_factory=dict)


def read_table_file(path: Path) -> SentTable:
    """Read a file as a table, in a process with limits.

    Raises:
        FileUnreadableError: the file is damaged, empty, or exceeds a limit.
    """
    with IsolatedReader(LIMITS) as reader:
        return reader.table(path)


class TableInbox:
    """The waiting tables of an instance folder, a file each."""

    def __init__(self, instance: Path) -> None:
        self._folder = instance / "tables"

    def add(
        self, name: str, by: str, at: dt.datetime, table: SentTable
    ) -> WaitingTable:
        """Store a table, and delete the files that are too old.

        Raises:
            OSError: the table can't be stored.
        """
        for waiting in self.all():
            if not waiting.source and (at - waiting.at).days > RETENTION_DAYS:
                self._path(waiting.id).unlink(missing_ok=True)
        added = WaitingTable(secrets.token_hex(8), name, by, at, table)
        self.save(added)
        return added

    def save(self, waiting: WaitingTable) -> None:
        """Store a table under its id.

        Raises:
            OSError: the table can't be stored.
        """
        self._folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        content = json.dumps(to_stored_json(waiting)).encode("ascii")
        write_file_atomically(self._path(waiting.id), content, mode=PRIVATE)

    def load(self, table_id: str) -> WaitingTable:
        """Return a table.

        Raises:
            NotFoundError: there is none, or its file is damaged.
            NewerFormatError: a later version of this program wrote the file.
        """
        if not _ID.fullmatch(table_id):
            raise NotFoundError(table_id)
        return load_json(WaitingTable, self._path(table_id), table_id)

    def all(self) -> tuple[WaitingTable, ...]:
        """Return the tables, the newest first."""
        tables = []
        for path in self._folder.glob("*.json"):
            with suppress(NotFoundError, NewerFormatError):
                tables.append(self.load(path.stem))
        return tuple(sorted(tables, key=lambda waiting: waiting.at, reverse=True))

    def _path(self, table_id: str) -> Path:
        return self._folder / f"{table_id}.json"
