"""The form of a practice: its fields in groups, in the order of a report."""

from html import unescape

import pytest
from bs4 import BeautifulSoup

from indexer.model.ids import Kind, RecordId
from kb.publishing.changes.repository import open_repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.services import Services
from tests.kb.staff.drafts.test_drafts import FORM, begin, form_of, send
from tests.support.builders import Workspace
from tests.support.staff import Browser

CHANGES_CONTENT = True

RECORD = RecordId(Kind.PRACTICE, "newtown-lamps")

GROUPS = {
    "Stage": [
        *("f-stage", "f-stage_date", "fr-stage_note", "en-stage_note"),
        *("f-last_news", "f-last_news_source"),
    ],
    "Means": [
        f"{locale}-means_{name}"
        for name in ("people", "time", "money", "tools")
        for locale in ("fr", "en")
    ],
    "Evaluation": [
        *("fr-evaluation_by", "en-evaluation_by"),
        *("fr-evaluation_method", "en-evaluation_method"),
        *("fr-evaluation_measured", "en-evaluation_measured"),
        *("f-evidence", "f-result"),
    ],
    "Elsewhere": [
        *("fr-transfer_needs", "en-transfer_needs"),
        *("fr-transfer_obstacles", "en-transfer_obstacles"),
    ],
    "Contact and law": [
        *("fr-contact", "en-contact", "f-contact_page"),
        *("fr-legal_basis", "en-legal_basis", "f-legal_ref-is-there"),
    ],
    "Experiences of other towns": ["f-experiences-is-there"],
}


@pytest.fixture
def drafts(content: Workspace) -> DraftEditor:
    """Return the editor of the drafts of the content."""
    return DraftEditor(open_repository(content.locations))


def page_of(browser: Browser, path: str = FORM) -> BeautifulSoup:
    """Return the page of a draft."""
    return BeautifulSoup(browser.get(path).text, "lxml")


def test_the_facts_to_decide_by_are_in_groups_with_a_heading(editor: Browser) -> None:
    """Screen readers announce the heading of a group."""
    begin(editor)

    page = page_of(editor)

    shown = {}
    for group in page.select("[data-section=decide] [role=group]"):
        title = page.find(id=str(group["aria-labelledby"]))
        assert title is not None
        controls = group.select("input[name], textarea[name], select[name]")
        shown[title.get_text()] = [str(each["name"]) for each in controls]
    assert shown == GROUPS
    assert [*shown] == [*GROUPS]


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_sections_follow_the_shared_facts_and_precede_the_sources(
    editor: Browser, locale: str
) -> None:
    """No field is in the form twice, in either language of the page."""
    begin(editor)

    page = page_of(editor, FORM.replace("/en/", f"/{locale}/"))

    sections = [str(each["data-section"]) for each in page.select("form .part")]
    assert sections == ["words", "frame", "facts", "needs", "decide", "sourcing"]
    fields = [str(each["data-field"]) for each in page.select("[data-field]")]
    assert len(fields) == len(set(fields))


def test_the_summary_of_errors_follows_the_form(editor: Browser) -> None:
    """Whoever corrects them goes down the page once, and nothing typed is lost."""
    typed = begin(editor) | {
        "en-title": [""],
        "f-date": ["soon"],
        "f-end_date": [""],
        "f-stage_date": ["last winter"],
        "fr-means_people": ["Deux agents"],
        "en-did_not_work": ["Lamps broke", "Bulbs were stolen"],
        "f-contact_page": ["nowhere"],
        "f-sources-0-url": ["elsewhere"],
    }

    assert send(editor, typed).status_code == 303

    shown = form_of(editor)
    names = [name for name in typed if name not in {"version", "csrf_token", "act"}]
    assert {name: shown[name][: len(typed[name])] for name in names} == {
        name: typed[name] for name in names
    }
    summary = unescape(str(page_of(editor).select_one(".errors")))
    links = BeautifulSoup(summary, "lxml").select("a")
    anchors = list(dict.fromkeys(str(each["href"]) for each in links))
    assert anchors == [
        *("#en-title", "#f-date", "#f-stage_date", "#f-contact_page"),
        "#f-sources-0",
    ]


def test_a_line_break_in_one_of_several_texts_is_a_space(editor: Browser) -> None:
    """Each text is one item of the list on the page of the practice."""
    typed = begin(editor) | {"en-did_not_work": ["Lamps\r\nbroke", "", "Rain"]}

    assert send(editor, typed).status_code == 303

    assert form_of(editor)["en-did_not_work"][:2] == ["Lamps broke", "Rain"]


def test_groups_keep_the_fields_of_readable_files(
    content: Workspace, services: Services, editor: Browser
) -> None:
    """A file that can't be parsed is shown as text above the form."""
    path = content.path("practices/newtown-lamps/record.yaml")
    path.write_text("themes: [unclosed\n" + path.read_text("utf-8"), "utf-8")
    services.content.update_index()

    fields = begin(editor)

    assert "themes: [unclosed" in fields["raw-record.yaml"][0]
    assert "fr-stage_note" in fields
    assert "f-stage" not in fields


def test_the_parts_of_the_text_have_fields_side_by_side(editor: Browser) -> None:
    """In the order of a report; what failed stands after the results."""
    begin(editor)

    section = page_of(editor).select_one("[data-section=frame]")

    assert section is not None
    names = [str(each["name"]) for each in section.select("textarea[name]")]
    parts = ["problem", "done", "tools", "results", "lessons", "limits"]
    expected = [f"{locale}-body-{part}" for part in parts for locale in ("fr", "en")]
    assert [each for each in names if "-body-" in each] == expected
    failed = names.index("fr-did_not_work")
    assert names.index("en-body-results") < failed < names.index("fr-body-lessons")


def test_the_form_writes_the_headings(editor: Browser, drafts: DraftEditor) -> None:
    """Nobody types them; a part without text has none."""
    form = begin(editor)

    send(
        editor,
        form | {"en-body-done": ["Lamps\r\nwere lit."], "en-body-results": [" \r\n"]},
    )

    text = drafts.load(RECORD).texts["en.md"]
    assert text.endswith(
        "---\n## The problem\n\nResidents avoided three lanes.\n\n"
        "## What was done\n\nLamps\nwere lit.\n"
    )


def test_a_text_by_hand_keeps_its_other_headings(
    editor: Browser, drafts: DraftEditor, content: Workspace
) -> None:
    """They have a field of their own, and keep their place."""
    name = "practices/newtown-lamps/en.md"
    content.replace(name, "## The problem", "First words.\n\n##  the Problem")
    content.replace(name, "## Results", "## A remark\n\nMine.\n\n## Results")
    form = begin(editor)
    before = drafts.load(RECORD).texts["en.md"]

    assert form["en-body-other-0"] == ["First words."]
    assert form["en-body-other-1"] == ["## A remark\n\nMine."]
    assert "fr-body-other-0" not in form
    send(editor, form | {"en-body-problem": ["Dark."]})

    assert drafts.load(RECORD).texts["en.md"] == before.replace(
        "Residents avoided three lanes.", "Dark."
    )


def test_text_kept_on_a_device_changes_only_its_parts(
    editor: Browser, drafts: DraftEditor
) -> None:
    """The browser sends the fields that were changed, and no others."""
    form = begin(editor)
    kept = ("csrf_token", "version")

    fields = {name: form[name] for name in kept if name in form}
    send(editor, fields | {"en-body-limits": ["Unknown."]})

    text = drafts.load(RECORD).texts["en.md"]
    assert text.endswith("called Luminaria.\n\n## Limits\n\nUnknown.\n")
    assert "Residents avoided three lanes." in text


def test_an_error_stands_beside_the_part_of_its_line(editor: Browser) -> None:
    """Not beside the text as a whole."""
    form = begin(editor)

    send(editor, form | {"fr-body-results": ["Un.\n\nVoir [ceci](events/nowhere)."]})

    page = page_of(editor)
    summary = page.select_one(".errors")
    assert summary is not None
    assert summary.select_one('a[href="#fr-body-results"]') is not None
    wrong = page.select_one(".field.wrong textarea")
    assert wrong is not None
    assert wrong["name"] == "fr-body-results"
