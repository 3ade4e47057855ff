"""What is made once for a whole test run, and shared by its worker processes."""

import hashlib
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from filelock import FileLock

from indexer.pipeline import open_stored_engine, rebuild
from tests.support.builders import PROJECT, SMALL_CORPUS, Workspace, a_workspace
from tests.support.run_setup import CACHE

INDEXER = PROJECT / "indexer"


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


def indexed_small_corpus(factory: pytest.TempPathFactory) -> Workspace:
    """Return the small corpus, indexed."""

    def make(folder: Path) -> None:
        _index(a_workspace(folder))

    kept = _kept("small", [INDEXER, SMALL_CORPUS], make)
    return Workspace(made_once(factory, "small", lambda folder: _copy(kept, folder)))


def indexed_documents(factory: pytest.TempPathFactory) -> Workspace:
    """Return the real documents, indexed; its folder of documents is a link to them."""

    def make(folder: Path) -> None:
        workspace = Workspace(folder)
        workspace.documents.symlink_to(PROJECT / "documents")
        _index(workspace)

    kept = _kept("real", [INDEXER, PROJECT / "documents"], make)
    return Workspace(made_once(factory, "real", lambda folder: _copy(kept, folder)))


def _index(workspace: Workspace) -> None:
    rebuild(open_stored_engine(workspace.locations), workspace.corpus())


def _kept(name: str, sources: Iterable[Path], make: Callable[[Path], None]) -> Path:
    """Return a folder that earlier runs made from the same sources, or make it now.

    Those made from other sources are deleted.
    """
    folder = CACHE / "made" / f"{name}-{_digest(sources)}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / f"{name}.lock"):
        if not folder.exists():
            for old in folder.parent.glob(f"{name}-*"):
                shutil.rmtree(old)
            new = folder.with_name(f"new-{name}")
            shutil.rmtree(new, ignore_errors=True)  # of a failed attempt
            new.mkdir()
            make(new)
            new.rename(folder)
    return folder


def _digest(sources: Iterable[Path]) -> str:
    """Return a digest of the names, sizes and times of all files in folders."""
    digest = hashlib.sha256(sys.version.encode())
    for source in sources:
        for path in sorted(source.rglob("*")):
            if path.suffix != ".pyc" and path.is_file():
                status = path.stat()
                line = f"{path} {status.st_size} {status.st_mtime_ns}\n"
                digest.update(line.encode())
    return digest.hexdigest()[:16]


def copied_workspace(source: Path, target: Path) -> Workspace:
    """Copy an indexed corpus, index and key included, for a test that changes it."""
    _copy(source, target)
    return Workspace(target)


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, dirs_exist_ok=True, symlinks=True)
