"""The audit log: actions of staff, appended and never changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select

from kb.database.clock import Clock, from_timestamp, to_timestamp
from kb.database.connection import Database
from kb.database.model import AuditEntry
from kb.database.tables import audit_log

MAX_TEXT = 500


class AuditLog:
    """Appends lines to the audit log, and reads the newest."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(
        self,
        actor: str,
        action: str,
        subject: str = "",
        detail: str = "",
        *,
        within: Connection | None = None,
    ) -> None:
        """Append a line, in the transaction of `within` if given.

        Then the action and its line are stored together, or neither.
        """
        if within is None:
            with self._database.writing() as connection:
                self.add(actor, action, subject, detail, within=connection)
            return
        within.execute(
            insert(audit_log).values(
                at=to_timestamp(self._clock()),
                actor=_one_line(actor),
                action=str(action),
                subject=_one_line(subject),
                detail=_one_line(detail),
            )
        )

    def newest(self, *, limit: int, before: int | None = None) -> Sequence[AuditEntry]:
        """Return the newest lines, or those before a number."""
        query = select(audit_log).order_by(audit_log.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(audit_log.c.id < before)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(
            AuditEntry(
                row.id,
                from_timestamp(row.at),
                row.actor,
                row.action,
                row.subject,
                row.detail,
            )
            for row in rows
        )

    def count(self) -> int:
        """Return the number of lines."""
        with self._database.reading() as connection:
            query = select(func.count()).select_from(audit_log)
            return connection.execute(query).scalar_one()


def _one_line(text: str) -> str:
    """Replace unprintable characters: no text may look like another line of the log."""
    return "".join(each if each.isprintable() else " " for each in text[:MAX_TEXT])
