"""The inbox: filters, drafts made of messages, replies, and what stays private."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.ids import RecordId
from indexer.readers.markdown import to_html
from kb.contributions.contribution import Contribution, ContributionState
from kb.contributions.contribution_store import ContributionStore
from kb.publishing.changes.repository import open_repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.imports.inbox import Inbox
from kb.publishing.imports.worker_process import run_pending_tasks
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.contributions import (
    CORRECTION,
    PRACTICE,
    PROBLEM,
    a_text_file,
    send,
    token_of,
)
from tests.support.forms import form_fields
from tests.support.staff import Browser, HandClock, actions

CHANGES_CONTENT = True

LAMPS = "practices/newtown-lamps"


@pytest.fixture
def store(services: Services) -> ContributionStore:
    """Return the store of the contributions."""
    settings = services.settings
    return ContributionStore(settings.contributions_file, days=settings.contact_days)


@pytest.fixture
def visitor(app: Flask, clock: HandClock) -> Callable[..., str]:
    """Return a function that sends a form and returns the private address."""
    client: FlaskClient = app.test_client()

    def fill_in(path: str, answers: dict[str, str], **more: object) -> str:
        token = token_of(client.get(path))
        clock.advance(seconds=60)
        response = send(client, path, token, answers, **more)  # type: ignore[arg-type]
        assert response.status_code == 303
        return str(response.location)

    return fill_in


def newest(store: ContributionStore) -> Contribution:
    """Return the message that came last."""
    return store.all()[0]


def decide(
    browser: Browser, store: ContributionStore, act: str, reply: str = ""
) -> int:
    """Press a button of the newest message, and return the status."""
    message = newest(store)
    page = f"/en/staff/inbox/{message.number}"
    response = browser.post(
        page, page=page, act=act, reply=reply, version=str(message.version)
    )
    return response.status_code


def make_draft(browser: Browser, store: ContributionStore) -> str:
    """Make a draft of the newest message, and return its address."""
    message = newest(store)
    page = f"/en/staff/inbox/{message.number}"
    response = browser.post(f"{page}/draft", page=page, version=str(message.version))
    assert response.status_code == 303
    return str(response.location)


def texts_of(services: Services, record: str) -> dict[str, str]:
    """Return the files of a draft."""
    repository = open_repository(services.settings.locations, clock=services.clock)
    parsed = RecordId.parse(record)
    assert parsed is not None
    return dict(DraftEditor(repository).load(parsed).texts)


def test_the_list_has_filters_with_counts(
    editor: Browser, visitor: Callable[..., str]
) -> None:
    """Each kind has its filter, and the dashboard begins with what waits."""
    visitor("/fr/propose", PRACTICE)
    visitor(f"/fr/report?r={LAMPS}", PROBLEM)
    page = editor.get("/fr/staff/inbox").text
    counts = re.findall(r'show=(\w+)"[^>]*>[^<]*<span class="num">(\d+)', page)

    assert dict(counts) == {
        "open": "2",
        "proposals": "1",
        "corrections": "0",
        "problems": "1",
        "settled": "0",
        "spam": "0",
    }
    only = editor.get("/fr/staff/inbox?show=problems").text
    assert "Le lien est mort." in only
    assert PRACTICE["title"] not in only
    assert PRACTICE["title"] in editor.get("/fr/staff/").text


def test_spam_is_closed_together(
    editor: Browser, visitor: Callable[..., str], store: ContributionStore
) -> None:
    """The ticked messages, or all with some words; what staff work on stays."""
    visitor("/fr/propose", PRACTICE)
    for number in range(3):
        visitor("/fr/report", {**PROBLEM, "message": f"Buy pills {number}"})
    page = "/en/staff/inbox?show=open&q=PILLS"
    assert PRACTICE["title"] not in editor.get(page).text

    spam = "/en/staff/inbox/spam"
    editor.post(spam, page=page, n="4")
    assert store.all()[0].state is ContributionState.SPAM
    editor.post(f"{spam}?show=open&q=PILLS", page=page, all="1")

    states = [message.state for message in reversed(store.all())]
    assert states == [ContributionState.NEW, *[ContributionState.SPAM] * 3]


def test_one_press_makes_a_practice_of_a_proposal(
    editor: Browser,
    visitor: Callable[..., str],
    store: ContributionStore,
    services: Services,
) -> None:
    """Kind, fields and text are filled in; name and address are nowhere in it."""
    visitor("/fr/propose", PRACTICE)

    url = make_draft(editor, store)

    record = url.partition("/drafts/")[2]
    texts = texts_of(services, record)
    assert "places: [villeneuve]" in texts["record.yaml"]
    assert "link_to_project: context" in texts["record.yaml"]
    assert "evidence: own-figures" in texts["record.yaml"]
    assert "url: https://example.org/a" in texts["record.yaml"]
    assert "Rapport annuel" in texts["record.yaml"]
    assert "## Le problème\n\nDes dépôts sauvages." in texts["fr.md"]
    assert "did_not_work:" in texts["fr.md"]
    everything = " ".join(texts.values())
    assert "Ana" not in everything
    assert "ana@example.org" not in everything
    assert newest(store).state is ContributionState.IN_PROGRESS
    assert str(newest(store).draft) == record


def test_a_second_press_opens_the_same_draft(
    editor: Browser, visitor: Callable[..., str], store: ContributionStore
) -> None:
    """Two people, or a double press, make one draft."""
    visitor("/fr/propose", PRACTICE)
    first, second = make_draft(editor, store), make_draft(editor, store)

    assert first == second


def test_markup_of_a_visitor_stays_text_in_the_draft(
    editor: Browser,
    visitor: Callable[..., str],
    store: ContributionStore,
    services: Services,
) -> None:
    """A heading, a link and HTML are shown as they were typed."""
    answers = {**PRACTICE, "problem": "# Big\n<img src=x> [win](https://spam.example)"}
    visitor("/fr/propose", answers)

    url = make_draft(editor, store)

    text = texts_of(services, url.partition("/drafts/")[2])["fr.md"]
    html = to_html(text.rpartition("---\n")[2])
    assert "<img" not in html
    assert ">win</a>" not in html
    assert "# Big" in html


def test_files_are_read_in_the_sandbox_and_the_practice_names_them(
    editor: Browser,
    visitor: Callable[..., str],
    store: ContributionStore,
    services: Services,
) -> None:
    """Each file becomes the draft of a deliverable, as an upload of staff does."""
    text = "# Evaluation of the lamps\n\nThe town counted fewer thefts in 2023.\n"
    visitor("/fr/propose", PRACTICE, files=a_text_file("bilan.md", text))
    url = make_draft(editor, store)

    run_pending_tasks(services.settings.locations, clock=services.clock)

    (task,) = Inbox(services.settings.locations.instance).all()
    assert task.is_done
    owner = task.files[0].owner
    texts = texts_of(services, url.partition("/drafts/")[2])
    assert f"deliverables: [{owner}]" in texts["record.yaml"]
    assert texts_of(services, f"deliverables/{owner}")


def test_an_answer_is_named_by_the_draft_of_its_need(
    editor: Browser,
    visitor: Callable[..., str],
    store: ContributionStore,
    services: Services,
) -> None:
    """The need is changed by a draft too: nothing is public before its turn."""
    visitor("/fr/propose?r=needs/n01", PRACTICE)

    url = make_draft(editor, store)

    slug = url.rpartition("/")[2]
    assert slug in texts_of(services, "needs/n01")["record.yaml"]
    published = services.settings.locations.documents / "needs/n01/record.yaml"
    assert slug not in published.read_text("utf-8")


def test_a_correction_is_inserted_where_it_was_quoted(
    editor: Browser,
    visitor: Callable[..., str],
    store: ContributionStore,
    services: Services,
    content: Workspace,
) -> None:
    """One press puts the proposed words in place of the quoted ones."""
    path = content.locations.documents / LAMPS / "en.md"
    body = path.read_text("utf-8").rpartition("---\n")[2].strip()
    sentence = next(
        line for line in body.split("\n") if line.strip() and line[0].isalpha()
    )
    # A page breaks lines and spaces in its own way.
    answers = {
        **CORRECTION,
        "quote": sentence.replace(" ", "\u00a0\n"),
        "proposed": "The right fact.",
    }
    visitor(f"/en/report?r={LAMPS}&about=fact", answers)

    make_draft(editor, store)

    text = texts_of(services, LAMPS)["en.md"]
    assert "The right fact." in text
    assert sentence not in text
    assert sentence in path.read_text("utf-8")


def test_a_figure_is_corrected_in_its_list(
    editor: Browser,
    visitor: Callable[..., str],
    store: ContributionStore,
    services: Services,
) -> None:
    """Its label is beside it and does not change; 3 is not in “13”."""
    answers = {**CORRECTION, "quote": "3", "proposed": "4"}
    visitor(f"/en/report?r={LAMPS}&about=fact", answers)
    shown = editor.get("/en/staff/inbox").text
    make_draft(editor, store)

    assert "<ins>4</ins> (lanes opened again)" in shown
    text = texts_of(services, LAMPS)["en.md"]
    figures = text.partition("figures:")[2].partition("means_people")[0]
    assert "value: 4" in figures
    assert "lanes opened again" in figures
    assert "1,200" in figures
    assert "Nothing is missing." in editor.get(f"/en/staff/drafts/{LAMPS}").text


def test_a_correction_of_a_withdrawn_record_stands_beside_its_draft(
    publisher: Browser, visitor: Callable[..., str]
) -> None:
    """Nobody sees the record now, and the message still awaits an answer."""
    answers = {**CORRECTION, "quote": "three lanes", "proposed": "four lanes"}
    visitor(f"/en/report?r={LAMPS}&about=fact", answers)
    publisher.post(f"/en/staff/records/{LAMPS}/unpublish", searches="seen")

    shown = publisher.get("/en/staff/inbox").text

    assert "avoided <del>three lanes</del>." in shown


def test_a_quotation_that_is_nowhere_leaves_the_text(
    editor: Browser,
    visitor: Callable[..., str],
    store: ContributionStore,
    services: Services,
    content: Workspace,
) -> None:
    """The draft is as the record, and staff insert the correction."""
    answers = {**CORRECTION, "quote": "never written here"}
    visitor(f"/en/report?r={LAMPS}&about=fact", answers)
    page = editor.get(make_draft(editor, store)).text

    assert "insert the correction yourself" in page
    path = content.locations.documents / LAMPS / "en.md"
    assert texts_of(services, LAMPS)["en.md"] == path.read_text("utf-8")


def test_the_visitor_reads_the_reply_on_the_private_page(
    editor: Browser,
    visitor: Callable[..., str],
    store: ContributionStore,
    app: Flask,
    services: Services,
) -> None:
    """A refusal needs a reason, which the visitor reads in words."""
    private = visitor("/fr/propose", PRACTICE)
    assert decide(editor, store, "refuse") == 422
    assert decide(editor, store, "refuse", "Déjà publiée : <Villeneuve>.") == 303

    page = app.test_client().get(private).text
    assert "Non retenu" in page
    assert "Déjà publiée : &lt;Villeneuve&gt;." in page
    number = newest(store).number
    logged = actions(services.database)
    assert ("editor@example.org", "contribution-handled", f"#{number}") in logged
    assert not any("ana@example.org" in str(line) for line in logged)


def test_two_people_do_not_settle_the_same_message_differently(
    editor: Browser, visitor: Callable[..., str], store: ContributionStore
) -> None:
    """The second one is told, and keeps what was typed."""
    visitor("/fr/propose", PRACTICE)
    message = newest(store)
    assert decide(editor, store, "accept") == 303

    page = f"/en/staff/inbox/{message.number}"
    late = editor.post(
        page, page=page, act="refuse", reply="Too vague.", version=str(message.version)
    )

    assert late.status_code == 409
    assert "Too vague." in late.text
    assert newest(store).state is ContributionState.ACCEPTED


def test_a_published_proposal_is_named_on_the_private_page(
    visitor: Callable[..., str],
    store: ContributionStore,
    app: Flask,
    clock: HandClock,
) -> None:
    """The state becomes “published” by itself, with the link."""
    private = visitor("/en/propose", PRACTICE)
    record = RecordId.parse(LAMPS)
    assert store.update(
        newest(store),
        state=ContributionState.IN_PROGRESS,
        actor="lea",
        now=clock(),
        draft=record,
    )

    page = app.test_client().get(private).text

    assert "Published" in page
    assert f'href="/en/{LAMPS}"' in page


def test_a_message_follows_its_draft_until_it_is_published(
    publisher: Browser, visitor: Callable[..., str], store: ContributionStore
) -> None:
    """A new name in the address, then publication: the message is settled by itself."""
    visitor(f"/en/report?r={LAMPS}&about=fact", CORRECTION)
    make_draft(publisher, store)
    visitor("/en/propose", PRACTICE)
    proposal = make_draft(publisher, store)
    publisher.post(f"{proposal}/name", page=proposal, name="reports-of-dumping")
    assert str(newest(store).draft) == "practices/reports-of-dumping"

    page = f"/en/staff/drafts/{LAMPS}/publish"
    fields = form_fields(publisher.get(page).text, form=f"form[action='{page}']")
    response = publisher.client.post(page, data=fields)

    assert response.status_code == 303
    assert [each.state.value for each in store.all()] == ["in-progress", "accepted"]


def test_files_are_always_downloads(
    editor: Browser, visitor: Callable[..., str], store: ContributionStore
) -> None:
    """A web page of a stranger never opens on our site."""
    visitor("/fr/propose", PRACTICE, files=a_text_file("a.html", "<html><p>x</p>"))
    number = newest(store).number

    response = editor.get(f"/en/staff/inbox/{number}/files/1")

    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_visitors_do_not_see_the_inbox(
    app: Flask, visitor: Callable[..., str], store: ContributionStore
) -> None:
    """The list, a message and a file ask to sign in."""
    visitor("/fr/propose", PRACTICE, files=a_text_file())
    number = newest(store).number
    client = app.test_client()

    for path in ("inbox", f"inbox/{number}", f"inbox/{number}/files/1"):
        response = client.get(f"/en/staff/{path}")
        assert response.status_code == 302
        assert "sign-in" in response.location


def test_unconfirmed_messages_are_not_in_the_inbox(
    editor: Browser, visitor: Callable[..., str], store: ContributionStore
) -> None:
    """Staff do not even reach them by their number."""
    visitor("/fr/propose", PRACTICE, has_script=False)

    assert PRACTICE["title"] not in editor.get("/fr/staff/inbox").text
    assert editor.get("/fr/staff/inbox/1").status_code == 404
    assert not store.all()


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("avoided three  lanes", "Residents <del>avoided three lanes</del>."),
        ("avoided nine lanes", "The record does not say this today"),
        ("lanes", "find the right place"),
        ("1,200", "find the right place"),
        ("contractor", "by a <del>contractor</del> called"),
        ("40,000", "<del>40,000</del> euros a year"),
        ("Motion", "<del>Motion</del> sensors woke"),
    ],
    ids=["once", "never", "often", "figure and text", "word", "field", "list"],
)
def test_a_correction_stands_beside_what_the_record_says(
    quote: str,
    expected: str,
    editor: Browser,
    visitor: Callable[..., str],
    store: ContributionStore,
) -> None:
    """The paragraph of today and the same with the proposal, or why there is none."""
    form = f"/en/report?r={LAMPS}&about=fact"
    visitor(form, CORRECTION | {"quote": quote, "proposed": "<b>4</b> lanes"})

    page = editor.get(f"/en/staff/inbox/{newest(store).number}").text

    assert expected in page
    assert "<ins>&lt;b&gt;4&lt;/b&gt; lanes</ins>" in page
    assert "Put it into a draft of the record" in page


def test_the_first_message_stands_beside_the_list(
    editor: Browser, visitor: Callable[..., str], store: ContributionStore
) -> None:
    """Another one keeps the filter of the list, and so does what follows a press."""
    visitor("/en/propose", PRACTICE)
    visitor(f"/en/report?r={LAMPS}", PROBLEM)
    newer, older = store.all()
    listed = editor.get("/en/staff/inbox?show=open").text
    page = f"/en/staff/inbox/{older.number}?show=open"
    pressed = editor.post(page, act="take", version=str(older.version))

    assert re.search(rf'inbox/{newer.number}\?show=open"\s+aria-current', listed)
    assert listed.count('aria-current="true"') == 1
    assert pressed.headers["Location"].endswith(f"inbox/{older.number}?show=open")
    shown = editor.get(page).text
    assert PRACTICE["problem"] in shown
    assert f"inbox/{newer.number}?show=open" in shown
    assert editor.get(f"/en/staff/inbox/{older.number}?show=x").status_code == 404
