"""The addresses of sources that `kb content links` tested, with their last answers."""

import datetime as dt
from dataclasses import dataclass

from kb.core.link_client import LinkAnswer
from kb.core.sqlite import Store, from_seconds, to_seconds
from kb.database.clock import Clock

DEAD_AFTER_FAILURES = 2
"""Tests that failed on one day count once: the network may fail for an hour."""

_STORE = """
INSERT INTO source_links (url, answer, tested_at, alive_at, failures)
VALUES (:url, :answer, :now, CASE :state WHEN 'alive' THEN :now END, :state = 'failed')
ON CONFLICT (url) DO UPDATE SET
    answer = :answer,
    tested_at = :now,
    alive_at = CASE :state WHEN 'alive' THEN :now ELSE alive_at END,
    failures = CASE :state
        WHEN 'alive' THEN 0
        WHEN 'failed' THEN
            failures + (failures = 0 OR tested_at / 86400 < :now / 86400)
        ELSE failures END
"""


@dataclass(frozen=True, slots=True)
class SourceLink:
    """An address: its last answer, and when it was last tested and last seen alive.

    `failures` counts the days in a row on which its tests failed.
    """

    url: str
    answer: str
    tested_at: dt.datetime
    alive_at: dt.datetime | None
    failures: int

    @property
    def is_dead(self) -> bool:
        """Whether the address did not answer on two days in a row."""
        return self.failures >= DEAD_AFTER_FAILURES

    def is_due(self, now: dt.datetime, days: int) -> bool:
        """Return whether the address is to be tested again.

        The second test of an address that failed once is due on the next day.
        """
        if self.failures == 1:
            return self.tested_at.date() < now.date()
        return now - self.tested_at >= dt.timedelta(days=days)


class SourceLinks:
    """Reads and writes the tested addresses; each method is one transaction."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def add(self, url: str, answer: LinkAnswer) -> None:
        """Store the answer of an address that was tested now.

        A refusal is stored as the last answer, and neither as life nor as failure.
        """
        now = to_seconds(self._clock())
        row = {"url": url, "answer": answer.text, "state": answer.state, "now": now}
        with self._store.writing() as connection:
            connection.execute(_STORE, row)

    def all(self, *, least_failures: int = 0) -> dict[str, SourceLink]:
        """Return the tested addresses that failed on so many days in a row, or more."""
        query = (
            "SELECT url, answer, tested_at, alive_at, failures FROM source_links "
            "WHERE failures >= ? ORDER BY url"
        )
        return {
            url: SourceLink(
                url,
                answer,
                from_seconds(tested_at),
                None if alive_at is None else from_seconds(alive_at),
                failures,
            )
            for url, answer, tested_at, alive_at, failures in self._store.rows(
                query, least_failures
            )
        }

    def dead(self) -> dict[str, SourceLink]:
        """Return the addresses that no longer answer (`SourceLink.is_dead`)."""
        return self.all(least_failures=DEAD_AFTER_FAILURES)
