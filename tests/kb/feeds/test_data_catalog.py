"""What says to programs where they find the data."""

import json

import pytest
from flask.testing import FlaskClient
from rdflib import DCAT, DCTERMS, RDF, Graph, URIRef

SITE = "http://127.0.0.1:8000"


def status(client: FlaskClient, address: str) -> int:
    """Return the status of the answer of an absolute address."""
    with client.get(address.removeprefix(SITE)) as answer:
        return answer.status_code


@pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"  # in a parser of rdflib
)
def test_the_catalogue_is_read_by_an_independent_library(client: FlaskClient) -> None:
    """One dataset of two vocabularies, whose files all exist."""
    answer = client.get("/catalog.jsonld")
    graph = Graph().parse(data=answer.text, format="json-ld")
    [dataset] = graph.subjects(RDF.type, DCAT.Dataset)

    assert (dataset, RDF.type, URIRef("https://schema.org/Dataset")) in graph
    assert len({*graph.objects(dataset, DCTERMS.title)}) == 2
    for address in graph.objects(None, DCAT.downloadURL):
        assert status(client, f"{address}") == 200


def test_each_address_of_llms_txt_answers(client: FlaskClient) -> None:
    """The one of the Model Context Protocol answers to POST only."""
    text = client.get("/llms.txt").text
    addresses = [part.partition(")")[0] for part in text.split("](")[1:]]

    statuses = {address: status(client, address) for address in addresses}
    assert statuses.pop(f"{SITE}/mcp") == 405
    assert {*statuses.values()} == {200}
    assert f"{SITE}/llms.txt" in client.get("/robots.txt").text


def test_a_record_has_typed_links_and_files(client: FlaskClient) -> None:
    """Signposting: the header and the linkset agree, and each target answers."""
    page = "/en/practices/newtown-lamps"
    header = client.get(page).headers["Link"]
    [links] = json.loads(client.get(f"{page}.linkset").text)["linkset"]

    assert links["anchor"] == links["cite-as"][0]["href"] == f"{SITE}{page}"
    for relation in ("describedby", "alternate", "linkset"):
        for target in links[relation]:
            assert f'<{target["href"]}>; rel="{relation}"' in header
            answer = client.get(target["href"].removeprefix(SITE))
            assert answer.mimetype == target["type"]
    assert client.get(f"{page}.md").text.startswith("# Newtown")
    assert client.get(f"{page}.json").location.endswith("practices/newtown-lamps")
    assert client.get("/en/practices/none.md").status_code == 404
