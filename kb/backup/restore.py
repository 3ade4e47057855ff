"""Restores a backup.

All files are first extracted and verified next to the present folders. A plan file then
lists four renames: each present folder to a backup name, and each new one in its place.
After a crash, the next command finishes the renames of the plan.
"""

import datetime as dt
import glob
import json
import os
import secrets
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path

from indexer.files import fsync, write_file_atomically
from indexer.model.problems import message
from indexer.pipeline import Locations
from kb.backup.archive import Manifest, check_backup, extract_file, open_backup
from kb.backup.errors import BackupError, system_error
from kb.core.first_address import FIRST_ADDRESS_FILE
from kb.core.locks import exclusive_lock
from kb.core.permissions import share_as_folder
from kb.core.settings import SECRET_NAME
from kb.core.storage_errors import storage_errors
from kb.database.secret_tokens import SECRET_BYTES

FLUSHES_AT_ONCE = 16
SPARE_BYTES = 10 * 1024 * 1024
PLAN_KEYS = ("place", "fresh", "aside")
"""The JSON keys of the fields of `Swap`, in order."""


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """The number of restored files, and where the previous folders are now."""

    files: int
    made_at: str
    previous: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Swap:
    """The replacement of a folder: `target` moves to `previous`, `new` to `target`."""

    target: Path
    new: Path
    previous: Path


def restore_backup(
    locations: Locations,
    source: Path,
    *,
    check: Callable[[Path], None] = lambda _: None,
) -> RestoreResult:
    """Restore the content and the instance folder from a backup.

    `check` gets the extracted instance folder, and raises `BackupError` to reject it.

    Raises:
        BackupError: the backup is rejected, or the disk is full. Nothing was changed,
            or an interrupted restore was finished.
    """

    def failed(_: Path, reason: str) -> BackupError:
        text = message("the backup cannot be restored: %(reason)s", reason=reason)
        return BackupError(source, text)

    busy = BackupError(source, message("another restore is in progress"))
    with storage_errors(source, failed):
        locations.instance.absolute().parent.mkdir(parents=True, exist_ok=True)
        with exclusive_lock(_lock_file(locations), busy, timeout_s=0):
            _finish_interrupted(locations)
            return _restore(locations, source, check)


def _finish_interrupted(locations: Locations) -> None:
    """Finish the renames of a killed restore; the caller holds the lock."""
    plan = _plan_file(locations)
    try:
        body = json.loads(plan.read_text("utf-8"))
    except FileNotFoundError:
        return
    swaps = tuple(Swap(*(Path(each[key]) for key in PLAN_KEYS)) for each in body)
    _rename_all(swaps, plan)


def resume_restore(locations: Locations) -> None:
    """Finish a killed restore, unless another process is running one.

    Raises:
        BackupError: it can't be finished.
    """
    plan = _plan_file(locations)
    if not plan.exists():
        return
    with (
        storage_errors(plan, lambda _, reason: system_error(plan, reason)),
        suppress(BlockingIOError),
        exclusive_lock(_lock_file(locations), BlockingIOError(), timeout_s=0),
    ):
        _finish_interrupted(locations)


def ensure_no_restore(locations: Locations) -> None:
    """Check that no restore is running: it would exchange the folders of a service.

    Raises:
        BackupError: a restore is running.
    """
    lock = _lock_file(locations)
    text = message("a restore is in progress: start again when it is finished")
    busy = BackupError(locations.instance, text)
    # An account that can't write the lock file can't restore either.
    with suppress(OSError):
        if lock.exists():
            with exclusive_lock(lock, busy, timeout_s=0):
                pass


def _lock_file(locations: Locations) -> Path:
    instance = locations.instance.resolve()
    return instance.with_name(f".{instance.name}.restore.lock")


def _restore(
    locations: Locations, source: Path, check: Callable[[Path], None]
) -> RestoreResult:
    targets = (locations.documents.resolve(), locations.instance.resolve())
    for target in targets:
        _delete_incomplete(target)
    with open_backup(source) as (_, listed):
        _check_free_space(listed, targets, source)
    manifest = check_backup(source)
    mark = f"{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    swaps = tuple(
        Swap(
            target,
            target.with_name(f".{target.name}.restoring-{mark}"),
            target.with_name(f"{target.name}.before-{mark}"),
        )
        for target in targets
    )
    previous = tuple(swap.previous for swap in swaps if swap.target.exists())
    plan = _plan_file(locations)
    try:
        _extract(source, {"documents": swaps[0].new, "instance": swaps[1].new})
        _keep_secret(swaps[1])
        check(swaps[1].new)
        body = [
            dict(zip(PLAN_KEYS, map(str, astuple(swap)), strict=True)) for swap in swaps
        ]
        write_file_atomically(plan, json.dumps(body).encode(), mode=0o600)
    except BaseException:
        for swap in swaps:
            shutil.rmtree(swap.new, ignore_errors=True)
        raise
    _rename_all(swaps, plan)
    return RestoreResult(len(manifest.included), manifest.made_at, previous)


def _extract(source: Path, folders: dict[str, Path]) -> None:
    """Extract all files of a backup into new folders, and flush them to disk."""
    created: set[Path] = set()
    written: list[Path] = []
    for root, folder in folders.items():
        folder.mkdir()
        folder.chmod(0o700 if root == "instance" else 0o755)
        created.add(folder)
    with open_backup(source) as (archive, manifest):
        for stored in manifest.included:
            root, _, inner = stored.name.partition("/")
            path = folders[root] / inner
            path.parent.mkdir(parents=True, exist_ok=True)
            created.add(path.parent)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                extract_file(source, archive, stored, file.write)
            written.append(path)
    share_as_folder(folders["documents"], folders["documents"])
    with ThreadPoolExecutor(FLUSHES_AT_ONCE) as threads:
        # The disk writes what waits together: a fifth of the time of one after another.
        for paths in (written, created):
            list(threads.map(fsync, paths))


def _keep_secret(instance: Swap) -> None:
    """Copy the secret of the replaced instance: second factors need it.

    No backup has it. On another machine, the operator puts a copy there before. A
    damaged one stays behind, because the service would not start with it. The first
    address is copied where an older backup has none.
    """
    first_address = instance.target / FIRST_ADDRESS_FILE
    if first_address.is_file() and not (instance.new / FIRST_ADDRESS_FILE).exists():
        shutil.copy2(first_address, instance.new / FIRST_ADDRESS_FILE)
    secret = instance.target / SECRET_NAME
    is_whole = secret.is_file() and secret.stat().st_size >= SECRET_BYTES
    if is_whole and not secret.is_symlink():
        shutil.copy2(secret, instance.new / SECRET_NAME)
        fsync(instance.new / SECRET_NAME)


def _rename_all(swaps: tuple[Swap, ...], plan: Path) -> None:
    """Carry out the renames that are not done yet, then delete the plan.

    A failed rename (a folder that is a mount point) undoes those before it.
    """
    is_resumed = any(swap.previous.exists() or not swap.new.exists() for swap in swaps)
    done: list[tuple[Path, Path]] = []
    try:
        for swap in swaps:
            if swap.new.exists():
                if swap.target.exists() and not swap.previous.exists():
                    done.append((swap.target, swap.target.rename(swap.previous)))
                done.append((swap.new, swap.new.rename(swap.target)))
                fsync(swap.target.parent)
    except OSError:
        if is_resumed:
            raise  # The renames of the killed run are unknown: they can't be undone.
        for before, after in reversed(done):
            after.rename(before)
        plan.unlink()
        for swap in swaps:
            shutil.rmtree(swap.new, ignore_errors=True)
        raise
    plan.unlink()
    fsync(plan.parent)


def _delete_incomplete(target: Path) -> None:
    """Delete the folders of a restore that was killed while it extracted files."""
    for folder in target.parent.glob(f".{glob.escape(target.name)}.restoring-*"):
        shutil.rmtree(folder)


def _check_free_space(
    manifest: Manifest, targets: tuple[Path, ...], source: Path
) -> None:
    needed = sum(file.size for file in manifest.files.values()) + SPARE_BYTES
    for target in targets:
        target.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(target.parent).free < needed:
            text = message(
                "there is not enough disk space beside %(folder)s", folder=target
            )
            raise BackupError(source, text)


def _plan_file(locations: Locations) -> Path:
    # It is outside the instance folder, which is itself renamed.
    instance = locations.instance.resolve()
    return instance.with_name(f".{instance.name}.restore.json")
