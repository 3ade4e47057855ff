"""`kb restore --verify`: a backup is restored, served, and compared with its facts."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.backup import rehearsal
from tests.kb.cli.conftest import RunKb
from tests.support.builders import PROJECT, Workspace

pytestmark = pytest.mark.load

CHANGED = "glossary/cyberbullying"
"""One of the records whose texts are facts."""

Change = Callable[[dict[str, bytes], dict[str, Any]], None]


@pytest.fixture(autouse=True)
def _from_this_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Serve with this code, and watch the folder of temporary files."""
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))


@pytest.fixture
def copy(run: RunKb, tmp_path: Path) -> Path:
    """Return a backup of the small corpus, made when its index was up to date."""
    assert run("index", "update").exit_code == 0
    path = tmp_path / "copy.zip"
    assert run("backup", str(path)).exit_code == 0
    return path


def rewrite(path: Path, change: Change) -> None:
    """Change the files and the manifest of a backup; its list of files is right."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    change(files, manifest)
    manifest["files"] = [
        {"name": name, "size": len(text), "sha256": hashlib.sha256(text).hexdigest()}
        for name, text in files.items()
    ]
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr("manifest.json", json.dumps(manifest))


def without_facts(_: dict[str, bytes], manifest: dict[str, Any]) -> None:
    """Leave what an earlier version wrote."""
    del manifest["facts"]


def damage(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    """Lose a practice, change a text, and expect another total of a search."""
    for name in [name for name in files if "/practices/newtown-lamps/" in name]:
        del files[name]
    text = f"documents/{CHANGED}/fr.md"
    files[text] = files[text].replace(b"title: ", b"title: Autre ")
    manifest["facts"]["searches"][0]["total"] += 1


def test_a_whole_backup_is_proven(
    run: RunKb, workspace: Workspace, copy: Path, tmp_path: Path
) -> None:
    """Nothing else is touched: the service may run meanwhile, and nothing is left."""
    before = sorted(workspace.root.iterdir())

    proven = run("restore", "--verify", str(copy))

    assert (proven.exit_code, proven.stderr) == (0, "")
    first, second = proven.stdout.splitlines()
    assert " files restored in " in first
    assert second == "16 records, 10 texts and 10 searches are those of the backup"
    assert sorted(workspace.root.iterdir()) == before
    assert not list((tmp_path / "temporary").iterdir())


@pytest.mark.long
def test_an_older_backup_is_compared_with_its_documents(run: RunKb, copy: Path) -> None:
    """It has no facts; the totals of its searches are unknown."""
    rewrite(copy, without_facts)

    proven = run("restore", "--verify", str(copy))

    assert proven.exit_code == 0
    assert "an older backup" in proven.stderr
    assert "16 records, 10 texts and 10 searches" in proven.stdout


def test_each_difference_has_a_line_and_exits_1(
    run: RunKb, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The digests of the files are right; only the facts tell that records are lost."""
    rewrite(copy, damage)
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")

    refused = run("restore", "--verify", str(copy))

    assert refused.exit_code == 1
    lines = refused.stderr.splitlines()
    assert lines[0].startswith("kb: practice\u00a0: nombre de fiches\u00a0: 1\u202f;")
    assert any(f"{CHANGED}\u00a0: les textes en fr" in line for line in lines)
    assert any("la recherche" in line for line in lines)
    assert "ne comptez pas sur cette sauvegarde" in lines[-1]


def test_a_damaged_archive_exits_3_and_starts_nothing(
    run: RunKb, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The archive is read to its end first."""
    copy.write_bytes(copy.read_bytes()[:-10])
    monkeypatch.setattr(rehearsal, "_serving", None)

    refused = run("restore", "--verify", str(copy))

    assert refused.exit_code == 3
    assert "incomplete or damaged" in refused.stderr


def test_a_service_that_does_not_start_is_a_difference(
    run: RunKb, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line has the reason of the service, and nothing is left behind."""
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit('no memory left')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    refused = run("restore", "--verify", str(copy))

    assert refused.exit_code == 1
    assert "the service does not answer: SystemExit: no memory left" in refused.stderr
    assert not list((tmp_path / "temporary").iterdir())
