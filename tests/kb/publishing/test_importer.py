"""Files go in whole or not at all, and each says what became of it."""

from __future__ import annotations

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

from indexer.corpus.corpus import CorpusReader
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import Deliverable, Recommendation
from kb.publishing.imports.import_results import ImportResult, ImportStatus
from kb.publishing.imports.importer import Importer
from kb.publishing.imports.staging import files_under
from tests.support.builders import Workspace
from tests.support.reports import COVER, FINDINGS, RECOMMENDATIONS, a_pdf, a_report

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
    """Add files."""
    adder = Importer(
        workspace.locations, clock=lambda: NOW, is_publishing=is_publishing
    )
    return list(adder.add(paths))


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Give a report as it was received."""
    path = tmp_path / "D9.9 report.pdf"
    path.write_bytes(a_report())
    return path


@pytest.fixture
def complete(tmp_path: Path) -> Path:
    """Give a report that says all that is needed, its theme included."""
    path = tmp_path / "complete.pdf"
    path.write_bytes(a_pdf(COMPLETE_COVER, SUMMARY, FINDINGS, RECOMMENDATIONS))
    return path


def draft_of(workspace: Workspace, slug: str) -> Path:
    """Give the folder of a draft."""
    return workspace.locations.drafts / slug


def visible_in(folder: Path) -> list[str]:
    """List a folder, but for what is hidden."""
    return sorted(each.name for each in folder.iterdir() if each.name[0] != ".")


def test_a_file_becomes_a_draft_with_its_proposals(
    workspace: Workspace, report: Path
) -> None:
    """In the form of documents/, so that staff may go on by hand."""
    (outcome,) = add(workspace, report)

    folder = draft_of(workspace, "d9.9")
    record = (folder / "deliverables/d9.9/record.yaml").read_text("utf-8")
    assert outcome.state is ImportStatus.DRAFTED
    assert 'code: "D9.9"' in record
    assert "# To be checked (sure): page 1: “Deliverable D9.9" in record
    assert "# Missing, to be written: themes:" in record
    original = folder / "deliverables/d9.9/files/D9.9 report.pdf"
    assert original.read_bytes() == report.read_bytes()
    assert visible_in(folder / "recommendations") == ["d9.9-r1", "d9.9-r2"]
    proposal = folder / "recommendations/d9.9-r1/record.yaml"
    assert "    page: 3\n" in proposal.read_text("utf-8")


def test_a_draft_has_the_language_of_its_file_and_no_other(
    workspace: Workspace, report: Path
) -> None:
    """What nobody wrote is not there."""
    add(workspace, report)

    folder = draft_of(workspace, "d9.9") / "deliverables/d9.9"
    assert visible_in(folder) == ["en.md", "files", "record.yaml"]


def test_a_draft_is_read_as_any_record_once_it_is_completed(
    workspace: Workspace, report: Path
) -> None:
    """Somebody writes what is missing, and publishes."""
    add(workspace, report)
    folder = draft_of(workspace, "d9.9")
    record = folder / "deliverables/d9.9/record.yaml"
    record.write_text(record.read_text("utf-8") + "themes: [streets]\n", "utf-8")
    edition = folder / "deliverables/d9.9/en.md"
    text = edition.read_text("utf-8").replace("# Missing, to be written: summary:", "")
    edition.write_text(text.replace("title:", 'summary: "Lamps."\ntitle:'), "utf-8")
    proposal = folder / "recommendations/d9.9-r1/record.yaml"
    done = "themes: [streets]\nfirmness: guidance\n"
    proposal.write_text(proposal.read_text("utf-8") + done, "utf-8")

    (outcome,) = add(workspace, report, is_publishing=True)

    corpus = CorpusReader(workspace.documents).read()
    published = corpus.records[RecordId(Kind.DELIVERABLE, "d9.9")]
    quoting = corpus.records[RecordId(Kind.RECOMMENDATION, "d9.9-r1")]
    assert outcome.state is ImportStatus.PUBLISHED
    assert isinstance(published, Deliverable)
    assert [file.name for file in published.files] == ["D9.9 report.pdf"]
    assert isinstance(quoting, Recommendation)
    assert quoting.quotations[0].page == 3
    assert visible_in(folder) == ["deliverables", "found.json", "recommendations"]
    assert visible_in(folder / "recommendations") == ["d9.9-r2"]
    assert visible_in(folder / "deliverables") == []


def test_what_is_incomplete_is_kept_and_not_published(
    workspace: Workspace, report: Path
) -> None:
    """It says which fields are missing."""
    (outcome,) = add(workspace, report, is_publishing=True)

    assert outcome.state is ImportStatus.INCOMPLETE
    assert not outcome.is_in
    assert str(outcome.message) == (
        "draft d9.9, not published: these fields are missing: themes, summary"
    )
    assert not workspace.path("deliverables/d9.9").exists()
    assert draft_of(workspace, "d9.9").exists()


def test_what_is_complete_is_published(workspace: Workspace, complete: Path) -> None:
    """With what was deduced marked as such, and its proposals left to a person."""
    (outcome,) = add(workspace, complete, is_publishing=True)

    record = (
        CorpusReader(workspace.documents)
        .read()
        .records[RecordId(Kind.DELIVERABLE, "d9.8")]
    )
    assert outcome.state is ImportStatus.PUBLISHED
    assert isinstance(record, Deliverable)
    assert record.themes == ("streets",)
    assert {"code", "themes", "original_title"} <= set(record.inferred)
    assert [edition.locale for edition in record.editions] == [Locale.EN]
    assert visible_in(draft_of(workspace, "d9.8") / "recommendations")


def test_the_same_bytes_are_not_added_twice(
    workspace: Workspace, report: Path, tmp_path: Path
) -> None:
    """Under another name, in the same run and in the next."""
    other = tmp_path / "copy.pdf"
    other.write_bytes(report.read_bytes())

    states = [each.state for each in add(workspace, report, other)]
    (again,) = add(workspace, other)

    assert states == [ImportStatus.DRAFTED, ImportStatus.ALREADY_THERE]
    assert again.state is ImportStatus.ALREADY_THERE
    assert str(again.message) == "already present: identical to d9.9"
    assert visible_in(workspace.locations.drafts) == ["d9.9"]


def test_a_file_that_is_not_for_the_public_is_not_published_by_asking_again(
    workspace: Workspace, tmp_path: Path
) -> None:
    """What it says is known of its draft too."""
    path = tmp_path / "secret.pdf"
    cover = ("# Night walks report", "Strictly confidential")
    path.write_bytes(a_pdf(cover, FINDINGS))

    told = [
        str(each.message)
        for _ in range(2)
        for each in add(workspace, path, is_publishing=True)
    ]

    assert len(told) == 2
    assert all("says that it is not for the public" in each for each in told)


def test_a_file_of_a_published_deliverable_joins_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    """All that was written in the record stays as it was."""
    path = tmp_path / "D9.1.pdf"
    path.write_bytes(a_pdf(["Deliverable D9.1", "# Streets"], FINDINGS))
    before = workspace.path("deliverables/d9.1/record.yaml").read_text("utf-8")

    (outcome,) = add(workspace, path, is_publishing=True)

    after = workspace.path("deliverables/d9.1/record.yaml").read_text("utf-8")
    record = (
        CorpusReader(workspace.documents)
        .read()
        .records[RecordId(Kind.DELIVERABLE, "d9.1")]
    )
    assert outcome.state is ImportStatus.PUBLISHED
    assert isinstance(record, Deliverable)
    assert [file.name for file in record.files] == ["D9.1.pdf"]
    assert after.startswith(before.replace("2020-02-03", "2026-11-25"))
    assert not draft_of(workspace, "d9.1").exists()


def test_one_bad_file_keeps_no_other_from_going_in(
    workspace: Workspace, report: Path, tmp_path: Path
) -> None:
    """Each gets a sentence, and the next goes on."""
    empty = tmp_path / "empty.pdf"
    empty.write_bytes(b"")
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing more")
    pipe = tmp_path / "pipe.pdf"
    os.mkfifo(pipe)

    outcomes = add(workspace, tmp_path / "nowhere", empty, broken, pipe, report)

    assert [each.state for each in outcomes] == [
        *([ImportStatus.REFUSED] * 4),
        ImportStatus.DRAFTED,
    ]
    told = [str(each.message) for each in outcomes]
    assert told[0].startswith("it cannot be opened")
    assert told[1].startswith("it is empty")
    assert told[2].startswith("it is damaged or incomplete")
    assert visible_in(workspace.locations.drafts) == ["d9.9"]


def test_a_file_that_is_not_for_the_public_is_not_published(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Nobody asked it twice before."""
    path = tmp_path / "secret.pdf"
    cover = (
        "Deliverable D9.8",
        "# Report on streets",
        "Dissemination level: Confidential",
    )
    path.write_bytes(a_pdf(cover, SUMMARY, FINDINGS))

    (outcome,) = add(workspace, path, is_publishing=True)

    assert outcome.state is ImportStatus.INCOMPLETE
    assert "not for the public" in str(outcome.message)


@pytest.mark.parametrize(
    "name",
    ["été n° 1.pdf", "a  b.pdf", "..pdf.pdf", "a\nb.pdf", "x" * 200 + ".pdf", "-.pdf"],
)
def test_a_name_may_hold_anything(
    workspace: Workspace, tmp_path: Path, name: str
) -> None:
    """It is kept under one that any system can hold, and listed so."""
    path = tmp_path / "in" / name
    path.parent.mkdir()
    path.write_bytes(a_pdf(COMPLETE_COVER, SUMMARY, FINDINGS))

    (outcome,) = add(workspace, path, is_publishing=True)

    assert outcome.state is ImportStatus.PUBLISHED
    record = (
        CorpusReader(workspace.documents)
        .read()
        .records[RecordId(Kind.DELIVERABLE, "d9.8")]
    )
    assert isinstance(record, Deliverable)
    assert len(record.files) == 1


def test_a_name_that_is_not_utf8_is_no_obstacle(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Old archives hold such names."""
    path = tmp_path / os.fsdecode(b"rapport-\xe9t\xe9.pdf")
    path.write_bytes(a_report())

    (outcome,) = add(workspace, path)

    assert outcome.state is ImportStatus.DRAFTED


def test_folders_are_walked_in_the_order_of_their_names(tmp_path: Path) -> None:
    """And what is hidden in them is left."""
    for name in ("b/10.pdf", "b/9.pdf", "a.pdf", ".hidden.pdf", ".git/x.pdf"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()

    found = files_under([tmp_path])

    assert [each.name for each in found] == ["a.pdf", "9.pdf", "10.pdf"]


def test_what_a_killed_run_began_is_cleared(workspace: Workspace, report: Path) -> None:
    """The next run begins with a clean table."""
    left = workspace.locations.drafts / ".incoming-7"
    left.mkdir(parents=True)
    (left / "half.pdf").write_bytes(b"half")
    in_content = workspace.path(".changing/0123456789abcdef")
    in_content.mkdir(parents=True)

    add(workspace, report)

    assert not left.exists()
    assert not in_content.exists()


def test_a_kill_leaves_nothing_half_done(workspace: Workspace, tmp_path: Path) -> None:
    """Each draft that can be seen is whole; a second run adds what is missing."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(12):
        cover = (f"Deliverable D8.{number}", f"# Report number {number}")
        path = folder / f"{number}.pdf"
        path.write_bytes(a_pdf(cover, FINDINGS, RECOMMENDATIONS))
    with adding(workspace, folder) as process:
        process.send_signal(signal.SIGKILL)

    before = visible_in(workspace.locations.drafts)
    for slug in before:
        assert_whole(workspace, slug)
    outcomes = add(workspace, *files_under([folder]))

    assert 1 <= len(before) <= 12
    assert all(each.is_in for each in outcomes)
    assert visible_in(workspace.locations.drafts) == sorted(
        f"d8.{number}" for number in range(12)
    )
    for number in range(12):
        assert_whole(workspace, f"d8.{number}")


def test_who_stops_it_is_told_what_went_in(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Control-C is no accident: the rest is for the next run."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(300):
        (folder / f"{number}.md").write_text(f"# Report number {number}\n\nText.\n")

    with adding(workspace, folder) as process:
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=60)

    went_in = re.search(r"^went in: (\d+) .*; did not go in: 0$", told, re.MULTILINE)
    left = re.search(r"^stopped; files remaining: (\d+):", told, re.MULTILINE)
    assert process.returncode == 1
    assert went_in is not None
    assert left is not None
    assert int(went_in[1]) + int(left[1]) == 300
    assert int(went_in[1]) <= len(visible_in(workspace.locations.drafts))


@contextmanager
def adding(workspace: Workspace, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run the command on a folder, until its first file is in."""
    environment = {
        **os.environ,
        "LC_ALL": "C.UTF-8",
        "KB_DOCUMENTS": str(workspace.documents),
        "KB_INDEX": str(workspace.locations.index),
        "KB_INSTANCE": str(workspace.locations.instance),
    }
    # A shell may start what it runs aside deaf to Control-C.
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


def assert_whole(workspace: Workspace, slug: str) -> None:
    """See that a draft has all of its parts."""
    folder = draft_of(workspace, slug)
    assert visible_in(folder) == ["deliverables", "found.json", "recommendations"]
    assert visible_in(folder / "deliverables" / slug) == [
        "en.md",
        "files",
        "record.yaml",
    ]
    assert visible_in(folder / "recommendations") == [f"{slug}-r1", f"{slug}-r2"]


def test_a_publication_that_was_killed_is_finished(
    workspace: Workspace, complete: Path
) -> None:
    """The record is in the content, and its draft was not yet taken away."""
    add(workspace, complete)
    folder = draft_of(workspace, "d9.8")
    made = folder / "deliverables/d9.8"
    place = workspace.path("deliverables/d9.8")
    place.parent.mkdir(exist_ok=True)
    subprocess.run(["cp", "-r", made, place], check=True)  # noqa: S603, S607  # ours

    (outcome,) = add(workspace, complete, is_publishing=True)

    assert outcome.is_in
    assert visible_in(folder / "deliverables") == []


def test_covers_without_a_code_give_a_name(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Two reports of one title are two drafts."""
    for number in (1, 2):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(a_pdf(COVER[1:], [f"# Part {number}", FINDINGS[1]]))

    add(workspace, tmp_path / "1.pdf", tmp_path / "2.pdf")

    assert visible_in(workspace.locations.drafts) == [
        "night-walks-report",
        "night-walks-report-2",
    ]
