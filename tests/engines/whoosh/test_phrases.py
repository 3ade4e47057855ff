"""Names of the glossary are found as any phrase is, whatever segment they stand in."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.engines.whoosh.engine import WhooshEngine
from indexer.engines.whoosh.index import segment_merging as merging
from indexer.engines.whoosh.index.phrase_postings import StoredPhrases, phrase_words
from indexer.engines.whoosh.search.snapshot import Snapshot, open_snapshot
from indexer.model.ids import Kind
from indexer.model.indexed_record import IndexedRecord
from tests.support.builders import a_record

FIELD = "exact_fr"
NAMES = ("police de nuit", "nuit police", "police", "cyber-police de nuit")
PHRASES = [each for each in map(phrase_words, NAMES) if len(each) > 1]

words = st.sampled_from(["police", "de", "nuit", "cyber-police", "l’eau", "école"])
texts = st.lists(words, max_size=8).map(" ".join)


def a_term(*names: str) -> IndexedRecord:
    """Make a term of the glossary with other names."""
    return a_record("Terme", slug="a-term", kind=Kind.TERM, names=names)


def a_text(number: int, text: str) -> IndexedRecord:
    """Make a record of one passage."""
    return a_record("Fiche", slug=f"n-{number}", text=text)


def as_found(snapshot: Snapshot, phrase: tuple[str, ...]) -> dict[int, int]:
    """Give how often each document holds a phrase."""
    held = snapshot.postings.phrase(FIELD, phrase)
    times = held.frequencies.astype(int).tolist()
    return dict(zip(held.documents.tolist(), times, strict=True))


def snapshot_of(engine: WhooshEngine) -> Snapshot:
    """Open what an engine has written."""
    return open_snapshot(engine._generations.load())  # noqa: SLF001  # as it was written


@settings(max_examples=25, deadline=None)
@given(st.lists(texts, min_size=2, max_size=6))
def test_what_was_written_down_is_what_would_be_found(
    tmp_path_factory: pytest.TempPathFactory, passages: list[str]
) -> None:
    """In several segments, with documents deleted, and after a merge."""
    folder = tmp_path_factory.mktemp("phrases")
    engine = WhooshEngine(folder / "index", folder / "key", notify=print)
    records = [a_text(number, text) for number, text in enumerate(passages)]
    engine.rebuild([a_term(*NAMES), *records[:1]])
    engine.upsert(records[1:])
    engine.upsert(records[:1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "MAX_SMALL_SEGMENTS", 1)
        engine.upsert([a_text(99, "police de nuit")])
    snapshot = snapshot_of(engine)

    for phrase in PHRASES:
        for segment in snapshot.postings.segments:
            assert segment.phrase(FIELD, phrase) is not None
        written = as_found(snapshot, phrase)
        for segment in snapshot.postings.segments:
            segment._phrases = StoredPhrases({})  # noqa: SLF001  # as if none were
        assert as_found(snapshot, phrase) == written
        snapshot = snapshot_of(engine)


def test_a_new_name_is_found_in_what_was_there_before(tmp_path: Path) -> None:
    """The segments that were there are not written again for it."""
    engine = WhooshEngine(tmp_path / "index", tmp_path / "key", notify=print)
    engine.rebuild([a_text(1, "police de nuit"), a_text(2, "nuit")])
    before = snapshot_of(engine)

    engine.upsert([a_term("police de nuit")])

    phrase = phrase_words("police de nuit")
    after = snapshot_of(engine)
    old, new = (each.phrase(FIELD, phrase) for each in after.postings.segments)
    assert old is None
    assert new is not None
    assert as_found(after, phrase).items() >= as_found(before, phrase).items()


def test_the_words_of_a_segment_are_those_of_whoosh(tmp_path: Path) -> None:
    """Letters alone, in order."""
    engine = WhooshEngine(tmp_path / "index", tmp_path / "key", notify=print)
    engine.rebuild([a_text(1, "École d’été 2018, covid-19 : police")])
    (segment,) = snapshot_of(engine).postings.segments

    expected = [t for t in segment.with_prefix(FIELD, "") if t.isalpha()]
    assert list(segment.words(FIELD)) == expected
    assert {"ecole", "ete", "police"} <= set(expected)
