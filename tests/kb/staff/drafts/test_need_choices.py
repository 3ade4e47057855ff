"""Tests of the needs that the form of a draft proposes."""

import pytest

from indexer.model.ids import RecordId
from kb.publishing.changes.repository import open_repository
from kb.publishing.drafts.draft_links import NeedAnswers
from kb.services import Services
from tests.support.forms import form_fields
from tests.support.staff import Browser, actions

CHANGES_CONTENT = True

LAMPS, EVENT = "practices/newtown-lamps", "events/w9"
DRAFTS = "/en/staff/drafts"


@pytest.fixture
def editor(editor: Browser) -> Browser:
    """Return a browser of an editor with the drafts of a practice and of an event."""
    for each in (LAMPS, EVENT):
        editor.post(f"/en/staff/records/{each}/change")
    return editor


def press(browser: Browser, act: str, **fields: str) -> str:
    """Press a button of the form of the practice; return the page that follows."""
    form = form_fields(browser.get(f"{DRAFTS}/{LAMPS}").text)
    data = {**form, **fields, "act": act}
    answer = browser.client.post(
        f"{DRAFTS}/{LAMPS}", data=data, headers={"Accept": "text/html"}
    )
    assert answer.status_code == 303
    return browser.get(answer.headers["Location"].partition("#")[0]).text


def needs_of_lamps(services: Services) -> list[str]:
    """Return the needs that list the practice."""
    answers = NeedAnswers(open_repository(services.settings.locations))
    record = RecordId.parse(LAMPS)
    assert record is not None
    return list(map(str, answers.needs_of(record, services.content.read())))


def test_a_proposed_need_is_taken_by_one_press(
    editor: Browser, services: Services
) -> None:
    """The form is saved first; the need lists the practice in its draft."""
    out = press(editor, "no-need:n01")
    assert needs_of_lamps(services) == []
    assert 'value="need:n01"' in out
    assert "Proposed" in out

    page = press(editor, "need:n01", **{"en-title": "Lamps of another title"})

    assert needs_of_lamps(services) == ["needs/n01"]
    assert 'value="no-need:n01"' in page
    assert "Lamps of another title" in page
    logged = [each[1:] for each in actions(services.database)]
    assert ("answer-added", LAMPS) in logged
    assert ("answer-removed", LAMPS) in logged


def test_a_need_is_chosen_among_all(editor: Browser, services: Services) -> None:
    """A wrong name or none changes nothing, and the page says why."""
    press(editor, "no-need:n01")

    assert "Choose a need first." in press(editor, "need:chosen")
    press(editor, "need:chosen", **{"chosen-need": "no-such-need"})
    assert needs_of_lamps(services) == []
    press(editor, "need:chosen", **{"chosen-need": "n01"})
    assert needs_of_lamps(services) == ["needs/n01"]


def test_an_event_answers_no_need(editor: Browser) -> None:
    """Only practices and recommendations do."""
    assert "Needs that it answers" not in editor.get(f"{DRAFTS}/{EVENT}").text
