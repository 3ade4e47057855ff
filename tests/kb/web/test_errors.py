"""Errors as pages and JSON, in the visitor's language."""

import re
import shutil

import pytest
from flask.testing import FlaskClient

from indexer.model.query import Query
from indexer.pipeline import open_stored_engine, rebuild
from kb.app import create_app
from kb.core.settings import Settings
from kb.services import services
from tests.support.answers import body_of
from tests.support.builders import Workspace

REFUSED = (
    ("page=0", 400, "page number", "numéro de page"),
    ("page=abc", 400, "page number", "numéro de page"),
    ("page=99999999", 400, "page number", "numéro de page"),
    ("page=99", 404, "There is no page 99", "pas de page 99"),
    (
        "kind=bikes",
        400,
        "Choose one of deliverable, practice",
        "choisissez parmi deliverable",
    ),
    ("theme=bikes", 400, "Choose one of", "choisissez parmi"),
    ("audience=bikes", 400, "Choose one of lea", "choisissez parmi lea"),
    ("place=atlantis", 400, "Choose one of", "choisissez parmi"),
    ("year=yesterday", 400, "remove it", "retirez-la"),
    ("expand=maybe", 400, "Choose one of no", "choisissez parmi no"),
    ("locale=de", 400, "Choose one of fr, en", "choisissez parmi fr, en"),
    ("sort=random", 400, "relevance, newest, title", "result, evidence, stage"),
    (f"q={'x' * 1001}", 400, "1000 characters", "1000 caractères"),
)


@pytest.mark.parametrize(
    ("query", "status", "english", "french"),
    REFUSED,
    ids=[row[0][:16] for row in REFUSED],
)
def test_a_query_error_is_explained_as_page_and_json(
    client: FlaskClient, query: str, status: int, english: str, french: str
) -> None:
    """Both languages have the sentence.

    On a page the choices, which are words of addresses, are a link without the value.
    """
    value = query.partition("=")[2]
    for locale, words in (("en", english), ("fr", french)):
        page = client.get(f"/{locale}/search?other=1&{query}")
        assert page.status_code == status
        assert words in page.text or re.search(rf"[“«]\s?{value}\s?[”»]", page.text)
        if status == 400:
            assert f'href="/{locale}/search?other=1"' in page.text
        body = client.get(f"/api/v1/search?{query}&hl={locale}")
        assert body.status_code == status
        assert set(body_of(body)["error"]) == {"code", "message"}
        assert words in body_of(body)["error"]["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/fr/nope",
        "/fr/practices/nope",
        "/fr/practices/..%2F..%2Fetc",
        "/fr/nope/nope",
        "/de/",
        "/nope",
        "/fr/glossary/%00",
    ],
)
def test_a_404_page_has_the_search_box_and_the_menu(
    client: FlaskClient, path: str
) -> None:
    """A visitor with a broken link can go on; the menu marks no section."""
    response = client.get(path)

    assert response.status_code == 404
    assert 'role="search"' in response.text
    assert "aria-current" not in response.text


def test_an_error_at_an_address_without_language_follows_the_browser(
    client: FlaskClient,
) -> None:
    """The page is in the language that the browser prefers."""
    response = client.get("/nope", headers={"Accept-Language": "en"})

    assert "This page does not exist" in response.text


def test_405_has_the_shape_of_other_errors(client: FlaskClient) -> None:
    """It lists the allowed methods."""
    response = client.post("/api/v1/search")

    assert response.status_code == 405
    assert body_of(response)["error"]["code"] == "method-not-allowed"
    assert "GET" in response.headers["Allow"]


def test_without_an_index_search_is_503_and_pages_are_served(
    workspace: Workspace,
) -> None:
    """The answer says when to retry, in both languages."""
    client = create_app(Settings(workspace.locations)).test_client()

    for locale, words in (
        ("fr", "n’est pas disponible"),
        ("en", "not available just now"),
    ):
        response = client.get(f"/{locale}/search?q=rue")
        assert response.status_code == 503
        assert response.headers["Retry-After"]
        assert words in response.text
    for path in ("practices/newtown-lamps", "glossary/abuse", "themes/streets"):
        response = client.get(f"/fr/{path}")
        assert response.status_code == 200
        assert 'id="further"' not in response.text
    assert body_of(client.get("/api/v1/search"))["error"]["code"] == "unavailable"
    assert client.get("/healthz").status_code == 503


def test_without_content_every_page_is_503(workspace: Workspace) -> None:
    """A wrong KB_DOCUMENTS must not look like an empty knowledge base."""
    client = create_app(Settings(workspace.locations)).test_client()
    shutil.rmtree(workspace.documents)

    for path in ("/fr/", "/fr/practices/", "/fr/search"):
        assert client.get(path).status_code == 503


def test_500_is_a_page_in_the_readers_language(
    workspace: Workspace,
) -> None:
    """The page shows nothing of the exception."""
    app = create_app(Settings(workspace.locations))
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.get("/fr/boom")
    def boom() -> str:
        raise RuntimeError("secret")

    response = app.test_client().get("/fr/boom")

    assert response.status_code == 500
    assert "L’erreur vient de chez nous" in response.text
    assert "secret" not in response.text


def test_the_site_follows_an_update_made_by_another_process(
    workspace: Workspace,
) -> None:
    """After `kb index update`, pages and search change together."""
    rebuild(open_stored_engine(workspace.locations), workspace.corpus())
    client = create_app(Settings(workspace.locations)).test_client()
    assert "On a parlé de tout." in client.get("/fr/events/w9").text
    workspace.replace("events/w9/fr.md", "On a parlé de tout.", "On a parlé de drones.")
    assert "On a parlé de tout." in client.get("/fr/events/w9").text

    rebuild(open_stored_engine(workspace.locations), workspace.corpus())

    assert "On a parlé de drones." in client.get("/fr/events/w9").text
    assert body_of(client.get("/api/v1/search?q=drones"))["total"] == 1


def test_a_search_that_opens_a_new_index_also_refreshes_the_pages(
    workspace: Workspace,
) -> None:
    """The corpus is read for the generation that the search opened."""
    app = create_app(Settings(workspace.locations))
    client = app.test_client()
    rebuild(open_stored_engine(workspace.locations), workspace.corpus())
    assert "On a parlé de tout." in client.get("/fr/events/w9").text
    workspace.replace("events/w9/fr.md", "On a parlé de tout.", "On a parlé de drones.")
    rebuild(open_stored_engine(workspace.locations), workspace.corpus())
    with app.app_context():
        services().engine.search(Query())

    assert "On a parlé de drones." in client.get("/fr/events/w9").text


def test_pages_are_served_from_memory_while_the_content_is_away(
    workspace: Workspace,
) -> None:
    """The folder may be in the middle of a swap; afterwards the pages follow."""
    client = create_app(Settings(workspace.locations)).test_client()
    rebuild(open_stored_engine(workspace.locations), workspace.corpus())
    assert client.get("/fr/events/w9").status_code == 200
    workspace.replace("events/w9/fr.md", "On a parlé de tout.", "On a parlé de drones.")
    rebuild(open_stored_engine(workspace.locations), workspace.corpus())
    aside = workspace.documents.rename(workspace.root / "aside")

    assert "On a parlé de tout." in client.get("/fr/events/w9").text
    aside.rename(workspace.documents)
    assert "On a parlé de drones." in client.get("/fr/events/w9").text


@pytest.mark.parametrize("path", ["/en/", "/api/v1/search?q=rue", "/fr/staff/"])
def test_an_invalid_host_header_is_400(client: FlaskClient, path: str) -> None:
    """It is no error of the service, and is not logged as one."""
    answer = client.get(path, headers={"Host": "x" * 5000})

    assert answer.status_code == 400
    assert answer.mimetype == "text/plain"
