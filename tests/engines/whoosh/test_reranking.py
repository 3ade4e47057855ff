"""Only the best records are scored by their passages too."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engines.base import SearchEngine
from indexer.engines.registry import EngineName, open_engine
from indexer.engines.whoosh.search import record_order
from indexer.model.ids import Locale, RecordId
from indexer.model.indexed_record import IndexedRecord
from indexer.model.query import Node, Query
from tests.support.examples import examples
from tests.support.record_strategies import locales, record_lists, trees


@pytest.fixture(scope="module")
def shared_engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    """Return an engine; each example rebuilds its index."""
    root = tmp_path_factory.mktemp("reranking")
    return open_engine(EngineName.WHOOSH, root / "index", root / "index.key")


@examples(25)
@given(record_lists(), st.lists(trees, min_size=6, max_size=6), locales)
def test_passages_count_for_the_records_of_highest_score(
    shared_engine: SearchEngine,
    records: list[IndexedRecord],
    trees: list[Node],
    reader: Locale,
) -> None:
    """The others follow by the score of the record as a whole, on whatever page."""
    shared_engine.rebuild(records)

    for root in trees:
        query = Query("x", root, locale=reader, page_size=100, is_exact=True)
        with_passages = scores_of(shared_engine, query)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(record_order, "BEST_PASSAGE_WEIGHT", 0)
            wholes = scores_of(shared_engine, query)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(record_order, "RERANKED", 2)
            hits = shared_engine.search(query).hits
            pages = [
                shared_engine.search(replace(query, page_size=1, page=page)).hits
                for page in range(1, len(hits) + 1)
            ]

        best = sorted(wholes.values(), reverse=True)[:2]
        for hit in hits:
            is_first = wholes[hit.id] > best[-1] - 1e-4
            is_after = wholes[hit.id] < best[-1] + 1e-4
            as_whole = hit.score == pytest.approx(wholes[hit.id], abs=2e-4)
            as_first = hit.score == pytest.approx(with_passages[hit.id], abs=2e-4)
            assert (is_after and as_whole) or (is_first and as_first)
        assert [hit for page in pages for hit in page] == list(hits)


def scores_of(engine: SearchEngine, query: Query) -> dict[RecordId, float]:
    """Return the score of each record that matches."""
    return {hit.id: hit.score for hit in engine.search(query).hits}
