"""The answers above the results: how often there is one, and how often a right one."""

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.ids import Locale
from indexer.model.judged_queries import QueryType
from kb.judgements.measures import page_query
from kb.services import services
from kb.web.search.answer import QuestionAnswer, find_answer
from kb.web.search.facet_values import vocabulary_of
from tests.relevance.judged_content import OFF_TOPIC, QUERIES

BICYCLE = "on m'a volé mon vélo, comment le récupérer"
LEAST_ANSWERED = 21
MOST_OFF_TOPIC = 2
"""Measured: 24 of 70 judged sentences, and 1 of 68 queries on other subjects."""


def answer_to(app: Flask, text: str, locale: Locale) -> QuestionAnswer | None:
    """Return the answer to a question, as the page of results shows it."""
    with app.app_context():
        site = services()
        query = page_query(text, locale, vocabulary_of(site.corpus))
        return find_answer(query, site.searches.search(query), site.corpus)


@pytest.mark.load
def test_nearly_all_shown_answers_have_a_right_practice(real_app: Flask) -> None:
    """Ungraded practices count as wrong. A third of the sentences have an answer."""
    sentences = [query for query in QUERIES if query.type is QueryType.SENTENCE]
    shown = [
        (query, answer)
        for query in sentences
        if (answer := answer_to(real_app, query.text, query.locale))
    ]
    wrong = [
        query.text
        for query, answer in shown
        if not any(query.grades.get(record.id) for record in answer.practices)
    ]

    assert len(shown) >= LEAST_ANSWERED
    assert len(wrong) <= len(shown) / 10, wrong


@pytest.mark.load
def test_other_subjects_have_no_answer(real_app: Flask) -> None:
    """The results of some have common words of records."""
    answered = [text for text, locale in OFF_TOPIC if answer_to(real_app, text, locale)]

    assert len(answered) <= MOST_OFF_TOPIC, answered


@pytest.fixture(scope="module")
def client(real_app: Flask) -> FlaskClient:
    """Return a visitor of the real content."""
    return real_app.test_client()


def box_of(client: FlaskClient, address: str) -> Tag | None:
    """Return the box with the answer of a page; None without one."""
    page = BeautifulSoup(client.get(address).text, "html.parser")
    return page.select_one(".answer")


@pytest.mark.parametrize("locale", Locale)
def test_page_and_api_have_the_same_answer(client: FlaskClient, locale: Locale) -> None:
    """Every line is a field of a record, with a link to it."""
    box = box_of(client, f"/{locale}/search?q={BICYCLE}")
    answer = client.get(f"/api/v1/search?q={BICYCLE}&hl={locale}").get_json()["answer"]

    assert box is not None
    links = [link["href"] for link in box.select(".exists h4 a")]
    assert links == [each["url"] for each in answer["practices"]]
    assert links[0] == f"/{locale}/practices/milan-stolen-bikes"
    assert answer["from"] in {"practices/milan-stolen-bikes", "needs/n08"}
    assert box.select_one("h2").text == answer["sentence"]  # type: ignore[union-attr]
    failures = [line.text for line in box.select(".says > li > span:not(.by)")]
    assert failures == [line["text"] for line in answer["did_not_work"]]
    assert [line.text for line in box.select(".hole-part li")] == answer["gaps"]


def test_the_note_of_an_answer_is_a_dossier_of_its_records(client: FlaskClient) -> None:
    """Its title is the question."""
    box = box_of(client, f"/fr/search?q={BICYCLE}")
    assert box is not None

    note = box.select_one("footer a.btn")

    assert note is not None
    page = BeautifulSoup(client.get(str(note["href"])).text, "html.parser")
    assert BICYCLE in page.text.replace("’", "'").replace("\xa0", " ")
    assert page.select("a[href='/fr/practices/milan-stolen-bikes']")


@pytest.mark.parametrize(
    "rest", ["&page=2", "&sort=title", "&theme=streets", "&kind=practice"]
)
def test_only_the_plain_first_page_has_an_answer(
    client: FlaskClient, rest: str
) -> None:
    """Filters and orders leave out the results that an answer depends on."""
    assert box_of(client, f"/fr/search?q={BICYCLE}{rest}") is None


@pytest.mark.parametrize(
    "text", ["vélo", "xyzzy plugh", "", "police AND vélo AND xyzzy"]
)
def test_a_word_and_nonsense_have_no_answer(client: FlaskClient, text: str) -> None:
    """Nor has an empty search."""
    assert box_of(client, f"/fr/search?q={text}") is None
