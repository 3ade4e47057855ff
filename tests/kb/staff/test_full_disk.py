"""Staff pages on a full disk: no partial writes, no lost text, an error page."""

import io
import sqlite3

import pytest
from flask import Flask

from kb.database.staff_database import StaffDatabase
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.disks import no_room
from tests.support.forms import Fields, form_fields
from tests.support.staff import Browser, HandClock, an_account

CHANGES_CONTENT = True

LAMPS = "practices/newtown-lamps"
FORM = f"/en/staff/drafts/{LAMPS}"
TYPED = "Lampes que personne n’a enregistrées"


def begin(browser: Browser) -> Fields:
    """Begin a change of a record, and return its form with a new title."""
    browser.post(f"/en/staff/records/{LAMPS}/change")
    fields = form_fields(browser.get(FORM).text)
    fields["fr-title"] = [TYPED]
    return fields


def test_a_full_disk_keeps_the_typed_text_in_the_form(
    editor: Browser, clock: HandClock
) -> None:
    """A save that fails with ENOSPC shows the form again, even after an idle hour."""
    fields = begin(editor)
    clock.advance(hours=1)

    with no_room():
        response = editor.client.post(FORM, data=fields)

    assert response.status_code == 503
    assert form_fields(response.text)["fr-title"] == [TYPED]
    assert editor.client.post(FORM, data=fields).status_code == 303
    assert form_fields(editor.get(FORM).text)["fr-title"] == [TYPED]


def asked(
    browser: Browser, act: str, locale: str = "en"
) -> tuple[str, dict[str, list[str]]]:
    """Return the address and the fields of the page that asks about a change."""
    path = f"/{locale}/staff/records/chosen/{act}"
    page = browser.get(f"{path}?d={LAMPS}").text
    return path, form_fields(page, form=f'form[action="{path}"]')


def test_a_full_disk_keeps_the_text_of_a_discarded_draft_in_the_page(
    editor: Browser,
) -> None:
    """The page does not claim that the history stores the text."""
    fields = begin(editor)
    editor.press("discard", LAMPS)

    with no_room():
        response = editor.client.post(FORM, data=fields)

    assert response.status_code == 410
    assert TYPED in response.text
    assert "only in this page" in response.text
    assert "in the history too" not in response.text


@pytest.mark.parametrize(
    "path",
    [
        "/en/staff/add",
        "/en/staff/drafts/deliverables/d9.1/files",
        "/en/staff/records/deliverables/d9.1/files/report.md/replace",
    ],
)
def test_a_full_disk_rejects_every_kind_of_upload(
    services: Services, publisher: Browser, content: Workspace, path: str
) -> None:
    """An error while the temporary file is closed is reported as well."""
    content.add_file(b"# Report\n\nOld words about lamps in the streets.\n")
    services.content.update_index()
    publisher.post("/en/staff/records/deliverables/d9.1/change")
    fields = {"csrf_token": publisher.token(), "file": (io.BytesIO(b"# New\n"), "n.md")}

    with no_room():
        response = publisher.client.post(path, data=fields)

    assert response.status_code == 507
    assert "Nothing you sent was kept" in response.text


def test_the_error_page_names_the_folder_that_is_full(
    publisher: Browser, content: Workspace
) -> None:
    """A change that can't be written changes nothing."""
    path, data = asked(publisher, "delete")
    before = sorted(content.documents.rglob("*"))

    with no_room():
        response = publisher.client.post(path, data=data)

    assert response.status_code == 503
    assert "Nothing was changed" in response.text
    assert "/.changing/" in response.text
    assert sorted(content.documents.rglob("*")) == before


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_sign_in_answers_503_when_the_database_is_full(
    app: Flask, database: StaffDatabase, locale: str
) -> None:
    """The page does not speak of the search index."""
    an_account(database)
    browser = Browser(app)
    fields = {"email": "lea@example.org", "password": "x" * 20}
    fields["csrf_token"] = browser.token()

    with no_room():
        response = browser.client.post(f"/{locale}/staff/sign-in", data=fields)

    assert response.status_code == 503
    message = {"fr": "Les comptes et le journal", "en": "Accounts and the log"}[locale]
    assert message in response.text


def test_a_failed_audit_entry_does_not_fail_the_action(
    services: Services,
    publisher: Browser,
    content: Workspace,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The action succeeds, and the server log has the entry."""
    path, data = asked(publisher, "delete")
    database = services.settings.database
    with sqlite3.connect(database) as connection:
        connection.execute("ALTER TABLE audit_log RENAME TO audit_log_elsewhere")
    connection.close()

    response = publisher.client.post(path, data=data)

    assert response.status_code == 303
    assert not (content.documents / LAMPS).exists()
    assert f"publisher@example.org record-deleted {LAMPS}" in caplog.text


def test_changes_work_again_once_the_disk_has_room(
    publisher: Browser, content: Workspace
) -> None:
    """A failed write leaves no lock and no half-written file behind."""
    path, data = asked(publisher, "delete")
    with no_room():
        publisher.client.post(path, data=data)

    response = publisher.client.post(path, data=data)

    assert response.status_code == 303
    assert not (content.documents / LAMPS).exists()
    assert not (content.documents / ".changing").exists()


@pytest.mark.parametrize(
    ("locale", "message"),
    [
        ("fr", "La recherche suivra plus tard"),
        ("en", "Search results will update later"),
    ],
)
def test_withdrawal_with_a_read_only_index_warns_that_the_search_is_outdated(
    publisher: Browser, content: Workspace, locale: str, message: str
) -> None:
    """The old index still answers; the page of the record is gone."""
    path, data = asked(publisher, "withdraw", locale)
    index = content.locations.index
    index.rename(index.with_name("elsewhere"))
    index.write_text("no folder", "utf-8")

    response = publisher.client.post(path, data=data)

    assert response.status_code == 303
    assert message in publisher.get(response.headers["Location"]).text
    assert not (content.documents / LAMPS).exists()
    assert publisher.get(f"/en/{LAMPS}").status_code == 404
