"""The originals of a deliverable: listed, missing, unlisted and changed files."""

import os
from pathlib import Path

import pytest

from indexer.corpus.corpus_reader import CorpusReader
from indexer.corpus.originals import DigestCache
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import Deliverable, Recommendation
from tests.support.builders import Workspace

REPORT = RecordId(Kind.DELIVERABLE, "d9.1")
RECOMMENDATION = RecordId(Kind.RECOMMENDATION, "rec-01")
FOLDER = "deliverables/d9.1"


def the_report(workspace: Workspace) -> Deliverable:
    """Return the deliverable of the small corpus."""
    record = workspace.corpus().records[REPORT]
    assert isinstance(record, Deliverable)
    return record


def problems_of(workspace: Workspace, path: str) -> list[str]:
    """Return the problems of a folder."""
    lines = (str(problem) for problem in workspace.corpus().problems)
    return [line for line in lines if line.startswith(f"documents/{path}")]


def test_a_listed_file_belongs_to_the_record(workspace: Workspace) -> None:
    """The record has its name, size and language."""
    workspace.add_file(b"# A report", "A report.md")

    (file,) = the_report(workspace).files

    assert (file.name, file.size_bytes, file.language) == ("A report.md", 10, Locale.EN)
    assert problems_of(workspace, FOLDER) == []


def test_a_missing_file_is_a_problem_and_the_record_is_served(
    workspace: Workspace,
) -> None:
    """Only the missing file is withdrawn."""
    workspace.add_file(b"# A report").unlink()

    record = the_report(workspace)

    assert record.files == ()
    (line,) = problems_of(workspace, FOLDER)
    assert "record.yaml:18: the file 'report.md' is listed but missing: put it" in line


def test_an_unlisted_file_is_a_problem_and_is_not_served(workspace: Workspace) -> None:
    """A file is never published by accident."""
    path = workspace.path(f"{FOLDER}/files/stray.pdf")
    path.parent.mkdir()
    path.write_bytes(b"%PDF-1.4")

    assert the_report(workspace).files == ()
    (line,) = problems_of(workspace, FOLDER)
    assert line.startswith(
        f"documents/{FOLDER}/files/stray.pdf:1: the file 'stray.pdf'"
    )


def test_a_changed_file_is_a_problem_with_its_new_digest(workspace: Workspace) -> None:
    """The remedy contains the digest, to copy after a deliberate change."""
    workspace.add_file(b"# A report").write_bytes(b"# Another one")

    assert the_report(workspace).files == ()
    (line,) = problems_of(workspace, FOLDER)
    assert "the file 'report.md' has changed: put the original back, or write" in line


def test_a_symbolic_link_is_not_an_original(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Its target may be any file of the machine."""
    secret = tmp_path / "secret"
    secret.write_bytes(b"# A report")
    workspace.add_file(b"# A report").unlink()
    workspace.path(f"{FOLDER}/files/report.md").symlink_to(secret)

    assert the_report(workspace).files == ()


@pytest.mark.parametrize("name", ["../record.yaml", "a/b.pdf", "..", ".hidden"])
def test_a_file_name_with_a_folder_is_refused(workspace: Workspace, name: str) -> None:
    """Listed files are in files/ only."""
    record = workspace.path(f"{FOLDER}/record.yaml")
    item = f"\nfiles:\n  - {{name: '{name}', sha256: {'0' * 64}}}\n"
    record.write_text(record.read_text("utf-8") + item, "utf-8")

    lines = problems_of(workspace, FOLDER)

    assert any(
        f"'{name}' is not the name of a file in files/" in line for line in lines
    )


def test_a_file_name_may_be_in_nfd(workspace: Workspace) -> None:
    """MacOS stores accents as separate characters."""
    workspace.add_file(b"# A", "re\u0301sume\u0301.md")
    workspace.replace(f"{FOLDER}/record.yaml", "re\u0301sume\u0301", "résumé")

    assert len(the_report(workspace).files) == 1


def test_a_change_in_files_is_seen_by_the_next_read(
    workspace: Workspace,
) -> None:
    """The cache of the reader includes the stamps of originals."""
    path = workspace.add_file(b"# A report")
    reader = CorpusReader(workspace.documents)
    before = reader.read().records[REPORT]

    path.write_bytes(b"# Another one")
    after = reader.read().records[REPORT]

    assert isinstance(before, Deliverable)
    assert isinstance(after, Deliverable)
    assert (len(before.files), len(after.files)) == (1, 0)


def test_a_cached_digest_is_not_computed_again(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Hashing every original at each start would take long."""
    path = workspace.add_file(b"# A report")
    digests = tmp_path / "instance" / "digests.json"
    CorpusReader(workspace.documents, DigestCache(digests)).read()
    stored = digests.read_text("utf-8")
    digests.write_text(stored.replace(DigestCache(digests)(path), "0" * 64), "utf-8")

    again = CorpusReader(workspace.documents, DigestCache(digests)).read()

    # The false digest is used, so the file was not read.
    assert any("0" * 64 in str(each) for each in again.problems) or (
        again.records[REPORT].files == ()  # type: ignore[attr-defined]  # a deliverable
    )


def test_a_file_changed_with_the_same_size_and_mtime_is_hashed_again(
    workspace: Workspace, tmp_path: Path
) -> None:
    """The ctime differs."""
    path = workspace.add_file(b"# A report")
    digests = DigestCache(tmp_path / "digests.json")
    before = digests(path)
    status = path.stat()

    path.write_bytes(b"# a REPORT")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert digests(path) != before


@pytest.mark.parametrize("stored", ["", "[]", "{", '{"a": 1}', '{"a": [[1], "x"]}'])
def test_a_damaged_digest_cache_is_ignored(
    workspace: Workspace, tmp_path: Path, stored: str
) -> None:
    """A damaged cache file counts as empty."""
    path = workspace.add_file(b"# A report")
    digests = tmp_path / "digests.json"
    digests.write_text(stored, "utf-8")

    assert len(DigestCache(digests)(path)) == 64


def quote(workspace: Workspace, *, deliverable: str, file: str) -> None:
    """Add a quotation to a recommendation."""
    record = workspace.path("recommendations/rec-01/record.yaml")
    item = f"quotations:\n  - deliverable: {deliverable}\n    file: {file}\n"
    item += "    page: 3\n    text: Lamps should be lit.\n"
    record.write_text(record.read_text("utf-8") + item, "utf-8")


def test_a_quotation_is_read_with_file_and_page(workspace: Workspace) -> None:
    """Deliverable, file and page are those of record.yaml."""
    workspace.add_file(b"Lamps should be lit.")
    quote(workspace, deliverable="d9.1", file="report.md")

    record = workspace.corpus().records[RECOMMENDATION]

    assert isinstance(record, Recommendation)
    (quotation,) = record.quotations
    assert (quotation.deliverable, quotation.file, quotation.page) == (
        REPORT,
        "report.md",
        3,
    )


@pytest.mark.parametrize(
    ("deliverable", "file", "expected"),
    [
        pytest.param("d9.1", "other.md", "the quotation is from 'other.md'", id="file"),
        pytest.param(
            "d8.8", "a.md", "'quotations' links to deliverables/d8.8", id="id"
        ),
        pytest.param("D 9", "a.md", "'D 9' cannot be the name of a record", id="name"),
    ],
)
def test_a_quotation_from_an_unknown_source_is_a_problem(
    workspace: Workspace, deliverable: str, file: str, expected: str
) -> None:
    """The deliverable and the file must exist."""
    workspace.add_file(b"Lamps should be lit.")
    quote(workspace, deliverable=deliverable, file=file)

    lines = problems_of(workspace, "recommendations/rec-01")

    assert any(expected in line for line in lines)
