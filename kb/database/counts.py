"""Counts for ninety days and longer: searches of visitors, and what they take away.

Neither the visitor, nor the address, nor the hour is stored.

Made-up searches fill no day: how much one visitor adds is limited (`SearchAllowance`),
and on a day that is full, a new search replaces one that was counted only once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from sqlalchemy import (
    ColumnElement,
    Connection,
    TableClause,
    delete,
    func,
    select,
    text,
)

from indexer.model.ids import Locale
from kb.database.clock import Clock
from kb.database.connection import Database
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import COUNT_DAYS, CountedSearch, CountedUse
from kb.database.tables import daily_counts

MAX_AGE_DAYS = 90
MAX_CHARACTERS = 100
MAX_A_DAY = 2000
WAIT_MS = 50

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


class SearchCounts:
    """Counts the searches of one table."""

    def __init__(self, database: Database, clock: Clock, table: TableClause) -> None:
        """Count in a table: `unfound_searches` or `typed_searches`."""
        self._database = database
        self._clock = clock
        self._table = table
        self._increment = text(_INCREMENT.format(table.name))
        self._drop_one = text(_DROP_ONE.format(table.name))

    def add(self, typed: str, locale: Locale) -> bool:
        """Count a search, unless it looks personal; return whether it was counted.

        A visitor never waits for it: it is skipped if the database is locked.
        """
        return self.add_all([(typed, locale)]) == 1

    def add_all(self, searches: Iterable[tuple[str, Locale]]) -> int:
        """Count searches, except those that look personal; return how many were.

        None is counted if the database is locked.
        """
        day = self._today()
        rows = [
            {"day": day, "locale": locale.value, "text": words, "most": MAX_A_DAY}
            for typed, locale in searches
            if (words := _countable(typed))
        ]
        if not rows:
            return 0
        try:
            with self._database.writing(wait_ms=WAIT_MS) as connection:
                return sum(self._add(connection, each) for each in rows)
        except DatabaseUnavailableError:
            return 0

    def _add(self, connection: Connection, row: Mapping[str, object]) -> bool:
        if connection.execute(self._increment, row).rowcount:
            return True
        # The day is full: chance decides which of the rarest searches stay.
        connection.execute(self._drop_one, row)
        return bool(connection.execute(self._increment, row).rowcount)

    def most_frequent(self, *, limit: int) -> tuple[CountedSearch, ...]:
        """Return the most frequent searches, after deleting the old ones.

        Of equally frequent searches, the newest come first.
        """
        # A day far in the future comes from a clock that was wrong.
        age = func.abs(self._today() - self._table.c.day)
        self._delete(age >= MAX_AGE_DAYS)
        count = func.sum(self._table.c.count).label("total")
        query = (
            select(self._table.c.text, self._table.c.locale, count)
            .group_by(self._table.c.text, self._table.c.locale)
            .order_by(
                count.desc(),
                func.max(self._table.c.day).desc(),
                self._table.c.text,
            )
            .limit(limit)
        )
        return tuple(
            CountedSearch(words, Locale(locale), total)
            for words, locale, total in self._database.rows(query)
        )

    def total(self, days: int) -> int:
        """Return how many searches the last days have."""
        count = func.coalesce(func.sum(self._table.c.count), 0)
        recent = self._table.c.day > self._today() - days
        row = self._database.first(select(count).where(recent))
        return 0 if row is None else int(row[0])

    def dismiss(self, words: str, locale: Locale) -> None:
        """Delete the counts of a search."""
        is_same = self._table.c.text == words
        self._delete(is_same, self._table.c.locale == locale.value)

    def delete_all(self) -> None:
        """Delete all counts: counting was switched off."""
        self._delete()

    def _delete(self, *conditions: ColumnElement[bool]) -> None:
        self._database.delete(delete(self._table).where(*conditions))

    def _today(self) -> int:
        return int(self._clock().timestamp()) // (24 * 3600)


def _countable(typed: str) -> str:
    """Return a search as it is counted, or "" if it must not be."""
    words = " ".join(unicodedata.normalize("NFC", typed).casefold().split())
    is_plain = words.isprintable() and 0 < len(words) <= MAX_CHARACTERS
    return words if is_plain and not _PERSONAL.search(words) else ""


DAY_S = 24 * 3600

_COUNT_USE = text(
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
                    _COUNT_USE, {"day": self._today(), "name": use.value}
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
