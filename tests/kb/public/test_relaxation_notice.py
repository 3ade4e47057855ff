"""What the page of results says of an answer that is not just what was asked."""

from __future__ import annotations

import pytest
from flask import Flask

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
    """Make an answer to which so many steps led."""
    relaxed = tuple(Relaxation(step, "vols de vélos") for step in steps)
    return ResultPage(total, 1, 1, relaxed=relaxed, asked_total=asked)


def said(app: Flask, query: Query, answer: ResultPage) -> tuple[str, Note | None]:
    """Give the title and the note, in the language of the reader."""
    with app.test_request_context(f"/{query.locale.value}/search"):
        choose_locale(query.locale)
        return heading(query, answer), relaxation_note(query, answer)


def words(note: Note | None) -> str:
    """Give a note as it is read, with ordinary spaces."""
    text = " ".join(each.text for each in note.sentences) if note else ""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("answer", "title", "note"),
    [
        pytest.param(
            an_answer(asked=12), "12 results for “bike thefts”", "", id="as asked"
        ),
        pytest.param(
            an_answer(ONE_DROPPED),
            "No record holds all the words of “bike thefts”",
            "So we looked more widely. 12 records hold some of them. "
            "The nearest come first.",
            id="none holds all",
        ),
        pytest.param(
            an_answer(ONE_DROPPED, ANY_WORD, asked=3),
            "3 records hold all the words of “bike thefts”",
            "9 more hold some of them. The nearest come first.",
            id="few hold all",
        ),
        pytest.param(
            an_answer(ANY_WORD, total=1),
            "No record holds all the words of “bike thefts”",
            "So we looked more widely. 1 record holds some of them.",
            id="one holds some",
        ),
        pytest.param(
            an_answer(SPELLING),
            "No result for “bike thefts”",
            "Spelling corrected: vols de vélos. Here are the 12 records found. "
            "The nearest come first.",
            id="spelling corrected",
        ),
        pytest.param(
            an_answer(SPELLING, asked=2),
            "2 results for “bike thefts”",
            "Also searched with the spelling vols de vélos. It finds 10 more. "
            "The nearest come first.",
            id="spelling tried too",
        ),
        pytest.param(
            an_answer(SPELLING, ONE_DROPPED),
            "No result for “bike thefts”",
            "Spelling corrected: vols de vélos. Here are the 12 records found; some "
            "hold a part of the words only. The nearest come first.",
            id="spelling corrected, then some words",
        ),
        pytest.param(
            an_answer(SPELLING, ONE_DROPPED, asked=2),
            "2 results for “bike thefts”",
            "Also searched with the spelling vols de vélos. 10 more are shown; some "
            "hold a part of the words only. The nearest come first.",
            id="spelling tried too, then some words",
        ),
        pytest.param(
            an_answer(OTHER_LANGUAGE),
            "No result for “bike thefts”",
            "These words alone find nothing, so what they are called in the other "
            "language was searched too. Here are the 12 records found. "
            "The nearest come first.",
            id="the other language",
        ),
        pytest.param(
            an_answer(PHRASE, ANY_WORD),
            "No result for “bike thefts”",
            "No record holds this phrase as it is written, so its words were searched "
            "one by one. Here are the 12 records found; some hold a part of the words "
            "only. The nearest come first.",
            id="a phrase, then some words",
        ),
        pytest.param(
            an_answer(SPELLING, THESAURUS),
            "No result for “bike thefts”",
            "Spelling corrected: vols de vélos. These words alone find nothing, so "
            "their other names were searched too. Here are the 12 records found. "
            "The nearest come first.",
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
def test_each_step_is_said_once_and_in_order(
    app: Flask, answer: ResultPage, title: str, note: str
) -> None:
    """Readers are never given something wider for what they asked."""
    query = a_query("bike thefts", locale=Locale.EN)

    found_title, found_note = said(app, query, answer)

    assert found_title == title
    assert words(found_note) == note


@pytest.mark.parametrize(
    ("answer", "title", "note"),
    [
        pytest.param(
            an_answer(ONE_DROPPED, asked=3),
            "3 fiches contiennent tous les mots de « vol vélo »",
            "9 autres en contiennent une partie. Les plus proches viennent d’abord.",
            id="few hold all",
        ),
        pytest.param(
            an_answer(SPELLING, ANY_WORD),
            "Aucun résultat pour « vol vélo »",
            "Orthographe corrigée : vols de vélos. Voici les 12 fiches trouvées ; "
            "certaines ne contiennent qu’une partie des mots. "
            "Les plus proches viennent d’abord.",
            id="spelling corrected, then some words",
        ),
    ],
)
def test_it_is_said_in_french_too(
    app: Flask, answer: ResultPage, title: str, note: str
) -> None:
    """With the typography of French."""
    found_title, found_note = said(app, a_query("vol vélo"), answer)

    assert found_title.replace("\u00a0", " ") == title
    assert words(found_note) == note


def test_what_is_counted_before_the_filters_is_not_told_of_what_they_leave(
    app: Flask,
) -> None:
    """`asked_total` knows no filter: « 7 fiches » over a list of 3 would be false."""
    query = a_query("bike thefts", PRACTICES, locale=Locale.EN)

    title, note = said(app, query, an_answer(ONE_DROPPED, total=3, asked=7))

    assert title == "3 results for “bike thefts”"
    assert words(note).startswith("Few records hold all the words: those that hold")


def test_the_nearest_are_not_said_to_come_first_when_they_do_not(app: Flask) -> None:
    """Most recent first is another order."""
    query = a_query("bike thefts", locale=Locale.EN, sort=Sort.NEWEST)

    _, note = said(app, query, an_answer(ONE_DROPPED))

    assert words(note).endswith("12 records hold some of them.")


def test_the_corrected_spelling_can_be_searched_alone(app: Flask) -> None:
    """All the rest of the search stays."""
    query = a_query("bike thefts", PRACTICES, locale=Locale.EN)

    _, note = said(app, query, an_answer(SPELLING, asked=1))

    assert note is not None
    assert note.sentences[0].link == "vols de vélos"
    assert note.sentences[0].url == ("/en/search?q=vols+de+v%C3%A9los&kind=practice")


def test_a_sentence_is_told_discreetly_that_any_word_will_do(app: Flask) -> None:
    """Nobody expects a record to hold every word of a sentence."""
    query = a_query("how can police help victims report thefts", locale=Locale.EN)

    title, note = said(app, query, an_answer(ANY_WORD))

    assert title == "12 results for “how can police help victims report thefts”"
    assert note is not None
    assert note.is_discreet
    assert words(note) == (
        "In a search of many words, any of them will do. The nearest come first."
    )


def test_small_words_do_not_make_a_sentence(app: Flask) -> None:
    """« Vol de vélos à Milan » has three words that find something."""
    _, note = said(app, a_query("vol de vélos à Milan"), an_answer(ANY_WORD))

    assert note is not None
    assert not note.is_discreet


def test_a_sentence_with_a_slip_says_that_it_was_mended(app: Flask) -> None:
    """That is a departure, and never passes in silence."""
    query = a_query("how can police hellp victims report thefts", locale=Locale.EN)

    title, note = said(app, query, an_answer(SPELLING, ANY_WORD))

    assert title.startswith("12 results for")
    assert note is not None
    assert not note.is_discreet
    assert words(note) == (
        "Spelling corrected: vols de vélos. In a search of many words, any of them "
        "will do. The nearest come first."
    )


def test_a_phrase_is_quoted_once(app: Flask) -> None:
    """Its own quotes would stand inside those of the page."""
    query = a_query('"bike thefts"', locale=Locale.EN)

    title, _ = said(app, query, an_answer(PHRASE))

    assert title == "No result for “bike thefts”"
