"""The dossier, a list in the visitor's browser."""

import pytest
from flask.testing import FlaskClient

from tests.support.pages import page_of

EVENT = "events/w9"
PRACTICE = "practices/newtown-lamps"


def titles(client: FlaskClient, path: str = "/fr/dossier") -> list[str]:
    """Return the titles of the dossier, in order."""
    found = page_of(client, path)
    return [title.get_text()[:9] for title in found.select("ol.order h2")]


def change(client: FlaskClient, action: str, *ids: str) -> None:
    """Submit a form of the dossier."""
    response = client.post("/fr/dossier", data={"action": action, "id": list(ids)})
    assert response.status_code == 303


def test_records_are_added_moved_and_removed(client: FlaskClient) -> None:
    """The dossier works without script."""
    change(client, "add", EVENT)
    change(client, "add", PRACTICE)
    change(client, "add", PRACTICE)
    assert titles(client) == ["Atelier 9", "Villeneuv"]
    change(client, "up", PRACTICE)
    assert titles(client) == ["Villeneuv", "Atelier 9"]
    change(client, "down", PRACTICE)
    change(client, "up", EVENT)
    assert titles(client) == ["Atelier 9", "Villeneuv"]
    change(client, "remove", EVENT)
    assert titles(client) == ["Villeneuv"]
    change(client, "clear")
    assert titles(client) == []


def test_a_record_page_offers_to_remove_the_record_from_the_dossier(
    client: FlaskClient,
) -> None:
    """The button redirects back to the page."""
    response = client.post(
        "/en/dossier", data={"action": "add", "id": PRACTICE, "back": "record"}
    )

    assert response.headers["Location"] == f"/en/{PRACTICE}"
    assert "In the dossier: remove" in client.get(f"/en/{PRACTICE}").text


def test_a_shared_address_contains_the_list(client: FlaskClient) -> None:
    """It leaves the visitor's own dossier unchanged."""
    change(client, "add", EVENT)

    assert titles(client, f"/fr/dossier?r={PRACTICE}&r=nonsense&r=events/gone") == [
        "Villeneuv"
    ]
    assert titles(client) == ["Atelier 9"]


def test_a_malformed_cookie_is_an_empty_dossier(client: FlaskClient) -> None:
    """The page works whatever a browser sends."""
    client.set_cookie("dossier", "~~../../etc/passwd~events/w9~<script>")

    assert titles(client) == ["Atelier 9"]


def test_the_cookie_is_httponly_and_samesite(client: FlaskClient) -> None:
    """No script reads it, and no other site sends it."""
    response = client.post("/fr/dossier", data={"action": "add", "id": EVENT})

    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "https://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[bad"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://kb.example.org"}, 303),
    ],
)
def test_a_cross_site_form_is_refused(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    """Browsers name the site of the form."""
    response = client.post("/fr/dossier", data={"action": "clear"}, headers=headers)

    assert response.status_code == status


def test_an_unknown_action_is_400(client: FlaskClient) -> None:
    """The page is in the reader's language."""
    response = client.post("/fr/dossier", data={"action": "explode"})

    assert response.status_code == 400
    assert "n’est pas valide" in response.text
