"""The JSON-LD of pages: true, of the words of schema.org, and harmless."""

from typing import Any

import extruct
import pytest
from extruct.jsonld import JsonLdExtractor
from flask import Flask
from flask.testing import FlaskClient
from rdflib.namespace import SDO

from indexer.model.ids import Kind, Locale
from kb.app import create_app
from kb.core.settings import Settings
from kb.public.record.page_metadata import record_data
from kb.services import Services
from kb.web.locale import choose_locale
from kb.web.page_content import page_content
from tests.support.builders import Workspace

SITE = "http://127.0.0.1:8000"

_WORK = {
    *("about", "additionalType", "author", "dateModified", "datePublished"),
    *("description", "encoding"),
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
        *("alternateName", "description", "inDefinedTermSet", "name", "sameAs"),
        "termCode",
    },
    "DefinedTermSet": {"name", "sameAs", "url"},
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
"""The types that we use, and the properties that schema.org lets each have."""

MAIN_TYPES = {
    Kind.DELIVERABLE: {"Report", "Article"},
    Kind.EVENT: {"Event"},
    Kind.TERM: {"DefinedTerm"},
    Kind.THEME: {"CollectionPage"},
    Kind.PAGE: {"WebPage"},
}


def blocks(page: str) -> list[Any]:
    """Return the JSON-LD blocks of a page, as an independent reader finds them."""
    return list(JsonLdExtractor().extract(page))


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


@pytest.mark.parametrize("locale", list(Locale))
def test_each_record_is_described_in_the_words_of_schema_org(
    real_app: Flask, locale: Locale
) -> None:
    """No value is empty, and the page names its record."""
    with real_app.test_request_context():
        choose_locale(locale)
        content = page_content()
        for record in content.corpus.records.values():
            data = record_data(record, f"{SITE}/{locale}/{record.id}", content)

            assert data.pop("@context") == "https://schema.org"
            graph = data.get("@graph", [data])
            for each in graph:
                check(each)
            assert graph[-1]["@type"] in MAIN_TYPES.get(record.id.kind, {"Article"})
            crumbs = graph[0]["breadcrumb"]["itemListElement"]
            assert [each["position"] for each in crumbs] == [1, 2, 3][: len(crumbs)]
            if len(graph) > 1:
                assert graph[0]["mainEntity"] == {"@id": graph[1]["@id"]}


@pytest.mark.parametrize("locale", list(Locale))
@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.PAGE}))
def test_each_list_is_described(
    client: FlaskClient, kind: Kind, locale: Locale
) -> None:
    """It says where it stands in the site; the terms are in the set that they name."""
    (data,) = blocks(client.get(f"/{locale}/{kind.folder}/").text)

    check({name: part for name, part in data.items() if name != "@context"})
    assert data["@type"] == "CollectionPage"
    assert data["url"] == f"{SITE}/{locale}/{kind.folder}/"
    assert len(data["breadcrumb"]["itemListElement"]) == 2
    if kind is Kind.TERM:
        (term,) = blocks(client.get(f"/{locale}/glossary/abuse").text)
        named = term["@graph"][1]["inDefinedTermSet"]
        assert named["@id"] == data["mainEntity"]["@id"]


def test_the_words_are_those_of_schema_org() -> None:
    """The vocabulary is the copy that rdflib has of it."""
    google = {"query-input"}  # of the search box of a site, described by Google alone
    for type_name, words in WORDS.items():
        assert SDO[type_name] in SDO
        assert all(SDO[word] in SDO for word in words - google)


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("kind", list(Kind))
def test_an_independent_reader_understands_pages_of_each_kind(
    real_app: Flask, kind: Kind, locale: str
) -> None:
    """JSON-LD, Open Graph and Dublin Core agree on title, address and language."""
    record = next(iter(real_app.extensions["kb-services"].corpus.of_kind(kind)))
    url = f"{SITE}/{locale}/{record.id}"
    page = real_app.test_client().get(f"/{locale}/{record.id}").text

    read = extruct.extract(
        page,
        base_url=url,
        syntaxes=["json-ld", "opengraph", "dublincore"],
        uniform=True,
    )

    (data,), (graph,) = read["json-ld"], read["opengraph"]
    described = data.get("@graph", [data])[0]
    assert described["url"] == described["@id"] == graph["og:url"] == url
    assert str(graph["og:title"]).endswith(described["name"])
    assert described["description"] == graph["og:description"]
    assert described["inLanguage"] == graph["og:locale"][:2] == locale
    (core,) = read["dublincore"]
    found = {(each["name"], each["content"]) for each in core["elements"]}
    assert ("DC.identifier", url) in found
    assert {name for name, _ in found} >= {"DC.title", "DC.creator", "DC.publisher"}


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
