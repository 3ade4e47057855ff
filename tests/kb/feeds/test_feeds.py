"""The feed, the sitemap and other files for programs."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from kb.app import create_app
from kb.core.settings import Settings
from tests.support.builders import Workspace

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_feed_contains_the_results_of_its_search(
    client: FlaskClient, locale: str
) -> None:
    """Addresses in it are absolute."""
    response = client.get(f"/{locale}/feed.atom?kind=practice")

    feed = ET.fromstring(response.text)  # noqa: S314  # our own feed
    links = [link.get("href") for link in feed.iterfind(f"{ATOM}entry/{ATOM}link")]
    assert response.mimetype == "application/atom+xml"
    assert set(links) == {
        f"http://127.0.0.1:8000/{locale}/practices/newtown-lamps",
        f"http://127.0.0.1:8000/{locale}/practices/half-written",
    }


def test_a_feed_escapes_the_query(client: FlaskClient) -> None:
    """A typed text is never XML."""
    text = client.get("/fr/feed.atom?q=<b>%26").text

    ET.fromstring(text)  # noqa: S314  # our own feed
    assert "<b>" not in text


def test_the_sitemap_lists_every_page_in_both_languages(client: FlaskClient) -> None:
    """It lists no search: their addresses are endless."""
    text = client.get("/sitemap.xml").text

    ET.fromstring(text)  # noqa: S314  # our own sitemap
    assert "<loc>http://127.0.0.1:8000/fr/practices/newtown-lamps</loc>" in text
    assert "<loc>http://127.0.0.1:8000/en/glossary/abuse</loc>" in text
    assert "<loc>http://127.0.0.1:8000/en/audiences/local</loc>" in text
    assert "<loc>http://127.0.0.1:8000/fr/places/villeneuve</loc>" in text
    assert "/search" not in text


def test_robots_txt_disallows_searches(client: FlaskClient) -> None:
    """Facets make endless addresses."""
    text = client.get("/robots.txt").text

    assert "Disallow: /fr/search" in text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text


def test_opensearch_describes_the_search_in_the_browsers_language(
    client: FlaskClient,
) -> None:
    """Browsers can then search from their address bar."""
    text = client.get("/opensearch.xml", headers={"Accept-Language": "en"}).text

    ET.fromstring(text)  # noqa: S314  # our own description
    assert 'template="http://127.0.0.1:8000/en/search?q={searchTerms}"' in text


def test_feeds_use_the_public_address(shared_workspace: Workspace) -> None:
    """Behind a proxy, the Host header is not the public one."""
    settings = Settings(shared_workspace.locations, base_url="https://kb.example.org")
    client = create_app(settings).test_client()

    assert "https://kb.example.org/fr/" in client.get("/sitemap.xml").text
    assert "Strict-Transport-Security" in client.get("/fr/").headers
    assert "evil" not in client.get("/fr/", headers={"Host": "evil.test"}).text
