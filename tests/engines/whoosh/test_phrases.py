"""The stored postings of glossary names equal those of other phrases."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.tokens import phrase_words
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.engines.whoosh.index import index_writer as merging
from indexer.engines.whoosh.index.array_postings import StoredPhrases
from indexer.engines.whoosh.search.snapshot import Snapshot, open_snapshot
from indexer.model.ids import Kind
from indexer.model.indexed_record import IndexedRecord
from tests.support.builders import a_record
from tests.support.examples import examples

FIELD = "exact_fr"
NAMES = ("police de nuit", "nuit police", "police", "cyber-police de nuit")
PHRASES = [each for each in map(phrase_words, NAMES) if len(each) > 1]

words = st.sampled_from(["police", "de", "nuit", "cyber-police", "l’eau", "école"])
texts = st.lists(words, max_size=8).map(" ".join)


def a_term(*names: str) -> IndexedRecord:
    """Make a glossary term with other names."""
    return a_record("Terme", slug="a-term", kind=Kind.TERM, names=names)


def a_text(number: int, text: str) -> IndexedRecord:
    """Make a record of one passage."""
    return a_record("Fiche", slug=f"n-{number}", text=text)


def frequencies_of(snapshot: Snapshot, phrase: tuple[str, ...]) -> dict[int, int]:
    """Return the frequency of a phrase in each document that contains it."""
    postings = snapshot.postings.phrase(FIELD, phrase)
    frequencies = postings.frequencies.astype(int).tolist()
    return dict(zip(postings.documents.tolist(), frequencies, strict=True))


def snapshot_of(engine: WhooshEngine) -> Snapshot:
    """Open the current generation of an engine."""
    return open_snapshot(engine._generations.load())  # noqa: SLF001  # as it was written


@pytest.mark.load
@examples(25)
@given(st.lists(texts, min_size=2, max_size=6))
def test_stored_phrase_postings_equal_computed_ones(
    tmp_path_factory: pytest.TempPathFactory, passages: list[str]
) -> None:
    """In several segments, with deleted documents, and after a merge."""
    folder = tmp_path_factory.mktemp("phrases")
    engine = WhooshEngine(folder / "index", folder / "key", notify=print)
    records = [a_text(number, text) for number, text in enumerate(passages)]
    engine.rebuild([a_term(*NAMES), *records[:1]])
    (segment,) = snapshot_of(engine).postings.segments
    for phrase in PHRASES:
        has_all_words = set(phrase) <= set(segment.with_prefix(FIELD, ""))
        assert (segment.phrase(FIELD, phrase) is not None) == has_all_words
    engine.upsert(records[1:])
    engine.upsert(records[:1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "MAX_SMALL_SEGMENTS", 1)
        engine.upsert([a_text(99, "police de nuit")])
    snapshot = snapshot_of(engine)

    for phrase in PHRASES:
        written = frequencies_of(snapshot, phrase)
        for segment in snapshot.postings.segments:
            segment._phrases = StoredPhrases.of({})  # noqa: SLF001  # as if none were
        assert frequencies_of(snapshot, phrase) == written
        snapshot = snapshot_of(engine)


def test_a_new_glossary_name_matches_in_older_segments(tmp_path: Path) -> None:
    """The older segments are not rewritten for it."""
    engine = WhooshEngine(tmp_path / "index", tmp_path / "key", notify=print)
    engine.rebuild([a_text(1, "police de nuit"), a_text(2, "nuit")])
    before = snapshot_of(engine)

    engine.upsert([a_term("police de nuit")])

    phrase = phrase_words("police de nuit")
    after = snapshot_of(engine)
    assert [each.phrase(FIELD, phrase) for each in after.postings.segments] == [
        None
    ] * 2
    assert (
        frequencies_of(after, phrase).items() >= frequencies_of(before, phrase).items()
    )


def test_similar_words_are_sought_among_terms_of_letters(tmp_path: Path) -> None:
    """Those of at least four letters."""
    engine = WhooshEngine(tmp_path / "index", tmp_path / "key", notify=print)
    engine.rebuild([a_text(1, "École d’été 2018, covid-19 : police")])
    (segment,) = snapshot_of(engine).postings.segments

    terms = [t for t in segment.with_prefix(FIELD, "") if t.isalpha() and len(t) > 3]
    words = segment.fuzzy_words
    assert [term for term in terms if term in words.maybe_near(term, 0)] == terms
    assert {"ecole", "police"} <= set(terms)
    assert not [*words.maybe_near("2018", 1)]
