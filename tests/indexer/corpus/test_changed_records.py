"""A changed record is read, checked and linked alone; the result is the same."""

import shutil
from dataclasses import replace

from indexer.corpus.corpus import Corpus
from indexer.corpus.corpus_reader import CorpusReader
from indexer.model.ids import Kind, RecordId
from tests.support.builders import Workspace

LAMPS = RecordId(Kind.PRACTICE, "newtown-lamps")
NEED = RecordId(Kind.NEED, "n01")
COPY = RecordId(Kind.PRACTICE, "a-copy")


def assert_same(corpus: Corpus, content: Workspace) -> None:
    """Assert that a corpus is the one that reading everything anew returns."""
    anew = CorpusReader(content.documents).read()
    assert list(corpus.records) == list(anew.records)
    assert list(map(str, corpus.problems)) == list(map(str, anew.problems))
    assert replace(corpus, problems=()) == replace(anew, problems=())
    assert corpus.neighbours.by_record == anew.neighbours.by_record
    assert corpus.stamp == anew.stamp


def test_only_the_changed_record_is_another_object(content: Workspace) -> None:
    """What is derived from the others stays."""
    reader = CorpusReader(content.documents)
    before = reader.read()
    content.path(f"{LAMPS}/en.md").write_text(
        content.path(f"{LAMPS}/en.md").read_text("utf-8") + "\nMore words.\n", "utf-8"
    )

    after = reader.read_changed([LAMPS])

    changed = {key for key in after.records if after.get(key) is not before.get(key)}
    assert changed == {LAMPS}
    assert_same(after, content)


def test_links_follow_a_record_that_leaves_and_comes_back(content: Workspace) -> None:
    """Records that name it are checked again, and report what they miss."""
    reader, aside = CorpusReader(content.documents), content.root / "aside"
    reader.read()
    shutil.move(content.path(str(LAMPS)), aside)

    without = reader.read_changed([LAMPS])

    assert LAMPS not in without.records
    assert without.problems
    assert_same(without, content)
    shutil.move(aside, content.path(str(LAMPS)))
    assert_same(reader.read_changed([LAMPS]), content)


def test_a_new_record_takes_its_place_in_the_order(content: Workspace) -> None:
    """By kind, then by name."""
    reader = CorpusReader(content.documents)
    reader.read()
    shutil.copytree(content.path(str(LAMPS)), content.path(str(COPY)))
    record = content.path(f"{COPY}/record.yaml")
    text = record.read_text("utf-8").replace("id: newtown-lamps", "id: a-copy")
    record.write_text(text, "utf-8")

    assert_same(reader.read_changed([COPY]), content)


def test_records_without_another_lose_their_links_to_it(content: Workspace) -> None:
    """As pages show the content while a withdrawal is being indexed."""
    corpus = CorpusReader(content.documents).read()

    without = corpus.without([LAMPS])

    assert LAMPS not in without.records
    linked = {link.target for each in without.records.values() for link in each.links}
    assert LAMPS not in linked
    assert str(LAMPS) not in without.neighbours.by_record
    kept = [key for key in without.records if without.get(key) is corpus.get(key)]
    assert len(kept) > len(without.records) / 2
