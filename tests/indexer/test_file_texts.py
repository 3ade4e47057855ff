"""Texts of files: cached, indexed, and checked against quotations."""

import os
from pathlib import Path

import pytest

from indexer.corpus.originals import DigestCache
from indexer.engines.base import SearchEngine
from indexer.lexicon.ibm_model import learn_word_pairs
from indexer.model.document import Passage
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import IndexedEdition, IndexedRecord
from indexer.model.problems import Message
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
    """Index a corpus with a report of three pages."""
    workspace.add_file(a_report(), "report.pdf")
    engine = open_stored_engine(workspace.locations)
    rebuild(engine, workspace.corpus(), texts=open_texts(workspace.locations))
    return engine


def snippets_of(engine: SearchEngine, text: str) -> tuple[Snippet, ...]:
    """Return the snippets of the best hit."""
    hits = engine.search(a_query(text, locale=Locale.EN)).hits
    return hits[0].snippets if hits else ()


def test_a_snippet_of_a_file_links_to_its_page(engine: SearchEngine) -> None:
    """The snippet also has the heading and the language of the page."""
    (snippet,) = snippets_of(engine, "lamplighters lanterns district")[:1]

    assert snippet.file == "report.pdf"
    assert snippet.page == 2
    assert snippet.anchor == "page-2"
    assert snippet.heading == "Findings"
    assert snippet.locale is Locale.EN


def test_an_unchanged_file_is_not_read_again(
    workspace: Workspace, engine: SearchEngine
) -> None:
    """An update without changes leaves the cached reading untouched."""
    cached = [
        path for path in workspace.locations.readings.rglob("*") if path.is_file()
    ]
    before = [path.stat().st_mtime_ns for path in cached]

    change = update(
        engine,
        open_corpus(workspace.locations).read,
        texts=open_texts(workspace.locations),
    )

    assert change.type is ChangeType.NOTHING
    assert [path.stat().st_mtime_ns for path in cached] == before
    assert len(cached) == 1


def test_an_update_prunes_the_readings_of_other_versions(
    workspace: Workspace, engine: SearchEngine
) -> None:
    """A check that changes nothing does not delete any."""
    folder = workspace.locations.readings / "ab"
    folder.mkdir()
    old = folder / "ab-text-0123.json.gz"
    old.touch()
    os.utime(old, (0, 0))
    texts = open_texts(workspace.locations)

    assert not list(check_files(workspace.corpus(), texts, workspace.documents))
    assert old.exists()

    rebuild(engine, workspace.corpus(), texts=texts)
    assert not old.exists()


def test_a_replaced_file_replaces_its_passages(
    workspace: Workspace, engine: SearchEngine
) -> None:
    """The words of the old file match no passage of a file."""
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


def test_a_file_with_another_digest_than_listed_is_not_searched(
    workspace: Workspace, engine: SearchEngine
) -> None:
    """Its content was overwritten by hand, and is not the listed one."""
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


def test_a_file_in_the_missing_language_belongs_to_the_only_edition(
    workspace: Workspace,
) -> None:
    """A record with one edition is found by the words of all its files."""
    workspace.path("deliverables/d9.1/en.md").unlink()
    workspace.add_file(a_report(), "report.pdf")
    engine = open_stored_engine(workspace.locations)

    rebuild(engine, workspace.corpus(), texts=open_texts(workspace.locations))

    (snippet,) = snippets_of(engine, "lamplighters")[:1]
    assert snippet.file == "report.pdf"
    assert snippet.locale is Locale.EN


def test_an_unreadable_file_is_a_warning(
    workspace: Workspace,
) -> None:
    """The record is indexed without the file, and the check names the file."""
    workspace.add_file(b"%PDF-1.7 nothing more", "broken.pdf")
    engine = open_stored_engine(workspace.locations)
    texts = open_texts(workspace.locations)

    rebuild(engine, workspace.corpus(), texts=texts)
    problems = list(check_files(workspace.corpus(), texts, workspace.documents))

    assert REPORT in workspace.corpus().records
    (problem,) = problems
    assert problem.is_warning
    assert "files/broken.pdf:1: warning: the text of the file cannot be" in str(problem)


def test_passages_of_files_are_not_aligned() -> None:
    """A file is no translation of the edition in the other language."""
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
def test_a_quotation_is_searched_in_its_file(
    workspace: Workspace, page: int, text: str, expected: str
) -> None:
    """A quotation that is not on its page is a problem, with its line."""
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


@pytest.mark.load
def test_missing_files_are_read_once(workspace: Workspace) -> None:
    """The second call finds all of them in the cache."""
    for number in range(4):
        pages = [f"Lantern number {number} of the long avenue is broken again."]
        workspace.add_file(a_pdf(pages), f"file-{number}.pdf")
    messages: list[Message] = []
    texts = open_texts(workspace.locations)

    texts.read_missing(workspace.corpus().records.values(), notify=messages.append)
    texts.read_missing(workspace.corpus().records.values(), notify=messages.append)

    assert list(map(str, messages)) == ["files to read: 4"]


def test_an_unwritable_cache_does_not_fail(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Files are read again at each start, as on a full disk."""
    workspace.add_file(a_report(), "report.pdf")
    workspace.locations.instance.parent.mkdir(exist_ok=True)
    workspace.locations.instance.write_text("in the way", "utf-8")
    engine = open_stored_engine(
        type(workspace.locations)(
            workspace.documents, workspace.locations.index, tmp_path / "other"
        )
    )

    rebuild(engine, workspace.corpus(), texts=open_texts(workspace.locations))
    DigestCache(workspace.locations.digests).save()

    assert snippets_of(engine, "lamplighters")[0].page == 2
