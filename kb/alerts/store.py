"""The file of the alerts, `KB_INSTANCE/alerts.db`: who receives which.

It is apart from the staff database, so that the addresses of visitors can be exported
and deleted as a whole. An address is stored only after its owner has confirmed it;
before, it is in the message that waits in the outbox, for as long as that takes.
"""

import datetime as dt
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kb.core.settings import MAIL_FILE
from kb.core.sqlite import Store, from_seconds, to_seconds
from kb.core.visitor_limits import REQUESTS
from kb.mail.outbox import Outbox

_FIRST = f"""
CREATE TABLE subscriptions (
    id TEXT PRIMARY KEY,
    address TEXT NOT NULL,
    locale TEXT NOT NULL,
    query TEXT NOT NULL,
    known TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    checked_at INTEGER NOT NULL,
    UNIQUE (address, locale, query)
);
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    content BLOB NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL
);
{REQUESTS}
"""


def _move_messages(store: Store, connection: sqlite3.Connection) -> None:
    """Move the messages that wait to the file of the outbox, and drop their table."""
    query = "SELECT content, tries, next_at FROM outbox ORDER BY id"
    outbox = Outbox(store.path.with_name(MAIL_FILE))
    for content, tries, next_at in connection.execute(query).fetchall():
        outbox.add(content, tries=tries, next_at=from_seconds(next_at))
    connection.execute("DROP TABLE outbox")


_BOUNCES = """
ALTER TABLE subscriptions ADD COLUMN bounces INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscriptions ADD COLUMN bounced_at INTEGER NOT NULL DEFAULT 0;
DROP TABLE requests;
"""

_EVERY = "ALTER TABLE subscriptions ADD COLUMN every TEXT NOT NULL DEFAULT 'week'"


class Every(StrEnum):
    """How often an alert is checked; the values are stored."""

    WEEK = "week"
    MONTH = "month"

    @property
    def interval(self) -> dt.timedelta:
        """The time between two checks."""
        return dt.timedelta(days=7 if self is Every.WEEK else 30)


MAX_BOUNCES = 3
BOUNCE_DAYS = 60
"""An address that no message reaches for this long is deleted, after `MAX_BOUNCES`."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """An alert: the address it goes to, and the search, as parameters of an address.

    `known` are the records that matched at `checked_at`, the last check. `bounces` is
    how many messages could not be delivered in a row.
    """

    id: str
    address: str
    locale: str
    query: str
    known: frozenset[str]
    created_at: dt.datetime
    checked_at: dt.datetime
    bounces: int = 0
    every: Every = Every.WEEK


class AlertStore(Store):
    """Reads and writes the file of the alerts; each method is one transaction.

    All methods raise `StorageError` when the file can't be read or written.
    """

    migrations = (_FIRST, _move_messages, _BOUNCES, _EVERY)
    erases = True

    def subscribe(
        self,
        address: str,
        locale: str,
        query: str,
        known: Iterable[str],
        now: dt.datetime,
        every: Every = Every.WEEK,
    ) -> str:
        """Store an alert, or how often the same one is sent; return its id."""
        at = to_seconds(now)
        with self.writing() as connection:
            connection.execute(
                "INSERT INTO subscriptions VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?)"
                " ON CONFLICT (address, locale, query)"
                " DO UPDATE SET every = excluded.every",
                (
                    secrets.token_urlsafe(18),
                    *(address, locale, query),
                    _joined(known),
                    *(at, at, every),
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

    def due(self, every: Every, now: dt.datetime) -> tuple[Subscription, ...]:
        """Return the alerts of an interval that are due at a time.

        All monthly alerts of an address in a language are due with the first of them.
        """
        before = to_seconds(now - every.interval)
        if every is Every.WEEK:
            return tuple(
                self._subscriptions(
                    "WHERE every = ? AND checked_at <= ?", every, before
                )
            )
        return tuple(
            self._subscriptions(
                "WHERE every = ? AND (address, locale) IN (SELECT address, locale"
                " FROM subscriptions WHERE every = ? AND checked_at <= ?)",
                *(every, every, before),
            )
        )

    def record_checks(
        self,
        known: Mapping[str, Iterable[str]],
        now: dt.datetime,
        tell: Callable[[], None],
    ) -> None:
        """Store what the checks of alerts found, by id, and tell the subscriber.

        Nothing is told if the alerts have ended. If `tell` fails, nothing is stored:
        the next check finds the same again.
        """
        with self.writing() as connection:
            changed = [
                connection.execute(
                    "UPDATE subscriptions SET known = ?, checked_at = ? WHERE id = ?",
                    (_joined(found), to_seconds(now), subscription_id),
                ).rowcount
                for subscription_id, found in known.items()
            ]
            if any(changed):
                tell()

    def unsubscribe(self, subscription_id: str) -> None:
        """Delete an alert; nothing happens if there is none."""
        self.execute("DELETE FROM subscriptions WHERE id = ?", subscription_id)

    def end_digest(self, address: str, locale: str) -> None:
        """Delete the monthly alerts of an address in a language."""
        self.execute(
            "DELETE FROM subscriptions WHERE address = ? AND locale = ? AND every = ?",
            *(address, locale, Every.MONTH),
        )

    def delete_address(self, address: str) -> int:
        """Delete all alerts of an address, and return their number."""
        return self.execute("DELETE FROM subscriptions WHERE address = ?", address)

    def count_bounce(self, address: str, now: dt.datetime) -> None:
        """Count a message that an address did not receive; delete it after the third.

        A bounce that comes `BOUNCE_DAYS` after the last one begins a new count.
        """
        at = to_seconds(now)
        with self.writing() as connection:
            connection.execute(
                "UPDATE subscriptions SET bounced_at = ?,"
                " bounces = 1 + CASE WHEN bounced_at > ? THEN bounces ELSE 0 END"
                " WHERE address = ?",
                (at, at - BOUNCE_DAYS * 24 * 3600, address),
            )
            connection.execute(
                "DELETE FROM subscriptions WHERE bounces >= ?", (MAX_BOUNCES,)
            )

    def _subscriptions(self, where: str, *values: object) -> Iterator[Subscription]:
        rows = self.rows(
            "SELECT id, address, locale, query, known, created_at, checked_at,"  # noqa: S608  # `where` is ours
            f" bounces, every FROM subscriptions {where} ORDER BY created_at, id",
            *values,
        )
        for row in rows:
            number, address, locale, query, *checked = row
            known, created_at, checked_at, bounces, every = checked
            yield Subscription(
                *(number, address, locale, query),
                frozenset(json.loads(known)),
                from_seconds(created_at),
                from_seconds(checked_at),
                bounces,
                Every(every),
            )


def _joined(known: Iterable[str]) -> str:
    return json.dumps(sorted(known))
