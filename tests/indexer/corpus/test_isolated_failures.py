"""A failure in one record never stops the others; its last good state stays."""

from typing import Any

import pytest

from indexer import pipeline
from indexer.corpus import record_reader
from indexer.corpus.corpus_reader import CorpusReader
from indexer.corpus.editions import read_edition
from indexer.extraction.passages import split_passages
from indexer.model.ids import RecordId
from indexer.model.problems import ProblemCode
from indexer.pipeline import extraction_problems, open_stored_engine, rebuild, update
from tests.support.builders import Workspace, a_query

LAMPS = RecordId.parse("practices/newtown-lamps")
DEEP_LISTS = ("+ " * 248, "*\t" * 248, "- + " * 124, "> " * 120, "<b>" * 120)


@pytest.mark.parametrize("deep", DEEP_LISTS)
def test_deep_lists_are_a_problem_of_their_record(
    workspace: Workspace, deep: str
) -> None:
    """The converter of an earlier version recursed without end."""
    text = workspace.path("practices/newtown-lamps/fr.md")
    text.write_text(f"{text.read_text()}\n\n{deep}x\n")
    corpus = workspace.corpus()

    codes = {each.code for each in corpus.problems if each.path.endswith("lamps/fr.md")}
    assert codes == {ProblemCode.NESTED_TOO_DEEPLY}
    assert len(corpus.records) > 1


def test_a_record_with_errors_keeps_its_last_good_state(workspace: Workspace) -> None:
    """A slip of an editor must not withdraw a page."""
    assert LAMPS is not None
    reader = CorpusReader(workspace.locations.documents)
    good = reader.read().records[LAMPS]
    workspace.replace("practices/newtown-lamps/record.yaml", "date: 2016", "date: x")
    corpus = reader.read()

    assert corpus.records[LAMPS] == good
    assert corpus.outdated == {LAMPS}
    assert ProblemCode.INVALID_DATE in {each.code for each in corpus.problems}
    workspace.replace("practices/newtown-lamps/record.yaml", "date: x", "date: 2017")
    assert reader.read().outdated == frozenset()


def test_an_exception_while_reading_is_a_problem_of_the_record(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails in one record, the others are read."""

    def failing(text: bytes, **options: Any) -> Any:
        if "newtown-lamps" in options["path"]:
            raise RecursionError
        return read_edition(text, **options)

    count = len(workspace.corpus().records)
    monkeypatch.setattr(record_reader, "read_edition", failing)
    corpus = workspace.corpus()

    assert len(corpus.records) == count - 1
    failures = [p for p in corpus.problems if p.code is ProblemCode.READING_FAILED]
    assert [p.path.endswith("newtown-lamps/record.yaml") for p in failures] == [True]


def test_an_exception_while_indexing_leaves_the_record_in_the_index(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check of the content reports the same record as the update."""
    engine = open_stored_engine(workspace.locations)
    rebuild(engine, workspace.corpus())

    def failing(document: Any, locale: Any) -> Any:
        if any("explosive" in block.text for block in document.blocks):
            raise RecursionError
        return split_passages(document, locale)

    monkeypatch.setattr(pipeline, "split_passages", failing)
    before = engine.search(a_query("lampadaires")).total
    workspace.replace("practices/newtown-lamps/fr.md", "habitants", "explosive")
    workspace.replace("events/w9/fr.md", "On a parlé de tout.", "On a parlé de drones.")
    change = update(engine, workspace.corpus)

    assert [p.code for p in change.problems] == [ProblemCode.INDEXING_FAILED]
    checked = extraction_problems(workspace.corpus())
    assert [str(each) for each in checked] == [str(each) for each in change.problems]
    assert engine.search(a_query("drones")).total == 1
    assert engine.search(a_query("lampadaires")).total == before
