"""What is made once for a whole test run, and shared by its worker processes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from indexer.pipeline import open_stored_engine, rebuild
from tests.support.builders import PROJECT, Workspace, a_workspace


def made_once(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]
) -> Path:
    """Return a folder that the first worker process fills and all others read.

    Each process of pytest-xdist has its own base folder below that of the run.
    """
    base = factory.getbasetemp()
    run = base.parent if base.name.startswith("popen-") else base
    folder = run / f"once-{name}"
    with FileLock(run / f"once-{name}.lock"):
        if not (folder / "made").exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a failed attempt
            folder.mkdir()
            make(folder)
            (folder / "made").touch()
    return folder


def make_indexed_small_corpus(folder: Path) -> None:
    """Copy the small corpus into a folder, and index the copy."""
    workspace = a_workspace(folder)
    rebuild(open_stored_engine(workspace.locations), workspace.corpus())


def make_indexed_documents(folder: Path) -> None:
    """Link the real documents into a folder, and index them."""
    workspace = Workspace(folder)
    workspace.documents.symlink_to(PROJECT / "documents")
    rebuild(open_stored_engine(workspace.locations), workspace.corpus())


def copied_workspace(source: Path, target: Path) -> Workspace:
    """Copy an indexed corpus, index and key included, for a test that changes it."""
    shutil.copytree(source, target, dirs_exist_ok=True, symlinks=True)
    return Workspace(target)
