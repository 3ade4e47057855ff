"""What people corrected on the covers of files, with what is learnt from it."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from kb.core.sqlite import Store, from_seconds, to_seconds
from kb.database.clock import Clock

MAX_CORRECTIONS = 500
"""How many of the newest corrections are applied."""

_STORE = """
INSERT INTO cover_corrections (sha256, field, value, body, at, is_revoked)
VALUES (?, ?, ?, ?, ?, 0)
ON CONFLICT (sha256, field) DO UPDATE SET
    value = excluded.value, body = excluded.body, at = excluded.at, is_revoked = 0
"""


class StoredCorrection(NamedTuple):
    """A correction: its number, its day, and what is learnt from it, as JSON."""

    id: int
    day: dt.date
    body: str


class CoverCorrections:
    """Reads and writes the corrections of covers; each method is one transaction.

    There is one for each file and field. A correction from which nothing is learnt has
    no body.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def put(self, sha256: str, field: str, value: str, body: str) -> None:
        """Store the value of a person, in place of an earlier one of the same file."""
        now = to_seconds(self._clock())
        self._store.execute(_STORE, sha256, field, value, body, now)

    def delete(self, sha256: str, field: str) -> None:
        """Delete the correction of a file that has the value of the rules again."""
        query = "DELETE FROM cover_corrections WHERE sha256 = ? AND field = ?"
        self._store.execute(query, sha256, field)

    def revoke(self, number: int) -> None:
        """Revoke a correction: no file gets it until its value changes."""
        query = "UPDATE cover_corrections SET is_revoked = 1 WHERE id = ?"
        self._store.execute(query, number)

    def values(self, sha256: str) -> Mapping[str, str]:
        """Return the corrected values of a file by field, revoked ones too."""
        query = "SELECT field, value FROM cover_corrections WHERE sha256 = ?"
        return dict(self._store.rows(query, sha256))

    def active(self) -> dict[int, StoredCorrection]:
        """Return the corrections that are applied by number, the newest first."""
        query = """
            SELECT id, at, body FROM cover_corrections
            WHERE body != '' AND NOT is_revoked ORDER BY at DESC, id DESC LIMIT ?
        """
        return {
            number: StoredCorrection(number, from_seconds(at).date(), body)
            for number, at, body in self._store.rows(query, MAX_CORRECTIONS)
        }
