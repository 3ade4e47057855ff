"""Tests of the importer: each file is imported as a whole, or not at all."""

import datetime as dt
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from indexer.corpus.corpus_reader import CorpusReader
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import Deliverable, Recommendation
from kb.publishing.changes.repository import open_repository
from kb.publishing.drafts.proposal_review import ProposalEdits, ProposalReview
from kb.publishing.extractions.extraction_store import ExtractionStore, extraction_key
from kb.publishing.imports.importer import Importer
from kb.publishing.imports.staging import ImportResult, ImportStatus, files_under
from tests.support.builders import Workspace
from tests.support.reports import (
    COVER,
    FINDINGS,
    RECOMMENDATIONS,
    a_pdf,
    a_report,
    complete_draft,
)

NOW = dt.datetime(2026, 11, 25, 23, 59, tzinfo=dt.UTC)
SUMMARY = (
    "# Executive summary",
    "This report tells how lanterns are counted at night.",
)
COMPLETE_COVER = (
    "Deliverable D9.8",
    "# Report on streets and lanterns",
    "It was written in Newtown for all who count the lanterns of a town.",
)


def add(
    workspace: Workspace, *paths: Path, is_publishing: bool = False
) -> list[ImportResult]:
    """Import files, and return their results."""
    importer = Importer(
        workspace.locations, clock=lambda: NOW, is_publishing=is_publishing
    )
    return list(importer.add(paths))


def keep_proposals(workspace: Workspace, result: ImportResult) -> list[RecordId]:
    """Keep all proposals of an imported file as drafts."""
    repository = open_repository(workspace.locations)
    review, corpus = ProposalReview(repository), repository.reader.read()
    key = extraction_key(result.sha256)
    extraction = ExtractionStore(workspace.locations.instance).load(key)
    return [
        review.accept(
            extraction,
            proposal,
            ProposalEdits(proposal.title),
            corpus=corpus,
            actor="editor@example.org",
            translate=str,
        )
        for proposal in extraction.proposals
    ]


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Return a report without a theme."""
    path = tmp_path / "D9.9 report.pdf"
    path.write_bytes(a_report())
    return path


@pytest.fixture
def complete(tmp_path: Path) -> Path:
    """Return a report with all required fields."""
    path = tmp_path / "complete.pdf"
    path.write_bytes(a_pdf(COMPLETE_COVER, SUMMARY, FINDINGS, RECOMMENDATIONS))
    return path


def draft_of(workspace: Workspace, slug: str) -> Path:
    """Return the folder of a draft."""
    return workspace.locations.drafts / slug


def visible_in(folder: Path) -> list[str]:
    """Return the names in a folder that are not hidden."""
    return sorted(each.name for each in folder.iterdir() if each.name[0] != ".")


@pytest.mark.load
def test_a_file_becomes_a_draft_without_its_proposals(
    workspace: Workspace, report: Path
) -> None:
    """The draft has the layout of `documents/`; a person decides on the proposals."""
    (result,) = add(workspace, report)

    folder = draft_of(workspace, "d9.9")
    record = (folder / "deliverables/d9.9/record.yaml").read_text("utf-8")
    assert result.status is ImportStatus.DRAFTED
    assert 'code: "D9.9"' in record
    assert "# ? To be checked (sure): page 1: “Deliverable D9.9" in record
    assert "# Missing, to be written: themes:" in record
    original = folder / "deliverables/d9.9/files/D9.9 report.pdf"
    assert original.read_bytes() == report.read_bytes()
    assert result.imported is not None
    assert len(result.imported.proposals) == 2
    assert visible_in(folder) == ["deliverables", "found.json"]


def test_a_draft_has_the_language_of_its_file_and_no_other(
    workspace: Workspace, report: Path
) -> None:
    """No text is invented for the other language."""
    add(workspace, report)

    folder = draft_of(workspace, "d9.9") / "deliverables/d9.9"
    assert visible_in(folder) == ["en.md", "files", "record.yaml"]


def test_a_completed_draft_is_a_valid_record(
    workspace: Workspace, report: Path
) -> None:
    """The draft is published after the missing fields are added."""
    (result,) = add(workspace, report)
    folder = draft_of(workspace, "d9.9")
    complete_draft(folder / "deliverables/d9.9")
    edition = folder / "deliverables/d9.9/en.md"
    text = edition.read_text("utf-8").replace("# Missing, to be written: summary:", "")
    edition.write_text(text.replace("title:", 'summary: "Lamps."\ntitle:'), "utf-8")
    done = "themes: [streets]\nfirmness: guidance\naudiences: [local]\n"
    complete_draft(folder / str(keep_proposals(workspace, result)[0]), done)

    (result,) = add(workspace, report, is_publishing=True)

    corpus = CorpusReader(workspace.documents).read()
    published = corpus.records[RecordId(Kind.DELIVERABLE, "d9.9")]
    quoting = corpus.records[RecordId(Kind.RECOMMENDATION, "d9.9-r1")]
    assert result.status is ImportStatus.PUBLISHED
    assert isinstance(published, Deliverable)
    assert [file.name for file in published.files] == ["D9.9 report.pdf"]
    assert isinstance(quoting, Recommendation)
    assert quoting.quotations[0].page == 3
    assert visible_in(folder) == ["deliverables", "found.json", "recommendations"]
    assert visible_in(folder / "recommendations") == ["d9.9-r2"]
    assert visible_in(folder / "deliverables") == []


def test_an_incomplete_draft_is_not_published(
    workspace: Workspace, report: Path
) -> None:
    """The message names the missing fields."""
    (result,) = add(workspace, report, is_publishing=True)

    assert result.status is ImportStatus.INCOMPLETE
    assert not result.is_success
    assert str(result.message) == (
        "draft d9.9, not published: these fields are missing: themes, summary"
    )
    assert not workspace.path("deliverables/d9.9").exists()
    assert draft_of(workspace, "d9.9").exists()


def test_a_checked_draft_is_published(workspace: Workspace, complete: Path) -> None:
    """A person checks each guess and chooses the themes; what is inferred is marked."""
    (guessed,) = add(workspace, complete, is_publishing=True)
    folder = draft_of(workspace, "d9.8") / "deliverables/d9.8"
    offered = "# Missing, offered [streets]: themes:\n"
    assert offered in (folder / "record.yaml").read_text("utf-8")
    record = folder / "record.yaml"
    record.write_text(record.read_text("utf-8") + "themes: [streets]\n", "utf-8")
    (unchecked,) = add(workspace, complete, is_publishing=True)
    complete_draft(folder, "")
    (result,) = add(workspace, complete, is_publishing=True)
    assert "these fields are missing: themes" in str(guessed.message)
    assert str(unchecked.message).startswith(
        "draft d9.8, not published: a person must check these fields: "
    )

    corpus = CorpusReader(workspace.documents).read()
    published = corpus.records[RecordId(Kind.DELIVERABLE, "d9.8")]
    assert result.status is ImportStatus.PUBLISHED
    assert isinstance(published, Deliverable)
    assert published.themes == ("streets",)
    assert "type" in published.inferred
    # read on a page, and chosen by a person
    assert not {"code", "original_title", "themes"} & set(published.inferred)
    assert [edition.locale for edition in published.editions] == [Locale.EN]


def test_equal_files_are_imported_once(
    workspace: Workspace, report: Path, tmp_path: Path
) -> None:
    """A second name does not matter, in the same import and in the next."""
    other = tmp_path / "copy.pdf"
    other.write_bytes(report.read_bytes())

    states = [each.status for each in add(workspace, report, other)]
    (second,) = add(workspace, other)

    assert states == [ImportStatus.DRAFTED, ImportStatus.ALREADY_THERE]
    assert second.status is ImportStatus.ALREADY_THERE
    assert str(second.message) == "already present: identical to d9.9"
    assert visible_in(workspace.locations.drafts) == ["d9.9"]


def test_a_second_import_does_not_publish_a_closed_file(
    workspace: Workspace, tmp_path: Path
) -> None:
    """The draft of the first import remembers that the file is closed."""
    path = tmp_path / "secret.pdf"
    cover = ("# Night walks report", "Strictly confidential")
    path.write_bytes(a_pdf(cover, FINDINGS))

    texts = [
        str(each.message)
        for _ in range(2)
        for each in add(workspace, path, is_publishing=True)
    ]

    assert len(texts) == 2
    assert all("says that it is not for the public" in each for each in texts)


@pytest.mark.load
def test_an_unreadable_file_does_not_stop_the_import(
    workspace: Workspace, report: Path, tmp_path: Path
) -> None:
    """Each file has a result with a message."""
    empty = tmp_path / "empty.pdf"
    empty.write_bytes(b"")
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing more")
    pipe = tmp_path / "pipe.pdf"
    os.mkfifo(pipe)

    results = add(workspace, tmp_path / "nowhere", empty, broken, pipe, report)

    assert [each.status for each in results] == [
        *([ImportStatus.REFUSED] * 4),
        ImportStatus.DRAFTED,
    ]
    texts = [str(each.message) for each in results]
    assert texts[0].startswith("it cannot be opened")
    assert texts[1].startswith("it is empty")
    assert texts[2].startswith("it is damaged or incomplete")
    assert visible_in(workspace.locations.drafts) == ["d9.9"]


def test_a_closed_file_is_not_published(workspace: Workspace, tmp_path: Path) -> None:
    """The file says that it is confidential."""
    path = tmp_path / "secret.pdf"
    cover = (
        "Deliverable D9.8",
        "# Report on streets",
        "Dissemination level: Confidential",
    )
    path.write_bytes(a_pdf(cover, SUMMARY, FINDINGS))

    (result,) = add(workspace, path, is_publishing=True)

    assert result.status is ImportStatus.INCOMPLETE
    assert "not for the public" in str(result.message)


@pytest.mark.parametrize(
    "name",
    ["été n° 1.pdf", "a  b.pdf", "..pdf.pdf", "a\nb.pdf", "x" * 200 + ".pdf", "-.pdf"],
)
def test_unsafe_names_are_replaced(
    workspace: Workspace, tmp_path: Path, name: str
) -> None:
    """The stored name is listed in the record."""
    path = tmp_path / "in" / name
    path.parent.mkdir()
    path.write_bytes(a_pdf(COMPLETE_COVER, SUMMARY, FINDINGS))
    add(workspace, path)
    complete_draft(draft_of(workspace, "d9.8") / "deliverables/d9.8")

    (result,) = add(workspace, path, is_publishing=True)

    assert result.status is ImportStatus.PUBLISHED
    record = (
        CorpusReader(workspace.documents)
        .read()
        .records[RecordId(Kind.DELIVERABLE, "d9.8")]
    )
    assert isinstance(record, Deliverable)
    assert len(record.files) == 1


def test_names_that_are_not_utf8_are_imported(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Old archives contain such names."""
    path = tmp_path / os.fsdecode(b"rapport-\xe9t\xe9.pdf")
    path.write_bytes(a_report())

    (result,) = add(workspace, path)

    assert result.status is ImportStatus.DRAFTED


def test_folders_are_walked_in_natural_order(tmp_path: Path) -> None:
    """Hidden files are skipped."""
    for name in ("b/10.pdf", "b/9.pdf", "a.pdf", ".hidden.pdf", ".git/x.pdf"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()

    files = files_under([tmp_path])

    assert [each.name for each in files] == ["a.pdf", "9.pdf", "10.pdf"]


@pytest.mark.kill
def test_incomplete_folders_of_a_killed_import_are_deleted(
    workspace: Workspace, report: Path
) -> None:
    """The next import deletes them."""
    left = workspace.locations.drafts / ".incoming-7"
    left.mkdir(parents=True)
    (left / "half.pdf").write_bytes(b"half")
    in_content = workspace.path(".changing/0123456789abcdef")
    in_content.mkdir(parents=True)

    add(workspace, report)

    assert not left.exists()
    assert not in_content.exists()


@pytest.mark.kill
def test_a_killed_import_leaves_complete_drafts_only(
    workspace: Workspace, tmp_path: Path
) -> None:
    """A second import adds the missing files."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(12):
        cover = (f"Deliverable D8.{number}", f"# Report number {number}")
        own = " ".join(f"lantern {number} at stop {stop}" for stop in range(99))
        path = folder / f"{number}.pdf"
        path.write_bytes(a_pdf(cover, [*FINDINGS, own], RECOMMENDATIONS))
    with adding(workspace, folder) as process:
        process.send_signal(signal.SIGKILL)

    before = visible_in(workspace.locations.drafts)
    for slug in before:
        assert_complete(workspace, slug)
    results = add(workspace, *files_under([folder]))

    assert 1 <= len(before) <= 12
    assert all(each.is_success for each in results)
    assert visible_in(workspace.locations.drafts) == sorted(
        f"d8.{number}" for number in range(12)
    )
    for number in range(12):
        assert_complete(workspace, f"d8.{number}")


@pytest.mark.load
def test_an_interrupt_reports_the_imported_files(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Control-C ends the import between two files."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(150):
        (folder / f"{number}.md").write_text(f"# Report number {number}\n\nText.\n")

    with adding(workspace, folder) as process:
        process.send_signal(signal.SIGINT)
        texts, _ = process.communicate(timeout=60)

    imported = re.search(r"^imported: (\d+) .*; not imported: 0$", texts, re.MULTILINE)
    remaining = re.search(r"^stopped; files remaining: (\d+):", texts, re.MULTILINE)
    assert process.returncode == 1
    assert imported is not None
    assert remaining is not None
    assert int(imported[1]) + int(remaining[1]) == 150
    assert int(imported[1]) <= len(visible_in(workspace.locations.drafts))


@contextmanager
def adding(workspace: Workspace, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run `kb add` on a folder, and yield when its first file is imported."""
    environment = {
        **os.environ,
        "LC_ALL": "C.UTF-8",
        "KB_DOCUMENTS": str(workspace.documents),
        "KB_INDEX": str(workspace.locations.index),
        "KB_INSTANCE": str(workspace.locations.instance),
    }
    # A shell may start background jobs with SIGINT ignored.
    start = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    code = f"{start}from kb.cli.main import main; main()"
    with subprocess.Popen(  # noqa: S603  # ourselves
        [sys.executable, "-c", code, "add", str(folder)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process


def assert_complete(workspace: Workspace, slug: str) -> None:
    """Assert that a draft has all its files."""
    folder = draft_of(workspace, slug)
    assert visible_in(folder) == ["deliverables", "found.json"]
    assert visible_in(folder / "deliverables" / slug) == [
        "en.md",
        "files",
        "record.yaml",
    ]


@pytest.mark.kill
def test_a_killed_publication_is_finished_by_the_next_import(
    workspace: Workspace, complete: Path
) -> None:
    """The record was published, and its draft not yet deleted."""
    add(workspace, complete)
    folder = draft_of(workspace, "d9.8")
    made = folder / "deliverables/d9.8"
    complete_draft(made)
    published = workspace.path("deliverables/d9.8")
    published.parent.mkdir(exist_ok=True)
    subprocess.run(["cp", "-r", made, published], check=True)  # noqa: S603, S607  # ours

    (result,) = add(workspace, complete, is_publishing=True)

    assert result.is_success
    assert not (folder / "deliverables").exists()


def test_a_draft_does_not_get_a_former_id(workspace: Workspace, report: Path) -> None:
    """The address of the id leads to another record."""
    record = workspace.path("deliverables/d9.1/record.yaml")
    text = record.read_text("utf-8") + "former_ids: [d9.9]\n"
    record.write_text(text, "utf-8")

    add(workspace, report)

    (name,) = visible_in(workspace.locations.drafts)
    assert name != "d9.9"
    assert name.endswith("d9.9-2")


@pytest.mark.load
def test_reports_without_a_code_get_ids_from_their_titles(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Two reports of one title get two ids."""
    for number in (1, 2):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(a_pdf(COVER[1:], [f"# Part {number}", FINDINGS[1]]))

    add(workspace, tmp_path / "1.pdf", tmp_path / "2.pdf")

    assert visible_in(workspace.locations.drafts) == [
        "night-walks-report",
        "night-walks-report-2",
    ]
