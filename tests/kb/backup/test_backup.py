"""Safety copies: whole, checked, and put back as they were."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from indexer.pipeline import Locations
from kb.backup.archive_writer import write_backup
from kb.backup.errors import BackupError
from kb.backup.restore import restore
from kb.backup.verification import check_backup
from kb.database.model import Role
from tests.kb.backup.killing import state_of
from tests.support.builders import PROJECT, Workspace
from tests.support.staff import PASSWORD, a_state, an_account

ORIGINAL = "practices/newtown-lamps/files/report.pdf"


@pytest.fixture
def places(workspace: Workspace) -> Locations:
    """Give content with an original, accounts, a draft, and what need not be copied."""
    locations = workspace.locations
    original = workspace.path(ORIGINAL)
    original.parent.mkdir(parents=True)
    original.write_bytes(b"%PDF-1.7 " + os.urandom(3_000_000))
    state = a_state(locations.instance)
    an_account(state, role=Role.ADMIN)
    state.sessions.sign_in("lea@example.org", PASSWORD, browser="Firefox")
    for name in ("drafts/x/fr.md", "history/1.json", "trash/y/record.yaml"):
        (locations.instance / name).parent.mkdir(parents=True)
        (locations.instance / name).write_text(f"{name}: é", "utf-8")
    (locations.instance / "drafts/x/.lock").write_text("a draft may be called so")
    for name in ("secret.key", "index.key", "x.lock", "readings/z.json"):
        (locations.instance / name).parent.mkdir(exist_ok=True)
        (locations.instance / name).write_text("made again")
    return locations


@pytest.fixture
def copy(places: Locations, tmp_path: Path) -> Path:
    """Give a safety copy."""
    path = tmp_path / "copies" / "copy.zip"
    path.parent.mkdir()
    write_backup(places, path)
    return path


def names(path: Path) -> set[str]:
    """List the files of a copy."""
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


def changed(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Make a copy anew with other files in it; its manifest as `change` leaves it."""
    with zipfile.ZipFile(path) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def listed(files: dict[str, bytes], name: str, content: bytes, **facts: object) -> None:
    """Put a file into a copy, and into its manifest."""
    body = json.loads(files["manifest.json"])
    entry = {
        "name": name,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    body["files"].append(entry | facts)
    files["manifest.json"] = json.dumps(body).encode()
    files[name] = content


def test_all_that_cannot_be_made_again_is_in_it(copy: Path) -> None:
    """Content, originals, accounts, drafts, history; no secret, no session."""
    found = names(copy)

    assert {
        f"documents/{ORIGINAL}",
        "documents/places.yaml",
        "instance/staff.db",
        "instance/drafts/x/fr.md",
        "instance/drafts/x/.lock",
        "instance/history/1.json",
        "instance/trash/y/record.yaml",
    } <= found
    left_out = {"secret.key", "index.key", "x.lock", "readings", "staff.db-wal"}
    assert not {each.split("/")[1] for each in found if "/" in each} & left_out
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [each.name for each in copy.parent.iterdir()] == ["copy.zip"]


def test_the_accounts_are_copied_as_they_are_now(copy: Path, tmp_path: Path) -> None:
    """Also what SQLite has not written into its file yet; sessions are left out."""
    database = tmp_path / "copied.db"
    with zipfile.ZipFile(copy) as archive:
        database.write_bytes(archive.read("instance/staff.db"))

    with closing(sqlite3.connect(database)) as connection:
        emails = connection.execute("SELECT email FROM accounts").fetchall()
        sessions = connection.execute("SELECT count(*) FROM sessions").fetchone()
        lines = connection.execute("SELECT count(*) FROM audit_log").fetchone()

    assert emails == [("lea@example.org",)]
    assert sessions == (0,)
    assert lines[0] >= 3


def test_what_was_is_back_and_what_is_now_is_put_aside(
    copy: Path, places: Locations, workspace: Workspace
) -> None:
    """Byte for byte."""
    content = state_of(workspace.root)[0]
    workspace.replace("events/w9/fr.md", "de tout.", "de rien.")
    workspace.path("needs/new.txt").write_text("added since")

    done = restore(places, copy)

    documents, instance = state_of(workspace.root)
    assert documents == content
    assert instance["drafts/x/fr.md"] == "drafts/x/fr.md: é".encode()
    assert "secret.key" not in instance
    aside = {each.name.split(".before-")[0]: each for each in done.previous}
    assert set(aside) == {"documents", "instance"}
    assert (aside["documents"] / "needs/new.txt").read_text() == "added since"
    state = a_state(places.instance)
    assert state.sessions.sign_in("lea@example.org", PASSWORD, browser="")
    assert stat.S_IMODE(places.instance.stat().st_mode) == 0o700
    modes = {
        stat.S_IMODE(each.stat().st_mode) for each in places.instance.rglob("*.db")
    }
    assert modes == {0o600}


def test_it_is_put_back_on_an_empty_machine(copy: Path, tmp_path: Path) -> None:
    """The day that it is for."""
    root = tmp_path / "new" / "machine"
    locations = Locations(root / "documents", root / "index", root / "instance")

    done = restore(locations, copy)

    assert done.previous == ()
    assert done.files == len(names(copy)) - 1
    assert (locations.documents / ORIGINAL).stat().st_size > 3_000_000


def test_a_copy_made_while_staff_write_is_whole(
    places: Locations, tmp_path: Path
) -> None:
    """Nobody has to stop for it."""
    state = a_state(places.instance)
    path = tmp_path / "copy.zip"

    with state.database.writing() as connection:
        state.audit.add("lea@example.org", "signed-in", within=connection)
        write_backup(places, path)

    assert "instance/staff.db" in check_backup(path).files


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_copy_cut_short_is_refused(
    copy: Path, places: Locations, workspace: Workspace, part: float
) -> None:
    """A download that broke off; nothing is touched."""
    content = copy.read_bytes()
    copy.write_bytes(content[: int(len(content) * part)])
    before = state_of(workspace.root)

    with pytest.raises(BackupError):
        restore(places, copy)

    assert state_of(workspace.root) == before
    assert sorted(each.name for each in workspace.root.iterdir() if each.is_dir()) == [
        "copies",
        "documents",
        "instance",
    ]


def test_any_byte_that_changed_is_noticed(copy: Path, workspace: Workspace) -> None:
    """A disk that rots."""
    content = bytearray(copy.read_bytes())
    before = state_of(workspace.root)
    refused = 0
    for place in range(0, len(content), len(content) // 40):
        content[place] ^= 0x55
        copy.write_bytes(bytes(content))
        try:
            manifest = check_backup(copy)
        except BackupError:
            refused += 1
        else:
            # A byte that means nothing, such as a time: all the rest is the same.
            assert len(manifest.files) == len(names(copy)) - 1
        content[place] ^= 0x55

    assert refused >= 35
    assert state_of(workspace.root) == before


def entry(name: str, content: bytes = b"x", **facts: object) -> object:
    """Give a change that adds a file under a name."""
    return lambda files: listed(files, name, content, **facts)


def without(name: str) -> object:
    """Give a change that takes a file out, but not off the list."""
    return lambda files: files.pop(name)


def unlisted(files: dict[str, bytes]) -> None:
    """Add a file that the manifest does not name."""
    files["documents/stowaway.md"] = b"x"


def with_format(number: int) -> object:
    """Give a change of the format."""

    def change(files: dict[str, bytes]) -> None:
        body = json.loads(files["manifest.json"]) | {"format": number}
        files["manifest.json"] = json.dumps(body).encode()

    return change


@pytest.mark.parametrize(
    "change",
    [
        entry("documents/../../outside.txt"),
        entry("../outside.txt"),
        entry("/etc/outside.txt"),
        entry("documents//double.md"),
        entry("documents/./dot.md"),
        entry("documents\\windows.md"),
        entry("elsewhere/x.md"),
        entry("documents"),
        entry("documents/nul\0.md"),
        entry(f"documents/{'x' * 300}"),
        entry("documents/places.yaml/below.md"),
        entry("documents/large.md", size=10**15),
        entry("documents/small.md", size=0),
        entry("documents/negative.md", size=-1),
        entry("documents/digest.md", sha256="0" * 64),
        entry("documents/digest.md", sha256="../x"),
        entry("instance/broken.db", b"SQLite format 3\0" + b"junk" * 500),
        entry("instance/history/broken.sqlite", b"SQLite format 3\0" + b"junk" * 500),
        without("documents/places.yaml"),
        without("manifest.json"),
        unlisted,
        with_format(2),
        with_format(0),
        lambda files: files.update({"manifest.json": b"[]"}),
        lambda files: files.update({"manifest.json": b"{" * 100_000}),
        lambda files: files.update({"manifest.json": b"\xff\xfe"}),
        lambda files: files.update({"manifest.json": b'{"format": 1e400}'}),
    ],
)
def test_what_was_tampered_with_is_refused(
    copy: Path, places: Locations, workspace: Workspace, change: object
) -> None:
    """Nothing is written, inside the folders or outside."""
    changed(copy, change)  # type: ignore[arg-type]  # made above
    before = state_of(workspace.root)

    with pytest.raises(BackupError):
        restore(places, copy)

    assert state_of(workspace.root) == before
    assert not (workspace.root.parent / "outside.txt").exists()


@pytest.mark.parametrize(
    "name", ["secret.key", "index.key", "uploads/0123456789abcdef/task.json"]
)
def test_what_no_copy_of_ours_holds_is_not_put_back(
    copy: Path, places: Locations, name: str
) -> None:
    """Who put a key into a copy knows it, and could sign cookies."""
    changed(copy, lambda files: listed(files, f"instance/{name}", b"known to somebody"))

    done = restore(places, copy)

    assert not (places.instance / name).exists()
    assert done.files == len(names(copy)) - 2  # nor is the manifest


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFDIR])
def test_what_is_no_plain_file_is_refused(
    copy: Path, places: Locations, kind: int
) -> None:
    """A symbolic link would lead elsewhere."""
    with zipfile.ZipFile(copy) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    listed(files, "documents/odd.md", b"/etc/passwd")
    with zipfile.ZipFile(copy, "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (kind if "odd" in name else stat.S_IFREG) << 16
            archive.writestr(info, content)

    with pytest.raises(BackupError, match="odd"):
        restore(places, copy)


@pytest.mark.parametrize("facts", [{}, {"size": 5}])
def test_a_bomb_is_left_as_soon_as_it_grows(
    tmp_path: Path, facts: dict[str, object]
) -> None:
    """One that says what it holds, and one that does not."""
    path = tmp_path / "bomb.zip"
    files = {"manifest.json": b'{"format": 1, "made_at": "", "files": []}'}
    listed(files, "documents/bomb.md", bytes(120_000_000), **facts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    locations = Locations(tmp_path / "documents", tmp_path / "i", tmp_path / "instance")

    with pytest.raises(BackupError, match=r"larger|more"):
        restore(locations, path)

    assert not locations.documents.exists()


def test_a_copy_that_is_no_copy_is_said(places: Locations, tmp_path: Path) -> None:
    """The wrong file was picked."""
    for name, content in (("a.zip", b""), ("b.zip", b"PK"), ("c.pdf", b"%PDF-1.7")):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(BackupError):
            restore(places, path)
    with pytest.raises(BackupError):
        restore(places, tmp_path / "nowhere.zip")


def test_a_copy_lies_outside_what_it_copies(places: Locations) -> None:
    """Else each would hold all those before."""
    for folder in (places.documents, places.instance, places.documents / "needs"):
        with pytest.raises(BackupError, match="outside"):
            write_backup(places, folder / "copy.zip")
    with pytest.raises(BackupError, match="does not exist"):
        write_backup(places, places.index / "no" / "copy.zip")


def test_a_copy_that_fails_leaves_the_one_before(
    copy: Path, places: Locations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, and no half of a file under that name or another."""
    before = copy.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kb.backup.archive_writer.os.fsync", full)
    with pytest.raises(BackupError, match="No space left"):
        write_backup(places, copy)

    assert copy.read_bytes() == before
    assert [each.name for each in copy.parent.iterdir()] == ["copy.zip"]


def test_what_a_killed_run_left_is_swept(copy: Path, places: Locations) -> None:
    """It was never given the name of a copy."""
    left = copy.with_name(".copy.zip.0123456789abcdef.part")
    left.write_bytes(b"half of it")

    write_backup(places, copy)

    assert not left.exists()


def test_links_are_not_followed(
    places: Locations, workspace: Workspace, tmp_path: Path
) -> None:
    """What lies elsewhere is not ours to give away."""
    secret = tmp_path / "elsewhere.txt"
    secret.write_text("not ours")
    workspace.path("needs/link.txt").symlink_to(secret)

    path = tmp_path / "copy.zip"
    write_backup(places, path)

    assert "documents/needs/link.txt" not in names(path)


def test_where_a_folder_cannot_be_moved_all_stays(
    copy: Path,
    places: Locations,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A folder that is a disk of its own can't be renamed: the first step is undone."""
    before = state_of(workspace.root)
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self == places.instance:
            raise OSError(16, "Device or resource busy")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(BackupError, match="busy"):
        restore(places, copy)

    monkeypatch.undo()
    assert state_of(workspace.root) == before
    assert sorted(each.name for each in workspace.root.iterdir() if each.is_dir()) == [
        "copies",
        "documents",
        "instance",
    ]


def test_a_restore_killed_at_any_step_leaves_the_old_or_the_new(
    tmp_path: Path,
) -> None:
    """Never a mixture; and the next command finishes what was begun."""
    before = tmp_path / "before"
    for name in ("documents/needs/a/fr.md", "documents/places.yaml"):
        (before / name).parent.mkdir(parents=True, exist_ok=True)
        (before / name).write_text("at the time of the copy")
    a_state(before / "instance").close()
    locations = Locations(before / "documents", before / "index", before / "instance")
    write_backup(locations, tmp_path / "copy.zip")
    (before / "documents/places.yaml").write_text("changed since")
    (before / "instance/drafts").mkdir()
    (before / "instance/drafts/b.md").write_text("begun since")
    for path in before.glob("instance/*-*"):
        path.unlink()

    ran = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-m", "tests.kb.backup.killing", str(tmp_path)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) >= 20


def test_the_first_format_is_still_read(tmp_path: Path) -> None:
    """A copy of a later version's past: made here by hand, as format 1 says."""
    path = tmp_path / "old.zip"
    files: dict[str, bytes] = {
        "manifest.json": b'{"format": 1, "made_at": "2026-11-25T10:00:00+00:00",'
        b' "files": []}'
    }
    listed(files, "documents/places.yaml", b"{}\n")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    locations = Locations(tmp_path / "documents", tmp_path / "i", tmp_path / "instance")

    done = restore(locations, path)

    assert (done.files, done.made_at) == (1, "2026-11-25T10:00:00+00:00")
    assert (locations.documents / "places.yaml").read_bytes() == b"{}\n"
