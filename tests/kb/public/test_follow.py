"""The page on following a search, a theme or everything."""

import html
import re
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

LINK = re.compile(
    r'<a href="([^"]*/follow[^"]*)"[^>]*>([^<]*)<span class="num">\((\d+)'
)
ADDRESS = re.compile(r'readonly\s+value="([^"]+)"')
COUNT = re.compile(r'<strong class="num">(\d+) ')


def feed_of(client: FlaskClient, page: str) -> str:
    """Return the feed whose address a page shows."""
    found = ADDRESS.search(page)
    assert found is not None
    url = urlsplit(html.unescape(found[1]))
    return client.get(f"{url.path}?{url.query}").text


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize(
    "parameters",
    [
        "",
        "?q=stolen+bikes",
        "?q=rumeurs&theme=riots-mass-gatherings&kind=practice&kind=recommendation",
        "?audience=police&sort=title&page=7",
        "?q=stolen&expand=no",
        "?need=n27",
        "?place=tilburg",
    ],
)
def test_the_page_shows_how_many_records_its_feed_has(
    real_app: Flask, locale: str, parameters: str
) -> None:
    """The feed itself is limited to the newest fifty."""
    client = real_app.test_client()

    page = client.get(f"/{locale}/follow{parameters}").text

    count = COUNT.search(page)
    assert count is not None
    assert feed_of(client, page).count("<entry>") == min(50, int(count[1])) > 0
    assert ("50" in page) == (int(count[1]) > 50)


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_each_choice_leads_to_a_page_with_its_count(
    real_app: Flask, locale: str
) -> None:
    """Everything, and the six themes."""
    client = real_app.test_client()
    choices = LINK.findall(client.get(f"/{locale}/follow").text)
    assert len(choices) == 7

    for url, label, number in choices:
        page = client.get(html.unescape(url)).text
        count = COUNT.search(page)
        assert count is not None
        assert count[1] == number, label
        assert label.strip() in page.partition("<h2")[2]
        assert page.count('aria-current="page"') == 3  # menu, crumb, choice


def test_the_newest_record_of_the_page_is_the_first_of_the_feed(
    client: FlaskClient,
) -> None:
    """People and programs are shown the same order."""
    page = client.get("/en/follow?kind=practice").text

    first = re.search(r"<entry>\s*<id>([^<]+)", feed_of(client, page))
    assert first is not None
    assert f'href="{urlsplit(first[1]).path}"' in page


def test_a_search_without_exact_match_says_that_its_feed_is_empty(
    client: FlaskClient,
) -> None:
    """The page of results may show partial matches."""
    page = client.get("/en/follow?q=zzz+lamps").text

    assert "No record now" in page
    assert "<entry>" not in feed_of(client, page)


@pytest.mark.parametrize(
    ("address", "parameters"),
    [
        ("/en/search?q=lamps&kind=practice", "?q=lamps&amp;kind=practice"),
        ("/en/search?q=zzz", "?q=zzz"),
        ("/en/themes/streets", "?theme=streets"),
        ("/en/needs/n01", "?need=n01"),
        ("/en/places/villeneuve", "?place=villeneuve"),
        ("/en/audiences/local", "?audience=local"),
        ("/en/practices/newtown-lamps", "?r=practices/newtown-lamps"),
        ("/en/practices/", ""),
        ("/en/", ""),
    ],
)
def test_readers_find_the_page_where_they_look_for_it(
    client: FlaskClient, address: str, parameters: str
) -> None:
    """Below results, on what can be followed, and at the foot of each page."""
    assert f'href="/en/follow{parameters}"' in client.get(address).text


def test_what_was_typed_is_text(client: FlaskClient) -> None:
    """Never markup."""
    page = client.get('/fr/follow?q="><script>').text

    assert "<script>" not in page


def test_an_unknown_filter_is_an_error(client: FlaskClient) -> None:
    """As in a search."""
    for parameters in ("theme=nope", "r=practices/nope", "r=nope"):
        assert client.get(f"/fr/follow?{parameters}").status_code == 400


def test_crawlers_find_the_page(client: FlaskClient) -> None:
    """Without parameters: searches are endless."""
    assert "/en/follow</loc>" in client.get("/sitemap.xml").text
    assert 'rel="canonical" href="/en/follow"' in client.get("/en/follow?q=a").text


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_page_explains_the_calendar(client: FlaskClient, locale: str) -> None:
    """Its address can be pasted, opened by a calendar program, or downloaded."""
    page = client.get(f"/{locale}/follow").text

    path = f"/{locale}/events.ics"
    assert f'value="http://127.0.0.1:8000{path}"' in page
    assert f'href="webcal://127.0.0.1:8000{path}"' in page
    assert f'href="{path}"' in page
    assert client.get(path).status_code == 200


def test_a_record_is_followed_by_its_changes(client: FlaskClient) -> None:
    """Its feed has an entry, and only an event has a calendar."""
    page = client.get("/en/follow?r=practices/newtown-lamps").text
    assert "Changed last on" in page
    assert feed_of(client, page).count("<entry>") == 1
    assert 'id="calendar"' not in page

    event = client.get("/en/follow?r=events/w9").text
    calendar = re.search(r'value="http://127.0.0.1:8000(/en/events.ics[^"]*)"', event)
    assert calendar is not None
    assert client.get(calendar[1]).text.count("BEGIN:VEVENT") == 1
    assert "BEGIN:VEVENT" not in client.get("/en/events.ics?kind=practice").text


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [("fr", "Ce site n’envoie pas de courriel."), ("en", "This site sends no e-mail.")],
)
def test_without_a_mail_server_the_page_says_so(
    client: FlaskClient, locale: str, sentence: str
) -> None:
    """And offers what does without: feed and bookmark."""
    assert sentence in client.get(f"/{locale}/follow?need=n01").text
