"""An index that was changed holds what one made anew of the same records would."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.engines.whoosh.index import index_writer as writing
from indexer.engines.whoosh.index import processes
from indexer.engines.whoosh.index import segment_merging as merging
from indexer.engines.whoosh.index.doc_values import FACTS_EXTENSION, DocValues
from indexer.engines.whoosh.index.index_writer import change_index, create_index
from indexer.engines.whoosh.index.processes import run_together
from indexer.model.facets import FacetName
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import IndexedRecord
from tests.engines.whoosh.test_segment_writing import (
    content,
    many_records,
    opened,
    written_by_whoosh,
)
from tests.support.builders import a_record, an_edition

WORDS = ("vélo", "volé", "police", "the", "stolen", "D2.6", "l’accès", "de", "\x1e")

texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
slugs = st.sampled_from("abcdefgh")


@st.composite
def records(draw: st.DrawFn) -> IndexedRecord:
    """Draw a record of a few words."""
    return a_record(
        draw(texts),
        slug=draw(slugs),
        locale=draw(st.sampled_from(Locale)),
        text=draw(texts),
        keywords=draw(texts),
        date=draw(st.sampled_from(("", "2024-05-01"))),
        facets={FacetName.THEME: tuple(draw(st.sets(st.sampled_from("xyz"))))},
        other=draw(st.none() | texts.map(an_edition)),
    )


def distinct(drawn: Sequence[IndexedRecord]) -> tuple[IndexedRecord, ...]:
    """Keep one record of each id."""
    return tuple({record.id: record for record in drawn}.values())


batches = st.lists(records(), max_size=5).map(distinct)
changes = st.lists(st.tuples(batches, st.sets(slugs, max_size=3)), max_size=6)


def record_id(slug: str) -> RecordId:
    """Give the id of a record that was drawn."""
    return RecordId(Kind.PRACTICE, slug)


@settings(max_examples=60, deadline=None)
@given(batches, changes, st.integers(0, 3))
def test_changes_leave_what_a_new_index_would_hold(
    first: tuple[IndexedRecord, ...],
    later: list[tuple[tuple[IndexedRecord, ...], set[str]]],
    max_small: int,
) -> None:
    """However records came and went, what is searched is what is there."""
    held = {record.id: record for record in first}
    with (
        tempfile.TemporaryDirectory() as name,
        pytest.MonkeyPatch.context() as monkeypatch,
    ):
        monkeypatch.setattr(merging, "MAX_SMALL_SEGMENTS", max_small)
        folder = Path(name) / "index"
        folder.mkdir()
        create_index(folder, first)
        for added, deleted in later:
            removed = {record_id(slug) for slug in deleted} | {r.id for r in added}
            change_unseen(folder, added, removed)
            held = {key: each for key, each in held.items() if key not in removed}
            held |= {record.id: record for record in added}
        expected = tuple(held.values())

        reader = opened(folder).reader()

        reference = written_by_whoosh(Path(name) / "reference", expected)
        assert by_record(reader) == by_record(reference)
        assert facts_by_record(folder) == expected_facts(expected)


def change_unseen(
    folder: Path, added: Sequence[IndexedRecord], removed: Collection[RecordId]
) -> None:
    """Change an index, and see that no file that was there is written to."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    aside = folder.with_name("aside")
    shutil.copytree(folder, aside, copy_function=os.link)

    change_index(folder, added, removed)

    assert {path.name: path.read_bytes() for path in aside.iterdir()} == before
    named = {segment.segment_id() for segment in segments(folder)}
    assert {p.name.partition(".")[0] for p in folder.glob("MAIN_*")} == named
    assert len(list(folder.glob("_MAIN_*.toc"))) == 1
    shutil.rmtree(aside)


def segments(folder: Path) -> Any:
    """Give the segments of an index, as Whoosh knows them."""
    return opened(folder)._segments()  # noqa: SLF001  # it has no other name


def by_record(reader: Any) -> Mapping[object, object]:
    """Give what an index holds of documents, each named by its record and its place."""
    names = {}
    seen: dict[str, int] = {}
    for number, stored in reader.iter_docs():
        place = seen[stored["record"]] = seen.get(stored["record"], 0) + 1
        names[number] = (stored["record"], place)
    held = content(reader)
    postings = {
        term: sorted(
            (names[number], weight, value)
            for number, weight, value in each
            if number in names
        )
        for term, each in held["postings"].items()
    }
    lengths = {
        (field, names[number]): length
        for field, (_, lengths) in held["lengths"].items()
        for number, length in enumerate(lengths)
        if number in names and length
    }
    stored = {names[number]: each for number, each in held["stored"].items()}
    return {
        "postings": {term: each for term, each in postings.items() if each},
        "lengths": lengths,
        "stored": stored,
    }


def facts_by_record(folder: Path) -> dict[str, object]:
    """Give what the facts of all segments say of each record that is there."""
    found: dict[str, object] = {}
    for segment in segments(folder):
        path = folder / segment.make_filename(FACTS_EXTENSION)
        facts = DocValues.from_bytes(path.read_bytes())
        assert len(facts.record_of) == segment.doc_count_all()
        found |= facts_of(facts, set(segment.deleted_docs()))
    return found


def expected_facts(records: Sequence[IndexedRecord]) -> dict[str, object]:
    """Give what facts should say of records."""
    return facts_of(DocValues.of(records), set())


def facts_of(facts: DocValues, deleted: set[int]) -> dict[str, object]:
    """Give the facts of each record of a segment that is not deleted."""
    documents: dict[int, list[tuple[int, bool]]] = {}
    for number, record in enumerate(facts.record_of.tolist()):
        if number not in deleted:
            document = (int(facts.locale_of[number]), bool(facts.is_head[number]))
            documents.setdefault(record, []).append(document)
    facets: dict[int, set[tuple[str, str]]] = {}
    for facet, column in facts.columns.items():
        for record, code in zip(column.records, column.codes, strict=True):
            value = (facet.value, column.values[code])
            facets.setdefault(int(record), set()).add(value)
    return {
        facts.ids[number]: (
            facts.dates[number],
            facts.heads[number],
            each,
            facets.get(number, set()),
        )
        for number, each in documents.items()
    }


def index_of(folder: Path, records: Sequence[IndexedRecord]) -> Path:
    """Make an index."""
    folder.mkdir()
    create_index(folder, records)
    return folder


def test_an_index_of_nothing_can_be_changed(tmp_path: Path) -> None:
    """All records were withdrawn; the next one is found."""
    folder = index_of(tmp_path / "index", many_records(3))
    change_index(folder, (), {record.id for record in many_records(3)})
    assert opened(folder).reader().doc_count_all() == 0
    change_index(folder, (), {record_id("nowhere")})

    change_index(folder, many_records(2), ())

    assert opened(folder).reader().doc_count() == 8


def test_many_small_segments_become_one(tmp_path: Path) -> None:
    """A report a day must not make each search read a hundred segments."""
    folder = index_of(tmp_path / "index", many_records(100))

    counts = []
    for number in range(40):
        change_index(folder, [a_record(f"Fiche {number}", slug=f"s{number}")], ())
        counts.append(len(segments(folder)))

    assert max(counts) <= merging.MAX_SMALL_SEGMENTS
    assert opened(folder).reader().doc_count() == 440


def test_a_segment_that_is_mostly_deleted_is_written_anew(tmp_path: Path) -> None:
    """What was deleted does not stay for ever."""
    kept, gone = many_records(60)[:30], many_records(60)[30:]
    folder = index_of(tmp_path / "index", (*kept, *gone))

    change_index(folder, (), {record.id for record in gone})

    reader = opened(folder).reader()
    assert reader.doc_count_all() == reader.doc_count() == 120


def test_very_many_words_make_several_segments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory does not grow with the number of records."""
    monkeypatch.setattr(
        "indexer.engines.whoosh.index.segment_builder.SEGMENT_WORDS", 50
    )
    folder = index_of(tmp_path / "index", many_records(30))

    assert len(segments(folder)) > 2
    reference = written_by_whoosh(tmp_path / "reference", many_records(30))
    assert by_record(opened(folder).reader()) == by_record(reference)


@pytest.fixture
def two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two processes share the smallest of works."""
    monkeypatch.setattr(writing, "usable_processors", lambda: 2)
    monkeypatch.setattr(writing, "SHARED_FROM_PASSAGES", 2)


@pytest.mark.usefixtures("two_processes")
def test_two_processes_write_what_one_would(tmp_path: Path) -> None:
    """A faster rebuild answers the same."""
    folder = index_of(tmp_path / "index", many_records(31))

    assert len(segments(folder)) == 2
    reference = written_by_whoosh(tmp_path / "reference", many_records(31))
    assert by_record(opened(folder).reader()) == by_record(reference)


@pytest.mark.usefixtures("two_processes")
def test_a_record_of_many_passages_is_not_parted(tmp_path: Path) -> None:
    """A record stands in one segment, whatever its length."""
    long = a_record("Un rapport", slug="long", text="vélo " * 1000)

    folder = index_of(tmp_path / "index", (*many_records(2), long))

    assert opened(folder).reader().doc_count() == 10
    assert len(facts_by_record(folder)) == 3


def test_the_failure_of_a_process_is_told() -> None:
    """A disk that is full in another process is a failure all the same."""

    def fail() -> int:
        raise OSError(28, "no space left")

    with pytest.raises(OSError, match="no space left"):
        run_together([lambda: 1, fail])


def test_a_process_that_is_killed_is_told() -> None:
    """The system kills what takes too much memory; nobody waits for it for ever."""

    def die() -> int:
        os.kill(os.getpid(), signal.SIGKILL)
        return 0

    with pytest.raises(ChildProcessError):
        run_together([lambda: 1, die])


def test_a_failure_here_ends_the_others(tmp_path: Path) -> None:
    """Who gives up leaves no process behind that goes on writing."""
    started = tmp_path / "pid"
    os.mkfifo(started)

    def wait() -> None:
        started.write_text(str(os.getpid()))
        threading.Event().wait()

    def fail() -> None:
        pid = int(started.read_text())
        children.append(pid)
        raise KeyboardInterrupt

    children: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        run_together([fail, wait])

    with pytest.raises(ProcessLookupError):
        os.kill(children[0], 0)


def test_no_process_is_forked_beside_threads() -> None:
    """A thread may hold a lock that its copy would wait for in vain."""
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    try:
        assert processes.usable_processors() == 1
    finally:
        ended.set()
        thread.join()
