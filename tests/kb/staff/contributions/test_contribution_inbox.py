"""The inbox: filters, drafts made of messages, replies, and what stays private."""

import re
from typing import Any

import pytest
from flask import Flask

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
    EXPERIENCE,
    PRACTICE,
    PROBLEM,
    SAME_NEED,
    a_text_file,
    send,
    token_of,
)
from tests.support.forms import form_fields
from tests.support.staff import Browser, HandClock, actions

CHANGES_CONTENT = True

LAMPS = "practices/newtown-lamps"


class SentForms:
    """The forms that a visitor sends, and what staff do with the newest."""

    def __init__(self, app: Flask, services: Services, clock: HandClock) -> None:
        settings = services.settings
        self.services = services
        self.store = ContributionStore(
            settings.contributions_file, days=settings.contact_days
        )
        self._client = app.test_client()
        self._clock = clock

    def send(self, path: str, answers: dict[str, str], **more: Any) -> str:
        """Send a form, and return its private address."""
        token = token_of(self._client.get(path))
        self._clock.advance(seconds=60)
        response = send(self._client, path, token, answers, **more)
        assert response.status_code == 303
        return str(response.location)

    @property
    def newest(self) -> Contribution:
        """The message that came last."""
        return self.store.all()[0]

    def decide(self, browser: Browser, act: str, reply: str = "") -> int:
        """Press a button of the newest message, and return the status."""
        page = f"/en/staff/inbox/{self.newest.number}"
        version = str(self.newest.version)
        response = browser.post(page, page=page, act=act, reply=reply, version=version)
        return response.status_code

    def make_draft(self, browser: Browser) -> str:
        """Make a draft of the newest message, and return its address."""
        page = f"/en/staff/inbox/{self.newest.number}"
        version = str(self.newest.version)
        response = browser.post(f"{page}/draft", page=page, version=version)
        assert response.status_code == 303
        return str(response.location)

    def texts_of(self, draft: str) -> dict[str, str]:
        """Return the files of a draft, by its id or its address."""
        services = self.services
        repository = open_repository(services.settings.locations, clock=services.clock)
        parsed = RecordId.parse(draft.rpartition("/drafts/")[2])
        assert parsed is not None
        return dict(DraftEditor(repository).load(parsed).texts)


@pytest.fixture
def inbox(app: Flask, services: Services, clock: HandClock) -> SentForms:
    """Return the forms that a visitor sends."""
    return SentForms(app, services, clock)


def test_the_list_has_filters_with_counts(editor: Browser, inbox: SentForms) -> None:
    """Each kind has its filter, and the dashboard begins with what waits."""
    inbox.send("/fr/propose", PRACTICE)
    inbox.send(f"/fr/report?r={LAMPS}", PROBLEM)
    page = editor.get("/fr/staff/inbox").text
    counts = re.findall(r'show=(\w+)"[^>]*>[^<]*<span class="num">(\d+)', page)

    assert dict(counts) == {"open": "2", "proposals": "1", "problems": "1"}
    only = editor.get("/fr/staff/inbox?show=problems").text
    assert "Le lien est mort." in only
    assert PRACTICE["title"] not in only
    assert PRACTICE["title"] in editor.get("/fr/staff/").text


def test_spam_is_closed_together(editor: Browser, inbox: SentForms) -> None:
    """The ticked messages, or all with some words; what staff work on stays."""
    inbox.send("/fr/propose", PRACTICE)
    for number in range(3):
        inbox.send("/fr/report", {**PROBLEM, "message": f"Buy pills {number}"})
    page = "/en/staff/inbox?show=open&q=PILLS"
    assert PRACTICE["title"] not in editor.get(page).text

    spam = "/en/staff/inbox/spam"
    editor.post(spam, page=page, n="4")
    assert inbox.store.all()[0].state is ContributionState.SPAM
    editor.post(f"{spam}?show=open&q=PILLS", page=page, all="1")

    states = [message.state for message in reversed(inbox.store.all())]
    assert states == [ContributionState.NEW, *[ContributionState.SPAM] * 3]


def test_one_press_makes_a_practice_of_a_proposal(
    editor: Browser, inbox: SentForms
) -> None:
    """Kind, fields and text are filled in; name and address are nowhere in it."""
    inbox.send("/fr/propose", PRACTICE)

    url = inbox.make_draft(editor)

    record = url.partition("/drafts/")[2]
    texts = inbox.texts_of(record)
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
    assert inbox.newest.state is ContributionState.IN_PROGRESS
    assert str(inbox.newest.draft) == record


def test_a_second_press_opens_the_same_draft(editor: Browser, inbox: SentForms) -> None:
    """Two people, or a double press, make one draft."""
    inbox.send("/fr/propose", PRACTICE)
    first, second = inbox.make_draft(editor), inbox.make_draft(editor)

    assert first == second


def test_markup_of_a_visitor_stays_text_in_the_draft(
    editor: Browser, inbox: SentForms
) -> None:
    """A heading, a link and HTML are shown as they were typed."""
    answers = {**PRACTICE, "problem": "# Big\n<img src=x> [win](https://spam.example)"}
    inbox.send("/fr/propose", answers)

    url = inbox.make_draft(editor)

    text = inbox.texts_of(url)["fr.md"]
    html = to_html(text.rpartition("---\n")[2])
    assert "<img" not in html
    assert ">win</a>" not in html
    assert "# Big" in html


def test_files_stay_private_until_staff_make_documents_of_them(
    editor: Browser, inbox: SentForms
) -> None:
    """They do not block the practice; what they say of their audience is shown."""
    text = "# Lamps\n\nConfidential: not for publication.\n\nFewer thefts in 2023.\n"
    inbox.send("/fr/propose", PRACTICE, files=a_text_file("bilan.md", text))
    url, page = inbox.make_draft(editor), f"/en/staff/inbox/{inbox.newest.number}"
    locations = inbox.services.settings.locations

    run_pending_tasks(locations, clock=inbox.services.clock)

    (task,) = Inbox(locations.instance).all()
    assert (task.is_done, task.files[0].owner) == (True, "")
    assert "deliverables" not in inbox.texts_of(url)["record.yaml"]
    assert "says that it is not for the public" in editor.get(page).text
    editor.post(f"{page}/files", page=page)
    run_pending_tasks(locations, clock=inbox.services.clock)
    (owner,) = {task.files[0].owner for task in Inbox(locations.instance).all()} - {""}
    assert f"deliverables: [{owner}]" in inbox.texts_of(url)["record.yaml"]
    draft = editor.get(f"/en/staff/drafts/deliverables/{owner}").text
    assert "says that it is not for the public" in draft


def test_an_answer_is_named_by_the_draft_of_its_need(
    editor: Browser, inbox: SentForms
) -> None:
    """The need is changed by a draft too: nothing is public before its turn."""
    inbox.send("/fr/propose?r=needs/n01", PRACTICE)

    url = inbox.make_draft(editor)

    slug = url.rpartition("/")[2]
    assert slug in inbox.texts_of("needs/n01")["record.yaml"]
    published = inbox.services.settings.locations.documents / "needs/n01/record.yaml"
    assert slug not in published.read_text("utf-8")


def test_a_correction_is_inserted_where_it_was_quoted(
    editor: Browser, inbox: SentForms, content: Workspace
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
    inbox.send(f"/en/report?r={LAMPS}&about=fact", answers)

    inbox.make_draft(editor)

    text = inbox.texts_of(LAMPS)["en.md"]
    assert "The right fact." in text
    assert sentence not in text
    assert sentence in path.read_text("utf-8")


def test_a_figure_is_corrected_in_its_list(editor: Browser, inbox: SentForms) -> None:
    """Its label is beside it and does not change; 3 is not in “13”."""
    answers = {**CORRECTION, "quote": "3", "proposed": "4"}
    inbox.send(f"/en/report?r={LAMPS}&about=fact", answers)
    shown = editor.get("/en/staff/inbox").text
    inbox.make_draft(editor)

    assert "<ins>4</ins> (lanes opened again)" in shown
    text = inbox.texts_of(LAMPS)["en.md"]
    figures = text.partition("figures:")[2].partition("means_people")[0]
    assert "value: 4" in figures
    assert "lanes opened again" in figures
    assert "1,200" in figures
    assert "Nothing is missing." in editor.get(f"/en/staff/drafts/{LAMPS}").text


def test_a_correction_of_a_withdrawn_record_stands_beside_its_draft(
    publisher: Browser, inbox: SentForms
) -> None:
    """Nobody sees the record now, and the message still awaits an answer."""
    answers = {**CORRECTION, "quote": "three lanes", "proposed": "four lanes"}
    inbox.send(f"/en/report?r={LAMPS}&about=fact", answers)
    publisher.press("withdraw", LAMPS)

    shown = publisher.get("/en/staff/inbox").text

    assert "avoided <del>three lanes</del>." in shown


def test_a_quotation_that_is_nowhere_leaves_the_text(
    editor: Browser, inbox: SentForms, content: Workspace
) -> None:
    """The draft is as the record, and staff insert the correction."""
    answers = {**CORRECTION, "quote": "never written here"}
    inbox.send(f"/en/report?r={LAMPS}&about=fact", answers)
    page = editor.get(inbox.make_draft(editor)).text

    assert "insert the correction yourself" in page
    path = content.locations.documents / LAMPS / "en.md"
    assert inbox.texts_of(LAMPS)["en.md"] == path.read_text("utf-8")


def test_the_visitor_reads_the_reply_on_the_private_page(
    editor: Browser, inbox: SentForms, app: Flask
) -> None:
    """A refusal needs a reason, which the visitor reads in words."""
    private = inbox.send("/fr/propose", PRACTICE)
    assert inbox.decide(editor, "refuse") == 422
    assert inbox.decide(editor, "refuse", "Déjà publiée : <Villeneuve>.") == 303

    page = app.test_client().get(private).text
    assert "Non retenu" in page
    assert "Déjà publiée : &lt;Villeneuve&gt;." in page
    number = inbox.newest.number
    logged = actions(inbox.services.database)
    assert ("editor@example.org", "contribution-handled", f"#{number}") in logged
    assert not any("ana@example.org" in str(line) for line in logged)


def test_two_people_do_not_settle_the_same_message_differently(
    editor: Browser, inbox: SentForms
) -> None:
    """The second one is told, and keeps what was typed."""
    inbox.send("/fr/propose", PRACTICE)
    message = inbox.newest
    assert inbox.decide(editor, "accept") == 303

    page = f"/en/staff/inbox/{message.number}"
    late = editor.post(
        page, page=page, act="refuse", reply="Too vague.", version=str(message.version)
    )

    assert late.status_code == 409
    assert "Too vague." in late.text
    assert inbox.newest.state is ContributionState.ACCEPTED


def test_a_published_proposal_is_named_on_the_private_page(
    inbox: SentForms, app: Flask, clock: HandClock
) -> None:
    """The state becomes “published” by itself, with the link."""
    private = inbox.send("/en/propose", PRACTICE)
    record = RecordId.parse(LAMPS)
    assert inbox.store.update(
        inbox.newest,
        state=ContributionState.IN_PROGRESS,
        actor="lea",
        now=clock(),
        draft=record,
    )

    page = app.test_client().get(private).text

    assert "Published" in page
    assert f'href="/en/{LAMPS}"' in page


def test_a_message_follows_its_draft_until_it_is_published(
    publisher: Browser, inbox: SentForms
) -> None:
    """A new name in the address, then publication: the message is settled by itself."""
    inbox.send(f"/en/report?r={LAMPS}&about=fact", CORRECTION)
    inbox.make_draft(publisher)
    inbox.send("/en/propose", PRACTICE)
    proposal = inbox.make_draft(publisher)
    publisher.post(f"{proposal}/name", page=proposal, name="reports-of-dumping")
    assert str(inbox.newest.draft) == "practices/reports-of-dumping"

    page = f"/en/staff/drafts/{LAMPS}/publish"
    fields = form_fields(publisher.get(page).text, form=f"form[action='{page}']")
    response = publisher.client.post(page, data=fields)

    assert response.status_code == 303
    assert [each.state.value for each in inbox.store.all()] == [
        "in-progress",
        "accepted",
    ]


def test_files_are_always_downloads(editor: Browser, inbox: SentForms) -> None:
    """A web page of a stranger never opens on our site."""
    inbox.send("/fr/propose", PRACTICE, files=a_text_file("a.html", "<html><p>x</p>"))
    number = inbox.newest.number

    response = editor.get(f"/en/staff/inbox/{number}/files/1")

    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_visitors_do_not_see_the_inbox(app: Flask, inbox: SentForms) -> None:
    """The list, a message and a file ask to sign in."""
    inbox.send("/fr/propose", PRACTICE, files=a_text_file())
    number = inbox.newest.number
    client = app.test_client()

    for path in ("inbox", f"inbox/{number}", f"inbox/{number}/files/1"):
        response = client.get(f"/en/staff/{path}")
        assert response.status_code == 302
        assert "sign-in" in response.location


def test_unconfirmed_messages_are_not_in_the_inbox(
    editor: Browser, inbox: SentForms
) -> None:
    """Staff do not even reach them by their number."""
    inbox.send("/fr/propose", PRACTICE, has_script=False)

    assert PRACTICE["title"] not in editor.get("/fr/staff/inbox").text
    assert editor.get("/fr/staff/inbox/1").status_code == 404
    assert not inbox.store.all()


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
    quote: str, expected: str, editor: Browser, inbox: SentForms
) -> None:
    """The paragraph of today and the same with the proposal, or why there is none."""
    form = f"/en/report?r={LAMPS}&about=fact"
    inbox.send(form, CORRECTION | {"quote": quote, "proposed": "<b>4</b> lanes"})

    page = editor.get(f"/en/staff/inbox/{inbox.newest.number}").text

    assert expected in page
    assert "<ins>&lt;b&gt;4&lt;/b&gt; lanes</ins>" in page
    assert "Put it into a draft of the record" in page


def test_the_first_message_stands_beside_the_list(
    editor: Browser, inbox: SentForms
) -> None:
    """Another one keeps the filter of the list, and so does what follows a press."""
    inbox.send("/en/propose", PRACTICE)
    inbox.send(f"/en/report?r={LAMPS}", PROBLEM)
    newer, older = inbox.store.all()
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


@pytest.mark.parametrize(
    ("record", "answers", "expected"),
    [
        (
            LAMPS,
            EXPERIENCE,
            (
                'experiences:\n  - town: "Gdansk, PL"\n    kind: changed\n'
                "    year: 2025\n"
                '    fr: "Deux lampes sur trois. Le reste est éteint à minuit."\n'
                "    url: https://example.org/gdansk\n"
            ),
        ),
        (
            "needs/n01",
            SAME_NEED,
            'towns:\n  - town: "Gdansk, PL"\n    fr: "Chaque été, sur la plage."\n',
        ),
    ],
)
def test_what_a_town_says_becomes_an_item_of_its_record(
    editor: Browser,
    inbox: SentForms,
    record: str,
    answers: dict[str, str],
    expected: str,
) -> None:
    """One press; a second one, or a second message with the same words, adds none."""
    for _time in range(2):
        inbox.send(f"/fr/experience?r={record}", answers)
        inbox.make_draft(editor)
        inbox.make_draft(editor)

    text = inbox.texts_of(record)["record.yaml"]
    assert text.count("Gdansk") == 1
    assert expected in text
    assert "Ana" not in text
    listed = editor.get("/fr/staff/inbox?show=experiences").text
    assert "Gdansk, PL" in listed
    assert answers["message"].splitlines()[0] in listed
