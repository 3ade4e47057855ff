"""Exports of the content, and their import by another service."""

import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest

from indexer.model.ids import Kind, RecordId
from indexer.pipeline import Locations
from kb.backup.corpus_bag import BagSource, write_corpus_bag
from kb.backup.errors import BackupError
from kb.publishing.changes.repository import open_repository
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.imports.corpus_import import CorpusImport, import_corpus
from tests.kb.backup.killing import killed_at
from tests.support.builders import Workspace

SOURCE = BagSource("Efus", "https://base.example", "CC-BY-4.0", "kb 1")
LAMPS = RecordId(Kind.PRACTICE, "newtown-lamps")

Files = dict[str, bytes]


def exported(workspace: Workspace) -> Path:
    """Return an export of the content of a workspace."""
    path = workspace.root.parent / "corpus.zip"
    write_corpus_bag(workspace.locations, path, SOURCE)
    return path


@pytest.fixture
def bag(workspace: Workspace) -> Path:
    """Return an export of the small corpus."""
    return exported(workspace)


@pytest.fixture
def other(tmp_path: Path) -> Locations:
    """Return the folders of a service that has no content yet."""
    root = tmp_path / "other"
    return Locations(root / "documents", root / "index", root / "instance")


def imported(locations: Locations, path: Path) -> CorpusImport:
    """Import a bag."""
    return import_corpus(open_repository(locations), path, actor="kb")


def files_in(folder: Path) -> Files:
    """Return the files of the content that are not hidden."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def rewrite(path: Path, change: Callable[[Files], object]) -> None:
    """Change the files of a zip."""
    with zipfile.ZipFile(path) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def test_a_service_without_content_becomes_a_copy(
    workspace: Workspace, bag: Path, other: Locations
) -> None:
    """Records, originals, licence and shared files, byte for byte."""
    done = imported(other, bag)

    assert files_in(other.documents) == files_in(workspace.documents)
    assert LAMPS in done.added
    assert (done.changed, done.unchanged, done.kept) == ((), 0, ())
    again = imported(other, bag)
    assert (again.added, again.changed) == ((), ())
    assert again.unchanged == len(done.added)


def test_the_archive_is_a_bag(bag: Path, tmp_path: Path) -> None:
    """The reference implementation of BagIt validates it."""
    with zipfile.ZipFile(bag) as archive:
        archive.extractall(tmp_path / "out")

    [folder] = (tmp_path / "out").iterdir()
    opened = bagit.Bag(str(folder))
    opened.validate()

    assert opened.algorithms == ["sha256"]
    assert opened.info["License"] == "CC-BY-4.0"
    assert opened.info["External-Identifier"] == "https://base.example"
    assert "data/documents/practices/newtown-lamps/en.md" in opened.entries


def test_an_export_has_neither_drafts_nor_accounts(workspace: Workspace) -> None:
    """Only what visitors may read."""
    workspace.locations.drafts.mkdir(parents=True)
    (workspace.locations.drafts / "secret.md").write_text("secret", "utf-8")

    with zipfile.ZipFile(exported(workspace)) as archive:
        assert not [name for name in archive.namelist() if "secret" in name]


def test_records_are_replaced_added_and_left(workspace: Workspace, bag: Path) -> None:
    """A change can be undone from the history; what the archive lacks stays."""
    workspace.replace("practices/newtown-lamps/en.md", "Newtown:", "Our town:")
    removed = workspace.path("needs/n01")
    removed.rename(workspace.root / "removed")
    own = workspace.path("practices/own")
    own.mkdir()
    for path in workspace.path("practices/newtown-lamps").glob("*.*"):
        (own / path.name).write_bytes(path.read_bytes())
    workspace.path("places.yaml").write_text("{}\n", "utf-8")

    done = imported(workspace.locations, bag)

    assert (done.added, done.changed) == ((RecordId(Kind.NEED, "n01"),), (LAMPS,))
    assert done.kept == ("places.yaml",)
    text = workspace.path("practices/newtown-lamps/en.md").read_text("utf-8")
    assert "Our town:" not in text
    assert own.is_dir()
    history = open_repository(workspace.locations).history
    change = history.last_public_change(LAMPS)
    assert change is not None
    assert (change.entry.action, change.entry.actor) == (HistoryAction.IMPORTED, "kb")
    before = history.texts(change.entry.before)
    assert "Our town:" in before["en.md"]


def adding(name: str, content: bytes = b"x") -> Callable[[Files], object]:
    """Return a change that adds a file."""
    return lambda files: files.update({name: content})


def without(name: str) -> Callable[[Files], object]:
    """Return a change that removes a file."""
    return lambda files: files.pop(name)


def replacing(name: str, old: bytes, new: bytes) -> Callable[[Files], object]:
    """Return a change of a file."""

    def change(files: Files) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new)

    return change


LAMPS_FILE = "corpus/data/documents/practices/newtown-lamps/en.md"


@pytest.mark.parametrize(
    "change",
    [
        adding("corpus/data/documents/../../../../outside.txt"),
        adding("../outside.txt"),
        adding("/outside.txt"),
        adding("corpus/data\\outside.txt"),
        adding("outside.txt"),
        adding(f"corpus/data/{'x' * 300}"),
        adding(f"{LAMPS_FILE}/below"),
        adding("corpus/data/documents/practices/stowaway/en.md"),
        adding("corpus/bomb", b"0" * 150_000_000),
        adding(LAMPS_FILE, b"another text"),
        adding("corpus/fetch.txt", b"https://evil.example 3 data/documents/x\n"),
        without(LAMPS_FILE),
        without("corpus/manifest-sha256.txt"),
        without("corpus/bagit.txt"),
        without("corpus/bag-info.txt"),
        replacing("corpus/manifest-sha256.txt", b"data/", b"../../data/"),
        lambda files: files.clear(),
    ],
)
def test_a_hostile_archive_is_refused(
    workspace: Workspace, bag: Path, change: Callable[[Files], object]
) -> None:
    """Nothing is changed, and nothing is written elsewhere."""
    workspace.replace("practices/newtown-lamps/en.md", "Newtown:", "Our town:")
    rewrite(bag, change)
    before = files_in(workspace.documents)

    with pytest.raises(BackupError) as caught:
        imported(workspace.locations, bag)

    assert str(caught.value.message)
    assert files_in(workspace.documents) == before
    assert not list(workspace.root.parent.rglob("outside.txt"))
    assert not list(workspace.locations.instance.glob(".bag-*"))


def test_an_archive_of_other_content_is_refused(
    tmp_path: Path, other: Locations
) -> None:
    """A bag of something else, a bag of a later version, and what is no zip."""
    for number, name in (("", "documents"), ("2", "documents"), ("1", "pictures")):
        folder = tmp_path / f"bag{number}{name}"
        (folder / name / "practices" / "x").mkdir(parents=True)
        (folder / name / "practices" / "x" / "en.md").write_text("x", "utf-8")
        info = {"Kb-Corpus-Format": number} if number else {}
        bagit.make_bag(str(folder), info, checksums=["sha256"])
        path = tmp_path / "bag.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for each in folder.rglob("*"):
                if each.is_file():
                    archive.write(each, f"corpus/{each.relative_to(folder)}")
        with pytest.raises(BackupError):
            imported(other, path)
        path.write_bytes(b"no zip")
        with pytest.raises(BackupError):
            imported(other, path)
    assert not other.documents.exists()


def test_a_link_is_refused(bag: Path, other: Locations) -> None:
    """A symbolic link could lead out of the folder."""
    with zipfile.ZipFile(bag, "a") as archive:
        link = zipfile.ZipInfo("corpus/data/documents/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc")

    with pytest.raises(BackupError):
        imported(other, bag)


@pytest.mark.parametrize("part", [0.0, 0.3, 0.7, 0.99])
def test_a_truncated_archive_is_refused(
    bag: Path, other: Locations, part: float
) -> None:
    """As a copy that was interrupted is."""
    content = bag.read_bytes()
    bag.write_bytes(content[: int(len(content) * part)])

    with pytest.raises(BackupError):
        imported(other, bag)

    assert not other.documents.exists()


@pytest.mark.kill
def test_a_killed_import_changes_all_or_nothing(
    workspace: Workspace, bag: Path
) -> None:
    """After the next lock, the content is that of before, or that of the archive."""
    changed = workspace.path("practices/newtown-lamps/en.md")
    complete = changed.read_text("utf-8")
    outcomes = set()
    for step in (1, 5, 20, 60, 120, 130, 140, 150, 160, 170, 180, 200, 240, 300, 400):
        changed.write_text(complete.replace("Newtown:", "Our town:"), "utf-8")
        before = files_in(workspace.documents)

        killed_at(step, workspace.root, lambda: imported(workspace.locations, bag))
        with open_repository(workspace.locations).journal.lock():
            pass

        after = files_in(workspace.documents)
        is_done = changed.read_text("utf-8") == complete
        name = changed.relative_to(workspace.documents).as_posix()
        assert {**after, name: b""} == {**before, name: b""}
        assert after[name] in {before[name], complete.encode()}
        outcomes.add(is_done)
        imported(workspace.locations, bag)
        assert changed.read_text("utf-8") == complete
        assert not list(workspace.locations.instance.glob(".bag-*"))
    assert outcomes == {True, False}
