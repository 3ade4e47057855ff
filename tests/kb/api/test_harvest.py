"""The list of records: cursor, fields, groups, errors."""

import random
import shutil
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.facets import FacetName
from indexer.model.ids import Kind
from kb.api.harvest import MAX_PER_PAGE
from kb.api.serializers import field_paths, record_fields
from kb.app import create_app
from kb.core.settings import Settings
from kb.web.search.facet_values import vocabulary_of
from tests.support.answers import body_of
from tests.support.builders import Workspace
from tests.support.matrix import matrix

PATH = "/api/v1/records"


def harvested(client: FlaskClient, **parameters: Any) -> list[dict[str, Any]]:
    """Return all records of a list, page after page."""
    records: list[dict[str, Any]] = []
    count, cursor = 0, "*"
    while cursor:
        body = body_of(client.get(PATH, query_string={**parameters, "cursor": cursor}))
        records += body["results"]
        count, cursor = body["meta"]["count"], body["meta"]["next_cursor"]
    assert count == len(records)
    return records


@pytest.mark.parametrize("per_page", matrix(MAX_PER_PAGE, rest=[7]))
def test_a_harvest_has_each_record_once_and_whole(
    real_app: Flask, per_page: int
) -> None:
    """The body of a record is the one at its own address."""
    client = real_app.test_client()
    corpus = real_app.extensions["kb-services"].corpus

    records = harvested(client, per_page=per_page)

    names = [(each["kind"], each["id"]) for each in records]
    assert names == [(each.kind.value, each.slug) for each in corpus.records]
    for each in records[:: len(records) // 8]:
        assert each == body_of(client.get(f"{PATH}/{each['kind']}/{each['id']}"))


def test_a_cursor_follows_words_filters_and_order(real_app: Flask) -> None:
    """All pages together are the list that one page shows."""
    client = real_app.test_client()
    for parameters in (
        {"q": "police"},
        {"q": "police", "kind": "practice"},
        {"sort": "newest", "theme": "trolling"},
    ):
        whole = harvested(client, per_page=200, fields="id", **parameters)
        parts = harvested(client, per_page=3, fields="id", **parameters)
        assert parts == whole
        assert len(whole) > 3


def test_a_harvest_goes_on_when_its_last_record_is_withdrawn(
    content: Workspace,
) -> None:
    """No other record is missed or repeated."""
    app = create_app(Settings(content.locations))
    client = app.test_client()
    first = body_of(client.get(f"{PATH}?per_page=4&fields=kind,id"))
    last = first["results"][-1]
    folder = content.path(f"{Kind(last['kind']).folder}/{last['id']}")
    folder.rename(content.root / "withdrawn")
    app.extensions["kb-services"].content.update_index()

    cursor = first["meta"]["next_cursor"]
    rest = body_of(client.get(f"{PATH}?per_page=200&fields=kind,id&cursor={cursor}"))

    corpus = app.extensions["kb-services"].corpus
    assert last not in rest["results"]
    found = [*first["results"][:-1], *rest["results"]]
    assert len(found) == len(corpus.records)


@pytest.mark.parametrize(
    "parameters", ["", "&sort=title", "&q=police+OR+lamps+OR+street&sort=newest"]
)
def test_records_published_between_two_pages_repeat_and_hide_no_other(
    content: Workspace, parameters: str
) -> None:
    """One sorts before the cursor and one after; the others come once each."""
    app = create_app(Settings(content.locations))
    client = app.test_client()
    path = f"{PATH}?fields=kind,id{parameters}"
    names = [_name(each) for each in harvested_from(client, f"{path}&per_page=200")]
    first = body_of(client.get(f"{path}&per_page=2"))
    for slug in ("aaa-lamps", "zzz-lamps"):
        new = content.path(f"practices/{slug}")
        shutil.copytree(content.path("practices/newtown-lamps"), new)
        content.replace(f"practices/{slug}/record.yaml", "newtown-lamps", slug)
    app.extensions["kb-services"].content.update_index()

    cursor = first["meta"]["next_cursor"]
    rest = harvested_from(client, f"{path}&per_page=2", cursor)

    found = [_name(each) for each in (*first["results"], *rest)]
    assert len(found) == len(set(found))
    assert [each for each in found if "aaa" not in each and "zzz" not in each] == names


def _name(record: dict[str, Any]) -> str:
    return f"{record['kind']}/{record['id']}"


def harvested_from(
    client: FlaskClient, path: str, cursor: str | None = "*"
) -> list[dict[str, Any]]:
    """Return the records of a list from a cursor on, page after page."""
    records: list[dict[str, Any]] = []
    while cursor:
        body = body_of(client.get(f"{path}&cursor={cursor}"))
        records += body["results"]
        cursor = body["meta"]["next_cursor"]
    return records


def test_only_exact_matches_are_listed(real_app: Flask) -> None:
    """A list for a study has no record with only some of the words."""
    client = real_app.test_client()

    listed = body_of(client.get(f"{PATH}?q=zzzz+police"))

    assert listed["meta"]["count"] == 0
    assert body_of(client.get("/api/v1/search?q=zzzz+police"))["total"]


def test_fields_are_chosen(client: FlaskClient) -> None:
    """A path names the field of one edition; a kind without a field omits it."""
    body = body_of(
        client.get(
            f"{PATH}?kind=practice&fields=id,stage,editions.en.title&fields=kind"
        )
    )

    lamps = next(each for each in body["results"] if each["id"] == "newtown-lamps")
    assert lamps == {
        "id": "newtown-lamps",
        "stage": lamps["stage"],
        "editions": {"en": {"title": "Newtown: lighting the lanes again"}},
        "kind": "practice",
    }
    terms = body_of(client.get(f"{PATH}?kind=term&fields=id,stage"))["results"]
    assert all(set(each) == {"id"} for each in terms)


def test_every_field_of_a_record_can_be_chosen(real_app: Flask) -> None:
    """The list of fields is complete, and has no field that no record has."""
    bodies = harvested(real_app.test_client(), per_page=200)

    assert set().union(*bodies) == set(record_fields())
    for path in field_paths():
        names = path.split(".")
        assert any(_has(body, names) for body in bodies), path


def _has(body: Any, names: list[str]) -> bool:
    if not names:
        return True
    return names[0] in body and _has(body[names[0]], names[1:])


@pytest.mark.parametrize("facet", list(FacetName))
def test_groups_count_the_records_of_the_list(
    real_app: Flask, facet: FacetName
) -> None:
    """Each count is that of the list with the value as a filter."""
    client = real_app.test_client()
    chance = random.Random(facet)  # noqa: S311  # a fixed seed
    vocabulary = vocabulary_of(real_app.extensions["kb-services"].corpus)
    values = vocabulary.values(facet) or ("2017",)
    for parameters in (
        {},
        {"q": "police"},
        {facet.value: chance.choice(values)},
        {"kind": "practice", facet.value: chance.choices(values, k=2)},
    ):
        query = {**parameters, "group_by": facet.value}
        body = body_of(client.get(PATH, query_string=query))
        assert body["results"] == []
        listed = {
            (each["kind"], each["id"])
            for each in harvested(client, per_page=200, fields="kind,id", **parameters)
        }
        assert body["meta"]["count"] == len(listed)
        for group in chance.sample(body["group_by"], min(3, len(body["group_by"]))):
            having = {
                (each["kind"], each["id"])
                for each in harvested(
                    client,
                    per_page=200,
                    fields="kind,id",
                    **{facet.value: group["key"]},
                )
            }
            assert group["count"] == len(listed & having), (parameters, group)


@pytest.mark.parametrize(
    ("query", "status", "parameter", "words"),
    [
        ("per_page=0", 400, "per_page", "from 1 to 200"),
        ("per_page=201", 400, "per_page", "per_page=201"),
        ("per_page=x", 400, "per_page", "per_page=x"),
        ("cursor=abc", 404, "cursor", "cursor=*"),
        ("cursor=%C3%A9", 400, "cursor", "cursor=*"),
        ("fields=titel", 400, "fields", "fields=titel is not known"),
        ("fields=editions.de", 400, "fields", "editions.de"),
        ("group_by=kinds", 400, "group_by", "Choose from kind, theme"),
        ("perpage=10", 400, "perpage", "Did you mean per_page?"),
        ("page=2", 400, "page", "Did you mean cursor?"),
        ("search=x", 400, "search", "Did you mean q?"),
        ("limit=5", 400, "limit", "Did you mean per_page?"),
        ("zzz=5", 400, "zzz", "per_page"),
        ("theme=bikes", 400, "theme", "Choose one of"),
        ("sort=random", 400, "sort", "relevance, newest"),
        ("hl=de", 400, "hl", "choose fr or en"),
        (f"q={'x' * 1001}", 400, "q", "1000 characters"),
    ],
)
def test_an_error_names_the_parameter(
    client: FlaskClient, query: str, status: int, parameter: str, words: str
) -> None:
    """In English, unless the program asks for French."""
    response = client.get(f"{PATH}?{query}")

    error = body_of(response)["error"]
    assert response.status_code == status
    assert error["parameter"] == parameter
    assert words in error["message"]
    french = client.get(f"{PATH}?{query}", headers={"Accept-Language": "fr"})
    assert body_of(french)["error"]["message"] != error["message"]


def test_a_record_has_the_chosen_fields(client: FlaskClient) -> None:
    """As in the list, today and on another day."""
    path = f"{PATH}/practice/newtown-lamps?fields=id,editions.en.title"

    body = body_of(client.get(path))

    title = {"title": "Newtown: lighting the lanes again"}
    assert body == {"id": "newtown-lamps", "editions": {"en": title}}
    refused = client.get(f"{PATH}/practice/newtown-lamps?fields=titel")
    assert body_of(refused)["error"]["parameter"] == "fields"


def test_a_cursor_of_another_list_is_refused(client: FlaskClient) -> None:
    """It would skip records of this one."""
    cursor = body_of(client.get(f"{PATH}?per_page=1"))["meta"]["next_cursor"]

    response = client.get(f"{PATH}?per_page=1&kind=page&cursor={cursor}")

    assert response.status_code == 404
    assert body_of(response)["error"]["parameter"] == "cursor"


@pytest.mark.parametrize(
    "path",
    ["/api/v1/search?page=0", "/api/v1/records/practice/none", "/api/v1/nothing"],
)
def test_errors_are_in_english_for_programs(client: FlaskClient, path: str) -> None:
    """A program names no language; a browser does."""
    english = body_of(client.get(path))["error"]
    french = body_of(client.get(path, headers={"Accept-Language": "fr-FR"}))["error"]

    assert english["code"] == french["code"]
    assert "adresse" in french["message"] or "numéro" in french["message"]
    assert "address" in english["message"] or "page number" in english["message"]


def test_a_list_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    """Lists, searches and records have an ETag."""
    for path in (PATH, "/api/v1/search?q=lamps", f"{PATH}/practice/newtown-lamps"):
        etag = client.get(path).headers["ETag"]
        again = client.get(path, headers={"If-None-Match": etag})
        assert again.status_code == 304
