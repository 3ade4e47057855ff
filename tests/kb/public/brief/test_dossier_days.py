"""A shared dossier stays as it was on its day, and says what changed since."""

import datetime as dt

import pytest
from flask.testing import FlaskClient

from indexer.model.ids import Locale, RecordId
from kb.app import create_app
from kb.core.settings import Settings
from kb.publishing.changes.external_edits import ExternalEditDetector
from kb.publishing.changes.repository import Repository, open_repository
from kb.publishing.published.trash import Trash
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.pages import page_of, required

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
