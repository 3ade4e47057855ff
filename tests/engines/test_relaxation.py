"""What is searched beside what was typed: other names, equivalents, wider answers."""

from __future__ import annotations

import dataclasses

import pytest

from indexer.engines.base import SearchEngine
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale
from indexer.model.indexed_record import IndexedRecord
from indexer.model.query import ExpansionSource, Query
from indexer.model.results import MatchField, RelaxationStep, ResultPage
from indexer.model.word_links import NO_LINKS, Corrections, WordLinks, WordPair
from tests.support.builders import a_query, a_record, an_edition

FR, EN = Locale.FR, Locale.EN
LOCALE = FacetName.LOCALE

CYBERBULLYING = a_record(
    "Cyberharcèlement",
    slug="term",
    kind=Kind.TERM,
    other=an_edition("Cyberbullying"),
    names=("harcèlement en ligne",),
)


def slugs(page: ResultPage) -> set[str]:
    """Give the slugs of the hits."""
    return {hit.id.slug for hit in page.hits}


def steps(page: ResultPage) -> list[RelaxationStep]:
    """Give the steps that were taken, in order."""
    return [each.step for each in page.relaxed]


def as_typed(query: Query) -> Query:
    """Ask for the words that were typed, and nothing beside them."""
    return dataclasses.replace(query, is_expandable=False)


def english(title: str, slug: str, **more: str) -> IndexedRecord:
    """Make a record that stands in English only."""
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
def test_a_record_of_the_other_language_is_found_by_the_word_of_the_reader(
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


def test_an_equivalent_is_searched_in_its_own_language_only(
    engine: SearchEngine,
) -> None:
    """« pain » is `bread`: a French reader does not want all that hurts in French."""
    engine.rebuild(
        [
            english("Bicycle theft", "english"),
            a_record("Theft, un groupe de rap", slug="homograph"),
            a_record("Vol de vélos", slug="typed"),
        ]
    )

    assert slugs(engine.search(a_query("vol"))) == {"english", "typed"}


def test_an_equivalent_that_no_record_holds_is_not_told(engine: SearchEngine) -> None:
    """A list of words that were searched for nothing would only be in the way."""
    engine.rebuild([a_record("Le maire", slug="fr"), english("Something else", "en")])

    assert engine.search(a_query("maire")).expansions == ()


@pytest.mark.parametrize(("typed", "reader"), [("vol", FR), ("theft", EN)])
def test_a_reader_may_want_only_what_was_typed(
    engine: SearchEngine, typed: str, reader: Locale
) -> None:
    """Who switches it off gets the words as typed, and nothing is told."""
    engine.rebuild(
        [english("Bicycle theft", "theft"), a_record("Vol de vélos", slug="vol")]
    )

    page = engine.search(as_typed(a_query(typed, locale=reader)))

    assert slugs(page) == {typed}
    assert (page.expansions, page.relaxed) == ((), ())


def test_other_names_are_not_searched_either_when_it_is_switched_off(
    engine: SearchEngine,
) -> None:
    """The glossary is one of the sources: off is off."""
    engine.rebuild(
        [
            CYBERBULLYING,
            english("A report on cyberbullying", "other"),
            a_record("Du cyberharcèlement", slug="typed"),
        ]
    )

    page = engine.search(as_typed(a_query("cyberharcèlement")))

    assert slugs(page) == {"term", "typed"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("police -vol", {"english"}),
        ("police SAUF vol", {"english"}),
        ("police NOT theft", {"french"}),
        ("police -(vol OU larcin)", {"english"}),
    ],
)
def test_only_what_was_typed_is_left_out(
    engine: SearchEngine, typed: str, kept: set[str]
) -> None:
    """A record that holds no word that the reader refused is not refused."""
    engine.rebuild(
        [english("Police and theft", "english"), a_record("Police, vol", slug="french")]
    )

    assert slugs(engine.search(a_query(typed))) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("police -cyberharcèlement", {"english", "name"}),
        ("police -cyberbullying", {"french", "name"}),
        ('police -"harcèlement en ligne"', {"english", "french"}),
    ],
)
def test_no_other_name_is_left_out_with_a_term(
    engine: SearchEngine, typed: str, kept: set[str]
) -> None:
    """The glossary widens what is asked for, never what is refused."""
    engine.rebuild(
        [
            CYBERBULLYING,
            english("Police, cyberbullying", "english"),
            a_record("Police, cyberharcèlement", slug="french"),
            a_record("Police, harcèlement en ligne", slug="name"),
        ]
    )

    assert slugs(engine.search(a_query(typed))) == kept


def test_what_is_left_out_is_not_mended(engine: SearchEngine) -> None:
    """A slip in a word that is refused must refuse nothing else."""
    engine.rebuild([a_record("Police, vélos", slug="kept")])

    page = engine.search(a_query("police -velso"))

    assert slugs(page) == {"kept"}
    assert page.suggestion == ""


ALWAYS = WordLinks(Corrections(always=(WordPair("Zorglub", "bulgroz"),)))
NEVER = WordLinks(Corrections(never=(WordPair("maires", "mayor"),)))
LEARNED = WordLinks(learned={FR: {"zorglubs": ("bulgroz",)}})
PAIRS = (
    a_record("Le zorglub", slug="zorglub"),
    english("The bulgroz", "bulgroz"),
    english("The mayor", "mayor"),
)


@pytest.mark.parametrize(
    ("links", "typed", "found"),
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
def test_links_are_obeyed_at_once_and_kept(
    engine: SearchEngine, links: WordLinks, typed: str, found: set[str]
) -> None:
    """Staff see what a correction does as soon as they save it, and the day after."""
    engine.rebuild(PAIRS, links=links)
    rebuilt = slugs(engine.search(a_query(typed)))

    engine.upsert([a_record("Autre chose", slug="new")])
    kept = slugs(engine.search(a_query(typed)))
    engine.rebuild(PAIRS)
    engine.upsert([], links=links)
    changed = slugs(engine.search(a_query(typed)))

    assert rebuilt == kept == changed == found
    assert engine.status().links == links


def test_a_rebuild_without_links_forgets_them(engine: SearchEngine) -> None:
    """The index is disposable: what is no longer in the documents is nowhere."""
    engine.rebuild(PAIRS, links=ALWAYS)

    engine.rebuild(PAIRS)

    assert slugs(engine.search(a_query("zorglub"))) == {"zorglub"}


def test_links_survive_a_removal(engine: SearchEngine) -> None:
    """Who removes a record changes no word."""
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
def test_each_step_away_from_what_was_asked_is_told_in_order(
    engine: SearchEngine,
    typed: str,
    is_expandable: bool,  # noqa: FBT001  # a case
    expected: list[str],
) -> None:
    """The page says what it did, and does the same each time."""
    engine.rebuild(MANY)
    order = list(RelaxationStep)

    page = engine.search(
        dataclasses.replace(a_query(typed), is_expandable=is_expandable)
    )

    taken = [each.value for each in steps(page)]
    assert [each for each in taken if each in expected] == expected
    assert [order.index(each) for each in steps(page)] == sorted(
        order.index(each) for each in steps(page)
    )
    assert all(each.detail for each in page.relaxed)
    assert bool(page.relaxed) == bool(expected)


@pytest.mark.parametrize("typed", ['"caméras police"', "maire xyzzy"])
def test_steps_that_find_nothing_apart_are_taken_together(
    engine: SearchEngine, typed: str
) -> None:
    """Who quotes two words, or asks for the words alone, gets one of them at least."""
    engine.rebuild(MANY)

    page = engine.search(as_typed(a_query(typed)))

    assert page.total > 0
    assert len(page.relaxed) == 2


def test_the_glossary_is_asked_where_the_words_alone_find_nothing(
    engine: SearchEngine,
) -> None:
    """Who wanted the words as typed is told that there are only other names."""
    term = a_record("Bulgroz", slug="term", kind=Kind.TERM, names=("Zorglub",))
    engine.rebuild([term, a_record("Les bulgroz", slug="found")])

    page = engine.search(as_typed(a_query("zorglub")))

    assert steps(page) == [RelaxationStep.THESAURUS]
    assert [each.name for each in page.expansions] == ["Bulgroz"]


def test_nothing_is_lifted_when_many_records_are_found(engine: SearchEngine) -> None:
    """An answer of some size is not made larger."""
    engine.rebuild([a_record("Police locale", slug=f"r{n}") for n in range(25)])

    page = engine.search(a_query("police locale"))

    assert (page.relaxed, page.total, page.asked_total) == ((), 25, 25)


@pytest.mark.parametrize(
    "typed",
    ["polcie", "police xyzzy", '"xyzzy police"', "police camera anonyme", "vol"],
)
def test_a_filter_is_never_lifted(engine: SearchEngine, typed: str) -> None:
    """Whatever is widened, what the reader chose at the side is obeyed."""
    kept = Filter(FacetName.THEME, "kept")
    facets = {FacetName.THEME: ("kept",)}
    engine.rebuild(
        [
            a_record("Police", slug="in", facets=facets),
            a_record("Police", slug="out"),
            a_record("Caméra", slug="out-too"),
            english("Theft", "out-again"),
        ]
    )

    for query in (a_query(typed, kept), a_query(f"{typed} theme:kept")):
        assert slugs(engine.search(query)) <= {"in"}


def test_how_many_records_were_asked_for_does_not_depend_on_filters(
    engine: SearchEngine,
) -> None:
    """The page says that nothing holds all the words, not that a filter hides it."""
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
def test_a_count_is_what_a_click_gives_in_wider_answers_too(
    engine: SearchEngine, typed: str, reader: Locale
) -> None:
    """Readers trust the numbers beside the filters: one that lies is the last read."""

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


def test_a_phrase_that_stands_nowhere_is_taken_as_its_words(
    engine: SearchEngine,
) -> None:
    """Who quotes from memory finds the text all the same, and is told."""
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


def test_a_slip_in_a_term_finds_its_other_names(engine: SearchEngine) -> None:
    """Once mended, a word is what it should have been: a term like any other."""
    engine.rebuild([CYBERBULLYING, a_record("Du harcèlement en ligne", slug="name")])

    page = engine.search(a_query("cyberharcelemant"))

    assert page.suggestion == "cyberharcèlement"
    assert slugs(page) == {"term", "name"}
    assert ("harcèlement en ligne", ExpansionSource.GLOSSARY) in {
        (each.name, each.source) for each in page.expansions
    }


def test_a_slip_in_a_term_of_several_words_finds_its_other_names(
    engine: SearchEngine,
) -> None:
    """The term is looked for again in what was mended, across its small words."""
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
    ("typed", "reader"),
    [
        ("cyberharcèlements", FR),
        ("harcèlements en ligne", FR),
        ("cyberbullyings", EN),
    ],
)
def test_a_term_in_the_plural_finds_its_other_names(
    engine: SearchEngine, typed: str, reader: Locale
) -> None:
    """« réseaux sociaux » is how everyone types « réseau social »."""
    engine.rebuild(
        [
            CYBERBULLYING,
            a_record("Du harcèlement en ligne", slug="name"),
            a_record("Du cyberharcèlement", slug="french"),
            english("On cyberbullying", "english"),
        ]
    )

    page = engine.search(a_query(typed, locale=reader))

    assert slugs(page) == {"term", "name", "french", "english"}


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
def test_what_is_suggested_gives_what_is_shown(
    engine: SearchEngine, typed: str
) -> None:
    """« results for … » is a link: a click on it must not lose the results."""
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
def test_a_slip_that_is_also_excluded_or_quoted_is_not_mended(
    engine: SearchEngine, typed: str
) -> None:
    """No text could be suggested that says the same."""
    engine.rebuild([a_record("Le harcèlement", slug="one")])

    assert engine.search(a_query(typed)).suggestion == ""


def test_one_slip_in_a_sentence_does_not_lose_its_word(engine: SearchEngine) -> None:
    """A question in plain words is mended as a word alone is."""
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
def test_small_words_alone_never_fail(engine: SearchEngine, typed: str) -> None:
    """An answer or none, but no error; and no equivalents of « le »."""
    engine.rebuild(
        [a_record("Le mot", slug="fr"), english("To be, or not to be", "en")]
    )

    page = engine.search(a_query(typed))

    assert page.expansions == ()
    assert page.total == len(page.hits)


def test_small_words_beside_others_change_nothing(engine: SearchEngine) -> None:
    """« le vol » finds what « vol » finds, in the same order."""
    engine.rebuild([*MANY, english("Theft", "theft"), a_record("Vol", slug="vol")])

    one, other = (engine.search(a_query(text)) for text in ("vol", "le vol de la"))

    assert one.hits == other.hits
    assert one.total == other.total == 2


@pytest.mark.parametrize(
    ("typed", "reader", "right", "wrong"),
    [
        ("car theft", EN, "Car theft", "Bicycle theft"),
        ("son of the mayor", EN, "Son of the mayor", "Wife of the mayor"),
        ("don de vélos", FR, "Don de vélos", "Vol de vélos"),
    ],
)
def test_a_small_word_of_the_other_language_still_counts(
    engine: SearchEngine, typed: str, reader: Locale, right: str, wrong: str
) -> None:
    """`car` is « car » in French, and a good half of what English crime is about."""
    engine.rebuild(
        [
            a_record(wrong, slug="a-wrong", locale=reader),
            a_record(right, slug="right", locale=reader),
        ]
    )

    page = engine.search(a_query(typed, locale=reader))

    assert page.asked_total == 1
    assert page.hits[0].id.slug == "right"


def test_what_was_typed_comes_before_its_other_names(engine: SearchEngine) -> None:
    """Of two titles that are equal, the one with the reader's word comes first."""
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
        ("maire", ("maire", "mayor", EN, MatchField.TITLE)),
        (
            "cyberharcèlement",
            ("cyberharcèlement", "cyberbullying", EN, MatchField.TEXT),
        ),
        ('"police locale"', ("police locale", "police locale", FR, MatchField.TEXT)),
        ("loca*", ("loca*", "loca*", FR, MatchField.TEXT)),
    ],
)
def test_a_reason_says_by_which_word_and_where(
    engine: SearchEngine, typed: str, expected: tuple[str, str, Locale, MatchField]
) -> None:
    """A record whose title holds no word that was typed must explain itself."""
    engine.rebuild(
        [
            CYBERBULLYING,
            a_record(
                "Vélos",
                slug="found",
                summary="Résumé",
                keywords="motclé",
                text="Bruit, police locale.",
                other=an_edition("The mayor", text="On cyberbullying."),
            ),
        ]
    )

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
def test_a_phrase_or_a_beginning_is_told_to_stand_where_it_does(
    engine: SearchEngine, typed: str, place: tuple[Locale, MatchField]
) -> None:
    """« in the summary, in French » of a record without a summary is a false reason."""
    engine.rebuild(
        [
            english("The small mayor", "english", text="A police box."),
            a_record("Un petit maire", slug="french", keywords="Mots clés"),
        ]
    )

    hit = engine.search(a_query(typed)).hits[0]

    assert [(each.locale, each.field) for each in hit.reasons] == [place]
