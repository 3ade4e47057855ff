"""Links between records put partial results in order: the contract of every engine."""

import dataclasses

from indexer.engines.base import SearchEngine
from indexer.model.ids import Kind, RecordId
from indexer.model.indexed_record import Neighbours
from indexer.model.query import Query
from tests.support.builders import a_query, a_record

SENTENCE = "retrouver une bicyclette dérobée"

RECORDS = [
    a_record("Bicyclette dérobée", slug="best", text="Une bicyclette dérobée."),
    a_record("Retrouver", slug="other", text="Retrouver son chemin, retrouver."),
    a_record("Vers la gare", slug="linked", text="Un long chemin pour retrouver."),
    a_record("Crue", slug="wordless", text="La rivière déborde."),
]


def practice(slug: str) -> RecordId:
    """Return the id of a practice."""
    return RecordId(Kind.PRACTICE, slug)


def linked(*pairs: tuple[str, str], text: str = SENTENCE) -> Query:
    """Return a query for which these records are linked."""
    by_record: dict[str, tuple[str, ...]] = {}
    for one, other in pairs:
        for here, there in ((one, other), (other, one)):
            key = str(practice(here))
            by_record[key] = (*by_record.get(key, ()), str(practice(there)))
    return dataclasses.replace(a_query(text), neighbours=Neighbours(by_record))


def slugs_of(engine: SearchEngine, query: Query) -> list[str]:
    """Return the slugs of the hits, in order."""
    return [hit.id.slug for hit in engine.search(query).hits]


def test_a_record_linked_with_the_best_rises(engine: SearchEngine) -> None:
    """It is often about the same question."""
    engine.rebuild(RECORDS)

    assert slugs_of(engine, a_query(SENTENCE)) == ["best", "other", "linked"]
    assert slugs_of(engine, linked(("best", "linked"))) == ["best", "linked", "other"]


def test_links_add_no_result(engine: SearchEngine) -> None:
    """A record is found by its words or by its meaning."""
    engine.rebuild(RECORDS)
    query = linked(("best", "wordless"), ("best", "gone"))

    page = engine.search(query)

    assert page.total == 3
    assert page.closest is None
    assert [hit.id.slug for hit in page.hits] == ["best", "other", "linked"]


def test_scores_fall_with_links(engine: SearchEngine) -> None:
    """Programs sort by them."""
    engine.rebuild(RECORDS)

    scores = [hit.score for hit in engine.search(linked(("best", "linked"))).hits]

    assert scores == sorted(scores, reverse=True)


def test_records_with_all_words_stay_first(engine: SearchEngine) -> None:
    """Words that a record contains are what was asked."""
    exact = a_record("Retrouver une bicyclette dérobée", slug="exact")
    engine.rebuild([*RECORDS, exact])

    assert slugs_of(engine, linked(("best", "linked")))[0] == "exact"


def test_a_promoted_record_stays_first(engine: SearchEngine) -> None:
    """Staff decided so."""
    engine.rebuild(RECORDS)
    query = dataclasses.replace(
        linked(("best", "linked")), promoted=(practice("other"),)
    )

    assert slugs_of(engine, query)[0] == "other"
