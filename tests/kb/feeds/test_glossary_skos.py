"""The glossary as SKOS: complete, valid, and found from the address of a term."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, SKOS

from indexer.model.ids import Kind, Locale
from indexer.model.records import GlossaryTerm
from kb.app import create_app
from kb.core.settings import Settings
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.skos_rules import skos_faults

SITE = "http://127.0.0.1:8000"
pytestmark = pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"  # in a parser of rdflib
)
RDF_FORMATS = {"ttl": "turtle", "jsonld": "json-ld"}


def read(client: FlaskClient, suffix: str = "ttl") -> Graph:
    """Return the glossary as an independent parser reads it."""
    text = client.get(f"/glossary.{suffix}").text
    return Graph().parse(data=text, format=RDF_FORMATS[suffix])


def concept(slug: str) -> URIRef:
    """Return the address of a concept."""
    return URIRef(f"{SITE}/glossary/{slug}")


@pytest.mark.parametrize("suffix", list(RDF_FORMATS))
def test_the_glossary_has_no_fault(real_app: Flask, suffix: str) -> None:
    """The rules of validators hold for the real terms."""
    graph = read(real_app.test_client(), suffix)

    assert skos_faults(graph) == []
    terms = list(real_app.extensions["kb-services"].corpus.of_kind(Kind.TERM))
    assert len(set(graph.subjects(RDF.type, SKOS.Concept))) == len(terms)


def test_both_formats_say_the_same(real_app: Flask) -> None:
    """A program may choose either."""
    client = real_app.test_client()

    assert isomorphic(read(client, "ttl"), read(client, "jsonld"))


def test_a_concept_has_the_names_of_its_term(real_app: Flask) -> None:
    """Each name has its language, and each link to a term its relation."""
    graph = read(real_app.test_client())
    for term in real_app.extensions["kb-services"].corpus.of_kind(Kind.TERM):
        assert isinstance(term, GlossaryTerm)
        subject = concept(term.id.slug)
        for edition in term.editions:
            lang = edition.locale.value
            names = set(graph.objects(subject, SKOS.prefLabel))
            assert Literal(edition.title, lang=lang) in names
            others = set(graph.objects(subject, SKOS.altLabel))
            assert {Literal(name, lang=lang) for name in edition.variants} <= others
        broader = {concept(each.slug) for each in term.broader}
        assert set(graph.objects(subject, SKOS.broader)) == broader


@pytest.mark.parametrize(
    ("accept", "language", "place"),
    [
        ("text/turtle", "en", "/glossary.ttl"),
        ("application/ld+json, text/html;q=0.5", "en", "/glossary.jsonld"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "en", "/en/glossary/abuse"),
        ("*/*", "fr", "/fr/glossary/abuse"),
        ("image/png", "", "/fr/glossary/abuse"),
        ("", "", "/fr/glossary/abuse"),
    ],
)
def test_the_address_of_a_concept_leads_on(
    client: FlaskClient, accept: str, language: str, place: str
) -> None:
    """By the media type that the client prefers, and the language of the reader."""
    headers = {"Accept": accept, "Accept-Language": language}

    response = client.get("/glossary/abuse", headers=headers)

    assert response.status_code == 303
    assert response.headers["Location"] == place
    assert response.headers["Vary"] == "Accept, Accept-Language"


def test_the_address_of_the_scheme_leads_to_the_glossary(client: FlaskClient) -> None:
    """Its page is the list of terms."""
    response = client.get("/glossary", headers={"Accept-Language": "en"})

    assert response.headers["Location"] == "/en/glossary/"


def test_an_unknown_concept_is_not_found(client: FlaskClient) -> None:
    """The error is a page in the language of the reader."""
    response = client.get("/glossary/nothing", headers={"Accept-Language": "fr"})

    assert response.status_code == 404
    assert 'lang="fr"' in response.text


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [("ttl", "text/turtle"), ("jsonld", "application/ld+json")],
)
def test_any_site_may_read_the_files(
    client: FlaskClient, suffix: str, media_type: str
) -> None:
    """They have the media types of their formats, an ETag, and the headers of CORS."""
    response = client.get(f"/glossary.{suffix}")

    assert response.mimetype == media_type
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    etag = response.headers["ETag"]
    again = client.get(f"/glossary.{suffix}", headers={"If-None-Match": etag})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("abuse", "cyberbullying", "is_broader"),
    [
        ("", "broader: [abuse]\nrelated: [abuse]", True),
        ("related: [cyberbullying]", "broader: [abuse]", True),
        ("broader: [cyberbullying]", "broader: [abuse]", False),
        ("broader: [abuse]\nrelated: [abuse]", "", False),
    ],
)
def test_links_that_contradict_one_another_are_left_out(
    content: Workspace, abuse: str, cyberbullying: str, *, is_broader: bool
) -> None:
    """A hierarchy has no circle, and stays where a related term contradicts it."""
    for slug, links in (("abuse", abuse), ("cyberbullying", cyberbullying)):
        path = content.path(f"glossary/{slug}/record.yaml")
        lines = path.read_text("utf-8").splitlines()
        kept = [each for each in lines if not each.startswith(("broader", "related"))]
        path.write_text("\n".join((*kept, links, "")), "utf-8")
    services = Services(Settings(content.locations))
    services.content.update_index()

    graph = read(create_app(services=services).test_client())

    assert skos_faults(graph) == []
    link = (concept("cyberbullying"), SKOS.broader, concept("abuse"))
    assert (link in graph) is is_broader


FAULTS = {
    "S13": "<a> skos:prefLabel 'x'@en; skos:altLabel 'x'@en .",
    "S14": "<a> skos:prefLabel 'x'@en, 'y'@en .",
    "S27": "<a> skos:broader <b> . <b> skos:broader <c> . <c> skos:related <a> .",
    "broader than itself": "<a> skos:broader <b> . <b> skos:broader <a> .",
    "an unknown concept": "<a> skos:broader <nothing> .",
    "a label is empty": "<a> skos:prefLabel ' '@en .",
    "or without a language": "<a> skos:prefLabel 'x' .",
    "neither on top": "<a> a skos:Concept .",
    "without narrower": "<a> skos:broader <b> .",
}


@pytest.mark.parametrize("rule", list(FAULTS))
def test_the_rules_find_faults(rule: str) -> None:
    """A rule that finds none would prove nothing."""
    prefix = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . "
    graph = Graph().parse(data=prefix + FAULTS[rule], publicID=SITE, format="turtle")

    assert [fault for fault in skos_faults(graph) if rule in fault]


def test_hostile_names_stay_texts(content: Workspace) -> None:
    """A title is never Turtle, nor JSON."""
    title = 'x"@en . <http://evil.test/> a <b> . # \\\\'
    path = content.path("glossary/abuse/en.md")
    lines = path.read_text("utf-8").split("\n")
    lines[1] = f"title: '{title}'"
    path.write_text("\n".join(lines), "utf-8")
    services = Services(Settings(content.locations))
    services.content.update_index()
    client = create_app(services=services).test_client()

    for suffix in RDF_FORMATS:
        graph = read(client, suffix)
        labels = graph.objects(concept("abuse"), SKOS.prefLabel)
        assert Literal(title, lang=Locale.EN.value) in labels
        assert not list(graph.predicate_objects(URIRef("http://evil.test/")))
