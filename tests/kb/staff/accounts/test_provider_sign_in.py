"""Tests of the sign-in through an OpenID Connect provider that the test runs."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from indexer.model.ids import Locale
from kb.app import create_app
from kb.core.sign_in_provider import ProviderError, ProviderFault, SignInProvider
from kb.database.errors import IdentityFault
from kb.database.model import AuditAction, Role
from kb.database.staff_database import StaffDatabase
from kb.services import Services
from kb.staff.accounts.provider_client import (
    MAX_WAITING,
    METADATA_LIFETIME_S,
    ProviderClient,
    provider_client,
)
from kb.staff.accounts.sign_in_cookie import LIFETIME_S, ProviderRequest
from tests.kb.staff.accounts.test_second_factor import give_code, set_up
from tests.support.builders import PROJECT
from tests.support.fake_node import write_certificate
from tests.support.forms import form_fields
from tests.support.local_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    KEYS,
    LocalProvider,
    local_provider,
)
from tests.support.polling import wait_until
from tests.support.staff import Browser, HandClock, actions, an_account

LEA = "lea@example.org"
START = "/en/staff/sign-in/provider"
PERSON = {"sub": "person-1", "email": LEA, "email_verified": True}


@pytest.fixture
def provider(clock: HandClock) -> Iterator[LocalProvider]:
    """Return a running provider that signs in Lea."""
    with local_provider(clock) as running:
        running.person = dict(PERSON)
        yield running


@pytest.fixture
def settings(provider: LocalProvider, tmp_path: Path) -> SignInProvider:
    """Return the settings of the service for that provider."""
    secret = tmp_path / "client-secret"
    secret.write_text(f"{CLIENT_SECRET}\n", "utf-8")
    return SignInProvider(provider.issuer, CLIENT_ID, secret, "Efus")


@pytest.fixture
def services(services: Services, settings: SignInProvider) -> Services:
    """Return services whose staff can sign in through the provider."""
    services.settings = replace(services.settings, provider=settings)
    return services


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Return a browser that is not signed in."""
    return Browser(app)


def authorization(browser: Browser, start: str = START) -> str:
    """Press the button of the sign-in page, and return where it leads."""
    answer = browser.get(start)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    return answer.headers["Location"]


def come_back(browser: Browser, url: str) -> TestResponse:
    """Follow the provider back to the service."""
    parts = urlsplit(url)
    return browser.get(f"{parts.path}?{parts.query}")


def sign_in(
    browser: Browser, provider: LocalProvider, start: str = START
) -> TestResponse:
    """Sign in through the provider, and return the answer of the service."""
    return come_back(browser, provider.sign_in(authorization(browser, start)))


def message_after(browser: Browser, answer: TestResponse) -> str:
    """Return the sign-in page that a refused sign-in leads to."""
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert urlsplit(answer.headers["Location"]).path.endswith("/staff/sign-in")
    page = browser.get(answer.headers["Location"])
    assert page.status_code == HTTPStatus.OK
    assert browser.get("/en/staff/").status_code == HTTPStatus.FOUND
    return page.text


def test_a_member_of_staff_signs_in(
    browser: Browser, provider: LocalProvider, database: StaffDatabase
) -> None:
    """The first time links the account, and the page that was asked for follows."""
    account = an_account(database, LEA)
    page = browser.get("/en/staff/sign-in?next=/en/staff/records?state=draft").text
    assert "Sign in with Efus" in page

    answer = sign_in(browser, provider, f"{START}?next=/en/staff/drafts")

    assert answer.headers["Location"] == "/en/staff/drafts"
    assert browser.get("/en/staff/records").status_code == HTTPStatus.OK
    bound = database.identities.of(account)
    assert bound is not None
    assert (bound.issuer, bound.subject) == (provider.issuer, "person-1")
    assert actions(database)[-2:] == [
        (LEA, AuditAction.IDENTITY_BOUND, LEA),
        (LEA, AuditAction.SIGNED_IN, LEA),
    ]
    assert database.audit.newest(limit=1)[0].detail == provider.issuer


def test_what_is_sent_to_the_provider(browser: Browser) -> None:
    """Each sign-in has its own state, nonce and challenge; none is the verifier."""
    first, second = (
        parse_qs(urlsplit(authorization(browser, "/fr/staff/sign-in/provider")).query)
        for _ in range(2)
    )

    assert first["redirect_uri"] == [
        "http://127.0.0.1:8000/fr/staff/sign-in/provider/answer"
    ]
    assert first["ui_locales"] == ["fr"]
    assert "code_verifier" not in first
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
    assert len(first["nonce"][0]) == 43
    assert CLIENT_SECRET not in str(first)


def test_nothing_is_shown_without_a_provider(app: Flask, services: Services) -> None:
    """Neither button nor address, and accounts are as before."""
    services.settings = replace(services.settings, provider=None)
    browser = Browser(app)

    assert "sign-in/provider" not in browser.get("/en/staff/sign-in").text
    assert browser.get(START).status_code == HTTPStatus.NOT_FOUND
    assert browser.get(f"{START}/answer?code=x&state=y").status_code == 404


@pytest.mark.load
def test_authlib_is_not_imported_without_a_provider() -> None:
    """It is an extra, and slow to import."""
    code = (
        "import sys; from kb.app import create_app; create_app(); "
        "assert not {'authlib', 'joserfc', 'requests'} & set(sys.modules)"
    )

    subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True)  # noqa: S603  # our own interpreter


def test_nothing_is_requested_before_somebody_signs_in(
    browser: Browser, provider: LocalProvider
) -> None:
    """Start and sign-in page do not depend on the provider."""
    browser.get("/en/staff/sign-in")

    assert provider.requests == []


def test_the_discovery_document_is_requested_once(
    app: Flask, provider: LocalProvider, database: StaffDatabase
) -> None:
    """So are the keys."""
    an_account(database, LEA)

    for _ in range(3):
        assert sign_in(Browser(app), provider).headers["Location"] == "/en/staff/"

    assert provider.requests.count("/.well-known/openid-configuration") == 1
    assert provider.requests.count("/keys") == 1


def test_new_keys_of_the_provider_are_read(
    app: Flask, provider: LocalProvider, database: StaffDatabase
) -> None:
    """Providers change their keys from time to time."""
    an_account(database, LEA)
    sign_in(Browser(app), provider)
    provider.signing_key, provider.published_keys = KEYS[1], KEYS[1:]

    answer = sign_in(Browser(app), provider)

    assert answer.headers["Location"] == "/en/staff/"


REFUSED_PERSONS: dict[str, tuple[dict[str, object], IdentityFault, str]] = {
    "not verified": (
        {"email_verified": False},
        IdentityFault.UNVERIFIED,
        "has verified your e-mail",
    ),
    "nothing said of it": (
        {"email_verified": None},
        IdentityFault.UNVERIFIED,
        "has verified your e-mail",
    ),
    "no address": ({"email": None}, IdentityFault.UNVERIFIED, "verified your e-mail"),
    "no account": (
        {"email": "eve@example.org"},
        IdentityFault.UNKNOWN,
        "knows you as eve@example.org",
    ),
    # NFKC would turn the ligature into the address of an account.
    "ligature": ({"email": "lea@\ufb01l.example.org"}, IdentityFault.UNVERIFIED, ""),
}


@pytest.mark.parametrize("case", REFUSED_PERSONS)
def test_a_person_without_an_account_is_refused(
    browser: Browser, provider: LocalProvider, database: StaffDatabase, case: str
) -> None:
    """The page says why; the log has the reason and no address."""
    an_account(database, LEA)
    an_account(database, "lea@fil.example.org")
    claims, fault, text = REFUSED_PERSONS[case]
    provider.user_info = {"sub": "person-1"}
    provider.person |= claims

    page = message_after(browser, sign_in(browser, provider))

    assert text in page
    line = database.audit.newest(limit=1)[0]
    assert (line.actor, line.action) == ("?", AuditAction.PROVIDER_REFUSED)
    assert (line.subject, line.detail) == ("", fault)


def test_the_address_may_come_from_the_user_info(
    browser: Browser, provider: LocalProvider, database: StaffDatabase
) -> None:
    """Some providers leave it out of the ID token, and write `true` as a text."""
    an_account(database, LEA)
    provider.person = {"sub": "person-1"}
    provider.user_info = {**PERSON, "email_verified": "true"}

    assert sign_in(browser, provider).headers["Location"] == "/en/staff/"


@pytest.mark.parametrize(
    ("claim", "is_let_in"), [(True, True), ("1", True), (False, False), ("0", False)]
)
def test_a_domain_that_belongs_to_the_organisation_is_verified(
    browser: Browser,
    provider: LocalProvider,
    database: StaffDatabase,
    claim: object,
    *,
    is_let_in: bool,
) -> None:
    """So Microsoft Entra ID says it, which has no `email_verified`."""
    an_account(database, LEA)
    provider.person = {"sub": "person-1", "email": LEA, "xms_edov": claim}

    answer = sign_in(browser, provider)

    assert (answer.headers["Location"] == "/en/staff/") is is_let_in


def test_the_user_info_of_another_person_is_refused(
    browser: Browser, provider: LocalProvider, database: StaffDatabase
) -> None:
    """Its address must not open an account."""
    an_account(database, LEA)
    provider.person = {"sub": "person-2"}
    provider.user_info = dict(PERSON)

    page = message_after(browser, sign_in(browser, provider))

    assert "The answer of Efus cannot be used." in page


def test_a_closed_account_stays_out(
    app: Flask, browser: Browser, provider: LocalProvider, database: StaffDatabase
) -> None:
    """Before and after it was linked; its session ends with it."""
    an_account(database, "admin@example.org", Role.ADMIN)
    account = an_account(database, LEA)
    sign_in(browser, provider)
    database.accounts.disable(account.id, actor="test")

    for visitor in (browser, Browser(app)):
        assert "is closed" in message_after(visitor, sign_in(visitor, provider))

    assert (LEA, AuditAction.PROVIDER_REFUSED, LEA) in actions(database)


def test_a_new_address_at_the_provider_changes_nothing(
    app: Flask, provider: LocalProvider, database: StaffDatabase
) -> None:
    """The person who was linked comes in; who gets the old address does not."""
    an_account(database, LEA)
    an_account(database, "admin@example.org", Role.ADMIN)
    sign_in(Browser(app), provider)
    provider.person |= {"email": "admin@example.org", "email_verified": False}
    owner, other = Browser(app), Browser(app)

    assert sign_in(owner, provider).headers["Location"] == "/en/staff/"
    assert LEA in owner.get("/en/staff/account").text
    provider.person = {**PERSON, "sub": "person-2"}
    page = message_after(other, sign_in(other, provider))

    assert "is linked to another identity at Efus" in page


def test_an_administrator_unlinks_an_account(
    app: Flask, provider: LocalProvider, database: StaffDatabase
) -> None:
    """Its sessions end, and the next sign-in with its address links it again."""
    account = an_account(database, LEA)
    an_account(database, "admin@example.org", Role.ADMIN)
    lea, admin, again = Browser(app), Browser(app), Browser(app)
    sign_in(lea, provider)
    admin.sign_in("admin@example.org")
    page = f"/en/staff/accounts/{account.id}"
    assert "person-1" in admin.get(page).text
    assert "Linked to an identity" in admin.get("/en/staff/accounts").text

    admin.post(f"{page}/identity", page=page)

    assert "person-1" not in admin.get(page).text
    assert lea.get("/en/staff/").status_code == HTTPStatus.FOUND
    line = ("admin@example.org", AuditAction.IDENTITY_UNBOUND, LEA)
    assert line in actions(database)
    log = admin.get("/en/staff/history/log").text
    assert f"Account unlinked from an identity: {LEA}" in log
    provider.person["sub"] = "person-2"
    assert sign_in(again, provider).headers["Location"] == "/en/staff/"


@pytest.mark.parametrize(
    "broken",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-service"},
        {"aud": None},
        {"aud": [CLIENT_ID, "another-service"]},
        {"aud": "another-service", "azp": CLIENT_ID},
        {"azp": "another-service"},
        {"iss": "https://login.example.org"},
        {"exp": 1},
        {"exp": None},
        {"iat": 9_999_999_999},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"at_hash": "wrong"},
        {"nonce": None, "nonce_supported": False},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_this_sign_in_is_refused(
    browser: Browser,
    provider: LocalProvider,
    database: StaffDatabase,
    broken: dict[str, object],
) -> None:
    """It is of another service, person or time, or misses what must be there."""
    account = an_account(database, LEA)
    provider.broken = broken

    page = message_after(browser, sign_in(browser, provider))

    assert "The answer of Efus cannot be used." in page
    assert database.identities.of(account) is None


@pytest.mark.parametrize("algorithm", ["HS256", "RS256"])
def test_a_token_of_another_key_is_refused(
    browser: Browser,
    provider: LocalProvider,
    database: StaffDatabase,
    algorithm: str,
) -> None:
    """Neither a key that is not published signs tokens, nor the shared secret."""
    an_account(database, LEA)
    provider.signing_key, provider.algorithm = KEYS[1], algorithm

    page = message_after(browser, sign_in(browser, provider))

    assert "The answer of Efus cannot be used." in page


def test_a_state_is_valid_in_its_browser_only(
    app: Flask, browser: Browser, provider: LocalProvider, database: StaffDatabase
) -> None:
    """Nobody can have a victim sign in to an account of the attacker."""
    an_account(database, LEA)
    url = provider.sign_in(authorization(browser))
    other = Browser(app)
    authorization(other)

    assert "Begin again." in message_after(other, come_back(other, url))
    forged = url.replace("state=", "state=x")
    assert "Begin again." in message_after(browser, come_back(browser, forged))
    assert "/token" not in provider.requests
    assert come_back(browser, url).headers["Location"] == "/en/staff/"


def test_a_state_ends(
    browser: Browser, provider: LocalProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After ten minutes, the page says to begin again."""
    url = provider.sign_in(authorization(browser))
    monkeypatch.setattr("kb.staff.accounts.sign_in_cookie.LIFETIME_S", -1)

    assert LIFETIME_S == 600
    assert "Begin again." in message_after(browser, come_back(browser, url))


def test_two_tabs_can_sign_in(
    browser: Browser, provider: LocalProvider, database: StaffDatabase
) -> None:
    """The first of two tabs is not lost when the second one begins."""
    an_account(database, LEA)
    first = provider.sign_in(authorization(browser, f"{START}?next=/en/staff/drafts"))
    second = provider.sign_in(authorization(browser))

    assert come_back(browser, first).headers["Location"] == "/en/staff/drafts"
    assert come_back(browser, second).headers["Location"] == "/en/staff/"


def test_a_code_is_used_once(
    browser: Browser, provider: LocalProvider, database: StaffDatabase
) -> None:
    """The provider refuses it the second time, after a sign-out too."""
    an_account(database, LEA)
    url = provider.sign_in(authorization(browser))
    used = url.partition("code=")[2].partition("&")[0]
    come_back(browser, url)
    browser.post("/en/staff/sign-out", page="/en/staff/account")

    assert "Begin again." in message_after(browser, come_back(browser, url))
    fresh = provider.sign_in(authorization(browser))
    unused = fresh.partition("code=")[2].partition("&")[0]
    page = message_after(browser, come_back(browser, fresh.replace(unused, used)))
    assert "Efus did not confirm who you are." in page
    assert provider.requests.count("/token") == 2


@pytest.mark.parametrize("error", ["access_denied", "<b>bold</b>"])
def test_a_person_who_stops_there_comes_back(
    browser: Browser, provider: LocalProvider, error: str
) -> None:
    """Nothing of the error of the provider is shown."""
    provider.error = error

    page = message_after(browser, sign_in(browser, provider))

    assert "Efus did not confirm who you are." in page
    assert error not in page
    assert "/token" not in provider.requests


def test_an_answer_of_another_issuer_is_refused(
    browser: Browser, provider: LocalProvider
) -> None:
    """The parameter `iss` (RFC 9207) prevents mixing up providers."""
    url = provider.sign_in(authorization(browser))
    mixed = url.replace("iss=http", "iss=https")

    page = message_after(browser, come_back(browser, mixed))

    assert "Efus did not confirm who you are." in page
    assert "/token" not in provider.requests


def test_a_wrong_secret_is_told_to_the_log(
    browser: Browser,
    provider: LocalProvider,
    settings: SignInProvider,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log names the error of the provider, and not the secret."""
    settings.secret_file.write_text("another secret")

    page = message_after(browser, sign_in(browser, provider))

    assert "Efus did not confirm who you are." in page
    assert "invalid_client" in caplog.text
    assert "another secret" not in caplog.text


def test_a_provider_that_is_down_shows_a_page(
    browser: Browser, provider: LocalProvider
) -> None:
    """It may be down before the sign-in, and between its two requests."""
    url = provider.sign_in(authorization(browser))
    provider.status = HTTPStatus.BAD_GATEWAY

    answer = come_back(browser, url.replace("/en/", "/fr/"))

    assert "Efus" in message_after(browser, answer)
    provider_client.cache_clear()
    page = message_after(browser, browser.get(START))
    assert "Efus does not answer just now." in page
    assert 'name="password"' in page


def test_a_provider_that_cannot_be_reached_shows_a_page(
    browser: Browser, services: Services, settings: SignInProvider
) -> None:
    """Nothing listens at this port."""
    nowhere = replace(settings, issuer="http://127.0.0.1:1")
    services.settings = replace(services.settings, provider=nowhere)

    page = message_after(browser, browser.get(START))

    assert "Efus does not answer just now." in page


def test_a_slow_provider_leaves_threads_for_pages(
    provider: LocalProvider, settings: SignInProvider
) -> None:
    """Two threads of a process wait for it; a third gives up."""
    client = ProviderClient(settings)
    request = ProviderRequest("state", "nonce", "verifier", "")
    faults: list[ProviderFault] = []

    def begin() -> None:
        try:
            client.authorization_url(request, redirect_uri="", locale=Locale.EN)
        except ProviderError as error:
            faults.append(error.fault)

    provider.gate.clear()
    waiting = [threading.Thread(target=begin) for _ in range(MAX_WAITING)]
    for thread in waiting:
        thread.start()
    wait_until(lambda: len(provider.requests) == MAX_WAITING)
    begin()
    provider.gate.set()
    for thread in waiting:
        thread.join()

    assert faults == [ProviderFault.UNREACHABLE]


def test_a_discovery_document_is_read_again_after_an_hour(
    provider: LocalProvider, settings: SignInProvider
) -> None:
    """A provider may move its addresses."""
    times = [0.0, METADATA_LIFETIME_S - 1, METADATA_LIFETIME_S + 1, 9999.0]
    client = ProviderClient(settings, clock=lambda: times.pop(0))
    request = ProviderRequest("state", "nonce", "verifier", "")

    for _ in range(3):
        client.authorization_url(request, redirect_uri="", locale=Locale.EN)

    assert len(provider.requests) == 2


def test_a_withdrawn_key_is_forgotten(
    app: Flask,
    provider: LocalProvider,
    database: StaffDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A key that was stolen from the provider signs nobody in for ever."""
    an_account(database, LEA)
    sign_in(Browser(app), provider)
    provider.published_keys = KEYS[1:]
    monkeypatch.setattr("kb.staff.accounts.provider_client.METADATA_LIFETIME_S", 0)
    browser = Browser(app)

    page = message_after(browser, sign_in(browser, provider))

    assert "The answer of Efus cannot be used." in page


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://login.example.org"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "http://login.example.org/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_a_discovery_document_that_cannot_be_trusted_is_refused(
    browser: Browser, provider: LocalProvider, discovery: dict[str, object]
) -> None:
    """It is of another issuer, or names an address without TLS."""
    provider.discovery = discovery

    page = message_after(browser, browser.get(START))

    assert "The answer of Efus cannot be used." in page


def test_the_secret_may_have_to_be_in_the_form(
    browser: Browser, provider: LocalProvider, database: StaffDatabase
) -> None:
    """Some providers do not take it in the header."""
    an_account(database, LEA)
    methods = ["client_secret_post"]
    provider.discovery = {"token_endpoint_auth_methods_supported": methods}

    assert sign_in(browser, provider).headers["Location"] == "/en/staff/"


def test_the_certificate_of_the_provider_is_verified(
    browser: Browser,
    services: Services,
    settings: SignInProvider,
    clock: HandClock,
    tmp_path: Path,
) -> None:
    """An unknown certificate ends the sign-in; `KB_OIDC_CA_FILE` makes it known."""
    certificate = write_certificate(tmp_path / "tls.pem", ends_in_days=20)
    with local_provider(clock, certificate=certificate) as provider:
        unknown = replace(settings, issuer=provider.issuer)
        services.settings = replace(services.settings, provider=unknown)
        page = message_after(browser, browser.get(START))
        assert "Efus does not answer just now." in page
        known = replace(unknown, ca_file=certificate)
        services.settings = replace(services.settings, provider=known)

        assert authorization(browser).startswith(f"{provider.issuer}/authorize")


def test_the_second_factor_of_an_account_is_still_asked(
    app: Flask, clock: HandClock, provider: LocalProvider, database: StaffDatabase
) -> None:
    """The provider replaces the password only; the code comes before the link."""
    account = an_account(database, LEA)
    first, browser = Browser(app), Browser(app)
    first.sign_in(LEA)
    phone, _ = set_up(first, clock)

    answer = sign_in(browser, provider, f"{START}?next=/en/staff/drafts")

    assert answer.headers["Location"].startswith("/en/staff/sign-in/code?next=")
    assert browser.get("/en/staff/").status_code == HTTPStatus.FOUND
    assert database.identities.of(account) is None
    page = browser.get(answer.headers["Location"]).text
    assert "Step 2 of 2" in page
    fields = form_fields(page, form='form[action="/en/staff/sign-in/code"]')
    done = browser.client.post(
        "/en/staff/sign-in/code", data={**fields, "code": phone.code}
    )
    assert done.headers["Location"] == "/en/staff/drafts"
    assert database.identities.of(account) is not None


def test_a_code_does_not_follow_a_link_that_has_changed(
    app: Flask, clock: HandClock, provider: LocalProvider, database: StaffDatabase
) -> None:
    """Another person was linked to the account before the code was given."""
    account = an_account(database, LEA)
    first, browser = Browser(app), Browser(app)
    first.sign_in(LEA)
    phone, _ = set_up(first, clock)
    sign_in(browser, provider)
    provider.person["sub"] = "person-2"
    other = Browser(app)
    sign_in(other, provider)
    assert give_code(other, phone.code).status_code == HTTPStatus.SEE_OTHER

    assert "took too long" in message_after(
        browser, browser.get("/en/staff/sign-in/code")
    )
    bound = database.identities.of(account)
    assert bound is not None
    assert bound.subject == "person-2"


def test_an_account_without_a_password_signs_in(
    browser: Browser, provider: LocalProvider, database: StaffDatabase
) -> None:
    """Its pages do not ask for a password that does not exist."""
    database.accounts.add(LEA, Role.EDITOR, actor="test")

    sign_in(browser, provider)

    page = browser.get("/en/staff/account").text
    assert "Your account has no password." in page
    assert 'name="new_password"' not in page
    assert (
        "your account has none" in browser.get("/en/staff/account/second-factor").text
    )


def test_required_second_factors_are_required_here_too(
    browser: Browser,
    services: Services,
    provider: LocalProvider,
    database: StaffDatabase,
) -> None:
    """`KB_ADMIN_SECOND_FACTOR` holds whatever the provider has asked for."""
    services.settings = replace(services.settings, admins_need_factor=True)
    an_account(database, LEA, Role.ADMIN)

    sign_in(browser, provider)

    answer = browser.get("/en/staff/accounts")
    assert answer.headers["Location"] == "/en/staff/account/second-factor"


def test_an_administrator_who_is_linked_counts_as_one(
    app: Flask, provider: LocalProvider, database: StaffDatabase
) -> None:
    """The last one who can sign in by password may leave."""
    admin = an_account(database, "admin@example.org", Role.ADMIN)
    database.accounts.add(LEA, Role.ADMIN, actor="test")
    sign_in(Browser(app), provider)

    database.accounts.disable(admin.id, actor="test")

    assert database.accounts.find("admin@example.org").is_disabled


def test_a_network_cannot_sign_in_without_end(
    app: Flask, provider: LocalProvider, database: StaffDatabase
) -> None:
    """Each attempt makes the service wait for the provider."""
    provider.person["email"] = "eve@example.org"
    browser = Browser(app)
    for _ in range(40):
        sign_in(browser, provider)
    asked = provider.requests.count("/token")

    page = message_after(browser, sign_in(browser, provider))

    assert "Too many attempts." in page
    assert provider.requests.count("/token") == asked == 40
    assert ("?", AuditAction.SIGN_IN_THROTTLED, "") in actions(database)


def test_a_form_of_an_ended_session_is_not_lost(
    browser: Browser, provider: LocalProvider, database: StaffDatabase
) -> None:
    """The provider opens in another tab; the button of the first sends the form."""
    account = an_account(database, LEA)
    sign_in(browser, provider)
    fields = {"csrf_token": browser.token("/en/staff/account")}
    database.sessions.end_all(account)
    page = browser.client.post(
        "/en/staff/places", data={**fields, "name": "Not lost"}
    ).text
    assert 'target="_blank"' in page
    too_early = browser.client.post(
        "/en/staff/sign-in",
        data=form_fields(page, form='form:has(button:-soup-contains("Continue"))')
        | {"continue": ["1"]},
    )
    assert 'target="_blank"' in too_early.text
    kept = form_fields(page, form='form:has(button:-soup-contains("Continue"))')
    assert sign_in(browser, provider).headers["Location"] == "/en/staff/"

    answer = browser.client.post(
        "/en/staff/sign-in",
        data=kept,
        headers={"Origin": "http://localhost"},
    )

    assert "Not lost" in answer.text


def test_it_works_below_a_path(
    services: Services, provider: LocalProvider, database: StaffDatabase
) -> None:
    """`KB_BASE_URL` may have a path; whatever else names the service is ignored."""
    site = "https://kb.example.org"
    settings = replace(services.settings, base_url=f"{site}/group")
    client = create_app(services=Services(settings, clock=services.clock)).test_client()
    an_account(database, LEA)

    begun = client.get(f"{START}?next=/group/en/staff/drafts", base_url=site)
    url = provider.sign_in(begun.headers["Location"])
    assert url.startswith(f"{site}/group/en/staff/sign-in/provider/answer?")
    answer = client.get(url.removeprefix(site), base_url=site)

    assert answer.headers["Location"] == "/group/en/staff/drafts"


def test_no_other_site_follows_the_sign_in(
    browser: Browser, provider: LocalProvider, database: StaffDatabase
) -> None:
    """The page that follows is one of ours."""
    an_account(database, LEA)

    answer = sign_in(browser, provider, f"{START}?next=https://evil.example/staff")

    assert answer.headers["Location"] == "/en/staff/"


def test_messages_are_in_the_language_of_the_page(
    browser: Browser, provider: LocalProvider
) -> None:
    """An address in French leads back to a page in French."""
    provider.error = "access_denied"
    answer = sign_in(browser, provider, "/fr/staff/sign-in/provider")

    page = browser.get(answer.headers["Location"]).text

    assert answer.headers["Location"].startswith("/fr/staff/sign-in")
    assert "Efus n’a pas confirmé" in page
