"""The clock of the service."""

import datetime as dt
from collections.abc import Callable

Clock = Callable[[], dt.datetime]
"""Returns the time; tests pass their own."""


def utc_now() -> dt.datetime:
    """Return the time of the system in UTC."""
    return dt.datetime.now(dt.UTC)
