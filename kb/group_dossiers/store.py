"""The file of the group dossiers: `KB_INSTANCE/group-dossiers.db`.

Each change adds a version with the entire content, encrypted with a key that only links
contain. In clear are times, sizes and numbers: what limits and deletion need.
"""

import datetime as dt
import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kb.core.sqlite import from_seconds, to_seconds
from kb.core.visitor_limits import REQUESTS, VisitorStore
from kb.group_dossiers.dossier import GroupDossier
from kb.group_dossiers.keys import DossierKey

MAX_BYTES = 5_000_000
"""The versions of a dossier, as stored; of a larger one, the oldest versions go."""

MAX_FILE_BYTES = 2_000_000_000
"""The versions of all dossiers together."""

_FIRST = f"""
CREATE TABLE dossiers (
    id BLOB PRIMARY KEY,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    is_closed INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL
);
CREATE TABLE versions (
    dossier BLOB NOT NULL REFERENCES dossiers ON DELETE CASCADE,
    number INTEGER NOT NULL,
    label BLOB NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (dossier, number)
);
{REQUESTS}
"""


@dataclass(frozen=True, slots=True)
class StoredDossier:
    """A dossier with the number of its version, and when its links end."""

    content: GroupDossier
    version: int
    created_at: dt.datetime
    expires_at: dt.datetime
    is_closed: bool

    def is_open(self, now: dt.datetime) -> bool:
        """Whether its links show it."""
        return not self.is_closed and now < self.expires_at


@dataclass(frozen=True, slots=True)
class VersionLabel:
    """What a version changed: its number, when, who, and the act with its object."""

    number: int
    at: dt.datetime
    by: str
    act: str
    about: str = ""
    device: str = ""


class DossiersFullError(Exception):
    """The file has no room for another dossier."""


class GroupDossierStore(VisitorStore):
    """Reads and writes the file of the group dossiers; a method is a transaction.

    A `key` of any permission finds the dossier: who calls checks what it allows. All
    methods raise `StorageError` when the file can't be read or written.
    """

    migrations = (_FIRST,)

    def __init__(self, path: Path, *, days: int) -> None:
        """Open the store; `days` is how long a dossier is kept after its links end."""
        super().__init__(path)
        self._days = days

    def add(
        self,
        key: DossierKey,
        content: GroupDossier,
        label: VersionLabel,
        expires_at: dt.datetime,
    ) -> None:
        """Store a new dossier.

        Raises:
            DossiersFullError: all dossiers together are too large.
        """
        with self.writing() as connection:
            query = "SELECT total(length(content) + length(label)) FROM versions"
            (stored,) = connection.execute(query).fetchone()
            if stored > MAX_FILE_BYTES:
                raise DossiersFullError
            connection.execute(
                "INSERT INTO dossiers VALUES (?, ?, ?, 0, 0)",
                (key.dossier_id, to_seconds(label.at), to_seconds(expires_at)),
            )
            _add_version(connection, key, content, label)

    def find(self, key: DossierKey) -> StoredDossier | None:
        """Return the dossier of a link, closed and expired ones too, or None."""
        row = self.first(
            "SELECT content, version, created_at, expires_at, is_closed FROM dossiers"
            " JOIN versions ON dossier = id AND number = version WHERE id = ?",
            key.dossier_id,
        )
        if row is None:
            return None
        content, version, created_at, expires_at, is_closed = row
        return StoredDossier(
            _content(key, content),
            version,
            from_seconds(created_at),
            from_seconds(expires_at),
            bool(is_closed),
        )

    def save(
        self,
        key: DossierKey,
        content: GroupDossier,
        label: VersionLabel,
        *,
        version: int,
    ) -> bool:
        """Store the version after `version`; False if somebody stored one meanwhile."""
        with self.writing() as connection:
            row = connection.execute(
                "SELECT version FROM dossiers WHERE id = ?", (key.dossier_id,)
            ).fetchone()
            if row != (version,):
                return False
            _add_version(connection, key, content, label)
        return True

    def labels(self, key: DossierKey) -> tuple[VersionLabel, ...]:
        """Return what each version changed, the newest first."""
        rows = self.rows(
            "SELECT number, label FROM versions WHERE dossier = ? ORDER BY number DESC",
            key.dossier_id,
        )
        return tuple(_label(key, *row) for row in rows)

    def version(self, key: DossierKey, number: int) -> GroupDossier | None:
        """Return the content of a version, or None if it is not stored (any more)."""
        row = self.first(
            "SELECT content FROM versions WHERE dossier = ? AND number = ?",
            *(key.dossier_id, number),
        )
        return None if row is None else _content(key, row[0])

    def renew(self, key: DossierKey, expires_at: dt.datetime) -> None:
        """Open the links of a dossier until a time."""
        self.execute(
            "UPDATE dossiers SET is_closed = 0, expires_at = ? WHERE id = ?",
            *(to_seconds(expires_at), key.dossier_id),
        )

    def close(self, key: DossierKey, now: dt.datetime) -> None:
        """Close the links of a dossier; it is deleted the days of the setting later."""
        self.execute(
            "UPDATE dossiers SET is_closed = 1, expires_at = min(expires_at, ?)"
            " WHERE id = ?",
            *(to_seconds(now), key.dossier_id),
        )

    def delete(self, key: DossierKey) -> None:
        """Delete a dossier with all its versions."""
        self.execute("DELETE FROM dossiers WHERE id = ?", key.dossier_id)

    def erase(self, key: DossierKey, device: str) -> None:
        """Remove what a device wrote from all versions, and its name from labels."""
        self._rewrite(
            key,
            lambda content: content.without(device),
            lambda label: (
                label | {"by": "", "device": ""} if label["device"] == device else label
            ),
        )

    def _rewrite(
        self,
        key: DossierKey,
        content_of: Callable[[GroupDossier], GroupDossier],
        label_of: Callable[[dict[str, str]], dict[str, str]],
    ) -> None:
        with self.writing() as connection:
            rows = connection.execute(
                "SELECT number, label, content FROM versions WHERE dossier = ?",
                (key.dossier_id,),
            ).fetchall()
            for number, label, content in rows:
                words = json.dumps(label_of(json.loads(key.decrypted(label))))
                kept = content_of(_content(key, content)).to_json()
                connection.execute(
                    "UPDATE versions SET label = ?, content = ?"
                    " WHERE dossier = ? AND number = ?",
                    (
                        *(key.encrypted(words.encode()), key.encrypted(kept.encode())),
                        *(key.dossier_id, number),
                    ),
                )

    def delete_expired(self, now: dt.datetime) -> int:
        """Delete the dossiers whose links ended long enough ago; return how many."""
        if not self.path.exists():
            return 0
        before = to_seconds(now - dt.timedelta(days=self._days))
        return self.execute("DELETE FROM dossiers WHERE expires_at <= ?", before)


def _add_version(
    connection: sqlite3.Connection,
    key: DossierKey,
    content: GroupDossier,
    label: VersionLabel,
) -> None:
    words = {
        "at": to_seconds(label.at),
        "by": label.by,
        "device": label.device,
        "act": label.act,
        "about": label.about,
    }
    connection.execute(
        "UPDATE dossiers SET version = version + 1 WHERE id = ?", (key.dossier_id,)
    )
    connection.execute(
        "INSERT INTO versions SELECT id, version, ?, ? FROM dossiers WHERE id = ?",
        (
            key.encrypted(json.dumps(words).encode()),
            key.encrypted(content.to_json().encode()),
            key.dossier_id,
        ),
    )
    connection.execute(
        "DELETE FROM versions WHERE dossier = ?1 AND number <= (SELECT coalesce(max("
        "number), 0) FROM (SELECT number, sum(length(content) + length(label)) OVER"
        " (ORDER BY number DESC) AS bytes FROM versions WHERE dossier = ?1)"
        " WHERE bytes > ?2)",
        (key.dossier_id, MAX_BYTES),
    )


def _content(key: DossierKey, stored: bytes) -> GroupDossier:
    return GroupDossier.from_json(key.decrypted(stored).decode())


def _label(key: DossierKey, number: int, stored: bytes) -> VersionLabel:
    words = json.loads(key.decrypted(stored))
    at = from_seconds(words.pop("at"))
    return VersionLabel(number, at, **words)
