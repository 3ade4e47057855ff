"""The two languages of a draft in step: what is told, confirmed, proposed, refused."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import message
from kb.publishing.changes.external_edits import ExternalEditDetector
from kb.publishing.changes.repository import open_repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.translation_help import TranslatorError
from kb.services import Services
from tests.kb.staff.drafts.test_drafts import FORM, LAMPS, begin, form_of, publish, send
from tests.support.builders import Workspace
from tests.support.forms import form_fields
from tests.support.staff import Browser

CHANGES_CONTENT = True

RECORD = RecordId(Kind.PRACTICE, "newtown-lamps")
OVERVIEW = f"/en/staff/records/{LAMPS}"
NOTE = ".late-note[id^=late-]"
MACHINE_NOTE = ".late-note[id^=machine-]"
OLD = "Les habitants évitaient trois ruelles."
NEW = "Les habitants évitaient quatre ruelles sombres."


class Echo:
    """A translator that says which language it came from."""

    def can_translate(self, source: Locale) -> bool:
        """Return whether the text is French."""
        return source is Locale.FR

    def translate(self, text: str, source: Locale) -> str:
        """Return the text after the language."""
        if "sombres" not in text:
            raise TranslatorError(message("no model"))
        return f"From {source}: {text}"


@pytest.fixture
def services(services: Services, content: Workspace) -> Services:
    """Return services over content whose French was changed by hand."""
    detector = ExternalEditDetector(open_repository(content.locations))
    detector.record_edits()
    content.replace(f"{LAMPS}/fr.md", OLD, NEW)
    detector.record_edits()
    services.content.update_index()
    return services


@pytest.fixture
def drafts(content: Workspace) -> DraftEditor:
    """Return the editor of the drafts of the content."""
    return DraftEditor(open_repository(content.locations))


def notes_of(browser: Browser, selector: str = NOTE) -> list[str]:
    """Return the texts of the notes in the form."""
    page = BeautifulSoup(browser.get(FORM).text, "lxml")
    return [each.get_text(" ", strip=True) for each in page.select(selector)]


def act_of(browser: Browser, start: str, path: str = FORM) -> str:
    """Return the value of the first button of a page that begins so."""
    page = BeautifulSoup(browser.get(path).text, "lxml")
    button = page.select_one(f'button[value^="{start}"]')
    assert button is not None
    return str(button["value"])


def press(browser: Browser, act: str) -> None:
    """Press a button of the form."""
    assert send(browser, form_of(browser) | {"act": [act]}).status_code == 303


def test_the_field_that_is_behind_has_what_changed_beside_it(editor: Browser) -> None:
    """The reader sees which words differ, and since when."""
    begin(editor)

    (note,) = notes_of(editor)

    assert note.startswith("The English is behind the French")
    assert "trois quatre ruelles sombres" in note
    assert "changed by hand" in note
    page = BeautifulSoup(editor.get(FORM).text, "lxml")
    late = page.select_one(".field.late textarea")
    assert late is not None
    assert late["name"] == "en-body-problem"


@pytest.mark.parametrize("answer", ["still-right", "up-to-date"])
def test_one_press_in_the_form_confirms_and_saves(
    editor: Browser, drafts: DraftEditor, answer: str
) -> None:
    """What was typed meanwhile is not lost."""
    begin(editor)
    act = act_of(editor, f"in-step:en:{answer}")

    fields = form_of(editor) | {"act": [act], "en-who": ["The city"]}
    assert send(editor, fields).status_code == 303

    assert [each for each in notes_of(editor) if "English is behind" in each] == []
    assert 'who: "The city"' in drafts.load(RECORD).texts["en.md"]
    history = editor.get(f"/en/staff/history?record={LAMPS}").text
    assert "One language is in step with the other" in history


def test_a_change_of_the_other_language_at_the_same_place_ends_it(
    editor: Browser,
) -> None:
    """The editor brought the text up to date."""
    fields = begin(editor)

    send(editor, fields | {"en-body-problem": ["Residents avoided four dark lanes."]})

    assert notes_of(editor) == []


@pytest.mark.parametrize("path", ["/en/staff/look-after?work=behind", OVERVIEW])
def test_lists_and_record_tell_it_and_confirm_it(editor: Browser, path: str) -> None:
    """Without a draft, by one press."""
    page = BeautifulSoup(editor.get(path).text, "lxml")
    form = page.select_one(f'form[action="{OVERVIEW}/in-step"]')
    assert form is not None
    assert "quatre" in form.get_text()
    back = form.select_one("[name=back]")
    assert back is not None

    answer = editor.post(
        f"{OVERVIEW}/in-step",
        act=act_of(editor, "in-step:en:still-right", path),
        back=str(back["value"]),
    )

    assert answer.status_code == 303
    assert answer.location == path
    assert "in-step" not in editor.get(path).text


@pytest.mark.parametrize(
    "act",
    ["", "in-step:", "in-step:en:perhaps:0123456789abcdef", "in-step:en:still-right:x"],
)
def test_an_answer_of_another_form_is_refused(editor: Browser, act: str) -> None:
    """Nothing is stored."""
    assert editor.post(f"{OVERVIEW}/in-step", act=act).status_code == 400


def test_an_answer_for_an_unknown_record_is_not_found(editor: Browser) -> None:
    """Nothing is stored."""
    act = act_of(editor, "in-step:en:still-right", OVERVIEW)

    answer = editor.post("/en/staff/records/practices/nowhere/in-step", act=act)

    assert answer.status_code == 404


def test_a_machine_text_is_never_published_before_it_was_read(
    app: Flask, publisher: Browser, drafts: DraftEditor
) -> None:
    """The error names the field, and a press says that it was read."""
    app.extensions["kb-translator"] = Echo()
    begin(publisher)

    press(publisher, act_of(publisher, "translate:en:"))

    assert f"From fr: {NEW}" in drafts.load(RECORD).texts["en.md"]
    (note,) = notes_of(publisher, MACHINE_NOTE)
    assert note.startswith("Translated by a machine, not read yet")
    page = publisher.get(FORM).text
    assert "a machine translated “From fr:" in page.replace("A machine", "a machine")
    assert 'href="#en-body-problem"' in page
    assert publish(publisher).location == FORM
    press(publisher, act_of(publisher, "machine-read:"))
    assert notes_of(publisher, MACHINE_NOTE) == []
    assert publish(publisher).location.endswith("/found")


def test_a_corrected_machine_text_counts_as_read(
    app: Flask, publisher: Browser
) -> None:
    """A change of signs does not."""
    app.extensions["kb-translator"] = Echo()
    begin(publisher)
    press(publisher, act_of(publisher, "translate:en:"))
    form = form_of(publisher)

    send(publisher, form | {"en-body-problem": [form["en-body-problem"][0] + " !"]})
    assert publish(publisher).location == FORM
    corrected = "Residents avoided four dark lanes."
    send(publisher, form_of(publisher) | {"en-body-problem": [corrected]})

    assert publish(publisher).location.endswith("/found")


def test_a_machine_that_fails_changes_nothing(
    app: Flask, editor: Browser, drafts: DraftEditor
) -> None:
    """The message says why."""
    app.extensions["kb-translator"] = Echo()
    form = begin(editor)
    send(editor, form | {"fr-body-problem": ["Les habitants sortent peu."]})
    before = drafts.load(RECORD).texts

    press(editor, act_of(editor, "translate:en:"))

    assert "No model" in editor.get(FORM).text
    assert drafts.load(RECORD).texts == before


def test_without_a_model_nothing_is_proposed(editor: Browser) -> None:
    """None is shipped."""
    begin(editor)

    assert "translate:en:" not in editor.get(FORM).text
    press(editor, "translate:en:0123456789abcdef")
    assert "This paragraph has changed meanwhile" in editor.get(FORM).text


def terms_beside(browser: Browser, path: str, field: str) -> list[str]:
    """Return the glossary terms beside a field of a form, in its language."""
    page = BeautifulSoup(browser.get(path).text, "lxml")
    return [
        str(each["data-insert"])
        for each in page.select(f'[data-field="{field}"] .glos button[hidden]')
    ]


def test_a_term_that_one_language_lacks_is_beside_its_field(editor: Browser) -> None:
    """Under its name in that language, until the field has it."""
    title = "Des lampes contre les abus en ligne"
    path = editor.post("/fr/staff/add/blank", kind="practice", title=title).location

    lacking = [terms_beside(editor, path, f"{each}-title") for each in ("fr", "en")]
    fields = form_fields(editor.get(path).text)
    linked = "Lampes : [lire](glossary/online-abuse)"
    typed = {**fields, "en-title": ["Lamps against online abuse"], "en-who": [linked]}
    assert editor.client.post(path, data=typed).status_code == 303

    assert lacking == [[], ["online abuse"]]
    assert terms_beside(editor, path, "en-title") == []
    assert terms_beside(editor, path, "fr-who") == []
