"""A search becomes a question of a record, in the draft of the record."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from indexer.model.ids import Locale, RecordId
from kb.database.model import Role
from kb.database.staff_database import StaffDatabase
from kb.publishing.changes.repository import open_repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.records.form_values import read_values, write_values
from kb.services import Services
from kb.staff.relevance import record_questions
from tests.support.builders import Workspace
from tests.support.forms import form_fields
from tests.support.staff import Browser, actions

CHANGES_CONTENT = True

SEARCH = "/en/staff/relevance/search"
LAMPS = RecordId.parse("practices/newtown-lamps")
FORM = f"/en/staff/drafts/{LAMPS}"
TEXT = "who relights our dark lanes"

SignIn = Callable[[Role], Browser]


def ask(
    browser: Browser, text: str = TEXT, hl: str = "en", **more: str
) -> TestResponse:
    """Press the button of the lamps on the page of a search."""
    fields = {"record": str(LAMPS), "question": str(LAMPS)} | more
    return browser.post(f"{SEARCH}/question", q=text, hl=hl, **fields)


def drafted(services: Services, locale: Locale = Locale.EN) -> list[str]:
    """Return the questions in the draft of the lamps; none without a draft."""
    assert LAMPS is not None
    repository = open_repository(services.settings.locations, clock=services.clock)
    if repository.draft_folders.find(LAMPS) is None:
        return []
    draft = DraftEditor(repository).load(LAMPS)
    values = read_values(LAMPS.kind, draft.texts)
    assert values.raw == ()
    return [str(each) for each in values.words[locale].get("questions", ())]


def row_text(page: str) -> str:
    """Return the text of the row of the lamps."""
    row = BeautifulSoup(page, "lxml").select_one(f'li:has(input[value="{LAMPS}"])')
    assert row is not None
    return row.get_text(" ", strip=True)


def test_a_search_is_added_to_a_new_draft(
    editor: Browser, services: Services, content: Workspace, database: StaffDatabase
) -> None:
    """The published record stays; the row leads to the draft, whose form has it."""
    before = content.path(f"{LAMPS}/en.md").read_bytes()

    answer = ask(editor)

    assert answer.status_code == 200
    assert "The search is now a question in the draft" in answer.text
    assert "One of its questions, in its draft" in row_text(answer.text)
    assert f'href="{FORM}"' in answer.text
    assert form_fields(editor.get(FORM).text)["en-questions"][0] == TEXT
    assert drafted(services, Locale.FR) == []
    assert content.path(f"{LAMPS}/en.md").read_bytes() == before
    begun = ("editor@example.org", "draft-begun", str(LAMPS))
    assert begun in actions(database)


def test_a_search_is_appended_to_the_draft_of_somebody_else(
    publisher: Browser, editor: Browser, services: Services
) -> None:
    """What the draft has stays, and no second draft is begun."""
    publisher.post(f"/en/staff/records/{LAMPS}/change")
    form = form_fields(publisher.get(FORM).text)
    form |= {"en-title": ["Brighter lanes"], "en-questions": ["Are lamps enough?"]}
    publisher.client.post(FORM, data=form)

    ask(editor)

    assert drafted(services) == ["Are lamps enough?", TEXT]
    fields = form_fields(publisher.get(FORM).text)
    assert fields["en-title"] == ["Brighter lanes"]


def test_a_draft_that_is_saved_meanwhile_keeps_what_it_got(
    signed_in: SignIn, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says so, and a second press adds the question to what was saved."""
    other, editor = signed_in(Role.PUBLISHER), signed_in(Role.EDITOR)
    other.post(f"/en/staff/records/{LAMPS}/change")
    form = form_fields(other.get(FORM).text) | {"en-questions": ["Are lamps enough?"]}

    def write_later(*arguments: Any) -> dict[str, str]:
        monkeypatch.undo()
        other.client.post(FORM, data=form)
        return write_values(*arguments)

    monkeypatch.setattr(f"{record_questions.__name__}.write_values", write_later)

    answer = ask(editor)

    assert answer.status_code == 409
    assert drafted(services) == ["Are lamps enough?"]
    assert "Add to its questions" in row_text(answer.text)
    assert ask(editor).status_code == 200
    assert drafted(services) == ["Are lamps enough?", TEXT]


@pytest.mark.parametrize("again", [TEXT, "Who relights our DÄRK lanes?", f"« {TEXT} »"])
def test_a_search_is_added_once(
    editor: Browser, services: Services, again: str
) -> None:
    """Case, accents and punctuation make no other question; the row says so."""
    ask(editor)

    answer = ask(editor, again)

    assert drafted(services) == [TEXT]
    assert "One of its questions, in its draft" in row_text(answer.text)
    assert "The search is now a question" not in answer.text


def test_a_published_question_is_no_change(
    editor: Browser, services: Services, content: Workspace
) -> None:
    """No draft is begun."""
    content.replace(
        f"{LAMPS}/fr.md", "---\n## ", "questions: ['Qui l’éclaire ?']\n---\n## "
    )
    services.content.read()

    answer = ask(editor, "qui l'eclaire ?", "fr")

    assert "Already one of its questions" in row_text(answer.text)
    assert "Add to its questions" not in row_text(answer.text)
    assert drafted(services, Locale.FR) == []


@pytest.mark.parametrize(
    "text",
    [
        'who said: "no lamps" # here',
        "- who's there: {a: [b]} & *c",
        "who\\n cuts | > % @ `the` lamps",
        "qui\u202f? quoi\u00a0: où\u0007 donc",
        "x" * 66 + " " + "y" * 66 + " zzzzz:",
    ],
)
def test_signs_of_yaml_stay_text(
    editor: Browser, services: Services, text: str
) -> None:
    """The draft stays readable and has the words as typed."""
    ask(editor, text)

    (question,) = drafted(services)
    assert question.split() == text.replace("\u0007", " ").split()
    assert form_fields(editor.get(FORM).text)["en-questions"][0] == question


@pytest.mark.parametrize("text", ["lanes", "dark lanes", "dark lanes ?", "dark " * 29])
def test_a_search_of_other_lengths_is_no_question(
    editor: Browser, services: Services, text: str
) -> None:
    """The page has no button, and a form sent by hand changes nothing."""
    assert "Add to its questions" not in editor.get(f"{SEARCH}?q={text}&hl=en").text

    answer = ask(editor, text)

    assert "is now a question" not in answer.text
    assert drafted(services) == []


def test_a_damaged_draft_is_not_replaced(editor: Browser, services: Services) -> None:
    """Writing a field into text that is not YAML would drop that text."""
    editor.post(f"/en/staff/records/{LAMPS}/change")
    assert LAMPS is not None
    repository = open_repository(services.settings.locations, clock=services.clock)
    folder = repository.draft_folders.find(LAMPS)
    assert folder is not None
    damaged = '---\ntitle: "Lamps\n---\nText.\n'
    (folder / "en.md").write_text(damaged, "utf-8")

    answer = ask(editor)

    assert "Its draft contains an error" in row_text(answer.text)
    assert (folder / "en.md").read_text("utf-8") == damaged


def test_a_record_without_the_language_gets_no_question(
    editor: Browser, services: Services, content: Workspace
) -> None:
    """A text of a question alone could not be published."""
    content.path(f"{LAMPS}/en.md").unlink()
    services.content.read()

    answer = ask(editor)

    assert "no text in this language" in row_text(answer.text)
    assert drafted(services, Locale.FR) == []


def test_what_is_chosen_and_not_saved_stays(publisher: Browser) -> None:
    """A publisher who adds a question goes on judging."""
    reason = f"reason-{LAMPS}"
    chosen = {f"grade-{LAMPS}": "3", reason: "The only one", "added": "nowhere"}

    answer = ask(publisher, **chosen)

    form = form_fields(answer.text, form='form[action$="relevance/search"]')
    assert form[f"grade-{LAMPS}"] == ["3"]
    assert form[reason] == ["The only one"]
    assert form["added"] == ["nowhere"]


@pytest.mark.parametrize("record", ["", "practices/no-such", "../x", "practices/"])
def test_a_question_needs_a_record(editor: Browser, record: str) -> None:
    """A form that was changed by hand."""
    assert ask(editor, question=record).status_code == 400


def test_visitors_cannot_add_a_question(editor: Browser, services: Services) -> None:
    """Neither signed out nor without the token of the form."""
    fields = {"q": TEXT, "hl": "en", "question": str(LAMPS)}

    untokened = editor.client.post(f"{SEARCH}/question", data=fields)
    editor.post("/en/staff/sign-out", page=FORM)
    signed_out = ask(editor)

    assert untokened.status_code == 400
    assert signed_out.status_code == 401
    assert drafted(services) == []


def test_the_page_offers_the_button_for_each_result(editor: Browser) -> None:
    """In both languages, and Enter in a field of an editor sends nothing."""
    for locale, label in (("en", "Add to its questions"), ("fr", "Ajouter à ses ques")):
        page = editor.get(f"/{locale}/staff/relevance/search?q=lamps+in+lanes&hl=en")
        soup = BeautifulSoup(page.text, "lxml")
        rows = soup.select("li.judged")

        assert rows
        assert all(label in each.get_text() for each in rows)
        first = soup.select_one('form[action$="relevance/search"] button')
        assert first is not None
        assert first.has_attr("disabled")


def test_enter_in_a_field_of_a_publisher_saves(publisher: Browser) -> None:
    """The first button of a form is its default: no question is added by accident."""
    page = publisher.get(f"{SEARCH}?q=lamps+in+lanes&hl=en").text

    first = BeautifulSoup(page, "lxml").select_one(
        'form[action$="relevance/search"] button'
    )

    assert first is not None
    assert not first.has_attr("formaction")
    assert not first.has_attr("disabled")
