"""Records are read from the cache while their files are the same."""

from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.corpus import record_reader
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, RecordId
from indexer.pipeline import open_corpus
from tests.support.builders import Workspace

LAMPS = "practices/newtown-lamps"


@pytest.fixture
def read_folders(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list to which each folder is added that is read from its files."""
    folders: list[str] = []
    read = record_reader.read_record_safely

    def counted(folder: Path, *arguments: object, **options: object) -> object:
        folders.append(f"{folder.parent.name}/{folder.name}")
        return read(folder, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("indexer.corpus.corpus_reader.read_record_safely", counted)
    return folders


def _content(corpus: Corpus) -> tuple[object, ...]:
    return corpus.records, tuple(map(str, corpus.problems)), corpus.stamp


def test_the_second_run_opens_only_changed_records(
    workspace: Workspace, read_folders: list[str]
) -> None:
    """A record is opened again only when one of its files has changed."""
    first = open_corpus(workspace.locations).read()
    assert LAMPS in read_folders
    read_folders.clear()
    again = open_corpus(workspace.locations).read()
    assert _content(again) == _content(first)
    assert read_folders == []
    workspace.replace(f"{LAMPS}/en.md", "title:", "title: New")
    changed = open_corpus(workspace.locations).read()
    assert read_folders == [LAMPS]
    assert changed.records != first.records


def test_problems_and_long_texts_come_back(workspace: Workspace) -> None:
    """The cache returns problems, and texts of many pages."""
    path = workspace.path(f"{LAMPS}/en.md")
    path.write_text(
        f"{path.read_text()}\n\n{'Long text. ' * 4000}\n[x](practices/no)\n"
    )
    first = open_corpus(workspace.locations).read()
    assert first.problems
    again = open_corpus(workspace.locations).read()
    lamps = RecordId(Kind.PRACTICE, "newtown-lamps")
    assert _content(again) == _content(first)
    assert [str(edition.body) for edition in again.records[lamps].editions] == [
        str(edition.body) for edition in first.records[lamps].editions
    ]


def _damage(path: Path) -> None:
    path.write_bytes(b"not a database" * 1000)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("spoil", [_damage, _empty, Path.unlink])
def test_a_spoilt_cache_is_made_again(
    workspace: Workspace, read_folders: list[str], spoil: Callable[[Path], None]
) -> None:
    """A damaged, empty or deleted cache costs one reading, and no record."""
    first = open_corpus(workspace.locations).read()
    spoil(workspace.locations.record_cache)
    open_corpus(workspace.locations).read()
    open_corpus(workspace.locations).read()
    read_folders.clear()
    assert _content(open_corpus(workspace.locations).read()) == _content(first)
    assert read_folders == []


def test_the_cache_of_other_code_is_not_used(
    workspace: Workspace, read_folders: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records read by another version are read again."""
    open_corpus(workspace.locations).read()
    monkeypatch.setattr("indexer.corpus.record_cache._code_digest", lambda: "other")
    read_folders.clear()
    open_corpus(workspace.locations).read()
    assert LAMPS in read_folders


def test_a_withdrawn_record_leaves_no_bytes(workspace: Workspace) -> None:
    """A text that was withdrawn is overwritten in the cache."""
    reader = open_corpus(workspace.locations)
    reader.read()
    secret = b"Newtown"
    assert secret in workspace.locations.record_cache.read_bytes()
    for kind in workspace.documents.iterdir():
        for file in kind.rglob("*.*") if kind.is_dir() else ():
            if file.is_file() and secret in file.read_bytes():
                file.write_bytes(file.read_bytes().replace(secret, b"Oldtown"))
    reader.read()
    assert secret not in workspace.locations.record_cache.read_bytes()


def test_a_reader_without_the_right_to_write_leaves_the_cache(
    workspace: Workspace,
) -> None:
    """`kb content check` writes nothing."""
    open_corpus(workspace.locations, is_read_only=True).read()
    assert not workspace.locations.record_cache.exists()
