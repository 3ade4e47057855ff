"""Tests of drafts in the browser: editing, preview, publication, history, trash."""

import hashlib
import io
import re
import shutil
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from indexer.model.ids import Kind, Locale, RecordId
from kb.publishing.changes.external_edits import ExternalEditDetector
from kb.publishing.changes.repository import open_repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.imports.worker_process import run_pending_tasks
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.forms import Fields, form_fields
from tests.support.matrix import matrix
from tests.support.staff import Browser, HandClock, actions

CHANGES_CONTENT = True

LAMPS = "practices/newtown-lamps"
FORM = f"/en/staff/drafts/{LAMPS}"


def begin(browser: Browser, record: str = LAMPS) -> Fields:
    """Begin a change of a record, and return the form of its draft."""
    response = browser.post(f"/en/staff/records/{record}/change")
    assert response.status_code == 303
    return form_of(browser, record)


def form_of(browser: Browser, record: str = LAMPS) -> Fields:
    """Return the form of a draft."""
    return form_fields(browser.get(f"/en/staff/drafts/{record}").text)


def send(
    browser: Browser, fields: Fields, record: str = LAMPS, *, accept: str = "text/html"
) -> TestResponse:
    """Submit the form of a draft."""
    return browser.client.post(
        f"/en/staff/drafts/{record}", data=fields, headers={"Accept": accept}
    )


def publish(browser: Browser, record: str = LAMPS) -> TestResponse:
    """Submit the confirmation form of a publication."""
    version = form_of(browser, record)["version"][0]
    return browser.post(f"/en/staff/drafts/{record}/publish", version=version)


@pytest.mark.load
@pytest.mark.parametrize("locale", matrix("fr", rest=["en"]))
def test_saving_an_unchanged_form_changes_no_file(
    content: Workspace, services: Services, editor: Browser, locale: str
) -> None:
    """A correction of one word rewrites no other."""
    drafts = DraftEditor(open_repository(content.locations))
    for record in services.corpus.records:
        begin(editor, str(record))
        before = drafts.load(record).texts
        path = f"/{locale}/staff/drafts/{record}"

        fields = form_fields(editor.get(path).text)
        response = editor.client.post(path, data=fields)

        assert response.status_code == 303
        assert drafts.load(record).texts == before


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_blank_draft_of_every_kind_can_be_saved(
    editor: Browser, locale: str, kind: Kind
) -> None:
    """The form shows what is missing beside each field."""
    response = editor.post(
        f"/{locale}/staff/add/blank", kind=kind.value, title="Été – Café & Co"
    )

    assert response.location == (f"/{locale}/staff/drafts/{kind.folder}/ete-cafe-co")
    page = editor.get(response.location).text
    assert 'class="errors' in page
    assert 'class="err"' in page
    anchors = re.findall(r'<a href="#([^"]+)">', page.partition('class="record"')[0])
    assert anchors
    assert [each for each in anchors[1:] if f'id="{each}"' not in page] == []
    saved = editor.client.post(response.location, data=form_fields(page))
    assert saved.status_code == 303


@pytest.mark.parametrize(
    ("name", "typed", "control"),
    [
        ("f-date", "2018-99", "f-date"),
        ("f-places", "Atlantis", "f-places-0"),
        ("f-events", "No such meeting", "f-events-0"),
        ("en-title", "", "en-title"),
        ("f-sources-0-url", "nowhere", "f-sources-0"),
    ],
)
def test_an_invalid_value_is_saved_with_an_error_beside_its_field(
    publisher: Browser, name: str, typed: str, control: str
) -> None:
    """Only publication requires valid values."""
    fields = begin(publisher)

    assert send(publisher, fields | {name: [typed]}).status_code == 303

    page = publisher.get(FORM).text
    assert typed in form_fields(page).get(name, [""])
    summary = page.partition('class="errors')[2].partition("</div>")[0]
    assert f'href="#{control}"' in summary
    assert f'id="{control}"' in page
    assert 'class="err"' in page
    assert publish(publisher).location == FORM


def test_a_number_of_one_language_is_a_note_until_it_is_checked(
    editor: Browser,
) -> None:
    """The form names no file: the note names the language, and the field to fill."""
    fields = begin(editor) | {"en-means_money": ["45,000 euros a year"]}

    send(editor, fields)

    page = unescape(editor.get(FORM).text)
    assert (
        "In English, the number “45,000”, of “45,000 euros a year”, is in this "
        "language only: correct one of the two texts; if both are right, add 45000 to "
        "'Warnings that need no change'."
    ) in page
    in_french = unescape(editor.get(FORM.replace("/en/", "/fr/")).text)
    assert "En anglais, le nombre «\u00a045,000\u00a0»" in in_french
    assert "45000 à «\u00a0Avertissements sans suite\u00a0»." in in_french
    send(editor, form_of(editor) | {"f-checked": ["45000"]})
    assert "45,000”" not in unescape(editor.get(FORM).text)


def test_a_place_is_chosen_by_its_name_in_either_language(
    content: Workspace, services: Services, editor: Browser
) -> None:
    """Nobody has to type an id."""
    fields = begin(editor)
    slug, place = next(iter(services.corpus.gazetteer.places.items()))
    fields["f-places"] = [place.names[Locale.FR].upper(), ""]

    send(editor, fields)

    texts = DraftEditor(open_repository(content.locations)).load(_id(LAMPS)).texts
    assert f"places: [{slug}]" in texts["record.yaml"]


def test_rows_are_added_and_removed_without_javascript(editor: Browser) -> None:
    """The buttons save the form as well."""
    fields = begin(editor)
    before = len([name for name in fields if name.startswith("f-sources-")])
    fields |= {"act": ["add:f-sources"], "en-title": ["Kept as well"]}

    added = send(editor, fields)

    assert added.location == f"{FORM}?more=f-sources#f-sources"
    longer = form_fields(editor.get(added.location.partition("#")[0]).text)
    assert len([name for name in longer if name.startswith("f-sources-")]) > before
    assert longer["en-title"] == ["Kept as well"]
    longer |= {"act": ["remove:f-sources-0"]}
    send(editor, longer)
    assert form_of(editor)["f-sources-0-url"] != fields["f-sources-0-url"]


def test_a_conflict_shows_both_versions(
    content: Workspace, publisher: Browser, editor: Browser
) -> None:
    """The page names the other author, and their fields can be used."""
    theirs = begin(publisher)
    yours = form_of(editor)
    send(
        publisher,
        theirs | {"en-title": ["Lamps by Lea"], "fr-title": ["Lampes de Léa"]},
    )

    refused = send(editor, yours | {"en-title": ["Lamps by Max"]})

    assert refused.status_code == 409
    assert "publisher@example.org saved this draft meanwhile" in refused.text
    assert "<del>Lea</del>" in refused.text
    assert "<ins>Max</ins>" in refused.text
    form = form_fields(refused.text)
    assert form["en-title"] == ["Lamps by Max"]
    assert form_of(publisher)["en-title"] == ["Lamps by Lea"]
    merged = send(editor, form | {"act": ["theirs:fr-title"]})
    form = form_fields(merged.text)
    assert (form["en-title"], form["fr-title"]) == (["Lamps by Max"], ["Lampes de Léa"])
    assert send(editor, form).status_code == 303
    last = form_of(publisher)
    assert (last["en-title"], last["fr-title"]) == (["Lamps by Max"], ["Lampes de Léa"])
    changes = open_repository(content.locations).history.changes(_id(LAMPS))
    assert HistoryAction.NOT_SAVED in {each.entry.action for each in changes}


def test_a_conflict_is_resolved_paragraph_by_paragraph(
    publisher: Browser, editor: Browser
) -> None:
    """The button beside a paragraph copies only that one."""
    theirs = begin(publisher)
    theirs["en-body-done"] = ["One.\n\nTwo."]
    send(publisher, theirs)
    theirs, yours = form_of(publisher), form_of(editor)
    send(publisher, theirs | {"en-body-done": ["One.\n\nTwo, by Lea."]})

    refused = send(editor, yours | {"en-body-done": ["One, by Max.\n\nTwo."]})

    acts = re.findall(r'value="(theirs:en-body:\w+)"', refused.text)
    assert len(acts) == 2
    merged = send(editor, form_fields(refused.text) | {"act": [acts[1]]})
    form = form_fields(merged.text)
    assert form["en-body-done"] == ["One, by Max.\n\nTwo, by Lea."]
    assert send(editor, form).status_code == 303


def test_a_name_that_is_taken_leads_to_the_record_that_has_it(editor: Browser) -> None:
    """The message has its title as a link; no HTML of a title gets into it."""
    for title in ("<b>Lamps</b>", "Night lamps"):
        editor.post("/en/staff/add/blank", kind="need", title=title)
    path = "/en/staff/drafts/needs/night-lamps"
    for name, link in {
        "n01": '<a href="/en/needs/n01">',
        "b-lamps-b": '<a href="/en/staff/drafts/needs/b-lamps-b">&lt;b&gt;Lamps',
    }.items():
        editor.client.post(
            f"{path}/name", data={"csrf_token": editor.token(path), "name": name}
        )
        assert f"This name is taken by: {link}" in editor.get(path).text


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("fr", "« n50 » est un ancien identifiant de events/w9"),
        ("en", "'n50' is a former id of events/w9"),
    ],
)
def test_a_draft_cannot_be_renamed_to_a_former_id(
    content: Workspace, editor: Browser, locale: str, sentence: str
) -> None:
    """The page says which record the address leads to."""
    path = content.path("events/w9/record.yaml")
    path.write_text(path.read_text("utf-8") + "former_ids: [needs/n50]\n", "utf-8")
    editor.post("/en/staff/add/blank", kind="need", title="Night lamps")

    editor.post(f"/{locale}/staff/drafts/needs/night-lamps/name", name="N50")

    page = editor.get(f"/{locale}/staff/drafts/needs/night-lamps")
    assert page.status_code == 200
    assert sentence in re.sub(r"[\u00a0\u202f]", " ", unescape(page.text))


def test_saving_a_published_draft_offers_a_new_draft(
    publisher: Browser, editor: Browser
) -> None:
    """The new draft has the text that was submitted too late."""
    begin(publisher)
    late = form_of(editor) | {"en-title": ["Too late"]}
    publish(publisher)

    gone = send(editor, late)

    assert gone.status_code == 410
    assert "Somebody published it" in gone.text
    form = form_fields(gone.text, form=f'main form[action="{FORM}"]')
    again = send(editor, form | {"act": ["begin-again"]})
    assert again.status_code == 303
    assert form_of(editor)["en-title"] == ["Too late"]


def test_saving_as_json_returns_the_version_or_the_error(editor: Browser) -> None:
    """The script needs the version for its next save."""
    fields = begin(editor)
    json = "application/json"

    saved = send(editor, fields | {"en-title": ["One"]}, accept=json)

    version = saved.get_json()["version"]
    again = fields | {"en-title": ["Two"], "version": [version]}
    assert send(editor, again, accept=json).status_code == 200
    late = send(editor, again | {"en-title": ["Three"]}, accept=json)
    assert (late.status_code, late.get_json()["error"]["code"]) == (409, "conflict")
    assert form_of(editor)["en-title"] == ["Two"]


def test_an_automatic_save_returns_the_check_of_the_draft(publisher: Browser) -> None:
    """The lists, errors and button are those of the page that a reload would show."""
    browser, json = publisher, "application/json"
    fields = begin(browser)

    wrong = fields | {"f-date": ["2018-99"], "fr-title": [""]}
    saved = send(browser, wrong, accept=json).get_json()
    check, page = saved["check"], unescape(browser.get(FORM).text)

    assert set(check["errors"]) == {"f-date", "f-end_date", "fr-title"}
    assert check["errors"]["f-date"] in page
    for name in ("summary", "publish"):
        assert unescape(check[name]).strip() in page
    assert 'href="#f-date"' in check["summary"]
    assert 'aria-disabled="true"' in check["publish"]
    assert check["lacks"] == "3 things remain to be completed."

    right = fields | {"version": [saved["version"]]}
    check = send(browser, right, accept=json).get_json()["check"]

    assert check["errors"] == check["behind"] == {}
    assert check["lacks"] == "Nothing is missing."
    assert 'value="publish"' in check["publish"]
    assert 'class="errors' not in check["summary"]


def test_an_editor_gets_no_button_to_publish_with_the_check(editor: Browser) -> None:
    """The button stays what it is on the page of an editor."""
    fields = begin(editor) | {"en-title": ["Lamps"]}

    saved = send(editor, fields, accept="application/json").get_json()

    assert 'value="publish"' not in saved["check"]["publish"]
    assert "Editors cannot publish" in saved["check"]["publish"]


def test_the_check_names_the_wrong_line_of_a_list(editor: Browser) -> None:
    """The script marks the line, as the page does."""
    fields = begin(editor)
    lines = ["no such place", *fields["f-places"][1:]]

    saved = send(editor, fields | {"f-places": lines}, accept="application/json")

    check = saved.get_json()["check"]
    assert check["invalid"] == ["f-places-0"]
    assert list(check["errors"]) == ["f-places-0"]


def test_a_draft_saved_after_the_session_is_resubmitted(
    clock: HandClock, editor: Browser
) -> None:
    """The form is signed, and submitted again after sign-in."""
    fields = begin(editor) | {"en-title": ["Written for hours"]}
    clock.advance(hours=200)

    response = send(editor, fields)

    assert response.status_code == 401
    match = re.search(r'name="kept"\s+value="([^"]+)"', response.text)
    assert match is not None
    resent = editor.sign_in("editor@example.org", kept=match[1])
    assert "Send it again" in resent.text
    form = form_fields(resent.text, form=f'form[action="{FORM}"]')
    assert send(editor, form).status_code == 303
    assert form_of(editor)["en-title"] == ["Written for hours"]


def test_a_preview_is_the_public_page_and_changes_nothing(
    app: Flask, editor: Browser
) -> None:
    """It uses the public templates in both languages, and is not cached."""
    browser, visitor = editor, Browser(app)
    paths = (
        *(f"/en/{LAMPS}", f"/fr/{LAMPS}", f"/api/v1/records/{LAMPS}", "/sitemap.xml"),
        *("/en/", "/en/search?q=quokka", "/en/practices/", "/en/feed.atom"),
        "/api/v1/suggest?q=quok&locale=en",
    )
    before = {path: visitor.get(path).text for path in paths}
    fields = begin(browser)
    send(browser, fields | {"en-title": ["Quokka lamps"], "f-themes": ["screens"]})

    english = browser.get(f"{FORM}/preview")
    french = browser.get(f"/fr/staff/drafts/{LAMPS}/preview")

    assert "Quokka lamps</h1>" in english.text
    assert '<html lang="fr">' in french.text
    assert "Preview: visitors do not see this yet." in english.text
    assert english.headers["Cache-Control"] == "no-store"
    assert {path: visitor.get(path).text for path in paths} == before
    assert visitor.get(f"{FORM}/preview").status_code == 302


def test_a_published_record_is_found_by_its_titles(
    app: Flask, publisher: Browser
) -> None:
    """The page shows the rank for each language."""
    send(publisher, begin(publisher) | {"en-title": ["Quokka lamps"]})
    response = publisher.get(f"{FORM}/publish")
    assert "It replaces at once the record that visitors see now" in response.text

    done = publish(publisher)

    page = publisher.get(done.location).text
    assert page.count("it comes in position 1") == 2
    assert "The record is published: " in page
    assert f'href="/en/{LAMPS}?from=' in Browser(app).get("/en/search?q=quokka").text
    assert publisher.get(FORM).location == f"/en/staff/records/{LAMPS}"
    database = app.extensions["kb-services"].database
    assert ("publisher@example.org", "record-published", LAMPS) in actions(database)


def test_editors_see_why_they_cannot_publish(editor: Browser) -> None:
    """The button is disabled and names the role that may publish."""
    begin(editor)

    assert "Editors cannot publish" in editor.get(FORM).text
    assert editor.get(f"{FORM}/publish").status_code == 403
    assert editor.post(f"{FORM}/publish").status_code == 403


def test_publishing_over_an_external_edit_needs_confirmation(
    content: Workspace, publisher: Browser
) -> None:
    """The file was edited by hand after the draft was begun."""
    send(publisher, begin(publisher) | {"en-title": ["Quokka lamps"]})
    path = content.path(f"{LAMPS}/en.md")
    path.write_text(path.read_text("utf-8") + "\nAdded by hand.\n", "utf-8")

    response = publish(publisher)

    assert response.status_code == 409
    assert "Added by hand" in response.text
    over = re.search(r'name="over" value="(\w+)"', response.text)
    assert over is not None
    version = form_of(publisher)["version"][0]
    done = publisher.post(f"{FORM}/publish", version=version, over=over[1])
    assert done.status_code == 303
    assert "Quokka" in path.read_text("utf-8")


LANTERNS = "events/lantern-day"


def test_a_link_to_a_draft_is_published_with_that_draft(
    app: Flask, content: Workspace, publisher: Browser
) -> None:
    """The linked draft is no error; while it lacks something, the page names it."""
    publisher.post("/en/staff/add/blank", kind="event", title="Lantern day")
    fields = begin(publisher) | {"f-events": ["lantern-day"], "en-title": [""]}
    send(publisher, fields)
    note = 'href="/en/staff/drafts/events/lantern-day"'
    assert note in publisher.get(FORM).text  # although other fields are still missing

    send(publisher, form_of(publisher) | {"en-title": ["Lamps"]})

    page = publisher.get(FORM).text
    assert note in page
    assert "Nothing is missing." in page
    assert "does not exist" not in page
    listed = publisher.get("/en/staff/records?state=draft").text
    assert "Will be published with the draft that it links to" in listed
    refused = publisher.get(f"{FORM}/publish").text
    assert "cannot be published yet" in refused
    assert "Publish now" not in refused
    editor, event = DraftEditor(open_repository(content.locations)), _id(LANTERNS)
    texts = {
        path.name: path.read_text("utf-8").replace("id: w9", "id: lantern-day")
        for path in content.path("events/w9").iterdir()
    }
    editor.save(event, texts, version=editor.load(event).version, actor="test")

    asked = publisher.client.get(f"{FORM}/publish", follow_redirects=True)

    chosen = form_fields(asked.text, form='form[action$="drafts/publish"]')
    assert set(chosen["d"]) == {LAMPS, LANTERNS}
    publisher.client.post("/en/staff/drafts/publish", data=chosen)
    assert f'href="/en/{LANTERNS}"' in Browser(app).get(f"/en/{LAMPS}").text


def test_a_withdrawn_record_becomes_a_draft(app: Flask, publisher: Browser) -> None:
    """Visitors get it back when it is published again."""
    browser, visitor = publisher, Browser(app)
    done = browser.press("withdraw", LAMPS)

    assert done.location == FORM
    assert visitor.get(f"/en/{LAMPS}").status_code == 404
    publish(browser)
    assert visitor.get(f"/en/{LAMPS}").status_code == 200


WITH_STATE = re.compile(
    r"\s*<p class=\"small soft noprint\">\s*<a [^>]*>Address of the current text.*?"
    r"</p>",
    re.DOTALL,
)
"""What a record has once its history has a state of it to name."""


def test_a_deleted_record_can_be_restored(app: Flask, publisher: Browser) -> None:
    """The links from other records come back too."""
    browser, visitor = publisher, Browser(app)
    before = visitor.get(f"/en/{LAMPS}").text
    title = title_of(app, RecordId(Kind.PRACTICE, "newtown-lamps"))
    asked = browser.get(f"/en/staff/records/chosen/delete?d={LAMPS}")
    assert "90 days" in asked.text

    browser.press("delete", LAMPS)

    gone = visitor.get(f"/fr/{LAMPS}")
    assert gone.status_code == 410
    assert "Cette fiche a été supprimée" in gone.text
    page = browser.get("/en/staff/records?state=trash").text
    assert title in page
    match = re.search(r"put-aside/(\w+)/restore", page)
    assert match is not None
    assert browser.post(f"/en/staff/{match[0]}").status_code == 303
    restored = visitor.get(f"/en/{LAMPS}").text
    assert "Address of the current text" in restored
    assert WITH_STATE.sub("", restored) == WITH_STATE.sub("", before)


def test_an_overlong_draft_answers_413_and_a_long_one_is_saved(editor: Browser) -> None:
    """The script gets the error as JSON."""
    form = begin(editor)
    long = form | {"en-body-done": ["word " * 150_000]}
    too_long = form | {"en-body-done": ["word " * 250_000]}

    assert send(editor, long).status_code == 303
    assert "Go back" in send(editor, too_long).text
    response = editor.client.post(
        FORM, data=too_long, headers={"Accept": "application/json"}
    )

    assert response.status_code == 413
    assert response.get_json()["error"]["code"] == "too-large"
    assert "1 MB" in response.get_json()["error"]["message"]


def title_of(app: Flask, record: RecordId) -> str:
    """Return the English title on the public page of a record."""
    records = app.extensions["kb-services"].corpus.records
    return str(records[record].edition(Locale.EN).title)


def test_a_duplicate_is_merged_into_another_record(
    app: Flask, publisher: Browser
) -> None:
    """The target is chosen by its title; the duplicate goes to the trash."""
    browser, visitor = publisher, Browser(app)
    merge = "/en/staff/records/recommendations/rec-02/merge"
    assert browser.post(merge, into="no such title").status_code == 422
    title = title_of(app, RecordId(Kind.RECOMMENDATION, "rec-01"))
    response = browser.get(merge, query_string={"into": title})
    assert "What will happen" in response.text
    old = title_of(app, RecordId(Kind.RECOMMENDATION, "rec-02"))
    form = form_fields(response.text, form=f'form[method="post"][action="{merge}"]')
    assert {"take-en-title", "take-fr-title"} <= set(form)
    assert all(text in unescape(response.text) for text in (title, old))
    french = visitor.get("/fr/recommendations/rec-01").text

    done = browser.post(merge, into=title, **{"take-en-title": "duplicate"})

    record = RecordId(Kind.RECOMMENDATION, "rec-01")
    assert title_of(app, record) == old
    (kept,) = re.findall("<h1[^>]*>(.*?)</h1>", french, re.DOTALL)
    assert kept in visitor.get("/fr/recommendations/rec-01").text

    assert done.location == "/en/staff/records/recommendations/rec-01"
    assert "Merged into" in browser.get("/en/staff/records?state=trash").text
    for old, new in (
        ("/en/recommendations/rec-02", "/en/recommendations/rec-01"),
        (
            "/api/v1/records/recommendation/rec-02",
            "/api/v1/records/recommendations/rec-01",
        ),
    ):
        response = visitor.get(old)
        assert (response.status_code, response.location) == (301, new)
        assert "must-revalidate" in response.headers["Cache-Control"]
    dossier = visitor.get("/en/dossier?r=recommendations/rec-02").text
    assert 'href="/en/recommendations/rec-01"' in dossier


@pytest.mark.parametrize(
    ("act", "status"),
    [("delete", 410), ("withdraw", 404)],
    ids=["deleted", "withdrawn"],
)
def test_only_once_public_records_answer_410(
    app: Flask, publisher: Browser, act: str, status: int
) -> None:
    """An unpublished draft answers 404, as if it did not exist."""
    browser, visitor = publisher, Browser(app)
    title = title_of(app, RecordId(Kind.RECOMMENDATION, "rec-01"))
    browser.post("/en/staff/records/recommendations/rec-02/merge", into=title)

    browser.press(act, "recommendations/rec-01")

    for slug in ("rec-01", "rec-02"):
        assert visitor.get(f"/fr/recommendations/{slug}").status_code == status
        response = visitor.get(f"/api/v1/records/recommendation/{slug}")
        assert response.status_code == status


def test_the_history_shows_a_change_and_restores_a_state(
    app: Flask, publisher: Browser, admin: Browser
) -> None:
    """The changed words are marked."""
    browser, visitor = publisher, Browser(app)
    before = re.search("<h1>(.*)</h1>", visitor.get(f"/en/{LAMPS}").text)
    assert before is not None
    send(browser, begin(browser) | {"en-title": ["Quokka lamps"]})
    publish(browser)

    page = browser.get(f"/en/staff/history?record={LAMPS}").text

    number = re.search(r"staff/history/(\d+)", page)
    assert number is not None
    change = f"/en/staff/history/{number[1]}"
    page = browser.get(change).text
    assert "publisher@example.org" in page
    assert "<ins>Quokka</ins>" in page
    assert "Restore the version before" in page
    assert (
        "Restore this version" in browser.get(f"{change}/bring-back?side=before").text
    )
    assert browser.post(f"{change}/bring-back", side="before").status_code == 303
    assert before[0] in visitor.get(f"/en/{LAMPS}").text
    assert "Restored to an earlier version" in browser.get("/en/staff/history").text
    log = admin.get("/fr/staff/history/log").text
    assert f"version d’avant la modification n°\u00a0{number[1]}" in log


def test_an_unreadable_record_has_a_page_and_a_last_readable_state(
    content: Workspace, services: Services, publisher: Browser
) -> None:
    """The page shows its problem and its history."""
    edit_detector = ExternalEditDetector(open_repository(content.locations))
    edit_detector.record_edits()
    path = content.path(f"{LAMPS}/record.yaml")
    good = path.read_text("utf-8")
    for broken in ("themes: [unclosed\n", "themes: {still unclosed\n"):
        path.write_text(broken + good, "utf-8")
        edit_detector.record_edits()
    services.content.update_index()
    # Visitors see the last state without errors.
    assert Browser(publisher.client.application).get(f"/en/{LAMPS}").status_code == 200

    listed = publisher.get("/en/staff/records?state=unreadable").text
    page = publisher.get(f"/en/staff/records/{LAMPS}").text

    assert f'href="/en/staff/records/{LAMPS}"' in listed
    assert f'href="/en/staff/records/chosen/delete?d={LAMPS}"' in page
    assert "Newtown: lighting the lanes again</h1>" in page
    assert "The fields cannot be read" in page
    assert f"{LAMPS}/record.yaml:" in page
    assert "Changed by hand" in page
    back = re.search(r'href="([^"]+/bring-back[^"]+)"', page)
    assert back is not None
    assert publisher.get(back[1].replace("&amp;", "&")).status_code == 200
    address, side = back[1].split("?side=")
    publisher.post(address, side=side)
    assert path.read_text("utf-8") == good


def test_an_unreadable_record_can_be_deleted_and_restored(
    content: Workspace, services: Services, publisher: Browser
) -> None:
    """Its files are restored byte for byte."""
    path = content.path(f"{LAMPS}/record.yaml")
    broken = "themes: [unclosed\n" + path.read_text("utf-8")
    path.write_text(broken, "utf-8")
    services.content.update_index()
    publisher.press("delete", LAMPS)

    assert not path.exists()
    aside = publisher.get("/en/staff/records?state=trash").text
    assert "Newtown: lighting the lanes again" in aside
    assert "It no longer exists." in (
        publisher.get(f"/en/staff/records/chosen/delete?d={LAMPS}").text
    )
    match = re.search(r"put-aside/(\w+)/restore", aside)
    assert match is not None
    publisher.post(f"/en/staff/{match[0]}")
    assert path.read_text("utf-8") == broken


def test_a_file_that_is_too_large_names_the_limit_of_one_file(
    services: Services, publisher: Browser, content: Workspace
) -> None:
    """The limits of several files and of pasted pages do not apply."""
    content.add_file(b"# Report\n\nOld words about lamps in the streets.\n")
    services.content.update_index()
    path = "/en/staff/records/deliverables/d9.1/files/report.md/replace"
    publisher.post("/en/staff/records/deliverables/d9.1/change")

    for place, back in (
        (path, path),
        (
            "/en/staff/drafts/deliverables/d9.1/files",
            "/en/staff/drafts/deliverables/d9.1",
        ),
    ):
        response = publisher.client.post(
            place,
            data=b"x",
            content_type="multipart/form-data; boundary=x",
            environ_overrides={"CONTENT_LENGTH": str(101 * 1024 * 1024)},
        )
        assert response.status_code == 413
        assert "100 MB" in response.text
        assert "300 MB" not in response.text
        assert f'class="btn" href="{back}"' in response.text


def test_an_editor_repairs_an_unreadable_record_in_a_draft(
    content: Workspace, services: Services, editor: Browser
) -> None:
    """Editors may not restore earlier states."""
    path = content.path(f"{LAMPS}/record.yaml")
    path.write_text("themes: [unclosed\n" + path.read_text("utf-8"), "utf-8")
    services.content.update_index()
    assert "bring-back" not in editor.get(f"/en/staff/records/{LAMPS}").text
    response = editor.post(f"/en/staff/records/{LAMPS}/change")

    assert "themes: [unclosed" in editor.get(response.location).text
    assert "Why visitors" in editor.get(f"/en/staff/records/{LAMPS}").text


def test_an_external_edit_is_in_the_history(
    content: Workspace, editor: Browser
) -> None:
    """The changed words are marked; first entries of records are left out."""
    edit_detector = ExternalEditDetector(open_repository(content.locations))
    edit_detector.record_edits()
    path = content.path(f"{LAMPS}/en.md")
    path.write_text(path.read_text("utf-8") + "\nTyped in an editor.\n", "utf-8")
    edit_detector.record_edits()

    page = editor.get("/en/staff/history").text

    assert page.count('href="/en/staff/history/') == 1
    assert "Changed by hand in the folder of the content" in page
    assert "outside this site" in page
    number = re.search(r"staff/history/(\d+)", page)
    assert number is not None
    change = editor.get(f"/en/staff/history/{number[1]}").text
    assert "<ins>Typed in an editor.</ins>" in change
    assert "Only a publisher can restore an earlier version" in change


def test_typed_markup_is_escaped(editor: Browser) -> None:
    """Titles, lists and file names are checked."""
    evil = "</textarea><script>alert(1)</script>"
    fields = begin(editor) | {"en-title": [evil], "f-places": [evil]}

    send(editor, fields)

    for path in (
        FORM,
        f"{FORM}/preview",
        f"/en/staff/drafts/delete?d={LAMPS}",
        "/en/staff/records",
    ):
        assert "<script>alert" not in editor.get(path).text


@pytest.mark.parametrize(
    "path",
    ["records/practices/..%2f..", "drafts/practices/A", "drafts/nope/x", "history/0x1"],
)
def test_a_slug_with_a_path_answers_404(admin: Browser, path: str) -> None:
    """A slug in an address names a record, never a file."""
    assert admin.get(f"/en/staff/{path}").status_code == 404


def test_a_change_beyond_64_bits_answers_404(admin: Browser) -> None:
    """Numbers in addresses are easily changed."""
    assert admin.get(f"/en/staff/history/{'9' * 40}").status_code == 404
    assert admin.get("/en/staff/history?before=x").status_code == 400


def test_an_unparsable_file_is_edited_as_text(
    content: Workspace, editor: Browser
) -> None:
    """The form shows the whole file."""
    broken = "---\ntitle: [unclosed\nsummary: x\n---\nWords.\n"
    content.path(f"{LAMPS}/en.md").write_text(broken, "utf-8")

    fields = begin(editor)

    assert fields["raw-en.md"] == [broken.rstrip("\n") + "\n"]
    mended = broken.replace("[unclosed", "Closed")
    send(editor, fields | {"raw-en.md": [mended]})
    assert form_of(editor)["en-title"] == ["Closed"]


def replacing(
    services: Services, browser: Browser, path: str, body: bytes
) -> tuple[str, str]:
    """Upload a replacement and run its task; return the task page before and after."""
    fields = {"csrf_token": browser.token(), "file": (io.BytesIO(body), "x.exe")}
    sent = browser.client.post(path, data=fields)
    assert sent.status_code == 303
    before = browser.get(sent.location).text
    run_pending_tasks(services.settings.locations, clock=services.clock)
    return before, browser.get(sent.location).text


def test_replacing_a_file_keeps_the_old_one_in_the_history(
    content: Workspace, services: Services, publisher: Browser
) -> None:
    """An unreadable file changes nothing."""
    content.add_file(b"# Report\n\nOld words about lamps in the streets.\n")
    services.content.update_index()
    path = "/en/staff/records/deliverables/d9.1/files/report.md/replace"
    stored = content.path("deliverables/d9.1/files/report.md")
    old = stored.read_bytes()
    assert "report.md" in publisher.get(path).text
    assert publisher.post(path).status_code == 422

    for body in (
        b"",
        b"%PDF-1.7 no report at all",
        b"# Report\n\nStrictly confidential\n\nWords about quokkas.\n",
        old,
    ):
        before, after = replacing(services, publisher, path, body)
        assert "state-waiting" in before
        assert "state-replaced" not in after
        assert stored.read_bytes() == old
    new = b"# Report\n\nNew words about quokkas in the streets.\n"
    _before, after = replacing(services, publisher, path, new)

    assert "state-replaced" in after
    assert stored.read_bytes() == new
    results = Browser(publisher.client.application).get("/en/search?q=quokkas").text
    assert 'href="/en/deliverables/d9.1?from=' in results
    page = publisher.get("/en/staff/history?record=deliverables/d9.1").text
    assert page.count("Replaced a file") == 1
    change = re.search(r'href="([^"]+/history/\d+)"', page)
    assert change is not None
    page = publisher.get(change[1]).text
    assert "Name of the file: report.md" in page
    assert hashlib.sha256(new).hexdigest()[:8] in page
    assert hashlib.sha256(new).hexdigest() not in page


def test_a_replaced_file_without_a_quotation_is_a_problem_on_the_dashboard(
    content: Workspace, services: Services, publisher: Browser
) -> None:
    """Otherwise visitors would read a quotation that the report no longer has."""
    content.add_file(b"# Report\n\nOld words about lamps in the streets.\n")
    record = content.path("recommendations/rec-01/record.yaml")
    quoted = "  - {deliverable: d9.1, file: report.md, text: Old words about lamps}\n"
    record.write_text(f"{record.read_text('utf-8')}quotations:\n{quoted}", "utf-8")
    services.content.update_index()
    path = "/en/staff/records/deliverables/d9.1/files/report.md/replace"
    said = "is not in &#39;report.md&#39;"
    assert said not in publisher.get("/en/staff/look-after?work=problems").text

    new = b"# Report\n\nNew words about quokkas in the streets.\n"
    _before, after = replacing(services, publisher, path, new)

    assert "Quotations missing from the new file: 1" in after
    assert said in publisher.get("/en/staff/look-after?work=problems").text
    page = publisher.get("/fr/staff/look-after?work=problems").text
    assert 'href="/fr/staff/records/recommendations/rec-01"' in page


def test_a_file_is_attached_to_a_draft_and_published_with_it(
    content: Workspace, services: Services, publisher: Browser
) -> None:
    """It is listed with its digest, and can be removed."""
    response = publisher.post(
        "/en/staff/add/blank", kind="deliverable", title="Lamp report"
    )
    path = response.location

    def sent(body: bytes) -> str:
        name = "../../evil name?.md"
        fields = {"csrf_token": publisher.token(), "file": (io.BytesIO(body), name)}
        task = publisher.client.post(f"{path}/files", data=fields).location
        assert "state-waiting" in publisher.get(task).text
        run_pending_tasks(services.settings.locations)
        return publisher.get(task).text

    body = b"# Report\n\nWords about quokkas in the streets.\n"
    page = sent(body)
    assert "state-attached" in page
    assert f'class="btn" href="{path}"' in page
    assert "state-already-there" in sent(body)
    assert "state-refused" in sent(b"")
    assert "state-attached" in sent(body + b"More.\n")
    assert publisher.post(f"{path}/files").location == path

    drafts = DraftEditor(open_repository(content.locations))
    record = RecordId(Kind.DELIVERABLE, "lamp-report")
    first, second = sorted(drafts.load(record).files)
    assert first.endswith(".md")
    assert "/" not in first
    fields = form_fields(publisher.get(path).text)
    assert {*fields["f-files-0-name"], *fields["f-files-1-name"]} == {first, second}
    publisher.post(f"{path}/files/{second}/remove")
    assert drafts.load(record).files == (first,)
    assert second not in drafts.load(record).texts["record.yaml"]


def test_the_dashboard_lists_drafts_and_the_trash(publisher: Browser) -> None:
    """Drafts come first."""
    begin(publisher)
    publisher.press("delete", "recommendations/rec-02")

    page = publisher.get("/en/staff/").text

    assert f'href="{FORM}"' in page
    assert "/en/staff/records?state=trash" in page


def test_records_are_filtered_by_text_kind_and_status(editor: Browser) -> None:
    """Drafts are included; accents and case do not matter."""
    editor.post("/en/staff/add/blank", kind="need", title="Éclairer les quais")

    def slugs(query: str) -> list[str]:
        page = editor.get(f"/en/staff/records?{query}").text
        return re.findall(r'href="/en/staff/(?:drafts|records)/(\w+/[\w.-]+)"', page)

    assert slugs("q=eclairer QUAIS") == ["needs/eclairer-les-quais"]
    assert slugs("q=rec-02") == ["recommendations/rec-02"]
    assert set(slugs("kind=practice&state=published")) >= {LAMPS}
    assert slugs("state=draft") == ["needs/eclairer-les-quais"]
    assert slugs("q=xylozorg") == []
    assert slugs("page=999&kind=nope")
    assert slugs("state=trash") == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("drafts", "records?state=draft"),
        ("drafts?state=ready&kind=need", "records?state=ready&kind=need"),
        (f"records/{LAMPS}/unpublish", f"records/chosen/withdraw?d={LAMPS}"),
        ("put-aside?batch=x", "records?state=trash&batch=x"),
        ("records?standing=changing&q=a", "records?q=a&state=draft"),
    ],
)
def test_old_addresses_of_lists_lead_to_the_one_list(
    editor: Browser, old: str, new: str
) -> None:
    """Their filters stay."""
    moved = editor.get(f"/en/staff/{old}")

    assert moved.status_code == 301
    assert moved.location == f"/en/staff/{new}"


def _id(text: str) -> RecordId:
    record = RecordId.parse(text)
    assert record is not None
    return record


def test_a_draft_that_cannot_be_written_stays_in_the_form(
    content: Workspace, editor: Browser
) -> None:
    """A script gets the error as JSON."""
    fields = begin(editor) | {"en-title": ["Words of an hour"]}
    before = form_of(editor)["en-title"]
    journal = open_repository(content.locations).journal.folder
    shutil.rmtree(journal)
    journal.write_bytes(b"in the way")

    refused = send(editor, fields)

    assert refused.status_code == 503
    assert "Nothing was changed" in refused.text
    assert form_fields(refused.text)["en-title"] == ["Words of an hour"]
    response = send(editor, fields, accept="application/json")
    assert response.get_json()["error"]["code"] == "unwritable"
    journal.unlink()
    assert form_of(editor)["en-title"] == before
