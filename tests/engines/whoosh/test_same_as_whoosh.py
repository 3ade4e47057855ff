"""Matches and scores equal those of Whoosh's own searcher on the same files.

Whoosh gets our formula as its weighting model. It reads posting after posting, where
the engine adds up arrays.
"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query, scoring
from whoosh.filedb.filestore import RamStorage

from indexer.analysis.analyzer import is_stop_word, word_forms
from indexer.analysis.tokens import fold
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.engines.whoosh.index import array_postings as phrases
from indexer.engines.whoosh.index import posting_blocks as blocks
from indexer.engines.whoosh.search.facet_counts import FacetTables
from indexer.engines.whoosh.search.matching import RecordMatcher
from indexer.engines.whoosh.search.score_lists import ScoredIds
from indexer.engines.whoosh.search.scoring import ScoredTerm, TermScores, TermType
from indexer.engines.whoosh.search.snapshot import Snapshot, open_snapshot
from indexer.model.document import Passage
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import IndexedEdition, IndexedRecord
from indexer.model.query import And, Node, Not, Or, Phrase, Prefix, Word
from indexer.search.ranking import K1, MIN_RELATIVE_LENGTH, B
from tests.support.examples import examples

pytestmark = pytest.mark.load

WORDS = "vélo vélos volés volées police policier nuit nuits gare le la de".split()
BEGINNINGS = ("ve", "vol", "polic", "zz")

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join)
words = st.sampled_from([*WORDS, "absent"]).filter(
    lambda word: not is_stop_word(word, Locale.FR)
)
leaves: st.SearchStrategy[Node] = st.one_of(
    words.map(Word),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(
        lambda of: Phrase(" ".join(of))
    ),
    st.sampled_from(BEGINNINGS).map(Prefix),
)


def branches(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Put some nodes together."""
    several = st.lists(children, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(And, several), st.builds(Or, several), st.builds(Not, children)
    )


trees = st.recursive(leaves, branches, max_leaves=5)


class OurFormula(scoring.WeightingModel):  # type: ignore[misc]  # it has no types
    """The formula of `indexer.search.ranking`."""

    def scorer(self, searcher: Any, fieldname: str, text: bytes, **_: object) -> Any:
        """Return the scorer of a term in all segments."""
        reader = searcher.get_parent().reader()
        total = reader.doc_count() / 2  # a head for each passage
        found = len(list(reader.postings(fieldname, text).all_ids()))
        idf = math.log(1 + (total - found + 0.5) / (found + 0.5))
        lengths = [
            reader.doc_field_length(number, fieldname)
            for number in reader.all_doc_ids()
        ]
        filled = [length for length in lengths if length]
        return _Scorer(searcher, fieldname, idf, sum(filled) / len(filled))


class _Scorer(scoring.BaseScorer):  # type: ignore[misc]
    def __init__(self, searcher: Any, field: str, idf: float, mean: float) -> None:
        self._of = searcher, field
        self._idf = idf
        self._mean = mean

    def supports_block_quality(self) -> bool:
        return False

    def score(self, matcher: Any) -> float:
        searcher, field = self._of
        length = searcher.doc_field_length(matcher.id(), field) / self._mean
        norm = K1 * (1 - B + B * max(length, MIN_RELATIVE_LENGTH))
        weight = matcher.weight()
        return float(self._idf * weight * (K1 + 1) / (weight + norm))


@pytest.fixture(scope="module", autouse=True)
def short_blocks() -> Iterator[None]:
    """Cut postings into many blocks, and skip those without candidates."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_POSTINGS", 2)
        patch.setattr(phrases, "MUCH_MORE", 1)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one folder for all examples; each rebuilds its index."""
    return tmp_path_factory.mktemp("beside")


class Both:
    """An index of French passages, opened by Whoosh and by the engine."""

    def __init__(self, folder: Path, passages: list[str]) -> None:
        engine = WhooshEngine(folder / "index", folder / "key", notify=print)
        half = len(passages) // 2
        records = [_record(number, text) for number, text in enumerate(passages)]
        # Several changes make several segments, with deleted documents.
        engine.rebuild([*records[:half], _record(0, "ancienne nuit")])
        engine.upsert(records[half:] if half else records)
        engine.upsert([records[0]])
        generation = engine._generations.load()  # noqa: SLF001  # as it was written
        storage = RamStorage()
        storage.files = dict(generation.files)
        self.searcher = storage.open_index().searcher(weighting=OurFormula())
        self.snapshot: Snapshot = open_snapshot(generation)
        self.scores = TermScores(self.snapshot)
        tables = FacetTables(self.snapshot.columns, self.snapshot.record_count)
        self.matcher = RecordMatcher(self.snapshot, self.scores, tables, Locale.FR)

    def matches_in_whoosh(self, wanted: query.Query) -> dict[int, float]:
        """Return the documents that match in Whoosh, with their scores."""
        hits = self.searcher.search(wanted, limit=None)
        return {hit.docnum: hit.score for hit in hits}

    def records_of(self, documents: Iterator[int]) -> set[int]:
        """Return the records of documents."""
        return {int(self.snapshot.record_of[document]) for document in documents}


def _record(number: int, text: str) -> IndexedRecord:
    edition = IndexedEdition(
        Locale.FR, "", "", passages=(Passage(Locale.FR, text=text),)
    )
    return IndexedRecord(RecordId(Kind.PRACTICE, f"r{number}"), (edition,))


def whoosh_query(node: Node) -> query.Query:
    """Return the query of Whoosh for a tree."""
    match node:
        case Word():
            forms = word_forms(node.text, Locale.FR)
            return query.Or([query.Term("text_fr", form) for form in forms])
        case Phrase():
            return query.Phrase("exact_fr", [fold(each) for each in node.text.split()])
        case Prefix():
            return query.Prefix("exact_fr", node.text)
        case And():
            return query.And([whoosh_query(each) for each in node.nodes])
        case Or():
            return query.Or([whoosh_query(each) for each in node.nodes])
        case Not():
            passages = query.Every("exact_fr")
            return query.And([passages, query.Not(whoosh_query(node.node))])
    raise AssertionError(node)


def scores_by_id(scored: ScoredIds) -> dict[int, float]:
    """Return scores by id."""
    return dict(zip(scored.ids.tolist(), scored.scores.tolist(), strict=True))


@examples(15)
@given(st.lists(texts, min_size=2, max_size=8), st.lists(words, min_size=4, max_size=4))
def test_a_word_scores_in_passages_like_in_whoosh(
    folder: Path, passages: list[str], queries: list[str]
) -> None:
    """In several segments, with deleted documents."""
    both = Both(folder, passages)
    for word in queries:
        forms = word_forms(word, Locale.FR)
        if len(forms) > 1:
            continue
        whooshs = both.matches_in_whoosh(query.Term("text_fr", forms[0]))
        term = ScoredTerm(TermType.WORD, forms, Locale.FR)
        ours = scores_by_id(
            both.scores.passages([(term, 1.0)], both.snapshot.record_of >= 0)
        )
        assert ours == pytest.approx(whooshs, rel=1e-4)


@examples(20)
@given(st.lists(texts, min_size=2, max_size=8), st.lists(trees, min_size=5, max_size=5))
def test_the_same_records_match_like_in_whoosh(
    folder: Path, passages: list[str], queries: list[Node]
) -> None:
    """Words, phrases and prefixes, combined and excluded, in several segments."""
    both = Both(folder, passages)
    for node in queries:
        whooshs = both.records_of(iter(both.matches_in_whoosh(whoosh_query(node))))
        assert set(both.matcher.match(node).ids.tolist()) == whooshs
