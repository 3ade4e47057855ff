"""Complete, preview and publish a record, as members of staff do in a browser."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from indexer.model.ids import Kind, Locale, RecordId
from kb.database.model import Role
from kb.publishing.changes.external_edits import ExternalEditDetector
from kb.publishing.changes.repository import open_repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.imports.task_runner import read_waiting
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.forms import Fields, form_fields
from tests.support.staff import Browser, HandClock, actions

LAMPS = "practices/newtown-lamps"
FORM = f"/en/staff/drafts/{LAMPS}"
SignIn = Callable[[Role], Browser]


@pytest.fixture
def services(own_services: Services) -> Services:
    """Give services over content that a test may change."""
    return own_services


def begin(browser: Browser, record: str = LAMPS) -> Fields:
    """Begin a change of a record, and give the form of its draft."""
    begun = browser.post(f"/en/staff/records/{record}/change")
    assert begun.status_code == 303
    return form_of(browser, record)


def form_of(browser: Browser, record: str = LAMPS) -> Fields:
    """Give the form of a draft as it stands."""
    return form_fields(browser.get(f"/en/staff/drafts/{record}").text)


def send(
    browser: Browser, fields: Fields, record: str = LAMPS, *, accept: str = "text/html"
) -> TestResponse:
    """Send the form of a draft."""
    return browser.client.post(
        f"/en/staff/drafts/{record}", data=fields, headers={"Accept": accept}
    )


def publish(browser: Browser, record: str = LAMPS) -> TestResponse:
    """Press the button of the page that asks whether to publish."""
    version = form_of(browser, record)["version"][0]
    return browser.post(f"/en/staff/drafts/{record}/publish", version=version)


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_form_that_is_sent_as_it_stands_changes_nothing(
    content: Workspace, services: Services, signed_in: SignIn, locale: str
) -> None:
    """Whoever corrects one word does not rewrite the others."""
    browser = signed_in(Role.EDITOR)
    drafts = DraftEditor(open_repository(content.locations))
    for record in services.corpus.records:
        begin(browser, str(record))
        before = drafts.load(record).texts
        path = f"/{locale}/staff/drafts/{record}"

        fields = form_fields(browser.get(path).text)
        answer = browser.client.post(path, data=fields)

        assert answer.status_code == 303
        assert drafts.load(record).texts == before


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_blank_draft_of_any_kind_is_a_form(
    signed_in: SignIn, locale: str, kind: Kind
) -> None:
    """It opens, says what is missing beside each field, and is saved as it is."""
    browser = signed_in(Role.EDITOR)

    begun = browser.post(
        f"/{locale}/staff/add/blank", kind=kind.value, title="Été – Café & Co"
    )

    assert begun.location == (f"/{locale}/staff/drafts/{kind.folder}/ete-cafe-co")
    page = browser.get(begun.location).text
    assert 'class="errors' in page
    assert 'class="err"' in page
    anchors = re.findall(r'<a href="#([^"]+)">', page.partition('class="record"')[0])
    assert anchors
    assert [each for each in anchors[1:] if f'id="{each}"' not in page] == []
    saved = browser.client.post(begun.location, data=form_fields(page))
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
def test_what_is_wrong_is_kept_and_told_beside_its_field(
    signed_in: SignIn, name: str, typed: str, control: str
) -> None:
    """Saving asks for nothing; only publishing does."""
    browser = signed_in(Role.PUBLISHER)
    fields = begin(browser)

    assert send(browser, fields | {name: [typed]}).status_code == 303

    page = browser.get(FORM).text
    assert typed in form_fields(page).get(name, [""])
    summary = page.partition('class="errors')[2].partition("</div>")[0]
    assert f'href="#{control}"' in summary
    assert f'id="{control}"' in page
    assert 'class="err"' in page
    assert publish(browser).location == FORM


def test_a_place_is_named_by_its_title_in_either_language(
    content: Workspace, services: Services, signed_in: SignIn
) -> None:
    """Nobody has to know an id."""
    browser = signed_in(Role.EDITOR)
    fields = begin(browser)
    slug, place = next(iter(services.corpus.gazetteer.places.items()))
    fields["f-places"] = [place.names[Locale.FR].upper(), ""]

    send(browser, fields)

    texts = DraftEditor(open_repository(content.locations)).load(_id(LAMPS)).texts
    assert f"places: [{slug}]" in texts["record.yaml"]


def test_rows_come_and_go_without_script(signed_in: SignIn) -> None:
    """By plain buttons, which save what was typed as well."""
    browser = signed_in(Role.EDITOR)
    fields = begin(browser)
    before = len([name for name in fields if name.startswith("f-sources-")])
    fields |= {"act": ["add:f-sources"], "en-title": ["Kept as well"]}

    added = send(browser, fields)

    assert added.location == f"{FORM}?more=f-sources#f-sources"
    longer = form_fields(browser.get(added.location.partition("#")[0]).text)
    assert len([name for name in longer if name.startswith("f-sources-")]) > before
    assert longer["en-title"] == ["Kept as well"]
    longer |= {"act": ["remove:f-sources-0"]}
    send(browser, longer)
    assert form_of(browser)["f-sources-0-url"] != fields["f-sources-0-url"]


def test_the_second_to_save_sees_both_and_loses_nothing(
    content: Workspace, signed_in: SignIn
) -> None:
    """They are told who and when, and take over what they want."""
    first, second = signed_in(Role.PUBLISHER), signed_in(Role.EDITOR)
    theirs = begin(first)
    yours = form_of(second)
    send(first, theirs | {"en-title": ["Lamps by Lea"], "fr-title": ["Lampes de Léa"]})

    refused = send(second, yours | {"en-title": ["Lamps by Max"]})

    assert refused.status_code == 409
    assert "publisher@example.org saved this draft meanwhile" in refused.text
    assert "<del>Lea</del>" in refused.text
    assert "<ins>Max</ins>" in refused.text
    held = form_fields(refused.text)
    assert held["en-title"] == ["Lamps by Max"]
    assert form_of(first)["en-title"] == ["Lamps by Lea"]
    merged = send(second, held | {"act": ["theirs:fr-title"]})
    held = form_fields(merged.text)
    assert (held["en-title"], held["fr-title"]) == (["Lamps by Max"], ["Lampes de Léa"])
    assert send(second, held).status_code == 303
    last = form_of(first)
    assert (last["en-title"], last["fr-title"]) == (["Lamps by Max"], ["Lampes de Léa"])
    told = open_repository(content.locations).history.changes(_id(LAMPS))
    assert HistoryAction.NOT_SAVED in {each.entry.action for each in told}


def test_each_paragraph_is_taken_over_by_itself(signed_in: SignIn) -> None:
    """Two who wrote in one text: the button beside a paragraph takes no other."""
    first, second = signed_in(Role.PUBLISHER), signed_in(Role.EDITOR)
    theirs = begin(first)
    theirs["en-body"] = ["One.\n\nTwo."]
    send(first, theirs)
    theirs, yours = form_of(first), form_of(second)
    send(first, theirs | {"en-body": ["One.\n\nTwo, by Lea."]})

    refused = send(second, yours | {"en-body": ["One, by Max.\n\nTwo."]})

    acts = re.findall(r'value="(theirs:en-body:\w+)"', refused.text)
    assert len(acts) == 2
    merged = send(second, form_fields(refused.text) | {"act": [acts[1]]})
    held = form_fields(merged.text)
    assert held["en-body"] == ["One, by Max.\n\nTwo, by Lea."]
    assert send(second, held).status_code == 303


def test_a_draft_that_was_published_meanwhile_is_begun_again(
    signed_in: SignIn,
) -> None:
    """With the words that came too late."""
    first, second = signed_in(Role.PUBLISHER), signed_in(Role.EDITOR)
    begin(first)
    late = form_of(second) | {"en-title": ["Too late"]}
    publish(first)

    gone = send(second, late)

    assert gone.status_code == 410
    assert "Somebody published it" in gone.text
    held = form_fields(gone.text, form=f'main form[action="{FORM}"]')
    again = send(second, held | {"act": ["begin-again"]})
    assert again.status_code == 303
    assert form_of(second)["en-title"] == ["Too late"]


def test_a_script_saves_in_the_background(signed_in: SignIn) -> None:
    """It is told the version to save upon next, or why nothing was saved."""
    browser = signed_in(Role.EDITOR)
    fields = begin(browser)
    json = "application/json"

    saved = send(browser, fields | {"en-title": ["One"]}, accept=json)

    version = saved.get_json()["version"]
    again = fields | {"en-title": ["Two"], "version": [version]}
    assert send(browser, again, accept=json).status_code == 200
    late = send(browser, again | {"en-title": ["Three"]}, accept=json)
    assert (late.status_code, late.get_json()["error"]["code"]) == (409, "conflict")
    assert form_of(browser)["en-title"] == ["Two"]


def test_a_session_that_ended_loses_no_word(
    clock: HandClock, signed_in: SignIn
) -> None:
    """What was sent is kept while they sign in, and sent again by one press."""
    browser = signed_in(Role.EDITOR)
    fields = begin(browser) | {"en-title": ["Written for hours"]}
    clock.advance(hours=200)

    asked = send(browser, fields)

    assert asked.status_code == 401
    found = re.search(r'name="kept"\s+value="([^"]+)"', asked.text)
    assert found is not None
    resent = browser.sign_in("editor@example.org", kept=found[1])
    assert "Send it again" in resent.text
    held = form_fields(resent.text, form=f'form[action="{FORM}"]')
    assert send(browser, held).status_code == 303
    assert form_of(browser)["en-title"] == ["Written for hours"]


def test_a_preview_is_the_page_of_the_visitors_and_theirs_stays(
    app: Flask, signed_in: SignIn
) -> None:
    """In both languages, by the same templates; nothing of it is kept anywhere."""
    browser, visitor = signed_in(Role.EDITOR), Browser(app)
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


def test_what_is_published_is_found_by_its_title(app: Flask, signed_in: SignIn) -> None:
    """The page says so, for each language."""
    browser = signed_in(Role.PUBLISHER)
    send(browser, begin(browser) | {"en-title": ["Quokka lamps"]})
    asked = browser.get(f"{FORM}/publish")
    assert "It replaces at once the record that visitors see now" in asked.text

    done = publish(browser)

    page = browser.get(done.location).text
    assert page.count("it comes in position 1") == 2
    assert "The record is published: " in page
    assert f'href="/en/{LAMPS}"' in Browser(app).get("/en/search?q=quokka").text
    assert browser.get(FORM).location == f"/en/staff/records/{LAMPS}"
    state = app.extensions["kb-services"].database
    assert ("publisher@example.org", "record-published", LAMPS) in actions(state)


def test_an_editor_sees_why_they_cannot_publish(signed_in: SignIn) -> None:
    """The button is there, and says who can."""
    browser = signed_in(Role.EDITOR)
    begin(browser)

    assert "a publisher publishes" in browser.get(FORM).text
    assert browser.get(f"{FORM}/publish").status_code == 403
    assert browser.post(f"{FORM}/publish").status_code == 403


def test_a_record_that_changed_since_is_not_overwritten_unseen(
    content: Workspace, signed_in: SignIn
) -> None:
    """Somebody changed the file by hand while the draft was in work."""
    browser = signed_in(Role.PUBLISHER)
    send(browser, begin(browser) | {"en-title": ["Quokka lamps"]})
    path = content.path(f"{LAMPS}/en.md")
    path.write_text(path.read_text("utf-8") + "\nAdded by hand.\n", "utf-8")

    asked = publish(browser)

    assert asked.status_code == 409
    assert "Added by hand" in asked.text
    over = re.search(r'name="over" value="(\w+)"', asked.text)
    assert over is not None
    version = form_of(browser)["version"][0]
    done = browser.post(f"{FORM}/publish", version=version, over=over[1])
    assert done.status_code == 303
    assert "Quokka" in path.read_text("utf-8")


def test_what_names_a_draft_says_that_it_goes_first(signed_in: SignIn) -> None:
    """It exists, for who wrote it: to say that it does not would send them astray."""
    browser = signed_in(Role.PUBLISHER)
    browser.post("/en/staff/add/blank", kind="event", title="Lantern day")
    fields = begin(browser) | {"f-events": ["lantern-day"], "en-title": [""]}
    send(browser, fields)
    note = 'href="/en/staff/drafts/events/lantern-day"'
    assert note in browser.get(FORM).text  # before the rest is complete, too

    send(browser, form_of(browser) | {"en-title": ["Lamps"]})

    page = browser.get(FORM).text
    assert note in page
    assert "“Lantern day” is still a draft: publish it first" in page
    assert "does not exist" not in page
    listed = browser.get("/en/staff/drafts").text
    assert "To be published first" in listed
    assert "Complete</span>" not in listed
    french = browser.get(FORM.replace("/en/", "/fr/")).text
    assert "«\u00a0Lantern day\u00a0» est encore un brouillon" in french


def test_a_withdrawn_record_waits_among_the_drafts(
    app: Flask, signed_in: SignIn
) -> None:
    """Visitors see it no more; published again, it is back."""
    browser, visitor = signed_in(Role.PUBLISHER), Browser(app)
    assert browser.get(f"/en/staff/records/{LAMPS}/unpublish").status_code == 200

    done = browser.post(f"/en/staff/records/{LAMPS}/unpublish")

    assert done.location == FORM
    assert visitor.get(f"/en/{LAMPS}").status_code == 404
    publish(browser)
    assert visitor.get(f"/en/{LAMPS}").status_code == 200


def test_a_deleted_record_is_restored(app: Flask, signed_in: SignIn) -> None:
    """Links and all, by one press on the page of what was put aside."""
    browser, visitor = signed_in(Role.PUBLISHER), Browser(app)
    before = visitor.get(f"/en/{LAMPS}").text
    title = title_of(app, RecordId(Kind.PRACTICE, "newtown-lamps"))
    assert "90 days" in browser.get(f"/en/staff/records/{LAMPS}/delete").text

    browser.post(f"/en/staff/records/{LAMPS}/delete")

    gone = visitor.get(f"/fr/{LAMPS}")
    assert gone.status_code == 410
    assert "Cette fiche a été supprimée" in gone.text
    page = browser.get("/en/staff/put-aside").text
    assert title in page
    found = re.search(r"put-aside/(\w+)/restore", page)
    assert found is not None
    assert browser.post(f"/en/staff/{found[0]}").status_code == 303
    assert visitor.get(f"/en/{LAMPS}").text == before


def test_a_form_that_is_too_long_says_so_and_a_long_one_is_saved(
    signed_in: SignIn,
) -> None:
    """To the script too, which would say that the server can't be reached."""
    browser = signed_in(Role.EDITOR)
    form = begin(browser)
    long = form | {"en-body": ["word " * 150_000]}
    too_long = form | {"en-body": ["word " * 250_000]}

    assert send(browser, long).status_code == 303
    assert "Go back" in send(browser, too_long).text
    answer = browser.client.post(
        FORM, data=too_long, headers={"Accept": "application/json"}
    )

    assert answer.status_code == 413
    assert answer.get_json()["error"]["code"] == "too-large"
    assert "1 MB" in answer.get_json()["error"]["message"]


def title_of(app: Flask, record: RecordId) -> str:
    """Give the English title of a record that visitors see."""
    records = app.extensions["kb-services"].corpus.records
    return str(records[record].edition(Locale.EN).title)


def test_duplicates_are_merged(app: Flask, signed_in: SignIn) -> None:
    """One is chosen by its title; the other goes aside."""
    browser, visitor = signed_in(Role.PUBLISHER), Browser(app)
    merge = "/en/staff/records/recommendations/rec-02/merge"
    assert browser.post(merge, into="no such title").status_code == 422
    title = title_of(app, RecordId(Kind.RECOMMENDATION, "rec-01"))
    asked = browser.get(merge, query_string={"into": title})
    assert "What will happen" in asked.text

    done = browser.post(merge, into=title)

    assert done.location == "/en/staff/records/recommendations/rec-01"
    assert "Merged into" in browser.get("/en/staff/put-aside").text
    for old, new in (
        ("/en/recommendations/rec-02", "/en/recommendations/rec-01"),
        (
            "/api/v1/records/recommendation/rec-02",
            "/api/v1/records/recommendations/rec-01",
        ),
    ):
        answer = visitor.get(old)
        assert (answer.status_code, answer.location) == (301, new)
        assert "must-revalidate" in answer.headers["Cache-Control"]
    dossier = visitor.get("/en/dossier?r=recommendations/rec-02").text
    assert 'href="/en/recommendations/rec-01"' in dossier


@pytest.mark.parametrize(
    ("act", "status"),
    [("delete", 410), ("unpublish", 404)],
    ids=["deleted", "withdrawn"],
)
def test_what_became_of_a_record_is_told_no_further_than_it_was_seen(
    app: Flask, signed_in: SignIn, act: str, status: int
) -> None:
    """That one was deleted is said; one that is worked on looks like none."""
    browser, visitor = signed_in(Role.PUBLISHER), Browser(app)
    title = title_of(app, RecordId(Kind.RECOMMENDATION, "rec-01"))
    browser.post("/en/staff/records/recommendations/rec-02/merge", into=title)

    browser.post(f"/en/staff/records/recommendations/rec-01/{act}")

    for slug in ("rec-01", "rec-02"):
        assert visitor.get(f"/fr/recommendations/{slug}").status_code == status
        answer = visitor.get(f"/api/v1/records/recommendation/{slug}")
        assert answer.status_code == status


def test_the_history_tells_and_brings_back(app: Flask, signed_in: SignIn) -> None:
    """Who, when, what, with the words marked; the state before is one press away."""
    browser, visitor = signed_in(Role.PUBLISHER), Browser(app)
    before = re.search("<h1>(.*)</h1>", visitor.get(f"/en/{LAMPS}").text)
    assert before is not None
    send(browser, begin(browser) | {"en-title": ["Quokka lamps"]})
    publish(browser)

    page = browser.get(f"/en/staff/records/{LAMPS}/history").text

    number = re.search(r"staff/history/(\d+)", page)
    assert number is not None
    change = f"/en/staff/history/{number[1]}"
    told = browser.get(change).text
    assert "publisher@example.org" in told
    assert "<ins>Quokka</ins>" in told
    assert "Bring back the state before" in told
    assert (
        "Bring this state back" in browser.get(f"{change}/bring-back?side=before").text
    )
    assert browser.post(f"{change}/bring-back", side="before").status_code == 303
    assert before[0] in visitor.get(f"/en/{LAMPS}").text
    assert "Brought back to an earlier state" in browser.get("/en/staff/history").text
    log = signed_in(Role.ADMIN).get("/fr/staff/log").text
    assert f"dans l’état d’avant la modification n°\u00a0{number[1]}" in log


def test_a_record_broken_by_hand_has_a_page_and_a_way_back(
    content: Workspace, services: Services, signed_in: SignIn
) -> None:
    """Its problem, its history, and the last state that could be read."""
    edit_detector = ExternalEditDetector(open_repository(content.locations))
    edit_detector.notice()
    path = content.path(f"{LAMPS}/record.yaml")
    good = path.read_text("utf-8")
    for broken in ("themes: [unclosed\n", "themes: {still unclosed\n"):
        path.write_text(broken + good, "utf-8")
        edit_detector.notice()
    services.content.update_index()
    browser = signed_in(Role.PUBLISHER)
    assert Browser(browser.client.application).get(f"/en/{LAMPS}").status_code == 404

    listed = browser.get("/en/staff/records?standing=unreadable").text
    page = browser.get(f"/en/staff/records/{LAMPS}").text

    assert f'href="/en/staff/records/{LAMPS}"' in listed
    assert f'href="/en/staff/records/{LAMPS}/delete"' in page
    assert "Newtown: lighting the lanes again</h1>" in page
    assert "The fields can&#39;t be read" in page
    assert f"{LAMPS}/record.yaml:" in page
    assert "Changed by hand" in page
    back = re.search(r'href="([^"]+/bring-back[^"]+)"', page)
    assert back is not None
    assert browser.get(back[1].replace("&amp;", "&")).status_code == 200
    address, side = back[1].split("?side=")
    browser.post(address, side=side)
    assert path.read_text("utf-8") == good


def test_a_record_that_can_not_be_read_is_put_aside_and_restored(
    content: Workspace, services: Services, signed_in: SignIn
) -> None:
    """As it is, byte for byte: who can't mend it can at least clear it away."""
    path = content.path(f"{LAMPS}/record.yaml")
    broken = "themes: [unclosed\n" + path.read_text("utf-8")
    path.write_text(broken, "utf-8")
    services.content.update_index()
    browser = signed_in(Role.PUBLISHER)
    assert (
        "its files can’t be read"
        in browser.get(f"/en/staff/records/{LAMPS}/delete").text
    )

    browser.post(f"/en/staff/records/{LAMPS}/delete")

    assert not path.exists()
    aside = browser.get("/en/staff/put-aside").text
    assert "Newtown: lighting the lanes again" in aside
    assert browser.get(f"/en/staff/records/{LAMPS}/delete").status_code == 404
    found = re.search(r"put-aside/(\w+)/restore", aside)
    assert found is not None
    browser.post(f"/en/staff/{found[0]}")
    assert path.read_text("utf-8") == broken


def test_a_file_that_is_too_large_is_told_the_limit_of_one_file(
    services: Services, signed_in: SignIn, content: Workspace
) -> None:
    """Limits of several files, or of a page that is pasted, are none of its own."""
    content.add_file(b"# Report\n\nOld words about lamps in the streets.\n")
    services.content.update_index()
    browser = signed_in(Role.PUBLISHER)
    path = "/en/staff/records/deliverables/d9.1/files/report.md/replace"
    browser.post("/en/staff/records/deliverables/d9.1/change")

    for place, back in (
        (path, path),
        (
            "/en/staff/drafts/deliverables/d9.1/files",
            "/en/staff/drafts/deliverables/d9.1",
        ),
    ):
        answer = browser.client.post(
            place,
            data=b"x",
            content_type="multipart/form-data; boundary=x",
            environ_overrides={"CONTENT_LENGTH": str(101 * 1024 * 1024)},
        )
        assert answer.status_code == 413
        assert "100 MB" in answer.text
        assert "300 MB" not in answer.text
        assert f'class="btn" href="{back}"' in answer.text


def test_a_broken_record_is_mended_in_a_draft(
    content: Workspace, services: Services, signed_in: SignIn
) -> None:
    """By somebody who may not bring anything back."""
    path = content.path(f"{LAMPS}/record.yaml")
    path.write_text("themes: [unclosed\n" + path.read_text("utf-8"), "utf-8")
    services.content.update_index()
    browser = signed_in(Role.EDITOR)

    assert "bring-back" not in browser.get(f"/en/staff/records/{LAMPS}").text
    begun = browser.post(f"/en/staff/records/{LAMPS}/change")

    assert "themes: [unclosed" in browser.get(begun.location).text
    assert "Why visitors" in browser.get(f"/en/staff/records/{LAMPS}").text


def test_a_change_made_by_hand_is_in_the_history(
    content: Workspace, signed_in: SignIn
) -> None:
    """Its words are marked; what was there from the beginning does not hide it."""
    edit_detector = ExternalEditDetector(open_repository(content.locations))
    edit_detector.notice()
    path = content.path(f"{LAMPS}/en.md")
    path.write_text(path.read_text("utf-8") + "\nTyped in an editor.\n", "utf-8")
    edit_detector.notice()

    browser = signed_in(Role.EDITOR)
    page = browser.get("/en/staff/history").text

    assert page.count('href="/en/staff/history/') == 1
    assert "Changed by hand in the folder of the content" in page
    assert "outside this site" in page
    number = re.search(r"staff/history/(\d+)", page)
    assert number is not None
    change = browser.get(f"/en/staff/history/{number[1]}").text
    assert "<ins>Typed in an editor.</ins>" in change
    assert "a publisher can bring back an earlier state" in change


def test_what_is_typed_is_shown_as_text(signed_in: SignIn) -> None:
    """No markup of a title, a list or a file runs anywhere."""
    browser = signed_in(Role.EDITOR)
    evil = "</textarea><script>alert(1)</script>"
    fields = begin(browser) | {"en-title": [evil], "f-places": [evil]}

    send(browser, fields)

    for path in (FORM, f"{FORM}/preview", f"{FORM}/discard", "/en/staff/records"):
        assert "<script>alert" not in browser.get(path).text


@pytest.mark.parametrize(
    "path",
    ["records/practices/..%2f..", "drafts/practices/A", "drafts/nope/x", "history/0x1"],
)
def test_no_address_leads_out(signed_in: SignIn, path: str) -> None:
    """A name in an address is a name of a record, or nothing."""
    assert signed_in(Role.ADMIN).get(f"/en/staff/{path}").status_code == 404


def test_a_number_that_no_database_holds_is_no_change(signed_in: SignIn) -> None:
    """Addresses are easily changed."""
    browser = signed_in(Role.ADMIN)

    assert browser.get(f"/en/staff/history/{'9' * 40}").status_code == 404
    assert browser.get("/en/staff/history?before=x").status_code == 400


def test_a_file_that_is_no_form_is_mended_as_it_is(
    content: Workspace, signed_in: SignIn
) -> None:
    """It was broken by hand: it is shown whole, and nothing of it is lost."""
    browser = signed_in(Role.EDITOR)
    broken = "---\ntitle: [unclosed\nsummary: x\n---\nWords.\n"
    content.path(f"{LAMPS}/en.md").write_text(broken, "utf-8")

    fields = begin(browser)

    assert fields["raw-en.md"] == [broken.rstrip("\n") + "\n"]
    mended = broken.replace("[unclosed", "Closed")
    send(browser, fields | {"raw-en.md": [mended]})
    assert form_of(browser)["en-title"] == ["Closed"]


class NoProcess:
    """Stands for what starts the process that reads: the test reads by itself."""

    def start(self) -> None:
        """Start nothing."""

    def see_to(self) -> None:
        """Start nothing."""


def replacing(
    services: Services, browser: Browser, path: str, body: bytes
) -> tuple[str, str]:
    """Send a file to replace another, have it read; give its task before and after."""
    browser.client.application.extensions["kb-reading"] = NoProcess()
    fields = {"csrf_token": browser.token(), "file": (io.BytesIO(body), "x.exe")}
    sent = browser.client.post(path, data=fields)
    assert sent.status_code == 303
    before = browser.get(sent.location).text
    read_waiting(services.settings.locations, clock=services.clock)
    return before, browser.get(sent.location).text


def test_a_file_is_replaced_and_the_one_before_is_kept(
    content: Workspace, services: Services, signed_in: SignIn
) -> None:
    """By a task, under the same name; what can't be read changes nothing."""
    content.add_file(b"# Report\n\nOld words about lamps in the streets.\n")
    services.content.update_index()
    browser = signed_in(Role.PUBLISHER)
    path = "/en/staff/records/deliverables/d9.1/files/report.md/replace"
    stored = content.path("deliverables/d9.1/files/report.md")
    old = stored.read_bytes()
    assert "report.md" in browser.get(path).text
    assert browser.post(path).status_code == 422

    for body in (
        b"",
        b"%PDF-1.7 no report at all",
        b"# Report\n\nStrictly confidential\n\nWords about quokkas.\n",
        old,
    ):
        before, after = replacing(services, browser, path, body)
        assert "state-waiting" in before
        assert "state-replaced" not in after
        assert stored.read_bytes() == old
    new = b"# Report\n\nNew words about quokkas in the streets.\n"
    _before, after = replacing(services, browser, path, new)

    assert "state-replaced" in after
    assert stored.read_bytes() == new
    found = Browser(browser.client.application).get("/en/search?q=quokkas").text
    assert 'href="/en/deliverables/d9.1"' in found
    page = browser.get("/en/staff/records/deliverables/d9.1/history").text
    assert page.count("Replaced a file") == 1
    change = re.search(r'href="([^"]+/history/\d+)"', page)
    assert change is not None
    told = browser.get(change[1]).text
    assert "Name of the file: report.md" in told
    assert hashlib.sha256(new).hexdigest()[:8] in told
    assert hashlib.sha256(new).hexdigest() not in told


def test_a_new_file_that_lacks_what_is_quoted_is_told_and_comes_to_the_desk(
    content: Workspace, services: Services, signed_in: SignIn
) -> None:
    """Visitors would go on reading as a quotation what the report says no more."""
    content.add_file(b"# Report\n\nOld words about lamps in the streets.\n")
    record = content.path("recommendations/rec-01/record.yaml")
    quoted = "  - {deliverable: d9.1, file: report.md, text: Old words about lamps}\n"
    record.write_text(f"{record.read_text('utf-8')}quotations:\n{quoted}", "utf-8")
    services.content.update_index()
    browser = signed_in(Role.PUBLISHER)
    path = "/en/staff/records/deliverables/d9.1/files/report.md/replace"
    said = "is not in &#39;report.md&#39;"
    assert said not in browser.get("/en/staff/problems").text

    new = b"# Report\n\nNew words about quokkas in the streets.\n"
    _before, after = replacing(services, browser, path, new)

    assert "Quotations that the new file does not hold: 1" in after
    assert said in browser.get("/en/staff/problems").text
    page = browser.get("/fr/staff/problems").text
    assert 'href="/fr/staff/records/recommendations/rec-01"' in page


def test_a_file_is_put_into_a_blank_draft_and_published_with_it(
    content: Workspace, services: Services, signed_in: SignIn
) -> None:
    """It is read by a task, listed with its digest, and taken out by one press."""
    browser = signed_in(Role.PUBLISHER)
    browser.client.application.extensions["kb-reading"] = NoProcess()
    begun = browser.post("/en/staff/add/blank", kind="deliverable", title="Lamp report")
    path = begun.location

    def sent(body: bytes) -> str:
        name = "../../evil name?.md"
        fields = {"csrf_token": browser.token(), "file": (io.BytesIO(body), name)}
        task = browser.client.post(f"{path}/files", data=fields).location
        assert "state-waiting" in browser.get(task).text
        read_waiting(services.settings.locations)
        return browser.get(task).text

    body = b"# Report\n\nWords about quokkas in the streets.\n"
    told = sent(body)
    assert "state-attached" in told
    assert f'class="btn" href="{path}"' in told
    assert "state-already-there" in sent(body)
    assert "state-refused" in sent(b"")
    assert "state-attached" in sent(body + b"More.\n")
    assert browser.post(f"{path}/files").location == path

    drafts = DraftEditor(open_repository(content.locations))
    record = RecordId(Kind.DELIVERABLE, "lamp-report")
    first, second = sorted(drafts.load(record).files)
    assert first.endswith(".md")
    assert "/" not in first
    fields = form_fields(browser.get(path).text)
    assert {*fields["f-files-0-name"], *fields["f-files-1-name"]} == {first, second}
    browser.post(f"{path}/files/{second}/remove")
    assert drafts.load(record).files == (first,)
    assert second not in drafts.load(record).texts["record.yaml"]


def test_the_desk_begins_with_the_drafts_in_work(signed_in: SignIn) -> None:
    """And tells what was put aside."""
    browser = signed_in(Role.PUBLISHER)
    begin(browser)
    browser.post("/en/staff/records/recommendations/rec-02/delete")

    page = browser.get("/en/staff/").text

    assert f'href="{FORM}"' in page
    assert "Put aside" in page


def test_records_are_found_by_title_kind_state_and_name(signed_in: SignIn) -> None:
    """Drafts too; what is looked for is written as people write."""
    browser = signed_in(Role.EDITOR)
    browser.post("/en/staff/add/blank", kind="need", title="Éclairer les quais")

    def found(query: str) -> list[str]:
        page = browser.get(f"/en/staff/records?{query}").text
        return re.findall(r'href="/en/staff/(?:drafts|records)/(\w+/[\w.-]+)"', page)

    assert found("q=eclairer QUAIS") == ["needs/eclairer-les-quais"]
    assert found("q=rec-02") == ["recommendations/rec-02"]
    assert set(found("kind=practice&standing=published")) >= {LAMPS}
    assert found("standing=draft") == ["needs/eclairer-les-quais"]
    assert found("q=xylozorg") == []
    assert found("page=999&kind=nope")


def _id(text: str) -> RecordId:
    found = RecordId.parse(text)
    assert found is not None
    return found


def test_what_a_full_disk_refuses_is_shown_again(
    content: Workspace, signed_in: SignIn
) -> None:
    """The words stay in the form, and a script is told that nothing was saved."""
    browser = signed_in(Role.EDITOR)
    fields = begin(browser) | {"en-title": ["Words of an hour"]}
    before = form_of(browser)["en-title"]
    journal = open_repository(content.locations).journal.folder
    shutil.rmtree(journal)
    journal.write_bytes(b"in the way")

    refused = send(browser, fields)

    assert refused.status_code == 503
    assert "Nothing was changed" in refused.text
    assert form_fields(refused.text)["en-title"] == ["Words of an hour"]
    told = send(browser, fields, accept="application/json")
    assert told.get_json()["error"]["code"] == "unwritable"
    journal.unlink()
    assert form_of(browser)["en-title"] == before
