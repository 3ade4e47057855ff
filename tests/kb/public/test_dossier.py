"""The dossier: a list kept in the visitor's browser."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

EVENT = "events/w9"
PRACTICE = "practices/newtown-lamps"


def titles(client: FlaskClient, path: str = "/fr/dossier") -> list[str]:
    """Give the titles of the dossier, in order."""
    found = BeautifulSoup(client.get(path).text, "html.parser")
    return [title.get_text()[:9] for title in found.select("ol.order h2")]


def change(client: FlaskClient, action: str, *ids: str) -> None:
    """Press a button of the dossier."""
    response = client.post("/fr/dossier", data={"action": action, "id": list(ids)})
    assert response.status_code == 303


def test_records_are_added_ordered_and_removed(client: FlaskClient) -> None:
    """Without any script."""
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


def test_the_page_of_a_record_knows_whether_it_is_in_the_dossier(
    client: FlaskClient,
) -> None:
    """The button then removes it, and leads back to the page."""
    response = client.post(
        "/en/dossier", data={"action": "add", "id": PRACTICE, "back": "record"}
    )

    assert response.headers["Location"] == f"/en/{PRACTICE}"
    assert "In the dossier: remove" in client.get(f"/en/{PRACTICE}").text


def test_a_shared_address_holds_the_list(client: FlaskClient) -> None:
    """It shows the list without touching the visitor's own."""
    change(client, "add", EVENT)

    assert titles(client, f"/fr/dossier?r={PRACTICE}&r=nonsense&r=events/gone") == [
        "Villeneuv"
    ]
    assert titles(client) == ["Atelier 9"]


def test_a_spoilt_cookie_is_an_empty_dossier(client: FlaskClient) -> None:
    """Whatever a browser sends, the page stands."""
    client.set_cookie("dossier", "~~../../etc/passwd~events/w9~<script>")

    assert titles(client) == ["Atelier 9"]


def test_the_cookie_is_for_us_alone(client: FlaskClient) -> None:
    """No script reads it, no other site sends it."""
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
def test_a_form_of_another_site_changes_nothing(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    """Browsers say where a form stood."""
    response = client.post("/fr/dossier", data={"action": "clear"}, headers=headers)

    assert response.status_code == status


def test_an_unknown_action_is_refused(client: FlaskClient) -> None:
    """In the reader's language."""
    response = client.post("/fr/dossier", data={"action": "explode"})

    assert response.status_code == 400
    assert "n’est pas valide" in response.text
