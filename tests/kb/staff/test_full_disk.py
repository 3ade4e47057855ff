"""A disk without room: nothing half-done, nothing lost, and a page that says so."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable

import pytest
from flask import Flask

from kb.database.model import Role
from kb.database.staff_database import StaffDatabase
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.disks import no_room
from tests.support.forms import Fields, form_fields
from tests.support.staff import Browser, HandClock, an_account

LAMPS = "practices/newtown-lamps"
FORM = f"/en/staff/drafts/{LAMPS}"
TYPED = "Lampes que personne n’a enregistrées"
SignIn = Callable[[Role], Browser]


@pytest.fixture
def services(own_services: Services) -> Services:
    """Give services over content that a test may change."""
    return own_services


def begin(browser: Browser) -> Fields:
    """Begin a change of a record, type into its form, and give the form."""
    browser.post(f"/en/staff/records/{LAMPS}/change")
    fields = form_fields(browser.get(FORM).text)
    fields["fr-title"] = [TYPED]
    return fields


def test_what_is_typed_is_shown_again(signed_in: SignIn, clock: HandClock) -> None:
    """Even an hour after the last click, when the session is to be written as used."""
    browser = signed_in(Role.EDITOR)
    fields = begin(browser)
    clock.advance(hours=1)

    with no_room():
        answer = browser.client.post(FORM, data=fields)

    assert answer.status_code == 503
    assert form_fields(answer.text)["fr-title"] == [TYPED]
    assert browser.client.post(FORM, data=fields).status_code == 303
    assert form_fields(browser.get(FORM).text)["fr-title"] == [TYPED]


def test_what_is_typed_into_a_draft_that_is_gone_is_in_the_page(
    signed_in: SignIn,
) -> None:
    """The history can't keep it, and the page does not say that it does."""
    browser = signed_in(Role.EDITOR)
    fields = begin(browser)
    browser.post(f"{FORM}/discard")

    with no_room():
        answer = browser.client.post(FORM, data=fields)

    assert answer.status_code == 410
    assert TYPED in answer.text
    assert "only in this page" in answer.text
    assert "in the history too" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/en/staff/add",
        "/en/staff/drafts/deliverables/d9.1/files",
        "/en/staff/records/deliverables/d9.1/files/report.md/replace",
    ],
)
def test_a_file_that_can_not_be_kept_is_told_whatever_it_is_for(
    services: Services, signed_in: SignIn, content: Workspace, path: str
) -> None:
    """The last of it is written when it is closed, which fails as well."""
    content.add_file(b"# Report\n\nOld words about lamps in the streets.\n")
    services.content.update_index()
    browser = signed_in(Role.PUBLISHER)
    browser.post("/en/staff/records/deliverables/d9.1/change")
    fields = {"csrf_token": browser.token(), "file": (io.BytesIO(b"# New\n"), "n.md")}

    with no_room():
        answer = browser.client.post(path, data=fields)

    assert answer.status_code == 507
    assert "Nothing you sent was kept" in answer.text


def test_nothing_is_changed_and_the_page_names_what_can_not_be_written(
    signed_in: SignIn, content: Workspace
) -> None:
    """Not some other file, whose disk has room."""
    browser = signed_in(Role.PUBLISHER)
    token = browser.token(f"/en/staff/records/{LAMPS}/delete")
    before = sorted(content.documents.rglob("*"))

    with no_room():
        answer = browser.client.post(
            f"/en/staff/records/{LAMPS}/delete", data={"csrf_token": token}
        )

    assert answer.status_code == 503
    assert "Nothing was changed" in answer.text
    assert "/.changing/" in answer.text
    assert sorted(content.documents.rglob("*")) == before


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_who_can_not_sign_in_is_told_why(
    app: Flask, state: StaffDatabase, locale: str
) -> None:
    """It is not the search that is being repaired."""
    an_account(state)
    browser = Browser(app)
    fields = {"email": "lea@example.org", "password": "x" * 20}
    fields["csrf_token"] = browser.token()

    with no_room():
        answer = browser.client.post(f"/{locale}/staff/sign-in", data=fields)

    assert answer.status_code == 503
    told = {"fr": "Les comptes et le journal", "en": "Accounts and the log"}[locale]
    assert told in answer.text


def test_what_is_done_is_not_called_failed_for_want_of_a_line_in_the_log(
    services: Services,
    signed_in: SignIn,
    content: Workspace,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The server's own log has the line then."""
    browser = signed_in(Role.PUBLISHER)
    token = browser.token(f"/en/staff/records/{LAMPS}/delete")
    database = services.settings.database
    with sqlite3.connect(database) as connection:
        connection.execute("ALTER TABLE audit_log RENAME TO audit_log_elsewhere")
    connection.close()

    answer = browser.client.post(
        f"/en/staff/records/{LAMPS}/delete", data={"csrf_token": token}
    )

    assert answer.status_code == 303
    assert not (content.documents / LAMPS).exists()
    assert f"publisher@example.org record-deleted {LAMPS}" in caplog.text


def test_the_same_disk_with_room_again(signed_in: SignIn, content: Workspace) -> None:
    """Nothing is left that stands in the way."""
    browser = signed_in(Role.PUBLISHER)
    token = browser.token(f"/en/staff/records/{LAMPS}/delete")
    path = f"/en/staff/records/{LAMPS}/delete"
    with no_room():
        browser.client.post(path, data={"csrf_token": token})

    answer = browser.client.post(path, data={"csrf_token": token})

    assert answer.status_code == 303
    assert not (content.documents / LAMPS).exists()
    assert not (content.documents / ".changing").exists()


@pytest.mark.parametrize(
    ("locale", "told"),
    [("fr", "La recherche trouve encore"), ("en", "The search still finds")],
)
def test_who_withdraws_is_told_that_the_search_still_finds_it(
    signed_in: SignIn, content: Workspace, locale: str, told: str
) -> None:
    """The last good index answers until another can be written; the page is gone."""
    browser = signed_in(Role.PUBLISHER)
    token = browser.token(f"/en/staff/records/{LAMPS}/unpublish")
    index = content.locations.index
    index.rename(index.with_name("elsewhere"))
    index.write_text("no folder", "utf-8")

    answer = browser.client.post(
        f"/{locale}/staff/records/{LAMPS}/unpublish", data={"csrf_token": token}
    )

    assert answer.status_code == 303
    assert told in browser.get(answer.headers["Location"]).text
    assert not (content.documents / LAMPS).exists()
    assert browser.get(f"/en/{LAMPS}").status_code == 404
