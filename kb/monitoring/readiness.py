"""The checks of `/readyz`: index, threads and processes, disks, staff side."""

import shutil
import tempfile
import time
from enum import StrEnum
from pathlib import Path

from indexer.errors import CorpusMissingError
from kb.core.locks import is_served
from kb.core.metrics import Mark
from kb.core.sqlite import is_write_locked
from kb.database.errors import DatabaseUnavailableError
from kb.services import Services

MAX_LAG_S = 30.0
"""How long a worker may take to open a new generation of the index."""

MAX_BEHIND_S = 600.0
"""How long a change of the content may wait for the index: files are read with OCR."""

LOCK_WAIT_S = 0.5
"""How long a check waits for a database: writers need a few milliseconds."""

MIN_FREE_BYTES = 100_000_000


class CheckResult(StrEnum):
    """The result of a check; the values are in the JSON of `/readyz`."""

    OK = "ok"
    MISSING = "missing"
    """There is no index."""
    LAGGING = "lagging"
    """A newer index is on disk, which this worker did not open in time."""
    BEHIND = "behind"
    """A change of the content is not indexed in time."""
    STOPPED = "stopped"
    """A thread or process is not running."""
    FULL = "full"
    """A disk has less free space than the floor."""
    UNAVAILABLE = "unavailable"
    """A folder, a lock or the staff database can't be read."""
    LOCKED = "locked"
    """Another process keeps a database from being written."""


def readiness(services: Services) -> dict[str, CheckResult]:
    """Return the result of each check by its name."""
    checks = {"content": _content(services), "index": _index(services)}
    if services.content.has_follower:
        # Under another server, each request refreshes the index, and none watches.
        checks["follower"] = _running(services.engine.is_followed)
        checks["watcher"] = _watcher(services)
    for name, folder in disk_folders(services).items():
        checks[f"disk_{name}"] = _disk(folder)
    if not services.settings.is_reader:
        checks["staff_database"] = _staff_database(services)
        for name, path in _databases(services).items():
            if checks.setdefault(name, CheckResult.OK) is CheckResult.OK:
                checks[name] = _lock(path)
    return checks


def _databases(services: Services) -> dict[str, Path]:
    """Return the databases that requests write, by the names of their checks."""
    return {
        "staff_database": services.settings.database,
        "alerts_database": services.settings.alerts_file,
        "mail_database": services.settings.mail_file,
        "messages_database": services.settings.contributions_file,
        "dossiers_database": services.settings.group_dossiers_file,
        "history_database": services.history.path,
    }


def disk_folders(services: Services) -> dict[str, Path]:
    """Return the folders whose free space is checked, by their names."""
    locations = services.settings.locations
    return {
        "instance": locations.instance,
        "index": locations.index,
        "temporary": Path(tempfile.gettempdir()),
    }


def index_age_s(services: Services) -> float | None:
    """Return the age of the current generation on disk; None without one."""
    newest = services.engine.stored_generation()
    return None if newest is None else max(0.0, time.time() - newest.written_at)


def index_behind_s(services: Services) -> float:
    """Return for how long a change of the content has waited for the index."""
    since = services.metrics.mark(Mark.INDEX_BEHIND_SINCE)
    return max(0.0, time.time() - since) if since else 0.0


def free_bytes(folder: Path) -> int:
    """Return the free space of the disk of a folder, which need not exist yet.

    Raises:
        OSError: the disk can't be read.
    """
    existing = folder
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    return shutil.disk_usage(existing).free


def _content(services: Services) -> CheckResult:
    try:
        _ = services.corpus
    except CorpusMissingError:
        return CheckResult.UNAVAILABLE
    return CheckResult.OK


def _index(services: Services) -> CheckResult:
    newest, used = services.engine.stored_generation(), services.engine.generation
    if newest is None or not used:
        return CheckResult.MISSING
    if newest.name != used and time.time() - newest.written_at > MAX_LAG_S:
        return CheckResult.LAGGING
    is_behind = index_behind_s(services) > MAX_BEHIND_S
    return CheckResult.BEHIND if is_behind else CheckResult.OK


def _running(is_running: bool) -> CheckResult:  # noqa: FBT001  # its only argument
    return CheckResult.OK if is_running else CheckResult.STOPPED


def _watcher(services: Services) -> CheckResult:
    try:
        return _running(is_served(services.settings.locations.instance))
    except OSError:
        return CheckResult.UNAVAILABLE


def _disk(folder: Path) -> CheckResult:
    try:
        has_room = free_bytes(folder) >= MIN_FREE_BYTES
    except OSError:
        return CheckResult.UNAVAILABLE
    return CheckResult.OK if has_room else CheckResult.FULL


def _lock(database: Path) -> CheckResult:
    is_free = not is_write_locked(database, wait_s=LOCK_WAIT_S)
    return CheckResult.OK if is_free else CheckResult.LOCKED


def _staff_database(services: Services) -> CheckResult:
    try:
        services.database.check()
    except DatabaseUnavailableError:
        return CheckResult.UNAVAILABLE
    return CheckResult.OK
