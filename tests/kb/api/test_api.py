"""The JSON API."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.answers import body_of
from tests.support.http_threads import served_in_thread


def parameters(client: FlaskClient, path: str) -> dict[str, Any]:
    """Return the schemas of the parameters of a path, as described."""
    body = body_of(client.get("/api/v1/openapi.json"))
    operation = body["paths"][f"/api/v1/{path}"]["get"]
    return {each["name"]: each["schema"] for each in operation["parameters"]}


def test_the_description_lists_the_facet_values_of_the_content(
    client: FlaskClient,
) -> None:
    """Each listed value can be searched, and no other value."""
    schemas = parameters(client, "search")
    facets = {
        name: schema["items"]["enum"]
        for name, schema in schemas.items()
        if "enum" in schema.get("items", {})
    }

    assert set(facets) == {
        *("kind", "theme", "audience", "source", "place", "locale"),
        *("stage", "evidence", "aim", "result", "failure", "assessed"),
        *("coverage", "need", "finding", "readable", "inferred"),
    }
    assert "villeneuve" in facets["place"]
    for name, values in facets.items():
        for value in values:
            answer = client.get("/api/v1/search", query_string={name: value})
            assert answer.status_code == 200, (name, value)
        answer = client.get("/api/v1/search", query_string={name: "no-such-value"})
        assert answer.status_code == 400, name


@pytest.mark.parametrize("path", ["search", "suggest", "records/{kind}/{id}"])
def test_the_description_names_the_language_parameter(
    client: FlaskClient, path: str
) -> None:
    """Every path accepts `hl`, and rejects another language."""
    address = path.format(kind="practices", id="newtown-lamps")

    assert parameters(client, path)["hl"]["enum"] == ["fr", "en", ""]
    assert client.get(f"/api/v1/{address}?hl=en").status_code == 200
    assert client.get(f"/api/v1/{address}?hl=de").status_code == 400


@pytest.mark.parametrize(
    ("name", "accepted", "rejected"),
    [
        ("q", ["x" * 1000, " " * 1001], ["x" * 1001]),
        ("page", ["1", ""], ["0", "-1", "1.5", "x", " ", "1000000", "²"]),
        ("year", ["2016", ""], ["16", "²⁰¹", "20160", "x", " "]),
        ("place", ["france", ""], [" "]),
        ("sort", ["newest", "evidence", ""], ["NEWEST", " "]),
        ("expand", ["no", ""], ["yes"]),
    ],
)
def test_limits_of_parameters_are_as_described(
    client: FlaskClient, name: str, accepted: list[str], rejected: list[str]
) -> None:
    """The random requests of schemathesis rarely hit the borders."""
    for status, values in ((200, accepted), (400, rejected)):
        for value in values:
            answer = client.get("/api/v1/search", query_string={name: value})
            assert answer.status_code == status, value


@pytest.mark.long
def test_the_api_is_as_described(app: Flask, tmp_path: Path) -> None:
    """Schemathesis sends valid and invalid requests, and runs all its checks."""
    with served_in_thread(app) as (host, port):
        done = subprocess.run(  # noqa: S603  # our own address
            [
                *(sys.executable, "-m", "schemathesis.cli", "run"),
                f"http://{host}:{port}/api/v1/openapi.json",
                *("--checks", "all", "--mode", "all", "--max-examples", "40"),
                *("--phases", "examples,coverage,fuzzing", "--seed", "1"),
                *("--generation-deterministic", "--suppress-health-check", "all"),
                *("--request-timeout", "60"),
                *("--no-color", "--continue-on-failure"),
            ],
            cwd=tmp_path,
            check=False,
            capture_output=True,
            text=True,
        )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Tested: 4" in done.stdout


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v1/search?q=rue", "SearchResult"),
        ("/api/v1/search?q=zzz+rue&hl=en", "SearchResult"),
        ("/api/v1/search?kind=practice", "SearchResult"),
        ("/api/v1/suggest?q=cyb&locale=fr", "Suggestions"),
        ("/api/v1/suggest?q=online&locale=fr", "Suggestions"),
        ("/api/v1/suggest?q=france&locale=fr", "Suggestions"),
        ("/api/v1/records/practice/newtown-lamps", "Record"),
        ("/api/v1/records/deliverable/d9.1", "Record"),
        ("/api/v1/search?page=0", "Error"),
    ],
)
def test_responses_match_the_openapi_description(
    client: FlaskClient, path: str, name: str
) -> None:
    """A script written from the description works."""
    described = body_of(client.get("/api/v1/openapi.json"))["components"]
    schema = {"$ref": f"#/components/schemas/{name}", "components": described}

    jsonschema_rs.validate(schema, body_of(client.get(path)))


def test_the_hits_that_match_in_part_are_marked(client: FlaskClient) -> None:
    """`exact_total` counts the others; both are in the OpenAPI description."""
    body = body_of(client.get("/api/v1/search?q=lamps+newtown&hl=en"))
    schemas = body_of(client.get("/api/v1/openapi.json"))["components"]["schemas"]

    partial = [each["partial"] for each in body["hits"]]
    assert body["total"] == len(partial) == 3
    assert partial.count(False) == body["exact_total"] == 1
    assert schemas["SearchResult"]["properties"]["exact_total"]["description"]
    hit = schemas["SearchResult"]["properties"]["hits"]["items"]
    assert hit["properties"]["partial"]["description"]


def test_a_search_body_has_the_keys_of_the_contract(client: FlaskClient) -> None:
    """Scripts outside the project rely on them."""
    body = body_of(client.get("/api/v1/search?q=éclairage&hl=en"))

    assert list(body)[:9] == [
        *("query", "total", "page", "pages", "hits", "facets"),
        *("suggestion", "expanded", "relaxed"),
    ]
    hit = body["hits"][0]
    assert hit["url"] == "/en/practices/newtown-lamps"
    assert hit["locale"] == "en"
    assert hit["title"] == "Newtown: lighting the lanes again"


def test_a_search_body_contains_the_expansions(client: FlaskClient) -> None:
    """A script can see what was added to the typed words."""
    body = body_of(client.get("/api/v1/search?q=cyberbullying&hl=en"))

    assert {"term": "cyberbullying", "to": "cyberharcèlement", "locale": "fr"} in body[
        "expanded"
    ]
    plain = body_of(client.get("/api/v1/search?q=cyberbullying&expand=no"))
    assert plain["expanded"] == []


def test_each_hit_has_reasons(client: FlaskClient) -> None:
    """A reason has the typed term, the match and the field."""
    body = body_of(client.get("/api/v1/search?q=eclairage&hl=fr"))

    assert body["hits"][0]["reasons"] == [
        {"term": "eclairage", "found": "eclairage", "locale": "fr", "field": "title"}
    ]


def suggestions(client: FlaskClient, typed: str, locale: str) -> list[dict[str, Any]]:
    """Return the suggestions for a text."""
    answer = client.get("/api/v1/suggest", query_string={"q": typed, "locale": locale})
    body = body_of(answer)
    assert list(body) == ["query", "suggestions"]
    found: list[dict[str, Any]] = body["suggestions"]
    return found


def test_a_suggestion_has_the_keys_of_the_contract(client: FlaskClient) -> None:
    """Its address is that of the record."""
    found = suggestions(client, "cyberharc", "fr")[0]

    assert found == {
        "text": "cyberharcèlement",
        "locale": "fr",
        "kind": "term",
        "id": "cyberbullying",
        "url": "/fr/glossary/cyberbullying",
        "title": None,
    }


def test_a_variant_is_suggested_with_the_title_of_its_record(
    client: FlaskClient,
) -> None:
    """A variant leads to its term, a code to its deliverable."""
    (variant,) = suggestions(client, "online bul", "fr")
    assert (variant["text"], variant["locale"]) == ("online bullying", "en")
    assert variant["title"] == {"text": "cyberharcèlement", "locale": "fr"}
    assert variant["url"] == "/fr/glossary/cyberbullying"

    (code,) = suggestions(client, "d9", "en")
    assert (code["text"], code["id"]) == ("D9.1", "d9.1")
    assert code["title"]["locale"] == "en"


def test_a_place_is_suggested_with_a_search_for_it(client: FlaskClient) -> None:
    """Larger places match too: a town is in its country."""
    for typed, locale, place in (
        ("villen", "fr", ("Villeneuve", "villeneuve", "/fr/search?place=villeneuve")),
        ("newt", "en", ("Newtown", "villeneuve", "/en/search?place=villeneuve")),
        ("fran", "en", ("France", "france", "/en/search?place=france")),
    ):
        found = suggestions(client, typed, locale)[0]
        assert (found["text"], found["id"], found["url"]) == place
        assert found["kind"] == "place"
        assert client.get(found["url"]).status_code == 200


@pytest.mark.parametrize("typed", ["", " ", "?", "\0", "é" * 1000, "<zz>", '"zz'])
def test_any_text_is_a_valid_suggestion_query(client: FlaskClient, typed: str) -> None:
    """A text that matches no name gets an empty list, not an error."""
    assert suggestions(client, typed, "fr") == []


def test_suggestions_are_cached_by_the_browser_alone(client: FlaskClient) -> None:
    """No shared cache may store what visitors type."""
    answer = client.get("/api/v1/suggest?q=cyb&locale=fr")

    assert answer.headers["Cache-Control"] == "private, max-age=60"


def test_a_passage_links_to_its_section(client: FlaskClient) -> None:
    """The address has the anchor of the section."""
    body = body_of(client.get("/api/v1/search?q=ruelles&hl=fr"))

    passage = body["hits"][0]["passages"][0]
    assert passage["heading"] == "Le problème"
    assert passage["url"] == "/fr/practices/newtown-lamps#le-probleme"
    assert client.get(passage["url"]).status_code == 200


def test_labels_are_in_the_readers_language(client: FlaskClient) -> None:
    """`hl` chooses the language, else the browser."""
    for locale, label in (("fr", "Livrables"), ("en", "Deliverables")):
        body = body_of(client.get(f"/api/v1/search?kind=deliverable&hl={locale}"))
        kinds = {each["value"]: each for each in body["facets"]["kind"]}
        assert kinds["deliverable"]["label"] == label
        assert kinds["deliverable"]["selected"] is True


def test_a_record_body_has_all_facts_and_editions(client: FlaskClient) -> None:
    """Facts are named as in record.yaml."""
    body = body_of(client.get("/api/v1/records/recommendation/rec-01"))

    assert body["firmness"] == "conclusion"
    assert body["audiences"] == ["lea", "local", "national", "eu"]
    assert body["events"] == ["w9"]
    assert set(body["editions"]) == {"fr", "en"}
    assert body["linked_from"] == [
        {"kind": "need", "id": "n01", "field": "recommendations"}
    ]
    practice = body_of(client.get("/api/v1/records/practices/newtown-lamps"))
    assert practice["link_to_project"] == "presented"
    assert practice["date"] == "2016"
    assert practice["places"] == [
        {
            "id": "villeneuve",
            "names": {"fr": "Villeneuve", "en": "Newtown"},
            "within": "france",
            "latitude": 48.0,
            "longitude": 2.0,
        }
    ]
    assert practice["editions"]["fr"]["figures"][0]["label"] == "lampadaires remplacés"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/records/practice/nope",
        "/api/v1/records/bike/w9",
        "/api/v1/nope",
        "/api/",
        "/api/v1/suggest?locale=de",
        "/api/v1/search?hl=de",
    ],
)
def test_errors_are_json(client: FlaskClient, path: str) -> None:
    """A script never gets a page of HTML."""
    response = client.get(path)

    assert response.status_code in {400, 404}
    assert set(body_of(response)["error"]) == {"code", "message"}


def test_scripts_of_any_site_may_read_the_api(client: FlaskClient) -> None:
    """The content is free to reuse."""
    assert client.get("/api/v1/search").headers["Access-Control-Allow-Origin"] == "*"
