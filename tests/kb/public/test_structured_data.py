"""The JSON-LD of pages: true, of the words of schema.org, and harmless."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.ids import Kind
from kb.app import create_app
from kb.core.settings import Settings
from kb.services import Services
from tests.support.builders import Workspace

_WORK = {
    *("about", "author", "dateModified", "datePublished", "description", "encoding"),
    *("headline", "inLanguage", "isPartOf", "license", "name", "publisher"),
    *("sourceOrganization", "spatialCoverage", "url", "abstract", "mainEntity"),
}
WORDS = {
    "WebSite": {"inLanguage", "license", "name", "potentialAction", "publisher", "url"},
    "WebPage": {*_WORK, "breadcrumb"},
    "CollectionPage": {*_WORK, "breadcrumb"},
    "Report": {*_WORK, "reportNumber"},
    "Article": _WORK,
    "CreativeWork": _WORK,
    "Event": {
        *("about", "description", "endDate", "location", "name", "organizer"),
        *("startDate", "url"),
    },
    "DefinedTerm": {
        *("alternateName", "description", "inDefinedTermSet", "inLanguage", "name"),
        "termCode",
    },
    "DefinedTermSet": {"name", "url"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"item", "name", "position"},
    "Organization": {"name", "url"},
    "Person": {"name"},
    "Place": {"geo", "name"},
    "GeoCoordinates": {"latitude", "longitude"},
    "MediaObject": {"contentUrl", "encodingFormat", "name", "sha256"},
    "SearchAction": {"query-input", "target"},
    "EntryPoint": {"urlTemplate"},
    "Thing": {"name", "url"},
}
"""The types that we use, and the properties that schema.org lets each have.

`inLanguage` of a defined term is one of the properties that it shares with works.
"""

MAIN_TYPES = {
    Kind.DELIVERABLE: {"Report", "Article"},
    Kind.EVENT: {"Event"},
    Kind.TERM: {"DefinedTerm"},
    Kind.THEME: {"CollectionPage"},
    Kind.PAGE: {"WebPage"},
}


def blocks(page: str) -> list[Any]:
    """Return the JSON-LD blocks of a page."""
    found = BeautifulSoup(page, "lxml").select('script[type="application/ld+json"]')
    return [json.loads(each.get_text()) for each in found]


def check(value: Any) -> None:
    """Check the types, properties and values of a description."""
    if isinstance(value, list):
        assert value
        for each in value:
            check(each)
    if not isinstance(value, dict):
        assert value or value == 0
        return
    if set(value) == {"@id"}:
        return
    words = {name for name in value if not name.startswith("@")}
    assert words <= WORDS[value["@type"]], (value["@type"], words)
    for name in ("url", "item", "contentUrl"):
        assert str(value.get(name, "http://")).startswith("http")
    for each in value.values():
        check(each)


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_each_record_is_described_in_the_words_of_schema_org(
    real_app: Flask, locale: str
) -> None:
    """One block each, of which no value is empty."""
    client = real_app.test_client()
    for record in real_app.extensions["kb-services"].corpus.records.values():
        (data,) = blocks(client.get(f"/{locale}/{record.id}").text)

        assert data.pop("@context") == "https://schema.org"
        graph = data.get("@graph", [data])
        for each in graph:
            check(each)
        assert graph[-1]["@type"] in MAIN_TYPES.get(record.id.kind, {"Article"})
        crumbs = graph[0]["breadcrumb"]["itemListElement"]
        assert [each["position"] for each in crumbs] == [1, 2, 3][: len(crumbs)]
        if len(graph) > 1:
            assert graph[0]["mainEntity"] == {"@id": graph[1]["@id"]}


def test_an_event_has_its_day_and_place(real_app: Flask) -> None:
    """Dates are as precise as they are known."""
    (data,) = blocks(real_app.test_client().get("/en/events/w1").text)

    event = data["@graph"][1]
    assert event["startDate"] == "2017-01-10"
    assert event["location"][0]["name"] == "Berlin"


def test_the_home_page_describes_the_search(client: FlaskClient) -> None:
    """Its address is the template of a search."""
    (data,) = blocks(client.get("/en/").text)

    check({name: part for name, part in data.items() if name != "@context"})
    target = data["potentialAction"]["target"]["urlTemplate"]
    assert target == "http://127.0.0.1:8000/en/search?q={search_term_string}"


def test_a_title_cannot_close_the_block(content: Workspace) -> None:
    """The text of a record is never markup."""
    title = "</script><script>alert(1)</script><!--"
    content.replace("practices/newtown-lamps/en.md", "\n---", f"\nwho: '{title}'\n---")
    path = content.path("practices/newtown-lamps/en.md")
    lines = path.read_text("utf-8").split("\n")
    lines[1] = f"title: '{title}'"
    path.write_text("\n".join(lines), "utf-8")
    services = Services(Settings(content.locations))
    services.content.update_index()
    client = create_app(services=services).test_client()

    page = client.get("/en/practices/newtown-lamps").text

    (data,) = blocks(page)
    assert data["@graph"][0]["name"].startswith("</script>")
    assert "<script>alert" not in page
    assert "<!--" not in page
