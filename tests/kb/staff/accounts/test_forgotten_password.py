"""Tests of the page that mails a link to somebody who forgot the password."""

import re

import pyotp
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kb.app import create_app
from kb.core.settings import Settings
from kb.database.model import AuditAction, Role
from kb.database.staff_database import StaffDatabase
from kb.mail.outbox import Outbox
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.mail import Mailbox, text_of
from tests.support.polling import wait_until
from tests.support.staff import (
    NEW_PASSWORD,
    PASSWORD,
    Browser,
    HandClock,
    actions,
    an_account,
    an_empty_database,
)

SENDS_MAIL = True

PATH = "/en/staff/forgotten-password"
LEA = "lea@example.org"


def ask(app: Flask, email: str, *, address: str = "192.0.2.1") -> TestResponse:
    """Ask for a link from a new browser; the answer is read to its end."""
    answer = Browser(app, address=address).post(PATH, page=PATH, email=email)
    answer.close()
    return answer


def link_of(mailbox: Mailbox) -> str:
    """Return the path of the link in the newest message."""
    found = re.search(r"/en/staff/link/\S+", text_of(mailbox.messages[-1]))
    assert found is not None
    return found[0]


def stored_messages(services: Services) -> int:
    """Return how many messages wait to be sent."""
    store = Outbox(services.settings.mail_file)
    return len(store.waiting(services.clock()))


def test_the_link_of_the_message_sets_another_password(
    app: Flask, database: StaffDatabase, mailbox: Mailbox
) -> None:
    """Until then the old password works: anybody may ask for the link."""
    an_account(database, LEA)

    answer = ask(app, " Lea@Example.org ")
    wait_until(lambda: len(mailbox.messages) == 1)
    before = Browser(app).sign_in(LEA)
    link = link_of(mailbox)
    set_one = Browser(app).post(link, page=link, new_password=NEW_PASSWORD)

    assert answer.location == f"{PATH}/sent"
    assert before.status_code == 303
    assert mailbox.messages[0]["To"] == LEA
    assert "Un autre mot de passe" in mailbox.messages[0]["Subject"]
    assert set_one.location == "/en/staff/"
    assert Browser(app).sign_in(LEA).status_code == 422
    assert Browser(app).sign_in(LEA, NEW_PASSWORD).status_code == 303
    assert Browser(app).get(link).status_code == 410
    assert ("?", AuditAction.PASSWORD_LINK_SENT, LEA) in actions(database)


@pytest.mark.parametrize("email", ["nobody@example.org", "closed@example.org"])
def test_an_address_without_an_open_account_gets_the_same_answer(
    app: Flask, database: StaffDatabase, services: Services, email: str
) -> None:
    """The answer must not tell strangers who has an account."""
    an_account(database, LEA)
    closed = an_account(database, "closed@example.org")
    database.accounts.disable(closed.id, actor="test")

    unknown, known = ask(app, email), ask(app, LEA)

    wait_until(lambda: stored_messages(services) == 0)
    assert (unknown.status_code, unknown.location) == (303, known.location)
    assert unknown.data == known.data
    sent = [a for a in actions(database) if a[1] == AuditAction.PASSWORD_LINK_SENT]
    assert sent == [("?", AuditAction.PASSWORD_LINK_SENT, LEA)]


def test_the_link_expires(
    app: Flask, database: StaffDatabase, mailbox: Mailbox, clock: HandClock
) -> None:
    """After two hours, while the link of an administrator works for two days."""
    an_account(database, LEA)
    ask(app, LEA)
    wait_until(lambda: len(mailbox.messages) == 1)
    link = link_of(mailbox)

    clock.advance(hours=2, seconds=-1)
    before = Browser(app).get(link)
    clock.advance(seconds=1)
    after = Browser(app).get(link)

    assert (before.status_code, after.status_code) == (200, 410)
    assert PATH in after.text


def test_the_link_does_not_replace_the_second_factor(
    app: Flask, database: StaffDatabase, mailbox: Mailbox, clock: HandClock
) -> None:
    """Somebody who can read the messages still lacks the phone."""
    account = an_account(database, LEA)
    key = pyotp.random_base32()
    database.second_factors.turn_on(account, key, pyotp.TOTP(key).at(clock()))
    ask(app, LEA)
    wait_until(lambda: len(mailbox.messages) == 1)
    browser, link = Browser(app), link_of(mailbox)

    answer = browser.post(link, page=link, new_password=NEW_PASSWORD)

    assert answer.location == "/en/staff/sign-in/code"
    assert browser.get("/en/staff/").status_code == 302


def test_an_address_receives_three_messages_an_hour(
    app: Flask, database: StaffDatabase, mailbox: Mailbox, clock: HandClock
) -> None:
    """Strangers cannot fill the mailbox of somebody; the answer stays the same."""
    an_account(database, LEA)

    answers = [ask(app, LEA, address=f"192.0.{n}.1") for n in range(5)]
    wait_until(lambda: len(mailbox.messages) == 3)
    clock.advance(hours=1)
    ask(app, LEA)
    wait_until(lambda: len(mailbox.messages) == 4)

    assert {each.location for each in answers} == {f"{PATH}/sent"}
    assert Browser(app).get(link_of(mailbox)).status_code == 200


def test_using_one_link_ends_the_others(
    app: Flask, database: StaffDatabase, mailbox: Mailbox
) -> None:
    """A stranger who asks again cannot end the link that an administrator gave."""
    token = database.accounts.add(LEA, Role.EDITOR, actor="test")
    ask(app, LEA)
    wait_until(lambda: len(mailbox.messages) == 1)
    given, mailed = f"/en/staff/link/{token}", link_of(mailbox)
    before = [Browser(app).get(each).status_code for each in (given, mailed)]

    Browser(app).post(given, page=given, new_password=NEW_PASSWORD)

    assert before == [200, 200]
    assert Browser(app).get(mailed).status_code == 410


def test_a_network_that_asks_too_often_must_wait(
    app: Flask, database: StaffDatabase, clock: HandClock
) -> None:
    """Whatever the addresses; the log has one line for the series."""
    answers = [ask(app, f"nobody{n}@example.org") for n in range(12)]
    elsewhere = ask(app, "nobody@example.org", address="198.51.100.1")
    clock.advance(minutes=10)
    later = ask(app, "nobody@example.org")

    assert [each.status_code for each in answers] == [303] * 10 + [429] * 2
    assert answers[-1].headers["Retry-After"] == "600"
    assert (elsewhere.status_code, later.status_code) == (303, 303)
    assert [each[1] for each in actions(database)] == [
        AuditAction.PASSWORD_LINK_THROTTLED
    ]


@pytest.mark.parametrize("email", ["", "lea", "lea@", "a@b\r\nBcc: x@example.org"])
def test_what_is_no_address_is_told(app: Flask, email: str) -> None:
    """With what was typed in the field again."""
    answer = ask(app, email)

    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text


def test_without_a_mail_server_the_page_names_the_administrator(
    content: Workspace, clock: HandClock
) -> None:
    """It has no form, and the sign-in page no link to it."""
    an_empty_database(content.locations.instance)
    app = create_app(services=Services(Settings(content.locations), clock=clock))
    browser = Browser(app)

    page, sign_in = browser.get(PATH), browser.get("/en/staff/sign-in").text
    sent = browser.post(PATH, email=LEA)

    assert "ask an administrator" in page.text
    assert 'name="email"' not in page.text
    assert "forgotten-password" not in sign_in
    assert sent.status_code == 200


def test_the_sign_in_page_leads_to_it(app: Flask) -> None:
    """In both languages."""
    for locale in ("fr", "en"):
        page = Browser(app).get(f"/{locale}/staff/sign-in").text

        assert f'href="/{locale}/staff/forgotten-password"' in page


def test_the_password_is_never_in_the_way(app: Flask) -> None:
    """A wrong CSRF token sends nothing."""
    answer = app.test_client().post(PATH, data={"email": LEA})

    assert answer.status_code == 400
    assert PASSWORD not in answer.text
