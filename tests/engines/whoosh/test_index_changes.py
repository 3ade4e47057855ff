"""A changed index has the same content as a new one of the same records."""

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engines import writer_processes as processes
from indexer.engines.whoosh.index import index_writer as merging
from indexer.engines.whoosh.index import index_writer as writing
from indexer.engines.whoosh.index.doc_values import DOC_VALUES_EXTENSION, DocValues
from indexer.engines.whoosh.index.index_writer import (
    change_index,
    create_index,
    erase_deleted,
)
from indexer.engines.writer_processes import run_parallel
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
from tests.support.examples import examples

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
    """Return the id of a drawn record."""
    return RecordId(Kind.PRACTICE, slug)


@examples(60)
@given(batches, changes, st.integers(0, 3))
def test_a_changed_index_equals_a_new_one_of_the_same_records(
    first: tuple[IndexedRecord, ...],
    later: list[tuple[tuple[IndexedRecord, ...], set[str]]],
    max_small: int,
) -> None:
    """Whatever records were added, replaced and removed before."""
    current = {record.id: record for record in first}
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
            changed(folder, added, removed)
            current = {k: each for k, each in current.items() if k not in removed}
            current |= {record.id: record for record in added}
        expected = tuple(current.values())

        reader = opened(folder).reader()

        reference = written_by_whoosh(Path(name) / "reference", expected)
        assert by_record(reader) == by_record(reference)
        assert doc_values_by_record(folder) == expected_doc_values(expected)


def changed(
    folder: Path, added: Sequence[IndexedRecord], removed: Collection[RecordId]
) -> None:
    """Change an index, and check that no existing file is written to."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    aside = folder.with_name("aside")
    shutil.copytree(folder, aside, copy_function=os.link)

    change_index(folder, added, removed)

    assert {path.name: path.read_bytes() for path in aside.iterdir()} == before
    used = {segment.segment_id() for segment in segments(folder)}
    assert {p.name.partition(".")[0] for p in folder.glob("MAIN_*")} == used
    assert len(list(folder.glob("_MAIN_*.toc"))) == 1
    shutil.rmtree(aside)


def segments(folder: Path) -> Any:
    """Return the segments of an index, read by Whoosh."""
    return opened(folder)._segments()  # noqa: SLF001  # it has no other name


def by_record(reader: Any) -> Mapping[object, object]:
    """Return the content of an index, by record and number of the document in it."""
    names = {}
    seen: dict[str, int] = {}
    for number, stored in reader.iter_docs():
        position = seen[stored["record"]] = seen.get(stored["record"], 0) + 1
        names[number] = (stored["record"], position)
    whole = content(reader)
    postings = {
        term: sorted(
            (names[number], weight, value)
            for number, weight, value in each
            if number in names
        )
        for term, each in whole["postings"].items()
    }
    lengths = {
        (field, names[number]): length
        for field, (_, lengths) in whole["lengths"].items()
        for number, length in enumerate(lengths)
        if number in names and length
    }
    stored = {names[number]: each for number, each in whole["stored"].items()}
    return {
        "postings": {term: each for term, each in postings.items() if each},
        "lengths": lengths,
        "stored": stored,
    }


def doc_values_by_record(folder: Path) -> dict[str, object]:
    """Return the doc values of each record that is not deleted."""
    found: dict[str, object] = {}
    for segment in segments(folder):
        path = folder / segment.make_filename(DOC_VALUES_EXTENSION)
        values = DocValues.from_bytes(path.read_bytes())
        assert len(values.record_of) == segment.doc_count_all()
        found |= doc_values_of(values, set(segment.deleted_docs()))
    return found


def expected_doc_values(records: Sequence[IndexedRecord]) -> dict[str, object]:
    """Return the doc values that records should have."""
    return doc_values_of(DocValues.of(records), set())


def doc_values_of(values: DocValues, deleted: set[int]) -> dict[str, object]:
    """Return the doc values of each record of a segment that is not deleted."""
    documents: dict[int, list[tuple[int, bool]]] = {}
    for number, record in enumerate(values.record_of.tolist()):
        if number not in deleted:
            document = (int(values.locale_of[number]), bool(values.is_head[number]))
            documents.setdefault(record, []).append(document)
    facets: dict[int, set[tuple[str, str]]] = {}
    for facet, column in values.columns.items():
        for record, code in zip(column.records, column.codes, strict=True):
            value = (facet.value, column.values[code])
            facets.setdefault(int(record), set()).add(value)
    return {
        values.ids[number]: (
            values.dates[number],
            values.heads[number],
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


def test_records_can_be_added_to_an_empty_index(tmp_path: Path) -> None:
    """Also after all its records were removed."""
    folder = index_of(tmp_path / "index", many_records(3))
    change_index(folder, (), {record.id for record in many_records(3)})
    assert opened(folder).reader().doc_count_all() == 0
    change_index(folder, (), {record_id("nowhere")})

    change_index(folder, many_records(2), ())

    assert opened(folder).reader().doc_count() == 8


def test_many_small_segments_are_merged(tmp_path: Path) -> None:
    """Their number is limited after each change."""
    folder = index_of(tmp_path / "index", many_records(100))

    counts = []
    for number in range(40):
        change_index(folder, [a_record(f"Fiche {number}", slug=f"s{number}")], ())
        counts.append(len(segments(folder)))

    assert max(counts) <= merging.MAX_SMALL_SEGMENTS
    assert opened(folder).reader().doc_count() == 440


def test_a_segment_with_many_deleted_documents_is_rewritten(tmp_path: Path) -> None:
    """The deleted documents are gone from the files."""
    remaining, removed = many_records(60)[:30], many_records(60)[30:]
    folder = index_of(tmp_path / "index", (*remaining, *removed))

    change_index(folder, (), {record.id for record in removed})

    reader = opened(folder).reader()
    assert reader.doc_count_all() == reader.doc_count() == 120


def test_very_many_words_make_several_segments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that memory does not grow with the number of records."""
    monkeypatch.setattr(
        "indexer.engines.whoosh.index.segment_builder.SEGMENT_WORDS", 50
    )
    folder = index_of(tmp_path / "index", many_records(30))

    assert len(segments(folder)) > 2
    reference = written_by_whoosh(tmp_path / "reference", many_records(30))
    assert by_record(opened(folder).reader()) == by_record(reference)


def test_erased_segments_stay_as_long_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Together, they would be longer than a segment may be; others stay as they are."""
    monkeypatch.setattr(
        "indexer.engines.whoosh.index.segment_builder.SEGMENT_WORDS", 200
    )
    records = many_records(30)
    folder = index_of(tmp_path / "index", records)
    before = {segment.segment_id() for segment in segments(folder)}
    removed = {records[0].id, records[-1].id}
    change_index(folder, (), removed)

    erase_deleted(folder)

    after = {segment.segment_id() for segment in segments(folder)}
    assert len(after) == len(before) > 2
    assert len(after - before) == 2
    reader = opened(folder).reader()
    assert reader.doc_count_all() == reader.doc_count() == 4 * 28
    assert doc_values_by_record(folder) == expected_doc_values(records[1:-1])
    assert {p.name.partition(".")[0] for p in folder.glob("MAIN_*")} == after


@pytest.fixture
def two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the writer use two processes for a few passages."""
    monkeypatch.setattr(writing, "usable_processors", lambda: 2)
    monkeypatch.setattr(writing, "MIN_PARALLEL_PASSAGES", 2)


@pytest.mark.usefixtures("two_processes")
def test_two_processes_write_the_same_postings_as_one(tmp_path: Path) -> None:
    """Each process writes a segment."""
    folder = index_of(tmp_path / "index", many_records(31))

    assert len(segments(folder)) == 2
    reference = written_by_whoosh(tmp_path / "reference", many_records(31))
    assert by_record(opened(folder).reader()) == by_record(reference)


@pytest.mark.usefixtures("two_processes")
def test_a_long_record_is_in_one_segment(tmp_path: Path) -> None:
    """Two processes do not share it."""
    long = a_record("Un rapport", slug="long", text="vélo " * 1000)

    folder = index_of(tmp_path / "index", (*many_records(2), long))

    assert opened(folder).reader().doc_count() == 10
    assert len(doc_values_by_record(folder)) == 3


def test_an_exception_in_another_process_is_raised_here() -> None:
    """Such as a full disk."""

    def fail() -> int:
        raise OSError(28, "no space left")

    with pytest.raises(OSError, match="no space left"):
        run_parallel([lambda: 1, fail])


@pytest.mark.kill
def test_a_killed_process_raises_an_error() -> None:
    """The parent does not wait for it."""

    def die() -> int:
        os.kill(os.getpid(), signal.SIGKILL)
        return 0

    with pytest.raises(ChildProcessError):
        run_parallel([lambda: 1, die])


@pytest.mark.kill
def test_an_exception_here_kills_the_other_processes(tmp_path: Path) -> None:
    """None goes on writing."""
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
        run_parallel([fail, wait])

    with pytest.raises(ProcessLookupError):
        os.kill(children[0], 0)


def test_no_process_is_forked_while_other_threads_run() -> None:
    """They may hold locks that the child would wait for."""
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    try:
        assert processes.usable_processors() == 1
    finally:
        ended.set()
        thread.join()
