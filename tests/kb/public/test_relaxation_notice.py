"""The note on a relaxed query."""

from __future__ import annotations

import pytest
from flask import Flask
from markupsafe import Markup

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Locale
from indexer.model.query import Query, Sort
from indexer.model.results import Relaxation, RelaxationStep, ResultPage
from kb.public.relaxation_notice import Note, heading, relaxation_note
from kb.web.locale import choose_locale
from tests.support.builders import a_query

SPELLING, OTHER_LANGUAGE, THESAURUS, PHRASE, ONE_DROPPED, ANY_WORD = RelaxationStep
PRACTICES = Filter(FacetName.KIND, "practice")


def an_answer(*steps: RelaxationStep, total: int = 12, asked: int = 0) -> ResultPage:
    """Return results with these relaxation steps."""
    relaxed = tuple(Relaxation(step, "vols de vélos") for step in steps)
    return ResultPage(total, 1, 1, relaxed=relaxed, asked_total=asked)


def notice(app: Flask, query: Query, answer: ResultPage) -> tuple[str, Note | None]:
    """Return the title and the note, in the language of the reader."""
    with app.test_request_context(f"/{query.locale.value}/search"):
        choose_locale(query.locale)
        return heading(query, answer), relaxation_note(query, answer)


def words(note: Note | None) -> str:
    """Return a note with ordinary spaces."""
    text = Markup(" ").join(note.sentences if note else ()).striptags()
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("answer", "title", "note"),
    [
        pytest.param(
            an_answer(asked=12), "12 results for “bike thefts”", "", id="as asked"
        ),
        pytest.param(
            an_answer(ONE_DROPPED),
            "No record contains all the words of “bike thefts”",
            "The search was widened. 12 records contain some of them. "
            "Best matches come first.",
            id="none holds all",
        ),
        pytest.param(
            an_answer(ONE_DROPPED, ANY_WORD, asked=3),
            "3 records contain all the words of “bike thefts”",
            "9 more contain some of them. Best matches come first.",
            id="few hold all",
        ),
        pytest.param(
            an_answer(ANY_WORD, total=1),
            "No record contains all the words of “bike thefts”",
            "The search was widened. 1 record contains some of them.",
            id="one holds some",
        ),
        pytest.param(
            an_answer(SPELLING),
            "No result for “bike thefts”",
            "Spelling corrected: vols de vélos. Here are the 12 records found. "
            "Best matches come first.",
            id="spelling corrected",
        ),
        pytest.param(
            an_answer(SPELLING, asked=2),
            "2 results for “bike thefts”",
            "Also searched with the spelling vols de vélos. 10 more records were "
            "found. Best matches come first.",
            id="spelling tried too",
        ),
        pytest.param(
            an_answer(SPELLING, ONE_DROPPED),
            "No result for “bike thefts”",
            "Spelling corrected: vols de vélos. Here are the 12 records found; some "
            "contain only some of the words. Best matches come first.",
            id="spelling corrected, then some words",
        ),
        pytest.param(
            an_answer(SPELLING, ONE_DROPPED, asked=2),
            "2 results for “bike thefts”",
            "Also searched with the spelling vols de vélos. 10 more are shown; some "
            "contain only some of the words. Best matches come first.",
            id="spelling tried too, then some words",
        ),
        pytest.param(
            an_answer(OTHER_LANGUAGE),
            "No result for “bike thefts”",
            "No result for these words, so their equivalents in the other "
            "language were searched too. Here are the 12 records found. "
            "Best matches come first.",
            id="the other language",
        ),
        pytest.param(
            an_answer(PHRASE, ANY_WORD),
            "No result for “bike thefts”",
            "No record contains this exact phrase, so its words were searched "
            "separately. Here are the 12 records found; some contain only some of the "
            "words. Best matches come first.",
            id="a phrase, then some words",
        ),
        pytest.param(
            an_answer(SPELLING, THESAURUS),
            "No result for “bike thefts”",
            "Spelling corrected: vols de vélos. No result for these words, so "
            "their other names were searched too. Here are the 12 records found. "
            "Best matches come first.",
            id="spelling, then other names",
        ),
        pytest.param(
            an_answer(ONE_DROPPED, total=0, asked=0),
            "No result for “bike thefts”",
            "",
            id="nothing left by the filters",
        ),
    ],
)
def test_the_note_names_each_step_once_and_in_order(
    app: Flask, answer: ResultPage, title: str, note: str
) -> None:
    """Readers must know that the results are wider than their query."""
    query = a_query("bike thefts", locale=Locale.EN)

    found_title, found_note = notice(app, query, answer)

    assert found_title == title
    assert words(found_note) == note


@pytest.mark.parametrize(
    ("answer", "title", "note"),
    [
        pytest.param(
            an_answer(ONE_DROPPED, asked=3),
            "3 fiches contiennent tous les mots de « vol vélo »",
            "9 autres en contiennent une partie. Les plus pertinentes viennent en "
            "premier.",
            id="few hold all",
        ),
        pytest.param(
            an_answer(SPELLING, ANY_WORD),
            "Aucun résultat pour « vol vélo »",
            "Orthographe corrigée : vols de vélos. Voici les 12 fiches trouvées ; "
            "certaines ne contiennent qu’une partie des mots. "
            "Les plus pertinentes viennent en premier.",
            id="spelling corrected, then some words",
        ),
    ],
)
def test_the_note_is_translated(
    app: Flask, answer: ResultPage, title: str, note: str
) -> None:
    """It has French typography."""
    found_title, found_note = notice(app, a_query("vol vélo"), answer)

    assert found_title.replace("\u00a0", " ") == title
    assert words(found_note) == note


def test_a_filtered_answer_states_no_unfiltered_count(
    app: Flask,
) -> None:
    """`asked_total` ignores filters: « 7 fiches » above a list of 3 would be false."""
    query = a_query("bike thefts", PRACTICES, locale=Locale.EN)

    title, note = notice(app, query, an_answer(ONE_DROPPED, total=3, asked=7))

    assert title == "3 results for “bike thefts”"
    assert words(note).startswith(
        "Few records contain all the words: those that contain"
    )


def test_the_order_sentence_is_shown_only_for_relevance(app: Flask) -> None:
    """“Most recent first” is another order."""
    query = a_query("bike thefts", locale=Locale.EN, sort=Sort.NEWEST)

    _, note = notice(app, query, an_answer(ONE_DROPPED))

    assert words(note).endswith("12 records contain some of them.")


def test_the_corrected_spelling_is_linked(app: Flask) -> None:
    """The link keeps the other parameters."""
    query = a_query("bike thefts", PRACTICES, locale=Locale.EN)

    _, note = notice(app, query, an_answer(SPELLING, asked=1))

    assert note is not None
    url = "/en/search?q=vols+de+v%C3%A9los&amp;kind=practice"
    assert f'<a href="{url}">vols de vélos</a>' in note.sentences[0]


def test_a_sentence_gets_a_note_without_a_warning(app: Flask) -> None:
    """No visitor expects a record with every word of a sentence."""
    query = a_query("how can police help victims report thefts", locale=Locale.EN)

    title, note = notice(app, query, an_answer(ANY_WORD))

    assert title == "12 results for “how can police help victims report thefts”"
    assert note is not None
    assert not note.is_warning
    assert words(note) == (
        "With a long search, one matching word is enough. Best matches come first."
    )


def test_stop_words_do_not_make_a_sentence(app: Flask) -> None:
    """« Vol de vélos à Milan » has three other words."""
    _, note = notice(app, a_query("vol de vélos à Milan"), an_answer(ANY_WORD))

    assert note is not None
    assert note.is_warning


def test_a_sentence_with_a_misspelling_gets_a_warning(app: Flask) -> None:
    """A correction is never silent."""
    query = a_query("how can police hellp victims report thefts", locale=Locale.EN)

    title, note = notice(app, query, an_answer(SPELLING, ANY_WORD))

    assert title.startswith("12 results for")
    assert note is not None
    assert note.is_warning
    assert words(note) == (
        "Spelling corrected: vols de vélos. With a long search, one matching word "
        "is enough. Best matches come first."
    )


def test_a_phrase_is_quoted_once(app: Flask) -> None:
    """The title adds quotation marks to those of the phrase."""
    query = a_query('"bike thefts"', locale=Locale.EN)

    title, _ = notice(app, query, an_answer(PHRASE))

    assert title == "No result for “bike thefts”"
