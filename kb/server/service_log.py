"""The log of the service, on standard error; lines about a full disk are rare."""

from __future__ import annotations

import errno
import logging
import os
import time
from collections.abc import Callable

from kb.core.metrics import Mark, Metrics

FULL_DISK_EVERY_S = 60.0

_FULL_DISK = (
    os.strerror(errno.ENOSPC),
    os.strerror(errno.EDQUOT),
    "database or disk is full",  # SQLite
)


def configure_log(metrics: Metrics) -> None:
    """Log warnings and errors on standard error, before the fork of the workers."""
    handler = logging.StreamHandler()
    handler.addFilter(FullDiskFilter(metrics))
    logging.basicConfig(
        format="[%(asctime)s] %(levelname)s in %(name)s: %(message)s",
        handlers=[handler],
    )


class FullDiskFilter(logging.Filter):
    """Drops lines about a full disk that any process logged less than a minute ago.

    Each save and each request may fail on a full disk: the log, too, needs room.
    """

    def __init__(
        self, metrics: Metrics, *, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__()
        self._metrics = metrics
        self._clock = clock

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to log the record."""
        if not _is_about_full_disk(record):
            return True
        now = self._clock()
        logged_at = self._metrics.mark(Mark.FULL_DISK_LOGGED_AT)
        if 0 <= now - logged_at < FULL_DISK_EVERY_S:
            return False
        self._metrics.set_mark(Mark.FULL_DISK_LOGGED_AT, now)
        return True


def _is_about_full_disk(record: logging.LogRecord) -> bool:
    texts = [record.getMessage()]
    error = record.exc_info[1] if record.exc_info else None
    while error is not None:
        texts.append(str(error))
        error = error.__cause__ or error.__context__
    return any(phrase in text for text in texts for phrase in _FULL_DISK)
