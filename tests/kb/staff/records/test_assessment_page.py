"""Tests of signing an assessment in the browser, and of what visitors then see."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.assessments import CRITERIA
from indexer.model.ids import Kind, RecordId
from kb.database.staff_database import StaffDatabase
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.forms import form_fields
from tests.support.staff import Browser, actions

CHANGES_CONTENT = True

LAMPS = RecordId(Kind.PRACTICE, "newtown-lamps")
ADVICE = RecordId(Kind.RECOMMENDATION, "rec-01")


def api_body(client: FlaskClient, path: str) -> Any:
    """Return the JSON of an address of the API."""
    return client.get(f"/api/v1/{path}").get_json()


def page_of(record: RecordId, locale: str = "en") -> str:
    """Return the address of the form of an assessment."""
    return f"/{locale}/staff/records/{record}/assessment"


def answers_for(browser: Browser, record: RecordId) -> dict[str, str]:
    """Return a whole form: the last answer to each criterion."""
    page = form_fields(browser.get(page_of(record)).text, form="form.form")
    fields = {
        "version": page["version"][0],
        "assessor_fr": "chargée de prévention",
        "assessor_en": "prevention <officer>",
    }
    for criterion, answers in CRITERIA[record.kind].items():
        fields |= {
            f"answer-{criterion}": answers[-1],
            f"fr-{criterion}": "Rien n’est connu.",
            f"en-{criterion}": "Nothing\r\nis known.",
        }
    return fields


@pytest.mark.parametrize("record", [LAMPS, ADVICE])
def test_a_publisher_signs_an_assessment_that_visitors_see(
    publisher: Browser, app: Flask, database: StaffDatabase, record: RecordId
) -> None:
    """Answers, reasons, role and day; never the account."""
    response = publisher.post(page_of(record), **answers_for(publisher, record))

    assert response.status_code == 303
    public = app.test_client().get(f"/en/{record}").text
    shown = BeautifulSoup(public, "lxml").select_one("#assessment")
    assert shown is not None
    text = " ".join(shown.get_text(" ").split())
    assert text.count("Nothing is known.") == len(CRITERIA[record.kind])
    assert "prevention <officer>, on 2 November 2026" in text
    assert "publisher@" not in public
    assert "None yet" not in public
    assert ("record-assessed", str(record)) in {
        (action, subject) for _, action, subject in actions(database)
    }
    french = app.test_client().get(f"/fr/{record}").text
    assert "Rien n’est connu." in french
    assert "chargée de prévention, le 2 novembre 2026" in french


def test_an_unassessed_record_says_so_in_both_languages(client: FlaskClient) -> None:
    """Absence is told in words."""
    assert "None yet" in client.get(f"/en/{LAMPS}").text
    assert "Aucune à ce jour" in client.get(f"/fr/{LAMPS}").text
    assert "Signed assessment" not in client.get("/en/events/w9").text


def test_an_incomplete_form_keeps_what_was_typed(publisher: Browser) -> None:
    """Each missing answer is named; nothing is signed."""
    fields = answers_for(publisher, LAMPS)
    del fields["answer-effect"]
    fields["fr-problem"], fields["en-problem"] = "", "x" * 601

    response = publisher.post(page_of(LAMPS), **fields)

    assert response.status_code == 422
    summary = BeautifulSoup(response.text, "lxml").select_one(".errors")
    assert summary is not None
    assert "3 things to correct" in summary.text
    assert "choose an answer" in summary.text
    assert "Reason 1, in French" in summary.text
    kept = form_fields(response.text, form="form.form")
    assert kept["assessor_fr"] == ["chargée de prévention"]
    assert kept["version"] == [fields["version"]]


def test_a_text_that_changed_meanwhile_must_be_read_again(
    publisher: Browser, content: Workspace
) -> None:
    """The answers are kept, and signing again then works."""
    fields = answers_for(publisher, LAMPS)
    content.replace(f"{LAMPS}/fr.md", "trois ruelles", "quatre ruelles")

    response = publisher.post(page_of(LAMPS), **fields)

    assert response.status_code == 409
    assert "read it again before you sign" in response.text
    again = form_fields(response.text, form="form.form")
    assert again["fr-effect"] == ["Rien n’est connu."]
    fields["version"] = again["version"][0]
    assert publisher.post(page_of(LAMPS), **fields).status_code == 303


def test_a_later_edit_is_told_to_visitors_staff_search_and_scripts(
    publisher: Browser, app: Flask, content: Workspace, services: Services
) -> None:
    """And the earlier answers are filled in when it is assessed again."""
    publisher.post(page_of(LAMPS), **answers_for(publisher, LAMPS))
    visitor = app.test_client()
    before = api_body(visitor, f"records/{LAMPS}")["assessment"]

    content.replace(f"{LAMPS}/fr.md", "trois ruelles", "quatre ruelles")
    services.content.update_index()

    after = api_body(visitor, f"records/{LAMPS}")["assessment"]
    assert (before["outdated"], after["outdated"]) == (False, True)
    assert after["criteria"][0] == {
        "criterion": "problem",
        "answer": "unknown",
        "reason": {"fr": "Rien n’est connu.", "en": "Nothing is known."},
    }
    assert "changed after it was assessed" in visitor.get(f"/en/{LAMPS}").text
    assert "modifiée depuis" in visitor.get(f"/fr/{LAMPS}").text
    found = api_body(visitor, "search?assessed=outdated")
    assert [each["id"] for each in found["hits"]] == [LAMPS.slug]
    form = publisher.get(page_of(LAMPS)).text
    assert "The earlier answers are filled in below." in form
    assert form.count("Rien n’est connu.") == 4


def test_the_facet_is_shown_once_a_record_is_assessed(
    publisher: Browser, client: FlaskClient
) -> None:
    """Before, its only value would filter nothing out."""
    before = client.get("/fr/search?q=").text
    publisher.post(page_of(LAMPS), **answers_for(publisher, LAMPS))

    after = client.get("/fr/search?q=").text

    assert "Évaluation signée" not in before
    assert "Évaluation signée" in after
    assert 'name="assessed"' in after


def test_a_publisher_withdraws_an_assessment(
    publisher: Browser, client: FlaskClient
) -> None:
    """A page asks first; the history keeps the assessment."""
    publisher.post(page_of(LAMPS), **answers_for(publisher, LAMPS))
    confirm = f"{page_of(LAMPS)}/withdraw"
    version = form_fields(publisher.get(confirm).text, form="form.acts")["version"][0]

    stale = publisher.post(confirm, version="stale")
    response = publisher.post(confirm, version=version)

    assert stale.headers["Location"].endswith("/withdraw")
    assert response.status_code == 303
    assert "None yet" in client.get(f"/en/{LAMPS}").text
    history = publisher.get(f"/fr/staff/history?record={LAMPS}").text
    assert "Évaluation signée" in history
    assert "Évaluation retirée" in history


def test_editors_are_not_offered_to_sign(editor: Browser, publisher: Browser) -> None:
    """The role is that of publishers."""
    overview, event = f"/en/staff/records/{LAMPS}", "/en/staff/records/events/w9"
    assert "Sign an assessment…" not in editor.get(overview).text
    assert "Sign an assessment…" in publisher.get(overview).text
    assert "Sign an assessment…" not in publisher.get(event).text


def test_a_draft_form_leaves_an_assessment_as_it_is(
    publisher: Browser, client: FlaskClient
) -> None:
    """An assessment has no control in the form of a draft."""
    publisher.post(page_of(LAMPS), **answers_for(publisher, LAMPS))
    publisher.post(f"/en/staff/records/{LAMPS}/change")
    fields = form_fields(publisher.get(f"/en/staff/drafts/{LAMPS}").text)
    assert not any("assess" in name for name in fields)

    sent = publisher.client.post(f"/en/staff/drafts/{LAMPS}", data=fields)
    version = form_fields(publisher.get(f"/en/staff/drafts/{LAMPS}").text)["version"][0]
    publisher.post(f"/en/staff/drafts/{LAMPS}/publish", version=version)

    assert sent.status_code in {200, 303}
    assessment = api_body(client, f"records/{LAMPS}")["assessment"]
    assert assessment["outdated"] is False
