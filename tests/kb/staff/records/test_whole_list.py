"""Tests of changes of all rows that match the filter of a list."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from kb.staff.drafts.record_list import RECORD_LIST
from tests.kb.staff.records.test_bulk_page import EVENT, FORM, LAMPS, STAFF, press
from tests.support.forms import form_fields
from tests.support.staff import Browser

CHANGES_CONTENT = True


def ask_for_all(
    browser: Browser, listing: str, act: str, query: str = "", **fields: str
) -> TestResponse:
    """Tick the box for all rows, press a button, and return the page that asks."""
    path = f"{STAFF}/{listing}"
    data = {"csrf_token": browser.token(path), "all": "1", "act": act, **fields}
    answer = browser.client.post(f"{path}/chosen?{query}", data=data)
    assert answer.status_code == 303
    return browser.get(answer.headers["Location"])


def rows(page: TestResponse) -> set[str]:
    """Return the ids of the ticked rows of a page."""
    boxes = BeautifulSoup(page.text, "lxml").select("input[name=d][checked]")
    return {str(each["value"]) for each in boxes}


def test_all_records_of_a_filter_are_deleted_and_restored(publisher: Browser) -> None:
    """The page that asks names the list, its filter and its number of rows."""
    page = ask_for_all(publisher, "records", "delete", "kind=practice&sort=title")
    done = press(publisher, page, searches="seen")

    chosen = rows(page)
    assert len(chosen) > 1
    assert all(each.startswith("practices/") for each in chosen)
    expected = f"All {len(chosen)} rows of the list “Records and drafts” with this"
    assert f"{expected} filter: Practices." in page.text
    assert f"the {len(chosen)} deleted together" in (
        publisher.get(done.headers["Location"]).text
    )
    assert publisher.get(f"/en/{EVENT}").status_code == 200
    batch = done.headers["Location"].rpartition("batch=")[2]
    publisher.post(f"{STAFF}/put-aside/batches/{batch}/restore")
    assert publisher.get(f"/en/{LAMPS}").status_code == 200


def test_a_row_of_the_whole_list_can_be_unticked(publisher: Browser) -> None:
    """What is confirmed are the rows of the page, not the filter."""
    page = ask_for_all(publisher, "records", "withdraw", "kind=practice")
    others = rows(page) - {LAMPS}

    data = form_fields(page.text, form=FORM) | {
        "d": sorted(others),
        "reason": ["Too old."],
        "searches": ["seen"],
    }
    publisher.client.post(page.request.path, data=data)

    assert publisher.get(f"/en/{LAMPS}").status_code == 200
    for each in others:
        assert publisher.get(f"/en/{each}").status_code == 404


def test_a_theme_is_added_to_the_list_of_another_theme(publisher: Browser) -> None:
    """The theme of the filter is not the theme that is added."""
    before = publisher.get(f"{STAFF}/records?kind=practice&theme=streets").text

    page = ask_for_all(
        publisher, "records", "theme", "kind=practice&theme=streets", theme="screens"
    )
    press(publisher, page)

    assert LAMPS in before
    assert "Add the theme “Screens" in page.text
    assert LAMPS in publisher.get(f"{STAFF}/records?theme=screens").text


def test_an_editor_exports_the_whole_list_and_changes_none_of_it(
    editor: Browser,
) -> None:
    """The box gives no right that ticking one row does not give."""
    exported = ask_for_all(editor, "records", "export", "kind=practice")
    refused = ask_for_all(editor, "records", "withdraw", "kind=practice")

    assert LAMPS in rows(exported)
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("listing", "query"),
    [("records", "sort=title"), ("drafts", "state=draft&sort=title")],
)
def test_a_list_above_the_limit_is_refused_with_both_numbers(
    listing: str, query: str, publisher: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is cut off silently, and the list keeps its filter."""
    for each in (LAMPS, EVENT):
        publisher.post(f"{STAFF}/records/{each}/change")
    monkeypatch.setattr("kb.staff.base.staff_list.MAX_CHOSEN", 1)

    page = ask_for_all(publisher, listing, "export", "sort=title")

    assert "at most 1 can be changed together" in page.text
    assert page.request.path == f"{STAFF}/records"
    assert page.request.query_string.decode() == query


def test_the_box_is_offered_only_where_the_list_has_other_pages(
    publisher: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On one page, “Tick all” covers the list."""
    path = f"{STAFF}/records?kind=practice"
    one_page = publisher.get(path).text
    monkeypatch.setattr(
        "kb.staff.drafts.record_list.RECORD_LIST", replace(RECORD_LIST, per_page=1)
    )

    several = publisher.get(path).text

    assert 'name="all"' not in one_page
    assert 'name="all"' in several
    assert "rows of this list, on all its pages" in several


@pytest.mark.usefixtures("editor")
@pytest.mark.parametrize(
    ("act", "fields", "asked", "found"),
    [
        ("ready", {}, "the state “Ready for review”", "state=ready"),
        (
            "assign",
            {"person": "publisher@example.org"},
            "Assign these drafts to publisher@example.org?",
            "person=publisher@example.org",
        ),
        ("facts", {"theme": "screens"}, "the theme “Screens", "theme=screens"),
    ],
)
def test_all_drafts_of_a_filter_are_changed_after_a_page_that_asks(
    act: str,
    fields: dict[str, str],
    asked: str,
    found: str,
    publisher: Browser,
) -> None:
    """One ticked draft is changed at once; a whole list is confirmed first."""
    for each in (LAMPS, EVENT):
        publisher.post(f"{STAFF}/records/{each}/change")

    page = ask_for_all(publisher, "drafts", act, "kind=practice", **fields)
    form = BeautifulSoup(page.text, "lxml").select_one(FORM)
    assert form is not None
    fields_shown = form_fields(page.text, form=FORM)
    done = publisher.client.post(str(form["action"]), data=fields_shown)

    assert asked in page.text
    assert rows(page) == {LAMPS}
    assert done.headers["Location"].endswith("/records?kind=practice&state=draft")
    matching = publisher.get(f"{STAFF}/records?{found}").text
    assert LAMPS in matching


@pytest.mark.parametrize(
    "query", ["no-such", "facts?set-theme=no-such", "facts?set-firmness=x"]
)
def test_an_unknown_change_of_a_whole_list_is_refused(
    query: str, editor: Browser
) -> None:
    """Such an address was not made by our form."""
    assert editor.get(f"{STAFF}/drafts/chosen/{query}").status_code == (400)


@pytest.mark.parametrize("act", ["publish", "discard"])
def test_all_drafts_are_named_before_publication_and_deletion(
    act: str, publisher: Browser
) -> None:
    """Both pages ask about the drafts of the filter, each ticked."""
    for each in (LAMPS, EVENT):
        publisher.post(f"{STAFF}/records/{each}/change")

    page = ask_for_all(publisher, "drafts", act)

    assert rows(page) == {LAMPS, EVENT}
    assert (
        "All 2 rows of the list “Records and drafts” with this filter: Drafts."
        in page.text
    )
