"""Tests of passages that staff mark in the text of a file, in the browser."""

import html
import io
import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from indexer.model.ids import Kind, RecordId
from kb.database.staff_database import StaffDatabase
from kb.publishing.changes.repository import open_repository
from kb.publishing.drafts.draft import Draft
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.imports.worker_process import run_pending_tasks
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.reports import COVER, RECOMMENDATIONS, a_pdf
from tests.support.staff import Browser, HandClock, actions

CHANGES_CONTENT = True

WALK = "In Newtown, volunteers walked the district each evening and wrote down faults."
LESSON = "The walkers lost heart because nobody told them what was mended."
MARKS = "/en/staff/deliverables/d9.9/text/D9.9%20report.pdf"


@pytest.fixture
def editor(editor: Browser, services: Services, clock: HandClock) -> Browser:
    """Return the browser of an editor who imported a report."""
    report = a_pdf(COVER, ("# Findings", WALK, "## Lessons", LESSON), RECOMMENDATIONS)
    editor.client.post(
        "/en/staff/add",
        data={
            "csrf_token": editor.token(),
            "files": [(io.BytesIO(report), "D9.9 report.pdf")],
        },
        content_type="multipart/form-data",
    )
    run_pending_tasks(services.settings.locations, clock=clock)
    return editor


def text_url(browser: Browser, path: str = MARKS) -> str:
    """Return the address of a text in the review, to which its old address leads."""
    response = browser.get(path)
    assert response.status_code == 301
    return response.headers["Location"].partition("#")[0]


def acts_url(browser: Browser, path: str = MARKS) -> str:
    """Return the address that marks passages of a text."""
    return text_url(browser, path).partition("?")[0] + "/passages"


def value_of(browser: Browser, words: str) -> str:
    """Return the name that the form gives to the paragraph with some words."""
    text = html.unescape(browser.get(text_url(browser)).text)
    rows = re.split(r'<div class="mark-row', text)[1:]
    row = next(each for each in rows if words in each)
    match = re.search(r'name="passage"\s+value="([^"]+)"', row)
    assert match is not None
    return match[1]


def mark(browser: Browser, kind: str, *values: str) -> TestResponse:
    """Tick paragraphs, and press the button of a kind."""
    return browser.client.post(
        acts_url(browser),
        data={"csrf_token": browser.token(), "mark": kind, "passage": list(values)},
    )


def draft(services: Services, record: str) -> Draft:
    """Load a draft."""
    kind, slug = record.split("/")
    repository = open_repository(services.settings.locations)
    return DraftEditor(repository).load(RecordId(Kind(kind), slug))


def test_one_press_makes_a_paragraph_a_recommendation(
    editor: Browser, services: Services, database: StaffDatabase
) -> None:
    """The draft has the quotation and the page, and is linked to the deliverable."""
    value = value_of(editor, LESSON)

    response = mark(editor, f"recommendation:{value}")

    assert response.status_code == 303
    text = draft(services, "recommendation/d9.9-r1").texts["record.yaml"]
    assert f'text: "{LESSON}"' in text
    assert "    page: 2" in text
    assert "deliverables: [d9.9]" in text
    assert actions(database)[-1][1] == "passage-marked"


def test_the_place_that_a_passage_names_is_offered(
    editor: Browser, services: Services
) -> None:
    """The title is the first sentence; a person chooses the place."""
    mark(editor, f"practice:{value_of(editor, WALK)}")

    made = draft(services, "practice/d9.9-p1")
    asked = "# Missing, offered [villeneuve]: places:"
    assert asked in made.texts["record.yaml"]
    form = editor.get("/en/staff/drafts/practices/d9.9-p1").text
    assert (
        'value="Newtown (villeneuve)">Newtown (villeneuve) <span class="badge' in form
    )
    assert made.texts["en.md"].startswith(f'---\ntitle: "{WALK.rstrip(".")}"')


def test_ticked_paragraphs_are_joined_in_one_quotation(
    editor: Browser, services: Services
) -> None:
    """They follow each other in the file, so that the joined words are in it."""
    ticked = [value_of(editor, each) for each in (LESSON, ">Lessons<", WALK)]

    mark(editor, "practice", *ticked)

    text = draft(services, "practice/d9.9-p1").texts["record.yaml"]
    assert f'text: "{WALK} Lessons {LESSON}"' in text


def test_paragraphs_apart_are_quoted_apart(editor: Browser, services: Services) -> None:
    """What is between them was not chosen."""
    item = "The police must answer each resident"
    mark(editor, "practice", value_of(editor, WALK), value_of(editor, item))

    text = draft(services, "practice/d9.9-p1").texts["record.yaml"]
    assert text.count("  - deliverable: d9.9") == 2
    assert "    page: 2" in text
    assert "    page: 3" in text


def test_a_marked_passage_passes_the_check_of_quotations(
    editor: Browser, services: Services
) -> None:
    """The draft's page reports no quotation that is not in the file."""
    ticked = [value_of(editor, each) for each in (WALK, ">Lessons<", LESSON)]
    mark(editor, "practice", *ticked)

    page = editor.get("/en/staff/drafts/practices/d9.9-p1").text

    assert "the quotation “" not in html.unescape(page).casefold()
    assert draft(services, "practice/d9.9-p1").notes.by == "editor@example.org"


def test_the_text_shows_what_was_made_and_undoes_it(editor: Browser) -> None:
    """An unedited draft is discarded with one press."""
    value = value_of(editor, LESSON)
    response = mark(editor, f"recommendation:{value}")
    page = editor.client.get(response.headers["Location"])
    match = re.search(r'name="undo"\s+value="([^"]+)"', page.text)
    assert match is not None
    assert match[1] == f"recommendations/d9.9-r1 {value}"

    response = editor.post(acts_url(editor), undo=match[1])

    assert response.status_code == 303
    assert 'name="undo"' not in editor.get(text_url(editor)).text


def test_the_same_passage_is_marked_once(editor: Browser, services: Services) -> None:
    """A second press opens no second draft."""
    value = value_of(editor, LESSON)
    mark(editor, f"recommendation:{value}")

    assert mark(editor, f"recommendation:{value}").status_code == 303

    drafts = DraftEditor(open_repository(services.settings.locations)).all()
    kinds = [each.record.kind for each in drafts]
    assert kinds.count(Kind.RECOMMENDATION) == 1


@pytest.mark.parametrize(
    ("kind", "values", "status"),
    [
        ("recommendation", (), 422),
        ("recommendation", ("0-00000000",), 409),
        ("recommendation", ("99999999-00000000",), 409),
        ("recommendation", ("²-x",), 409),
        ("theme", (), 400),
        ("practice:", (), 422),
    ],
    ids=["none", "changed", "no such", "no number", "other kind", "empty"],
)
def test_a_choice_that_cannot_be_made_is_told(
    editor: Browser, kind: str, values: tuple[str, ...], status: int
) -> None:
    """Nothing is written."""
    response = mark(editor, kind, *values)

    assert response.status_code == status
    assert 'name="undo"' not in editor.get(text_url(editor)).text


def test_words_are_found_in_the_whole_text(editor: Browser) -> None:
    """Each paragraph with the words is a link to its part of the text."""
    page = editor.get(text_url(editor, f"{MARKS}?find=lanterns+MONTH")).text

    assert "1 paragraph with these words" in page


def test_a_proposal_is_shown_in_the_text(editor: Browser) -> None:
    """It leads to the page where it is decided on."""
    page = editor.get(text_url(editor)).text
    match = re.search(r'href="(/en/staff/findings/[^"]+)">Already proposed', page)
    assert match is not None

    response = editor.get(match[1])

    assert re.search(r"/findings/[0-9a-f]+#p-[0-9a-f]+$", response.headers["Location"])


def test_a_text_opens_at_a_page_and_has_one_set_of_buttons(editor: Browser) -> None:
    """A script moves the buttons; without it, paragraphs are ticked."""
    there = text_url(editor, f"{MARKS}?page=3")
    text = editor.get(editor.get(there).headers["Location"]).text

    assert there.endswith("?text=3")
    assert text.count('value="practice') == 2
    assert text.count('name="passage"') > 5


def test_the_page_of_marks_is_in_french(editor: Browser) -> None:
    """Its buttons too."""
    page = editor.get(text_url(editor, MARKS.replace("/en/", "/fr/"))).text

    assert "Réunir les paragraphes cochés" in page


def test_visitors_cannot_mark(editor: Browser, app: Flask) -> None:
    """The text of a draft is private."""
    assert editor.get(text_url(editor)).headers["Cache-Control"] == "no-store"
    assert Browser(app).get(MARKS).status_code == 302


def test_the_file_of_a_published_record_is_marked(
    editor: Browser, services: Services
) -> None:
    """It need not be an import: a person may have put it into the folder."""
    place = Workspace(services.settings.locations.documents.parent)
    place.add_file(f"# Findings\n\n{WALK}\n".encode(), "walks.md")
    services.content.update_index()
    path = "/en/staff/deliverables/d9.1/text/walks.md"
    rows = html.unescape(editor.get(text_url(editor, path)).text).split(
        '<div class="mark-row'
    )[1:]
    row = next(each for each in rows if WALK in each)
    match = re.search(r'name="passage"\s+value="([^"]+)"', row)
    assert match is not None

    response = editor.post(acts_url(editor, path), mark="practice", passage=match[1])

    assert response.status_code == 303
    text = draft(services, "practice/d9.1-p1").texts["record.yaml"]
    assert 'file: "walks.md"' in text


def test_a_passage_becomes_a_need(editor: Browser, services: Services) -> None:
    """It has its quotation and page; complete, it can be published with it."""
    mark(editor, "need", value_of(editor, LESSON))

    record = RecordId(Kind.NEED, "d9.9-n1")
    drafts = DraftEditor(open_repository(services.settings.locations))
    draft = drafts.load(record)
    assert LESSON in draft.texts["record.yaml"]
    assert "deliverables:" not in draft.texts["record.yaml"]
    problems = [each.code.name for each in drafts.problems(record)]
    assert "UNKNOWN_FIELD" not in problems
    assert "needs/d9.9-n1" in editor.get(text_url(editor)).text
    form = editor.get(f"/en/staff/drafts/{record}").text
    assert LESSON in html.unescape(form)
