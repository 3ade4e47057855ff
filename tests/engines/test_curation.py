"""Records put first, or left out, for a query: the contract of every engine."""

from dataclasses import replace

from indexer.engines.base import SearchEngine
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, RecordId
from indexer.model.query import Query, Sort
from indexer.model.results import ResultPage
from tests.support.builders import a_query, a_record

RECORDS = [
    a_record("Vélo volé", slug="bike", text="vélo vélo vélo"),
    a_record("Un vélo", slug="other"),
    a_record("Le vol", slug="theft", kind=Kind.NEED),
    a_record("La plainte", slug="complaint", kind=Kind.NEED),
]


def record_id(slug: str) -> RecordId:
    """Return the id of one of the records."""
    return next(each.id for each in RECORDS if each.id.slug == slug)


def curated(query: Query, *first: str, hidden: tuple[str, ...] = ()) -> Query:
    """Return a query with records put first, and left out."""
    return replace(
        query,
        promoted=tuple(record_id(each) for each in first),
        hidden=frozenset(record_id(each) for each in hidden),
    )


def slugs(page: ResultPage) -> list[str]:
    """Return the slugs of the hits, in order."""
    return [hit.id.slug for hit in page.hits]


def kinds(page: ResultPage) -> dict[str, int]:
    """Return the counts of the kinds."""
    return {each.value: each.count for each in page.facets[FacetName.KIND]}


def test_records_put_first_come_first_in_their_order(engine: SearchEngine) -> None:
    """One matches less than another record, and one does not match at all."""
    engine.rebuild(RECORDS)

    page = engine.search(curated(a_query("vélo"), "complaint", "other"))

    assert slugs(page) == ["complaint", "other", "bike"]
    assert (page.total, page.exact_total) == (3, 3)
    assert kinds(page) == {"practice": 2, "need": 1}
    assert page.hits[0].reasons == ()


def test_a_record_left_out_counts_nowhere(engine: SearchEngine) -> None:
    """Neither in the total nor in a facet."""
    engine.rebuild(RECORDS)

    page = engine.search(curated(a_query("vélo"), hidden=("bike",)))

    assert slugs(page) == ["other"]
    assert (page.total, page.exact_total) == (1, 1)
    assert kinds(page) == {"practice": 1}


def test_a_record_put_first_stays_within_the_filters(engine: SearchEngine) -> None:
    """A tab of one kind shows no other kind."""
    engine.rebuild(RECORDS)
    practices = Filter(FacetName.KIND, Kind.PRACTICE.value)

    page = engine.search(curated(a_query("vélo", practices), "complaint"))

    assert set(slugs(page)) == {"bike", "other"}


def test_a_query_without_matches_has_the_record_put_first(
    engine: SearchEngine,
) -> None:
    """The usual reason to put a record first."""
    engine.rebuild(RECORDS)

    page = engine.search(curated(a_query("zzyzx"), "complaint", "theft"))

    assert slugs(page) == ["complaint", "theft"]
    assert page.exact_total == 2


def test_a_curation_does_not_change_how_a_query_is_widened(
    engine: SearchEngine,
) -> None:
    """The misspelt word is still corrected, and its records follow."""
    engine.rebuild(RECORDS)

    page = engine.search(curated(a_query("plaimte"), "theft"))

    assert slugs(page) == ["theft", "complaint"]
    assert page.relaxed


def test_records_put_first_come_before_exact_matches(engine: SearchEngine) -> None:
    """A record put first is no match in part."""
    engine.rebuild(RECORDS)

    page = engine.search(curated(a_query("vélo volé"), "complaint"))

    assert slugs(page)[:2] == ["complaint", "bike"]
    assert not page.hits[0].is_partial


def test_another_order_keeps_the_records_and_not_their_place(
    engine: SearchEngine,
) -> None:
    """The total is the same in each order."""
    engine.rebuild(RECORDS)

    page = engine.search(curated(a_query("vélo", sort=Sort.TITLE), "theft"))

    assert slugs(page) == ["theft", "other", "bike"]
    assert page.total == 3


def test_a_record_that_is_not_indexed_is_ignored(engine: SearchEngine) -> None:
    """It was withdrawn, or is not published yet."""
    engine.rebuild(RECORDS[:2])

    page = engine.search(curated(a_query("vélo"), "theft", hidden=("complaint",)))

    assert set(slugs(page)) == {"bike", "other"}
