"""What every engine does: one suite, run on each."""

from __future__ import annotations

import dataclasses

import pytest

from indexer.engines.base import IndexState, SearchEngine
from indexer.errors import IndexUnavailableError, PageOutOfRangeError
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import Alternative, And, Phrase, Sort, Synonyms, Word
from indexer.model.results import RelaxationStep, ResultPage
from tests.support.builders import a_query, a_record, an_edition

TROLLING = {FacetName.THEME: ("trolling",)}
STREETS = {FacetName.THEME: ("streets",)}


def slugs(page: ResultPage) -> list[str]:
    """Give the slugs of the hits, in order."""
    return [hit.id.slug for hit in page.hits]


def test_an_elided_article_does_not_hide_the_noun(engine: SearchEngine) -> None:
    """« L’accessibilité » is found by visitors who type « accessibilite »."""
    engine.rebuild([a_record("L’accessibilité des formulaires")])

    page = engine.search(a_query("accessibilite"))

    assert [hit.title.text for hit in page.hits] == ["L’accessibilité des formulaires"]


def test_both_languages_are_one_list_and_one_record(engine: SearchEngine) -> None:
    """A record found by either edition is shown once, in the reader's language."""
    twin = an_edition("Stolen bicycles")
    engine.rebuild([a_record("Vélos volés", slug="bikes", other=twin)])

    page = engine.search(a_query("bicycle", locale=Locale.FR))

    assert slugs(page) == ["bikes"]
    assert page.hits[0].title.text == "Vélos volés"
    assert page.hits[0].locale is Locale.FR


def test_a_passage_in_the_other_language_says_so(engine: SearchEngine) -> None:
    """Most long reports are in English: their words are shown as they are."""
    twin = an_edition("Report", text="Rumours spread during an event.")
    engine.rebuild([a_record("Rapport", text="Rien ici.", other=twin)])

    snippet = engine.search(a_query("rumours")).hits[0].snippets[0]

    assert snippet.locale is Locale.EN
    assert [piece for piece, is_mark in snippet.excerpt.pieces if is_mark] == [
        "Rumours"
    ]
    assert snippet.anchor == "heading"


def test_the_passage_shown_is_rather_in_the_language_of_the_reader(
    engine: SearchEngine,
) -> None:
    """Both editions say the same; the reader is shown the one that can be read."""
    twin = an_edition("Report", text="Police. Police answers, police asks.")
    engine.rebuild([a_record("Rapport", text="La police répond.", other=twin)])

    for locale in Locale:
        snippets = engine.search(a_query("police", locale=locale)).hits[0].snippets

        assert [each.locale for each in snippets] == [locale, locale.other]


def test_words_may_stand_in_different_parts_of_a_record(engine: SearchEngine) -> None:
    """One word in the title, the other in the text: still the record that was meant."""
    engine.rebuild(
        [
            a_record("Milan", slug="milan", text="On y retrouve des vélos."),
            a_record("Milan", slug="other", text="On y parle de bruit."),
        ]
    )

    page = engine.search(a_query("milan vélos"))

    assert page.asked_total == 1
    assert slugs(page)[0] == "milan"


def test_the_title_weighs_more_than_the_text(engine: SearchEngine) -> None:
    """A record about a thing comes before one that mentions it."""
    engine.rebuild(
        [
            a_record("Autre chose", slug="mention", text="Les drones, en passant."),
            a_record("Les drones", slug="about", text="Autre chose."),
        ]
    )

    assert slugs(engine.search(a_query("drones"))) == ["about", "mention"]


def test_a_page_about_the_service_comes_after_what_it_names(
    engine: SearchEngine,
) -> None:
    """The help gives words to try; those who try them look for something else."""
    engine.rebuild(
        [
            a_record("Aide", slug="help", kind=Kind.PAGE, text="Essayez vélos volés."),
            a_record(
                "Une place",
                slug="square",
                text="Une place de la ville où sont rendus quelques vélos volés.",
            ),
        ]
    )

    assert slugs(engine.search(a_query("velos voles"))) == ["square", "help"]


def test_the_language_of_the_reader_weighs_a_little_more(engine: SearchEngine) -> None:
    """Between two equals, the one in the reader's language comes first."""
    engine.rebuild(
        [
            a_record("Radicalisation", slug="english", locale=Locale.EN),
            a_record("Radicalisation", slug="french", locale=Locale.FR),
        ]
    )

    assert (
        slugs(engine.search(a_query("radicalisation", locale=Locale.FR)))[0] == "french"
    )
    assert (
        slugs(engine.search(a_query("radicalisation", locale=Locale.EN)))[0]
        == "english"
    )


def test_a_phrase_keeps_its_words_together(engine: SearchEngine) -> None:
    """Quotation marks mean the words as they follow one another, accents aside."""
    engine.rebuild(
        [
            a_record("A", slug="together", text="La police locale répond."),
            a_record("B", slug="apart", text="La police, en réunion locale."),
        ]
    )

    assert slugs(engine.search(a_query('"police locale"'))) == ["together"]
    assert slugs(engine.search(a_query("police locale"))) != []


def test_a_phrase_does_not_run_from_a_field_into_the_next(engine: SearchEngine) -> None:
    """The end of a title and the beginning of a summary are no phrase."""
    engine.rebuild([a_record("La police", summary="Locale, dit-on.")])

    assert engine.search(a_query('"police locale"')).asked_total == 0


def test_the_beginning_of_a_word(engine: SearchEngine) -> None:
    """« cyber* » finds every word that begins so."""
    engine.rebuild(
        [
            a_record("Le cyberharcèlement", slug="one"),
            a_record("Les cyber-vigiles", slug="two"),
            a_record("La police", slug="three"),
        ]
    )

    assert set(slugs(engine.search(a_query("cyber*")))) == {"one", "two"}


def test_a_word_left_out(engine: SearchEngine) -> None:
    """A minus leaves out what was typed."""
    engine.rebuild(
        [a_record("Rumeurs à Munich", slug="m"), a_record("Rumeurs", slug="r")]
    )

    assert slugs(engine.search(a_query("rumeurs -munich"))) == ["r"]
    assert slugs(engine.search(a_query("rumeurs SAUF munich"))) == ["r"]


@pytest.mark.parametrize("operator", ["OU", "OR"])
def test_one_word_or_the_other(engine: SearchEngine, operator: str) -> None:
    """Operators are in both languages."""
    engine.rebuild([a_record("Vélos", slug="v"), a_record("Drones", slug="d")])

    assert set(slugs(engine.search(a_query(f"vélos {operator} drones")))) == {"v", "d"}


def test_a_field_in_the_query_narrows(engine: SearchEngine) -> None:
    """`theme:trolling` typed in the box is the filter at the side."""
    engine.rebuild(
        [
            a_record("Police", slug="a", facets=TROLLING),
            a_record("Police", slug="b", facets=STREETS),
        ]
    )

    assert slugs(engine.search(a_query("police theme:trolling"))) == ["a"]


def test_title_searches_titles_only(engine: SearchEngine) -> None:
    """`title:word` does not look into texts."""
    engine.rebuild(
        [a_record("Drones", slug="t"), a_record("Autre", slug="x", text="Des drones.")]
    )

    assert slugs(engine.search(a_query("title:drones"))) == ["t"]
    assert slugs(engine.search(a_query("title:dron*"))) == ["t"]


@pytest.mark.parametrize("text", ["le", "to be or not to be", "de la"])
def test_stop_words_never_make_a_query_empty(engine: SearchEngine, text: str) -> None:
    """A visitor who types only small words still gets an answer."""
    engine.rebuild([a_record("Être", text="To be or not to be. Le mot de la fin.")])

    assert engine.search(a_query(text)).total == 1


@pytest.mark.parametrize("text", ["*", "-", "😀", '"""', "( )", "…"])
def test_signs_without_a_word_find_nothing(engine: SearchEngine, text: str) -> None:
    """An empty box shows everything; a sign is no name for everything."""
    engine.rebuild([a_record("Police")])

    assert engine.search(a_query(text)).total == 0
    assert engine.search(a_query("")).total == 1


def test_words_that_no_record_holds_together_are_searched_apart(
    engine: SearchEngine,
) -> None:
    """The answer is to something wider than what was asked, and it says so."""
    engine.rebuild([a_record("Vélos", slug="v"), a_record("Drones", slug="d")])

    page = engine.search(a_query("vélos drones"))

    assert set(slugs(page)) == {"v", "d"}
    assert page.asked_total == 0
    assert [each.step for each in page.relaxed] == [RelaxationStep.ONE_DROPPED]


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("harcelment", "harcèlement"),
        ("harcélement en linge", ""),
        ("recomandations", "recommandations"),
        ("polcie harcelment", ""),
        ("dornes", "drones"),
    ],
)
def test_a_misspelt_word_is_mended(
    engine: SearchEngine, typed: str, mended: str
) -> None:
    """The answer is to the nearest word that a record holds, and it says so."""
    engine.rebuild(
        [
            a_record("Le harcèlement", slug="h", text="Du harcèlement."),
            a_record("Les drones", slug="d"),
            a_record("Recommandations", slug="r"),
        ]
    )

    page = engine.search(a_query(typed))

    assert page.total >= 1
    if mended:
        assert page.suggestion == mended
        assert [each.step for each in page.relaxed] == [RelaxationStep.SPELLING]


def test_words_too_far_from_any_are_left(engine: SearchEngine) -> None:
    """Nonsense finds nothing, rather than something else."""
    engine.rebuild([a_record("Le harcèlement"), a_record("Les drones", slug="d")])

    for text in ("xyzzy", "qwertyuiop", "zz", "1234567"):
        page = engine.search(a_query(text))
        assert (page.total, page.suggestion) == (0, "")


def test_an_operator_that_was_typed_is_not_relaxed(engine: SearchEngine) -> None:
    """Who types AND means it."""
    engine.rebuild([a_record("Vélos", slug="v"), a_record("Drones", slug="d")])

    assert engine.search(a_query("vélos AND drones")).total == 0


def test_a_filter_that_was_typed_stays_when_the_answer_is_widened(
    engine: SearchEngine,
) -> None:
    """Widening is for words; a filter means what it says."""
    engine.rebuild(
        [
            a_record("Police", slug="a", facets=TROLLING),
            a_record("Police", slug="b", facets=STREETS),
        ]
    )

    assert slugs(engine.search(a_query("police xyzzy theme:trolling"))) == ["a"]
    assert engine.search(a_query("xyzzy theme:trolling")).total == 0


def test_excluding_everything_is_no_error(engine: SearchEngine) -> None:
    """There is nothing to widen, and nothing to find."""
    engine.rebuild([a_record("Police", facets=TROLLING)])

    assert engine.search(a_query("-theme:trolling -police")).total == 0


def test_what_is_left_out_stays_out_when_the_answer_is_widened(
    engine: SearchEngine,
) -> None:
    """Widening never brings back what the visitor excluded."""
    engine.rebuild([a_record("Vélos", slug="v"), a_record("Drones", slug="d")])

    assert slugs(engine.search(a_query("vélos bruit -drones"))) == ["v"]


def test_other_names_of_a_term_are_found_after_what_was_typed(
    engine: SearchEngine,
) -> None:
    """Every name finds the record; the one that was typed finds it first."""
    engine.rebuild(
        [
            a_record("Revenge porn", slug="english", locale=Locale.EN),
            a_record("Pornodivulgation", slug="french"),
            a_record("Police", slug="other"),
        ]
    )
    root = Synonyms(
        Word("pornodivulgation"), (Alternative(Phrase("revenge porn"), 0.5),)
    )

    page = engine.search(dataclasses.replace(a_query("x"), root=root))

    assert slugs(page) == ["french", "english"]
    marked = [[p for p, is_mark in hit.title.pieces if is_mark] for hit in page.hits]
    assert marked == [["Pornodivulgation"], ["Revenge", "porn"]]


def test_stop_words_inside_a_term_do_not_count(engine: SearchEngine) -> None:
    """« porno de revanche » is two words and a little one."""
    engine.rebuild([a_record("Porno et revanche", slug="a")])
    words = And((Word("porno"), Word("de"), Word("revanche")), is_implicit=True)
    root = Synonyms(words, (Alternative(Word("pornodivulgation"), 0.5),))

    assert slugs(engine.search(dataclasses.replace(a_query("x"), root=root))) == ["a"]


def test_values_of_one_facet_widen_and_different_facets_narrow(
    engine: SearchEngine,
) -> None:
    """The rule that the page explains."""
    year = {FacetName.YEAR: ("2018",)}
    engine.rebuild(
        [
            a_record("Police", slug="a", facets=TROLLING | year),
            a_record("Police", slug="b", facets=STREETS),
            a_record("Police", slug="c", facets={FacetName.THEME: ("dark-web",)}),
        ]
    )
    trolling, streets = (
        Filter(FacetName.THEME, each) for each in ("trolling", "streets")
    )

    assert set(slugs(engine.search(a_query("", trolling, streets)))) == {"a", "b"}
    narrowed = a_query("", trolling, streets, Filter(FacetName.YEAR, "2018"))
    assert slugs(engine.search(narrowed)) == ["a"]


def test_a_count_is_what_a_click_would_give(engine: SearchEngine) -> None:
    """Counts of a facet ignore its own filters, and obey those of the others."""
    engine.rebuild(
        [
            a_record("Police", slug="a", facets=TROLLING),
            a_record("Police", slug="b", facets=STREETS),
            a_record("Vélos", slug="c", facets=STREETS),
            a_record("Police", slug="d", kind=Kind.NEED, facets=STREETS),
        ]
    )
    trolling = Filter(FacetName.THEME, "trolling")

    page = engine.search(a_query("police", trolling))

    themes = {each.value: each.count for each in page.facets[FacetName.THEME]}
    assert themes == {"streets": 2, "trolling": 1}
    kinds = {each.value: each.count for each in page.facets[FacetName.KIND]}
    assert kinds == {"practice": 1}
    assert [
        each.value for each in page.facets[FacetName.THEME] if each.is_selected
    ] == ["trolling"]


def test_a_chosen_year_keeps_its_place_at_zero(engine: SearchEngine) -> None:
    """Years are read in order, whether they hold anything or not."""
    engine.rebuild(
        a_record(title, slug=f"in-{year}", facets={FacetName.YEAR: (year,)})
        for year, title in (("2019", "Police"), ("2018", "Vélos"), ("2017", "Police"))
    )

    page = engine.search(a_query("police", Filter(FacetName.YEAR, "2018")))

    counts = [(each.value, each.count) for each in page.facets[FacetName.YEAR]]
    assert counts == [("2019", 1), ("2018", 0), ("2017", 1)]


def test_a_chosen_value_stays_visible_at_zero(engine: SearchEngine) -> None:
    """A filter that empties the page must be seen, to be removed."""
    engine.rebuild([a_record("Police", facets=TROLLING)])

    page = engine.search(a_query("police", Filter(FacetName.THEME, "streets")))

    assert page.total == 0
    assert ("streets", 0) in [
        (each.value, each.count) for each in page.facets[FacetName.THEME]
    ]


def test_years_are_listed_from_the_last(engine: SearchEngine) -> None:
    """Readers look for what is recent first."""
    years = {FacetName.YEAR: ("2016", "2018", "2017")}
    engine.rebuild([a_record("Police", facets=years)])

    values = [each.value for each in engine.search(a_query()).facets[FacetName.YEAR]]

    assert values == ["2018", "2017", "2016"]


def test_results_are_sorted_as_asked(engine: SearchEngine) -> None:
    """By date, the last first and the undated at the end; by title, accents aside."""
    engine.rebuild(
        [
            a_record("Zèbre police", slug="old", date="2016-01-01"),
            a_record("Émeute police", slug="new", date="2018-01-01"),
            a_record("Arbre police", slug="undated"),
        ]
    )

    by_date = engine.search(a_query("police", sort=Sort.NEWEST))
    by_title = engine.search(a_query("police", sort=Sort.TITLE))

    assert slugs(by_date) == ["new", "old", "undated"]
    assert slugs(by_title) == ["undated", "new", "old"]


def test_results_come_in_pages(engine: SearchEngine) -> None:
    """Ten records a page, none twice."""
    engine.rebuild([a_record("Police", slug=f"r{number}") for number in range(23)])

    pages = [engine.search(a_query("police", page=number)) for number in (1, 2, 3)]

    found = [slug for page in pages for slug in slugs(page)]
    assert len(found) == len(set(found)) == pages[0].total == 23
    assert pages[0].pages == 3
    with pytest.raises(PageOutOfRangeError):
        engine.search(a_query("police", page=4))


def test_the_language_of_the_content_is_a_filter(engine: SearchEngine) -> None:
    """Passages shown are in the language that was chosen."""
    twin = an_edition("Report", text="The police answers.")
    record = a_record(
        "Rapport",
        text="La police répond.",
        other=twin,
        facets={FacetName.LOCALE: ("fr", "en")},
    )
    engine.rebuild([record])

    page = engine.search(a_query("police", Filter(FacetName.LOCALE, "en")))

    assert [snippet.locale for snippet in page.hits[0].snippets] == [Locale.EN]


def test_a_changed_record_replaces_the_one_before(engine: SearchEngine) -> None:
    """A correction is found at once, and what it corrected no more."""
    engine.rebuild([a_record("Vélos", slug="a"), a_record("Drones", slug="b")])

    engine.upsert([a_record("Trottinettes", slug="a")])

    assert engine.search(a_query("vélos")).total == 0
    assert slugs(engine.search(a_query("trottinettes"))) == ["a"]
    assert engine.search(a_query()).total == 2


def test_a_removed_record_is_nowhere(engine: SearchEngine) -> None:
    """Not in results, not in counts, not in suggestions."""
    engine.rebuild(
        [a_record("Vélos", slug="a", facets=TROLLING), a_record("Drones", slug="b")]
    )

    engine.upsert([], delete=[RecordId(Kind.PRACTICE, "a")])

    page = engine.search(a_query())
    assert slugs(page) == ["b"]
    assert page.facets[FacetName.THEME] == ()
    assert engine.suggest("vel", Locale.FR) == ()


def test_the_words_of_a_removed_record_mend_no_spelling(engine: SearchEngine) -> None:
    """Nobody learns of them from a slip, and the slip is no error of ours."""
    kept = [a_record(f"Police {n}", slug=f"r{n}") for n in range(8)]
    engine.rebuild([a_record("Trottinettes", slug="a"), *kept])
    assert engine.search(a_query("trotinetes")).suggestion == "trottinettes"

    engine.upsert([], delete=[RecordId(Kind.PRACTICE, "a")])

    page = engine.search(a_query("trotinetes"))
    assert (page.total, page.suggestion) == (0, "")


def test_many_changes_leave_what_a_rebuild_would(engine: SearchEngine) -> None:
    """Segments and deletions must not change an answer."""
    records = [
        a_record(f"Police {n}", slug=f"r{n}", text="police " * n) for n in range(1, 9)
    ]
    engine.rebuild(records[:3])
    for record in records[3:]:
        engine.upsert([record])
    engine.upsert([a_record("Police 2", slug="r2", text="police police")])
    changed = engine.search(a_query("police"))

    engine.rebuild(records)

    assert slugs(changed) == slugs(engine.search(a_query("police")))


def test_an_empty_index_answers(engine: SearchEngine) -> None:
    """A first start with nothing in it is no error."""
    engine.rebuild([])

    page = engine.search(a_query("police"))

    assert (page.total, page.pages) == (0, 1)


def test_without_an_index_it_says_so(engine: SearchEngine) -> None:
    """A search that failed must not look like a search that found nothing."""
    with pytest.raises(IndexUnavailableError):
        engine.search(a_query("police"))
    with pytest.raises(IndexUnavailableError):
        engine.suggest("police", Locale.FR)
    with pytest.raises(IndexUnavailableError):
        engine.upsert([a_record()])
    assert engine.status().state is IndexState.MISSING
