"""Puts back what a safety copy holds.

All is unpacked and checked beside the present folders first. Then each of these is put
aside and the new one renamed into its place: four renames, written down before the
first, so that the next command finishes what a killed one began.
"""

from __future__ import annotations

import datetime as dt
import glob
import json
import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from indexer.model.problems import message
from indexer.pipeline import Locations
from kb.backup.archive_contents import Manifest
from kb.backup.errors import BackupError, of_system
from kb.backup.verification import check_backup, copy_out, opened
from kb.core.files import flush_folder, write_file_atomically

ROOM_KEPT_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done: how many files are back, and what was put aside where."""

    files: int
    made_at: str
    put_aside: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Swap:
    """A folder, what is to stand there, and where what stands there now goes."""

    place: Path
    fresh: Path
    aside: Path


def restore(
    locations: Locations,
    source: Path,
    *,
    check: Callable[[Path], None] = lambda _: None,
) -> Restored:
    """Put back the content and the instance folder of a copy.

    `check` is given the instance folder before it is put in its place, and raises
    `BackupError` when it can't serve.

    Raises:
        BackupError: the copy can't be trusted, or there is no room. Nothing was
            changed, or what was begun before was finished.
    """
    instance = locations.instance.absolute()
    try:
        instance.parent.mkdir(parents=True, exist_ok=True)
        with _alone(locations):
            finish_interrupted(locations)
            return _restore(locations, source, check)
    except Timeout as error:
        raise BackupError(source, message("another restore is in progress")) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise BackupError(
            source, message("the backup cannot be restored: %(reason)s", reason=reason)
        ) from error


def finish_interrupted(locations: Locations) -> None:
    """Finish the renames of a run that was killed between two of them."""
    plan = _plan_file(locations)
    try:
        written = json.loads(plan.read_text("utf-8"))
    except FileNotFoundError:
        return
    _carry_out(
        tuple(
            Swap(Path(each["place"]), Path(each["fresh"]), Path(each["aside"]))
            for each in written
        ),
        plan,
    )


def mend(locations: Locations) -> None:
    """Finish what a killed restore began, unless one is under way. Costs one look.

    Raises:
        BackupError: it can't be finished.
    """
    plan = _plan_file(locations)
    if not plan.exists():
        return
    try:
        with _alone(locations):
            finish_interrupted(locations)
    except Timeout:
        return
    except OSError as error:
        raise BackupError(plan, of_system(error)) from error


def refuse_while_restoring(locations: Locations) -> None:
    """See that no restore is under way: it would exchange the folders of a service.

    Raises:
        BackupError: there is one.
    """
    lock = _alone(locations)
    if not Path(lock.lock_file).exists():
        return
    try:
        with lock:
            return
    except Timeout as error:
        told = message("a restore is in progress: start again when it is finished")
        raise BackupError(locations.instance, told) from error
    except OSError:
        return  # it is of another account, or can't be written: nor can a restore


def _alone(locations: Locations) -> FileLock:
    instance = locations.instance.resolve()
    lock = instance.with_name(f".{instance.name}.restore.lock")
    return FileLock(lock, timeout=0, mode=0o600)


def _restore(
    locations: Locations, source: Path, check: Callable[[Path], None]
) -> Restored:
    places = (locations.documents.resolve(), locations.instance.resolve())
    for place in places:
        _sweep(place)
    with opened(source) as (_, listed):
        _check_room(listed, places, source)
    manifest = check_backup(source)
    mark = f"{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    swaps = tuple(
        Swap(
            place,
            place.with_name(f".{place.name}.restoring-{mark}"),
            place.with_name(f"{place.name}.before-{mark}"),
        )
        for place in places
    )
    had_before = tuple(each.aside for each in swaps if each.place.exists())
    plan = _plan_file(locations)
    try:
        _unpack(source, {"documents": swaps[0].fresh, "instance": swaps[1].fresh})
        check(swaps[1].fresh)
        write_file_atomically(plan, _written(swaps), mode=0o600)
    except BaseException:
        for each in swaps:
            shutil.rmtree(each.fresh, ignore_errors=True)
        raise
    _carry_out(swaps, plan)
    return Restored(len(manifest.wanted), manifest.made_at, had_before)


def _unpack(source: Path, folders: dict[str, Path]) -> None:
    """Write all files of a copy into new folders, and flush them."""
    made: set[Path] = set()
    for within, folder in folders.items():
        folder.mkdir(mode=0o700 if within == "instance" else 0o755)
        made.add(folder)
    with opened(source) as (archive, manifest):
        for stored in manifest.wanted:
            within, _, inner = stored.name.partition("/")
            path = folders[within] / inner
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
            mode = 0o600 if within == "instance" else 0o644
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(descriptor, "wb") as file:
                copy_out(source, archive, stored, file.write)
                file.flush()
                os.fsync(file.fileno())
    for folder in made:
        flush_folder(folder)


def _carry_out(swaps: tuple[Swap, ...], plan: Path) -> None:
    """Rename; each step is known to be done by what stands there.

    Where one fails (a folder that is a disk of its own), those before it are undone.
    """
    is_begun = any(each.aside.exists() or not each.fresh.exists() for each in swaps)
    done: list[tuple[Path, Path]] = []
    try:
        for each in swaps:
            if each.fresh.exists():
                if each.place.exists() and not each.aside.exists():
                    done.append((each.place, each.place.rename(each.aside)))
                done.append((each.fresh, each.fresh.rename(each.place)))
                flush_folder(each.place.parent)
    except OSError:
        if is_begun:
            raise  # by a run that was killed: it can only be finished
        for before, after in reversed(done):
            after.rename(before)
        plan.unlink()
        for each in swaps:
            shutil.rmtree(each.fresh, ignore_errors=True)
        raise
    plan.unlink()
    flush_folder(plan.parent)


def _sweep(place: Path) -> None:
    """Remove what a run left that was killed while it unpacked."""
    for left in place.parent.glob(f".{glob.escape(place.name)}.restoring-*"):
        shutil.rmtree(left)


def _check_room(manifest: Manifest, places: tuple[Path, ...], source: Path) -> None:
    needed = sum(each.size for each in manifest.files.values()) + ROOM_KEPT_BYTES
    for place in places:
        place.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(place.parent).free < needed:
            raise BackupError(
                source,
                message(
                    "there is not enough disk space beside %(folder)s", folder=place
                ),
            )


def _plan_file(locations: Locations) -> Path:
    # Beside the folder, which is itself renamed.
    instance = locations.instance.resolve()
    return instance.with_name(f".{instance.name}.restore.json")


def _written(swaps: tuple[Swap, ...]) -> bytes:
    steps = [
        {"place": str(each.place), "fresh": str(each.fresh), "aside": str(each.aside)}
        for each in swaps
    ]
    return json.dumps(steps).encode()
