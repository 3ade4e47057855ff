"""Tests of the versions of drafts in the browser: history, earlier texts, trash."""

import re

import pytest
from flask import Flask

from kb.database.model import Role
from kb.database.staff_database import StaffDatabase
from tests.kb.staff.drafts.test_drafts import FORM, LAMPS, begin, form_of, publish, send
from tests.support.forms import form_fields
from tests.support.staff import Browser, actions, an_account

CHANGES_CONTENT = True

HISTORY = f"/en/staff/history?record={LAMPS}"
NEW = "practices/night-patrols"
MAX = "max@example.org"
QUESTION = "form#bring-back"


def type_title(browser: Browser, title: str, record: str = LAMPS) -> None:
    """Save a title in the form of a draft, as the script does."""
    fields = form_of(browser, record) | {"en-title": [title]}
    assert send(browser, fields, record, accept="application/json").status_code == 200


def entries(browser: Browser, path: str = HISTORY) -> list[str]:
    """Return the texts of the entries of a history page, the newest first."""
    page = browser.get(path).text
    items = re.findall(r'<li class="card.*?</li>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", each).split()) for each in items]


def other_browser(app: Flask, database: StaffDatabase) -> Browser:
    """Return the browser of another editor."""
    an_account(database, MAX, Role.EDITOR)
    browser = Browser(app)
    assert browser.sign_in(MAX).status_code == 303
    return browser


def test_the_history_of_a_draft_lists_who_wrote_what(
    app: Flask, database: StaffDatabase, editor: Browser
) -> None:
    """One entry for each editing session, however often the script saved."""
    begin(editor)
    for title in ("One", "Two", "Three"):
        type_title(editor, title)
    type_title(other_browser(app, database), "Four")

    newest, older = entries(editor)[:2]

    assert "Draft edited" in newest
    assert MAX in newest
    assert "editor@example.org" in older
    number = re.search(r"/en/staff/history/(\d+)", editor.get(HISTORY).text)
    assert number is not None
    assert "Three" in editor.get(number[0]).text


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_draft_that_was_never_published_has_a_history(
    editor: Browser, locale: str
) -> None:
    """Also before the first save; a record that does not exist has none."""
    editor.post("/en/staff/add/blank", kind="practice", title="Night patrols")

    page = editor.get(f"/{locale}/staff/history?record={NEW}")

    assert page.status_code == 200
    assert "Night patrols" in page.text
    assert "editor@example.org" in page.text
    missing = editor.get(f"/{locale}/staff/history?record=practices/none")
    assert missing.status_code == 404


def test_an_editor_brings_back_a_text_of_the_history(editor: Browser) -> None:
    """It is saved in the draft; nothing is published."""
    begin(editor)
    type_title(editor, "The better title")
    editor.get(HISTORY)
    type_title(editor, "The worse title")
    page = editor.get(HISTORY).text
    number = re.findall(r"/en/staff/history/(\d+)", page)[0]
    entry = editor.get(f"/en/staff/history/{number}").text
    path = f"/en/staff/history/{number}/bring-back-draft?side=before"
    assert path in entry

    moved = editor.get(path)
    assert moved.status_code == 301
    page = editor.get(moved.location).text
    fields = form_fields(page, form=QUESTION) | {"act": ["theirs:en-title"]}
    response = editor.client.post(f"{FORM}/earlier", data=fields)

    assert response.location == f"{FORM}#en-title"
    assert form_of(editor)["en-title"] == ["The better title"]
    assert "The worse title" not in editor.get(f"/en/{LAMPS}").text
    assert editor.get(path.replace("before", "else")).status_code == 400


def test_a_publication_names_publisher_and_writers(
    app: Flask, database: StaffDatabase, publisher: Browser, admin: Browser
) -> None:
    """In the history of the record, in that of all records, and in the log."""
    begin(publisher)
    type_title(other_browser(app, database), "By Max")
    assert publish(publisher).status_code == 303

    for path in (HISTORY, "/en/staff/history"):
        newest = entries(admin, path)[0]
        assert "Published" in newest
        assert "publisher@example.org" in newest
        assert f"Written by {MAX}" in newest
    assert f"Written by {MAX}" in admin.get("/en/staff/history/log").text
    assert f"Rédigé par {MAX}" in admin.get("/fr/staff/history/log").text


def test_a_discarded_draft_is_restored_by_an_editor(
    database: StaffDatabase, editor: Browser
) -> None:
    """It is marked as a draft among the records set aside."""
    begin(editor)
    type_title(editor, "Not lost")
    assert "90 days" in editor.get(f"/en/staff/drafts/delete?d={LAMPS}").text
    editor.press("discard", LAMPS)
    page = editor.get("/en/staff/records?state=trash").text
    assert "Not lost" in page
    assert '<span class="badge dash">Draft</span>' in page
    restore = re.search(r"/en/staff/put-aside/\w+/restore-draft", page)
    assert restore is not None

    response = editor.post(restore[0])

    assert response.location == FORM
    assert form_of(editor)["en-title"] == ["Not lost"]
    assert actions(database)[-1][1:] == ("draft-restored", LAMPS)
    assert "Not lost" not in editor.get("/en/staff/records?state=trash").text


def test_a_draft_that_cannot_be_restored_stays_set_aside(editor: Browser) -> None:
    """The record has another draft now; the page says so."""
    begin(editor)
    type_title(editor, "The old one")
    editor.press("discard", LAMPS)
    begin(editor)
    page = editor.get("/en/staff/records?state=trash").text
    restore = re.search(r"/en/staff/put-aside/\w+/restore-draft", page)
    assert restore is not None

    response = editor.post(restore[0])

    assert response.location == "/en/staff/records?state=trash"
    page = editor.get(response.location).text
    assert "has another draft now" in page
    assert "The old one" in page


def test_an_editor_cannot_restore_a_deleted_record_as_a_draft(
    app: Flask, publisher: Browser, editor: Browser
) -> None:
    """That would publish it again."""
    publisher.press("delete", LAMPS)
    page = publisher.get("/en/staff/records?state=trash").text
    match = re.search(r"/en/staff/put-aside/\w+/restore", page)
    assert match is not None

    assert editor.post(f"{match[0]}-draft").status_code == 404
    assert Browser(app).get(f"/en/{LAMPS}").status_code == 410
