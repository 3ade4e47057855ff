"""Matching, facets, sorting and changes: the contract of every engine."""

import dataclasses

import pytest

from indexer.engines.base import IndexState, SearchEngine
from indexer.errors import IndexUnavailableError, PageOutOfRangeError
from indexer.model.document import Passage
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import IndexedEdition
from indexer.model.query import Alternative, And, Phrase, Sort, Synonyms, Word
from indexer.model.results import MatchField, RelaxationStep, ResultPage
from tests.support.builders import a_query, a_record, an_edition

TROLLING = {FacetName.THEME: ("trolling",)}
STREETS = {FacetName.THEME: ("streets",)}


def slugs(page: ResultPage) -> list[str]:
    """Return the slugs of the hits, in order."""
    return [hit.id.slug for hit in page.hits]


def test_a_record_in_two_languages_is_one_hit(engine: SearchEngine) -> None:
    """It is shown in the language of the reader, whichever edition matches."""
    twin = an_edition("Stolen bicycles")
    engine.rebuild([a_record("Vélos volés", slug="bikes", other=twin)])

    page = engine.search(a_query("bicycle", locale=Locale.FR))

    assert slugs(page) == ["bikes"]
    assert page.hits[0].title.text == "Vélos volés"
    assert page.hits[0].locale is Locale.FR


def test_a_snippet_has_the_language_of_its_passage(engine: SearchEngine) -> None:
    """Most long reports are in English only."""
    twin = an_edition("Report", text="Rumours spread during an event.")
    engine.rebuild([a_record("Rapport", text="Rien ici.", other=twin)])

    snippet = engine.search(a_query("rumours")).hits[0].snippets[0]

    assert snippet.locale is Locale.EN
    assert [piece for piece, is_mark in snippet.excerpt.pieces if is_mark] == [
        "Rumours"
    ]
    assert snippet.anchor == "heading"


def test_snippets_in_the_language_of_the_reader_come_first(
    engine: SearchEngine,
) -> None:
    """Both editions match; the passage of the other comes second."""
    twin = an_edition("Police report", text="Police. " * 9)
    engine.rebuild([a_record("Rapport", text="La police répond.", other=twin)])

    for locale in Locale:
        snippets = engine.search(a_query("police", locale=locale)).hits[0].snippets

        assert [each.locale for each in snippets] == [locale, locale.other]


def test_words_may_match_in_different_fields_of_a_record(engine: SearchEngine) -> None:
    """One word in the title and another in the text match the record."""
    engine.rebuild(
        [
            a_record("Milan", slug="milan", text="On y retrouve des vélos."),
            a_record("Milan", slug="other", text="On y parle de bruit."),
        ]
    )

    page = engine.search(a_query("milan vélos"))

    assert page.asked_total == 1
    assert slugs(page)[0] == "milan"


def test_a_word_in_the_title_scores_more_than_one_in_the_text(
    engine: SearchEngine,
) -> None:
    """A record about a thing comes before one that mentions it."""
    engine.rebuild(
        [
            a_record("Autre chose", slug="mention", text="Les drones, en passant."),
            a_record("Les drones", slug="about", text="Autre chose."),
        ]
    )

    assert slugs(engine.search(a_query("drones"))) == ["about", "mention"]


def test_a_record_with_both_words_of_or_has_the_better_score(
    engine: SearchEngine,
) -> None:
    """Who writes OR names one thing in two ways."""
    engine.rebuild([a_record("Les drones, des robots"), a_record(slug="other")])

    scores = [
        engine.search(a_query(text)).hits[0].score
        for text in ("drones OU robots", "drones", "robots")
    ]

    assert scores[0] == pytest.approx(max(scores[1:]))


def test_a_page_about_the_service_is_found_where_it_is_asked_for(
    engine: SearchEngine,
) -> None:
    """The help page has examples of queries, which are about other records."""
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

    for text in ("velos voles", "vélos OU volés", "essayez velos"):
        page = engine.search(a_query(text))
        assert slugs(page) == ["square"]
        assert (page.total, len(page.facets[FacetName.KIND])) == (1, 1)
    asked = engine.search(a_query("vélos", Filter(FacetName.KIND, Kind.PAGE.value)))
    assert slugs(asked) == ["help"]
    assert engine.search(a_query("")).total == 2


def test_equal_records_come_in_the_language_of_the_reader_first(
    engine: SearchEngine,
) -> None:
    """The other language has a lower weight."""
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


def test_a_text_in_another_language_is_found_by_its_own_words(
    engine: SearchEngine,
) -> None:
    """French would stem its words, and the French page finds them all the same."""
    passage = Passage(Locale.FR, "Patrullas municipales", file="a.pdf", language="es")
    edition = IndexedEdition(Locale.FR, "Une fiche", "", passages=(passage,))
    engine.rebuild([dataclasses.replace(a_record(), editions=(edition,))])

    page = engine.search(a_query("municipales"))

    assert [hit.snippets[0].language for hit in page.hits] == ["es"]
    assert engine.search(a_query("municipale")).asked_total == 0


def test_a_phrase_does_not_match_across_two_fields(engine: SearchEngine) -> None:
    """The end of a title and the beginning of a summary are not consecutive."""
    engine.rebuild([a_record("La police", summary="Locale, dit-on.")])

    assert engine.search(a_query('"police locale"')).asked_total == 0


def test_operators_do_not_read_questions(engine: SearchEngine) -> None:
    """Questions lead to a record: its text may be about other things."""
    engine.rebuild(
        [
            a_record(
                "Vélos retrouvés",
                slug="bikes",
                text="La police rend les vélos.",
                questions="Faut-il une assurance pour une trottinette volée ?",
            ),
            a_record("Autre chose", slug="other", text="Une assurance."),
        ]
    )

    def found(text: str) -> set[str]:
        page = engine.search(a_query(text))
        return {hit.id.slug for hit in page.hits if not hit.is_partial}

    for text in ("trottinette volée", "vélos trottinette", "trot*"):
        assert found(text) == {"bikes"}
    for text in ("vélos -assurance", "vélos SAUF assur*", 'police -"une trottinette"'):
        assert found(text) == {"bikes"}
    for text in (
        '"trottinette volée"',
        '"trottinette"',
        "vélos ET trottinette",
        "vélos ET trot*",
        "titre:trottinette",
        "-assurance -vélos",
    ):
        assert found(text) == set()
    assert found("vélos ET police") == found('"rend les vélos"') == {"bikes"}
    assert found("assurance -trottinette") == {"bikes", "other"}


def test_the_reason_of_an_operator_is_never_a_question(engine: SearchEngine) -> None:
    """The word is in both; only one of them was read."""
    engine.rebuild([a_record(text="Des vélos volés.", questions="Où sont mes vélos ?")])

    reasons = [
        [reason.field for reason in engine.search(a_query(text)).hits[0].reasons]
        for text in ("vélos", "vélos ET volés")
    ]

    assert reasons == [[MatchField.QUESTIONS], [MatchField.TEXT, MatchField.TEXT]]


def test_when_no_record_has_all_words_one_may_be_missing(
    engine: SearchEngine,
) -> None:
    """The relaxation is reported, and `asked_total` stays 0."""
    engine.rebuild([a_record("Vélos", slug="v"), a_record("Drones", slug="d")])

    page = engine.search(a_query("vélos drones"))

    assert set(slugs(page)) == {"v", "d"}
    assert page.asked_total == 0
    assert [each.step for each in page.relaxed] == [RelaxationStep.ONE_DROPPED]


@pytest.mark.parametrize(
    ("typed", "corrected"),
    [
        ("harcelment", "harcèlement"),
        ("harcélement en linge", ""),
        ("recomandations", "recommandations"),
        ("polcie harcelment", ""),
        ("dornes", "drones"),
    ],
)
def test_a_misspelt_word_is_corrected(
    engine: SearchEngine, typed: str, corrected: str
) -> None:
    """The nearest word of a record is searched, and the correction is reported."""
    engine.rebuild(
        [
            a_record("Le harcèlement", slug="h", text="Du harcèlement."),
            a_record("Les drones", slug="d"),
            a_record("Recommandations", slug="r"),
        ]
    )

    page = engine.search(a_query(typed))

    assert page.total >= 1
    if corrected:
        assert page.suggestion == corrected
        assert [each.step for each in page.relaxed] == [RelaxationStep.SPELLING]


def test_words_unlike_any_other_are_not_corrected(engine: SearchEngine) -> None:
    """They match no record."""
    engine.rebuild([a_record("Le harcèlement"), a_record("Les drones", slug="d")])

    for text in ("xyzzy", "qwertyuiop", "zz", "1234567"):
        page = engine.search(a_query(text))
        assert (page.total, page.suggestion) == (0, "")


def test_a_synonym_scores_less_than_the_typed_word(
    engine: SearchEngine,
) -> None:
    """Both are marked in the hits."""
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


def test_stop_words_inside_a_term_are_removed(engine: SearchEngine) -> None:
    """« porno de revanche » matches texts without the « de »."""
    engine.rebuild([a_record("Porno et revanche", slug="a")])
    words = And((Word("porno"), Word("de"), Word("revanche")), is_implicit=True)
    root = Synonyms(words, (Alternative(Word("pornodivulgation"), 0.5),))

    assert slugs(engine.search(dataclasses.replace(a_query("x"), root=root))) == ["a"]


def test_filters_of_one_facet_are_alternatives_and_facets_combine(
    engine: SearchEngine,
) -> None:
    """A record needs one of the selected values of each facet."""
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


def test_facet_counts_ignore_the_filters_of_their_own_facet(
    engine: SearchEngine,
) -> None:
    """They obey the filters of all other facets."""
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


def test_a_selected_year_without_records_keeps_its_position(
    engine: SearchEngine,
) -> None:
    """Years are listed in order, whatever their counts."""
    engine.rebuild(
        a_record(title, slug=f"in-{year}", facets={FacetName.YEAR: (year,)})
        for year, title in (("2019", "Police"), ("2018", "Vélos"), ("2017", "Police"))
    )

    page = engine.search(a_query("police", Filter(FacetName.YEAR, "2018")))

    counts = [(each.value, each.count) for each in page.facets[FacetName.YEAR]]
    assert counts == [("2019", 1), ("2018", 0), ("2017", 1)]


def test_a_selected_value_without_records_is_listed(engine: SearchEngine) -> None:
    """Readers need it there to remove the filter."""
    engine.rebuild([a_record("Police", facets=TROLLING)])

    page = engine.search(a_query("police", Filter(FacetName.THEME, "streets")))

    assert page.total == 0
    assert ("streets", 0) in [
        (each.value, each.count) for each in page.facets[FacetName.THEME]
    ]


def test_years_are_listed_newest_first(engine: SearchEngine) -> None:
    """Other facets are listed by count."""
    years = {FacetName.YEAR: ("2016", "2018", "2017")}
    engine.rebuild([a_record("Police", facets=years)])

    values = [each.value for each in engine.search(a_query()).facets[FacetName.YEAR]]

    assert values == ["2018", "2017", "2016"]


def test_results_are_sorted_by_date_or_by_title(engine: SearchEngine) -> None:
    """Records without a date come last; titles are compared without accents."""
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


@pytest.mark.parametrize(
    ("sort", "facet", "values"),
    [
        (
            Sort.RESULT,
            FacetName.RESULT,
            ("worked", "mixed", "did-not-work", "not-measured"),
        ),
        (
            Sort.EVIDENCE,
            FacetName.EVIDENCE,
            ("comparison", "before-after", "own-figures", "account"),
        ),
        (Sort.STAGE, FacetName.STAGE, ("in-use", "pilot", "idea", "ended")),
    ],
)
def test_results_are_sorted_by_what_is_known_of_practices(
    engine: SearchEngine, sort: Sort, facet: FacetName, values: tuple[str, ...]
) -> None:
    """Records without a value come last, with and without a typed word."""
    of_value = [
        a_record("Police", slug=value, facets={facet: (value,)})
        for value in reversed(values)
    ]
    engine.rebuild([a_record("Police", slug="unknown"), *of_value])

    for typed in ("police", ""):
        page = engine.search(a_query(typed, sort=sort))
        assert slugs(page) == [*values, "unknown"]


def test_records_of_one_value_are_sorted_by_date_then_by_title(
    engine: SearchEngine,
) -> None:
    """Each page continues the one before it, after a change of the index too."""
    worked = {FacetName.RESULT: ("worked",)}
    engine.rebuild(
        [
            a_record("Arbre", slug="mixed", facets={FacetName.RESULT: ("mixed",)}),
            a_record("Zone", slug="zone", date="2019-01-01", facets=worked),
            *(a_record(f"Lieu {n}", slug=f"n{n}", date="2020") for n in range(10, 20)),
            a_record("Arène", slug="arena", date="2018-01-01", facets=worked),
        ]
    )
    engine.upsert([a_record("Berge", slug="bank", date="2019-01-01", facets=worked)])

    pages = [engine.search(a_query(sort=Sort.RESULT, page=number)) for number in (1, 2)]

    first = ["bank", "zone", "arena", "mixed"]
    others = [f"n{number}" for number in range(10, 20)]
    assert [slug for page in pages for slug in slugs(page)] == [*first, *others]


def test_results_are_cut_into_pages_of_ten(engine: SearchEngine) -> None:
    """No record is on two pages; the page after the last raises an error."""
    engine.rebuild([a_record("Police", slug=f"r{number}") for number in range(23)])

    pages = [engine.search(a_query("police", page=number)) for number in (1, 2, 3)]

    shown = [slug for page in pages for slug in slugs(page)]
    assert len(shown) == len(set(shown)) == pages[0].total == 23
    assert pages[0].pages == 3
    with pytest.raises(PageOutOfRangeError):
        engine.search(a_query("police", page=4))


@pytest.mark.parametrize("sort", [Sort.RELEVANCE, Sort.TITLE])
def test_a_query_for_ids_has_those_of_its_hits(
    engine: SearchEngine, sort: Sort
) -> None:
    """Exports and lists for programs show no hit, and thousands of records."""
    texts = ["police", "lamps", "police lamps"] * 5
    engine.rebuild(
        a_record(f"Title {number}", slug=f"r{number}", text=text)
        for number, text in enumerate(texts)
    )
    query = dataclasses.replace(a_query("police lamps", sort=sort), page_size=12)
    page = engine.search(query)

    ids_only = engine.search(dataclasses.replace(query, only_ids=True))

    assert ids_only.ids == tuple(hit.id for hit in page.hits)
    assert ids_only.partial_ids == {hit.id for hit in page.hits if hit.is_partial}
    assert 0 < len(ids_only.partial_ids) < len(page.hits)
    assert not ids_only.hits
    same = dataclasses.replace(
        ids_only, ids=(), partial_ids=frozenset(), hits=page.hits
    )
    assert same == page


def test_a_language_filter_applies_to_snippets_too(engine: SearchEngine) -> None:
    """The passages in the other language are not shown."""
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


def test_each_change_makes_another_generation_current(engine: SearchEngine) -> None:
    """A monitor compares it with the generation in use, and computes its age."""
    assert engine.stored_generation() is None
    engine.rebuild([a_record("Lampes")])
    first = engine.stored_generation()

    engine.upsert([a_record("Radars", slug="radars")])

    second = engine.stored_generation()
    assert first is not None
    assert second is not None
    assert first.name != second.name == engine.generation
    assert 0 < first.written_at <= second.written_at


def test_upsert_replaces_a_record_of_the_same_id(engine: SearchEngine) -> None:
    """The words of the record before match no more."""
    engine.rebuild([a_record("Vélos", slug="a"), a_record("Drones", slug="b")])

    engine.upsert([a_record("Trottinettes", slug="a")])

    assert engine.search(a_query("vélos")).total == 0
    assert slugs(engine.search(a_query("trottinettes"))) == ["a"]
    assert engine.search(a_query()).total == 2


def test_a_removed_record_is_in_no_result(engine: SearchEngine) -> None:
    """It is not counted by facets, nor suggested."""
    engine.rebuild(
        [a_record("Vélos", slug="a", facets=TROLLING), a_record("Drones", slug="b")]
    )

    engine.upsert([], delete=[RecordId(Kind.PRACTICE, "a")])

    page = engine.search(a_query())
    assert slugs(page) == ["b"]
    assert page.facets[FacetName.THEME] == ()
    assert engine.suggest("vel", Locale.FR) == ()


def test_words_of_a_removed_record_are_no_corrections(engine: SearchEngine) -> None:
    """Nobody may learn of them from a misspelt word."""
    others = [a_record(f"Police {n}", slug=f"r{n}") for n in range(8)]
    engine.rebuild([a_record("Trottinettes", slug="a"), *others])
    assert engine.search(a_query("trotinetes")).suggestion == "trottinettes"

    engine.upsert([], delete=[RecordId(Kind.PRACTICE, "a")])

    page = engine.search(a_query("trotinetes"))
    assert (page.total, page.suggestion) == (0, "")


def test_many_changes_rank_records_like_a_rebuild(engine: SearchEngine) -> None:
    """Segments and deletions do not change scores."""
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


def test_an_empty_index_has_no_results(engine: SearchEngine) -> None:
    """It is not an error to search it."""
    engine.rebuild([])

    page = engine.search(a_query("police"))

    assert (page.total, page.pages) == (0, 1)


def test_without_an_index_searches_and_changes_raise_an_error(
    engine: SearchEngine,
) -> None:
    """A failed search must differ from a search without results."""
    with pytest.raises(IndexUnavailableError):
        engine.search(a_query("police"))
    with pytest.raises(IndexUnavailableError):
        engine.suggest("police", Locale.FR)
    with pytest.raises(IndexUnavailableError):
        engine.upsert([a_record()])
    assert engine.status().state is IndexState.MISSING
