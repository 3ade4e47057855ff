"""Every file that the commands and the service create in their folders is private."""

import os
import stat
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer.corpus.originals import sha256_of
from indexer.model.ids import Kind, RecordId
from kb.cli.main import main
from kb.core.permissions import private_umask
from kb.publishing.changes.repository import Repository, open_repository, texts_in
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.published.publisher import Publisher
from kb.publishing.published.trash import Trash
from tests.support.builders import Workspace
from tests.support.reports import a_report
from tests.support.server import serving

pytestmark = pytest.mark.load

ADA = "ada@example.org"


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    """Run as on most machines, where new files are readable by all accounts."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    """Return the files and folders that other accounts may use, with their modes."""
    return [
        f"{path.relative_to(folder)} {mode:o}"
        for path in (folder, *sorted(folder.rglob("*")))
        if (mode := stat.S_IMODE(path.lstat().st_mode)) & 0o077
    ]


def kb(workspace: Workspace, *arguments: str) -> None:
    """Run a command that succeeds."""
    folders = workspace.locations
    environ = {
        "KB_DOCUMENTS": str(folders.documents),
        "KB_INDEX": str(folders.index),
        "KB_INSTANCE": str(folders.instance),
    }
    done = CliRunner().invoke(main, arguments, env=environ)
    assert done.exit_code == 0, done.output


def test_the_commands_and_the_service_create_private_files(
    workspace: Workspace, tmp_path: Path
) -> None:
    """History, drafts, readings, accounts, locks, keys and the index."""
    file = tmp_path / "D9.9 report.pdf"
    file.write_bytes(a_report())
    kb(workspace, "staff", "add", ADA, "--role", "admin")
    kb(workspace, "add", str(file))
    kb(workspace, "index", "rebuild")
    with serving(tmp_path, workspace.documents) as address:
        urllib.request.urlopen(f"{address}/fr/search?q=zzz").close()  # noqa: S310
    workspace.replace("events/w9/fr.md", "de tout.", "de drones.")
    kb(workspace, "index", "update")
    kb(workspace, "search", "drones")
    kb(workspace, "backup", str(tmp_path / "copy.zip"))

    assert open_to_others(workspace.locations.instance) == []
    assert open_to_others(workspace.locations.index) == []


def test_a_restored_instance_is_private_and_its_content_is_not(
    workspace: Workspace, tmp_path: Path
) -> None:
    """A restore creates both folders anew."""
    kb(workspace, "index", "update")
    kb(workspace, "backup", str(tmp_path / "copy.zip"))

    kb(workspace, "restore", str(tmp_path / "copy.zip"))

    assert open_to_others(workspace.locations.instance) == []
    modes = {
        stat.S_IMODE(path.stat().st_mode)
        for path in (workspace.documents, *workspace.documents.rglob("*"))
    }
    assert modes == {0o755, 0o644}


def test_the_start_of_the_service_makes_an_existing_instance_private(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Earlier versions created files with the umask of the shell."""
    kb(workspace, "index", "update")
    for folder in (workspace.locations.instance, workspace.locations.index):
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)

    with serving(tmp_path, workspace.documents):
        assert open_to_others(workspace.locations.instance) == []
        assert open_to_others(workspace.locations.index) == []


def test_published_content_is_as_readable_as_its_folder_and_drafts_are_private(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Git and backups may run as another account."""
    file = tmp_path / "plan.txt"
    file.write_text("La ville répond.", "utf-8")
    workspace.documents.joinpath("deliverables").chmod(0o775)
    old, new = RecordId(Kind.DELIVERABLE, "d9.1"), RecordId(Kind.DELIVERABLE, "d9.2")
    repository = open_repository(workspace.locations)
    folder, new_folder = map(repository.record_folder, (old, new))
    texts = texts_in(folder)
    with private_umask():
        publish_with_file(repository, old, texts, file)
        texts["record.yaml"] = texts["record.yaml"].replace(old.slug, new.slug)
        publish_with_file(repository, new, texts, file)
        modes, new_modes = modes_below(folder), modes_below(new_folder)
        Publisher(repository).withdraw(old, actor=ADA)
        Trash(repository).delete(new, actor=ADA)

    kept = {"": 0o755, "record.yaml": 0o644, "fr.md": 0o644, "en.md": 0o644}
    added = {"files": 0o775, "files/plan.txt": 0o664}
    assert modes == kept | added
    assert new_modes == dict.fromkeys(kept, 0o664) | added | {"": 0o775}
    assert open_to_others(workspace.locations.instance) == []


def publish_with_file(
    repository: Repository, record: RecordId, texts: Mapping[str, str], file: Path
) -> None:
    """Publish a record with these texts and a file."""
    drafts = DraftEditor(repository)
    draft = drafts.begin(record, ADA)
    drafts.save(record, texts, version=draft.version, actor=ADA)
    facts = {"language": "fr", "sha256": sha256_of(file)}
    drafts.attach(record, file, name=file.name, facts=facts, actor=ADA)
    Publisher(repository).publish(record, actor=ADA)


def modes_below(folder: Path) -> dict[str, int]:
    """Return the permissions of a folder and of all that is below it."""
    paths = {"": folder} | {
        str(path.relative_to(folder)): path for path in folder.rglob("*")
    }
    return {name: stat.S_IMODE(path.stat().st_mode) for name, path in paths.items()}
