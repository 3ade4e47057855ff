"""The audit log: actions of staff, appended and never changed."""

import sqlite3
from collections.abc import Collection, Sequence

from kb.core.sqlite import Store, from_seconds, to_seconds
from kb.database.clock import Clock
from kb.database.model import AuditEntry

MAX_TEXT = 500
MAX_ID = 2**63 - 1


class AuditLog:
    """Appends lines to the audit log, and reads the newest."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

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
        connection.execute(
            "INSERT INTO audit_log (at, actor, action, subject, detail)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                to_seconds(self._clock()),
                *map(_one_line, (actor, action, subject, detail)),
            ),
        )

    def newest(self, *, limit: int, before: int | None = None) -> Sequence[AuditEntry]:
        """Return the newest lines, or those before a number."""
        rows = self._store.rows(
            "SELECT id, at, actor, action, subject, detail FROM audit_log"
            " WHERE id < ? ORDER BY id DESC LIMIT ?",
            *(MAX_ID if before is None else before, limit),
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
