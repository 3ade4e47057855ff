"""The dossier: its page, its cookie, its days, and records with former ids."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from indexer.corpus.corpus_reader import CorpusReader
from indexer.model.ids import Locale, RecordId
from kb.app import create_app
from kb.core.settings import Settings
from kb.publishing.changes.external_edits import ExternalEditDetector
from kb.publishing.changes.repository import Repository, open_repository
from kb.publishing.published.trash import Trash
from kb.services import Services
from kb.web.dossier_cookie import COOKIE, MAX_RECORDS, cookie_value
from tests.support.builders import PROJECT, Workspace
from tests.support.pages import page_of, required

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


def answer(client: FlaskClient, **form: str) -> dict[str, Any]:
    """Return what the server answers the script of a page."""
    headers = {"Accept": "application/json"}
    response = client.post(
        "/en/dossier", data={"back": "/en/", **form}, headers=headers
    )
    assert response.status_code == 200
    found: dict[str, Any] = response.get_json()
    return found


def test_a_script_gets_what_its_page_shows(client: FlaskClient) -> None:
    """A visitor keeps their place, and can undo the last act."""
    change(client, "add", EVENT)

    added = answer(client, add=PRACTICE)
    removed = answer(client, remove=EVENT)
    again = answer(client, **removed["undo"]["fields"])

    assert added["message"] == "Added. The dossier has 2 records."
    assert added["ids"] == [EVENT, PRACTICE]
    assert added["undo"]["fields"] == {"remove": PRACTICE}
    assert removed["message"] == "Removed. The dossier has 1 record."
    assert again["ids"] == [EVENT, PRACTICE], "an undone removal keeps the order"
    assert "1 record was there already." in answer(client, add=EVENT)["message"]


def test_all_records_of_a_page_are_added_at_once(client: FlaskClient) -> None:
    """The page says how many were added; without script, that of the dossier does."""
    change(client, "add", EVENT)
    both = {"add": f"{EVENT}~{PRACTICE}", "back": "/en/search"}

    response = client.post("/en/dossier", data=both)

    assert len(titles(client)) == 2
    text = client.get(response.location).text
    assert "1 record was added. 1 record was there already." in text
    assert client.get("/en/dossier?added=x").status_code == 200


def test_a_full_dossier_says_that_a_record_was_left_out(real_app: Flask) -> None:
    """Its maximum is that of an address."""
    records = [*CorpusReader(PROJECT / "documents").read().records][: MAX_RECORDS + 1]
    client = real_app.test_client()
    client.set_cookie(COOKIE, cookie_value(records[: MAX_RECORDS - 1]))

    full = answer(client, add=cookie_value(records[-2:]))

    assert full["total"] == MAX_RECORDS
    assert "1 record was added." in full["message"]
    assert (
        f"1 record was left out: a dossier has at most {MAX_RECORDS}."
        in (full["message"])
    )


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


LAMPS = RecordId.parse("practices/newtown-lamps")
DOSSIER = "/en/dossier?r=practices/newtown-lamps&r=events/w9"
BEFORE, AFTER = "at=2026-03-06", "at=2026-03-12"


def _repository(content: Workspace, day: int) -> Repository:
    now = dt.datetime(2026, 3, day, 12, tzinfo=dt.UTC)
    return open_repository(content.locations, clock=lambda: now)


def _client(content: Workspace) -> FlaskClient:
    today = dt.datetime(2026, 3, 20, 15, tzinfo=dt.UTC)
    services = Services(Settings(content.locations), clock=lambda: today)
    services.content.update_index()
    return create_app(services=services).test_client()


def _text(client: FlaskClient, path: str) -> str:
    main = required(page_of(client, path), "main")
    return main.get_text(" ", strip=True)


@pytest.fixture
def former_summary(content: Workspace) -> str:
    """Return the summary of a record, which the history has since 5 March."""
    ExternalEditDetector(_repository(content, 5)).record_edits()
    assert LAMPS is not None
    return content.corpus().records[LAMPS].edition(Locale.EN).summary


@pytest.fixture
def edited(content: Workspace, former_summary: str) -> FlaskClient:
    """Return a client of a site whose record was edited on 10 March."""
    content.replace(f"{LAMPS}/en.md", former_summary, "The present summary.")
    ExternalEditDetector(_repository(content, 10)).record_edits()
    return _client(content)


def test_a_shared_dossier_shows_its_day_and_what_changed(
    edited: FlaskClient, former_summary: str
) -> None:
    """The council read that text."""
    text = _text(edited, f"{DOSSIER}&{BEFORE}")

    assert former_summary in text
    assert "The present summary." not in text
    assert "This is the content of 6 March 2026." in text
    assert "was changed on 10 March 2026." in text
    assert "Show the present content" in text


def test_a_dossier_whose_records_did_not_change_says_so(edited: FlaskClient) -> None:
    """A reader need not compare."""
    text = _text(edited, f"{DOSSIER}&{AFTER}")

    assert "The present summary." in text
    assert "Since then, nothing in these records was changed." in text


def test_a_day_before_the_history_is_no_day_of_the_content(
    edited: FlaskClient,
) -> None:
    """The present records are shown: the page does not call them those of the day."""
    text = _text(edited, f"{DOSSIER}&at=2016-01-01")

    assert "This is the content of" not in text
    assert "the history does not go back to 1 January 2016." in text


def test_the_files_are_of_the_day_too(edited: FlaskClient, former_summary: str) -> None:
    """A brief that was made once can be made again."""
    path = f"{DOSSIER}&{BEFORE}".replace("dossier", "dossier.md")
    text = edited.get(path).text.replace("\\", "")

    assert former_summary in text
    assert "The present summary." not in text
    assert "was changed on 10 March 2026." in text


def test_the_address_to_share_has_the_day_of_today(edited: FlaskClient) -> None:
    """That of a dossier of a day keeps its day."""
    for path, day in ((DOSSIER, "2026-03-20"), (f"{DOSSIER}&{BEFORE}", "2026-03-06")):
        assert f"at={day}" in str(required(page_of(edited, path), "#share")["value"])


def test_a_withdrawn_record_is_named_and_not_shown(
    content: Workspace, former_summary: str
) -> None:
    """It may have been withdrawn since its text was confidential."""
    assert LAMPS is not None
    Trash(_repository(content, 12)).delete(LAMPS, actor="ada@example.org")
    client = _client(content)

    for path in (DOSSIER, f"{DOSSIER}&{BEFORE}"):
        text = _text(client, path)
        assert f"The record “{LAMPS}” was withdrawn." in text
        assert former_summary not in text


@pytest.fixture(scope="module")
def survivors() -> Mapping[RecordId, RecordId]:
    """Return the record that each former id of the content leads to."""
    return CorpusReader(PROJECT / "documents").read().survivors


@pytest.mark.parametrize("locale", list(Locale))
def test_the_page_of_a_former_id_redirects_to_the_record(
    real_app: Flask, survivors: Mapping[RecordId, RecordId], locale: Locale
) -> None:
    """A bookmark, or a link in a report, still leads to what it named."""
    client = real_app.test_client()
    assert survivors
    for former, record in survivors.items():
        answer = client.get(f"/{locale}/{former}")

        assert (answer.status_code, answer.location) == (301, f"/{locale}/{record}")


def test_the_api_redirects_a_former_id_to_the_record(
    real_app: Flask, survivors: Mapping[RecordId, RecordId]
) -> None:
    """A program that stored the id still finds the record."""
    client = real_app.test_client()
    for former, record in survivors.items():
        answer = client.get(f"/api/v1/records/{former}")

        expected = f"/api/v1/records/{record}"
        assert (answer.status_code, answer.location) == (301, expected)


@pytest.mark.parametrize("is_shared", [True, False], ids=["shared", "own"])
def test_a_dossier_with_former_ids_shows_each_record_once(
    real_app: Flask, survivors: Mapping[RecordId, RecordId], *, is_shared: bool
) -> None:
    """Also a dossier that contains the record already, or two of its former ids."""
    ids = [*survivors, *survivors.values()]
    client = real_app.test_client()
    if not is_shared:
        client.set_cookie(COOKIE, cookie_value(ids))
    shared_ids = [str(each) for each in ids] if is_shared else []

    page = client.get("/fr/dossier", query_string={"r": shared_ids}).text

    links = BeautifulSoup(page, "lxml").select("ol.order h2 a")
    expected = dict.fromkeys(f"/fr/{record}" for record in survivors.values())
    assert [link["href"] for link in links] == list(expected)
