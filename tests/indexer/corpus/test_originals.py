"""The originals of a deliverable: what is listed, what is there, what has changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexer.corpus.corpus import CorpusReader
from indexer.corpus.digests import KnownDigests
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import Deliverable, Recommendation
from tests.support.builders import Workspace

REPORT = RecordId(Kind.DELIVERABLE, "d9.1")
RECOMMENDATION = RecordId(Kind.RECOMMENDATION, "rec-01")
FOLDER = "deliverables/d9.1"


def the_report(workspace: Workspace) -> Deliverable:
    """Give the deliverable of the small corpus."""
    record = workspace.corpus().records[REPORT]
    assert isinstance(record, Deliverable)
    return record


def problems_of(workspace: Workspace, path: str) -> list[str]:
    """Give what is wrong in a folder."""
    found = (str(problem) for problem in workspace.corpus().problems)
    return [line for line in found if line.startswith(f"documents/{path}")]


def test_a_listed_file_belongs_to_the_record(workspace: Workspace) -> None:
    """Its page shows how large it is, and in what language."""
    workspace.add_file(b"# A report", "A report.md")

    (file,) = the_report(workspace).files

    assert (file.name, file.size_bytes, file.language) == ("A report.md", 10, Locale.EN)
    assert problems_of(workspace, FOLDER) == []


def test_a_missing_file_is_told_and_withdraws_nothing_else(
    workspace: Workspace,
) -> None:
    """The record is still read without it."""
    workspace.add_file(b"# A report").unlink()

    record = the_report(workspace)

    assert record.files == ()
    (line,) = problems_of(workspace, FOLDER)
    assert "record.yaml:18: the file 'report.md' is listed but missing: put it" in line


def test_a_file_that_is_not_listed_is_told(workspace: Workspace) -> None:
    """Nothing is published because it lay there by chance."""
    path = workspace.path(f"{FOLDER}/files/stray.pdf")
    path.parent.mkdir()
    path.write_bytes(b"%PDF-1.4")

    assert the_report(workspace).files == ()
    (line,) = problems_of(workspace, FOLDER)
    assert line.startswith(
        f"documents/{FOLDER}/files/stray.pdf:1: the file 'stray.pdf'"
    )


def test_a_changed_file_is_told_with_its_new_digest(workspace: Workspace) -> None:
    """Who replaced it on purpose copies the digest."""
    workspace.add_file(b"# A report").write_bytes(b"# Another one")

    assert the_report(workspace).files == ()
    (line,) = problems_of(workspace, FOLDER)
    assert "the file 'report.md' has changed: put the original back, or write" in line


def test_a_link_is_not_an_original(workspace: Workspace, tmp_path: Path) -> None:
    """It could lead to any file of the machine."""
    secret = tmp_path / "secret"
    secret.write_bytes(b"# A report")
    workspace.add_file(b"# A report").unlink()
    workspace.path(f"{FOLDER}/files/report.md").symlink_to(secret)

    assert the_report(workspace).files == ()


@pytest.mark.parametrize("name", ["../record.yaml", "a/b.pdf", "..", ".hidden"])
def test_a_name_that_leads_elsewhere_is_refused(
    workspace: Workspace, name: str
) -> None:
    """What is listed lies in files/, and nowhere else."""
    record = workspace.path(f"{FOLDER}/record.yaml")
    item = f"\nfiles:\n  - {{name: '{name}', sha256: {'0' * 64}}}\n"
    record.write_text(record.read_text("utf-8") + item, "utf-8")

    lines = problems_of(workspace, FOLDER)

    assert any(
        f"'{name}' is not the name of a file in files/" in line for line in lines
    )


def test_accents_may_be_written_as_macos_does(workspace: Workspace) -> None:
    """A folder that went through a Mac has them apart from their letters."""
    workspace.add_file(b"# A", "re\u0301sume\u0301.md")
    workspace.replace(f"{FOLDER}/record.yaml", "re\u0301sume\u0301", "résumé")

    assert len(the_report(workspace).files) == 1


def test_a_change_inside_files_is_noticed_when_read_again(
    workspace: Workspace,
) -> None:
    """A service that runs must not go on with what it read before."""
    path = workspace.add_file(b"# A report")
    reader = CorpusReader(workspace.documents)
    before = reader.read().records[REPORT]

    path.write_bytes(b"# Another one")
    after = reader.read().records[REPORT]

    assert isinstance(before, Deliverable)
    assert isinstance(after, Deliverable)
    assert (len(before.files), len(after.files)) == (1, 0)


def test_a_known_file_is_not_read_again(workspace: Workspace, tmp_path: Path) -> None:
    """A start must not take as long as reading all that was ever received."""
    path = workspace.add_file(b"# A report")
    digests = tmp_path / "instance" / "digests.json"
    CorpusReader(workspace.documents, KnownDigests(digests)).read()
    kept = digests.read_text("utf-8")
    digests.write_text(kept.replace(KnownDigests(digests)(path), "0" * 64), "utf-8")

    again = CorpusReader(workspace.documents, KnownDigests(digests)).read()

    # What was remembered is believed: the file was not opened.
    assert any("0" * 64 in str(each) for each in again.problems) or (
        again.records[REPORT].files == ()  # type: ignore[attr-defined]  # a deliverable
    )


def test_a_file_that_changes_under_its_old_date_is_read(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Size and date alone can be made to agree."""
    path = workspace.add_file(b"# A report")
    digests = KnownDigests(tmp_path / "digests.json")
    before = digests(path)
    status = path.stat()

    path.write_bytes(b"# a REPORT")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert digests(path) != before


@pytest.mark.parametrize("kept", ["", "[]", "{", '{"a": 1}', '{"a": [[1], "x"]}'])
def test_what_was_remembered_may_be_damaged(
    workspace: Workspace, tmp_path: Path, kept: str
) -> None:
    """It is as good as nothing, and never an error."""
    path = workspace.add_file(b"# A report")
    digests = tmp_path / "digests.json"
    digests.write_text(kept, "utf-8")

    assert len(KnownDigests(digests)(path)) == 64


def quote(workspace: Workspace, *, deliverable: str, file: str) -> None:
    """Let a recommendation quote a file."""
    record = workspace.path("recommendations/rec-01/record.yaml")
    item = f"quotations:\n  - deliverable: {deliverable}\n    file: {file}\n"
    item += "    page: 3\n    text: Lamps should be lit.\n"
    record.write_text(record.read_text("utf-8") + item, "utf-8")


def test_a_quotation_names_its_file_and_page(workspace: Workspace) -> None:
    """A reader finds it again."""
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
        pytest.param("D 9", "a.md", "'D 9' can't be the name of a record", id="name"),
    ],
)
def test_a_quotation_from_nowhere_is_told(
    workspace: Workspace, deliverable: str, file: str, expected: str
) -> None:
    """It would lead its readers nowhere."""
    workspace.add_file(b"Lamps should be lit.")
    quote(workspace, deliverable=deliverable, file=file)

    lines = problems_of(workspace, "recommendations/rec-01")

    assert any(expected in line for line in lines)
