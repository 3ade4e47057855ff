"""The process that reads what waits, started as a module of Python.

It takes three arguments, the folders of the content, the index and the instance, reads
all that waits, and ends. A fourth is the number of a pipe: when it is closed at its
other end, the service has ended, and what is left waits for the next.
"""

from __future__ import annotations

import logging
import os
import select
import sys
import threading
from contextlib import suppress
from pathlib import Path

from indexer.pipeline import Locations
from kb.core.settings import Settings
from kb.database.audit_log import AuditLog
from kb.database.connection import Database
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import AuditAction
from kb.publishing.changes.repository import utc_now
from kb.publishing.imports.task_runner import Tell, read_waiting
from kb.publishing.imports.tasks import SentFile, Task

NICENESS = 10

logger = logging.getLogger(__name__)


def main(arguments: list[str]) -> None:
    """Read what waits in these folders, behind all that visitors ask."""
    documents, index, instance = map(Path, arguments[:3])
    for line in arguments[3:]:
        threading.Thread(target=_end_with, args=[int(line)], daemon=True).start()
    with suppress(OSError):
        os.nice(NICENESS)
    locations = Locations(documents, index, instance)
    read_waiting(locations, tell=log_in(Settings(locations).database))


def _end_with(line: int) -> None:
    """End this process at once when a pipe is closed at its other end.

    To recognise pictures takes minutes, which who stops the service does not wait for.
    What was begun is taken up as after a kill; whoever reads a file for us ends too.
    """
    select.select([line], [], [])
    os._exit(0)


def log_in(database: Path) -> Tell:
    """Give what writes into the log of staff that a file was put in its place."""
    log = AuditLog(Database(database), utc_now)

    def tell(task: Task, file: SentFile) -> None:
        replaces = task.replaces
        action = AuditAction.FILE_REPLACED if replaces else AuditAction.FILE_ATTACHED
        name = replaces.name if replaces else file.name
        try:
            log.add(task.by, action, str(task.record), name)
        except DatabaseUnavailableError as error:
            # What was done is done; the log of the server has the line.
            logger.warning("not in the log: %s %s (%s)", action, task.record, error)

    return tell


if __name__ == "__main__":
    main(sys.argv[1:])
