"""Writes folders that are whole or not there, whatever happens meanwhile."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

INCOMING = ".incoming"
"""What the name of a folder begins with while it is being made."""


def write_all(folder: Path, texts: Mapping[str, str]) -> None:
    """Write texts by their path within a folder."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def put(made: Path, place: Path) -> None:
    """Put a folder in its place at once, all of it on disk before.

    Raises:
        OSError: it can't be, or something stands there.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    _flush_tree(made)
    made.rename(place)
    _flush(place.parent)


def put_file(made: Path, place: Path) -> None:
    """Put a file in its place at once, in the stead of the one that is there."""
    place.parent.mkdir(parents=True, exist_ok=True)
    _flush(made)
    made.replace(place)
    _flush(place.parent)


def remove(folder: Path) -> None:
    """Take a folder away at once, then delete what was in it."""
    aside = folder.with_name(f"{INCOMING}-removed-{os.getpid()}-{folder.name}")
    folder.rename(aside)
    _flush(folder.parent)
    shutil.rmtree(aside, ignore_errors=True)


def clear_left_over(parent: Path) -> None:
    """Delete what a run that was killed had begun; nobody else must be at work."""
    for path in left_over(parent):
        shutil.rmtree(path, ignore_errors=True)


def left_over(parent: Path) -> Iterator[Path]:
    """Give the folders that were begun and are not finished."""
    try:
        entries = list(parent.iterdir())
    except OSError:
        return
    yield from (each for each in entries if each.name.startswith(INCOMING))


def _flush_tree(folder: Path) -> None:
    for parent, _, names in os.walk(folder):
        for name in names:
            _flush(Path(parent) / name)
        _flush(Path(parent))


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
