"""What a page of results says of the words: terms, other names, changes."""

import pytest
from flask import Flask
from markupsafe import Markup

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Locale
from indexer.model.query import Expansion, ExpansionSource, Query
from indexer.model.results import Relaxation, RelaxationStep, ResultPage
from kb.public.search.query_words import (
    ExpansionName,
    OtherNames,
    count_text,
    other_names,
    relaxation_notes,
)
from kb.web.locale import choose_locale
from tests.support.builders import a_query

GLOSSARY, LEXICON = ExpansionSource


def names(*expansions: Expansion, text: str = "vol") -> OtherNames:
    """Return the names for a French reader."""
    found = other_names(expansions, text, Locale.FR)
    assert found is not None
    return found


def test_glossary_names_come_first() -> None:
    """People chose them; a name in the other language is marked."""
    found = names(
        Expansion("vol", "theft", Locale.EN, LEXICON),
        Expansion("vol", "cambriolage", Locale.FR, GLOSSARY),
        Expansion("vol", "burglary", Locale.EN, GLOSSARY),
    )

    assert found.shown == (
        ExpansionName("cambriolage"),
        ExpansionName("burglary", "en"),
        ExpansionName("theft", "en"),
    )


def test_each_typed_word_gets_one_name_before_any_gets_two() -> None:
    """A word with many names must leave room for the others."""
    found = names(
        Expansion("vol", "theft", Locale.EN, LEXICON),
        Expansion("vol", "flight", Locale.EN, LEXICON),
        Expansion("vélo", "bike", Locale.EN, LEXICON),
        text="vol vélo",
    )

    assert [each.text for each in found.shown] == ["theft", "bike", "flight"]


def test_spellings_and_inflections_of_a_name_are_listed_once() -> None:
    """The typed words are not listed at all."""
    found = names(
        Expansion("emeute", "Émeute", Locale.FR, GLOSSARY),
        Expansion("emeute", "riot", Locale.EN, GLOSSARY),
        Expansion("emeute", "Riots", Locale.EN, LEXICON),
        Expansion("emeute", "trouble à l’ordre public", Locale.FR, GLOSSARY),
        Expansion("emeute", "Trouble a l’ordre public", Locale.FR, LEXICON),
        text="emeute",
    )

    assert [each.text for each in found.shown] == ["riot", "trouble à l’ordre public"]


def test_more_than_seven_names_are_folded() -> None:
    """Folding a seventh name would save no room."""

    def several(count: int) -> OtherNames:
        texts = ("a", "b", "c", "d", "e", "f", "g", "h")
        return names(
            *(Expansion("vol", each * 4, Locale.EN, LEXICON) for each in texts[:count])
        )

    assert (len(several(7).shown), len(several(7).more)) == (7, 0)
    assert (len(several(8).shown), len(several(8).more)) == (6, 2)


def test_without_expansions_there_is_no_list() -> None:
    """The page shows no empty line."""
    same = Expansion("drone", "drone", Locale.EN, LEXICON)

    assert other_names((same,), "drone", Locale.FR) is None


SPELLING, OTHER_LANGUAGE, THESAURUS, PHRASE, ONE_DROPPED, ANY_WORD, *_ = RelaxationStep
PRACTICES = Filter(FacetName.KIND, "practice")


def an_answer(
    *steps: RelaxationStep, total: int = 12, asked: int = 0, exact: int = 0
) -> ResultPage:
    """Return results with these relaxation steps."""
    relaxed = tuple(Relaxation(step, "vols de vélos") for step in steps)
    return ResultPage(
        total, 1, 1, relaxed=relaxed, asked_total=asked, exact_total=exact
    )


def notice(app: Flask, query: Query, answer: ResultPage) -> tuple[str, str]:
    """Return the count and the notes, without markup and with ordinary spaces."""
    with app.test_request_context(f"/{query.locale.value}/search"):
        choose_locale(query.locale)
        notes = Markup(" ").join(relaxation_notes(query, answer)).striptags()
        texts = count_text(answer), notes
    count, note = (each.replace("\u00a0", " ").replace("\u202f", " ") for each in texts)
    return count, note


@pytest.mark.parametrize(
    ("answer", "count", "note"),
    [
        pytest.param(an_answer(exact=12), "12 results", "", id="as typed"),
        pytest.param(an_answer(total=0), "0 results", "", id="none"),
        pytest.param(an_answer(total=1, exact=1), "1 result", "", id="one"),
        pytest.param(
            an_answer(ONE_DROPPED),
            "No record contains all the words. 12 contain some of them.",
            "",
            id="only partial matches",
        ),
        pytest.param(
            an_answer(ONE_DROPPED, ANY_WORD, asked=7, exact=3),
            "12 results, 3 of them exact",
            "",
            id="filters leave 3 of the 7 exact matches",
        ),
        pytest.param(
            an_answer(SPELLING, exact=12),
            "12 results",
            "Spelling corrected: vols de vélos.",
            id="corrected",
        ),
        pytest.param(
            an_answer(SPELLING, ANY_WORD, asked=1, exact=2),
            "12 results, 2 of them exact",
            "Also searched with the spelling vols de vélos.",
            id="corrected beside exact matches",
        ),
        pytest.param(
            an_answer(PHRASE, exact=12),
            "12 results",
            "No record contains this exact phrase, so its words were searched "
            "separately.",
            id="phrase",
        ),
        pytest.param(
            an_answer(OTHER_LANGUAGE, THESAURUS, exact=12),
            "12 results",
            "No result for these words, so their equivalents in the other language "
            "were searched too. No result for these words, so their other names were "
            "searched too.",
            id="equivalents and other names",
        ),
    ],
)
def test_the_count_and_the_notes_say_how_the_query_was_relaxed(
    app: Flask, answer: ResultPage, count: str, note: str
) -> None:
    """Dropped words are in the count, changed words in a note."""
    query = a_query("bike thefts", locale=Locale.EN)

    assert notice(app, query, answer) == (count, note)


def test_the_count_is_translated(app: Flask) -> None:
    """It has French typography."""
    answer = an_answer(SPELLING, ONE_DROPPED, exact=2)

    assert notice(app, a_query("vol vélo"), answer) == (
        "12 résultats, dont 2 exacts",
        "Orthographe corrigée : vols de vélos.",
    )


def test_the_corrected_spelling_is_linked(app: Flask) -> None:
    """The link keeps the other parameters."""
    query = a_query("bike thefts", PRACTICES, locale=Locale.EN)

    with app.test_request_context("/en/search"):
        (note,) = relaxation_notes(query, an_answer(SPELLING, asked=1))

    url = "/en/search?q=vols+de+v%C3%A9los&amp;kind=practice"
    assert f'<a href="{url}">vols de vélos</a>' in note


def test_a_search_without_results_has_no_note(app: Flask) -> None:
    """What was widened in vain is of no use to the reader."""
    query = a_query("bike thefts", locale=Locale.EN)

    assert notice(app, query, an_answer(SPELLING, total=0)) == ("0 results", "")
