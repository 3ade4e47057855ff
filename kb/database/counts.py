"""Counts for ninety days and longer: searches of visitors, and what they take away.

Neither the visitor, nor the address, nor the hour is stored.

Made-up searches fill no day: how much one visitor adds is limited (`SearchAllowance`),
and on a day that is full, a new search replaces one that was counted only once.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Mapping

from indexer.model.ids import Locale
from kb.core.sqlite import Store
from kb.database.clock import Clock
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import COUNT_DAYS, CountedSearch, CountedUse

MAX_AGE_DAYS = 90
MAX_CHARACTERS = 100
MAX_A_DAY = 2000
DAY_S = 24 * 3600
WAIT_S = 0.05
"""A visitor does not wait longer for a locked database: nothing is counted then."""

_PERSONAL = re.compile(r"\S@\S|(?:\d[\s.()-]*){6}|https?:|www\.", re.IGNORECASE)
"""Looks like an e-mail address, a number or a URL: such a search is not stored."""

_INCREMENT = """
    INSERT INTO {0} (day, locale, text, count)
    SELECT :day, :locale, :text, 1
    WHERE (SELECT count(*) FROM {0} WHERE day = :day) < :most
        OR EXISTS (SELECT 1 FROM {0}
            WHERE day = :day AND locale = :locale AND text = :text)
    ON CONFLICT (day, locale, text) DO UPDATE SET count = count + 1
    """
_DROP_ONE = """
    DELETE FROM {0} WHERE rowid = (
        SELECT rowid FROM {0} WHERE day = :day AND count = 1
        ORDER BY random() LIMIT 1)
    """
_MOST_FREQUENT = """
    SELECT text, locale, sum(count) AS total FROM {0}
    GROUP BY text, locale ORDER BY total DESC, max(day) DESC, text LIMIT ?
    """


class SearchCounts:
    """Counts the searches of one table."""

    def __init__(self, store: Store, clock: Clock, table: str) -> None:
        """Count in a table: `unfound_searches` or `typed_searches`."""
        self._store = store
        self._clock = clock
        self._table = table

    def add(self, typed: str, locale: Locale) -> bool:
        """Count a search, unless it looks personal; return whether it was counted.

        A visitor never waits for it: it is skipped if the database is locked.
        """
        return self.add_all([(typed, locale)]) == 1

    def add_all(self, searches: Iterable[tuple[str, Locale]]) -> int:
        """Count searches, except those that look personal; return how many were.

        None is counted if the database is locked.
        """
        day = _today(self._clock)
        rows = [
            {"day": day, "locale": locale.value, "text": words, "most": MAX_A_DAY}
            for typed, locale in searches
            if (words := _countable(typed))
        ]
        if not rows:
            return 0
        try:
            with self._store.writing(wait_s=WAIT_S) as connection:
                return sum(self._add(connection, row) for row in rows)
        except DatabaseUnavailableError:
            return 0

    def _add(self, connection: sqlite3.Connection, row: Mapping[str, object]) -> bool:
        increment = _INCREMENT.format(self._table)
        if connection.execute(increment, row).rowcount:
            return True
        # The day is full: chance decides which of the rarest searches stay.
        connection.execute(_DROP_ONE.format(self._table), row)
        return bool(connection.execute(increment, row).rowcount)

    def most_frequent(self, *, limit: int) -> tuple[CountedSearch, ...]:
        """Return the most frequent searches, after deleting the old ones.

        Of equally frequent searches, the newest come first.
        """
        # A day far in the future comes from a clock that was wrong.
        self._delete("abs(? - day) >= ?", _today(self._clock), MAX_AGE_DAYS)
        return tuple(
            CountedSearch(words, Locale(locale), total)
            for words, locale, total in self._store.rows(
                _MOST_FREQUENT.format(self._table), limit
            )
        )

    def total(self, days: int) -> int:
        """Return how many searches the last days have."""
        row = self._store.first(
            f"SELECT coalesce(sum(count), 0) FROM {self._table} WHERE day > ?",  # noqa: S608  # our own name
            _today(self._clock) - days,
        )
        return 0 if row is None else int(row[0])

    def dismiss(self, words: str, locale: Locale) -> None:
        """Delete the counts of a search."""
        self._delete("text = ? AND locale = ?", words, locale.value)

    def delete_all(self) -> None:
        """Delete all counts: counting was switched off."""
        self._delete("1")

    def _delete(self, condition: str, *values: object) -> None:
        self._store.execute(f"DELETE FROM {self._table} WHERE {condition}", *values)  # noqa: S608  # our own words


def _countable(typed: str) -> str:
    """Return a search as it is counted, or "" if it must not be."""
    words = " ".join(unicodedata.normalize("NFC", typed).casefold().split())
    is_plain = words.isprintable() and 0 < len(words) <= MAX_CHARACTERS
    return words if is_plain and not _PERSONAL.search(words) else ""


class DailyCounts:
    """The counts of each day of what visitors take away."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def add(self, use: CountedUse) -> None:
        """Count a use; it is skipped if the database is locked or cannot be written."""
        try:
            with self._store.writing(wait_s=WAIT_S) as connection:
                connection.execute(
                    "INSERT INTO daily_counts (day, name, count) VALUES (?, ?, 1)"
                    " ON CONFLICT (day, name) DO UPDATE SET count = count + 1",
                    (_today(self._clock), use.value),
                )
        except DatabaseUnavailableError:
            return

    def totals(self, days: int) -> dict[CountedUse, int]:
        """Return the counts of the last days, after deleting the old ones."""
        today = _today(self._clock)
        self._store.execute(
            # A day far in the future comes from a clock that was wrong.
            "DELETE FROM daily_counts WHERE abs(? - day) >= ?",
            *(today, COUNT_DAYS),
        )
        counted = dict(
            self._store.rows(
                "SELECT name, sum(count) FROM daily_counts WHERE day > ? GROUP BY name",
                today - days,
            )
        )
        return {use: int(counted.get(use.value, 0)) for use in CountedUse}

    def delete_all(self) -> None:
        """Delete all counts: counting was switched off."""
        self._store.execute("DELETE FROM daily_counts")


def _today(clock: Clock) -> int:
    """Return the number of the day since 1970."""
    return int(clock().timestamp()) // DAY_S
