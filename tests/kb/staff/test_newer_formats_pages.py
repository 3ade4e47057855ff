"""Staff pages over an instance that a later version made: a clear refusal."""

import sqlite3
from contextlib import closing

import pytest
from flask import Flask

from kb.publishing.changes.repository import open_repository
from kb.services import Services
from tests.support.staff import PASSWORD, Browser

CHANGES_CONTENT = True

EVENT = "events/w9"
SAID = {"en": "A later version of this program", "fr": "Une version plus récente"}


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_a_newer_staff_database(app: Flask, services: Services, locale: str) -> None:
    """Nobody signs in; visitors are served."""
    with closing(sqlite3.connect(services.settings.database)) as database, database:
        database.execute("PRAGMA user_version = 99")

    sign_in = f"/{locale}/staff/sign-in"
    page = Browser(app).post(sign_in, email="lea@example.org", password=PASSWORD)

    assert page.status_code == 503
    assert SAID[locale] in page.text
    assert app.test_client().get(f"/{locale}/{EVENT}").status_code == 200


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_a_newer_history(
    publisher: Browser, app: Flask, services: Services, locale: str
) -> None:
    """Pages of the history and publications are refused; visitors are served."""
    history = open_repository(services.settings.locations).history
    history.store_texts({"fr.md": "Bonjour"})
    with closing(sqlite3.connect(history.path)) as database:
        database.execute("PRAGMA user_version = 2")

    page = publisher.get(f"/{locale}/staff/history")
    refused = publisher.press("withdraw", EVENT, locale=locale)

    for each in (page, refused):
        assert each.status_code == 503
        assert SAID[locale].lower() in each.text.lower()
    client = app.test_client()
    assert client.get(f"/{locale}/{EVENT}").status_code == 200
    assert client.get(f"/{locale}/events/unknown").status_code == 404


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_a_newer_draft(editor: Browser, services: Services, locale: str) -> None:
    """A page of the draft says which file is newer."""
    editor.post(f"/en/staff/records/{EVENT}/change")
    drafts = open_repository(services.settings.locations).draft_folders
    (notes,) = drafts.folder.rglob(".draft.json")
    notes.write_text('{"format": 2}', "utf-8")

    page = editor.get(f"/{locale}/staff/drafts/{EVENT}")

    assert page.status_code == 503
    assert SAID[locale].lower() in page.text.lower()
    assert ".draft.json" in page.text
    assert notes.read_text("utf-8") == '{"format": 2}'
