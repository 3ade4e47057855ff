"""Counts of what visitors take away, per day: no address, no hour, no record."""

from __future__ import annotations

from sqlalchemy import delete, func, select, text

from kb.database.clock import Clock
from kb.database.connection import Database
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import COUNT_DAYS, CountedUse
from kb.database.tables import daily_counts

DAY_S = 24 * 3600
WAIT_MS = 50

_INCREMENT = text(
    "INSERT INTO daily_counts (day, name, count) VALUES (:day, :name, 1) "
    "ON CONFLICT (day, name) DO UPDATE SET count = count + 1"
)


class DailyCounts:
    """The counts of each day."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, use: CountedUse) -> None:
        """Count a use; it is skipped if the database is locked or cannot be written."""
        try:
            with self._database.writing(wait_ms=WAIT_MS) as connection:
                connection.execute(
                    _INCREMENT, {"day": self._today(), "name": use.value}
                )
        except DatabaseUnavailableError:
            return

    def totals(self, days: int) -> dict[CountedUse, int]:
        """Return the counts of the last days, after deleting the old ones."""
        today = self._today()
        self._database.delete(
            # A day far in the future comes from a clock that was wrong.
            delete(daily_counts).where(
                func.abs(today - daily_counts.c.day) >= COUNT_DAYS
            )
        )
        query = (
            select(daily_counts.c.name, func.sum(daily_counts.c.count))
            .where(daily_counts.c.day > today - days)
            .group_by(daily_counts.c.name)
        )
        counted = dict(map(tuple, self._database.rows(query)))
        return {use: int(counted.get(use.value, 0)) for use in CountedUse}

    def delete_all(self) -> None:
        """Delete all counts: counting was switched off."""
        self._database.delete(delete(daily_counts))

    def _today(self) -> int:
        return int(self._clock().timestamp()) // DAY_S
