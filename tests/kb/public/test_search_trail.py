"""The search that led to a record: previous and next result, without a cookie."""

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from tests.support.pages import page_of, required


@pytest.fixture
def real_client(real_app: Flask) -> FlaskClient:
    """Return a client over the real documents."""
    return real_app.test_client()


def results(client: FlaskClient, path: str) -> list[str]:
    """Return the addresses of the results of a search."""
    return [str(link["href"]) for link in page_of(client, path).select(".item .t a")]


def trail(page: BeautifulSoup) -> dict[str, str]:
    """Return the addresses of the trail: `prev`, `next`, and that of the search."""
    links = page.select(".trail > a")
    return {str((link.get("rel") or [""])[0]): str(link["href"]) for link in links}


def walk(client: FlaskClient, url: str, steps: int) -> Iterator[str]:
    """Yield the address without parameters of each record from one to the next."""
    for _ in range(steps):
        yield url.partition("?")[0]
        url = trail(page_of(client, url))["next"]


def test_the_next_results_are_those_of_the_search_over_its_pages(
    real_client: FlaskClient,
) -> None:
    """The last result of a page leads to the first of the next page."""
    search = "/fr/search?q=police&kind=practice"
    listed = [
        *results(real_client, search),
        *results(real_client, f"{search}&page=2"),
    ]

    walked = list(walk(real_client, listed[0], 12))

    assert walked == [url.partition("?")[0] for url in listed[:12]]


def test_the_first_result_of_a_page_leads_back_to_the_page_before(
    real_client: FlaskClient,
) -> None:
    """And each leads back to its page of the search."""
    first_page = results(real_client, "/en/search?q=police")
    first = results(real_client, "/en/search?q=police&page=2")[0]

    found = trail(page_of(real_client, first))

    assert found["prev"] == first_page[-1]
    assert found["nofollow"] == "/en/search?q=police&page=2"


def test_a_record_with_a_trail_keeps_its_canonical_address(
    real_client: FlaskClient,
) -> None:
    """Search engines do not list each record once for each search."""
    url = results(real_client, "/en/search?q=police")[0]

    page = page_of(real_client, url)

    assert required(page, "link[rel=canonical]")["href"] == url.partition("?")[0]
    assert page.find("meta", attrs={"name": "robots", "content": "noindex"})
    plain = page_of(real_client, url.partition("?")[0])
    assert plain.find("meta", attrs={"name": "robots"}) is None
    assert not plain.select(".trail")


@pytest.mark.parametrize(
    "parameter",
    [
        *("q%3Dzzz", "kind%3Dnonsense", "page%3D999", "page%3Dx", "%26%3D%26"),
        *("q%3Dpolice%26page%3D9999999", "x" * 5000, "%FF%00"),
    ],
)
def test_a_search_that_does_not_lead_here_shows_nothing(
    real_client: FlaskClient, parameter: str
) -> None:
    """The page is that of the record alone."""
    page = page_of(real_client, f"/fr/practices/milan-stolen-bikes?from={parameter}")

    assert not page.select(".trail")


def test_a_long_search_is_not_kept_in_the_links(real_client: FlaskClient) -> None:
    """Addresses stay short enough for a message."""
    words = "+".join(["police"] * 80)

    assert "?" not in results(real_client, f"/fr/search?q={words}")[0]
