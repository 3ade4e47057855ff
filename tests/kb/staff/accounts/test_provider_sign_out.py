"""Tests of the sign-out at an OpenID Connect provider that the test runs."""

from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from kb.database.staff_database import StaffDatabase
from kb.staff.accounts.provider_client import provider_client
from kb.staff.accounts.sign_in_cookie import LIFETIME_S
from tests.kb.staff.accounts.test_provider_sign_in import (
    LEA,
    PERSON,
    browser,
    come_back,
    provider,
    services,
    settings,
    sign_in,
)
from tests.kb.staff.accounts.test_second_factor import give_code, set_up
from tests.support.local_provider import CLIENT_ID, LocalProvider
from tests.support.staff import Browser, HandClock, an_account

__all__ = ["browser", "provider", "services", "settings"]

OFFER = "Sign out at Efus too"
START = "/en/staff/sign-out/provider"


def sign_out(browser: Browser, path: str = "sign-out") -> str:
    """Press the button of the menu, and return the sign-in page that follows."""
    answer = browser.post(f"/en/staff/{path}", page="/en/staff/account")
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert browser.get("/en/staff/").status_code == HTTPStatus.FOUND
    return browser.get(answer.headers["Location"]).text


def lead_of(browser: Browser) -> str:
    """Return where the link to the provider leads."""
    answer = browser.get(START)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    return str(answer.headers["Location"])


@pytest.fixture
def lea(browser: Browser, provider: LocalProvider, database: StaffDatabase) -> Browser:
    """Return a browser that is signed in through the provider."""
    an_account(database, LEA)
    sign_in(browser, provider)
    return browser


@pytest.mark.parametrize("path", ["sign-out", "sign-out-everywhere"])
def test_a_person_signs_out_here_and_then_at_the_provider(
    path: str, lea: Browser, provider: LocalProvider
) -> None:
    """The session here has ended before the provider is asked."""
    page = sign_out(lea, path)
    assert OFFER in page

    begun = lea.get(START)
    back = provider.sign_out(begun.headers["Location"])
    answer = come_back(lea, back)

    sent = parse_qs(urlsplit(begun.headers["Location"]).query)
    assert sent["client_id"] == [CLIENT_ID]
    assert sent["ui_locales"] == ["en"]
    assert sent["id_token_hint"][0].count(".") == 2
    assert sent["post_logout_redirect_uri"] == [
        "http://127.0.0.1:8000/en/staff/sign-out/provider/answer"
    ]
    after = lea.get(answer.headers["Location"]).text
    assert "You are signed out, here and at Efus." in after
    assert OFFER not in after


def test_it_is_offered_after_the_second_factor_too(
    app: Flask,
    browser: Browser,
    provider: LocalProvider,
    database: StaffDatabase,
    clock: HandClock,
) -> None:
    """The token outlives the step between provider and code."""
    an_account(database, LEA)
    first = Browser(app)
    first.sign_in(LEA)
    phone, _ = set_up(first, clock)
    sign_in(browser, provider)
    give_code(browser, phone.code)
    assert browser.get("/en/staff/").status_code == HTTPStatus.OK

    page = sign_out(browser)

    assert OFFER in page


def test_a_session_by_password_offers_nothing(
    browser: Browser, database: StaffDatabase
) -> None:
    """That person may not even be known at the provider."""
    an_account(database, LEA)
    browser.sign_in(LEA)

    page = sign_out(browser)

    assert OFFER not in page
    assert lead_of(browser) == "/en/staff/sign-in"


def test_a_provider_without_sign_out_is_not_offered(
    browser: Browser, provider: LocalProvider, database: StaffDatabase
) -> None:
    """Its discovery document names no `end_session_endpoint`."""
    provider.discovery = {"end_session_endpoint": None}
    an_account(database, LEA)
    sign_in(browser, provider)

    assert OFFER not in sign_out(browser)


def test_the_offer_ends_after_ten_minutes(
    lea: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next person at this device is not asked about somebody else."""
    sign_out(lea)
    monkeypatch.setattr("kb.staff.accounts.sign_in_cookie.LIFETIME_S", -1)

    assert LIFETIME_S == 600
    assert OFFER not in lea.get("/en/staff/sign-in").text
    assert lead_of(lea) == "/en/staff/sign-in"


def test_the_offer_ends_with_the_next_sign_in(lea: Browser) -> None:
    """It belongs to the session that ended."""
    sign_out(lea)
    lea.sign_in(LEA)

    assert lead_of(lea) == "/en/staff/sign-in"


def test_a_provider_that_does_not_answer_keeps_nobody_signed_in(
    lea: Browser, provider: LocalProvider
) -> None:
    """The message says so, and the offer stays for another try."""
    provider_client.cache_clear()
    provider.status = HTTPStatus.BAD_GATEWAY
    sign_out(lea)

    page = lea.get(lead_of(lea)).text

    assert "You are signed out here. Efus does not answer just now" in page
    assert OFFER in page
    assert lea.get("/en/staff/").status_code == HTTPStatus.FOUND
    provider.status = HTTPStatus.OK
    assert lead_of(lea).startswith(provider.issuer)


@pytest.mark.parametrize("state", ["", "other", "é"])
def test_a_forged_way_back_says_nothing(state: str, lea: Browser) -> None:
    """Another site can lead here, but it does not know the state."""
    sign_out(lea)
    lead_of(lea)

    answer = lea.get(f"{START}/answer?state={state}")

    assert "here and at Efus" not in lea.get(answer.headers["Location"]).text


def test_a_token_that_is_too_long_for_the_cookie_is_not_sent(
    browser: Browser, provider: LocalProvider, database: StaffDatabase
) -> None:
    """The provider then asks the person for a confirmation."""
    provider.person = PERSON | {"groups": ["a group with a long name"] * 200}
    an_account(database, LEA)
    sign_in(browser, provider)
    sign_out(browser)

    sent = parse_qs(urlsplit(lead_of(browser)).query)

    assert "id_token_hint" not in sent
    assert sent["client_id"] == [CLIENT_ID]
