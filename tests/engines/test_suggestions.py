"""Suggestions while a visitor types: the contract of every engine."""

import pytest

from indexer.engines.base import SearchEngine
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.results import LocalizedText
from tests.support.builders import a_place, a_record, an_edition


def texts(
    engine: SearchEngine, typed: str, locale: Locale = Locale.FR, *, limit: int = 8
) -> list[str]:
    """Return the texts of the suggestions, in order."""
    return [each.text for each in engine.suggest(typed, locale, limit=limit)]


@pytest.mark.parametrize(
    "typed",
    [
        "harcel",
        "HARCÈL",
        "harcèlement en ligne",
        "le harc",
        "l’harcèl",
        "ligne harc",
        "lig  harc !",
        "harce\u0300l",
    ],
)
def test_typed_words_are_prefixes_of_words_of_the_title(
    engine: SearchEngine, typed: str
) -> None:
    """In any order, with or without accents."""
    engine.rebuild(
        [
            a_record("Le harcèlement en ligne", slug="a"),
            a_record("La ligne de bus", slug="b"),
        ]
    )

    assert texts(engine, typed) == ["Le harcèlement en ligne"]


@pytest.mark.parametrize("typed", ["", "  ", "?!", "-", "’", "\x00", "😀", "zz yy"])
def test_nothing_is_suggested_without_a_matching_name(
    engine: SearchEngine, typed: str
) -> None:
    """For an empty text, signs, or words of no name."""
    engine.rebuild([a_record("Vélos volés")])

    assert engine.suggest(typed, Locale.FR) == ()


@pytest.mark.parametrize(
    "typed",
    ["x" * 1000, "vélos " * 166, "v " * 500, "l'" * 500, "a-" * 500, "\u0301" * 1000],
)
def test_very_long_texts_have_no_suggestions(engine: SearchEngine, typed: str) -> None:
    """Somebody may paste a page into the box."""
    engine.rebuild([a_record("Vélos volés")])

    assert engine.suggest(typed, Locale.FR) == ()


def test_a_compound_matches_its_parts_and_the_whole(engine: SearchEngine) -> None:
    """« cyber-harc » and « cyberharc » begin the same word."""
    engine.rebuild(
        [
            a_record("cyber-harcèlement", slug="apart", kind=Kind.TERM),
            a_record("Répondre au cyberharcèlement", slug="joined"),
        ]
    )

    for typed in ("cyberharc", "cyber-harc"):
        assert texts(engine, typed) == [
            "cyber-harcèlement",
            "Répondre au cyberharcèlement",
        ]
    assert texts(engine, "harc") == ["cyber-harcèlement"]


def test_suggestions_come_from_the_closest_match_to_the_loosest(
    engine: SearchEngine,
) -> None:
    """Equal names, then their beginnings, then words in order, then in any order."""
    titles = (
        "Ville et police",
        "La police de la ville",
        "Police des villes et des campagnes",
        "Police ville",
    )
    engine.rebuild([a_record(each, slug=f"r{n}") for n, each in enumerate(titles)])

    assert texts(engine, "police ville") == [
        "Police ville",
        "La police de la ville",
        "Police des villes et des campagnes",
        "Ville et police",
    ]
    assert texts(engine, "police")[:2] == [
        "Police ville",
        "Police des villes et des campagnes",
    ]


def test_terms_and_places_come_before_records_of_the_same_name(
    engine: SearchEngine,
) -> None:
    """Only when the name is equal to the typed text."""
    milan = a_place("milan", fr="Milan", en="Milan")
    engine.rebuild(
        [
            a_record("Drone", slug="theme", kind=Kind.THEME),
            a_record("Drone", slug="term", kind=Kind.TERM),
            a_record("Drone bleu", slug="long-term", kind=Kind.TERM),
            a_record("Milan", slug="milan", places=(milan,)),
        ]
    )

    drones = [each.target for each in engine.suggest("drone", Locale.FR)]
    assert drones == [
        RecordId(Kind.TERM, "term"),
        RecordId(Kind.THEME, "theme"),
        RecordId(Kind.TERM, "long-term"),
    ]
    places = [each.target for each in engine.suggest("milan", Locale.FR)]
    assert places == [
        Filter(FacetName.PLACE, "milan"),
        RecordId(Kind.PRACTICE, "milan"),
    ]


def test_a_record_is_suggested_once_in_the_language_of_the_reader(
    engine: SearchEngine,
) -> None:
    """In the other language only when that name matches."""
    engine.rebuild([a_record("Police locale", other=an_edition("Local police"))])

    for locale, text in ((Locale.FR, "Police locale"), (Locale.EN, "Local police")):
        suggested = engine.suggest("polic", locale)
        assert [(each.text, each.locale) for each in suggested] == [(text, locale)]
        assert suggested[0].title is None
    (other,) = engine.suggest("locale", Locale.EN)
    assert (other.text, other.locale) == ("Police locale", Locale.FR)
    assert other.title == LocalizedText("Local police", Locale.EN)


def test_names_in_the_language_of_the_reader_come_first(engine: SearchEngine) -> None:
    """Except for a name in the other language that is equal to the typed text."""
    engine.rebuild(
        [
            a_record("Une police", slug="a", other=an_edition("A force")),
            a_record("Agents", slug="b", other=an_edition("Police officers")),
        ]
    )

    assert texts(engine, "polic") == ["Une police", "Police officers"]
    assert texts(engine, "police officers") == ["Police officers"]
    assert texts(engine, "polic", Locale.EN) == ["Police officers", "Une police"]


def test_a_record_of_one_language_has_its_title_in_that_language(
    engine: SearchEngine,
) -> None:
    """Whatever the language of the reader."""
    engine.rebuild([a_record("Half told", locale=Locale.EN, names=("Moitié",))])

    for typed, title in (("half", None), ("moit", "Half told")):
        (suggested,) = engine.suggest(typed, Locale.FR)
        assert suggested.locale is Locale.EN
        assert suggested.title == (title and LocalizedText(title, Locale.EN))


def test_another_name_of_a_term_suggests_the_term(engine: SearchEngine) -> None:
    """In either language, with the title of the term."""
    twin = an_edition("cyberbullying", names=("online bullying",))
    term = a_record(
        "cyberharcèlement",
        slug="t",
        kind=Kind.TERM,
        other=twin,
        names=("cyber-harcèlement", "harcèlement en ligne"),
    )
    engine.rebuild([term])

    for typed, text in (
        ("harcel", "harcèlement en ligne"),
        ("online", "online bullying"),
        ("cyberb", "cyberbullying"),
    ):
        (suggested,) = engine.suggest(typed, Locale.FR)
        assert (suggested.text, suggested.target) == (text, term.id)
        assert suggested.title == LocalizedText("cyberharcèlement", Locale.FR)
    assert texts(engine, "cyber") == ["cyberharcèlement"]


def test_two_terms_of_the_same_name_have_their_other_titles(
    engine: SearchEngine,
) -> None:
    """French has one word for two English ones."""
    engine.rebuild(
        [
            a_record(
                "cyberharcèlement", slug=each, kind=Kind.TERM, other=an_edition(each)
            )
            for each in ("cyberbullying", "cyberstalking")
        ]
    )

    suggested = engine.suggest("cyberh", Locale.FR)

    assert [each.text for each in suggested] == ["cyberharcèlement"] * 2
    assert {each.title for each in suggested} == {
        LocalizedText("cyberbullying", Locale.EN),
        LocalizedText("cyberstalking", Locale.EN),
    }


def test_a_place_is_suggested_once_as_a_filter(engine: SearchEngine) -> None:
    """By its name in either language, as long as a record names it."""
    places = (a_place("london", fr="Londres", en="London"),)
    engine.rebuild(
        [
            a_record("Caméras", slug="a", places=places),
            a_record("Drones", slug="b", places=places),
        ]
    )

    (london,) = engine.suggest("lond", Locale.FR)
    assert (london.text, london.target) == (
        "Londres",
        Filter(FacetName.PLACE, "london"),
    )
    (other,) = engine.suggest("london", Locale.FR)
    assert (other.text, other.locale) == ("London", Locale.EN)
    assert other.title == LocalizedText("Londres", Locale.FR)
    engine.upsert(
        [], delete=[RecordId(Kind.PRACTICE, "a"), RecordId(Kind.PRACTICE, "b")]
    )
    assert engine.suggest("lond", Locale.FR) == ()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("cybrharcèlement", True),
        ("cyberharclemen", True),
        ("cyberhacrel", True),
        ("cyebrharecl", True),
        ("cbyrhraecl", False),
        ("lodnres", True),
        ("londrs cyber", True),
        ("lonrdes", True),
        ("olndres", True),
        ("londrez", True),
        ("lnd", False),
        ("lxyd", False),
        ("2O16", False),
    ],
)
def test_misspelt_words_match_names(
    engine: SearchEngine, typed: str, *, found: bool
) -> None:
    """One edit in words of four letters, two in words of eight, finished or not."""
    engine.rebuild([a_record("Londres 2016 : le cyberharcèlement")])

    assert bool(engine.suggest(typed, Locale.FR)) is found


def test_exact_matches_come_before_misspelt_ones(engine: SearchEngine) -> None:
    """Misspelt matches only fill the list up."""
    engine.rebuild(
        [
            a_record("Vente", slug="a", kind=Kind.TERM),
            a_record("Les vantardises", slug="b"),
            a_record("La vantardise", slug="c"),
            a_record("Contente", slug="d"),
        ]
    )

    assert texts(engine, "vant") == ["La vantardise", "Les vantardises", "Vente"]
    assert texts(engine, "vant", limit=2) == ["La vantardise", "Les vantardises"]


def test_other_words_are_not_taken_for_misspellings(engine: SearchEngine) -> None:
    """« comm » is unfinished: « compter » and « homme » are other words."""
    engine.rebuild(
        [
            a_record("Commune", slug="a"),
            a_record("Compter", slug="b"),
            a_record("Homme", slug="c"),
        ]
    )

    assert texts(engine, "comm") == ["Commune"]
    assert texts(engine, "commtx") == []
    assert texts(engine, "compx") == ["Compter"]


@pytest.mark.parametrize("limit", [0, 1, 3])
def test_the_number_of_suggestions_is_limited(engine: SearchEngine, limit: int) -> None:
    """The shortest names stay."""
    engine.rebuild([a_record(f"Police {'x' * n}", slug=f"r{n}") for n in range(1, 13)])

    found = texts(engine, "police", limit=limit)

    assert found == [f"Police {'x' * n}" for n in range(1, limit + 1)]
    assert len(texts(engine, "police")) == 8


def test_a_new_record_is_suggested_at_once(engine: SearchEngine) -> None:
    """An empty index has no suggestions."""
    engine.rebuild([])
    assert engine.suggest("vélos volés", Locale.FR) == ()

    engine.upsert([a_record("Vélos volés")])

    assert texts(engine, "velo") == ["Vélos volés"]


def test_warmed_up_suggestions_change_with_the_index(
    engine: SearchEngine,
) -> None:
    """The service warms them up before the first request."""
    engine.rebuild([a_record("Vélos volés", slug="bikes")])
    engine.warm_up()
    assert texts(engine, "velo") == ["Vélos volés"]

    engine.upsert([a_record("Vélos perdus")], delete=[RecordId(Kind.PRACTICE, "bikes")])

    assert texts(engine, "velo") == ["Vélos perdus"]
