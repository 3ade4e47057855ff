"""The copy of the site, opened from a disk without a network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Request, expect
from werkzeug.datastructures import MultiDict

from indexer.model.ids import Locale
from indexer.model.judged_queries import JudgedQuery
from kb.services import services
from kb.site_copy.site_writer import write_site_copy
from kb.web.locale import choose_locale
from kb.web.search.facet_values import vocabulary_of
from kb.web.search.request_query import query_from
from tests.relevance.judged_content import QUERIES

FIRST = 3
MIN_SHARE = 0.86
MAX_BYTES = 60_000_000

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def copy(real_app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the real site."""
    target = tmp_path_factory.mktemp("copies") / "site"
    done = write_site_copy(real_app, real_app.extensions["kb-services"], target)
    assert done.size_bytes < MAX_BYTES
    return target


@pytest.fixture
def offline(browser: Browser) -> Iterator[Page]:
    """Return a page without a network, which fails at an error of a script."""
    context = browser.new_context(offline=True, locale="en-GB")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("requestfailed", lambda request: errors.extend(missing(request)))
    yield page
    assert errors == []
    context.close()


def missing(request: Request) -> list[str]:
    """Return the address of a request, unless leaving the page has cancelled it."""
    return [] if request.failure == "net::ERR_ABORTED" else [request.url]


def online(app: Flask, judged: JudgedQuery) -> list[str]:
    """Return the first results of the site for a query."""
    locale = Locale(judged.locale)
    with app.test_request_context(f"/{locale}/search"):
        choose_locale(locale)
        corpus = app.extensions["kb-services"].corpus
        query = query_from(
            MultiDict({"q": judged.text}), vocabulary_of(corpus), locale=locale
        )
        results = services().searches.search(query)
        return [str(each.id) for each in results.hits[:FIRST]]


def test_the_first_results_are_those_of_the_site(
    offline: Page, copy: Path, real_app: Flask
) -> None:
    """For seven of eight judged queries, in the same order."""
    offline.goto((copy / "en" / "search.html").as_uri())
    texts = [[each.text, each.locale] for each in QUERIES]
    answers = offline.evaluate(
        """(queries) => queries.map(([text, locale]) => {
             return KbSearch.search(text, locale).ids.slice(0, 3).map(
               (id) => KbSearch.data.records[id].id);
           })""",
        texts,
    )

    same = [
        online(real_app, judged) == answer
        for judged, answer in zip(QUERIES, answers, strict=True)
    ]

    assert sum(same) >= MIN_SHARE * len(QUERIES)


def test_a_visitor_searches_filters_and_reads(offline: Page, copy: Path) -> None:
    """From the first page to a record, in the language of the browser, then back."""
    offline.goto((copy / "index.html").as_uri())
    offline.wait_for_url("**/en/index.html")
    offline.locator("form.find input[name=q]").first.fill("stolen bikes")
    offline.locator("form.find button[type=submit]").first.click()
    offline.wait_for_url("**/en/search.html?q=stolen+bikes*")

    assert "results in this copy" in offline.locator("#count").inner_text()
    offline.locator(".copy-results a").first.click()
    offline.wait_for_url("**/en/practices/milan-stolen-bikes.html")
    assert offline.locator(".copy-note").is_visible()
    assert offline.locator('a[hreflang="fr"]').first.is_visible()
    offline.goto((copy / "fr" / "search.html").as_uri() + "?kind=need&theme=trolling")
    expect(offline.locator(".copy-chips a")).to_have_count(2)
    kinds = offline.locator(".copy-results p.small").all_inner_texts()
    assert kinds
    assert set(kinds) == {"Besoin"}


def test_a_question_has_an_answer_whose_records_are_in_the_copy(
    offline: Page, copy: Path
) -> None:
    """The box leads to the need; a filter or another subject has no box."""
    address = (copy / "en" / "search.html").as_uri()
    offline.goto(f"{address}?q=my bicycle was stolen, how do I get it back")
    box = offline.locator(".answer")

    assert box.locator(".says a").first.inner_text().startswith("Milan")
    box.locator("header a").click()
    offline.wait_for_url("**/en/needs/*.html")
    assert offline.locator("#linked-practices .item").count()
    for query in ("q=driving licence for lorries", "q=stolen bikes&kind=practice"):
        offline.goto(f"{address}?{query}")
        expect(offline.locator("#count")).to_be_visible()
        expect(offline.locator(".answer")).to_have_count(0)


def test_markup_in_an_address_is_text(offline: Page, copy: Path) -> None:
    """The words of an address are never read as a part of the page."""
    query = "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"
    offline.goto((copy / "en" / "search.html").as_uri() + f"?q={query}")

    assert offline.locator("main img").count() == 0
    assert offline.locator("#heading").inner_text() == "<img src=x onerror=alert(1)>"
