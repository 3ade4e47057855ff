"""Tests of changes of several ticked records and drafts in the browser."""

import csv
import io

import pytest
from werkzeug.test import TestResponse

from indexer.model.ids import RecordId
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.forms import form_fields
from tests.support.staff import Browser, actions

CHANGES_CONTENT = True

LAMPS, REC, EVENT = "practices/newtown-lamps", "recommendations/rec-01", "events/w9"
STAFF = "/en/staff"
FORM = "main form[method=post]"
JUDGED = """\
- id: one
  text: lamps
  locale: en
  type: single
  grades: {practices/newtown-lamps: 3}
"""


def confirm(
    browser: Browser, listing: str, act: str, *records: str, **fields: str
) -> TestResponse:
    """Tick records of a list, press a button, and return the page that asks."""
    path = f"{STAFF}/{listing}"
    data = {"csrf_token": browser.token(path), "d": list(records), "act": act, **fields}
    answer = browser.client.post(f"{path}/chosen", data=data)
    assert answer.status_code == 303
    return browser.get(answer.headers["Location"])


def press(browser: Browser, page: TestResponse, **fields: str) -> TestResponse:
    """Press the button of the page that asks."""
    data = {**form_fields(page.text, form=FORM), **fields}
    return browser.client.post(page.request.path, data=data)


def test_ticked_records_are_withdrawn_with_a_reason(
    publisher: Browser, services: Services
) -> None:
    """Without a reason the page asks for it; the audit log has a line for each."""
    page = confirm(publisher, "records", "withdraw", LAMPS, REC, "needs/none")
    assert "Withdraw these records?" in page.text
    assert "It no longer exists." in page.text

    refused = press(publisher, page)
    done = press(publisher, refused, reason="Asked by the town.")

    assert refused.status_code == 422
    assert "Write the reason." in refused.text
    assert done.status_code == 303
    assert (
        "2 records are withdrawn." in publisher.get(f"{STAFF}/records?state=draft").text
    )
    assert publisher.get(f"/en/{LAMPS}").status_code == 404
    logged = [each[1:] for each in actions(services.database)]
    assert ("record-unpublished", LAMPS) in logged
    assert ("record-unpublished", REC) in logged
    history = publisher.get(f"{STAFF}/history?record={LAMPS}").text
    assert "Asked by the town." in history


def test_deleted_records_come_back_by_one_press(
    publisher: Browser, editor: Browser
) -> None:
    """The list of what is set aside offers to undo the deletion as a whole."""
    page = confirm(publisher, "records", "delete", LAMPS, EVENT)

    done = press(publisher, page, searches="seen")

    trash = publisher.get(done.headers["Location"])
    assert "Undo: restore the 2 deleted together" in trash.text
    assert publisher.get(f"/en/{LAMPS}").status_code in {404, 410}
    batch = done.headers["Location"].rpartition("batch=")[2]
    path = f"{STAFF}/put-aside/batches/{batch}/restore"
    assert editor.post(path).status_code == 403
    assert publisher.post(path).status_code == 303
    assert publisher.get(f"/en/{LAMPS}").status_code == 200


def test_a_record_changed_after_the_page_was_shown_is_left_out(
    publisher: Browser, content: Workspace
) -> None:
    """The page comes back with the reason; the other record is withdrawn."""
    page = confirm(publisher, "records", "withdraw", LAMPS, EVENT)
    path = content.path(f"{EVENT}/en.md")
    path.write_text(path.read_text("utf-8") + "\nMore.\n", "utf-8")

    answer = press(publisher, page, reason="Too old.", searches="seen")

    assert answer.status_code == 409
    assert "Somebody changed it meanwhile" in answer.text
    assert publisher.get(f"/en/{LAMPS}").status_code == 404
    assert publisher.get(f"/en/{EVENT}").status_code == 200


def test_drafts_are_deleted_by_editors(editor: Browser, services: Services) -> None:
    """The published records stay, and the drafts come back by one press."""
    for each in (LAMPS, EVENT):
        editor.post(f"{STAFF}/records/{each}/change")

    page = confirm(editor, "drafts", "discard", LAMPS, EVENT, REC)
    done = press(editor, page)

    assert "This draft no longer exists." in page.text
    assert "Nothing matches." in editor.get(f"{STAFF}/records?state=draft").text
    assert editor.get(f"/en/{LAMPS}").status_code == 200
    assert ("editor@example.org", "draft-discarded", LAMPS) in actions(
        services.database
    )
    batch = done.headers["Location"].rpartition("batch=")[2]
    editor.post(f"{STAFF}/put-aside/batches/{batch}/restore")
    drafts = editor.get(f"{STAFF}/records?state=draft").text
    assert LAMPS in drafts
    assert EVENT in drafts


def test_a_theme_is_added_to_ticked_records(
    publisher: Browser, services: Services
) -> None:
    """An unknown theme answers 400; visitors find the record under the theme."""
    page = confirm(publisher, "records", "theme", LAMPS, theme="screens")

    done = press(publisher, page)

    assert done.status_code == 303
    record = services.content.read().get(RecordId.parse(LAMPS))  # type: ignore[arg-type]  # a valid id
    assert record is not None
    assert "screens" in record.themes
    wrong = f"{STAFF}/records/chosen/theme?added-theme=no-such&d={LAMPS}"
    assert publisher.get(wrong).status_code == 400


def test_ticked_records_are_exported(editor: Browser) -> None:
    """A draft is left out, and the page says why; an unknown format answers 400."""
    editor.post(
        f"{STAFF}/add/blank", kind="need", title_en="A need", title_fr="Un besoin"
    )
    page = confirm(editor, "records", "export", LAMPS, EVENT, "needs/no-such")

    answer = press(editor, page, format="csv")

    assert "it is not published" in page.text
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert {LAMPS, EVENT} <= {cell for row in rows for cell in row}
    assert press(editor, page, format="exe").status_code == 400


def test_an_editor_changes_no_published_record(editor: Browser) -> None:
    """The buttons are not shown, and their addresses answer 403."""
    listed = editor.get(f"{STAFF}/records").text

    assert 'value="export"' in listed
    assert 'value="withdraw"' not in listed
    for act in ("withdraw", "delete", "theme"):
        path = f"{STAFF}/records/chosen/{act}"
        assert editor.get(f"{path}?d={LAMPS}").status_code == 403
        assert editor.post(path, d=LAMPS).status_code == 403


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("records/chosen/withdraw", {"d": LAMPS, "reason": "why"}),
        ("records/chosen/delete", {"d": LAMPS}),
    ],
)
def test_a_search_that_loses_its_answer_is_named_before_a_record_leaves(
    path: str, fields: dict[str, str], publisher: Browser, content: Workspace
) -> None:
    """Nothing is withdrawn until the publisher has seen it."""
    content.path("judgements.yaml").write_text(JUDGED, "utf-8")
    asked = publisher.get(f"{STAFF}/{path}?d={LAMPS}")
    shown = form_fields(asked.text, form=FORM)
    fields = fields | {f"version-{LAMPS}": shown[f"version-{LAMPS}"][0]}

    refused = publisher.post(f"{STAFF}/{path}", **fields)

    assert refused.status_code == 409
    assert "1 search would lose its answer" in refused.text
    assert publisher.get(f"/en/{LAMPS}").status_code == 200
    done = publisher.post(f"{STAFF}/{path}", searches="seen", **fields)
    assert done.status_code == 303


def test_a_search_that_loses_its_answer_is_named_before_bulk_publication(
    publisher: Browser, content: Workspace
) -> None:
    """The page that asks names it; the press publishes them."""
    form = f"{STAFF}/drafts/{LAMPS}"

    def named(title: str) -> TestResponse:
        for each in (LAMPS, EVENT):
            publisher.post(f"{STAFF}/records/{each}/change")
        fields = form_fields(publisher.get(form).text) | {"en-title": [title]}
        publisher.client.post(form, data=fields, headers={"Accept": "text/html"})
        return confirm(publisher, "drafts", "publish", LAMPS, EVENT)

    assert press(publisher, named("Quokka lamps")).status_code == 303
    judged = JUDGED.replace("text: lamps", "text: quokka")
    content.path("judgements.yaml").write_text(judged, "utf-8")

    asked = named("Wombat lamps")

    assert "1 search would lose its answer" in asked.text
    assert press(publisher, asked).status_code == 303


def test_a_search_that_loses_its_answer_is_named_before_a_merge(
    publisher: Browser, content: Workspace, services: Services
) -> None:
    """The record that stays answers what the duplicate answered, if it is found."""
    duplicate = content.path("recommendations/rec-02/en.md")
    text = duplicate.read_text("utf-8")
    duplicate.write_text(f"{text}\nAlso about wombats and silence.\n", "utf-8")
    services.content.update_index()
    judged = JUDGED.replace(LAMPS, "recommendations/rec-02")
    both = judged.replace("lamps", "wombats") + judged.replace("one", "two").replace(
        "lamps", "silence"
    )
    content.path("judgements.yaml").write_text(both, "utf-8")
    path = f"{STAFF}/records/recommendations/rec-02/merge"

    refused = publisher.post(path, into="rec-01")

    assert refused.status_code == 409
    assert "1 search would lose its answer" in refused.text
    assert "q=wombats" in refused.text
    assert "Merge them all the same" in refused.text
    assert publisher.get("/en/recommendations/rec-02").status_code == 200
    assert publisher.post(path, into="rec-01", searches="seen").status_code == 303
    assert publisher.get("/en/recommendations/rec-02").status_code == 301


def test_the_history_is_of_all_of_one_record_or_of_one_person(
    publisher: Browser, admin: Browser
) -> None:
    """Old addresses lead to the filters; only administrators read the log."""
    publisher.press("withdraw", LAMPS, reason="old")
    path = f"{STAFF}/history?record={LAMPS}"

    assert publisher.get(f"{STAFF}/records/{LAMPS}/history").location == path
    assert "publisher@example.org" in publisher.get(path).text
    assert "/history/1" not in publisher.get(f"{path}&person=nobody@x.org").text
    assert publisher.get(f"{STAFF}/history?record=x").status_code == 404
    assert publisher.get(f"{STAFF}/history/log").status_code == 403
    log = admin.get(f"{STAFF}/history/log?person=publisher@example.org").text
    assert "Withdrawn, back to the drafts" in log
    assert "Filter" in log
