"""The audit log: actions of staff, appended and never changed."""

import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from kb.core.sqlite import Store, from_seconds, to_seconds
from kb.database.clock import Clock
from kb.database.model import AuditAction, AuditEntry

MAX_TEXT = 500
MAX_ID = 2**63 - 1


_WITH_ADDRESS = {
    AuditAction.SIGN_IN_FAILED,
    AuditAction.SIGN_IN_THROTTLED,
    AuditAction.SECOND_FACTOR_FAILED,
}


@dataclass(frozen=True, slots=True)
class ClientAddresses:
    """Which IP address a request comes from, and for how many days the log has it."""

    days: int = 0
    address: Callable[[], str] = str


class AuditLog:
    """Appends lines to the audit log, and reads the newest."""

    def __init__(
        self, store: Store, clock: Clock, clients: ClientAddresses | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._clients = clients or ClientAddresses()

    def add(self, actor: str, action: str, subject: str = "", detail: str = "") -> None:
        """Append a line."""
        with self._store.writing() as connection:
            self.append(connection, actor, action, subject, detail)

    def append(
        self,
        connection: sqlite3.Connection,
        actor: str,
        action: str,
        subject: str,
        detail: str = "",
    ) -> None:
        """Append a line in the transaction that stores the action itself."""
        at = to_seconds(self._clock())
        number = connection.execute(
            "INSERT INTO audit_log (at, actor, action, subject, detail)"
            " VALUES (?, ?, ?, ?, ?)",
            (at, *map(_one_line, (actor, action, subject, detail))),
        ).lastrowid
        if self._clients.days and action in _WITH_ADDRESS:
            connection.execute(
                "INSERT INTO audit_addresses VALUES (?, ?, ?)",
                (number, at, _one_line(self._clients.address())),
            )

    def delete_old_addresses(self) -> None:
        """Delete the IP addresses whose days are over; the lines of the log stay."""
        with self._store.writing() as connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute(
                "DELETE FROM audit_addresses WHERE at <= ?", (self._oldest(),)
            )

    def _oldest(self) -> int:
        return to_seconds(self._clock()) - self._clients.days * 24 * 3600

    def newest(
        self, *, limit: int, before: int = 0, actor: str = ""
    ) -> Sequence[AuditEntry]:
        """Return the newest lines, or those before a number; perhaps of one person."""
        rows = self._store.rows(
            "SELECT audit_log.id, audit_log.at, actor, action, subject, detail,"
            " coalesce(address, '') FROM audit_log LEFT JOIN audit_addresses"
            " ON audit_addresses.id = audit_log.id AND audit_addresses.at > ?"
            " WHERE audit_log.id < ? AND (? = '' OR actor = ?)"
            " ORDER BY audit_log.id DESC LIMIT ?",
            *(self._oldest(), before or MAX_ID, actor, actor, limit),
        )
        return tuple(
            AuditEntry(number, from_seconds(at), *texts) for number, at, *texts in rows
        )

    def last_number(self, subject: str, actions: Collection[str]) -> int:
        """Return the number of the newest line on a subject; 0 for none."""
        marks = ", ".join("?" * len(actions))
        row = self._store.first(
            "SELECT coalesce(max(id), 0) FROM audit_log"  # noqa: S608  # question marks
            f" WHERE subject = ? AND action IN ({marks})",
            *(_one_line(subject), *actions),
        )
        return int(row[0]) if row else 0


def _one_line(text: str) -> str:
    """Replace unprintable characters: no text may look like another line of the log."""
    return "".join(c if c.isprintable() else " " for c in text[:MAX_TEXT])
