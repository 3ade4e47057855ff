"""The page of results, the API and the files of a search have one answer."""

import csv
import io
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, request

from indexer.model.facets import FacetName
from indexer.model.ids import Kind, Locale
from indexer.model.query import Sort
from kb.public.home import example_searches
from kb.public.search.page import SearchView, search_page
from kb.web.locale import choose_locale
from kb.web.search.facet_values import vocabulary_of
from tests.support.answers import body_of

TEXTS = (
    *("police", "drones", "vélos volés", "stolen bikes", "rumeurs crise", "harcelment"),
    *("que faire quand une photo intime circule", "who answers tweets at night"),
    *("how to report a stolen bike online", "Comment parler aux jeunes en ligne ?"),
    *('"social media"', '"police de proximité"', "hate OR haine", "rumeur OU Munich"),
    *("sécurité -police", "drone -Nice", "rumours NOT Munich", "cyber*", "zzzz police"),
    *("title:police", "kind:need police", "kind:page aide", "theme:trolling victimes"),
    *("accessibilité", "(vol OU theft) vélo", ""),
)
SEARCHES = 50


def searches(app: Flask, locale: Locale) -> Iterator[dict[str, Any]]:
    """Yield the parameters of searches: each text, with filters and orders."""
    chance = random.Random(locale)  # noqa: S311  # a fixed seed
    vocabulary = vocabulary_of(app.extensions["kb-services"].corpus)
    facets = [facet for facet in FacetName if vocabulary.values(facet)]
    for number in range(SEARCHES):
        chosen = chance.sample(facets, chance.choice((0, 0, 1, 2)))
        parameters: dict[str, Any] = {
            facet.value: chance.choices(vocabulary.values(facet), k=2)
            for facet in chosen
        }
        yield parameters | {
            "q": TEXTS[number % len(TEXTS)],
            "sort": chance.choice(("", "", *Sort)),
        }


def view_of(app: Flask, locale: Locale, parameters: dict[str, Any]) -> SearchView:
    """Return what the page of results shows."""
    with app.test_request_context(f"/{locale}/search", query_string=parameters):
        choose_locale(locale)
        return search_page(request.args)


@pytest.mark.parametrize("locale", list(Locale))
def test_page_api_and_file_have_the_same_records_in_the_same_order(
    real_app: Flask, locale: Locale
) -> None:
    """On the first two pages, with the same total, tabs and marks."""
    client = real_app.test_client()
    for parameters in searches(real_app, locale):
        table = client.get(f"/{locale}/search.csv", query_string=parameters)
        rows = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig"))))
        column = next(
            index for index, name in enumerate(rows[0]) if name.startswith("Identif")
        )
        in_file = [row[column] for row in rows[1:]]
        first = view_of(real_app, locale, parameters)
        for page in range(1, min(2, first.results.pages) + 1):
            asked = parameters | {"page": page}
            view = view_of(real_app, locale, asked)
            body = body_of(
                client.get("/api/v1/search", query_string=asked | {"hl": locale})
            )
            shown = [(str(card.id), card.is_partial) for card in view.items]
            listed = [
                (f"{Kind(hit['kind']).folder}/{hit['id']}", hit["partial"])
                for hit in body["hits"]
            ]
            start = (page - 1) * 10
            assert shown == listed, asked
            assert [name for name, _ in shown] == in_file[start : start + 10], asked
            assert view.results.total == body["total"] == len(in_file), asked
            assert view.results.exact_total == body["exact_total"], asked
        whole, *tabs = first.tabs
        if "kind" not in parameters:
            assert whole.count == first.results.total, parameters
            assert sum(tab.count for tab in tabs) == whole.count, parameters


def test_a_page_of_the_site_is_a_result_only_where_it_is_asked_for(
    real_app: Flask,
) -> None:
    """Its examples name what other records are about."""
    for text in ("rumeur Munich", "police locale", "accessibilité"):
        found = view_of(real_app, Locale.FR, {"q": text})
        asked = view_of(real_app, Locale.FR, {"q": text, "kind": "page"})

        assert not any(card.id.kind is Kind.PAGE for card in found.items)
        assert asked.results.total
        assert asked.tabs[0].count == found.results.total


@pytest.mark.parametrize("locale", list(Locale))
def test_each_example_of_the_home_page_shows_a_practice_and_a_recommendation(
    real_app: Flask, locale: Locale
) -> None:
    """Among its first five results, with no page of the site."""
    with real_app.test_request_context(f"/{locale}/"):
        choose_locale(locale)
        examples = [text for text, _ in example_searches(locale)]
    for text in examples:
        found = view_of(real_app, locale, {"q": text})
        kinds = {card.id.kind for card in found.items[:5]}
        assert {Kind.PRACTICE, Kind.RECOMMENDATION} <= kinds, text
        assert Kind.PAGE not in kinds
        assert not found.site_pages
        assert not found.is_weak


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        (Locale.EN, "who are the partners of the project"),
        (Locale.EN, "how much did the project cost"),
        (Locale.EN, "MEDI@4SEC budget"),
        (Locale.EN, "whom can I contact"),
        (Locale.EN, "who coordinated MEDI@4SEC"),
        (Locale.FR, "quels sont les partenaires du projet"),
        (Locale.FR, "combien a coûté le projet"),
        (Locale.FR, "qui a payé MEDI@4SEC ?"),
        (Locale.FR, "qui contacter pour une correction"),
        (Locale.FR, "durée du projet"),
    ],
)
def test_questions_on_the_project_name_the_page_about_it(
    real_app: Flask, locale: Locale, text: str
) -> None:
    """Above the results, under “On this site”."""
    found = view_of(real_app, locale, {"q": text})

    assert [page.url for page in found.site_pages][:1] == [f"/{locale}/pages/about"]


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Noord-Holland zzzz online", "Noord-Holland"),
        ("police d’Émilie-Romagne zzzz", "Émilie-Romagne"),
        ("le porte-parole zzzz qqqq", "porte-parole"),
        ("zzzz MEDI@4SEC qqqq", "MEDI@4SEC"),
        ("noord-holand onlin order", "noord-holland"),
    ],
)
def test_a_compound_is_one_word_shown_as_it_was_typed(
    real_app: Flask, text: str, typed: str
) -> None:
    """The page and the API never show the form without its hyphen."""
    client, inner = real_app.test_client(), typed.replace("-", "").replace("@", "")
    body = client.get("/api/v1/search", query_string={"q": text, "hl": "fr"})
    page = client.get("/fr/search", query_string={"q": text}).text
    counted = view_of(real_app, Locale.FR, {"q": text}).results.part_counts

    assert typed in page
    for answer in (body.text, json.dumps(body.json, ensure_ascii=False), page):
        assert inner.casefold() not in answer.casefold()
    if counted:
        assert typed in counted
        assert not {*typed.replace("@", "-").casefold().split("-")} & counted.keys()
