"""The commands for staff accounts and backups."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

from kb.app import create_app
from kb.core.settings import Settings
from kb.core.sign_in_provider import ProviderIdentity
from kb.publishing.changes import journal
from kb.publishing.changes.repository import open_repository
from kb.services import Services
from tests.kb.cli.conftest import RunKb
from tests.support.builders import Workspace
from tests.support.staff import NEW_PASSWORD, Browser, an_empty_database

LEA = "lea@example.org"


@pytest.fixture(autouse=True)
def _no_migration(workspace: Workspace) -> None:
    """Put an empty database into the instance, so that no test waits for its tables."""
    an_empty_database(workspace.locations.instance)


def test_staff_add_prints_a_one_time_link(run: RunKb, workspace: Workspace) -> None:
    """Only the link is on stdout, so that it can be piped; it works once."""
    added = run("staff", "add", LEA, "--role", "admin")

    link = re.fullmatch(
        r"http://127\.0\.0\.1:8000(/fr/staff/link/[\w-]{43})\n", added.stdout
    )
    assert link is not None
    assert "48 hours" in added.stderr
    services = Services(Settings(workspace.locations))
    browser = Browser(create_app(services=services))
    done = browser.post(link[1], page=link[1], new_password=NEW_PASSWORD)
    assert done.status_code == 303
    assert browser.sign_in(LEA, NEW_PASSWORD).status_code == 303
    assert run("staff", "list").stdout.startswith(f"{LEA}\tadmin\topen\t2")


def test_the_link_has_the_public_address(
    run: RunKb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its recipient is elsewhere."""
    monkeypatch.setenv("KB_BASE_URL", "https://kb.example.org/")

    added = run("staff", "add", LEA, "--role", "editor")

    assert added.stdout.startswith("https://kb.example.org/fr/staff/link/")


def test_an_account_is_closed_opened_and_reset(run: RunKb) -> None:
    """The last administrator can be closed only by command."""
    first = run("staff", "add", LEA, "--role", "admin").stdout
    assert run("staff", "list").stdout == f"{LEA}\tadmin\tno password yet\tnever\n"
    assert run("staff", "disable", LEA).exit_code == 0
    assert "\tclosed\t" in run("staff", "list").stdout
    refused = run("staff", "reset", LEA)
    assert (refused.exit_code, "kb staff enable" in refused.stderr) == (2, True)
    assert run("staff", "enable", "LEA@example.org").exit_code == 0

    second = run("staff", "reset", LEA)

    assert second.exit_code == 0
    assert "/fr/staff/link/" in second.stdout
    assert second.stdout != first


@pytest.mark.parametrize(
    "args",
    [
        ("add", "nobody", "--role", "editor"),
        ("add", LEA),
        ("add", LEA, "--role", "owner"),
        ("reset", LEA),
        ("disable", LEA),
        ("enable", LEA),
    ],
)
def test_wrong_usage_exits_2(run: RunKb, args: tuple[str, ...]) -> None:
    """The message says what would be right."""
    result = run("staff", *args)

    assert result.exit_code == 2
    assert result.stderr


def test_an_account_is_not_added_twice(run: RunKb) -> None:
    """The message names the command for a new link."""
    run("staff", "add", LEA, "--role", "editor")

    again = run("staff", "add", LEA, "--role", "admin")

    assert again.exit_code == 2
    assert f"kb staff reset {LEA}" in again.stderr
    assert "\teditor\t" in run("staff", "list").stdout


def test_an_unwritable_database_exits_3(run: RunKb, workspace: Workspace) -> None:
    """Something needed is not available."""
    for path in workspace.locations.instance.glob("staff.db*"):
        path.unlink()
    (workspace.locations.instance / "staff.db").write_text("no database")

    result = run("staff", "list")

    assert result.exit_code == 3
    assert "staff.db" in result.stderr


def test_backup_and_restore(run: RunKb, workspace: Workspace, tmp_path: Path) -> None:
    """The next steps are printed; both actions are in the audit log."""
    run("staff", "add", LEA, "--role", "admin")
    copy = tmp_path / "copy.zip"
    made = run("backup", str(copy))
    assert made.exit_code == 0
    assert "verified" in made.stderr
    workspace.replace("events/w9/fr.md", "de tout.", "de rien.")
    run("staff", "disable", LEA)

    back = run("restore", str(copy))

    assert back.exit_code == 0
    assert back.stderr.count("set aside: ") == 2
    assert "kb index update" in back.stderr
    assert "de tout." in workspace.path("events/w9/fr.md").read_text("utf-8")
    assert "\tno password yet\t" in run("staff", "list").stdout
    services = Services(Settings(workspace.locations))
    done = [each.action for each in services.database.audit.newest(limit=9)]
    assert done == ["restored", "backed-up", "account-added"]


def test_a_damaged_archive_exits_3_and_changes_nothing(
    run: RunKb, workspace: Workspace, tmp_path: Path
) -> None:
    """The whole archive is checked first."""
    copy = tmp_path / "copy.zip"
    run("backup", str(copy))
    copy.write_bytes(copy.read_bytes()[:-10])

    result = run("restore", str(copy))

    assert result.exit_code == 3
    assert "incomplete or damaged" in result.stderr
    assert not list(workspace.root.glob("*.before-*"))


def test_staff_unlink_ends_the_link_to_a_provider(
    run: RunKb, workspace: Workspace
) -> None:
    """The list shows the issuer until then; an account needs no password for it."""
    run("staff", "add", LEA, "--role", "editor")
    database = Services(Settings(workspace.locations)).database
    person = ProviderIdentity("https://id.example.org", "1", LEA, is_verified=True)
    database.sessions.start(database.identities.check(person), browser="")
    assert re.fullmatch(
        rf"{LEA}\teditor\topen\t2.*\thttps://id\.example\.org\n",
        run("staff", "list").stdout,
    )

    unlinked = run("staff", "unlink", LEA)

    assert f"{LEA} is not linked" in unlinked.stderr
    assert run("staff", "list").stdout.startswith(f"{LEA}\teditor\tno password yet\t2")
    assert "example.org" not in run("staff", "list").stdout.partition("\t")[2]
    assert database.sessions.of(database.accounts.find(LEA)) == ()


def test_staff_and_backup_are_in_the_language_of_the_terminal(
    run: RunKb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the administrators work in French."""
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    copy, cut = tmp_path / "copy.zip", tmp_path / "cut.zip"

    told = [
        run("staff", "add", LEA, "--role", "editor").stderr,
        run("staff", "add", LEA, "--role", "editor").stderr,
        run("staff", "list").stdout,
        run("staff", "disable", LEA).stderr,
        run("backup", str(copy)).stderr,
        run("restore", str(copy)).stderr,
    ]
    cut.write_bytes(copy.read_bytes()[:-10])
    told += [
        run("restore", str(cut)).stderr,
        run("index", "status").stdout,
        run("index", "update").stdout,
        run("index", "verify").stdout,
    ]

    for text, words in zip(
        told,
        (
            "pendant 48 heures",
            "a déjà un compte",
            "\tpas encore de mot de passe\tjamais",
            f"le compte {LEA} est fermé",
            "vérifiés",
            "mis de côté",
            "incomplète ou endommagée",
            "index\u00a0: absent",
            "il n’y avait pas d’index",
            "l’index est complet",
        ),
        strict=True,
    ):
        assert words in text


def test_backup_works_without_a_writable_audit_log(
    run: RunKb, workspace: Workspace, tmp_path: Path
) -> None:
    """A full or damaged disk is when a backup is wanted most."""
    run("staff", "add", LEA, "--role", "admin")
    with sqlite3.connect(workspace.locations.instance / "staff.db") as connection:
        connection.execute("ALTER TABLE audit_log RENAME TO audit_log_elsewhere")
    connection.close()

    made = run("backup", str(tmp_path / "copy.zip"))

    assert made.exit_code == 0
    assert "staff.db" in made.stderr
    assert (tmp_path / "copy.zip").exists()


def test_a_file_name_that_is_not_utf8_is_left_out_and_reported(
    run: RunKb, workspace: Workspace, tmp_path: Path
) -> None:
    """The backup goes on."""
    odd = os.fsencode(workspace.path("events/w9")) + b"/odd\xff.md"
    Path(os.fsdecode(odd)).write_text("x", "utf-8")
    copy = tmp_path / "copy.zip"

    made = run("backup", str(copy))

    assert made.exit_code == 0
    assert "left out" in made.stderr
    assert "odd\ufffd.md" in made.stderr
    assert run("restore", str(copy)).exit_code == 0


def test_backup_and_restore_wait_for_the_journal(
    run: RunKb, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup during a change would contain a record twice, or not at all.

    A change during a restore would be in the folders that were put aside.
    """
    copy = tmp_path / "copy.zip"
    monkeypatch.setattr(journal, "LOCK_WAIT_S", 0.0)

    for command in ("backup", "restore"):
        with open_repository(workspace.locations).journal.lock():
            during = run(command, str(copy))

        assert during.exit_code == 3
        assert "somebody else is changing the content" in during.stderr
        assert copy.exists() == (command == "restore")
        assert not list(workspace.root.glob("*.before-*"))
        assert run(command, str(copy)).exit_code == 0


def test_restore_refuses_while_the_service_runs(
    run: RunKb, workspace: Workspace, tmp_path: Path
) -> None:
    """The service would go on writing into the folders that were put aside."""
    copy = tmp_path / "copy.zip"
    run("backup", str(copy))

    with FileLock(workspace.locations.instance / "watching.lock"):
        refused = run("restore", str(copy))

    assert refused.exit_code == 3
    assert "stop the service first" in refused.stderr
    assert not list(workspace.root.glob("*.before-*"))
    assert run("restore", str(copy)).exit_code == 0


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en_GB.UTF-8", "a restore is in progress"),
        ("fr_FR.UTF-8", "\u00a0: redémarrez quand elle est finie"),
    ],
)
def test_the_service_does_not_start_during_a_restore(
    run: RunKb,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    told: str,
) -> None:
    """The restore would swap its folders; systemd restarts the service later."""
    monkeypatch.setenv("LANG", language)
    instance = workspace.locations.instance

    with FileLock(instance.with_name(f".{instance.name}.restore.lock")):
        result = run("serve")

    assert result.exit_code == 3
    assert told in result.stderr


@pytest.mark.parametrize("name", ["odd\x1b[2J", "a\nb"])
def test_control_characters_in_an_archive_are_not_printed(
    run: RunKb, tmp_path: Path, name: str
) -> None:
    """An archive may come from anybody."""
    body = {"format": 1, "made_at": "", "files": []}
    body["files"] = [{"name": name, "size": 1, "sha256": "0" * 64}]
    copy = tmp_path / "copy.zip"
    with zipfile.ZipFile(copy, "w") as archive:
        archive.writestr("manifest.json", json.dumps(body))
        archive.writestr(name, "x")

    result = run("restore", str(copy))

    assert result.exit_code == 3
    assert result.stderr.count("\n") == 1
    assert "\x1b" not in result.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DROP TABLE accounts", "it is not the database of this program"),
        ("PRAGMA user_version = 0", "it is not the database of this program"),
        ("PRAGMA user_version = 99", "a later version"),
        (
            "CREATE TRIGGER t INSERT ON audit_log BEGIN DELETE FROM accounts; END",
            "it is not the database of this program",
        ),
    ],
)
def test_an_archive_with_an_unusable_database_is_refused(
    run: RunKb, workspace: Workspace, tmp_path: Path, change: str, said: str
) -> None:
    """Nobody could sign in after the restore."""
    run("staff", "add", LEA, "--role", "admin")

    result = run("restore", str(forged(run, tmp_path, "staff.db", change)))

    assert result.exit_code == 3
    assert said in result.stderr
    assert LEA in run("staff", "list").stdout
    assert not list(workspace.root.glob("*before-*"))
    assert not list(workspace.root.glob(".*restoring-*"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("C.UTF-8", "its history cannot be used (a later version"),
        ("fr_FR.UTF-8", "son historique est inutilisable (la base vient d’une"),
    ],
)
def test_an_archive_with_a_newer_history_is_refused(  # fixtures
    run: RunKb,
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    said: str,
) -> None:
    """This version could neither read nor write it after the restore."""
    monkeypatch.setenv("LANG", language)
    run("index", "update")
    newer = "PRAGMA user_version = 2"

    result = run("restore", str(forged(run, tmp_path, "history/history.sqlite", newer)))

    assert result.exit_code == 3
    assert said in result.stderr.replace("\xa0", " ")
    assert not list(workspace.root.glob("*before-*"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("C.UTF-8", "in the history: a later version of this program made it"),
        ("fr_FR.UTF-8", "une version plus récente de ce programme"),
    ],
)
def test_a_newer_history_is_reported_and_not_written(
    run: RunKb,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    said: str,
) -> None:
    """The index follows edits by hand; the version that made it records them later."""
    monkeypatch.setenv("LANG", language)
    run("index", "update")
    history = open_repository(workspace.locations).history.path
    with closing(sqlite3.connect(history)) as connection:
        connection.execute("PRAGMA user_version = 2")
    before = history.read_bytes()
    workspace.replace("events/w9/en.md", "Workshop", "Meeting")

    result = run("index", "update")

    assert result.exit_code == 0
    assert said in result.stderr
    assert history.read_bytes() == before


def forged(run: RunKb, folder: Path, name: str, change: str) -> Path:
    """Make a backup, and change one of its databases: all digests are right."""
    path, database = folder / "copy.zip", folder / "changed.db"
    run("backup", str(path))
    with zipfile.ZipFile(path) as archive:
        held = {file: archive.read(file) for file in archive.namelist()}
    database.write_bytes(held[f"instance/{name}"])
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(change)
        connection.commit()
    held[f"instance/{name}"] = database.read_bytes()
    body = json.loads(held.pop("manifest.json"))
    body["files"] = [
        {
            "name": file,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        for file, content in held.items()
    ]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", json.dumps(body))
        for file, content in held.items():
            archive.writestr(file, content)
    return path
