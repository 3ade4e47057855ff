"""The forms of visitors: what is stored, what is refused, and the private page."""

import dataclasses
import io
import re
import signal
import sqlite3
import stat
import subprocess
import sys
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from indexer.model.ids import RecordId
from kb.app import create_app
from kb.contributions.contribution import Contribution, ContributionState
from kb.contributions.contribution_store import ContributionStore
from kb.core.request_limits import REJECTED_BODY
from kb.core.settings import ServiceRole, Settings
from kb.services import Services
from tests.support.builders import PROJECT, Workspace
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
from tests.support.disks import no_room
from tests.support.staff import HandClock

PROPOSE = "/fr/propose"
LAMPS = "practices/newtown-lamps"


@dataclass
class Door:
    """The forms of a service, its clock and its store."""

    client: FlaskClient
    clock: HandClock
    store: ContributionStore
    settings: Settings

    def open(self, path: str = PROPOSE, *, seconds: float = 60) -> str:
        """Open a form, write in it for some seconds, and return its token."""
        token = token_of(self.client.get(path))
        self.clock.advance(seconds=seconds)
        return token

    def send(
        self, path: str = PROPOSE, answers: dict[str, str] | None = None, **how: object
    ) -> TestResponse:
        """Open a form and send it as a person does."""
        token = self.open(path)
        return send(self.client, path, token, answers or PRACTICE, **how)  # type: ignore[arg-type]

    @property
    def all(self) -> tuple[Contribution, ...]:
        """What is in the inbox."""
        return self.store.all()


@pytest.fixture
def door(content: Workspace) -> Door:
    """Return the forms of a service on the small corpus."""
    clock = HandClock()
    settings = Settings(content.locations)
    app = create_app(services=Services(settings, clock=clock))
    store = ContributionStore(settings.contributions_file, days=settings.contact_days)
    return Door(app.test_client(), clock, store, settings)


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize(
    ("path", "answers"),
    [
        ("propose", PRACTICE),
        ("propose?r=needs/n01", PRACTICE),
        (f"report?r={LAMPS}&about=fact", CORRECTION),
        (f"report?r={LAMPS}", PROBLEM),
        ("report", PROBLEM),
        (f"experience?r={LAMPS}", EXPERIENCE),
        ("experience?r=needs/n01", SAME_NEED),
    ],
    ids=[
        *("practice", "answer", "correction", "problem", "problem-of-the-site"),
        *("experience", "same-need"),
    ],
)
def test_each_form_reaches_the_inbox(
    door: Door, locale: str, path: str, answers: dict[str, str]
) -> None:
    """What a visitor writes is stored in words, with the record that it is about."""
    response = door.send(f"/{locale}/{path}", answers)

    assert response.status_code == 303
    (stored,) = door.all
    assert stored.locale.value == locale
    assert stored.state is ContributionState.NEW
    expected = RecordId.parse(path.partition("r=")[2].partition("&")[0])
    assert stored.record == expected
    given = {k: v for k, v in answers.items() if k not in {"name", "email"}}
    assert stored.answers == given


def test_the_contact_is_apart_and_private(door: Door) -> None:
    """Name and address are in no answer, and only this account reads the file."""
    door.send()

    (stored,) = door.all
    contact = door.store.contact(stored.number, door.clock())
    assert contact is not None
    assert (contact.name, contact.address) == ("Ana Durand", "ana@example.org")
    assert "ana@example.org" not in str(dict(stored.answers))
    mode = stat.S_IMODE(door.settings.contributions_file.stat().st_mode)
    assert mode == 0o600


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_lost(door: Door) -> None:
    """A form with three mistakes comes back with its texts and three sentences."""
    answers = {**PRACTICE, "title": "", "email": "a@b\r\nBcc: x@y.org", "consent": ""}

    response = door.send(answers=answers)

    assert response.status_code == 422
    assert PRACTICE["problem"] in response.text
    assert 'value="Ana Durand"' in response.text
    for name in ("title", "email", "consent"):
        assert f'href="#{name}"' in response.text
    assert not door.all


def test_a_form_sent_twice_is_one_message(door: Door) -> None:
    """A second press leads to the same private page; other words are asked about."""
    token = door.open()

    first = send(door.client, PROPOSE, token, PRACTICE)
    second = send(door.client, PROPOSE, token, PRACTICE)
    other = send(door.client, PROPOSE, token, {**PRACTICE, "done": "Rien."})

    assert first.location == second.location
    assert other.status_code == 409
    assert first.location in other.text
    assert "Rien." in other.text
    assert len(door.all) == 1


def test_without_script_a_second_step_puts_it_into_the_inbox(door: Door) -> None:
    """A browser without script works: one press more on the private page."""
    page = door.send(has_script=False).location
    assert not door.all

    assert "Envoyer à l’équipe" in door.client.get(page).text
    door.client.post(page, data={"act": "confirm"})

    (stored,) = door.all
    assert stored.state is ContributionState.NEW


def test_what_nobody_confirms_is_deleted_after_a_day(door: Door) -> None:
    """A robot that does not press the button leaves nothing, files neither."""
    page = door.send(has_script=False, files=a_text_file()).location
    door.clock.advance(hours=25)

    door.store.delete_expired(door.clock())

    assert door.client.get(page).status_code == 404
    with sqlite3.connect(door.settings.contributions_file) as connection:
        assert connection.execute("SELECT count(*) FROM files").fetchone() == (0,)


def test_the_private_page_is_hidden_and_shows_the_state_in_words(door: Door) -> None:
    """No search engine lists it, and it tells no other site its address."""
    page = door.send().location

    response = door.client.get(page)

    assert re.search(r"/contributions/[\w-]{32}$", page)
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex, nofollow">' in response.text
    assert "Reçu" in response.text
    assert "ana@example.org" not in response.text
    assert door.client.get(f"{page}x").status_code == 404


def test_visitors_delete_their_contact_or_everything(door: Door) -> None:
    """Both are one press on the private page."""
    page = door.send().location
    (stored,) = door.all

    door.client.post(page, data={"act": "forget"})
    assert door.store.contact(stored.number, door.clock()) is None
    door.client.post(page, data={"act": "withdraw"})

    assert not door.all
    assert door.client.get(page).status_code == 404


def test_contacts_are_deleted_after_their_days(door: Door) -> None:
    """The day that the form announced: the message stays, and its file is wiped."""
    door.send()
    (stored,) = door.all
    door.clock.advance(days=179)
    door.store.delete_expired(door.clock())
    assert door.store.contact(stored.number, door.clock()) is not None

    door.clock.advance(days=1, hours=1)
    assert door.store.contact(stored.number, door.clock()) is None
    door.store.delete_expired(door.clock())

    assert len(door.all) == 1
    assert b"ana@example.org" not in door.settings.contributions_file.read_bytes()


def test_settled_messages_are_deleted_after_their_days(door: Door) -> None:
    """Spam goes after a month, refused ones after the days of the setting."""
    for title in ("Publicité", "Refusée"):
        door.send(answers={**PRACTICE, "title": title})
    refused, spam = door.all
    for each, state in (
        (refused, ContributionState.REFUSED),
        (spam, ContributionState.SPAM),
    ):
        assert door.store.update(each, state=state, actor="lea", now=door.clock())

    door.clock.advance(days=31)
    door.store.delete_expired(door.clock())
    assert [each.number for each in door.all] == [refused.number]
    door.clock.advance(days=150)
    door.store.delete_expired(door.clock())
    assert not door.all


def test_files_are_limited_named_safely_and_of_known_types(door: Door) -> None:
    """A program, a sixth file and a wrong extension are refused; names are safe."""
    bad = door.send(files=(io.BytesIO(b"MZ\x90\x00" * 9), "setup.exe"))
    many = door.send(files=[a_text_file(f"{n}.txt") for n in range(6)])
    wrong = door.send(files=(io.BytesIO(b"words"), "a.pdf"))
    good = door.send(files=a_text_file("../../<b>note.txt"))

    assert [each.status_code for each in (bad, many, wrong, good)] == [422] * 3 + [303]
    (stored,) = door.all
    (file,) = stored.files
    assert file.name == "-b-note.txt"
    content = door.store.file(stored.number, file.number)
    assert content is not None
    assert content.content == b"Some words."


def test_files_that_are_too_large_are_refused_in_words(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is over the limit is not stored; the page says how much is possible."""
    monkeypatch.setattr("kb.contributions.routes.MAX_FORM_BYTES", 20_000)
    token = door.open()

    response = send(
        door.client, PROPOSE, token, PRACTICE, files=a_text_file(text="x" * 20_200)
    )

    assert response.status_code == 413
    assert "20 Mo" in response.text
    assert not door.all


def test_markup_is_shown_as_text(door: Door) -> None:
    """Nothing that a visitor writes becomes HTML on the private page."""
    answers = {**PRACTICE, "title": "<script>alert(1)</script>"}
    page = door.send(answers=answers).location

    text = door.client.get(page).text

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_a_form_of_another_site_is_refused(door: Door) -> None:
    """The browser names the page that the form is on."""
    token = door.open()
    headers = {"Sec-Fetch-Site": "cross-site"}

    response = door.client.post(
        PROPOSE, data={"token": token, **PRACTICE}, headers=headers
    )

    assert response.status_code == 403
    assert not door.all


def test_a_full_disk_is_told_and_a_later_press_works(door: Door) -> None:
    """Nothing is acknowledged that is not stored, and the text stays in the form."""
    token = door.open()
    door.all  # noqa: B018  # creates the file
    with no_room():
        failed = send(door.client, PROPOSE, token, PRACTICE)

    assert failed.status_code == 507
    assert PRACTICE["done"] in failed.text
    assert not door.all
    assert send(door.client, PROPOSE, token, PRACTICE).status_code == 303
    assert len(door.all) == 1


def test_a_body_that_the_server_cannot_store_is_told_to_a_visitor(door: Door) -> None:
    """The server reads a form to the disk before the application sees it."""
    environ = {REJECTED_BODY: OSError(28, "No space left on device")}

    response = door.client.post(PROPOSE, data=PRACTICE, environ_overrides=environ)

    assert response.status_code == 507
    assert "votre texte est encore dans le formulaire" in response.text
    assert not door.all


def test_a_kill_after_the_answer_loses_nothing(door: Door) -> None:
    """The store is on the disk before the key is known."""
    code = f"""
import datetime as dt, os, signal
from pathlib import Path
from indexer.model.ids import Locale
from kb.contributions.contribution import ContributionKind, NewContribution, NewFile
from kb.contributions.contribution_store import ContributionStore
store = ContributionStore(Path({str(door.settings.contributions_file)!r}), days=9)
sent = NewContribution("n", ContributionKind.PRACTICE, Locale.FR, None,
    {{"title": "t"}}, (NewFile("a.txt", b"x" * 100000),), "Ana", "ana@example.org")
now = dt.datetime.now(dt.UTC)
print(store.add(sent, now, is_confirmed=True), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""

    run = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", code],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == -signal.SIGKILL, run.stderr
    stored = door.store.find(run.stdout.strip())
    assert stored is not None
    assert stored.files[0].size_bytes == 100_000


def test_a_reader_has_no_forms(door: Door) -> None:
    """A service that writes nothing shows neither forms nor links to them."""
    reader = dataclasses.replace(door.settings, role=ServiceRole.READER)
    client = create_app(services=Services(reader, clock=door.clock)).test_client()

    assert client.get(PROPOSE).status_code == 404
    assert PROPOSE not in client.get("/fr/").text


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("/fr/", "/fr/propose"),
        (f"/fr/{LAMPS}", f"/fr/report?r={LAMPS}&amp;about=fact"),
        (f"/en/{LAMPS}", f"/en/report?r={LAMPS}"),
        ("/fr/needs/n01", "/fr/propose?r=needs/n01"),
        ("/en/gaps", "/en/propose"),
        (f"/fr/{LAMPS}", f"/fr/experience?r={LAMPS}"),
        ("/en/needs/n01", "/en/experience?r=needs/n01"),
    ],
)
def test_pages_lead_to_the_forms(door: Door, page: str, link: str) -> None:
    """A reader finds the way in where the thought comes."""
    assert f'href="{link}"' in door.client.get(page).text


def test_a_form_about_an_unknown_record_is_not_found(door: Door) -> None:
    """An address that names no record is a mistake of a link."""
    assert door.client.get("/fr/report?r=practices/none").status_code == 404


@pytest.mark.parametrize("about", ["", "?r=practices/none", "?r=themes/streets"])
def test_towns_report_on_practices_and_needs_only(door: Door, about: str) -> None:
    """Nothing was tried or needed under another page."""
    assert door.client.get(f"/fr/experience{about}").status_code == 404


def test_an_experience_says_where_and_how_it_went(door: Door) -> None:
    """Without a town, how it went and consent, it stays with the visitor."""
    response = door.send(f"/fr/experience?r={LAMPS}", {"message": "Deux lampes."})

    assert response.status_code == 422
    for field in ("happened", "place", "consent"):
        assert f'id="{field}-error"' in response.text, field
    assert "Deux lampes." in response.text
    assert not door.all
