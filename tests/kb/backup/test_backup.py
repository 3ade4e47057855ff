"""Tests of backups: write, verify, restore."""

import hashlib
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pyotp
import pytest

from indexer.pipeline import Locations
from kb.backup.archive import archive_files, check_backup
from kb.backup.archive_writer import write_backup
from kb.backup.errors import BackupError
from kb.backup.restore import restore_backup
from kb.core.settings import Settings
from kb.database.model import FactorCheck, Role
from kb.database.secret_tokens import instance_secret
from kb.database.staff_database import StaffDatabase
from tests.kb.backup.killing import state_of
from tests.support.builders import PROJECT, Workspace
from tests.support.staff import PASSWORD, HandClock, a_state, an_account

ORIGINAL = "practices/newtown-lamps/files/report.pdf"
UPLOAD = "uploads/0123456789abcdef"


@pytest.fixture
def locations(workspace: Workspace) -> Locations:
    """Return locations with content, an account, a draft, and regenerable files."""
    locations = workspace.locations
    original = workspace.path(ORIGINAL)
    original.parent.mkdir(parents=True)
    original.write_bytes(b"%PDF-1.7 " + os.urandom(3_000_000))
    state = a_state(locations.instance)
    state.devices.remember(an_account(state, role=Role.ADMIN), "")
    state.sessions.sign_in("lea@example.org", PASSWORD, browser="Firefox")
    for name in (
        *("drafts/x/fr.md", "history/1.json", "trash/y/record.yaml"),
        *(f"{UPLOAD}/1", f"{UPLOAD}/task.json", "uploads/.arriving-0/1"),
    ):
        (locations.instance / name).parent.mkdir(parents=True, exist_ok=True)
        (locations.instance / name).write_text(f"{name}: é", "utf-8")
    (locations.instance / "drafts/x/.lock").write_text("a draft may be called so")
    for name in ("secret.key", "index.key", "x.lock", "readings/z.json"):
        (locations.instance / name).parent.mkdir(exist_ok=True)
        (locations.instance / name).write_text("made again")
    return locations


@pytest.fixture
def backup(locations: Locations, tmp_path: Path) -> Path:
    """Return the path of a backup."""
    path = tmp_path / "copies" / "copy.zip"
    path.parent.mkdir()
    write_backup(locations, path)
    return path


def names(path: Path) -> set[str]:
    """Return the names of the files of a backup."""
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Write a backup again with the files and the manifest that `change` leaves."""
    with zipfile.ZipFile(path) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    change(files)
    write_zip(path, files)


def write_zip(path: Path, files: dict[str, bytes]) -> None:
    """Write a zip with these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def add_listed(
    files: dict[str, bytes], name: str, content: bytes, **facts: object
) -> None:
    """Add a file to a backup, and to its manifest."""
    body = json.loads(files["manifest.json"])
    adding = {
        "name": name,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    body["files"].append(adding | facts)
    files["manifest.json"] = json.dumps(body).encode()
    files[name] = content


def test_a_backup_has_all_that_can_not_be_regenerated(backup: Path) -> None:
    """It has no secret and no session."""
    stored = names(backup)

    assert {
        f"documents/{ORIGINAL}",
        "documents/places.yaml",
        "instance/staff.db",
        "instance/drafts/x/fr.md",
        "instance/drafts/x/.lock",
        "instance/history/1.json",
        "instance/trash/y/record.yaml",
        f"instance/{UPLOAD}/1",
        f"instance/{UPLOAD}/task.json",
    } <= stored
    assert "instance/uploads/.arriving-0/1" not in stored
    left_out = {"secret.key", "index.key", "x.lock", "readings", "staff.db-wal"}
    assert not {each.split("/")[1] for each in stored if "/" in each} & left_out
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [each.name for each in backup.parent.iterdir()] == ["copy.zip"]


def test_a_backup_has_the_current_accounts(backup: Path, tmp_path: Path) -> None:
    """The WAL is included; sessions and devices are not."""
    database = tmp_path / "copied.db"
    with zipfile.ZipFile(backup) as archive:
        database.write_bytes(archive.read("instance/staff.db"))

    with closing(sqlite3.connect(database)) as connection:
        emails = connection.execute("SELECT email FROM accounts").fetchall()
        sessions, devices = (
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608  # our own names
            for table in ("sessions", "devices")
        )
        lines = connection.execute("SELECT count(*) FROM audit_log").fetchone()

    assert emails == [("lea@example.org",)]
    assert sessions == devices == (0,)
    assert lines[0] >= 3


def test_restore_keeps_the_previous_folders(
    backup: Path, locations: Locations, workspace: Workspace
) -> None:
    """Files are restored byte for byte."""
    content = state_of(workspace.root)[0]
    workspace.replace("events/w9/fr.md", "de tout.", "de rien.")
    workspace.path("needs/new.txt").write_text("added since")

    result = restore_backup(locations, backup)

    documents, instance = state_of(workspace.root)
    assert documents == content
    assert instance["drafts/x/fr.md"] == "drafts/x/fr.md: é".encode()
    assert "secret.key" not in instance
    previous = {each.name.split(".before-")[0]: each for each in result.previous}
    assert set(previous) == {"documents", "instance"}
    assert (previous["documents"] / "needs/new.txt").read_text() == "added since"
    state = a_state(locations.instance)
    assert state.sessions.sign_in("lea@example.org", PASSWORD, browser="")
    assert stat.S_IMODE(locations.instance.stat().st_mode) == 0o700
    modes = {
        stat.S_IMODE(each.stat().st_mode) for each in locations.instance.rglob("*.db")
    }
    assert modes == {0o600}


def test_restore_on_an_empty_machine(
    backup: Path, locations: Locations, tmp_path: Path
) -> None:
    """No folder exists before; uploads that wait come back: they are in no draft."""
    root = tmp_path / "new" / "machine"
    target = Locations(root / "documents", root / "index", root / "instance")

    result = restore_backup(target, backup)

    assert result.previous == ()
    assert result.files == len(names(backup)) - 1
    assert (target.documents / ORIGINAL).stat().st_size > 3_000_000
    for name in (f"{UPLOAD}/1", f"{UPLOAD}/task.json"):
        before, after = locations.instance / name, target.instance / name
        assert after.read_bytes() == before.read_bytes()


def test_a_backup_during_writes_is_consistent(
    locations: Locations, tmp_path: Path
) -> None:
    """Staff need not stop working."""
    state = a_state(locations.instance)
    path = tmp_path / "copy.zip"

    with state.store.writing() as connection:
        state.audit.append(connection, "lea@example.org", "signed-in", "")
        write_backup(locations, path)

    assert "instance/staff.db" in check_backup(path).files


def test_an_upload_that_is_read_during_a_backup_is_in_it(
    locations: Locations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker makes a draft and deletes the upload while the backup is written.

    Uploads are copied before drafts: the backup has the upload, or the draft, or both.
    """
    upload = locations.instance / UPLOAD

    def read_meanwhile(folder: Path, *, root: str) -> Iterator[tuple[str, Path]]:
        for name, path in archive_files(folder, root=root):
            yield name, path
            if name.startswith("instance/") and name.count("/") > 1 and upload.exists():
                (locations.instance / "drafts/x/new.md").write_text("of the upload")
                shutil.rmtree(upload)

    monkeypatch.setattr("kb.backup.archive_writer.archive_files", read_meanwhile)
    path = tmp_path / "copy.zip"

    write_backup(locations, path)

    assert f"instance/{UPLOAD}/1" in names(path)
    assert "instance/drafts/x/new.md" in names(path)


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_backup_is_rejected(
    backup: Path, locations: Locations, workspace: Workspace, part: float
) -> None:
    """Nothing is changed."""
    content = backup.read_bytes()
    backup.write_bytes(content[: int(len(content) * part)])
    before = state_of(workspace.root)

    with pytest.raises(BackupError):
        restore_backup(locations, backup)

    assert state_of(workspace.root) == before
    assert sorted(each.name for each in workspace.root.iterdir() if each.is_dir()) == [
        "copies",
        "documents",
        "instance",
    ]


def test_any_changed_byte_is_detected(backup: Path, workspace: Workspace) -> None:
    """A single bit flip of a file is enough."""
    content = bytearray(backup.read_bytes())
    before = state_of(workspace.root)
    refused = 0
    for position in range(0, len(content), len(content) // 40):
        content[position] ^= 0x55
        backup.write_bytes(bytes(content))
        try:
            manifest = check_backup(backup)
        except BackupError:
            refused += 1
        else:
            # A byte without a meaning, such as a time in the zip: the content is equal.
            assert len(manifest.files) == len(names(backup)) - 1
        content[position] ^= 0x55

    assert refused >= 35
    assert state_of(workspace.root) == before


def adding(name: str, content: bytes = b"x", **facts: object) -> object:
    """Return a change that adds a file under a name."""
    return lambda files: add_listed(files, name, content, **facts)


def without(name: str) -> object:
    """Return a change that removes a file, but not from the manifest."""
    return lambda files: files.pop(name)


def add_unlisted(files: dict[str, bytes]) -> None:
    """Add a file that is not in the manifest."""
    files["documents/stowaway.md"] = b"x"


def with_format(number: int) -> object:
    """Return a change of the format."""

    def change(files: dict[str, bytes]) -> None:
        body = json.loads(files["manifest.json"]) | {"format": number}
        files["manifest.json"] = json.dumps(body).encode()

    return change


@pytest.mark.load
@pytest.mark.parametrize(
    "change",
    [
        adding("documents/../../outside.txt"),
        adding("../outside.txt"),
        adding("/etc/outside.txt"),
        adding("documents//double.md"),
        adding("documents/./dot.md"),
        adding("documents\\windows.md"),
        adding("elsewhere/x.md"),
        adding("documents"),
        adding("documents/nul\0.md"),
        adding(f"documents/{'x' * 300}"),
        adding("documents/places.yaml/below.md"),
        adding("documents/large.md", size=10**15),
        adding("documents/small.md", size=0),
        adding("documents/negative.md", size=-1),
        adding("documents/digest.md", sha256="0" * 64),
        adding("documents/digest.md", sha256="../x"),
        adding("instance/broken.db", b"SQLite format 3\0" + b"junk" * 500),
        adding("instance/history/broken.sqlite", b"SQLite format 3\0" + b"junk" * 500),
        without("documents/places.yaml"),
        without("manifest.json"),
        add_unlisted,
        with_format(2),
        with_format(0),
        lambda files: files.update({"manifest.json": b"[]"}),
        lambda files: files.update({"manifest.json": b"{" * 100_000}),
        lambda files: files.update({"manifest.json": b"\xff\xfe"}),
        lambda files: files.update({"manifest.json": b'{"format": 1e400}'}),
    ],
)
def test_a_hostile_backup_is_rejected(
    backup: Path, locations: Locations, workspace: Workspace, change: object
) -> None:
    """No file is written, in the folders or outside."""
    rewritten(backup, change)  # type: ignore[arg-type]  # made above
    before = state_of(workspace.root)

    with pytest.raises(BackupError):
        restore_backup(locations, backup)

    assert state_of(workspace.root) == before
    assert not (workspace.root.parent / "outside.txt").exists()


@pytest.mark.parametrize("name", ["secret.key", "index.key", "uploads/.reading.lock"])
def test_keys_are_not_restored(backup: Path, locations: Locations, name: str) -> None:
    """Whoever put a key into a backup could sign cookies."""
    rewritten(
        backup,
        lambda files: add_listed(files, f"instance/{name}", b"known to somebody"),
    )

    result = restore_backup(locations, backup)

    assert not (locations.instance / name).exists()
    assert result.files == len(names(backup)) - 2  # nor is the manifest


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFDIR])
def test_links_in_a_backup_are_rejected(
    backup: Path, locations: Locations, kind: int
) -> None:
    """A symbolic link could lead out of the folders."""
    with zipfile.ZipFile(backup) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    add_listed(files, "documents/odd.md", b"/etc/passwd")
    with zipfile.ZipFile(backup, "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (kind if "odd" in name else stat.S_IFREG) << 16
            archive.writestr(info, content)

    with pytest.raises(BackupError, match="odd"):
        restore_backup(locations, backup)


@pytest.mark.load
@pytest.mark.parametrize("facts", [{}, {"size": 5}])
def test_a_zip_bomb_is_rejected(tmp_path: Path, facts: dict[str, object]) -> None:
    """Both one with a true size and one with a false size."""
    path = tmp_path / "bomb.zip"
    files = {"manifest.json": b'{"format": 1, "made_at": "", "files": []}'}
    add_listed(files, "documents/bomb.md", bytes(120_000_000), **facts)
    write_zip(path, files)
    locations = Locations(tmp_path / "documents", tmp_path / "i", tmp_path / "instance")

    with pytest.raises(BackupError, match=r"larger|more"):
        restore_backup(locations, path)

    assert not locations.documents.exists()


def test_another_file_is_rejected(locations: Locations, tmp_path: Path) -> None:
    """The user chose the wrong file."""
    for name, content in (("a.zip", b""), ("b.zip", b"PK"), ("c.pdf", b"%PDF-1.7")):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(BackupError):
            restore_backup(locations, path)
    with pytest.raises(BackupError):
        restore_backup(locations, tmp_path / "nowhere.zip")


def test_a_backup_inside_its_folders_is_rejected(locations: Locations) -> None:
    """Each backup would contain all earlier ones."""
    for folder in (
        locations.documents,
        locations.instance,
        locations.documents / "needs",
    ):
        with pytest.raises(BackupError, match="outside"):
            write_backup(locations, folder / "copy.zip")
    with pytest.raises(BackupError, match="does not exist"):
        write_backup(locations, locations.index / "no" / "copy.zip")


def test_a_failed_backup_keeps_the_earlier_one(
    backup: Path, locations: Locations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full; no temporary file is left."""
    before = backup.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kb.backup.archive_writer.os.fsync", full)
    with pytest.raises(BackupError, match="No space left"):
        write_backup(locations, backup)

    assert backup.read_bytes() == before
    assert [each.name for each in backup.parent.iterdir()] == ["copy.zip"]


@pytest.mark.kill
def test_temporary_files_of_a_killed_run_are_deleted(
    backup: Path, locations: Locations
) -> None:
    """Such a file was never renamed to its final name."""
    leftover = backup.with_name(".copy.zip.0123456789abcdef.part")
    leftover.write_bytes(b"half of it")

    write_backup(locations, backup)

    assert not leftover.exists()


def test_symbolic_links_are_not_backed_up(
    locations: Locations, workspace: Workspace, tmp_path: Path
) -> None:
    """Their targets are outside the folders."""
    secret = tmp_path / "elsewhere.txt"
    secret.write_text("not ours")
    workspace.path("needs/link.txt").symlink_to(secret)

    path = tmp_path / "copy.zip"
    write_backup(locations, path)

    assert "documents/needs/link.txt" not in names(path)


def test_a_failed_rename_is_undone(
    backup: Path,
    locations: Locations,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A mount point can't be renamed."""
    before = state_of(workspace.root)
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self == locations.instance:
            raise OSError(16, "Device or resource busy")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(BackupError, match="busy"):
        restore_backup(locations, backup)

    monkeypatch.undo()
    assert state_of(workspace.root) == before
    assert sorted(each.name for each in workspace.root.iterdir() if each.is_dir()) == [
        "copies",
        "documents",
        "instance",
    ]


@pytest.mark.kill
def test_a_killed_restore_leaves_the_old_or_the_new_state(tmp_path: Path) -> None:
    """The next command finishes an interrupted restore."""
    before = tmp_path / "before"
    for name in ("documents/needs/a/fr.md", "documents/places.yaml"):
        (before / name).parent.mkdir(parents=True, exist_ok=True)
        (before / name).write_text("at the time of the copy")
    a_state(before / "instance")
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


def test_format_1_is_read(tmp_path: Path) -> None:
    """The backup is built by hand, as an earlier version wrote it."""
    path = tmp_path / "old.zip"
    files: dict[str, bytes] = {
        "manifest.json": b'{"format": 1, "made_at": "2026-11-25T10:00:00+00:00",'
        b' "files": []}'
    }
    add_listed(files, "documents/places.yaml", b"{}\n")
    write_zip(path, files)
    locations = Locations(tmp_path / "documents", tmp_path / "i", tmp_path / "instance")

    result = restore_backup(locations, path)

    assert (result.files, result.made_at) == (1, "2026-11-25T10:00:00+00:00")
    assert (locations.documents / "places.yaml").read_bytes() == b"{}\n"


@pytest.mark.parametrize("is_other_machine", [False, True], ids=["same", "other"])
def test_a_restore_keeps_the_key_of_second_factors(
    locations: Locations, tmp_path: Path, *, is_other_machine: bool
) -> None:
    """Codes work as before on the same machine; no backup has the key."""
    clock = HandClock()
    settings = Settings(locations)
    settings.secret_file.unlink()
    secret = instance_secret(settings.secret_file)
    state = StaffDatabase(settings.database, secret, clock=clock)
    account, phone = state.accounts.find("lea@example.org"), pyotp.random_base32()
    codes = state.second_factors.turn_on(
        account, phone, pyotp.TOTP(phone).at(clock.now)
    )
    assert codes is not None
    copy = tmp_path / "with-factor.zip"
    write_backup(locations, copy)
    if is_other_machine:
        settings.secret_file.unlink()

    restore_backup(locations, copy)

    clock.advance(minutes=1)
    secret = instance_secret(settings.secret_file)
    restored = StaffDatabase(settings.database, secret, clock=clock)
    found = restored.second_factors.check(account, pyotp.TOTP(phone).at(clock.now))
    expected = FactorCheck.UNREADABLE if is_other_machine else FactorCheck.RIGHT
    assert found is expected
    assert restored.second_factors.check(account, codes[0]) is FactorCheck.RIGHT
    assert phone.encode() not in zipfile.ZipFile(copy).read("instance/staff.db")
