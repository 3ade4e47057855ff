"""What the words of a query say, and how readings change the order."""

import json
from pathlib import Path

import pytest
from flask import Flask

from indexer.model.ids import Locale
from kb.judgements.measures import page_query
from kb.web.search.facet_values import vocabulary_of
from tests.support.answers import body_of

_LINES = Path(__file__).with_name("understood_queries.tsv").read_text(encoding="utf-8")
QUERIES = [line.split("\t") for line in _LINES.splitlines() if not line.startswith("#")]


def test_words_are_read_in_both_languages(real_app: Flask) -> None:
    """Audiences, kinds, places, dates and codes, without accents or inflected."""
    vocabulary = vocabulary_of(real_app.extensions["kb-services"].corpus)
    for locale, text, readings in QUERIES:
        query = page_query(text, Locale(locale), vocabulary)

        assert {each.key for each in query.readings} == {*readings.split()}, text


@pytest.mark.parametrize(
    ("text", "locale", "first"),
    [
        ("définition de doxing", "fr", "glossary/doxing"),
        ("on 30 October 2018", "en", "events/l-bologna"),
        ("pratiques en Espagne", "fr", "practices/"),
        ("recommendations for companies", "en", "recommendations/"),
    ],
)
def test_records_that_have_what_the_words_say_come_first(
    real_app: Flask, text: str, locale: str, first: str
) -> None:
    """A term for a definition, an event on its day, the kind that is asked for."""
    asked = {"q": text, "hl": locale}
    body = body_of(real_app.test_client().get("/api/v1/search", query_string=asked))
    hit = body["hits"][0]

    assert f"{hit['url'].removeprefix(f'/{locale}/')}".startswith(first), body["hits"]


def test_a_reading_excludes_nothing_and_can_be_taken_back(real_app: Flask) -> None:
    """The page and the API share the parameter; nothing is read in another order."""
    client = real_app.test_client()
    asked = {"q": "practices for schools", "hl": "en"}
    body = body_of(client.get("/api/v1/search", query_string=asked))
    assert [each["text"] for each in body["understood"]] == ["for schools", "practices"]
    keys = [each["literal"] for each in body["understood"]]

    plain = body_of(
        client.get("/api/v1/search", query_string=asked | {"literal": keys})
    )
    page = client.get("/en/search", query_string={"q": asked["q"]}).text
    one = client.get("/en/search", query_string={"q": asked["q"], "literal": keys[0]})
    by_title = body_of(
        client.get("/api/v1/search", query_string=asked | {"sort": "title"})
    )

    assert plain["understood"] == by_title["understood"] == []
    assert plain["total"] == body["total"] == by_title["total"]
    assert [hit["id"] for hit in plain["hits"]] != [hit["id"] for hit in body["hits"]]
    assert "literal=audience:schools" in page
    assert 'name="literal" value="audience:schools"' in one.text
    assert "literal=audience:schools&amp;literal=kind:practice" in one.text


def test_an_unknown_reading_is_refused(real_app: Flask) -> None:
    """The error says what the parameter may be."""
    client = real_app.test_client()
    for text in ("colour:red", "place", "place:"):
        answer = client.get("/api/v1/search", query_string={"q": "a", "literal": text})
        assert answer.status_code == 400


def test_records_that_nobody_has_found_come_last(real_app: Flask) -> None:
    """Unless they are named."""
    client = real_app.test_client()

    def found(text: str) -> list[str]:
        table = client.get("/en/search.jsonl", query_string={"q": text})
        return [json.loads(line)["id"] for line in table.text.splitlines()]

    assert found("d4.4")[0] == "d4.4"
    assert found("ethics")[-2:] == ["d4.4", "d4.5"]
