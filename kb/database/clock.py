"""The clock, and times as the database stores them: whole seconds since 1970, UTC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

Clock = Callable[[], dt.datetime]
"""Returns the time; tests pass their own."""

DAY_S = 24 * 3600


def utc_now() -> dt.datetime:
    """Return the time of the system in UTC."""
    return dt.datetime.now(dt.UTC)


def to_timestamp(time: dt.datetime) -> int:
    """Return a time as whole seconds since 1970."""
    return int(time.timestamp())


def from_timestamp(stored: int) -> dt.datetime:
    """Return the UTC time of whole seconds since 1970."""
    return dt.datetime.fromtimestamp(stored, dt.UTC)
