"""The question which record a file belongs to, in the browser."""

import io
import re
from collections.abc import Callable

import pytest

from kb.publishing.changes.repository import open_repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.imports.worker_process import run_pending_tasks
from kb.services import Services
from tests.support.reports import FINDINGS, a_pdf
from tests.support.staff import Browser, HandClock

CHANGES_CONTENT = True

COVER = (
    "Deliverable D9.1",
    "# Streets of the harbour",
    "Authors: A. Martin",
    "Submission date: 3 March 2021",
)


Send = Callable[..., tuple[str, str]]


@pytest.fixture
def send(publisher: Browser, services: Services, clock: HandClock) -> Send:
    """Return a function that imports a file, and returns its task and review."""

    def send(
        *pages: object, name: str = "D9.1 harbour.pdf", markdown: str = ""
    ) -> tuple[str, str]:
        content = markdown.encode() or a_pdf(*pages)  # type: ignore[arg-type]  # lines of text
        task = publisher.client.post(
            "/en/staff/add",
            data={
                "csrf_token": publisher.token(),
                "files": [(io.BytesIO(content), name)],
            },
            content_type="multipart/form-data",
        ).headers["Location"]
        run_pending_tasks(services.settings.locations, clock=clock)
        match = re.search(
            r'href="([^"#]+/findings/[0-9a-f]+)"', publisher.get(task).text
        )
        assert match is not None
        return task, match[1]

    return send


def drafts_of(services: Services) -> dict[str, tuple[str, ...]]:
    """Return the files of each draft."""
    drafts = DraftEditor(open_repository(services.settings.locations)).all()
    return {str(each.record): each.files for each in drafts}


def answer(browser: Browser, review: str, choice: str, **fields: str) -> int:
    """Submit an answer, and return the status of the response."""
    return browser.post(f"{review}/record", answer=choice, **fields).status_code


def test_the_review_asks_and_shows_what_speaks_for_each_answer(
    publisher: Browser, send: Send, services: Services
) -> None:
    """Code, project, title, language, date and text are compared."""
    task, review = send(COVER, FINDINGS)

    text = publisher.get(review).text
    for words in (
        "Which record does this file belong to?",
        "Workshop 9 Report: Streets and Screens",
        "The same document",
        "A new version of its file",
        "The same document in the other language",
        "A new record",
        "For it: Same code, same language, another date",
        "Text in common",
        "Most likely",
    ):
        assert words in text
    for page in (task, "/en/staff/records?state=draft"):
        assert "answer which record it belongs to" in publisher.get(page).text
    assert list(drafts_of(services)) == ["deliverables/d9.1-2"]
    french = publisher.get(review.replace("/en/", "/fr/")).text
    assert "De quelle fiche ce fichier relève-t-il" in french


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("same", {}),
        ("version", {"deliverables/d9.1": ("D9.1 harbour.pdf",)}),
        ("language", {"deliverables/d9.1": ("D9.1 harbour.pdf",)}),
        ("new", {"deliverables/d9.1-2": ("D9.1 harbour.pdf",)}),
    ],
)
def test_each_answer_and_its_reversal(
    publisher: Browser,
    send: Send,
    services: Services,
    choice: str,
    expected: dict[str, tuple[str, ...]],
) -> None:
    """The forms work without script, and the page shows the answer."""
    _task, review = send(COVER, FINDINGS)
    before = drafts_of(services)

    assert answer(publisher, review, choice, record="deliverables/d9.1") == 303

    assert drafts_of(services) == expected
    text = publisher.get(review).text
    assert "Answered by publisher@example.org" in text
    assert "Undo this answer" in text

    assert answer(publisher, review, "undo") == 303
    assert drafts_of(services) == before
    assert "A new version of its file" in publisher.get(review).text


def test_another_format_is_joined_by_one_press(
    publisher: Browser, send: Send, services: Services
) -> None:
    """The same text as PDF and as Markdown is one record with two files."""
    _task, review = send(COVER, FINDINGS)
    answer(publisher, review, "language", record="deliverables/d9.1")
    text = "\n\n".join((*COVER, *FINDINGS))
    _task, review = send(name="D9.1 harbour.md", markdown=text)
    page = publisher.get(review).text
    likely = re.search(
        r'value="(\w+)">[^<]*<span class="vh">[^<]*</span></button>\s*'
        r'<span class="badge full">Most likely',
        page,
    )
    assert likely is not None
    assert likely[1] == "format"

    assert answer(publisher, review, "format", record="deliverables/d9.1") == 303

    assert drafts_of(services) == {
        "deliverables/d9.1": ("D9.1 harbour.md", "D9.1 harbour.pdf")
    }


def test_a_draft_with_an_open_question_is_not_published(
    publisher: Browser, send: Send
) -> None:
    """The draft and its confirmation page lead to the question."""
    _task, review = send(COVER, FINDINGS)
    draft = "/en/staff/drafts/deliverables/d9.1-2"

    page = publisher.get(f"{draft}/publish")
    response = publisher.post(f"{draft}/publish")

    assert f'href="{review}#question"' in publisher.get(draft).text
    assert f'href="{review}#question"' in page.text
    assert "Publish now" not in page.text
    assert response.status_code == 409


def test_an_answer_for_a_record_that_is_not_similar_is_refused(
    publisher: Browser, send: Send, services: Services
) -> None:
    """Forms are easily changed."""
    _task, review = send(COVER, FINDINGS)
    before = drafts_of(services)

    assert answer(publisher, review, "same", record="deliverables/x") == 409
    assert answer(publisher, review, "same") == 409
    assert answer(publisher, review, "nothing") == 400
    assert drafts_of(services) == before


def test_the_warning_of_a_closed_file_has_its_words_and_page(
    publisher: Browser, send: Send
) -> None:
    """The pages of the task, of the review and of the draft show it."""
    sentence = "This report shall be treated as strictly confidential."
    task, review = send(
        ("# Harbours by night", sentence), FINDINGS, name="harbours.pdf"
    )
    draft = "/en/staff/drafts/deliverables/harbours-by-night"

    for page in (task, review, draft):
        assert f"page 1: “{sentence}”" in publisher.get(page).text
