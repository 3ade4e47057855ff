"""Times, as they are kept: whole seconds since 1970, UTC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

Clock = Callable[[], dt.datetime]
"""Gives the time. Tests bring their own."""

DAY_S = 24 * 3600


def system_clock() -> dt.datetime:
    """Give the time of the machine."""
    return dt.datetime.now(dt.UTC)


def seconds(time: dt.datetime) -> int:
    """Give what is kept of a time."""
    return int(time.timestamp())


def from_seconds(kept: int) -> dt.datetime:
    """Give the time that was kept."""
    return dt.datetime.fromtimestamp(kept, dt.UTC)
