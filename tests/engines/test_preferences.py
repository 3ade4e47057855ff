"""Weights of records change their order, and nothing else: of every engine."""

import dataclasses

from indexer.engines.base import SearchEngine
from indexer.model.indexed_record import Neighbours
from indexer.model.query import Query
from indexer.model.readings import LAST, Preferences
from tests.support.builders import a_query, a_record

SENTENCE = "retrouver une bicyclette dérobée"

RECORDS = [
    a_record("Bicyclette dérobée", slug="best", text="Une bicyclette dérobée."),
    a_record("Retrouver", slug="other", text="Retrouver son chemin, retrouver."),
    a_record("Vers la gare", slug="weak", text="Un long chemin pour retrouver."),
    a_record("Crue", slug="wordless", text="La rivière déborde."),
]


def preferring(text: str, **factors: float) -> Query:
    """Return a query for which these records have these weights."""
    parts = tuple(
        (frozenset({f"practices/{slug}"}), factor) for slug, factor in factors.items()
    )
    return dataclasses.replace(
        a_query(text), preferences=Preferences((repr(factors),), parts)
    )


def slugs_of(engine: SearchEngine, query: Query) -> list[str]:
    """Return the slugs of the hits, in order."""
    return [hit.id.slug for hit in engine.search(query).hits]


def test_a_preferred_record_rises_and_none_is_added(engine: SearchEngine) -> None:
    """A record without a word of the query is no result."""
    engine.rebuild(RECORDS)

    assert slugs_of(engine, a_query(SENTENCE)) == ["best", "other", "weak"]
    query = preferring(SENTENCE, weak=9.0, wordless=9.0)
    assert slugs_of(engine, query) == ["best", "weak", "other"]


def test_the_record_that_is_named_stays_first(engine: SearchEngine) -> None:
    """Whatever the query prefers, and if it is one that comes last."""
    engine.rebuild(RECORDS)

    query = preferring("retrouver", other=LAST, weak=9.0)
    assert slugs_of(engine, query) == ["other", "weak"]


def test_a_record_that_comes_last_is_not_raised_by_links(engine: SearchEngine) -> None:
    """It is still a result."""
    engine.rebuild(RECORDS)
    links = {"practices/best": ("practices/other",)}
    links |= {"practices/other": ("practices/best",)}

    query = preferring(SENTENCE, other=LAST)
    linked = dataclasses.replace(query, neighbours=Neighbours(links))

    assert slugs_of(engine, query) == slugs_of(engine, linked)
    assert slugs_of(engine, query) == ["best", "weak", "other"]
