"""Adding in the browser: what is sent, what is shown, and who may see it."""

from __future__ import annotations

import io
import re
import shutil
import stat
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from indexer.model.ids import Kind, RecordId
from kb.database.model import Role
from kb.database.staff_database import StaffDatabase
from kb.publishing.changes.repository import open_repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.imports import inbox as uploads
from kb.publishing.imports.inbox import Inbox
from kb.publishing.imports.task_runner import run_pending_tasks
from kb.services import Services
from kb.staff.imports import upload_request as receiving
from tests.support.forms import form_fields
from tests.support.reports import (
    COVER,
    FINDINGS,
    RECOMMENDATIONS,
    a_pdf,
    a_report,
)
from tests.support.staff import Browser, HandClock, actions

SendFiles = Callable[..., TestResponse]
HOSTILE = '<script>alert("1")</script>\u202e.pdf'
REPORT = ("D9.9 report.pdf", a_report())


class Readings:
    """Counts how often a reading was started, and reads when told to."""

    def __init__(self, services: Services, clock: HandClock) -> None:
        self.started = 0
        self._locations = services.settings.locations
        self._clock = clock

    def start(self) -> None:
        """Count, in place of starting a process."""
        self.started += 1

    def restart_if_needed(self) -> None:
        """Start nothing."""

    def read(self) -> None:
        """Read what waits, here."""
        run_pending_tasks(self._locations, clock=self._clock)


@pytest.fixture
def readings(app: Flask, services: Services, clock: HandClock) -> Readings:
    """Put ourselves in the place of the process that reads."""
    made = Readings(services, clock)
    app.extensions["kb-reading"] = made
    return made


@pytest.fixture
def editor(signed_in: Callable[[Role], Browser], readings: Readings) -> Browser:
    """Give the browser of an editor."""
    assert readings.started == 0
    return signed_in(Role.EDITOR)


def send(
    browser: Browser, *files: tuple[str, bytes], locale: str = "en"
) -> TestResponse:
    """Send files by the form."""
    sent = [(io.BytesIO(content), name) for name, content in files]
    data = {"csrf_token": browser.token(), "files": sent}
    return browser.client.post(
        f"/{locale}/staff/add", data=data, content_type="multipart/form-data"
    )


def read_report(browser: Browser, readings: Readings) -> tuple[str, str]:
    """Send a report and read it; give the addresses of its task and findings."""
    task = send(browser, REPORT).headers["Location"]
    readings.read()
    found = re.search(r'href="([^"]+/findings/[^"]+)"', browser.get(task).text)
    assert found is not None
    return task, found[1]


def test_files_lead_to_a_task_that_goes_on_by_itself(
    editor: Browser, readings: Readings, state: StaffDatabase
) -> None:
    """It says what is done and what waits, and asks again without script."""
    answer = send(editor, REPORT, ("empty.pdf", b""))

    assert answer.status_code == 303
    assert readings.started == 1
    waiting = editor.get(answer.headers["Location"])
    assert "Waiting" in waiting.text
    assert '<meta http-equiv="refresh"' in waiting.text

    readings.read()
    done = editor.get(answer.headers["Location"])
    assert "http-equiv" not in done.text
    assert "1 read, 1 refused" in done.text
    assert "It is empty: send it again, or ask for another." in done.text
    who, action, _ = actions(state)[-1]
    assert (who, action) == ("editor@example.org", "files-sent")


def test_a_reason_is_given_in_the_language_of_the_reader(
    editor: Browser, readings: Readings
) -> None:
    """The same task, in the other language."""
    task = send(editor, ("empty.pdf", b"")).headers["Location"]
    readings.read()

    text = editor.get(task.replace("/en/", "/fr/")).text

    assert "Il est vide" in text
    assert "1 refusé" in text


def test_what_was_sent_last_is_first_on_the_desk(
    editor: Browser, readings: Readings, clock: HandClock
) -> None:
    """With who sent it and when: it is what they will go on with."""
    begun = editor.post("/en/staff/add/blank", kind="need", title="An older draft")
    clock.advance(minutes=5)

    send(editor, REPORT)
    readings.read()

    desk = editor.get("/en/staff/").text
    drafts = re.findall(r'href="(/en/staff/drafts/[^"]+/[^"]+)"', desk)
    assert drafts[0].startswith("/en/staff/drafts/deliverables/")
    assert drafts[1] == begun.location
    assert "by editor@example.org" in desk


def test_a_task_is_there_in_another_browser_and_after_a_sign_in(
    editor: Browser, readings: Readings, signed_in: Callable[[Role], Browser]
) -> None:
    """The session may end meanwhile: the address leads back."""
    task = send(editor, REPORT).headers["Location"]
    editor.post("/en/staff/sign-out")

    asked = editor.get(task)

    assert asked.status_code == 302
    assert "next=" in asked.headers["Location"]
    readings.read()
    assert "1 read" in signed_in(Role.PUBLISHER).get(task).text


def test_a_hostile_name_is_only_shown(
    editor: Browser, readings: Readings, services: Services
) -> None:
    """It is no path and no markup."""
    task = send(editor, (HOSTILE, a_report())).headers["Location"]

    text = editor.get(task).text

    folder = services.settings.locations.instance / "uploads" / task.rpartition("/")[2]
    kept = folder / "1"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "<script>alert" not in text
    assert readings.started == 1
    left = [each.name for each in folder.parent.iterdir() if each.name[0] == "."]
    assert not [each for each in left if each.startswith(uploads.ARRIVING)]


def test_a_pasted_page_is_a_file(
    editor: Browser, readings: Readings, services: Services
) -> None:
    """It is named by its title, and read as any other."""
    words = (
        "The lamplighters of Newtown walk every evening and count the lanterns. " * 9
    )
    html = f"<html><title>Night walks</title><body><h1>Night</h1><p>{words}</p></body>"

    task = editor.post("/en/staff/add", html=html).headers["Location"]
    readings.read()

    text = editor.get(task).text
    drafts = DraftEditor(open_repository(services.settings.locations)).all()
    assert "Night walks.html" in text
    assert [each.files for each in drafts] == [("Night walks.html",)]


def test_nothing_sent_is_told(editor: Browser, readings: Readings) -> None:
    """An empty form is no task."""
    answer = editor.post("/en/staff/add")

    assert answer.status_code == 422
    assert "Choose at least one file" in answer.text
    assert readings.started == 0


def test_too_much_at_once_gets_a_page_that_says_so(
    editor: Browser, readings: Readings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not a connection that breaks off."""
    monkeypatch.setattr(receiving, "MAX_REQUEST_BYTES", 1000)

    answer = send(editor, REPORT)

    assert answer.status_code == 413
    assert "This is too much at once" in answer.text
    assert "None of it was kept" in answer.text
    assert readings.started == 0


def test_too_much_without_a_length_is_cut_and_told(
    editor: Browser, readings: Readings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser need not say how much it sends."""
    monkeypatch.setattr(receiving, "MAX_PASTED_BYTES", 1000)

    answer = editor.post("/en/staff/add", html="x" * 2000)

    assert answer.status_code == 413
    assert "This is too much at once" in answer.text
    assert readings.started == 0


def test_who_is_not_signed_in_sends_nothing(app: Flask, services: Services) -> None:
    """What they send is not even kept for a moment."""
    answer = send(Browser(app), ("large.pdf", b"x" * 200_000))

    assert answer.status_code == 401
    assert "The files were not received" in answer.text
    assert not (services.settings.locations.instance / "uploads").exists()


@pytest.mark.parametrize("path", ["add", "add/blank", "tasks/0/again", "findings/0/1"])
def test_nothing_comes_in_from_a_form_of_another_site(
    editor: Browser, readings: Readings, services: Services, path: str
) -> None:
    """Files neither."""
    data = {"csrf_token": "wrong", "files": [(io.BytesIO(b"%PDF"), "a.pdf")]}

    answer = editor.client.post(
        f"/en/staff/{path}", data=data, content_type="multipart/form-data"
    )

    assert answer.status_code == 400
    assert readings.started == 0
    assert Inbox(services.settings.locations.instance).all() == ()


def test_a_full_disk_is_told(
    editor: Browser, readings: Readings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is half kept."""

    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kb.publishing.imports.inbox.os.link", full)
    monkeypatch.setattr("kb.publishing.imports.inbox.shutil.copyfile", full)

    answer = send(editor, REPORT)

    assert answer.status_code == 507
    assert "No space left on device" in answer.text
    assert readings.started == 0
    assert "Nothing yet." in editor.get("/en/staff/add").text


def test_a_blank_form_begins_a_draft(
    editor: Browser, services: Services, state: StaffDatabase
) -> None:
    """Of any kind, with the title that was typed and an address made of it."""
    answer = editor.post("/fr/staff/add/blank", kind="event", title="Marche à Vélo")

    draft = DraftEditor(open_repository(services.settings.locations)).load(
        RecordId(Kind.EVENT, "marche-a-velo")
    )
    assert answer.status_code == 303
    assert "Marche à Vélo" in draft.texts["fr.md"]
    assert actions(state)[-1][1:] == ("draft-begun", "events/marche-a-velo")


@pytest.mark.parametrize(
    "fields", [{"kind": "nope", "title": "x"}, {"kind": "event", "title": " "}]
)
def test_a_blank_form_asks_for_kind_and_title(
    editor: Browser, fields: dict[str, str]
) -> None:
    """What was typed stays."""
    answer = editor.post("/en/staff/add/blank", **fields)

    assert answer.status_code == 422
    assert "Choose a kind" in answer.text


def test_what_was_read_stands_beside_its_page(
    editor: Browser, readings: Readings
) -> None:
    """The card, the facts with where they were found, the quotations with a link."""
    _task, found = read_report(editor, readings)

    text = editor.get(found).text

    assert "3, all read" in text
    assert "Night walks report" in text
    assert "Page 1: “" in text
    assert "count the broken lanterns every month" in text
    assert "/drafts/deliverables/d9.9/files/D9.9%20report.pdf?page=3#page=3" in text
    assert "2 to decide, 0 kept, 0 set aside" in text


def decide(browser: Browser, found: str, choice: str, **fields: str) -> TestResponse:
    """Decide on the first proposal of a page."""
    place = re.search(rf'action="({found}/[0-9a-f]+)"', browser.get(found).text)
    assert place is not None
    return browser.post(place[1], choice=choice, **fields)


def test_keep_undo_and_set_aside(
    editor: Browser, readings: Readings, state: StaffDatabase, services: Services
) -> None:
    """Each gesture is told in the page and in the log, and can be taken back."""
    _task, found = read_report(editor, readings)

    kept = decide(editor, found, "keep", title="Count", audiences="local")
    assert kept.status_code == 303
    assert "#p-" in kept.headers["Location"]
    assert "1 to decide, 1 kept, 0 set aside" in editor.get(found).text
    drafts = DraftEditor(open_repository(services.settings.locations))
    draft = drafts.load(RecordId(Kind.RECOMMENDATION, "d9.9-r1"))
    assert "quotations:" in draft.texts["record.yaml"]

    decide(editor, found, "undo")
    assert "2 to decide" in editor.get(found).text

    decide(editor, found, "aside")
    assert "1 to decide, 0 kept, 1 set aside" in editor.get(found).text
    assert [action for _, action, _ in actions(state)][-3:] == [
        "proposal-kept",
        "decision-undone",
        "proposal-set-aside",
    ]


def test_a_proposal_without_a_title_is_asked_again(
    editor: Browser, readings: Readings
) -> None:
    """Beside the field."""
    _task, found = read_report(editor, readings)

    answer = decide(editor, found, "keep", title=" ")

    assert answer.status_code == 409
    assert "Write a title first." in answer.text


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("", {"choice": "keep"}, 405),
        ("/0000000000000000", {"choice": "keep"}, 404),
        ("/..", {"choice": "keep"}, 404),
    ],
)
def test_what_is_not_there_can_not_be_decided_on(
    editor: Browser,
    readings: Readings,
    path: str,
    fields: dict[str, str],
    status: int,
) -> None:
    """Addresses are typed by anybody."""
    _task, found = read_report(editor, readings)

    assert editor.post(f"{found}{path}", **fields).status_code == status


def test_drafts_are_listed_with_what_each_lacks(
    editor: Browser, readings: Readings
) -> None:
    """And what is yet to be decided."""
    read_report(editor, readings)

    text = editor.get("/en/staff/drafts").text

    assert "Night walks report" in text
    assert "Still to be written:" in text
    assert "themes" in text
    assert "2 proposals to decide" in text
    assert "Without French" in text


def test_the_same_file_and_one_that_is_near_are_named(
    editor: Browser, readings: Readings
) -> None:
    """With a way to the other."""
    read_report(editor, readings)
    near = a_pdf(COVER, FINDINGS, RECOMMENDATIONS, ("One more page of its own.",))

    sent = send(editor, ("again.pdf", REPORT[1]), ("near.pdf", near))
    readings.read()

    text = editor.get(sent.headers["Location"]).text
    assert "Already present" in text
    assert "identical to d9.9" in text
    drafts = editor.get("/en/staff/drafts").text
    assert re.search(
        r"\d+% of its passages are in:\s+<[^>]+>Night walks report", drafts
    )


def test_the_original_of_a_draft_is_for_staff_only(
    editor: Browser, readings: Readings, app: Flask
) -> None:
    """No cache keeps it, no visitor gets it, and it does nothing in the browser."""
    read_report(editor, readings)
    path = "/en/staff/drafts/deliverables/d9.9/files/D9.9%20report.pdf"

    answer = editor.get(path)

    assert answer.data.startswith(b"%PDF")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    answer.close()
    assert Browser(app).get(path).status_code == 302


def test_a_page_of_an_original_is_shown_where_it_is_asked_for(
    editor: Browser, readings: Readings
) -> None:
    """By the browser, in which it does nothing."""
    read_report(editor, readings)
    path = "/en/staff/drafts/deliverables/d9.9/files/D9.9%20report.pdf"

    answer = editor.get(f"{path}?page=3")

    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    answer.close()


def test_the_text_of_a_draft_is_for_staff_only(
    editor: Browser, readings: Readings, app: Flask
) -> None:
    """With its pages, each leading to the original."""
    _task, found = read_report(editor, readings)

    answer = editor.get(f"{found}/text")

    assert "The lamplighters of Newtown" in answer.text
    assert 'id="page-3"' in answer.text
    assert "D9.9%20report.pdf?page=3#page=3" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert Browser(app).get(f"{found}/text").status_code == 302


def complete(browser: Browser, path: str) -> None:
    """Fill in what the draft of the report lacks, in both languages."""
    fields = form_fields(browser.get(path).text)
    fields |= {
        "fr-title": ["Un rapport"],
        "fr-summary": ["Un résumé."],
        "en-summary": ["A summary."],
        "f-type": ["report"],
        "f-themes": ["streets"],
        "f-date": ["octobre 2018"],
        "f-themes-is-there": ["1"],
    }
    assert browser.client.post(path, data=fields).status_code == 303


def test_a_preview_leads_to_the_files_of_the_draft(
    editor: Browser, readings: Readings
) -> None:
    """Visitors can't open them yet: staff open them where they are."""
    read_report(editor, readings)
    path = "/en/staff/drafts/deliverables/d9.9"
    complete(editor, path)

    page = editor.get(f"{path}/preview").text

    for leading in (
        f"{path}/files/D9.9%20report.pdf",
        f"{path}/text/D9.9%20report.pdf",
    ):
        assert f'href="{leading}"' in page
        answer = editor.get(leading)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        answer.close()
    assert "2018-10" in editor.get(path).text


def test_a_file_that_is_not_for_the_public_is_published_on_purpose_only(
    signed_in: Callable[[Role], Browser], readings: Readings, app: Flask
) -> None:
    """It is told in the form and before publishing, and must be ticked."""
    publisher = signed_in(Role.PUBLISHER)
    send(
        publisher,
        (
            "D9.9 report.pdf",
            a_pdf((*COVER, "Dissemination level: Confidential"), FINDINGS),
        ),
    )
    readings.read()
    path = "/en/staff/drafts/deliverables/d9.9"
    complete(publisher, path)

    refused = publisher.post(f"{path}/publish")

    assert "says that it is not for the public" in publisher.get(path).text
    assert "says that it is not for the public" in refused.text
    assert refused.status_code == 422
    assert 'name="open"' in publisher.get(f"{path}/publish").text
    assert Browser(app).get("/en/deliverables/d9.9").status_code == 404


def test_a_text_is_read_again_when_what_was_read_is_gone(
    editor: Browser, readings: Readings, services: Services
) -> None:
    """As after a version that reads better."""
    _task, found = read_report(editor, readings)
    shutil.rmtree(services.settings.locations.readings)

    assert "The lamplighters of Newtown" in editor.get(f"{found}/text").text


@pytest.mark.parametrize(
    "name",
    ["nope.pdf", "..", "../record.yaml", "%2e%2e%2frecord.yaml", ".draft.json", "a/b"],
)
def test_no_name_of_an_original_leads_elsewhere(
    editor: Browser, readings: Readings, name: str
) -> None:
    """What is asked for is looked up among those that are there."""
    read_report(editor, readings)

    answer = editor.get(f"/en/staff/drafts/deliverables/d9.9/files/{name}")

    assert answer.status_code == 404


def test_visitors_find_nothing_of_a_draft(
    editor: Browser, readings: Readings, app: Flask
) -> None:
    """Neither its page, its file, its text, nor a word of it."""
    _task, found = read_report(editor, readings)
    decide(editor, found, "keep", title="Lamplighters", audiences="local")
    visitor = Browser(app)

    for path in (
        "/en/deliverables/d9.9",
        "/en/deliverables/d9.9/files/D9.9%20report.pdf",
        "/en/deliverables/d9.9/files/D9.9%20report.pdf/text",
        "/en/recommendations/d9.9-r1",
        "/api/v1/records/deliverable/d9.9",
    ):
        assert visitor.get(path).status_code == 404, path
    for path in (
        "/en/search?q=lamplighters",
        "/en/deliverables/",
        "/en/feed.atom?q=lamplighters",
        "/api/v1/search?q=lamplighters",
        "/api/v1/suggest?q=lamp&locale=en",
        "/sitemap.xml",
    ):
        text = visitor.get(path).text.replace("lamplighters", "")
        assert "d9.9" not in text, path
        assert "Lamplighters" not in text, path
        assert "Night walks" not in text, path
