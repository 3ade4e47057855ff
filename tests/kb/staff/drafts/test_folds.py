"""Tests of the folded groups of the form of a practice, and of its contents."""

import pytest
from bs4 import BeautifulSoup, Tag

from tests.support.forms import form_fields
from tests.support.staff import Browser

CHANGES_CONTENT = True

PRACTICE = "practices/newtown-lamps"
DRAFT = f"/en/staff/drafts/{PRACTICE}"
NEW = "/en/staff/drafts/practices/second-lamps"


@pytest.fixture
def editor(editor: Browser) -> Browser:
    """Return a browser with a draft of a practice, and with a new practice."""
    editor.post(f"/en/staff/records/{PRACTICE}/change")
    editor.post("/en/staff/add/blank", kind="practice", title="Second lamps")
    return editor


def folds(browser: Browser, path: str) -> dict[str, Tag]:
    """Return the folded groups of a form by their headings."""
    page = BeautifulSoup(browser.get(path).text, "lxml")
    found = page.select("form#draft details[data-fold]")
    return {each.select_one("h3").get_text(): each for each in found}  # type: ignore[union-attr]  # each has one


def save(browser: Browser, path: str, **fields: str) -> None:
    """Save a form with other values."""
    values = form_fields(browser.get(path).text) | {
        name: [value] for name, value in fields.items()
    }
    answer = browser.client.post(path, data=values, headers={"Accept": "text/html"})
    assert answer.status_code == 303


def count_of(fold: Tag) -> str:
    """Return what the summary of a group says of its values."""
    count = fold.select_one("summary .soft")
    assert count is not None
    return count.get_text()


def test_a_new_practice_shows_what_is_required_first(editor: Browser) -> None:
    """The problem and what was done are open; what is seldom needed is folded."""
    groups = folds(editor, NEW)

    assert [name for name, each in groups.items() if each.has_attr("open")] == []
    assert {"Results", "Lessons", "Means", "Evaluation", "Quotations"} <= set(groups)
    assert {count_of(each) for each in groups.values()} == {"empty"}
    for each in groups.values():
        assert not each.select(
            "#en-body-problem, #en-title, #f-themes-0, #f-confidence"
        )


def test_a_part_with_text_is_open_and_facts_to_decide_by_are_counted(
    editor: Browser,
) -> None:
    """A text in two languages counts once."""
    save(
        editor,
        NEW,
        **{
            "en-body-results": "Twelve lamps.",
            "en-means_people": "Two officers",
            "fr-means_people": "Deux agents",
        },
    )

    groups = folds(editor, NEW)

    assert groups["Results"].has_attr("open")
    assert not groups["Lessons"].has_attr("open")
    assert not groups["Means"].has_attr("open")
    assert count_of(groups["Means"]) == "1 of 4 filled"


def test_a_group_with_a_problem_is_open(editor: Browser) -> None:
    """The summary of problems links to the field, also without script."""
    save(editor, NEW, **{"f-stage_date": "last summer"})

    page = BeautifulSoup(editor.get(NEW).text, "lxml")

    fold = folds(editor, NEW)["Stage"]
    assert fold.has_attr("open")
    assert page.select_one('.errors a[href="#f-stage_date"]') is not None
    assert fold.select_one("#f-stage_date") is not None
    assert page.select_one('nav.contents a[href="#decide"] .vh') is not None


def test_the_values_of_folded_groups_are_saved(editor: Browser) -> None:
    """A browser sends them too: nothing is lost by a save of a folded form."""
    save(editor, DRAFT, **{"en-means_people": "Two officers"})
    before = form_fields(editor.get(DRAFT).text)

    save(editor, DRAFT, **{"en-title": "Other lamps"})

    after = form_fields(editor.get(DRAFT).text)
    changed = {name for name in before if before[name] != after[name]}
    assert changed - {"csrf_token"} == {"en-title", "version"}
    assert after["en-means_people"] == ["Two officers"]


def test_a_list_that_gets_lines_is_open(editor: Browser) -> None:
    """The address after “Add lines” names the list."""
    groups = folds(editor, f"{NEW}?more=en-figures")

    assert groups["Figures, note on the date"].has_attr("open")
    assert not groups["Events, deliverables"].has_attr("open")


def test_the_contents_name_each_section_with_its_number_of_values(
    editor: Browser,
) -> None:
    """Each link leads to a heading of the form."""
    page = BeautifulSoup(editor.get(NEW).text, "lxml")
    links = page.select("nav.contents a")

    headings = {f"#{each['id']}" for each in page.select("form#draft h2")}
    assert [each["href"] for each in links] == [
        *("#words", "#frame", "#facts", "#needs", "#decide", "#sourcing")
    ]
    assert {str(each["href"]) for each in links} == headings
    assert "0 of 21" in links[4].get_text()


def test_an_automatic_save_brings_the_new_counts(editor: Browser) -> None:
    """The contents and the folded groups are never older than the list of problems."""
    values = form_fields(editor.get(NEW).text)
    values |= {"en-means_people": ["Two officers"], "f-stage_date": ["last summer"]}

    answer = editor.client.post(
        NEW, data=values, headers={"Accept": "application/json"}
    )

    check = answer.get_json()["check"]
    page = BeautifulSoup(editor.get(NEW).text, "lxml")
    shown = {str(e["data-count"]): e.get_text() for e in page.select("[data-count]")}
    assert check["counts"].items() >= shown.items()
    assert check["counts"]["decide"] == "2 of 21"
    assert check["problems"]["decide"] == 1


@pytest.mark.parametrize("kind", ["event", "recommendation", "need", "deliverable"])
def test_forms_of_other_kinds_fold_nothing(kind: str, editor: Browser) -> None:
    """They are short enough."""
    editor.post("/en/staff/add/blank", kind=kind, title="A title")

    path = f"/en/staff/drafts/{kind}s/a-title"
    assert 'id="draft"' in editor.get(path).text
    assert folds(editor, path) == {}
