"""Queries on other subjects are told apart from those that the content answers."""

from collections.abc import Iterable
from statistics import fmean

import pytest
from flask import Flask

from indexer.model.ids import Locale
from indexer.model.query import Sort
from indexer.model.results import ResultPage
from kb.services import services
from kb.web.search.off_topic import is_weak
from tests.relevance.judged_content import (
    ANSWERED,
    FRESH,
    OFF_TOPIC,
    QUERIES,
    SHORT,
    UNANSWERED,
    close_records,
    first_page,
)
from tests.relevance.recorded_closeness import recorded_close_records

FLOOR_TOLD = 0.66
FLOOR_TOLD_WITH_MEANING = 0.62
FLOOR_TOLD_OF_FIELD = 0.50
FLOOR_TOLD_OF_FIELD_WITH_MEANING = 0.60
FLOOR_TOLD_SHORT = 0.55
"""The measured shares are 52 and 55 of 68, and 56 and 62 of the 100 questions of the
field, and 18 of 30 short queries; others have common words of the content."""

MOST_TOLD = 0.02
"""The share of answered queries of which the page may wrongly say that."""


def is_told(app: Flask, text: str, locale: Locale) -> bool:
    """Return whether the page says that no record is about a query."""
    page = first_page(app, text, locale)
    return not page.hits or _is_weak(app, page)


def _is_weak(app: Flask, page: ResultPage) -> bool:
    with app.app_context():
        return is_weak(page, len(services().corpus.records), Sort.RELEVANCE)


def share_told(
    app: Flask, questions: Iterable[tuple[str, Locale]] = OFF_TOPIC
) -> float:
    """Return the share of queries whose page says “Nothing about”."""
    return fmean(is_told(app, text, locale) for text, locale in questions)


def test_most_queries_on_other_subjects_are_told(real_app: Flask) -> None:
    """Their results share only a common word with the query."""
    assert share_told(real_app) >= FLOOR_TOLD
    with close_records(real_app, recorded_close_records):
        assert share_told(real_app) >= FLOOR_TOLD_WITH_MEANING
        assert share_told(real_app, UNANSWERED) >= FLOOR_TOLD_OF_FIELD_WITH_MEANING
    assert share_told(real_app, UNANSWERED) >= FLOOR_TOLD_OF_FIELD


def test_hardly_an_answered_query_is_told(real_app: Flask) -> None:
    """The content answers them all; some long questions have mostly common words."""
    judged = [(query.text, query.locale) for query in QUERIES]
    fresh = [(question.text, question.locale) for question in (*FRESH, *ANSWERED)]
    asked = [*judged, *fresh]

    told = [text for text, locale in asked if is_told(real_app, text, locale)]
    assert len(told) <= MOST_TOLD * len(asked), told
    with close_records(real_app, recorded_close_records):
        told = [text for text, locale in asked if is_told(real_app, text, locale)]
        assert len(told) <= MOST_TOLD * len(asked), told


def test_words_of_an_action_do_not_decide(real_app: Flask) -> None:
    """“Tackling”, « lutter contre » say nothing of the subject."""
    told = {text: is_told(real_app, text, locale) for text, locale, _ in SHORT}
    answered = [text for text, _, is_answered in SHORT if is_answered]
    others = [text for text, _, is_answered in SHORT if not is_answered]

    wrongly = [text for text in answered if told[text]]
    assert len(wrongly) <= MOST_TOLD * len(answered), wrongly
    assert fmean(told[text] for text in others) >= FLOOR_TOLD_SHORT


def test_days_do_not_decide(real_app: Flask) -> None:
    """« Harcèlement dimanche matin » is a question on harassment."""
    for text in ("harcèlement dimanche matin", "que faire le lundi contre les rumeurs"):
        assert not is_told(real_app, text, Locale.FR)


@pytest.mark.parametrize("kind", ["", "&kind=recommendation"])
def test_a_query_that_names_a_term_and_a_place_is_not_told(
    real_app: Flask, kind: str
) -> None:
    """A term of several words counts for its words, and filters leave records out."""
    client = real_app.test_client()
    for address in (
        "/fr/search?q=que+faire+contre+le+revenge+porn+à+l’école",
        "/en/search?q=what+to+do+about+revenge+porn+at+school",
    ):
        text = client.get(address + kind).text
        assert "Nothing about" not in text
        assert "Rien sur" not in text


def test_the_api_says_what_no_record_contains(real_app: Flask) -> None:
    """As the head of the page does."""
    client = real_app.test_client()

    tasers = client.get(
        "/api/v1/search?q=should+municipal+officers+carry+tasers&hl=en"
    ).get_json()
    bicycle = client.get("/api/v1/search?q=stolen+bikes&hl=en").get_json()

    assert tasers["off_topic"]
    assert tasers["unmatched"] == tasers["missing"] == ["tasers"]
    assert not bicycle["off_topic"]
    assert bicycle["unmatched"] == bicycle["missing"] == []


def test_words_that_the_closest_records_are_not_about_are_named(
    real_app: Flask,
) -> None:
    """Records contain each word, and no record is about the question."""
    client = real_app.test_client()
    question = {"q": "chiens policiers pour fouiller les halls d'immeuble", "hl": "fr"}

    body = client.get("/api/v1/search", query_string=question).get_json()
    page = client.get("/fr/search", query_string=question).text

    assert body["off_topic"]
    assert body["unmatched"] == []
    assert "chiens" in body["missing"]
    assert "Aucune des fiches les plus proches ne porte sur" in page
