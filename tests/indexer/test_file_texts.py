"""The texts of files are read once, searched, and checked for what is quoted."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.corpus.digests import KnownDigests
from indexer.engines.base import SearchEngine
from indexer.lexicon.ibm_model import learn_word_pairs
from indexer.model.document import Passage
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import IndexedEdition, IndexedRecord
from indexer.model.problems import Message, Severity
from indexer.model.results import Snippet
from indexer.pipeline import (
    ChangeType,
    open_corpus,
    open_stored_engine,
    open_texts,
    rebuild,
    update,
)
from indexer.quotation_check import check_files
from tests.support.builders import Workspace, a_query
from tests.support.reports import a_pdf, a_report

REPORT = RecordId(Kind.DELIVERABLE, "d9.1")


@pytest.fixture
def engine(workspace: Workspace) -> SearchEngine:
    """Give the index of a corpus with a report of three pages."""
    workspace.add_file(a_report(), "report.pdf")
    engine = open_stored_engine(workspace.locations)
    rebuild(engine, workspace.corpus(), texts=open_texts(workspace.locations))
    return engine


def snippets_of(engine: SearchEngine, text: str) -> tuple[Snippet, ...]:
    """Give the passages of the best record for a search."""
    hits = engine.search(a_query(text, locale=Locale.EN)).hits
    return hits[0].snippets if hits else ()


def test_what_a_file_says_is_found_on_its_page(engine: SearchEngine) -> None:
    """A report of a hundred pages is no use without the page."""
    (snippet,) = snippets_of(engine, "lamplighters lanterns district")[:1]

    assert snippet.file == "report.pdf"
    assert snippet.page == 2
    assert snippet.anchor == "page-2"
    assert snippet.heading == "Findings"
    assert snippet.locale is Locale.EN


def test_an_unchanged_file_is_not_read_again(
    workspace: Workspace, engine: SearchEngine
) -> None:
    """A start must not take as long as reading all that was ever received."""
    kept = [path for path in workspace.locations.readings.rglob("*") if path.is_file()]
    before = [path.stat().st_mtime_ns for path in kept]

    change = update(
        engine,
        open_corpus(workspace.locations).read,
        texts=open_texts(workspace.locations),
    )

    assert change.type is ChangeType.NOTHING
    assert [path.stat().st_mtime_ns for path in kept] == before
    assert len(kept) == 1


def test_a_changed_file_changes_what_is_found(
    workspace: Workspace, engine: SearchEngine
) -> None:
    """What was replaced must not be found any more."""
    record = workspace.path("deliverables/d9.1/record.yaml")
    text = record.read_text("utf-8")
    record.write_text(text[: text.index("files:")], "utf-8")
    workspace.add_file(a_pdf(["# Bees", "Beekeepers look after hives."]), "report.pdf")

    change = update(
        engine,
        open_corpus(workspace.locations).read,
        texts=open_texts(workspace.locations),
    )

    assert change.written == 1
    assert snippets_of(engine, "beekeepers")[0].page == 1
    assert all(s.file == "" for s in snippets_of(engine, "lamplighters"))


def test_a_file_that_fails_its_digest_is_not_searched(
    workspace: Workspace, engine: SearchEngine
) -> None:
    """Somebody wrote over it: what it says now was never listed."""
    workspace.path("deliverables/d9.1/files/report.pdf").write_bytes(
        a_pdf(["Beekeepers look after hives."])
    )

    update(
        engine,
        open_corpus(workspace.locations).read,
        texts=open_texts(workspace.locations),
    )

    assert engine.search(a_query("beekeepers", locale=Locale.EN)).asked_total == 0
    assert engine.search(a_query("lamplighters", locale=Locale.EN)).asked_total == 0


def test_a_file_in_the_language_that_is_not_written_goes_with_the_other(
    workspace: Workspace,
) -> None:
    """A record with one edition is found by all that its files say."""
    workspace.path("deliverables/d9.1/en.md").unlink()
    workspace.add_file(a_report(), "report.pdf")
    engine = open_stored_engine(workspace.locations)

    rebuild(engine, workspace.corpus(), texts=open_texts(workspace.locations))

    (snippet,) = snippets_of(engine, "lamplighters")[:1]
    assert snippet.file == "report.pdf"
    assert snippet.locale is Locale.EN


def test_a_file_that_cannot_be_read_leaves_the_record_as_it_was(
    workspace: Workspace,
) -> None:
    """It is served all the same, and the check tells."""
    workspace.add_file(b"%PDF-1.7 nothing more", "broken.pdf")
    engine = open_stored_engine(workspace.locations)
    texts = open_texts(workspace.locations)

    rebuild(engine, workspace.corpus(), texts=texts)
    problems = list(check_files(workspace.corpus(), texts, workspace.documents))

    assert REPORT in workspace.corpus().records
    (problem,) = problems
    assert problem.severity is Severity.WARNING
    assert "files/broken.pdf:1: warning: the text of the file can't be" in str(problem)


def test_files_teach_no_words() -> None:
    """A file is in one language: what stands beside it is not its translation."""
    passage = Passage(Locale.EN, "lanterns " * 40, file="report.pdf")
    record = IndexedRecord(
        RecordId(Kind.DELIVERABLE, "a"),
        (
            IndexedEdition(
                Locale.FR, "", "", passages=(Passage(Locale.FR, "chien chat " * 20),)
            ),
            IndexedEdition(Locale.EN, "", "", passages=(passage,)),
        ),
    )

    learned = learn_word_pairs([record, record])

    assert all(not words for words in learned.values())


QUOTED = "the police MUST answer each resident who re-ports a broken lantern"


@pytest.mark.parametrize(
    ("page", "text", "expected"),
    [
        pytest.param(3, QUOTED, "", id="case and hyphens do not count"),
        pytest.param(2, QUOTED, "is not on page 2 of 'report.pdf': write page: 3"),
        pytest.param(3, "The police may answer.", "“The police may answer.” is not in"),
    ],
)
def test_a_quotation_is_looked_for_in_its_file(
    workspace: Workspace, page: int, text: str, expected: str
) -> None:
    """What is no longer there is told with its line."""
    workspace.add_file(a_report(), "report.pdf")
    record = workspace.path("recommendations/rec-01/record.yaml")
    item = f"quotations:\n  - {{deliverable: d9.1, file: report.pdf, page: {page}, "
    record.write_text(record.read_text("utf-8") + f'{item}text: "{text}"}}\n', "utf-8")
    texts = open_texts(workspace.locations)

    problems = list(check_files(workspace.corpus(), texts, workspace.documents))

    assert len(problems) == bool(expected)
    for problem in problems:
        assert str(problem).startswith(
            "documents/recommendations/rec-01/record.yaml:13: the quotation “"
        )
        assert expected in str(problem)


def test_many_files_are_read_beside_one_another(workspace: Workspace) -> None:
    """A fresh copy of the content reads all of them once."""
    for number in range(4):
        pages = [f"Lantern number {number} of the long avenue is broken again."]
        workspace.add_file(a_pdf(pages), f"file-{number}.pdf")
    said: list[Message] = []
    texts = open_texts(workspace.locations)

    texts.read_missing(workspace.corpus().records.values(), notify=said.append)
    texts.read_missing(workspace.corpus().records.values(), notify=said.append)

    assert [str(each) for each in said] == ["files to read: 4"]


def test_a_store_that_cannot_be_written_costs_only_time(
    workspace: Workspace, tmp_path: Path
) -> None:
    """A full disk must not stop the service."""
    workspace.add_file(a_report(), "report.pdf")
    workspace.locations.instance.parent.mkdir(exist_ok=True)
    workspace.locations.instance.write_text("in the way", "utf-8")
    engine = open_stored_engine(
        type(workspace.locations)(
            workspace.documents, workspace.locations.index, tmp_path / "other"
        )
    )

    rebuild(engine, workspace.corpus(), texts=open_texts(workspace.locations))
    KnownDigests(workspace.locations.digests).save()

    assert snippets_of(engine, "lamplighters")[0].page == 2
