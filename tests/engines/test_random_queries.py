"""What is true of the answers to any query, for random records.

`whoosh/test_same_as_whoosh.py` compares words, phrases and scores with Whoosh's own.
"""

from collections import Counter
from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engines.base import SearchEngine
from indexer.engines.registry import EngineName, open_engine
from indexer.model.facets import Filter
from indexer.model.ids import Locale, RecordId
from indexer.model.indexed_record import IndexedRecord
from indexer.model.query import (
    And,
    MinimumMatch,
    Node,
    Not,
    Or,
    Query,
    Synonyms,
    text_only,
)
from tests.support.examples import examples
from tests.support.record_strategies import (
    branches,
    filter_sets,
    leaves,
    locales,
    record_lists,
    trees,
)

few_examples = examples(15)


@pytest.fixture(scope="module")
def shared_engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    """Return an engine; each example rebuilds its index."""
    root = tmp_path_factory.mktemp("random")
    return open_engine(EngineName.WHOOSH, root / "index", root / "index.key")


def query_of(root: Node, reader: Locale, *filters: Filter) -> Query:
    """Return a query with all its hits on one page."""
    return Query(
        "x", root, locale=reader, filters=filters, page_size=100, is_exact=True
    )


@few_examples
@given(record_lists(), branches(leaves), locales)
def test_a_tree_matches_by_the_records_of_its_parts(
    shared_engine: SearchEngine,
    records: list[IndexedRecord],
    root: Node,
    reader: Locale,
) -> None:
    """AND, OR, NOT, a minimum of words, and synonyms."""
    shared_engine.rebuild(records)

    def matching(node: Node) -> set[RecordId]:
        return {hit.id for hit in shared_engine.search(query_of(node, reader)).hits}

    match root:
        case Not():
            expected = {record.id for record in records} - matching(root.node)
        case Synonyms():
            parts = (root.node, *(other.node for other in root.others))
            expected = set().union(*map(matching, parts))
        case And() | Or() | MinimumMatch():
            counts = Counter(chain.from_iterable(map(matching, root.nodes)))
            least = len(root.nodes) if isinstance(root, And) else 1
            least = root.count if isinstance(root, MinimumMatch) else least
            expected = {record for record, count in counts.items() if count >= least}
        case _:
            raise AssertionError(root)
    assert matching(root) == expected


@few_examples
@given(record_lists(), st.lists(trees, min_size=4, max_size=4), locales)
def test_words_of_operators_match_as_if_records_had_no_questions(
    shared_engine: SearchEngine,
    records: list[IndexedRecord],
    roots: list[Node],
    reader: Locale,
) -> None:
    """The same records, with the same scores, but for lengths stored in one byte."""

    def scores(root: Node) -> dict[RecordId, float]:
        hits = shared_engine.search(query_of(root, reader)).hits
        return {hit.id: hit.score for hit in hits}

    shared_engine.rebuild(records)
    found = [scores(text_only(root)) for root in roots]
    shared_engine.rebuild(
        replace(
            record,
            editions=tuple(replace(one, questions="") for one in record.editions),
        )
        for record in records
    )
    for root, scored in zip(roots, found, strict=True):
        assert scored == pytest.approx(scores(root), rel=0.02)


@few_examples
@given(record_lists(), trees, locales, filter_sets)
def test_a_facet_counts_the_records_that_a_value_selects(
    shared_engine: SearchEngine,
    records: list[IndexedRecord],
    root: Node,
    reader: Locale,
    filters: tuple[Filter, ...],
) -> None:
    """Beside the filters of the other facets, as no value of its own is a filter."""
    shared_engine.rebuild(records)
    query = query_of(root, reader, *filters)

    page = shared_engine.search(query)

    scores = [hit.score for hit in page.hits]
    assert scores == sorted(scores, reverse=True)
    assert page.total == len(page.hits)
    for facet, counts in page.facets.items():
        others = tuple(chosen for chosen in filters if chosen.facet is not facet)
        for count in counts:
            selected = (*others, Filter(facet, count.value))
            found = shared_engine.search(replace(query, filters=selected))
            assert count.count == found.total
            assert count.is_selected == (Filter(facet, count.value) in filters)
