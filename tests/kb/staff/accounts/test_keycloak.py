"""Sign-in of staff through Keycloak, a real OpenID Connect provider."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from kb.core.sign_in_provider import SignInProvider
from kb.database.clock import Clock, utc_now
from kb.database.model import Role
from kb.database.staff_database import StaffDatabase
from kb.services import Services
from tests.keycloak.server import (
    ADMIN,
    ADMIN_PASSWORD,
    Keycloak,
    NoKeycloakError,
    running_keycloak,
)
from tests.support.forms import form_fields
from tests.support.local_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.staff import Browser, an_account

# Maven may have to fetch the server first.
pytestmark = [pytest.mark.keycloak, pytest.mark.long, pytest.mark.timeout(600)]

LEA = "lea@example.org"
TIMEOUT_S = 60


@pytest.fixture
def clock() -> Clock:
    """Return the clock of the system, by which Keycloak dates its tokens."""
    return utc_now


@pytest.fixture(scope="module")
def keycloak() -> Iterator[Keycloak]:
    """Return a running server; skip the tests where it can't be had."""
    try:
        with running_keycloak() as server:
            yield server
    except NoKeycloakError as error:
        pytest.skip(f"no Keycloak: {error}")


@pytest.fixture
def services(services: Services, keycloak: Keycloak, tmp_path: Path) -> Services:
    """Return services whose staff can sign in through the server."""
    secret = tmp_path / "client-secret"
    secret.write_text(CLIENT_SECRET, "utf-8")
    provider = SignInProvider(keycloak.issuer, CLIENT_ID, secret, "Keycloak")
    services.settings = replace(services.settings, provider=provider)
    return services


@dataclass
class Visitor:
    """A browser with the cookies of the service and of the provider."""

    app: Flask
    browser: Browser = field(init=False)
    there: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.browser = Browser(self.app)

    def sign_in(self, name: str = "", *, locale: str = "en") -> TestResponse:
        """Go to the provider, sign in there by a name, and come back.

        Without a name, the session at the provider must be open.
        """
        return self.come_back(self.provider_answer(name, locale=locale))

    def provider_answer(self, name: str = "", *, locale: str = "en") -> str:
        """Return the address that the provider leads back to."""
        begun = self.browser.get(f"/{locale}/staff/sign-in/provider")
        assert begun.status_code == HTTPStatus.SEE_OTHER, begun.text
        url = begun.headers["Location"]
        answer = self._ask("GET", url)
        if name:
            page = BeautifulSoup(answer.text, "lxml")
            assert page.html is not None
            assert page.html["lang"] == locale, answer.text
            form = page.select_one("form#kc-form-login")
            assert form is not None
            fields = form_fields(answer.text, form="form#kc-form-login")
            fields |= {"username": [name], "password": [f"password of {name}"]}
            answer = self._ask("POST", str(form["action"]), data=fields)
        assert answer.status_code == HTTPStatus.FOUND, answer.text
        return answer.headers["Location"]

    def _ask(self, method: str, url: str, **options: Any) -> requests.Response:
        answer = self.there.request(
            method, url, allow_redirects=False, timeout=TIMEOUT_S, **options
        )
        for cookie in self.there.cookies:
            cookie.secure = False  # as browsers do, it is sent to the loopback
        return answer

    def come_back(self, url: str) -> TestResponse:
        """Follow the provider back to the service."""
        assert url.startswith("http://127.0.0.1:8000/")
        parts = urlsplit(url)
        return self.browser.get(f"{parts.path}?{parts.query}")

    def sign_out(self, *, locale: str = "en") -> TestResponse:
        """Sign out here, then at the provider, and come back."""
        staff = f"/{locale}/staff"
        self.browser.post(f"{staff}/sign-out", page=f"{staff}/account")
        begun = self.browser.get(f"{staff}/sign-out/provider")
        assert begun.status_code == HTTPStatus.SEE_OTHER, begun.text
        answer = self._ask("GET", begun.headers["Location"])
        assert answer.status_code == HTTPStatus.FOUND, answer.text
        return self.come_back(answer.headers["Location"])

    def asks_for_password(self) -> bool:
        """Return whether the provider no longer knows this browser."""
        begun = self.browser.get("/en/staff/sign-in/provider")
        answer = self._ask("GET", begun.headers["Location"])
        return "kc-form-login" in answer.text

    def refusal(self, answer: TestResponse) -> str:
        """Return the page that a refused sign-in leads to."""
        assert self.browser.get("/en/staff/").status_code == HTTPStatus.FOUND
        return self.browser.get(answer.headers["Location"]).text


@dataclass
class Realm:
    """The administration of the realm of the tests."""

    server: Keycloak

    def change(self, name: str, **values: str | bool) -> None:
        """Change the account of a person."""
        url = f"{self.server.url}/admin/realms/staff/users"
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {self._token()}"
        options: dict[str, Any] = {"timeout": TIMEOUT_S}
        found = session.get(url, params={"username": name}, **options).json()
        changed = session.put(
            f"{url}/{found[0]['id']}", json={**found[0], **values}, **options
        )
        changed.raise_for_status()

    def _token(self) -> str:
        url = f"{self.server.url}/realms/master/protocol/openid-connect/token"
        fields = {
            "grant_type": "password",
            "client_id": "admin-cli",
            "username": ADMIN,
            "password": ADMIN_PASSWORD,
        }
        answer = requests.post(url, data=fields, timeout=TIMEOUT_S)
        return str(answer.json()["access_token"])


def test_staff_sign_in_through_keycloak(
    app: Flask, keycloak: Keycloak, database: StaffDatabase
) -> None:
    """One test of several parts, since its server takes half a minute to start."""
    account = an_account(database, LEA)
    an_account(database, "ana@example.org")
    an_account(database, "admin@example.org", Role.ADMIN)

    _check_who_comes_in(app)
    _check_who_stays_out(app)
    _check_that_a_person_signs_out_there(app)
    _check_that_a_code_is_used_once(app)
    bound = database.identities.of(account)
    assert bound is not None
    assert bound.issuer == keycloak.issuer
    _check_new_addresses(app, Realm(keycloak))
    database.accounts.disable(account.id, actor="test")
    lea = Visitor(app)
    assert "is closed" in lea.refusal(lea.sign_in("lea"))


def _check_who_comes_in(app: Flask) -> None:
    """A person with an account and a verified address, in either language."""
    lea = Visitor(app)
    assert lea.sign_in("lea").headers["Location"] == "/en/staff/"
    assert lea.browser.get("/en/staff/").status_code == HTTPStatus.OK
    assert Visitor(app).sign_in("lea", locale="fr").headers["Location"] == "/fr/staff/"
    # The session at the provider is enough for the next sign-in.
    lea.browser.post("/en/staff/sign-out", page="/en/staff/account")
    assert lea.sign_in().headers["Location"] == "/en/staff/"


def _check_that_a_person_signs_out_there(app: Flask) -> None:
    """Without a question, in either language; the next sign-in needs the password."""
    for locale in ("en", "fr"):
        lea = Visitor(app)
        lea.sign_in("lea", locale=locale)
        answer = lea.sign_out(locale=locale)
        page = lea.browser.get(answer.headers["Location"]).text
        assert "here and at Keycloak" in page or "ici et chez Keycloak" in page
        assert lea.asks_for_password()


def _check_who_stays_out(app: Flask) -> None:
    """Ana's address is not verified, and Eve's has no account."""
    ana, eve = Visitor(app), Visitor(app)
    assert "has verified your e-mail" in ana.refusal(ana.sign_in("ana"))
    assert "knows you as eve@example.org" in eve.refusal(eve.sign_in("eve"))


def _check_that_a_code_is_used_once(app: Flask) -> None:
    """And in no other browser than the one that began."""
    first, other = Visitor(app), Visitor(app)
    url = first.provider_answer("lea")
    other.browser.get("/en/staff/sign-in/provider")
    assert "Begin again." in other.refusal(other.come_back(url))
    assert first.come_back(url).headers["Location"] == "/en/staff/"
    fresh = other.provider_answer("lea")
    query = {**_parameters(fresh), "code": _parameters(url)["code"]}
    replayed = other.come_back(f"{fresh.partition('?')[0]}?{urlencode(query)}")
    assert "Keycloak did not confirm" in other.refusal(replayed)


def _check_new_addresses(app: Flask, realm: Realm) -> None:
    """A new address neither locks a person out, nor lets another person in."""
    realm.change("lea", email="lea.martin@example.org")
    realm.change("eve", email=LEA, emailVerified=True)
    lea, eve = Visitor(app), Visitor(app)
    assert lea.sign_in("lea").headers["Location"] == "/en/staff/"
    assert LEA in lea.browser.get("/en/staff/account").text
    assert "is linked to another identity" in eve.refusal(eve.sign_in("eve"))


def _parameters(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
