"""What every engine suggests while a visitor types: one suite, run on each."""

from __future__ import annotations

import pytest

from indexer.engines.base import SearchEngine
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.results import LocalizedText
from tests.support.builders import a_place, a_record, an_edition


def texts(
    engine: SearchEngine, typed: str, locale: Locale = Locale.FR, *, limit: int = 8
) -> list[str]:
    """Give the texts that are suggested, in order."""
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
def test_words_typed_begin_words_of_the_title(engine: SearchEngine, typed: str) -> None:
    """Any words of it, in any order, with or without accents."""
    engine.rebuild(
        [
            a_record("Le harcèlement en ligne", slug="a"),
            a_record("La ligne de bus", slug="b"),
        ]
    )

    assert texts(engine, typed) == ["Le harcèlement en ligne"]


@pytest.mark.parametrize("typed", ["", "  ", "?!", "-", "’", "\x00", "😀", "zz yy"])
def test_nothing_is_suggested_for_what_names_nothing(
    engine: SearchEngine, typed: str
) -> None:
    """An empty box, signs, or words that no name has."""
    engine.rebuild([a_record("Vélos volés")])

    assert engine.suggest(typed, Locale.FR) == ()


@pytest.mark.parametrize(
    "typed",
    ["x" * 1000, "vélos " * 166, "v " * 500, "l'" * 500, "a-" * 500, "\u0301" * 1000],
)
def test_a_thousand_characters_are_no_trouble(engine: SearchEngine, typed: str) -> None:
    """Somebody pastes a page into the box."""
    engine.rebuild([a_record("Vélos volés")])

    assert engine.suggest(typed, Locale.FR) == ()


def test_a_compound_is_found_by_its_parts_and_as_one(engine: SearchEngine) -> None:
    """« cyber-harc » and « cyberharc » are the same word being typed."""
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


def test_names_come_from_the_nearest_to_the_farthest(engine: SearchEngine) -> None:
    """The very name, then its beginning, words in their order, words in any."""
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


def test_a_term_and_a_place_come_before_what_is_called_the_same(
    engine: SearchEngine,
) -> None:
    """When they are what was typed, and only then."""
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


def test_a_record_is_suggested_once_in_the_readers_language(
    engine: SearchEngine,
) -> None:
    """The other language only when it is what was typed."""
    engine.rebuild([a_record("Police locale", other=an_edition("Local police"))])

    for locale, text in ((Locale.FR, "Police locale"), (Locale.EN, "Local police")):
        suggested = engine.suggest("polic", locale)
        assert [(each.text, each.locale) for each in suggested] == [(text, locale)]
        assert suggested[0].title is None
    (other,) = engine.suggest("locale", Locale.EN)
    assert (other.text, other.locale) == ("Police locale", Locale.FR)
    assert other.title == LocalizedText("Local police", Locale.EN)


def test_the_readers_language_comes_first(engine: SearchEngine) -> None:
    """But for a name of the other that is just what was typed."""
    engine.rebuild(
        [
            a_record("Une police", slug="a", other=an_edition("A force")),
            a_record("Agents", slug="b", other=an_edition("Police officers")),
        ]
    )

    assert texts(engine, "polic") == ["Une police", "Police officers"]
    assert texts(engine, "police officers") == ["Police officers"]
    assert texts(engine, "polic", Locale.EN) == ["Police officers", "Une police"]


def test_a_record_of_one_language_is_suggested_in_it(engine: SearchEngine) -> None:
    """It never pretends to have a title in the other."""
    engine.rebuild([a_record("Half told", locale=Locale.EN, names=("Moitié",))])

    for typed, title in (("half", None), ("moit", "Half told")):
        (suggested,) = engine.suggest(typed, Locale.FR)
        assert suggested.locale is Locale.EN
        assert suggested.title == (title and LocalizedText(title, Locale.EN))


def test_another_name_of_a_term_leads_to_it(engine: SearchEngine) -> None:
    """In either language, and it says what the term is called."""
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


def test_two_terms_of_one_name_can_be_told_apart(engine: SearchEngine) -> None:
    """The French have one word where the English have two."""
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


def test_a_place_leads_to_what_is_there(engine: SearchEngine) -> None:
    """Once, by its name in either language, as long as a record names it."""
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
def test_a_slip_does_not_hide_a_name(
    engine: SearchEngine, typed: str, *, found: bool
) -> None:
    """One edit in four letters, two in eight, in a word that is not finished too."""
    engine.rebuild([a_record("Londres 2016 : le cyberharcèlement")])

    assert bool(engine.suggest(typed, Locale.FR)) is found


def test_what_was_typed_right_comes_before_slips(engine: SearchEngine) -> None:
    """Slips only fill the room that is left."""
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


def test_another_word_is_not_taken_for_a_slip(engine: SearchEngine) -> None:
    """« comm » is not finished: « compter » is another word, « homme » too."""
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
def test_there_are_no_more_than_asked(engine: SearchEngine, limit: int) -> None:
    """The list must fit under the box; the shortest are kept."""
    engine.rebuild([a_record(f"Police {'x' * n}", slug=f"r{n}") for n in range(1, 13)])

    found = texts(engine, "police", limit=limit)

    assert found == [f"Police {'x' * n}" for n in range(1, limit + 1)]
    assert len(texts(engine, "police")) == 8


def test_suggestions_follow_the_index(engine: SearchEngine) -> None:
    """A new record is suggested at once; nothing is from an index that is empty."""
    engine.rebuild([])
    assert engine.suggest("vélos volés", Locale.FR) == ()

    engine.upsert([a_record("Vélos volés")])

    assert texts(engine, "velo") == ["Vélos volés"]


def test_suggestions_that_were_made_before_follow_the_index_too(
    engine: SearchEngine,
) -> None:
    """A service makes them before the first visitor asks."""
    engine.rebuild([a_record("Vélos volés", slug="bikes")])
    engine.warm_up()
    assert texts(engine, "velo") == ["Vélos volés"]

    engine.upsert([a_record("Vélos perdus")], delete=[RecordId(Kind.PRACTICE, "bikes")])

    assert texts(engine, "velo") == ["Vélos perdus"]
