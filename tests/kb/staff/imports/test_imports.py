"""Tests of uploads, import tasks and the review of extractions, in the browser."""

import io
import re
import shutil
import stat
from collections.abc import Callable, Sequence

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from indexer.model.ids import Kind, RecordId
from kb.database.staff_database import StaffDatabase
from kb.publishing.changes.repository import open_repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.imports import inbox
from kb.publishing.imports.inbox import Inbox
from kb.publishing.imports.worker_process import run_pending_tasks
from kb.services import Services
from kb.staff.imports import uploads as upload_request
from tests.support.forms import form_fields
from tests.support.reports import COVER, FINDINGS, RECOMMENDATIONS, a_pdf, a_report
from tests.support.staff import Browser, HandClock, actions

SendFiles = Callable[..., TestResponse]
DRAFT = "/en/staff/drafts/deliverables/d9.9"
HOSTILE = '<script>alert("1")</script>\u202e.pdf'
REPORT = ("D9.9 report.pdf", a_report())


class ManualWorker:
    """Stands in for the worker launcher: counts starts, and runs tasks on demand."""

    def __init__(self, services: Services, clock: HandClock) -> None:
        self.started = 0
        self._locations = services.settings.locations
        self._clock = clock

    def start(self) -> None:
        """Count the call; start no process."""
        self.started += 1

    def restart_if_needed(self) -> None:
        """Do nothing."""

    def read(self) -> None:
        """Run the waiting tasks in this process."""
        run_pending_tasks(self._locations, clock=self._clock)


@pytest.fixture
def worker(app: Flask, services: Services, clock: HandClock) -> ManualWorker:
    """Replace the worker launcher of the application."""
    worker = ManualWorker(services, clock)
    app.extensions["kb-reading"] = worker
    return worker


@pytest.fixture
def editor(editor: Browser, worker: ManualWorker) -> Browser:
    """Return the browser of an editor."""
    assert worker.started == 0
    return editor


def send(
    browser: Browser, *files: tuple[str, bytes], locale: str = "en"
) -> TestResponse:
    """Upload files with the form."""
    sent = [(io.BytesIO(content), name) for name, content in files]
    data = {"csrf_token": browser.token(), "files": sent}
    return browser.client.post(
        f"/{locale}/staff/add", data=data, content_type="multipart/form-data"
    )


def read_report(browser: Browser, worker: ManualWorker) -> tuple[str, str]:
    """Import a report; return the addresses of its task and of its review."""
    task = send(browser, REPORT).headers["Location"]
    worker.read()
    match = re.search(r'href="([^"]+/findings/[^"]+)"', browser.get(task).text)
    assert match is not None
    return task, match[1]


def test_an_upload_redirects_to_a_task_that_reloads_itself(
    editor: Browser, worker: ManualWorker, database: StaffDatabase
) -> None:
    """The page shows the progress without JavaScript."""
    response = send(editor, REPORT, ("empty.pdf", b""))

    assert response.status_code == 303
    assert worker.started == 1
    waiting = editor.get(response.headers["Location"])
    assert "Waiting" in waiting.text
    assert '<meta http-equiv="refresh"' in waiting.text

    worker.read()
    done = editor.get(response.headers["Location"])
    assert "http-equiv" not in done.text
    assert "1 read, 1 refused" in done.text
    assert "It is empty: send it again, or ask for another." in done.text
    actor, action, _ = actions(database)[-1]
    assert (actor, action) == ("editor@example.org", "files-sent")


def test_a_rejection_is_shown_in_the_language_of_the_page(
    editor: Browser, worker: ManualWorker
) -> None:
    """The same task is opened in the other language."""
    task = send(editor, ("empty.pdf", b"")).headers["Location"]
    worker.read()

    text = editor.get(task.replace("/en/", "/fr/")).text

    assert "Il est vide" in text
    assert "1 refusé" in text


def test_a_file_that_cannot_be_read_gets_a_record_without_its_text(
    editor: Browser, worker: ManualWorker
) -> None:
    """Its draft has the name of the file as title, and is begun once."""
    sent = send(editor, ("Night_walks 2025.pdf", b""), ("scan.pdf", a_pdf(())))
    task = sent.headers["Location"]
    worker.read()
    page = editor.get(task).text
    assert page.count("Make a record without its text") == 2

    drafts = [
        editor.post(f"{task}/files/{number}/record", page=task).headers["Location"]
        for number in (1, 2)
    ]

    pages = [editor.get(draft).text for draft in drafts]
    assert "Night walks 2025" in pages[0]
    assert "detach" not in pages[0]
    assert ">scan.pdf</a>" in pages[1]
    after = editor.get(task).text
    assert "Make a record without its text" not in after
    assert f'href="{drafts[0]}"' in after
    again = editor.post(f"{task}/files/1/record", page=task)
    assert again.status_code == 404


def test_the_newest_upload_comes_first(
    editor: Browser, worker: ManualWorker, clock: HandClock
) -> None:
    """The row names the sender and the time."""
    draft = editor.post("/en/staff/add/blank", kind="need", title="An older draft")
    clock.advance(minutes=5)

    send(editor, REPORT)
    worker.read()

    desk = editor.get("/en/staff/").text
    drafts = re.findall(r'href="(/en/staff/drafts/[^"]+/[^"]+)"', desk)
    assert drafts[0].startswith("/en/staff/drafts/deliverables/")
    assert drafts[1] == draft.location
    assert "by editor@example.org" in desk


def test_a_task_can_be_opened_in_another_browser_after_sign_in(
    editor: Browser, worker: ManualWorker, publisher: Browser
) -> None:
    """The address redirects to sign-in and back."""
    task = send(editor, REPORT).headers["Location"]
    editor.post("/en/staff/sign-out")

    response = editor.get(task)

    assert response.status_code == 302
    assert "next=" in response.headers["Location"]
    worker.read()
    assert "1 read" in publisher.get(task).text


def test_a_hostile_file_name_is_only_text(
    editor: Browser, worker: ManualWorker, services: Services
) -> None:
    """It is neither a path nor markup."""
    task = send(editor, (HOSTILE, a_report())).headers["Location"]

    text = editor.get(task).text

    folder = services.settings.locations.instance / "uploads" / task.rpartition("/")[2]
    path = folder / "1"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "<script>alert" not in text
    assert worker.started == 1
    left = [each.name for each in folder.parent.iterdir() if each.name[0] == "."]
    assert not [each for each in left if each.startswith(inbox.ARRIVING)]


def test_a_pasted_page_is_imported_as_a_file(
    editor: Browser, worker: ManualWorker, services: Services
) -> None:
    """The title of the page becomes its name."""
    words = (
        "The lamplighters of Newtown walk every evening and count the lanterns. " * 9
    )
    html = f"<html><title>Night walks</title><body><h1>Night</h1><p>{words}</p></body>"

    task = editor.post("/en/staff/add", html=html).headers["Location"]
    worker.read()

    text = editor.get(task).text
    drafts = DraftEditor(open_repository(services.settings.locations)).all()
    assert "Night walks.html" in text
    assert [each.files for each in drafts] == [("Night walks.html",)]


def test_an_empty_upload_is_rejected(editor: Browser, worker: ManualWorker) -> None:
    """No task is created."""
    response = editor.post("/en/staff/add")

    assert response.status_code == 422
    assert "Choose at least one file" in response.text
    assert worker.started == 0


def test_an_upload_beyond_the_limit_answers_413_with_a_page(
    editor: Browser, worker: ManualWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is not closed early."""
    monkeypatch.setattr(upload_request, "MAX_REQUEST_BYTES", 1000)

    response = send(editor, REPORT)

    assert response.status_code == 413
    assert "This is too much at once" in response.text
    assert "None of it was kept" in response.text
    assert worker.started == 0


def test_an_upload_without_content_length_is_limited_too(
    editor: Browser, worker: ManualWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser may send no Content-Length."""
    monkeypatch.setattr(upload_request, "MAX_PASTED_BYTES", 1000)

    response = editor.post("/en/staff/add", html="x" * 2000)

    assert response.status_code == 413
    assert "This is too much at once" in response.text
    assert worker.started == 0


def test_uploads_need_a_session(app: Flask, services: Services) -> None:
    """Without one, the files are discarded and never stored."""
    response = send(Browser(app), ("large.pdf", b"x" * 200_000))

    assert response.status_code == 401
    assert "The files were not received" in response.text
    assert not (services.settings.locations.instance / "uploads").exists()


@pytest.mark.parametrize("path", ["add", "add/blank", "tasks/0/again", "findings/0/1"])
def test_cross_site_uploads_are_rejected(
    editor: Browser, worker: ManualWorker, services: Services, path: str
) -> None:
    """No file is stored."""
    data = {"csrf_token": "wrong", "files": [(io.BytesIO(b"%PDF"), "a.pdf")]}

    response = editor.client.post(
        f"/en/staff/{path}", data=data, content_type="multipart/form-data"
    )

    assert response.status_code == 400
    assert worker.started == 0
    assert Inbox(services.settings.locations.instance).all() == ()


def test_an_upload_to_a_full_disk_answers_507(
    editor: Browser, worker: ManualWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No part of it is stored."""

    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kb.publishing.imports.inbox.os.link", full)
    monkeypatch.setattr("kb.publishing.imports.inbox.shutil.copyfile", full)

    response = send(editor, REPORT)

    assert response.status_code == 507
    assert "No space left on device" in response.text
    assert worker.started == 0
    assert "Nothing yet." in editor.get("/en/staff/add").text


def test_a_blank_draft_is_begun_with_kind_and_title(
    editor: Browser, services: Services, database: StaffDatabase
) -> None:
    """The slug is made of the title."""
    response = editor.post("/fr/staff/add/blank", kind="event", title="Marche à Vélo")

    draft = DraftEditor(open_repository(services.settings.locations)).load(
        RecordId(Kind.EVENT, "marche-a-velo")
    )
    assert response.status_code == 303
    assert "Marche à Vélo" in draft.texts["fr.md"]
    assert actions(database)[-1][1:] == ("draft-begun", "events/marche-a-velo")


@pytest.mark.parametrize(
    "fields", [{"kind": "nope", "title": "x"}, {"kind": "event", "title": " "}]
)
def test_a_blank_draft_requires_kind_and_title(
    editor: Browser, fields: dict[str, str]
) -> None:
    """The typed values stay in the form."""
    response = editor.post("/en/staff/add/blank", **fields)

    assert response.status_code == 422
    assert "Choose a kind" in response.text


def test_the_review_links_facts_and_proposals_to_their_pages(
    editor: Browser, worker: ManualWorker
) -> None:
    """The report card is shown too."""
    _task, review = read_report(editor, worker)

    text = editor.get(review).text

    assert "3, all read" in text
    assert "Night walks report" in text
    assert "Page 1: “" in text
    assert "count the broken lanterns every month" in text
    assert "/drafts/deliverables/d9.9/files/D9.9%20report.pdf?page=3#page=3" in text
    assert "2 to decide, 0 kept, 0 set aside" in text


def decide(browser: Browser, review: str, choice: str, **fields: str) -> TestResponse:
    """Submit a decision on the first proposal of a review."""
    place = re.search(rf'action="({review}/[0-9a-f]+)"', browser.get(review).text)
    assert place is not None
    return browser.post(place[1], choice=choice, **fields)


def test_a_proposal_is_kept_undone_and_set_aside(
    editor: Browser, worker: ManualWorker, database: StaffDatabase, services: Services
) -> None:
    """Each decision is in the page and in the audit log."""
    _task, review = read_report(editor, worker)

    response = decide(editor, review, "keep", title="Count", audiences="local")
    assert response.status_code == 303
    assert "#p-" in response.headers["Location"]
    assert "1 to decide, 1 kept, 0 set aside" in editor.get(review).text
    drafts = DraftEditor(open_repository(services.settings.locations))
    draft = drafts.load(RecordId(Kind.RECOMMENDATION, "d9.9-r1"))
    assert "quotations:" in draft.texts["record.yaml"]

    decide(editor, review, "undo")
    assert "2 to decide" in editor.get(review).text

    decide(editor, review, "aside")
    assert "1 to decide, 0 kept, 1 set aside" in editor.get(review).text
    assert [action for _, action, _ in actions(database)][-3:] == [
        "proposal-kept",
        "decision-undone",
        "proposal-set-aside",
    ]


def test_the_undecided_proposals_are_set_aside_together(
    editor: Browser, worker: ManualWorker
) -> None:
    """Those that were decided stay as they are, and each can be taken back."""
    _task, review = read_report(editor, worker)
    decide(editor, review, "keep", title="Count")

    editor.post(f"{review}/chosen")

    assert "0 to decide, 1 kept, 1 set aside" in editor.get(review).text
    decide(editor, review, "undo")
    assert "1 to decide" in editor.get(review).text


def pressed(
    browser: Browser, review: str, choice: str, field: str = "f-authors", **typed: str
) -> str:
    """Press a button beside a field in a review; return the page that follows."""
    page = browser.get(review).text
    act = f"review:{review.rpartition('/')[2]}:{choice}:{field}:found-authors"
    values = form_fields(page, form="form.draft") | {"act": [act]}
    values |= {name: [value] for name, value in typed.items()}
    answer = browser.client.post(DRAFT, data=values)
    assert answer.headers["Location"].endswith("#found-authors")
    return browser.get(answer.headers["Location"]).text


def test_a_field_found_in_a_file_is_kept_set_aside_and_taken_back(
    editor: Browser, worker: ManualWorker, services: Services
) -> None:
    """What is typed elsewhere is saved with it; a field taken back has its value."""
    _task, review = read_report(editor, worker)
    drafts = DraftEditor(open_repository(services.settings.locations))
    record = RecordId(Kind.DELIVERABLE, "d9.9")

    kept = pressed(editor, review, "keep", **{"en-title": "Walks at night"})
    assert 'badge full">Checked' in kept
    aside = pressed(editor, review, "aside")
    assert "Was set aside" in aside
    assert (
        "authors" not in drafts.load(record).texts["record.yaml"].split("inferred")[0]
    )
    back = pressed(editor, review, "undo")

    assert "Was set aside" not in back
    texts = drafts.load(record).texts
    assert "Walks at night" in texts["en.md"]
    assert 'authors: ["A. Martin", "B. Smith"]' in texts["record.yaml"]


def test_a_review_marks_the_place_of_each_value_on_the_picture_of_its_page(
    editor: Browser, worker: ManualWorker, app: Flask
) -> None:
    """The picture is private, and there is none of a page that does not exist."""
    _task, review = read_report(editor, worker)

    page = BeautifulSoup(editor.get(f"{review}?sheet=3").text, "lxml")
    picture = editor.get(f"{review}/pages/3")

    assert page.select_one("#on-found-title rect") is not None
    assert len(page.select("[id^=on-p-] rect")) == 2
    assert page.select_one("#found-title svg.crop image") is not None
    assert picture.mimetype == "image/webp"
    assert picture.data.startswith(b"RIFF")
    assert len(picture.data) < 50_000
    assert picture.headers["Cache-Control"] == "no-store"
    assert editor.get(f"{review}/pages/9").status_code == 404
    assert Browser(app).get(f"{review}/pages/3").status_code == 302


def test_a_file_without_pictures_shows_its_text_with_the_words_marked(
    editor: Browser, worker: ManualWorker
) -> None:
    """A page of the web has no pages to draw."""
    words = "<p>Volunteers walk every evening and count the lanterns of the town.</p>"
    html = f"<html><title>Walks</title><body><h1>Night walks</h1>{words * 9}</body>"
    task = editor.post("/en/staff/add", html=html).headers["Location"]
    worker.read()
    match = re.search(r'href="([^"]+/findings/[^"]+)"', editor.get(task).text)
    assert match is not None

    text = editor.get(match[1]).text

    assert "<mark>Night walks</mark>" in text
    assert "<img" not in text


def test_a_proposal_without_a_title_is_rejected(
    editor: Browser, worker: ManualWorker
) -> None:
    """The error is shown beside the field."""
    _task, review = read_report(editor, worker)

    response = decide(editor, review, "keep", title=" ")

    assert response.status_code == 409
    assert "Write a title first." in response.text


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("", {"choice": "keep"}, 405),
        ("/0000000000000000", {"choice": "keep"}, 404),
        ("/..", {"choice": "keep"}, 404),
    ],
)
def test_an_unknown_proposal_or_choice_is_rejected(
    editor: Browser,
    worker: ManualWorker,
    path: str,
    fields: dict[str, str],
    status: int,
) -> None:
    """Addresses and form values are easily changed."""
    _task, review = read_report(editor, worker)

    assert editor.post(f"{review}{path}", **fields).status_code == status


def test_the_list_of_drafts_shows_what_each_lacks(
    editor: Browser, worker: ManualWorker
) -> None:
    """It counts the undecided proposals too."""
    read_report(editor, worker)

    text = editor.get("/en/staff/records?state=draft").text

    assert "Night walks report" in text
    assert "Still to be written:" in text
    assert "summary" in text.partition("Still to be written:")[2]
    assert "2 proposals to decide" in text
    assert "Without French" in text


def test_duplicates_and_near_duplicates_of_a_file_are_named(
    editor: Browser, worker: ManualWorker
) -> None:
    """Each is a link."""
    read_report(editor, worker)
    near = a_pdf(COVER, FINDINGS, RECOMMENDATIONS, ("One more page of its own.",))

    sent = send(editor, ("again.pdf", REPORT[1]), ("near.pdf", near))
    worker.read()

    text = editor.get(sent.headers["Location"]).text
    assert "Already present" in text
    assert re.search(r"already in:\s+<a href=\"[^\"]+/d9.9\">Night walks report", text)
    drafts = editor.get("/en/staff/records?state=draft").text
    assert re.search(
        r"\d+% of its passages are in:\s+<[^>]+>Night walks report", drafts
    )


def test_the_original_of_a_draft_is_private(
    editor: Browser, worker: ManualWorker, app: Flask
) -> None:
    """Caches do not store it, visitors get no copy, and it runs no script."""
    read_report(editor, worker)
    path = "/en/staff/drafts/deliverables/d9.9/files/D9.9%20report.pdf"

    response = editor.get(path)

    assert response.data.startswith(b"%PDF")
    assert response.mimetype == "application/pdf"
    assert response.headers["Cache-Control"] == "no-store"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["Content-Disposition"].startswith("attachment")
    response.close()
    assert Browser(app).get(path).status_code == 302


def test_a_page_of_an_original_opens_in_the_browser(
    editor: Browser, worker: ManualWorker
) -> None:
    """The response runs no script."""
    read_report(editor, worker)
    path = "/en/staff/drafts/deliverables/d9.9/files/D9.9%20report.pdf"

    response = editor.get(f"{path}?page=3")

    assert response.headers["Content-Disposition"].startswith("inline")
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"
    response.close()


def test_the_extracted_text_of_a_draft_is_private(
    editor: Browser, worker: ManualWorker, app: Flask
) -> None:
    """Each of its pages links to the original."""
    _task, review = read_report(editor, worker)

    response = editor.get(f"{review}/text", follow_redirects=True)

    assert "The lamplighters of Newtown" in response.text
    assert 'id="page-3"' in response.text
    assert "D9.9%20report.pdf?page=3#page=3" in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert Browser(app).get(f"{review}/text").status_code == 302


def complete(
    browser: Browser,
    path: str,
    right: Sequence[str] = ("en-title", "en-summary", "f-type"),
) -> None:
    """Fill in the missing fields of the draft of the report."""
    fields = form_fields(browser.get(path).text)
    fields |= {
        "fr-title": ["Un rapport"],
        "fr-summary": ["Un résumé."],
        "en-summary": ["A summary."],
        "f-type": ["report"],
        "f-themes": ["streets"],
        "f-date": ["octobre 2018"],
        "f-themes-is-there": ["1"],
        "right": [*right],
    }
    assert browser.client.post(path, data=fields).status_code == 303


def test_a_guess_waits_for_a_person(publisher: Browser, worker: ManualWorker) -> None:
    """A person ticks it as right, or changes it; before, nothing is published."""
    read_report(publisher, worker)
    path = "/en/staff/drafts/deliverables/d9.9"
    assert 'name="right"' in publisher.get(path).text
    complete(publisher, path, right=())

    refused = publisher.post(f"{path}/publish")
    unchecked = publisher.get(path).text
    complete(publisher, path)

    assert refused.headers["Location"].endswith(path)
    assert "say that it is right, or correct it" in unchecked
    page = publisher.get(path).text
    assert 'name="right"' not in page
    assert "Nothing is missing." in page


def test_a_guess_that_is_kept_in_a_review_waits_no_more(
    editor: Browser, worker: ManualWorker
) -> None:
    """The tick of the draft is for those who do not see the file."""
    _task, review = read_report(editor, worker)
    draft = BeautifulSoup(editor.get(DRAFT).text, "lxml")
    guesses = [str(box["value"]) for box in draft.select("input[name=right]")]

    for field in guesses:
        pressed(editor, review, "keep", field)

    assert guesses
    assert 'name="right"' not in editor.get(DRAFT).text


def test_a_preview_links_to_the_files_of_the_draft(
    editor: Browser, worker: ManualWorker
) -> None:
    """The public addresses of the files do not exist yet."""
    read_report(editor, worker)
    path = "/en/staff/drafts/deliverables/d9.9"
    complete(editor, path)

    page = editor.get(f"{path}/preview").text

    for leading in (
        f"{path}/files/D9.9%20report.pdf",
        f"{path}/text/D9.9%20report.pdf",
    ):
        assert f'href="{leading}"' in page
        response = editor.get(leading, follow_redirects=True)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-store"
        response.close()
    assert "2018-10" in editor.get(path).text


def test_publishing_a_confidential_file_needs_a_ticked_box(
    publisher: Browser, worker: ManualWorker, app: Flask
) -> None:
    """The form and the confirmation page warn about it."""
    send(
        publisher,
        (
            "D9.9 report.pdf",
            a_pdf((*COVER, "Dissemination level: Confidential"), FINDINGS),
        ),
    )
    worker.read()
    path = "/en/staff/drafts/deliverables/d9.9"
    complete(publisher, path)

    refused = publisher.post(f"{path}/publish")

    assert "says that it is not for the public" in publisher.get(path).text
    assert "says that it is not for the public" in refused.text
    assert refused.status_code == 422
    assert 'name="open"' in publisher.get(f"{path}/publish").text
    assert Browser(app).get("/en/deliverables/d9.9").status_code == 404


@pytest.mark.usefixtures("content")
def test_what_was_found_in_a_report_is_published_with_it(
    publisher: Browser, worker: ManualWorker, app: Flask
) -> None:
    """The draft of the recommendation says so; both become public in one act."""
    _task, review = read_report(publisher, worker)
    decide(publisher, review, "keep", title="Lamplighters", audiences="local")
    report, found = (
        f"/en/staff/drafts/{each}"
        for each in ("deliverables/d9.9", "recommendations/d9.9-r1")
    )
    page = publisher.get(found).text
    assert "Will be published with the report:" in page
    themes = {"f-themes": ["streets"], "f-themes-is-there": ["1"]}
    form = form_fields(page) | themes | {"f-firmness": ["conclusion"]}
    publisher.client.post(found, data=form)
    complete(publisher, report)

    asked = publisher.get(f"{report}/publish").text

    fields = form_fields(asked, form=f'form[action="{report}/publish"]')
    assert fields["d"] == ["recommendations/d9.9-r1"]
    publisher.client.post(f"{report}/publish", data=fields)
    for path in ("deliverables/d9.9", "recommendations/d9.9-r1"):
        assert Browser(app).get(f"/en/{path}").status_code == 200


def test_a_missing_cached_reading_is_read_again(
    editor: Browser, worker: ManualWorker, services: Services
) -> None:
    """A new version of the readers prunes the cache."""
    _task, review = read_report(editor, worker)
    shutil.rmtree(services.settings.locations.readings)

    page = editor.get(f"{review}/text", follow_redirects=True).text
    assert "The lamplighters of Newtown" in page


@pytest.mark.parametrize(
    "name",
    ["nope.pdf", "..", "../record.yaml", "%2e%2e%2frecord.yaml", ".draft.json", "a/b"],
)
def test_a_path_in_the_name_of_an_original_answers_404(
    editor: Browser, worker: ManualWorker, name: str
) -> None:
    """Names are compared with the files of the draft, not joined to a path."""
    read_report(editor, worker)

    response = editor.get(f"/en/staff/drafts/deliverables/d9.9/files/{name}")

    assert response.status_code == 404


def test_a_draft_is_invisible_to_visitors(
    editor: Browser, worker: ManualWorker, app: Flask
) -> None:
    """Its page, file, text and words are checked."""
    _task, review = read_report(editor, worker)
    decide(editor, review, "keep", title="Lamplighters", audiences="local")
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


def test_a_correction_is_applied_to_the_next_file_until_it_is_revoked(
    editor: Browser, worker: ManualWorker, database: StaffDatabase
) -> None:
    """The project stands beside a label that the rules do not know."""

    def review_of(code: str, project: str) -> str:
        cover = (f"Deliverable {code}", f"# Nights of {project}")
        labels = (f"Told for: {project}", "Paid by the fund of lamps")
        content = a_pdf((*cover, *labels), (f"In {project}, {FINDINGS[1]}",))
        task = send(editor, (f"{code}.pdf", content)).headers["Location"]
        worker.read()
        match = re.search(r'href="([^"]+/findings/[^"]+)"', editor.get(task).text)
        assert match is not None
        return match[1]

    def project_of(code: str) -> list[str]:
        path = f"/en/staff/drafts/deliverables/{code}"
        return form_fields(editor.get(path).text)["f-project"]

    review_of("D9.6", "Alba")
    assert project_of("d9.6") == [""]
    path = "/en/staff/drafts/deliverables/d9.6"
    fields = form_fields(editor.get(path).text) | {"f-project": ["Alba"]}
    assert editor.client.post(path, data=fields).status_code == 303

    review = review_of("D9.7", "Bera")

    page = editor.get(review).text
    assert project_of("d9.7") == ["Bera"]
    assert re.search(r"As corrected on .+ in D9\.6\.pdf", page)
    number = re.search(r'name="correction"\s+value="(\d+)"', page)
    assert number is not None
    editor.post(f"{review}/correction", correction=number[1])
    assert "no longer applied" in editor.get(review).text
    assert "correction-revoked" in {action for _, action, _ in actions(database)}
    review_of("D9.8", "Cora")
    assert project_of("d9.8") == [""]
