"""The file of the alerts: who receives which, and the messages that wait to be sent.

It is apart from the staff database, so that the addresses of visitors can be exported
and deleted as a whole: `KB_INSTANCE/alerts.db`. An address is stored only after its
owner has confirmed it; before, it is in the message that waits, for as long as that
takes.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.core.sqlite import VisitorDatabase, from_seconds, to_seconds

FIRST_WAIT_S = 300
MAX_TRIES = 10
"""The last try is two and a half days after the first one."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS subscriptions (
    id TEXT PRIMARY KEY,
    address TEXT NOT NULL,
    locale TEXT NOT NULL,
    query TEXT NOT NULL,
    known TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    checked_at INTEGER NOT NULL,
    UNIQUE (address, locale, query)
);
CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY,
    content BLOB NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class Subscription:
    """An alert: the address it goes to, and the search, as parameters of an address.

    `known` are the records that matched at `checked_at`, the last check.
    """

    id: str
    address: str
    locale: str
    query: str
    known: frozenset[str]
    created_at: dt.datetime
    checked_at: dt.datetime


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """A message of the outbox, as bytes, and how often sending it has failed."""

    id: int
    content: bytes
    tries: int


class AlertStore(VisitorDatabase):
    """Reads and writes the file of the alerts; each method is one transaction.

    All methods raise `StorageError` when the file can't be read or written.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, _SCHEMA)

    @property
    def lock_path(self) -> Path:
        """The path of the lock that the process sending messages holds."""
        return self._path.with_name(f"{self._path.name}.lock")

    def subscribe(
        self,
        address: str,
        locale: str,
        query: str,
        known: Iterable[str],
        now: dt.datetime,
    ) -> str:
        """Store an alert, unless there is the same already; return its id."""
        at = to_seconds(now)
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO subscriptions VALUES (?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (address, locale, query) DO NOTHING",
                (
                    secrets.token_urlsafe(18),
                    *(address, locale, query),
                    _joined(known),
                    *(at, at),
                ),
            )
            row = connection.execute(
                "SELECT id FROM subscriptions"
                " WHERE address = ? AND locale = ? AND query = ?",
                (address, locale, query),
            ).fetchone()
            return str(row[0])

    def find(self, subscription_id: str) -> Subscription | None:
        """Return the alert of an id, or None."""
        return next(self._subscriptions("WHERE id = ?", subscription_id), None)

    def all(self, address: str = "") -> tuple[Subscription, ...]:
        """Return all alerts, or those of an address, the oldest first."""
        where = "WHERE address = ? OR ? = ''"
        return tuple(self._subscriptions(where, address, address))

    def due(self, checked_before: dt.datetime) -> tuple[Subscription, ...]:
        """Return the alerts whose last check is older than a time."""
        return tuple(
            self._subscriptions("WHERE checked_at <= ?", to_seconds(checked_before))
        )

    def record_check(
        self,
        subscription_id: str,
        known: Iterable[str],
        now: dt.datetime,
        content: bytes | None,
    ) -> None:
        """Store what a check found, and the message about it if there is one."""
        with self._writing() as connection:
            changed = connection.execute(
                "UPDATE subscriptions SET known = ?, checked_at = ? WHERE id = ?",
                (_joined(known), to_seconds(now), subscription_id),
            )
            if changed.rowcount and content is not None:
                _enqueue(connection, content, now)

    def unsubscribe(self, subscription_id: str) -> None:
        """Delete an alert; nothing happens if there is none."""
        with self._writing() as connection:
            connection.execute(
                "DELETE FROM subscriptions WHERE id = ?", (subscription_id,)
            )

    def delete_address(self, address: str) -> int:
        """Delete all alerts of an address, and return their number."""
        with self._writing() as connection:
            deleted = connection.execute(
                "DELETE FROM subscriptions WHERE address = ?", (address,)
            )
            return deleted.rowcount

    def enqueue(self, content: bytes, now: dt.datetime) -> None:
        """Add a message to the outbox."""
        with self._writing() as connection:
            _enqueue(connection, content, now)

    def waiting(self, now: dt.datetime) -> tuple[WaitingMessage, ...]:
        """Return the messages that are to be sent now, the oldest first."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, content, tries FROM outbox WHERE next_at <= ? ORDER BY id",
                (to_seconds(now),),
            )
            return tuple(WaitingMessage(*row) for row in rows)

    def remove_message(self, message_id: int) -> None:
        """Remove a message from the outbox: it is sent, or will never be."""
        with self._writing() as connection:
            connection.execute("DELETE FROM outbox WHERE id = ?", (message_id,))

    def postpone(self, message: WaitingMessage, now: dt.datetime) -> bool:
        """Try a message again later, or remove it after the last try.

        Return whether it is still in the outbox.
        """
        if message.tries + 1 >= MAX_TRIES:
            self.remove_message(message.id)
            return False
        at = to_seconds(now) + FIRST_WAIT_S * 2**message.tries
        with self._writing() as connection:
            connection.execute(
                "UPDATE outbox SET tries = ?, next_at = ? WHERE id = ?",
                (message.tries + 1, at, message.id),
            )
        return True

    def _subscriptions(self, where: str, *values: object) -> Iterator[Subscription]:
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, address, locale, query, known, created_at, checked_at"  # noqa: S608  # `where` is ours
                f" FROM subscriptions {where} ORDER BY created_at, id",
                values,
            ).fetchall()
        for number, address, locale, query, known, created_at, checked_at in rows:
            yield Subscription(
                *(number, address, locale, query),
                frozenset(json.loads(known)),
                from_seconds(created_at),
                from_seconds(checked_at),
            )


def _enqueue(connection: sqlite3.Connection, content: bytes, now: dt.datetime) -> None:
    connection.execute(
        "INSERT INTO outbox (content, next_at) VALUES (?, ?)",
        (content, to_seconds(now)),
    )


def _joined(known: Iterable[str]) -> str:
    return json.dumps(sorted(known))
