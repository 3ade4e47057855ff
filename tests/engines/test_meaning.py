"""Records that are close in meaning: the contract of every engine."""

import dataclasses

from indexer.engines.base import SearchEngine
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, RecordId
from indexer.model.query import CloseRecord, Query
from indexer.model.results import RelaxationStep
from tests.support.builders import a_query, a_record

SENTENCE = "retrouver une bicyclette dérobée"

RECORDS = [
    a_record("Bicyclette", slug="bicyclette", text="Une bicyclette pour tous."),
    a_record("Retrouver", slug="retrouver", text="Retrouver son chemin en ville."),
    a_record("Vélos", slug="velos", text="Des vélos volés sont rendus."),
    a_record("Crue", slug="crue", text="La rivière déborde."),
    a_record("Dérobée", slug="derobee", kind=Kind.NEED, text="Une porte dérobée."),
]


def asked(*slugs: str, text: str = SENTENCE) -> Query:
    """Return a query for which these practices are close in meaning."""
    close = (
        CloseRecord(
            RecordId(Kind.PRACTICE, slug), 3.0 - 3 * number, 0.9 - number / 10, 0
        )
        for number, slug in enumerate(slugs)
    )
    return dataclasses.replace(a_query(text), close=tuple(close))


def slugs_of(engine: SearchEngine, query: Query) -> list[str]:
    """Return the slugs of the hits, in order."""
    return [hit.id.slug for hit in engine.search(query).hits]


def test_a_close_record_without_the_words_is_a_partial_result(
    engine: SearchEngine,
) -> None:
    """It says why it is there, with the passage that is close."""
    engine.rebuild(RECORDS)

    page = engine.search(asked("velos"))

    hit = next(hit for hit in page.hits if hit.id.slug == "velos")
    assert hit.is_close
    assert hit.is_partial
    assert [each.excerpt.text for each in hit.snippets] == [
        "Des vélos volés sont rendus."
    ]
    assert not any(each.is_close for each in page.hits if each is not hit)
    assert page.exact_total == 0
    assert page.relaxed[-1].step is RelaxationStep.MEANING
    assert page.closest == 0.9


def test_counts_are_those_of_what_is_listed(engine: SearchEngine) -> None:
    """A filter leaves as many records as its count says."""
    engine.rebuild(RECORDS)
    query = asked("velos")

    page = engine.search(query)
    kinds = page.facets[FacetName.KIND]

    assert page.total == len(page.hits) == 4
    assert {each.value: each.count for each in kinds} == {"practice": 3, "need": 1}
    for kind in kinds:
        chosen = (Filter(FacetName.KIND, kind.value),)
        filtered = engine.search(dataclasses.replace(query, filters=chosen))
        assert filtered.total == kind.count


def test_closeness_reorders_partial_results(engine: SearchEngine) -> None:
    """A record that has words and is close comes before one that only has words."""
    engine.rebuild(RECORDS)
    by_words = slugs_of(engine, a_query(SENTENCE))

    last = by_words[-1] if by_words[-1] != "derobee" else by_words[-2]

    assert slugs_of(engine, asked(last, "crue"))[0] == last
    assert by_words[0] != last


def test_exact_results_stay_first(engine: SearchEngine) -> None:
    """Words that a record contains are what was asked."""
    engine.rebuild(
        [*RECORDS, a_record("Retrouver une bicyclette dérobée", slug="exact")]
    )

    assert slugs_of(engine, asked("velos", "crue"))[0] == "exact"
    assert engine.search(asked("velos")).exact_total == 1


def test_pages_continue_each_other(engine: SearchEngine) -> None:
    """No record is on two pages, and none is left out."""
    engine.rebuild(RECORDS)
    query = dataclasses.replace(asked("velos", "crue"), page_size=2)

    pages = [
        slugs_of(engine, dataclasses.replace(query, page=number))
        for number in range(1, engine.search(query).pages + 1)
    ]

    listed = [each for page in pages for each in page]
    assert sorted(listed) == sorted(each.id.slug for each in RECORDS)
    assert listed == slugs_of(engine, dataclasses.replace(query, page_size=10))


def test_scores_fall(engine: SearchEngine) -> None:
    """Programs sort by them."""
    engine.rebuild(RECORDS)

    scores = [hit.score for hit in engine.search(asked("velos", "crue")).hits]

    assert scores == sorted(scores, reverse=True)


def test_a_record_that_is_not_indexed_is_left_out(engine: SearchEngine) -> None:
    """The vectors may be older or newer than the index."""
    engine.rebuild(RECORDS)

    assert "gone" not in slugs_of(engine, asked("gone", "velos"))


def test_exclusions_win(engine: SearchEngine) -> None:
    """Close records never come back by another way than a plain text."""
    engine.rebuild(RECORDS)
    query = dataclasses.replace(asked("velos"), is_exact=True)

    assert "velos" not in slugs_of(engine, query)
