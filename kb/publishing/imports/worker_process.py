"""The worker process, run as a Python module: reads the waiting tasks, then exits.

Its arguments are the folders of the content, the index and the instance. An optional
fourth is the descriptor of a pipe: the worker exits when the other end is closed.
The search engine is that of the settings in the environment.
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
from indexer.readers.sandbox.sandbox import IDLE_WORKERS
from kb.core.settings import Settings, read_settings
from kb.database.audit_log import AuditLog
from kb.database.clock import utc_now
from kb.database.connection import Database
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import AuditAction
from kb.publishing.imports.task_runner import FileListener, run_pending_tasks
from kb.publishing.imports.tasks import SentFile, Task

NICENESS = 10

logger = logging.getLogger(__name__)


def main(arguments: list[str]) -> None:
    """Read the waiting tasks of these folders, with a low priority."""
    documents, index, instance = map(Path, arguments[:3])
    for descriptor in arguments[3:]:
        threading.Thread(target=_exit_with, args=[int(descriptor)], daemon=True).start()
    with suppress(OSError):
        os.nice(NICENESS)
    # A task may have many files: one sandbox worker reads them all.
    IDLE_WORKERS.limit = 1
    # The engine is that of the environment, which the service passes on.
    used = read_settings().locations
    locations = Locations(documents, index, instance, used.engine, used.cluster)
    run_pending_tasks(locations, listener=audit_logger(Settings(locations).database))


def _exit_with(descriptor: int) -> None:
    """Exit when a pipe is closed at its other end.

    OCR may take minutes: a stopping service does not wait for it. The next worker
    resumes the task as after a kill; the sandbox exits too.
    """
    select.select([descriptor], [], [])
    os._exit(0)


def audit_logger(database: Path) -> FileListener:
    """Return a listener that adds placed files to the audit log."""
    log = AuditLog(Database(database), utc_now)

    def listener(task: Task, file: SentFile) -> None:
        replaces = task.replaces
        action = AuditAction.FILE_REPLACED if replaces else AuditAction.FILE_ATTACHED
        name = replaces.name if replaces else file.name
        try:
            log.add(task.by, action, str(task.record), name)
        except DatabaseUnavailableError as error:
            # The file is placed already; the server log has the line at least.
            logger.warning(
                "not in the audit log: %s %s (%s)", action, task.record, error
            )

    return listener


if __name__ == "__main__":
    main(sys.argv[1:])
