"""Counts of searches without results, for ninety days.

Neither the visitor, nor the address, nor the hour is stored.

Made-up searches fill no day: how much one visitor adds is limited (`SearchAllowance`),
and on a day that is full, a new search replaces one that was counted only once.
"""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import ColumnElement, delete, func, select, text

from indexer.model.ids import Locale
from kb.database.clock import Clock
from kb.database.connection import Database
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import ZeroResultSearch
from kb.database.tables import unfound_searches

MAX_AGE_DAYS = 90
MAX_CHARACTERS = 100
MAX_A_DAY = 2000
WAIT_MS = 50

_PERSONAL = re.compile(r"\S@\S|(?:\d[\s.()-]*){6}|https?:|www\.", re.IGNORECASE)
"""Looks like an e-mail address, a number or a URL: such a search is not stored."""

_INCREMENT = text(
    """
    INSERT INTO unfound_searches (day, locale, text, count)
    SELECT :day, :locale, :text, 1
    WHERE (SELECT count(*) FROM unfound_searches WHERE day = :day) < :most
        OR EXISTS (SELECT 1 FROM unfound_searches
            WHERE day = :day AND locale = :locale AND text = :text)
    ON CONFLICT (day, locale, text) DO UPDATE SET count = count + 1
    """
)
_DROP_ONE = text(
    """
    DELETE FROM unfound_searches WHERE rowid = (
        SELECT rowid FROM unfound_searches WHERE day = :day AND count = 1
        ORDER BY random() LIMIT 1)
    """
)


class ZeroResultSearches:
    """Counts searches without results."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, typed: str, locale: Locale) -> bool:
        """Count a search, unless it looks personal; return whether it was counted.

        A visitor never waits for it: it is skipped if the database is locked.
        """
        words = " ".join(unicodedata.normalize("NFC", typed).casefold().split())
        is_plain = words.isprintable() and 0 < len(words) <= MAX_CHARACTERS
        if not is_plain or _PERSONAL.search(words):
            return False
        values = {
            "day": self._today(),
            "locale": locale.value,
            "text": words,
            "most": MAX_A_DAY,
        }
        try:
            with self._database.writing(wait_ms=WAIT_MS) as connection:
                if connection.execute(_INCREMENT, values).rowcount:
                    return True
                # The day is full: chance decides which of the rarest searches stay.
                connection.execute(_DROP_ONE, values)
                return bool(connection.execute(_INCREMENT, values).rowcount)
        except DatabaseUnavailableError:
            return False

    def most_frequent(self, *, limit: int) -> tuple[ZeroResultSearch, ...]:
        """Return the most frequent searches, after deleting the old ones.

        Of equally frequent searches, the newest come first.
        """
        # A day far in the future comes from a clock that was wrong.
        age = func.abs(self._today() - unfound_searches.c.day)
        self._delete(age >= MAX_AGE_DAYS)
        count = func.sum(unfound_searches.c.count).label("total")
        query = (
            select(unfound_searches.c.text, unfound_searches.c.locale, count)
            .group_by(unfound_searches.c.text, unfound_searches.c.locale)
            .order_by(
                count.desc(),
                func.max(unfound_searches.c.day).desc(),
                unfound_searches.c.text,
            )
            .limit(limit)
        )
        return tuple(
            ZeroResultSearch(words, Locale(locale), total)
            for words, locale, total in self._database.rows(query)
        )

    def dismiss(self, words: str, locale: Locale) -> None:
        """Delete the counts of a search."""
        is_same = unfound_searches.c.text == words
        self._delete(is_same, unfound_searches.c.locale == locale.value)

    def delete_all(self) -> None:
        """Delete all counts: counting was switched off."""
        self._delete()

    def _delete(self, *conditions: ColumnElement[bool]) -> None:
        self._database.delete(delete(unfound_searches).where(*conditions))

    def _today(self) -> int:
        return int(self._clock().timestamp()) // (24 * 3600)
