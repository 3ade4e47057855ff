"""Records that come after all others (`Query.last`): the contract of every engine."""

from dataclasses import replace

import pytest

from indexer.engines.base import SearchEngine
from indexer.model.ids import Kind, RecordId
from indexer.model.query import KEPT_PLACES, Query, Sort
from tests.support.builders import a_query, a_record

SLUGS = [f"r{number}" for number in range(KEPT_PLACES + 3)]
RECORDS = [
    # The more often a text has the word, the higher is its score.
    a_record(f"Fiche {slug}", slug=slug, text="vélo " * (30 - 3 * place) + "rue " * 30)
    for place, slug in enumerate(SLUGS)
]


def with_last(query: Query, *slugs: str) -> Query:
    """Return a query with records that come last."""
    ids = (RecordId(Kind.PRACTICE, slug) for slug in slugs)
    return replace(query, last=frozenset(ids))


def found(engine: SearchEngine, query: Query) -> list[str]:
    """Return the slugs of all results in order, from pages of three."""
    pages = [
        engine.search(replace(query, page=page, page_size=3)) for page in range(1, 4)
    ]
    assert {page.total for page in pages} == {len(RECORDS)}
    return [hit.id.slug for page in pages for hit in page.hits]


@pytest.mark.parametrize("sort", [Sort.RELEVANCE, Sort.TITLE])
def test_records_come_last_but_for_the_first_by_score(
    engine: SearchEngine, sort: Sort
) -> None:
    """Pages go on from one to the next, and a file has the same order."""
    engine.rebuild(RECORDS)
    kept = KEPT_PLACES if sort is Sort.RELEVANCE else 0
    early, late = SLUGS[1], SLUGS[KEPT_PLACES]

    query = with_last(a_query("vélo", sort=sort), early, late)

    last = [slug for slug in (early, late) if SLUGS.index(slug) >= kept]
    expected = [slug for slug in SLUGS if slug not in last] + last
    assert found(engine, query) == expected
    in_file = engine.search(replace(query, only_ids=True, page_size=100))
    assert [record.slug for record in in_file.ids] == expected


def test_a_named_record_does_not_come_last(engine: SearchEngine) -> None:
    """Who types a title finds its record first."""
    engine.rebuild(RECORDS)

    page = engine.search(with_last(a_query(f"fiche {SLUGS[-1]}"), SLUGS[-1]))

    assert page.hits[0].id.slug == SLUGS[-1]
