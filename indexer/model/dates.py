"""Partial dates: a day, a month or only a year."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Self

_PATTERN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A year, with an optional month and day."""

    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @property
    def first_day(self) -> dt.date:
        """The earliest possible day, used as a sort key."""
        month, day = (1 if part is None else part for part in (self.month, self.day))
        return dt.date(self.year, month, day)

    @property
    def last_day(self) -> dt.date:
        """The latest possible day."""
        if self.day is not None:
            return self.first_day
        month = self.month or 12
        days = calendar.monthrange(self.year, month)[1]
        return dt.date(self.year, month, days)

    @classmethod
    def of(cls, day: dt.date) -> Self:
        """Return the date of a day that is known exactly."""
        return cls(day.year, day.month, day.day)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Parse `2018`, `2018-10` or `2018-10-30`; return None for any other text."""
        match = _PATTERN.fullmatch(text)
        if match is None:
            return None
        year, *rest = match.groups()
        date = cls(int(year), *(int(part) if part else None for part in rest))
        try:
            return date if date.first_day.year in _YEARS else None
        except ValueError:
            return None


def years_between(
    start: PartialDate | None, end: PartialDate | None
) -> tuple[int, ...]:
    """Return the years of a period, both ends included."""
    if start is None:
        return ()
    last = end.year if end is not None else start.year
    return tuple(range(start.year, max(start.year, last) + 1))
