"""The log of the service."""

import errno
import logging
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.errors import IndexWriteError
from kb.core.metrics import Metrics
from kb.server.startup import FULL_DISK_EVERY_S, FullDiskFilter
from tests.support.staff import HandClock


class Log(logging.Handler):
    """The lines of a logger with the filter, whose clock is set by hand."""

    def __init__(self, metrics: Metrics, clock: HandClock) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.logger = logging.Logger("kb.test")  # noqa: LOG001  # of one test only
        self.logger.addHandler(self)
        self.addFilter(FullDiskFilter(metrics, clock=lambda: clock().timestamp()))

    def emit(self, record: logging.LogRecord) -> None:
        """Store the line."""
        self.lines.append(record.getMessage())


def full() -> OSError:
    """Return the error of a full disk."""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/x")


def warn(logger: logging.Logger) -> None:
    """Log the error as a part of the message."""
    logger.warning("the upload can't be stored: %s", full())


def chain(logger: logging.Logger) -> None:
    """Log an error of ours that a full disk caused."""
    try:
        try:
            raise full()
        except OSError as error:
            raise IndexWriteError(Path("/index"), "x") from error
    except IndexWriteError:
        logger.exception("external edits can't be indexed now")


def sqlite(logger: logging.Logger) -> None:
    """Log the error of SQLite."""
    logger.error("staff: %s", sqlite3.OperationalError("database or disk is full"))


@pytest.mark.parametrize("log_full_disk", [warn, chain, sqlite])
def test_a_full_disk_is_logged_once_a_minute(
    log_full_disk: Callable[[logging.Logger], None],
) -> None:
    """Other lines are not affected."""
    clock = HandClock()
    log = Log(Metrics(), clock)

    for _ in range(3):
        log_full_disk(log.logger)
        log.logger.warning("another line")
    clock.advance(seconds=FULL_DISK_EVERY_S)
    log_full_disk(log.logger)

    assert len(log.lines) == 5
    assert log.lines.count("another line") == 3


def test_the_processes_of_a_service_log_a_full_disk_once_together() -> None:
    """They share the time of the last line."""
    metrics, clock = Metrics(), HandClock()
    first, second = Log(metrics, clock), Log(metrics, clock)

    warn(first.logger)
    warn(second.logger)

    assert len(first.lines) == 1
    assert second.lines == []
