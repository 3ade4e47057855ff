"""Synonyms, translations and relaxation: the contract of every engine."""

import dataclasses

import pytest

from indexer.engines.base import SearchEngine
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale
from indexer.model.indexed_record import IndexedRecord
from indexer.model.query import ExpansionSource, Query
from indexer.model.results import MatchField, RelaxationStep, ResultPage
from indexer.model.word_links import NO_LINKS, Corrections, WordLinks, WordPair
from tests.engines.test_found_records import CYBERBULLYING
from tests.support.builders import a_query, a_record, an_edition

FR, EN = Locale.FR, Locale.EN
LOCALE = FacetName.LOCALE


def slugs(page: ResultPage) -> set[str]:
    """Return the slugs of the hits."""
    return {hit.id.slug for hit in page.hits}


def steps(page: ResultPage) -> list[RelaxationStep]:
    """Return the relaxation steps, in order."""
    return [each.step for each in page.relaxed]


def unexpanded(query: Query) -> Query:
    """Return the query without expansion."""
    return dataclasses.replace(query, is_expandable=False)


def english(title: str, slug: str, **more: str) -> IndexedRecord:
    """Make a record in English only."""
    return a_record(title, slug=slug, locale=EN, **more)  # type: ignore[arg-type]  # texts


@pytest.mark.parametrize(
    ("typed", "reader", "title", "locale"),
    [
        ("vol", FR, "Bicycle theft", EN),
        ("maires", FR, "The mayor", EN),
        ("temoin", FR, "Appeal for witnesses", EN),
        ("mayors", EN, "Le maire", FR),
        ("Witness", EN, "Des témoins", FR),
        ("stolen", EN, "Des vélos à voler", FR),
    ],
    ids=str,
)
def test_a_word_matches_its_translation_in_the_other_language(
    engine: SearchEngine, typed: str, reader: Locale, title: str, locale: Locale
) -> None:
    """Half of the reports are in English only: French readers must find them."""
    engine.rebuild(
        [a_record(title, slug="found", locale=locale), a_record("Autre", slug="no")]
    )

    page = engine.search(a_query(typed, locale=reader))

    assert slugs(page) == {"found"}
    assert (page.asked_total, page.relaxed) == (1, ())
    assert {(each.locale, each.source) for each in page.expansions} == {
        (locale, ExpansionSource.LEXICON)
    }


def test_a_translation_in_no_record_is_not_listed(engine: SearchEngine) -> None:
    """The list of expansions has only words that may match."""
    engine.rebuild([a_record("Le maire", slug="fr"), english("Something else", "en")])

    assert engine.search(a_query("maire")).expansions == ()


@pytest.mark.parametrize(("typed", "reader"), [("vol", FR), ("theft", EN)])
def test_without_expansion_only_the_typed_words_match(
    engine: SearchEngine, typed: str, reader: Locale
) -> None:
    """No expansion and no relaxation is reported."""
    engine.rebuild(
        [english("Bicycle theft", "theft"), a_record("Vol de vélos", slug="vol")]
    )

    page = engine.search(unexpanded(a_query(typed, locale=reader)))

    assert slugs(page) == {typed}
    assert (page.expansions, page.relaxed) == ((), ())


def test_without_expansion_glossary_names_do_not_match_either(
    engine: SearchEngine,
) -> None:
    """The glossary is one of the sources of expansions."""
    engine.rebuild(
        [
            CYBERBULLYING,
            english("A report on cyberbullying", "other"),
            a_record("Du cyberharcèlement", slug="typed"),
        ]
    )

    page = engine.search(unexpanded(a_query("cyberharcèlement")))

    assert slugs(page) == {"term", "typed"}


def test_an_excluded_word_is_not_corrected(engine: SearchEngine) -> None:
    """A misspelt exclusion must not exclude another word."""
    engine.rebuild([a_record("Police, vélos", slug="matching")])

    page = engine.search(a_query("police -velso"))

    assert slugs(page) == {"matching"}
    assert page.suggestion == ""


def test_a_query_that_is_not_relaxable_matches_its_words_and_their_equivalents(
    engine: SearchEngine,
) -> None:
    """A feed has no record with a corrected spelling, or with some of the words."""
    engine.rebuild(
        [
            CYBERBULLYING,
            a_record("Police et cyberharcèlement", slug="typed"),
            english("Police and cyberbullying", "other"),
            a_record("Police", slug="partial"),
            a_record("Polices et cyberharcèlements", slug="stem"),
        ]
    )
    query = a_query("police cyberharcèlement")

    page = engine.search(dataclasses.replace(query, is_relaxable=False))
    misspelt = dataclasses.replace(a_query("polize"), is_relaxable=False)

    assert "partial" in slugs(engine.search(query))
    assert slugs(page) == {"typed", "other", "stem"}
    assert page.total == page.asked_total == engine.search(query).asked_total
    assert page.relaxed == ()
    assert page.expansions
    assert engine.search(misspelt).total == 0


ALWAYS = WordLinks(Corrections(always=(WordPair("Zorglub", "bulgroz"),)))
NEVER = WordLinks(Corrections(never=(WordPair("maires", "mayor"),)))
LEARNED = WordLinks(
    learned={FR: {"zorglubs": ("bulgroz",)}, EN: {"bulgroz": ("zorglubs",)}}
)
PAIRS = (
    a_record("Le zorglub", slug="zorglub"),
    english("The bulgroz", "bulgroz"),
    english("The mayor", "mayor"),
)


@pytest.mark.parametrize(
    ("links", "typed", "expected"),
    [
        (NO_LINKS, "zorglub", {"zorglub"}),
        (ALWAYS, "zorglub", {"zorglub", "bulgroz"}),
        (ALWAYS, "bulgroz", {"zorglub", "bulgroz"}),
        (LEARNED, "zorglub", {"zorglub", "bulgroz"}),
        (NO_LINKS, "maire", {"mayor"}),
        (NEVER, "maire", set()),
    ],
    ids=["without", "always", "always-back", "learned", "without-never", "never"],
)
def test_word_links_are_used_at_once_and_stored(
    engine: SearchEngine, links: WordLinks, typed: str, expected: set[str]
) -> None:
    """They stay in use after later changes of the index."""
    engine.rebuild(PAIRS, links=links)
    rebuilt = slugs(engine.search(a_query(typed)))

    engine.upsert([a_record("Autre chose", slug="new")])
    unchanged = slugs(engine.search(a_query(typed)))
    engine.rebuild(PAIRS)
    engine.upsert([], links=links)
    changed = slugs(engine.search(a_query(typed)))

    assert rebuilt == unchanged == changed == expected
    assert engine.status().links == links


def test_a_rebuild_without_word_links_removes_them(engine: SearchEngine) -> None:
    """The index has no content of its own."""
    engine.rebuild(PAIRS, links=ALWAYS)

    engine.rebuild(PAIRS)

    assert slugs(engine.search(a_query("zorglub"))) == {"zorglub"}


def test_word_links_stay_when_records_are_removed(engine: SearchEngine) -> None:
    """`upsert` without links keeps the stored ones."""
    engine.rebuild(PAIRS, links=ALWAYS)

    engine.upsert([], delete=[PAIRS[2].id])

    assert slugs(engine.search(a_query("zorglub"))) == {"zorglub", "bulgroz"}


MANY = (
    a_record("La police municipale", slug="police"),
    a_record("Les caméras", slug="camera"),
    a_record("Signalement anonyme", slug="report"),
    english("The mayor", "mayor"),
    a_record("Pornodivulgation", slug="term", kind=Kind.TERM, names=("vengeance",)),
    a_record("Une vengeance", slug="name"),
)


@pytest.mark.parametrize(
    ("typed", "is_expandable", "expected"),
    [
        ("police", True, []),
        ("polcie", True, ["spelling"]),
        ("maire", False, ["other-language"]),
        ("vengeances", False, []),
        ('"municipale police"', True, ["phrase"]),
        ("police caméras", True, ["one-dropped"]),
        ("police caméras anonyme", True, ["any-word"]),
        ("polcie caméras", True, ["spelling", "one-dropped"]),
        ("polcie caméras anonyme", True, ["spelling", "any-word"]),
        ('"municipale police" SAUF drones', True, ["phrase"]),
        ("police municipale anonyme caméras", True, ["any-word"]),
        ("xyzzy", True, []),
    ],
)
def test_relaxation_steps_are_reported_in_their_order(
    engine: SearchEngine,
    typed: str,
    is_expandable: bool,  # noqa: FBT001  # a case
    expected: list[str],
) -> None:
    """Each has a detail, and no other step is reported."""
    engine.rebuild(MANY)
    order = list(RelaxationStep)

    page = engine.search(
        dataclasses.replace(a_query(typed), is_expandable=is_expandable)
    )

    reported = [each.value for each in steps(page)]
    assert [each for each in reported if each in expected] == expected
    assert [order.index(each) for each in steps(page)] == sorted(
        order.index(each) for each in steps(page)
    )
    assert all(each.detail for each in page.relaxed)
    assert bool(page.relaxed) == bool(expected)


@pytest.mark.parametrize("typed", ['"caméras police"', "maire citoyens xyzzy"])
def test_a_step_without_matches_prepares_the_next(
    engine: SearchEngine, typed: str
) -> None:
    """Neither step alone matches a record; both together do."""
    engine.rebuild([*MANY, english("The mayor and the citizens", "both")])

    page = engine.search(unexpanded(a_query(typed)))

    assert page.total > 0
    assert len(page.relaxed) >= 2


def test_glossary_names_are_searched_when_typed_words_match_nothing(
    engine: SearchEngine,
) -> None:
    """This happens even though the reader turned expansion off, and is reported."""
    term = a_record("Bulgroz", slug="term", kind=Kind.TERM, names=("Zorglub",))
    engine.rebuild([term, a_record("Les bulgroz", slug="found")])

    page = engine.search(unexpanded(a_query("zorglub")))

    assert steps(page) == [RelaxationStep.THESAURUS]
    assert [each.name for each in page.expansions] == ["Bulgroz"]


def test_a_query_with_many_matches_is_not_relaxed(engine: SearchEngine) -> None:
    """25 records are not few."""
    engine.rebuild([a_record("Police locale", slug=f"r{n}") for n in range(25)])

    page = engine.search(a_query("police locale"))

    assert (page.relaxed, page.total, page.asked_total) == ((), 25, 25)


@pytest.mark.parametrize(
    "typed",
    ["polcie", "police xyzzy", '"xyzzy police"', "police camera anonyme", "vol"],
)
def test_filters_apply_after_every_relaxation(engine: SearchEngine, typed: str) -> None:
    """No step returns a record that the filter excludes."""
    chosen = Filter(FacetName.THEME, "chosen")
    facets = {FacetName.THEME: ("chosen",)}
    engine.rebuild(
        [
            a_record("Police", slug="in", facets=facets),
            a_record("Police", slug="out"),
            a_record("Caméra", slug="out-too"),
            english("Theft", "out-again"),
        ]
    )

    for query in (a_query(typed, chosen), a_query(f"{typed} theme:chosen")):
        assert slugs(engine.search(query)) <= {"in"}


def test_asked_total_ignores_filters(
    engine: SearchEngine,
) -> None:
    """It counts the records with all words."""
    streets = {FacetName.THEME: ("streets",)}
    engine.rebuild(
        [
            a_record("Police et drones", slug="both"),
            a_record("Police", slug="one", facets=streets),
        ]
    )

    page = engine.search(a_query("police drones", Filter(FacetName.THEME, "streets")))

    assert page.asked_total == 1
    assert (page.total, slugs(page)) == (1, {"one"})


@pytest.mark.parametrize(
    ("typed", "reader"),
    [
        ("vol", FR),
        ("theft", EN),
        ("police vol", FR),
        ("polcie vol", FR),
        ("police vol drone xyzzy", FR),
        ('"police vol"', FR),
        ("cyberharcèlement", FR),
        ("cyberbullying", EN),
        ("-vol", FR),
        ("", FR),
    ],
)
def test_facet_counts_equal_the_total_with_that_filter(
    engine: SearchEngine, typed: str, reader: Locale
) -> None:
    """For expanded and relaxed queries too."""

    def facets(theme: str, *locales: str) -> dict[FacetName, tuple[str, ...]]:
        return {
            FacetName.THEME: (theme,),
            LOCALE: locales,
            FacetName.YEAR: ("2018", "2019"),
        }

    engine.rebuild(
        [
            CYBERBULLYING,
            a_record("Police et vol", slug="a", facets=facets("one", "fr")),
            a_record("Theft", slug="b", locale=EN, facets=facets("two", "en")),
            a_record(
                "Drone",
                slug="c",
                facets=facets("two", "fr", "en"),
                other=an_edition("Police drones, cyberbullying"),
            ),
            a_record("Police", slug="d", kind=Kind.NEED, facets=facets("one", "fr")),
            a_record("Vol", slug="e", text="Cyberharcèlement", facets=facets("three")),
        ]
    )
    chosen = (Filter(FacetName.THEME, "one"), Filter(FacetName.THEME, "two"))

    for filters in ((), chosen, (Filter(LOCALE, "en"),)):
        page = engine.search(a_query(typed, *filters, locale=reader))
        for facet, counts in page.facets.items():
            others = tuple(each for each in filters if each.facet is not facet)
            for count in counts:
                click = a_query(
                    typed, *others, Filter(facet, count.value), locale=reader
                )
                assert engine.search(click).total == count.count, (facet, count)


def test_a_phrase_without_matches_is_searched_as_words(
    engine: SearchEngine,
) -> None:
    """The relaxation is reported, and `asked_total` is 0."""
    engine.rebuild(
        [
            a_record("La police de la ville", slug="found"),
            a_record("La ville", slug="half"),
        ]
    )

    page = engine.search(a_query('"police de ville"'))

    assert steps(page)[0] is RelaxationStep.PHRASE
    assert page.hits[0].id.slug == "found"
    assert page.asked_total == 0


def test_the_synonyms_of_a_corrected_term_are_searched(engine: SearchEngine) -> None:
    """The glossary is looked up again after the correction."""
    engine.rebuild([CYBERBULLYING, a_record("Du harcèlement en ligne", slug="name")])

    page = engine.search(a_query("cyberharcelemant"))

    assert page.suggestion == "cyberharcèlement"
    assert slugs(page) == {"term", "name"}
    assert ("harcèlement en ligne", ExpansionSource.GLOSSARY) in {
        (each.name, each.source) for each in page.expansions
    }


def test_the_synonyms_of_a_corrected_term_of_several_words_are_searched(
    engine: SearchEngine,
) -> None:
    """The term may contain stop words."""
    engine.rebuild(
        [
            CYBERBULLYING,
            a_record("Du harcèlement en ligne", slug="name"),
            english("Cyberbullying at school", "english"),
        ]
    )

    page = engine.search(a_query("harcelment en ligne"))

    assert slugs(page) == {"term", "name", "english"}
    assert page.suggestion == "harcèlement en ligne"


@pytest.mark.parametrize(
    "typed",
    [
        "harcelment",
        "le harcelment et la polcie",
        "titre:harcelment",
        "harcelment OU xyzzy",
        "(harcelment OU polcie) -drone",
    ],
)
def test_searching_the_corrected_query_has_the_same_results(
    engine: SearchEngine, typed: str
) -> None:
    """The correction is a link on the page."""
    engine.rebuild(
        [
            a_record("Le harcèlement et la police", slug="both"),
            a_record("Le harcèlement moral", slug="one"),
        ]
    )

    page = engine.search(a_query(typed))

    assert page.suggestion
    assert slugs(engine.search(a_query(page.suggestion))) == slugs(page)


@pytest.mark.parametrize(
    "typed", ["harcelment -harcelment", 'harcelment SAUF "harcelment moral"']
)
def test_a_misspelt_word_that_is_excluded_or_quoted_too_is_not_corrected(
    engine: SearchEngine, typed: str
) -> None:
    """No query text could express the correction."""
    engine.rebuild([a_record("Le harcèlement", slug="one")])

    assert engine.search(a_query(typed)).suggestion == ""


def test_a_misspelt_word_in_a_sentence_is_corrected(engine: SearchEngine) -> None:
    """A sentence matches any of its words, so that the word would be lost."""
    engine.rebuild(
        [
            a_record("Le harcèlement", slug="meant"),
            a_record("Autre", slug="other", text="La ville, et rien de plus."),
        ]
    )

    page = engine.search(
        a_query("comment lutter contre le harcelment dans ma ville au quotidien")
    )

    assert page.suggestion == (
        "comment lutter contre le harcèlement dans ma ville au quotidien"
    )
    assert "meant" in slugs(page)
    assert steps(page)[0] is RelaxationStep.SPELLING


@pytest.mark.parametrize("typed", ["le", "to be or not to be", "le OU la", "-le la"])
def test_a_query_of_stop_words_has_no_expansions(
    engine: SearchEngine, typed: str
) -> None:
    """Stop words are not translated."""
    engine.rebuild(
        [a_record("Le mot", slug="fr"), english("To be, or not to be", "en")]
    )

    page = engine.search(a_query(typed))

    assert page.expansions == ()
    assert page.total == len(page.hits)


def test_stop_words_beside_other_words_do_not_change_results(
    engine: SearchEngine,
) -> None:
    """« le vol » and « vol » have the same hits."""
    engine.rebuild([*MANY, english("Theft", "theft"), a_record("Vol", slug="vol")])

    one, other = (engine.search(a_query(text)) for text in ("vol", "le vol de la"))

    assert one.hits == other.hits != ()
    assert one.total == other.total == 2


LONE = (
    english("A mayor", "mayor"),
    english("The mayor and the citizens", "both"),
    a_record("Un maire", slug="maire"),
)


def test_a_word_that_no_record_has_adds_no_score(engine: SearchEngine) -> None:
    """A record found by one of two words has the score of that word alone.

    « maire » alone would be the name of the record.
    """
    engine.rebuild(LONE)

    one, other = (
        engine.search(a_query(text)) for text in ("maire xyzzy", "maire -xyzzy")
    )

    assert [hit.score for hit in one.hits] == [hit.score for hit in other.hits]


def test_words_that_only_ask_do_not_change_results(engine: SearchEngine) -> None:
    """« quel rapport contient les vols » has the hits of « rapport vols »."""
    engine.rebuild(
        [*MANY, a_record("Un rapport sur les vols", slug="vols"), a_record("Contient")]
    )

    one, other = (
        engine.search(a_query(text))
        for text in ("rapport vols", "quel rapport contient les vols")
    )

    assert one.hits == other.hits
    assert slugs(one) == {"vols"}


@pytest.mark.parametrize(
    ("typed", "reader", "right", "wrong"),
    [
        ("car theft", EN, "Car theft", "Bicycle theft"),
        ("son of the mayor", EN, "Son of the mayor", "Wife of the mayor"),
        ("don de vélos", FR, "Don de vélos", "Vol de vélos"),
    ],
)
def test_a_stop_word_of_the_other_language_is_searched(
    engine: SearchEngine, typed: str, reader: Locale, right: str, wrong: str
) -> None:
    """`car` is a stop word in French, and a content word in English."""
    engine.rebuild(
        [
            a_record(wrong, slug="a-wrong", locale=reader),
            a_record(right, slug="right", locale=reader),
        ]
    )

    page = engine.search(a_query(typed, locale=reader))

    assert page.asked_total == 1
    assert page.hits[0].id.slug == "right"


def test_the_typed_name_scores_more_than_its_synonyms(engine: SearchEngine) -> None:
    """Of two equal titles, the one with the typed word comes first."""
    engine.rebuild(
        [
            a_record("Police et harcèlement en ligne", slug="a-name"),
            a_record("Police et cyberharcèlement", slug="typed"),
            a_record("Une place", slug="z-other"),
            CYBERBULLYING,
        ]
    )

    hits = engine.search(a_query("cyberharcèlement")).hits

    assert [hit.id.slug for hit in hits if hit.id.kind is Kind.PRACTICE] == [
        "typed",
        "a-name",
    ]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("vélos", ("vélos", "vélos", FR, MatchField.TITLE)),
        ("bruit", ("bruit", "bruit", FR, MatchField.TEXT)),
        ("resume", ("resume", "resume", FR, MatchField.SUMMARY)),
        ("motcle", ("motcle", "motcle", FR, MatchField.KEYWORDS)),
        ("oublie", ("oublie", "oublie", FR, MatchField.QUESTIONS)),
        ("maire", ("maire", "mayor", EN, MatchField.TITLE)),
        (
            "cyberharcèlement",
            ("cyberharcèlement", "cyberbullying", EN, MatchField.TEXT),
        ),
        ('"police locale"', ("police locale", "police locale", FR, MatchField.TEXT)),
        ("loca*", ("loca*", "loca*", FR, MatchField.TEXT)),
    ],
)
def test_a_match_reason_has_the_word_its_language_and_its_field(
    engine: SearchEngine, typed: str, expected: tuple[str, str, Locale, MatchField]
) -> None:
    """The word may be a synonym or a translation."""
    found = a_record(
        "Vélos",
        slug="found",
        summary="Résumé",
        keywords="motclé",
        text="Bruit, police locale.",
        other=an_edition("The mayor", text="On cyberbullying."),
    )
    french, other = found.editions
    asked = dataclasses.replace(french, questions="Qu’ai-je oublié ?")
    engine.rebuild([CYBERBULLYING, dataclasses.replace(found, editions=(asked, other))])

    hits = {hit.id.slug: hit for hit in engine.search(a_query(typed)).hits}

    reasons = [
        (each.typed, each.matched.lower(), each.locale, each.field)
        for each in hits["found"].reasons
    ]
    assert reasons == [expected]


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ('"small mayor"', (EN, MatchField.TITLE)),
        ("mayo*", (EN, MatchField.TITLE)),
        ("titre:mayo*", (EN, MatchField.TITLE)),
        ("the", (EN, MatchField.TITLE)),
        ('"police box"', (EN, MatchField.TEXT)),
        ('"petit maire"', (FR, MatchField.TITLE)),
        ('"mots clés"', (FR, MatchField.KEYWORDS)),
    ],
)
def test_the_match_reason_of_a_phrase_or_prefix_has_its_field(
    engine: SearchEngine, typed: str, place: tuple[Locale, MatchField]
) -> None:
    """A reason must be true of the record."""
    engine.rebuild(
        [
            english("The small mayor", "english", text="A police box."),
            a_record("Un petit maire", slug="french", keywords="Mots clés"),
        ]
    )

    hit = engine.search(a_query(typed)).hits[0]

    assert [(each.locale, each.field) for each in hit.reasons] == [place]


def test_records_that_match_all_words_are_counted_and_marked(
    engine: SearchEngine,
) -> None:
    """Filters apply to the count; the others are partial."""
    both = a_record("Vol de vélos", slug="both", text="vol")
    engine.rebuild(
        [
            both,
            a_record("Vol", slug="first", text="vol vol vol"),
            a_record("Des vélos", slug="second", kind=Kind.NEED),
        ]
    )

    page = engine.search(a_query("vol vélos"))
    needs = engine.search(a_query("vol vélos", Filter(FacetName.KIND, "need")))

    assert (page.total, page.exact_total) == (3, 1)
    assert {hit.id.slug: hit.is_partial for hit in page.hits} == {
        "both": False,
        "first": True,
        "second": True,
    }
    assert (needs.total, needs.exact_total) == (1, 0)


def test_a_translation_is_exact_only_where_no_word_matches(
    engine: SearchEngine,
) -> None:
    """The translation of an everyday word may be a doubtful one."""
    theft = english("Bicycle theft", "theft")
    engine.rebuild([theft])
    alone = engine.search(a_query("vol"))
    engine.rebuild([theft, a_record("Vol de vélos", slug="vol")])
    beside = engine.search(a_query("vol"))

    assert [(hit.id.slug, hit.is_partial) for hit in alone.hits] == [("theft", False)]
    assert {hit.id.slug: hit.is_partial for hit in beside.hits} == {
        "vol": False,
        "theft": True,
    }


def test_a_name_of_the_glossary_is_an_exact_match(engine: SearchEngine) -> None:
    """Staff chose it."""
    engine.rebuild(
        [
            CYBERBULLYING,
            english("About cyberbullying", "english"),
            a_record("Le harcèlement en ligne", slug="french"),
        ]
    )

    page = engine.search(a_query("harcèlement en ligne"))

    assert slugs(page) == {"term", "english", "french"}
    assert not any(hit.is_partial for hit in page.hits)


RARE_AND_COMMON = (
    a_record("Le logiciel Vegilax", slug="name"),
    *(a_record(f"Une caméra Vigilax {n}", slug=f"camera-{n}") for n in range(30)),
)
"""« Vegilax » is one edit from « Vigilax », which is thirty times as frequent."""


@pytest.mark.parametrize("typed", ["vegilax", "logiciel vegilax", "vegilax zzz"])
def test_a_rare_word_is_not_replaced_by_a_frequent_one(
    engine: SearchEngine, typed: str
) -> None:
    """It may be meant: alone, beside words that it goes with, or without others."""
    engine.rebuild(RARE_AND_COMMON)

    page = engine.search(a_query(typed))

    assert page.hits[0].id.slug == "name"
    assert RelaxationStep.SPELLING not in {each.step for each in page.relaxed}


def test_a_rare_word_is_replaced_where_only_the_frequent_one_makes_sense(
    engine: SearchEngine,
) -> None:
    """No record contains « Vegilax » and « caméra »; thirty contain the other."""
    engine.rebuild(RARE_AND_COMMON)

    page = engine.search(a_query("la caméra vegilax"))

    assert (RelaxationStep.SPELLING, "la caméra vigilax") in {
        (each.step, each.detail) for each in page.relaxed
    }


def test_each_word_is_counted_when_no_record_matches_all(engine: SearchEngine) -> None:
    """A word that no record contains has 0, under all its names."""
    engine.rebuild(
        [a_record("Vélos volés", slug="a"), a_record("Vélos rendus", slug="b")]
    )

    partial = engine.search(a_query("les vélos volants zzz"))
    whole = engine.search(a_query("vélos volés"))

    assert partial.part_counts["vélos"] == 2
    assert partial.part_counts["zzz"] == 0
    assert set(partial.part_counts) == {"vélos", "volants", "zzz"}
    assert whole.part_counts == {}
