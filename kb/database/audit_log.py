"""The audit log: actions of staff, appended and never changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, func, insert, select

from kb.database.clock import Clock
from kb.database.connection import Database
from kb.database.model import AuditEntry
from kb.database.tables import audit_log

MAX_TEXT = 500


class AuditLog:
    """Appends lines to the audit log, and reads the newest."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, actor: str, action: str, subject: str = "", detail: str = "") -> None:
        """Append a line."""
        with self._database.writing() as connection:
            self.append(connection, actor, action, subject, detail)

    def append(
        self,
        connection: Connection,
        actor: str,
        action: str,
        subject: str,
        detail: str = "",
    ) -> None:
        """Append a line in the transaction that stores the action itself."""
        texts = {"actor": actor, "action": action, "subject": subject, "detail": detail}
        printable = {name: _one_line(text) for name, text in texts.items()}
        connection.execute(insert(audit_log).values(at=self._clock(), **printable))

    def newest(self, *, limit: int, before: int | None = None) -> Sequence[AuditEntry]:
        """Return the newest lines, or those before a number."""
        query = select(audit_log).order_by(audit_log.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(audit_log.c.id < before)
        return tuple(AuditEntry(*row) for row in self._database.rows(query))

    def last_number(self, subject: str, actions: Collection[str]) -> int:
        """Return the number of the newest line on a subject; 0 for none."""
        query = select(func.max(audit_log.c.id)).where(
            audit_log.c.subject == _one_line(subject), audit_log.c.action.in_(actions)
        )
        row = self._database.first(query)
        return 0 if row is None else row[0] or 0


def _one_line(text: str) -> str:
    """Replace unprintable characters: no text may look like another line of the log."""
    return "".join(each if each.isprintable() else " " for each in text[:MAX_TEXT])
