"""The page of what is missing: every number is a search with as many results."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from kb.public.gap_map import ANSWER_KINDS, GapCount, GapMap, gap_map
from kb.web.page_content import page_content


def counts_of(view: GapMap) -> Iterator[GapCount]:
    """Yield the counts of all cells of the page."""
    for row in (*view.coverage, *view.audiences):
        for cell in row.cells:
            yield from cell.counts
    for need in view.needs:
        yield from need.counts


def searched(client: FlaskClient, url: str) -> int:
    """Return the number of results of a search of the site, from the API."""
    locale, _, query = url.removeprefix("/").partition("/search")
    answer = client.get(f"/api/v1/search{query}&hl={locale}&per_page=1")
    assert answer.status_code == 200, url
    total: int = answer.get_json()["total"]
    return total


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_each_cell_is_a_search_with_its_count(real_app: Flask, locale: str) -> None:
    """Holes too: their search finds nothing."""
    with real_app.test_request_context(f"/{locale}/gaps"):
        counts = tuple(counts_of(gap_map(page_content())))
    client = real_app.test_client()

    wrong = [each for each in counts if searched(client, each.url) != each.count]

    assert len(counts) > 100
    assert wrong == []


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_each_link_of_a_table_has_the_number_of_its_cell(
    real_app: Flask, locale: str
) -> None:
    """A hole is dashed and no link, unless it counts needs without an answer."""
    page = BeautifulSoup(real_app.test_client().get(f"/{locale}/gaps").text, "lxml")
    with real_app.test_request_context(f"/{locale}/gaps"):
        counts = tuple(counts_of(gap_map(page_content())))

    links = page.select("td a")
    shown = [(str(each["href"]), each.get_text().split()[0]) for each in links]

    assert [url for url, _ in shown] == [each.url for each in counts if each.count]
    for (_, text), count in zip(
        shown, [each for each in counts if each.count], strict=True
    ):
        assert text.startswith(count.text)
    dashed = page.select("td .hole, td .void")
    assert len(dashed) == sum(each.is_hole for each in counts)


def test_a_covered_need_links_its_answers(client: FlaskClient) -> None:
    """The small corpus has one need, which two records answer."""
    page = BeautifulSoup(client.get("/en/gaps").text, "lxml")

    assert page.select(".gaplist") == []
    row = page.select_one(".answers tbody tr")
    assert row is not None
    assert [each["href"] for each in row.select("td a")] == [
        f"/en/search?kind={kind.value}&need=n01" for kind in ANSWER_KINDS
    ]
    invitation = page.select_one(".invite a")
    assert invitation is not None
    assert invitation["href"] == "/en/propose"


@pytest.mark.parametrize("page", ["needs/", ""])
def test_the_page_is_linked_from_the_footer(client: FlaskClient, page: str) -> None:
    """It is in the sitemap too."""
    found = BeautifulSoup(client.get(f"/fr/{page}").text, "lxml")

    assert found.select_one('.foot a[href="/fr/gaps"]') is not None
    assert "/fr/gaps</loc>" in client.get("/sitemap.xml").text
