"""A query that names a record brings it first: the contract of every engine."""

import pytest

from indexer.engines.base import SearchEngine
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale
from indexer.model.query import Sort
from tests.support.builders import a_query, a_record, an_edition

RUMOUR = a_record(
    "La rumeur",
    slug="rumour",
    kind=Kind.TERM,
    names=("ouï-dire",),
    keywords="ouï-dire",
    other=an_edition("Rumour"),
)
OTHERS = [
    a_record(
        f"Rumeur, rumeur et rumour {number}",
        slug=f"other-{number}",
        text="rumeur ouï-dire rumour " * 5,
        keywords="rumeur rumour ouï-dire w3 d2.6 n5",
    )
    for number in range(30)
]
CODED = [
    a_record("Une rencontre", slug="w3", kind=Kind.EVENT, keywords="W3 w3"),
    a_record("Un rapport", kind=Kind.DELIVERABLE, keywords="D2.6", names=("D2.6",)),
    a_record("Un manque", slug="n05", kind=Kind.NEED, keywords="n05 n5"),
]


def first(engine: SearchEngine, text: str, locale: Locale = Locale.FR) -> str:
    """Return the slug of the first record."""
    return engine.search(a_query(text, locale=locale)).hits[0].id.slug


@pytest.mark.parametrize(
    "text",
    ["rumeur", "La rumeur", "RUMEUR ?", "« rumeur »", "oui-dire", "ouï dire", "rumour"],
)
def test_a_title_or_another_name_brings_its_record_first(
    engine: SearchEngine, text: str
) -> None:
    """Although thirty records contain the words more often."""
    engine.rebuild([*OTHERS, RUMOUR])

    assert first(engine, text) == "rumour"


def test_the_corrected_spelling_of_a_name_brings_its_record_first(
    engine: SearchEngine,
) -> None:
    """The typed words are no name."""
    engine.rebuild([RUMOUR, a_record("Rumeurs partout", text="rumeur " * 9)])

    assert first(engine, "rumeeur") == "rumour"


def test_a_title_comes_before_another_name_and_a_term_after_its_theme(
    engine: SearchEngine,
) -> None:
    """Several records of one name are in this order."""
    named = [
        a_record("Troll", slug="term", kind=Kind.TERM),
        a_record("Haine", slug="other-name", names=("troll",), keywords="troll"),
        a_record("Troll", slug="theme", kind=Kind.THEME),
    ]
    engine.rebuild([a_record("Troll partout", slug="no-name"), *named])

    hits = engine.search(a_query("troll")).hits

    slugs = [hit.id.slug for hit in hits]
    assert slugs == ["theme", "term", "other-name", "no-name"]
    assert [hit.score for hit in hits] == sorted((h.score for h in hits), reverse=True)


def test_a_named_record_has_no_advantage_elsewhere(engine: SearchEngine) -> None:
    """In another order, or where a filter excludes it."""
    engine.rebuild([*OTHERS, RUMOUR])
    practices = Filter(FacetName.KIND, Kind.PRACTICE.value)

    by_title = engine.search(a_query("rumour", sort=Sort.TITLE)).hits[0]
    filtered = engine.search(a_query("rumour", practices))

    assert by_title.id.slug == "rumour", "« La rumeur » is before « Rumeur, »"
    assert filtered.total == len(OTHERS)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        *((text, "w3") for text in ("W3", "w 3", "atelier 3", "Workshop no. 3", "WS3")),
        *((text, "n05") for text in ("n05", "N5", "besoin 5", "need n° 5")),
        *((text, "a-record") for text in ("D2.6", "d 2-6", "D 2 6", "livrable 2.6")),
    ],
)
def test_a_code_is_found_as_people_write_it(
    engine: SearchEngine, text: str, slug: str
) -> None:
    """With spaces, dashes, a word for its kind, and without a leading zero."""
    engine.rebuild([*OTHERS, *CODED])

    page = engine.search(a_query(text))

    assert page.hits[0].id.slug == slug
    assert page.relaxed == (), "no part of a code is searched alone"


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("22/01/2021", Locale.FR),
        ("22.1.2021", Locale.EN),
        ("2021-01-22", Locale.FR),
        ("January 22nd, 2021", Locale.FR),
        ("22 janv. 2021", Locale.EN),
        ("conférence janvier 2021", Locale.FR),
    ],
)
def test_a_date_is_found_as_people_write_it(
    engine: SearchEngine, text: str, locale: Locale
) -> None:
    """In figures, with the month in words or shortened, in both languages."""
    others = [
        a_record(f"Autre {n}", slug=f"o-{n}", text="le 22, puis janvier, puis 2021")
        for n in range(30)
    ]
    twin = an_edition("Web conference", text="On 22 January 2021.")
    meeting = a_record(
        "Conférence en ligne", slug="meeting", text="22 janvier 2021", other=twin
    )
    engine.rebuild([*others, meeting])

    assert first(engine, text, locale) == "meeting"
