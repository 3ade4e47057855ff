"""Errors have one shape, in the visitor's language."""

from __future__ import annotations

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
        "choose among deliverable, practice",
        "choisissez parmi deliverable",
    ),
    ("theme=bikes", 400, "choose among", "choisissez parmi"),
    ("audience=bikes", 400, "choose among lea", "choisissez parmi lea"),
    ("place=atlantis", 400, "choose among", "choisissez parmi"),
    ("year=yesterday", 400, "remove it", "retirez-la"),
    ("expand=maybe", 400, "choose among no", "choisissez parmi no"),
    ("locale=de", 400, "choose among fr, en", "choisissez parmi fr, en"),
    ("sort=random", 400, "relevance, newest, title", "relevance, newest, title"),
    (f"q={'x' * 1001}", 400, "1000 characters", "1000 caractères"),
)


@pytest.mark.parametrize(
    ("query", "status", "english", "french"),
    REFUSED,
    ids=[row[0][:16] for row in REFUSED],
)
def test_a_search_that_is_refused_says_why(
    client: FlaskClient, query: str, status: int, english: str, french: str
) -> None:
    """In words, in both languages, as a page and as JSON."""
    for locale, words in (("en", english), ("fr", french)):
        page = client.get(f"/{locale}/search?{query}")
        assert page.status_code == status
        assert words in page.text
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
def test_an_unknown_address_is_a_page_that_helps(
    client: FlaskClient, path: str
) -> None:
    """It keeps the search box and the ways on."""
    response = client.get(path)

    assert response.status_code == 404
    assert 'role="search"' in response.text


def test_an_error_outside_the_two_languages_follows_the_browser(
    client: FlaskClient,
) -> None:
    """An address without a language has the reader's."""
    response = client.get("/nope", headers={"Accept-Language": "en"})

    assert "This page does not exist" in response.text


def test_a_wrong_method_has_the_same_shape(client: FlaskClient) -> None:
    """And says which methods there are."""
    response = client.post("/api/v1/search")

    assert response.status_code == 405
    assert body_of(response)["error"]["code"] == "method-not-allowed"
    assert "GET" in response.headers["Allow"]


def test_without_an_index_the_search_says_so_and_pages_stand(
    workspace: Workspace,
) -> None:
    """503, when to come back, in both languages; browsing goes on."""
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
        assert "À lire aussi" not in response.text
    assert body_of(client.get("/api/v1/search"))["error"]["code"] == "unavailable"
    assert client.get("/healthz").status_code == 503


def test_without_content_every_page_says_so(workspace: Workspace) -> None:
    """A wrong KB_DOCUMENTS is not an empty knowledge base."""
    client = create_app(Settings(workspace.locations)).test_client()
    shutil.rmtree(workspace.documents)

    for path in ("/fr/", "/fr/practices/", "/fr/search"):
        assert client.get(path).status_code == 503


def test_a_fault_of_ours_is_a_page_in_the_readers_language(
    workspace: Workspace,
) -> None:
    """Nothing of the fault itself is shown."""
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
    """`kb index update` while it serves: pages and search change together."""
    rebuild(open_stored_engine(workspace.locations), workspace.corpus())
    client = create_app(Settings(workspace.locations)).test_client()
    assert "On a parlé de tout." in client.get("/fr/events/w9").text
    workspace.replace("events/w9/fr.md", "On a parlé de tout.", "On a parlé de drones.")
    assert "On a parlé de tout." in client.get("/fr/events/w9").text

    rebuild(open_stored_engine(workspace.locations), workspace.corpus())

    assert "On a parlé de drones." in client.get("/fr/events/w9").text
    assert body_of(client.get("/api/v1/search?q=drones"))["total"] == 1


def test_a_change_that_a_search_took_first_reaches_the_pages(
    workspace: Workspace,
) -> None:
    """Whoever sees the new index first, the content is read for it."""
    app = create_app(Settings(workspace.locations))
    client = app.test_client()
    rebuild(open_stored_engine(workspace.locations), workspace.corpus())
    assert "On a parlé de tout." in client.get("/fr/events/w9").text
    workspace.replace("events/w9/fr.md", "On a parlé de tout.", "On a parlé de drones.")
    rebuild(open_stored_engine(workspace.locations), workspace.corpus())
    with app.app_context():
        services().engine.search(Query())

    assert "On a parlé de drones." in client.get("/fr/events/w9").text


def test_content_that_goes_away_leaves_what_was_read(workspace: Workspace) -> None:
    """While the folder is being swapped, pages stand; then they follow."""
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
def test_a_host_that_is_none_is_refused(client: FlaskClient, path: str) -> None:
    """It is no error of ours, and fills no log."""
    answer = client.get(path, headers={"Host": "x" * 5000})

    assert answer.status_code == 400
    assert answer.mimetype == "text/plain"
