"""Tests of the second factor in the browser."""

import datetime as dt
import re
from dataclasses import replace

import pyotp
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kb.database.model import FACTOR_GRACE_DAYS, AuditAction, Role
from kb.database.second_factors import STEP_S, FactorCipher
from kb.database.staff_database import StaffDatabase
from kb.services import Services
from tests.support.forms import form_fields
from tests.support.staff import (
    NEW_PASSWORD,
    PASSWORD,
    Browser,
    HandClock,
    actions,
    an_account,
)

PAGE = "/en/staff/account/second-factor"
LEA = "lea@example.org"


class Phone:
    """An authentication application, with the clock of the test."""

    def __init__(self, secret: str, clock: HandClock) -> None:
        self._totp, self._clock = pyotp.TOTP(secret), clock

    @property
    def code(self) -> str:
        """The code of this moment."""
        return self._totp.at(self._clock())


def set_up(browser: Browser, clock: HandClock) -> tuple[Phone, list[str]]:
    """Turn the second factor on, and return the phone and the recovery codes."""
    page = browser.get(PAGE).text
    assert "<svg" in page
    phone, fields = phone_of(page, clock)

    answer = browser.client.post(PAGE, data=fields)

    codes = re.findall(r"<code>([^<]+)</code>", answer.text)
    assert len(codes) == 10, answer.status
    clock.advance(seconds=STEP_S)  # the first code is used up
    return phone, codes


def phone_of(page: str, clock: HandClock) -> tuple[Phone, dict[str, list[str]]]:
    """Return a phone that read the key of a page, and the completed form."""
    key = re.search(r'class="key">([^<]+)<', page)
    assert key is not None
    phone = Phone(key[1].replace(" ", ""), clock)
    fields = form_fields(page, form=f'form[action="{PAGE}"]')
    return phone, fields | {"code": [phone.code], "password": [PASSWORD]}


def give_code(browser: Browser, code: str) -> TestResponse:
    """Submit the page that asks for the code."""
    path = "/en/staff/sign-in/code"
    return browser.post(path, page=path, code=code)


@pytest.fixture
def account(database: StaffDatabase, app: Flask) -> Browser:
    """Return a signed-in browser of an editor."""
    an_account(database, LEA)
    browser = Browser(app)
    browser.sign_in(LEA)
    return browser


def test_signing_in_asks_for_a_code(
    account: Browser, app: Flask, clock: HandClock
) -> None:
    """The password alone opens nothing; the requested page follows the code."""
    phone, _ = set_up(account, clock)
    other = Browser(app)

    page = other.sign_in(LEA, next="/en/staff/drafts")

    assert "Step 2 of 2" in page.text
    assert other.get("/en/staff/").status_code == 302
    assert give_code(other, "000000").status_code == 422
    path = "/en/staff/sign-in/code"
    fields = form_fields(page.text, form=f'form[action="{path}"]')
    answer = other.client.post(path, data={**fields, "code": phone.code})
    assert answer.headers["Location"] == "/en/staff/drafts"
    assert other.get("/en/staff/").status_code == 200


def test_a_change_of_the_factor_signs_other_browsers_out(
    account: Browser, app: Flask, clock: HandClock
) -> None:
    """They signed in without it; this browser goes on, and so after turning it off."""
    other = Browser(app)
    other.sign_in(LEA)

    phone, _ = set_up(account, clock)

    assert other.get("/en/staff/").status_code == 302
    assert account.get("/en/staff/").status_code == 200
    other.sign_in(LEA)
    give_code(other, phone.code)
    assert other.get("/en/staff/").status_code == 200
    account.post(f"{PAGE}/off", page=PAGE, password=PASSWORD)
    assert other.get("/en/staff/").status_code == 302
    assert account.get("/en/staff/").status_code == 200


def test_a_code_is_valid_once_and_for_a_short_time(
    account: Browser, app: Flask, clock: HandClock
) -> None:
    """Neither a second browser nor a later step accepts it."""
    phone, _ = set_up(account, clock)
    first, second, third = Browser(app), Browser(app), Browser(app)
    code = phone.code
    for browser in (first, second, third):
        browser.sign_in(LEA)

    assert give_code(first, code).status_code == 303
    assert give_code(second, code).status_code == 422
    late = phone.code
    clock.advance(seconds=3 * STEP_S)
    assert give_code(third, late).status_code == 422
    assert give_code(third, phone.code).status_code == 303


def test_a_recovery_code_signs_in_once(
    account: Browser, app: Flask, clock: HandClock, database: StaffDatabase
) -> None:
    """It is accepted without its hyphens; the audit log has a line."""
    _, codes = set_up(account, clock)
    first, second = Browser(app), Browser(app)
    for browser in (first, second):
        browser.sign_in(LEA)

    assert give_code(first, codes[0].replace("-", "").upper()).status_code == 303
    assert give_code(second, codes[0]).status_code == 422
    assert "9 recovery codes are left." in first.get(PAGE).text
    assert (LEA, AuditAction.RECOVERY_CODE_USED, LEA) in actions(database)


def test_codes_cannot_be_guessed_quickly(
    account: Browser, app: Flask, clock: HandClock
) -> None:
    """After some wrong codes, even the right one waits."""
    phone, _ = set_up(account, clock)
    browser = Browser(app)
    browser.sign_in(LEA)

    statuses = [give_code(browser, f"{n:06}").status_code for n in range(12)]

    assert statuses[-1] == 429
    assert give_code(browser, phone.code).status_code == 429
    clock.advance(minutes=11)
    assert give_code(browser, phone.code).status_code == 303


def test_a_password_changed_meanwhile_ends_the_sign_in(
    account: Browser, app: Flask, clock: HandClock, database: StaffDatabase
) -> None:
    """The code of a sign-in with the old password opens nothing."""
    phone, _ = set_up(account, clock)
    browser = Browser(app)
    browser.sign_in(LEA)
    token = database.accounts.reset(database.accounts.find(LEA).id, actor="test")
    database.accounts.use_link(token, NEW_PASSWORD)

    answer = browser.client.get("/en/staff/sign-in/code")

    assert answer.status_code == 303
    assert phone.code
    assert browser.get("/en/staff/").status_code == 302


def test_a_new_password_does_not_replace_the_code(
    account: Browser, app: Flask, clock: HandClock, database: StaffDatabase
) -> None:
    """Who receives a link for the password still needs the phone."""
    set_up(account, clock)
    token = database.accounts.reset(database.accounts.find(LEA).id, actor="test")
    browser = Browser(app)
    link = f"/en/staff/link/{token}"

    answer = browser.post(link, page=link, new_password=NEW_PASSWORD)

    assert answer.headers["Location"].endswith("/sign-in/code")
    assert browser.get("/en/staff/").status_code == 302


def test_turning_it_off_needs_the_password(
    account: Browser, clock: HandClock, database: StaffDatabase
) -> None:
    """So does a new set of recovery codes."""
    set_up(account, clock)
    owner = database.accounts.find(LEA)
    for path in (f"{PAGE}/off", f"{PAGE}/codes"):
        wrong = account.post(path, page=PAGE, password=NEW_PASSWORD)
        assert wrong.status_code == 422
    assert database.second_factors.has(owner)

    account.post(f"{PAGE}/off", page=PAGE, password=PASSWORD)

    assert not database.second_factors.has(owner)
    assert database.second_factors.recovery_count(owner) == 0


def test_turning_it_on_needs_the_password_and_a_right_code(
    account: Browser, clock: HandClock, database: StaffDatabase
) -> None:
    """A secret that was not made for this account is refused."""
    page = account.get(PAGE).text
    key = re.search(r'class="key">([^<]+)<', page)
    assert key is not None
    phone = Phone(key[1].replace(" ", ""), clock)
    fields = form_fields(page, form=f'form[action="{PAGE}"]')
    cases = (
        {"code": "000000", "password": PASSWORD},
        {"code": phone.code, "password": NEW_PASSWORD},
        {"code": phone.code, "password": PASSWORD, "secret": "forged"},
    )

    statuses = [
        account.client.post(PAGE, data={**fields, **case}).status_code for case in cases
    ]

    assert statuses == [422, 422, 422]
    assert not database.second_factors.has(database.accounts.find(LEA))


def test_an_administrator_turns_it_off_for_who_lost_the_phone(
    account: Browser, app: Flask, clock: HandClock, database: StaffDatabase
) -> None:
    """The audit log names the administrator."""
    set_up(account, clock)
    an_account(database, "admin@example.org", Role.ADMIN)
    admin = Browser(app)
    admin.sign_in("admin@example.org")
    owner = database.accounts.find(LEA)
    page = f"/en/staff/accounts/{owner.id}"
    assert "Turn the second factor off" in admin.get(page).text

    admin.post(f"{page}/second-factor", page=page)

    assert not database.second_factors.has(owner)
    line = ("admin@example.org", AuditAction.SECOND_FACTOR_OFF, LEA)
    assert line in actions(database)


def test_administrators_must_have_it_where_the_setting_says_so(
    app: Flask, services: Services, clock: HandClock
) -> None:
    """Until then they see the page that turns it on, and nothing else."""
    required = Services(
        replace(services.settings, admins_need_factor=True), clock=clock
    )
    app.extensions["kb-services"] = required
    browser = Browser(app)
    for email, role in (("admin@example.org", Role.ADMIN), (LEA, Role.EDITOR)):
        an_account(required.database, email, role)
    browser.sign_in("admin@example.org")

    led = [browser.get(path) for path in ("/en/staff/", "/en/staff/accounts")]

    assert [each.headers.get("Location") for each in led] == [PAGE, PAGE]
    set_up(browser, clock)
    assert browser.get("/en/staff/accounts").status_code == 200
    editor = Browser(app)
    editor.sign_in(LEA)
    assert editor.get("/en/staff/").status_code == 200


PUBLISHER = "publisher@example.org"


@pytest.fixture
def asking(app: Flask, services: Services, clock: HandClock) -> Services:
    """Return services with a publisher, whose sessions outlive the grace."""
    settings = replace(
        services.settings, session_hours=30 * 24, idle_minutes=30 * 24 * 60
    )
    asking = app.extensions["kb-services"] = Services(settings, clock=clock)
    an_account(asking.database, PUBLISHER, Role.PUBLISHER)
    return asking


def test_publishers_are_told_the_day_and_no_session_is_interrupted(
    app: Flask, asking: Services, clock: HandClock
) -> None:
    """Editors are not asked; a setting ends it for all."""
    an_account(asking.database, LEA, Role.EDITOR)
    old, new, editor = Browser(app), Browser(app), Browser(app)
    editor.sign_in(LEA)
    old.sign_in(PUBLISHER)

    days = [
        re.search(r"before ([^:]+): from that day on", old.get(page).text)
        for page in ("/en/staff/", "/en/staff/account")
    ]

    due = (clock() + dt.timedelta(days=FACTOR_GRACE_DAYS)).astimezone()
    assert [day and day[1] for day in days] == [f"{due.day} {due:%b %Y}"] * 2
    assert "from that day on" not in editor.get("/en/staff/account").text
    clock.advance(days=FACTOR_GRACE_DAYS)
    new.sign_in(PUBLISHER)
    assert old.get("/en/staff/").status_code == 200
    assert new.get("/en/staff/").headers["Location"] == PAGE
    asking.settings = replace(asking.settings, asks_factor=False)
    assert new.get("/en/staff/").status_code == 200


def test_after_the_grace_what_was_sent_is_kept_until_the_factor_is_on(
    app: Flask, asking: Services, clock: HandClock
) -> None:
    """The form of a session that had ended goes on after sign-in and factor."""
    browser = Browser(app)
    browser.sign_in(PUBLISHER)
    clock.advance(days=FACTOR_GRACE_DAYS)
    browser.sign_in(PUBLISHER)
    browser.post("/en/staff/sign-out")
    browser.sign_in(PUBLISHER)
    typed = {"csrf_token": browser.token(PAGE), "name": "Not lost"}

    page = browser.client.post("/en/staff/places", data=typed)

    assert page.status_code == 401
    _phone, fields = phone_of(page.text, clock)
    wrong = browser.client.post(PAGE, data={**fields, "password": NEW_PASSWORD})
    assert wrong.status_code == 422
    _phone, fields = phone_of(wrong.text, clock)
    codes = browser.client.post(PAGE, data=fields).text
    again = form_fields(codes, form='form[action="/en/staff/places"]')
    assert again["name"] == ["Not lost"]
    database = asking.database
    assert database.second_factors.has(database.accounts.find(PUBLISHER))
    assert browser.get("/en/staff/places").status_code == 200


def test_only_another_person_gives_a_new_grace(
    app: Flask, asking: Services, clock: HandClock
) -> None:
    """A publisher without the phone goes on after the command of the operator."""
    browser, database = Browser(app), asking.database
    factors, account = database.second_factors, database.accounts.find(PUBLISHER)
    browser.sign_in(PUBLISHER)
    clock.advance(days=FACTOR_GRACE_DAYS)

    statuses = []
    for actor in (PUBLISHER, "kb staff"):
        factors.turn_off(account, actor=actor)
        browser.post("/en/staff/sign-out")
        browser.sign_in(PUBLISHER)
        statuses.append(browser.get("/en/staff/").status_code)

    assert statuses == [302, 200]


def test_a_lost_key_is_told_at_the_sign_in(
    account: Browser, app: Flask, clock: HandClock, database: StaffDatabase
) -> None:
    """The page names the way out; the administrator's reset lets the person in."""
    phone, _ = set_up(account, clock)
    second_factors = database.second_factors
    second_factors._cipher = FactorCipher(b"another" * 20)  # noqa: SLF001  # as after a restore elsewhere
    browser = Browser(app)
    browser.sign_in(LEA)

    refused = give_code(browser, phone.code)

    assert refused.status_code == 422
    assert "the key of this service has changed" in refused.text
    lea = database.accounts.find(LEA)
    assert second_factors.turn_off(lea, actor="admin@example.org")
    assert browser.sign_in(LEA).headers["Location"] == "/en/staff/"
