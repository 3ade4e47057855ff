"""Which dated items have been stored for longer than a number of days."""

import datetime as dt
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from indexer.files import write_file_atomically


class Retention:
    """Finds expired items, also after the system clock was wrong.

    A date in the future tells no age: the clock was wrong then, or is wrong now. Such
    an item expires after as many days on which the service ran; a file counts them.
    """

    def __init__(self, file: Path, *, days: int) -> None:
        """Count days in `file`, which may be deleted at any time."""
        self._file = file
        self._days = days

    def expired(
        self, dates: Mapping[str, dt.datetime], now: dt.datetime
    ) -> frozenset[str]:
        """Return the names of the items that have expired.

        Raises:
            OSError: the days can't be counted.
        """
        limit = now - dt.timedelta(days=self._days)
        future = {name for name, date in dates.items() if date > now}
        counts = self._count_day(future, str(now.date()))
        old = {name for name, date in dates.items() if date < limit}
        return frozenset(
            old | {name for name, days in counts.items() if days > self._days}
        )

    def _count_day(self, names: set[str], today: str) -> Mapping[str, int]:
        """Return the days counted for each name, with today."""
        last_day, stored = self._load()
        is_new_day = last_day != today
        counts = {name: stored.get(name, 0) + is_new_day for name in sorted(names)}
        if counts != stored or (names and is_new_day):
            content = json.dumps({"day": today, "counts": counts}).encode()
            write_file_atomically(self._file, content)
        return counts

    def _load(self) -> tuple[str, dict[str, int]]:
        """Return the last day that was counted, and the counts; none if damaged."""
        with suppress(OSError, ValueError, TypeError, LookupError, AttributeError):
            body = json.loads(self._file.read_bytes())
            counts = {str(name): int(days) for name, days in body["counts"].items()}
            return str(body["day"]), counts
        return "", {}
