"""Tests of states, comments and lists of drafts in the browser."""

from html import unescape

import pytest

from indexer.model.ids import RecordId
from kb.publishing.changes.repository import open_repository
from kb.publishing.drafts.draft import DraftNotes, DraftState
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.services import Services
from tests.support.forms import form_fields
from tests.support.staff import Browser

CHANGES_CONTENT = True

LAMPS, EVENT = "practices/newtown-lamps", "events/w9"
DRAFTS = "/en/staff/drafts"
LIST = "/en/staff/records?state=draft"


def begin(browser: Browser, *records: str) -> None:
    """Begin a change of each record."""
    for record in records:
        browser.post(f"/en/staff/records/{record}/change")


def notes(services: Services, record: str) -> DraftNotes:
    """Return the metadata of a draft."""
    parsed = RecordId.parse(record)
    assert parsed is not None
    repository = open_repository(services.settings.locations)
    return DraftEditor(repository).load(parsed).notes


def test_a_publisher_begins_with_what_an_editor_marked_ready(
    editor: Browser, publisher: Browser, services: Services
) -> None:
    """The button saves the text of the form first."""
    begin(editor, LAMPS)
    fields = form_fields(editor.get(f"{DRAFTS}/{LAMPS}").text)
    fields["en-title"] = ["Lamps that wait for review"]

    editor.client.post(f"{DRAFTS}/{LAMPS}", data={**fields, "act": "ready"})

    assert notes(services, LAMPS).state is DraftState.READY
    page = publisher.get("/en/staff/").text
    assert page.index("Drafts to review") < page.index("Drafts in progress")
    assert "Lamps that wait for review" in page


def test_a_draft_sent_back_is_shown_to_who_wrote_it(
    editor: Browser, publisher: Browser, services: Services
) -> None:
    """The comment is plain text, shown as it was typed."""
    begin(editor, LAMPS)

    publisher.post(
        f"{DRAFTS}/{LAMPS}/state",
        state="changes-wanted",
        comment="<b>Which</b> year?",
    )

    assert notes(services, LAMPS).state is DraftState.CHANGES_WANTED
    assert "Drafts sent back to you" in editor.get("/en/staff/").text
    for page in (editor.get(LIST), editor.get(f"{DRAFTS}/{LAMPS}")):
        assert "<b>Which</b>" not in page.text
        assert "<b>Which</b> year?" in unescape(page.text)


def test_a_draft_is_assigned_to_open_accounts_only(
    editor: Browser, services: Services
) -> None:
    """Any other name answers 400, and an empty one assigns the draft to nobody."""
    begin(editor, LAMPS)
    path = f"{DRAFTS}/{LAMPS}/person"

    assert editor.post(path, person="who@example.org").status_code == 400
    editor.post(path, person="editor@example.org")
    assert notes(services, LAMPS).assigned_to == "editor@example.org"
    assert "Drafts assigned to you" in editor.get("/en/staff/").text
    editor.post(path, person="")
    assert notes(services, LAMPS).assigned_to == ""


@pytest.mark.parametrize(
    ("query", "is_shown"),
    [
        ("q=lamp", True),
        ("q=zebra", False),
        ("kind=practice", True),
        ("kind=event", False),
        ("state=ready", False),
        ("person=editor@example.org", True),
        ("person=nobody", False),
        ("theme=no-theme", False),
        ("sort=title&kind=%00&state=x", True),
    ],
)
def test_the_list_of_drafts_is_filtered(
    query: str,
    is_shown: bool,  # noqa: FBT001  # a parameter of the cases
    editor: Browser,
) -> None:
    """Wrong values are ignored, and the number of each state is shown."""
    begin(editor, LAMPS)

    page = editor.get(f"/en/staff/records?{query}").text

    assert (f'href="{DRAFTS}/{LAMPS}"' in page) is is_shown


def test_ticked_drafts_change_together(editor: Browser, services: Services) -> None:
    """State and theme of several drafts are set by one press; the filter stays."""
    begin(editor, LAMPS, EVENT)
    form = {"csrf_token": editor.token(LIST), "d": [LAMPS, EVENT, "no/such"]}
    path = f"{DRAFTS}/chosen?sort=title"

    answer = editor.client.post(path, data={**form, "act": "ready"})

    assert answer.headers["Location"] == "/en/staff/records?state=draft&sort=title"
    assert "2 drafts are changed." in editor.get(LIST).text
    states = [notes(services, each).state for each in (LAMPS, EVENT)]
    assert states == [DraftState.READY, DraftState.READY]
    wrong = {**form, "act": "facts", "theme": "no-such-theme"}
    assert editor.client.post(path, data=wrong).status_code == 400


def test_ticked_drafts_are_published_together(
    publisher: Browser, editor: Browser
) -> None:
    """The page before says what will be published; an editor can't open it."""
    begin(publisher, LAMPS, EVENT)
    path = f"{DRAFTS}/publish?d={LAMPS}&d={EVENT}"
    page = publisher.get(path)
    fields = form_fields(page.text, form='form[action$="drafts/publish"]')

    answer = publisher.client.post(f"{DRAFTS}/publish", data=fields)

    assert answer.status_code == 303
    assert "2 records are published." in publisher.get(LIST).text
    assert editor.get(path).status_code == 403
