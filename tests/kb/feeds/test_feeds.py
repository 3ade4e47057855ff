"""The feed, the sitemap and other files for programs."""

import datetime as dt
import json
import re
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import feedparser
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree

from indexer.model.ids import RecordId
from kb.app import create_app
from kb.core.settings import Settings
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.storage.folders import FolderState
from kb.web.search.followed_records import ENTRIES_PER_PAGE
from tests.support.answers import body_of
from tests.support.builders import Workspace
from tests.support.pages import page_of

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


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


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize(
    "text",
    [
        *("stolen bikes", "vélos volés", "Riga", "rumeurs pendant une crise"),
        *("circule", "harcelment", "pornodivulgation", "zzz"),
    ],
)
def test_a_feed_has_the_records_that_the_page_does_not_mark_as_partial(
    real_app: Flask, locale: str, text: str
) -> None:
    """Who follows “stolen bikes” wants no record on bikes that nobody stole."""
    client = real_app.test_client()
    shown: set[str] = set()
    url = f"/{locale}/search?q={text}"
    while url:
        page = page_of(client, url)
        shown |= {
            str(item.select("h3 a")[0]["href"]).partition("?")[0].partition("#")[0]
            for item in page.select("ol.items > li.item")
            if not item.select(".words-found")
        }
        following = page.select_one(".pager a[rel=next]")
        url = str(following["href"]) if following is not None else ""

    feed = client.get(f"/{locale}/feed.atom?q={text}")

    links = [
        str(link.get("href"))
        for link in ET.fromstring(feed.text).iterfind(  # noqa: S314  # our own feed
            f"{ATOM}entry/{ATOM}link"
        )
    ]
    assert {each.removeprefix("http://127.0.0.1:8000") for each in links} == shown
    assert len(links) == len(shown)
    assert bool(links) == (text != "zzz")
    etag = {"If-None-Match": feed.headers["ETag"]}
    again = client.get(f"/{locale}/feed.atom?q={text}", headers=etag)
    assert (again.status_code, again.data) == (304, b"")


def test_the_times_of_a_feed_are_those_of_the_history(content: Workspace) -> None:
    """A record without a change in the history has its `updated` day."""
    app = create_app(Settings(content.locations))
    lamps = RecordId.parse("practices/newtown-lamps")
    assert lamps is not None
    edited = dt.datetime(2031, 5, 6, 7, 8, 9, tzinfo=dt.UTC)
    scanned = dt.datetime(2032, 1, 1, tzinfo=dt.UTC)
    entries = [
        HistoryEntry(edited, "", HistoryAction.EDITED, lamps, None, None),
        HistoryEntry(scanned, "", HistoryAction.FIRST_SEEN, lamps, None, None),
        HistoryEntry(
            scanned, "", HistoryAction.EDITED, lamps, None, None, is_draft=True
        ),
    ]
    History(content.locations.instance).add("work", entries)

    response = app.test_client().get("/fr/feed.atom?kind=practice")

    feed = ET.fromstring(response.text)  # noqa: S314  # our own feed
    found = {
        str(entry.findtext(f"{ATOM}id")).rpartition("/")[2]: entry.findtext(
            f"{ATOM}updated"
        )
        for entry in feed.iterfind(f"{ATOM}entry")
    }
    assert list(found) == ["newtown-lamps", "half-written"]
    assert found["newtown-lamps"] == "2031-05-06T07:08:09Z"
    assert str(found["half-written"]).endswith("T00:00:00Z")
    assert feed.findtext(f"{ATOM}updated") == "2031-05-06T07:08:09Z"


def test_a_feed_tells_new_from_changed_and_has_subjects(content: Workspace) -> None:
    """What is older than the history has no `published`."""
    app = create_app(Settings(content.locations))
    lamps = RecordId.parse("practices/newtown-lamps")
    older = RecordId.parse("practices/half-written")
    assert lamps is not None
    assert older is not None
    first = dt.datetime(2031, 5, 6, tzinfo=dt.UTC)
    entries = [
        HistoryEntry(first, "", HistoryAction.PUBLISHED, lamps, None, FolderState(())),
        HistoryEntry(first, "", HistoryAction.FIRST_SEEN, older, None, FolderState(())),
        *(
            HistoryEntry(
                first + dt.timedelta(days=9),
                "",
                HistoryAction.EDITED,
                record,
                FolderState(()),
                FolderState(()),
            )
            for record in (lamps, older)
        ),
    ]
    History(content.locations.instance).add("work", entries)

    read = feedparser.parse(app.test_client().get("/en/feed.atom?kind=practice").data)

    found = {entry.id.rpartition("/")[2]: entry for entry in read.entries}
    assert found["newtown-lamps"].published == "2031-05-06T00:00:00Z"
    assert found["newtown-lamps"].updated == "2031-05-15T00:00:00Z"
    assert "published" not in found["half-written"]
    tags = [tag.term for tag in found["newtown-lamps"].tags]
    assert tags[0] == "practice"
    assert "Newtown" in tags


def feed_links(feed: ET.Element) -> dict[str, str]:
    """Return the address of each page that a page of a feed links, by relation."""
    return {str(x.get("rel")): str(x.get("href")) for x in feed.iterfind(f"{ATOM}link")}


def entry_ids(feed: ET.Element) -> list[str]:
    """Return the ids of the entries of a page of a feed."""
    return [str(x.text) for x in feed.iterfind(f"{ATOM}entry/{ATOM}id")]


def a_page(client: FlaskClient, url: str) -> ET.Element:
    """Return the page of a feed at an address."""
    response = client.get(url.removeprefix("http://127.0.0.1:8000"))
    assert response.status_code == 200
    return ET.fromstring(response.text)  # noqa: S314  # our own feed


@pytest.mark.parametrize("parameters", ["", "?kind=recommendation"])
def test_the_pages_of_a_feed_have_every_record_once(
    real_app: Flask, parameters: str
) -> None:
    """RFC 5005: `next` leads from the newest page to the last, `previous` back."""
    client = real_app.test_client()
    first = f"http://127.0.0.1:8000/en/feed.atom{parameters}"
    url = first
    visited: list[str] = []
    ids: list[str] = []
    while url:
        page = a_page(client, url)
        links = feed_links(page)
        assert page.findtext(f"{ATOM}id") == first
        assert (links["self"], links["first"]) == (url, first)
        assert links.get("previous", "") == (visited[-1] if visited else "")
        visited.append(url)
        ids += entry_ids(page)
        url = links.get("next", "")

    total = body_of(client.get(f"/api/v1/search{parameters}"))["exact_total"]
    assert len(visited) == -(-total // ENTRIES_PER_PAGE) > 1
    assert len(ids) == len(set(ids)) == total


def test_a_change_between_two_pages_of_a_feed_hides_and_repeats_nothing(
    content: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The changed record is on the first page now, and no other moved."""
    monkeypatch.setattr("kb.feeds.feed_pages.ENTRIES_PER_PAGE", 3)
    app = create_app(Settings(content.locations))
    client = app.test_client()
    page = a_page(client, "/en/feed.atom")
    before = entry_ids(a_page(client, feed_links(page)["next"]))
    record = RecordId.parse(before[-1].partition("/en/")[2])
    assert record is not None
    now = dt.datetime(2031, 5, 6, 7, 8, 9, tzinfo=dt.UTC)
    change = HistoryEntry(now, "", HistoryAction.EDITED, record, None, None)
    History(content.locations.instance).add("work", [change])

    after = entry_ids(a_page(client, feed_links(page)["next"]))

    assert after[: len(before) - 1] == before[:-1]
    assert entry_ids(a_page(client, "/en/feed.atom"))[0] == before[-1]


@pytest.mark.parametrize(
    ("cursor", "status"),
    [
        *(("é", 400), ("abc", 404)),
        ("MSBwcmFjdGljZXMveCBhYmM", 404),  # of another list
    ],
)
def test_a_cursor_that_is_none_of_a_feed_is_refused(
    client: FlaskClient, cursor: str, status: int
) -> None:
    """The error names the parameter; a feed reader does not take it for a feed."""
    response = client.get(f"/en/feed.atom?cursor={cursor}")

    assert response.status_code == status
    assert f"cursor={cursor}" in response.text


@pytest.mark.parametrize("address", ["/fr/feed.atom?q=zzz", "/en/feed.atom"])
def test_a_feed_has_what_atom_requires(client: FlaskClient, address: str) -> None:
    """RFC 4287: one id, title, updated and author; each entry the first three."""
    feed = ET.fromstring(client.get(address).text)  # noqa: S314  # our own feed

    entries = feed.findall(f"{ATOM}entry")
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):
            texts = [each.text for each in element.findall(f"{ATOM}{name}")]
            assert len(texts) == 1
            assert texts[0]
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    assert feed.findtext(f"{ATOM}id") == f"http://127.0.0.1:8000{address}"
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids))


def test_an_entry_in_the_other_language_says_so(client: FlaskClient) -> None:
    """A reader of feeds may read titles aloud."""
    text = client.get("/fr/feed.atom?kind=practice").text

    assert '<title xml:lang="en">' in text


def test_a_feed_escapes_the_query(client: FlaskClient) -> None:
    """A typed text is never XML."""
    text = client.get("/fr/feed.atom?q=<b>%26").text

    ET.fromstring(text)  # noqa: S314  # our own feed
    assert "<b>" not in text


@pytest.mark.parametrize("path", ["/fr/feed.atom", "/en/feed.atom?q=police&kind=need"])
def test_a_feed_follows_the_rules_of_atom(real_app: Flask, path: str) -> None:
    """RFC 4287, as validators check it and as an independent reader understands it."""
    data = real_app.test_client().get(path).data

    feed = etree.fromstring(data)
    entries = feed.findall(f"{ATOM}entry")
    for element in (feed, *entries):
        assert re.match("https?://", element.findtext(f"{ATOM}id"))
        time = dt.datetime.fromisoformat(element.findtext(f"{ATOM}updated"))
        assert time.tzinfo is not None
        links = [
            (link.get("rel"), link.get("type"), link.get("hreflang"))
            for link in element.findall(f"{ATOM}link")
        ]
        assert len(links) == len(set(links))
        assert any(rel == "alternate" for rel, _, _ in links)
        tags = {etree.QName(child).localname for child in element}
        allowed = {*("id", "title", "updated", "author", "rights", "link", "entry")}
        assert tags <= allowed | {"category", "summary", "published"}
    names = [etree.QName(child).localname for child in feed]
    assert names == sorted(names, key=lambda name: name == "entry")
    times = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert times == sorted(times, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == times[0]
    assert feed.find(f"{ATOM}link[@rel='self']").get("href").endswith(path)
    read = feedparser.parse(data)
    assert not read.bozo
    assert read.version == "atom10"
    assert len(read.entries) == len(entries)
    assert all(each.summary and each.link for each in read.entries)


def test_the_sitemap_lists_every_page_in_both_languages(client: FlaskClient) -> None:
    """It lists no search: their addresses are endless."""
    text = client.get("/sitemap.xml").text

    ET.fromstring(text)  # noqa: S314  # our own sitemap
    assert "<loc>http://127.0.0.1:8000/fr/practices/newtown-lamps</loc>" in text
    assert "<loc>http://127.0.0.1:8000/en/glossary/abuse</loc>" in text
    assert "<loc>http://127.0.0.1:8000/en/audiences/local</loc>" in text
    assert "<loc>http://127.0.0.1:8000/fr/places/villeneuve</loc>" in text
    assert "/search" not in text


def test_the_sitemap_follows_the_rules(real_app: Flask) -> None:
    """A page names its translations, itself included, and each of them names it."""
    sitemap = etree.fromstring(real_app.test_client().get("/sitemap.xml").data)

    alternates: dict[str, dict[str, str]] = {}
    for url in sitemap:
        place = url.findtext(f"{SITEMAP}loc")
        assert place not in alternates
        links = url.findall("{http://www.w3.org/1999/xhtml}link")
        alternates[place] = {each.get("hreflang"): each.get("href") for each in links}
        names = [etree.QName(child).localname for child in url]
        assert names in (["loc", "link", "link"], ["loc", "lastmod", "link", "link"])
    assert len(alternates) < 50_000
    for place, links in alternates.items():
        assert set(links) == {"fr", "en"}
        assert place in links.values()
        assert all(alternates[each] == links for each in links.values())


def test_many_pages_have_an_index_of_sitemaps(
    content: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Together they name each page of the one sitemap, in parts of bounded size."""
    app = create_app(Settings(content.locations))
    whole = etree.fromstring(app.test_client().get("/sitemap.xml").data)
    monkeypatch.setattr("kb.feeds.sitemap.PAGES_PER_SITEMAP", 5)
    client = create_app(Settings(content.locations)).test_client()

    index = etree.fromstring(client.get("/sitemap.xml").data)

    assert index.tag == f"{SITEMAP}sitemapindex"
    found = []
    for place in index.iter(f"{SITEMAP}loc"):
        path = urlsplit(place.text).path
        part = etree.fromstring(client.get(path).data)
        assert part.tag == f"{SITEMAP}urlset"
        assert 0 < len(part) <= 5 * 2
        found += [each.text for each in part.iter(f"{SITEMAP}loc")]
    assert found == [each.text for each in whole.iter(f"{SITEMAP}loc")]
    children = {
        etree.QName(each).localname for each in index.iter("{*}sitemap", "{*}loc")
    }
    assert children == {"sitemap", "loc"}
    assert client.get(f"/sitemap-{len(index) + 1}.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404


def test_the_pages_of_the_sitemap_can_be_indexed(real_app: Flask) -> None:
    """Each answers, forbids nothing, and names the same translations."""
    client = real_app.test_client()
    sitemap = etree.fromstring(client.get("/sitemap.xml").data)
    places = [str(each.text) for each in sitemap.iter(f"{SITEMAP}loc")]

    for place in places[::25]:
        response = client.get(urlsplit(place).path)
        head = BeautifulSoup(response.text, "lxml").head
        assert head is not None
        assert response.status_code == 200, place
        assert not head.select('meta[name="robots"]'), place
        found = [str(each["href"]) for each in head.select("link[hreflang]")]
        translations = [each for each in found if "feed.atom" not in each]
        assert len(translations) == 2, place
        assert urlsplit(place).path in translations, place


def test_robots_txt_disallows_searches(client: FlaskClient) -> None:
    """Facets make endless addresses."""
    text = client.get("/robots.txt").text

    assert "Disallow: /fr/search" in text
    assert "Disallow: /en/plan.\n" in text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text


def test_opensearch_describes_the_search_in_the_browsers_language(
    client: FlaskClient,
) -> None:
    """Browsers can then search from their address bar."""
    text = client.get("/opensearch.xml", headers={"Accept-Language": "en"}).text

    ET.fromstring(text)  # noqa: S314  # our own description
    assert 'template="http://127.0.0.1:8000/en/search?q={searchTerms}"' in text


def test_opensearch_names_every_way_to_search(client: FlaskClient) -> None:
    """OpenSearch 1.1: lengths, types, and templates that lead somewhere."""
    description = etree.fromstring(client.get("/opensearch.xml?hl=fr").data)

    name = description.findtext(f"{OPENSEARCH}ShortName")
    assert 0 < len(name) <= 16
    assert len(description.findtext(f"{OPENSEARCH}LongName")) <= 48
    types = {}
    for url in description.findall(f"{OPENSEARCH}Url"):
        address = url.get("template").replace("{searchTerms}", "abuse")
        parts = urlsplit(address)
        response = client.get(f"{parts.path}?{parts.query}")
        assert response.status_code == 200, address
        types[url.get("type")] = response
    for media_type, response in types.items():
        assert response.mimetype == media_type
    image = urlsplit(description.findtext(f"{OPENSEARCH}Image"))
    with client.get(image.path) as picture:
        assert picture.mimetype == "image/svg+xml"
    assert 'lang="fr"' in types["text/html"].text


@pytest.mark.parametrize(
    ("typed", "name"),
    [("abu", "online abuse"), ("", ""), ("zzzz", ""), ("<abu>\x00", "online abuse")],
)
def test_a_browser_completes_what_is_typed(
    client: FlaskClient, typed: str, name: str
) -> None:
    """Four lists of one length: the format of OpenSearch suggestions."""
    response = client.get("/en/suggestions.json", query_string={"q": typed})

    text, found, descriptions, addresses = json.loads(response.text)
    assert response.mimetype == "application/x-suggestions+json"
    assert text == typed
    assert (found or [""])[0] == name
    assert len(found) == len(set(found)) == len(descriptions) == len(addresses)
    assert all(each.startswith("http://127.0.0.1:8000/en/") for each in addresses)


def test_feeds_use_the_public_address(shared_workspace: Workspace) -> None:
    """Behind a proxy, the Host header is not the public one."""
    settings = Settings(shared_workspace.locations, base_url="https://kb.example.org")
    client = create_app(settings).test_client()

    assert "https://kb.example.org/fr/" in client.get("/sitemap.xml").text
    assert "Strict-Transport-Security" in client.get("/fr/").headers
    assert "evil" not in client.get("/fr/", headers={"Host": "evil.test"}).text
