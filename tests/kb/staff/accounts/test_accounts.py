"""Tests of sign-in, one-time links and accounts, with the attacks on them."""

import dataclasses
import datetime as dt
import re
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from bs4 import BeautifulSoup
from flask import Flask

from kb.app import create_app
from kb.core.settings import Settings
from kb.database import passwords
from kb.database.model import Role
from kb.database.staff_database import StaffDatabase
from kb.services import Services
from kb.staff.base.labels import time_text
from tests.support.forms import form_fields
from tests.support.staff import NEW_PASSWORD as NEW
from tests.support.staff import PASSWORD, START, Browser, HandClock, actions, an_account

LEA = "lea@example.org"
SHORT = "too short"
TOGETHER = "password is wrong"


def cookies(browser: Browser) -> str:
    """Return the value of the staff cookie."""
    cookie = browser.client.get_cookie("kb-staff")
    return "" if cookie is None else cookie.value


def test_sign_in_and_sign_out(app: Flask, database: StaffDatabase) -> None:
    """A browser follows the redirects of both."""
    an_account(database, LEA)
    browser = Browser(app)
    response = browser.get("/en/staff/account?x=1")
    assert response.location == "/en/staff/sign-in?next=/en/staff/account?x%3D1"

    response = browser.sign_in(" Lea@Example.ORG ", next="/en/staff/account?x=1")

    assert response.location == "/en/staff/account?x=1"
    assert LEA in browser.get(response.location).text
    out = browser.post("/en/staff/sign-out", page="/en/staff/")
    assert out.status_code == 303
    assert "You are signed out." in browser.get(out.location).text
    assert browser.get("/en/staff/").status_code == 302


def test_a_copied_cookie_ends_with_its_session(
    app: Flask, database: StaffDatabase
) -> None:
    """Signing out ends the session in the database."""
    an_account(database, LEA)
    browser, thief = Browser(app), Browser(app)
    browser.sign_in(LEA)
    thief.client.set_cookie("kb-staff", cookies(browser))
    assert thief.get("/en/staff/").status_code == 200

    browser.post("/en/staff/sign-out", page="/en/staff/")

    assert thief.get("/en/staff/").status_code == 302


def test_sign_in_clears_the_earlier_cookie(app: Flask, database: StaffDatabase) -> None:
    """A cookie planted before sign-in does not survive it (session fixation)."""
    an_account(database, LEA)
    browser, attacker = Browser(app), Browser(app)
    token = attacker.token()
    planted = cookies(attacker)
    browser.client.set_cookie("kb-staff", planted)

    assert browser.sign_in(LEA).status_code == 303

    assert cookies(browser) != planted
    attacker.client.set_cookie("kb-staff", planted)
    assert attacker.get("/en/staff/").status_code == 302
    # The CSRF token that the attacker knows is invalid as well.
    response = browser.client.post(
        "/en/staff/sign-out-everywhere", data={"csrf_token": token}
    )
    assert response.status_code == 400


@pytest.mark.parametrize("kind", ["unknown", "wrong", "disabled", "no-password"])
def test_all_failed_sign_ins_look_the_same(
    app: Flask, database: StaffDatabase, kind: str
) -> None:
    """A failed attempt does not reveal whether the account exists."""
    account = an_account(database, LEA)
    database.accounts.add("new@example.org", Role.EDITOR, actor="test")
    email = {"unknown": "nobody@example.org", "no-password": "new@example.org"}
    if kind == "disabled":
        database.accounts.disable(account.id, actor="test")
    browser = Browser(app)
    typed = email.get(kind, LEA)
    password = PASSWORD if kind == "disabled" else "not the password"

    response = browser.sign_in(typed, password)

    assert response.status_code == 422
    assert TOGETHER in response.text
    assert "1 thing to correct" in response.text
    shown = re.sub(r'value="[^"]*"', "", response.text.replace(typed, "X"))
    other = Browser(app).sign_in("somebody@example.org", "else entirely")
    assert shown == re.sub(
        r'value="[^"]*"', "", other.text.replace("somebody@example.org", "X")
    )


@pytest.mark.parametrize("typed", ["nobody@example.org", LEA, "closed@example.org"])
def test_a_password_is_hashed_for_unknown_accounts_too(
    app: Flask, database: StaffDatabase, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the response time would reveal which accounts exist."""
    real = PasswordHasher(
        time_cost=passwords.PASSES, memory_cost=passwords.MEMORY_KIB, parallelism=1
    )
    monkeypatch.setattr(passwords, "HASHER", real)
    monkeypatch.setattr(passwords, "DUMMY_HASH", real.hash("of no account"))
    an_account(database, LEA)
    closed = an_account(database, "closed@example.org")
    database.accounts.disable(closed.id, actor="test")
    compared: list[str] = []

    class Counting:
        def verify(self, kept: str, text: str) -> bool:
            compared.append(kept)
            return bool(real.verify(kept, text))

    monkeypatch.setattr(passwords, "HASHER", Counting())

    Browser(app).sign_in(typed, "not the password")

    assert len(compared) == 1
    assert compared[0].startswith("$argon2id$v=19$m=47104,t=1,p=1$")


def test_attempts_are_throttled_for_known_and_unknown_accounts(
    app: Flask, database: StaffDatabase
) -> None:
    """The right password is rejected too, until the wait is over."""
    an_account(database, LEA)
    for email in (LEA, "nobody@example.org"):
        browser = Browser(app)
        statuses = [browser.sign_in(email, "wrong").status_code for _ in range(7)]

        assert statuses == [422] * 5 + [429] * 2
        response = browser.sign_in(email)
        assert response.status_code == 429
        assert response.headers["Retry-After"] == "1"
        assert "Try again in 1 second." in response.text
    throttled = [each for each in actions(database) if each[1] == "sign-in-throttled"]
    assert len(throttled) == 2


def test_the_throttle_ends(
    app: Flask, database: StaffDatabase, clock: HandClock
) -> None:
    """Sign-in works again after the wait."""
    an_account(database, LEA)
    browser = Browser(app)
    for _ in range(6):
        browser.sign_in(LEA, "wrong")

    clock.advance(seconds=1)

    assert browser.sign_in(LEA).status_code == 303
    other = Browser(app)
    assert other.sign_in(LEA).status_code == 429
    french = other.post("/fr/staff/sign-in", email=LEA, password=PASSWORD)
    assert "Réessayez dans 1 seconde." in french.text


def test_a_forged_x_forwarded_for_does_not_evade_the_throttle(
    app: Flask, database: StaffDatabase
) -> None:
    """Without a configured proxy, the header is ignored."""
    an_account(database, LEA)
    browser = Browser(app)
    statuses = []
    for number in range(7):
        token = browser.token()
        statuses.append(
            browser.client.post(
                "/en/staff/sign-in",
                data={"email": LEA, "password": "wrong", "csrf_token": token},
                headers={
                    "X-Forwarded-For": f"192.0.2.{number}",
                    "Forwarded": f"for=192.0.2.{number}",
                    "X-Real-IP": f"192.0.2.{number}",
                },
                environ_base={"REMOTE_ADDR": "127.0.0.1"},
            ).status_code
        )

    assert statuses == [422] * 5 + [429] * 2


@pytest.mark.load
def test_the_last_address_of_the_proxy_header_is_throttled(services: Services) -> None:
    """The proxy adds the last address; the client may forge those before."""
    settings = Settings(services.settings.locations, proxies=1)
    behind = Services(settings, clock=services.clock)
    app = create_app(services=behind)
    browser = Browser(app, address="127.0.0.1")
    token = browser.token()
    statuses = []
    for last in ("192.0.2.1", "198.51.100.1"):
        for number in range(41):
            response = browser.client.post(
                "/en/staff/sign-in",
                data={
                    "email": f"{number}@example.org",
                    "password": "wrong",
                    "csrf_token": token,
                },
                headers={"X-Forwarded-For": f"10.0.0.{number}, {last}"},
            )
            statuses.append(response.status_code)

    assert statuses == ([422] * 40 + [429]) * 2


def device_cookies(browser: Browser) -> list[str]:
    """Return the Set-Cookie headers of a sign-in that name a device."""
    headers = browser.sign_in(LEA).headers.getlist("Set-Cookie")
    return [each for each in headers if "kb-device" in each]


def attack(app: Flask, email: str = LEA) -> None:
    """Guess the password from seven addresses until all must wait."""
    for number in range(7):
        browser = Browser(app, address=f"198.51.100.{number}")
        while browser.sign_in(email, "wrong").status_code != 429:
            pass


@pytest.mark.load
def test_strangers_cannot_close_an_account_to_a_known_device(
    app: Flask, database: StaffDatabase, clock: HandClock
) -> None:
    """The owner signs in at once, also from the address of an attacker."""
    an_account(database, LEA)
    browser = Browser(app, address="198.51.100.0")
    assert browser.sign_in(LEA).status_code == 303
    for _ in range(12):
        browser.post("/en/staff/sign-out", page="/en/staff/")
        attack(app)

        assert browser.sign_in(LEA, "a typing error").status_code == 422
        assert browser.sign_in(LEA).status_code == 303

        clock.advance(minutes=11)


def test_the_right_password_of_a_stranger_is_not_checked_too_early(
    app: Flask, database: StaffDatabase, clock: HandClock
) -> None:
    """The answer to the right password is that to a wrong one, and to any account."""
    an_account(database, LEA)
    for email in (LEA, "nobody@example.org"):
        attack(app, email)
    newcomer = Browser(app, address="192.0.2.9")

    answers = [
        newcomer.sign_in(email, password)
        for email in (LEA, "nobody@example.org")
        for password in (PASSWORD, "wrong")
    ]

    assert {each.status_code for each in answers} == {429}
    assert len({each.headers["Retry-After"] for each in answers}) == 1
    clock.advance(seconds=int(answers[0].headers["Retry-After"]))
    assert newcomer.sign_in(LEA).status_code == 303


@pytest.mark.parametrize(
    ("base_url", "prefix", "flags"),
    [
        ("", "kb-device-", "HttpOnly; Path={}; SameSite=Lax"),
        (
            "https://kb.example.org",
            "__Secure-kb-device-",
            "Secure; HttpOnly; Path={}; SameSite=Lax",
        ),
    ],
)
def test_the_device_cookie_is_sent_to_staff_pages_only(
    services: Services, base_url: str, prefix: str, flags: str
) -> None:
    """It lives for 400 days, in both languages, and hides the account."""
    settings = Settings(services.settings.locations, base_url=base_url)
    behind = Services(settings, clock=services.clock)
    app = create_app(services=behind)
    an_account(behind.database, LEA)

    cookies = device_cookies(Browser(app))

    assert len(cookies) == 2
    for cookie, path in zip(cookies, ("/fr/staff/", "/en/staff/"), strict=True):
        assert cookie.startswith(prefix)
        assert flags.format(path) in cookie
        assert f"Max-Age={400 * 24 * 3600}" in cookie
        assert "lea" not in cookie


def test_the_device_cookie_signs_nobody_in(app: Flask, database: StaffDatabase) -> None:
    """It only has a count of its own."""
    an_account(database, LEA)
    browser = Browser(app)
    name, _, token = device_cookies(browser)[1].split(";")[0].partition("=")
    thief = Browser(app, address="198.51.100.1")
    thief.client.set_cookie(name, token, path="/en/staff/")

    statuses = [thief.sign_in(LEA, "wrong").status_code for _ in range(6)]

    assert statuses == [422] * 5 + [429]
    assert thief.get("/en/staff/").status_code == 302
    thief.client.set_cookie("kb-staff", token)
    assert thief.get("/en/staff/").status_code == 302


def test_a_browser_that_changes_the_password_stays_known(
    app: Flask, database: StaffDatabase
) -> None:
    """Other devices of the account are strangers from then on."""
    an_account(database, LEA)
    browser, other = Browser(app), Browser(app)
    for each in (browser, other):
        each.sign_in(LEA)
    path, page = "/en/staff/account/password", "/en/staff/account"
    browser.post(path, page=page, password=PASSWORD, new_password=NEW)
    browser.post("/en/staff/sign-out", page="/en/staff/")
    attack(app)

    assert browser.sign_in(LEA, NEW).status_code == 303
    assert other.sign_in(LEA, NEW).status_code == 429


def test_the_dashboard_shows_failed_attempts_once(
    app: Flask, database: StaffDatabase, clock: HandClock
) -> None:
    """Their number, the first and the last time, and a link to the account."""
    an_account(database, LEA)
    browser = Browser(app)
    attack(app)
    clock.advance(minutes=30)
    Browser(app).sign_in(LEA, "wrong")
    clock.advance(minutes=11)
    browser.sign_in(LEA)

    page = BeautifulSoup(browser.get("/en/staff/").text, "lxml")

    note = page.select_one("main .note.warn")
    assert note is not None
    words = note.get_text(" ", strip=True)
    assert words.startswith("13 attempts to sign in to your account failed, the first")
    assert f"on {time_shown(app, START)}, the last on" in words
    assert time_shown(app, START + dt.timedelta(minutes=30)) in words
    assert [each["href"] for each in note.select("a")] == ["/en/staff/account"]
    assert "failed" not in browser.get("/en/staff/").text
    Browser(app).sign_in(LEA, "wrong")
    french = browser.get("/fr/staff/").text
    assert "Un essai de connexion à votre compte a échoué" in french


def time_shown(app: Flask, time: dt.datetime) -> str:
    """Return a time as English staff pages show it."""
    with app.test_request_context("/en/staff/"):
        app.preprocess_request()
        return time_text(time)


@pytest.mark.parametrize(
    "target",
    [
        *("https://evil.example", "//evil.example/fr/staff/", "/\\evil.example", ""),
        *("/fr/staff/../../evil", "/fr/staff//evil.example", "javascript:alert(1)"),
        *("/fr/", "/fr/search?q=x", "/fr/staffing/", "https:/fr/staff/", "/fr/staff"),
        *("\t/fr/staff/", "/fr/staff/\r\nSet-Cookie: a=b", "/fr/staff/é", "////fr"),
        *("http://localhost/fr/staff/account", "/en/staff/sign-in", "http:///fr/staff"),
        "/fr/staff/\\..\\evil",
    ],
)
def test_next_redirects_only_to_staff_pages(
    app: Flask, database: StaffDatabase, target: str
) -> None:
    """Sign-in is no open redirect."""
    an_account(database, LEA)
    browser = Browser(app)

    response = browser.sign_in(LEA, next=target)

    expected = {"/fr/staff": "/fr/staff"}.get(target, "/en/staff/")
    assert response.location == expected
    assert "Set-Cookie: a=b" not in str(response.headers)
    again = browser.get("/en/staff/sign-in", query_string={"next": target})
    assert again.location == expected


@pytest.mark.parametrize("token", ["", "wrong", "IjEyMyI.x.y"])
def test_every_post_route_requires_a_csrf_token(
    app: Flask, admin: Browser, token: str
) -> None:
    """Each route that changes something is requested without a token."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("staff.") and "POST" in (rule.methods or ()):
            path = rule.rule.replace("<locale:locale>", "en")
            path = path.replace("<record:record>", "practices/x")
            path = re.sub(r"<\w+>", "x", re.sub(r"<int:\w+>", "1", path))

            response = admin.client.post(path, data={"csrf_token": token})

            assert response.status_code == 400, path
    assert admin.get("/en/staff/").status_code == 200


def test_a_csrf_token_of_another_session_is_rejected(
    database: StaffDatabase, editor: Browser, admin: Browser
) -> None:
    """An attacker with an account has a token too."""
    response = admin.client.post(
        "/en/staff/accounts",
        data={
            "csrf_token": editor.token("/en/staff/"),
            "email": "x@example.org",
            "role": "admin",
        },
    )

    assert response.status_code == 400
    assert len(database.accounts.all()) == 2


def test_get_requests_change_nothing(admin: Browser) -> None:
    """Links, images and prefetches are GET requests."""
    for path in ("sign-out", "sign-out-everywhere", "accounts/1/disable"):
        assert admin.get(f"/en/staff/{path}").status_code == 405

    assert admin.get("/en/staff/").status_code == 200


def test_a_one_time_link_is_consumed_by_setting_the_password(
    app: Flask, database: StaffDatabase
) -> None:
    """Mail scanners open links, so opening must not consume them."""
    token = database.accounts.add(LEA, Role.EDITOR, actor="test")
    path = f"/en/staff/link/{token}"
    browser = Browser(app)
    assert LEA in browser.get(path).text
    assert browser.get(path).status_code == 200
    short = browser.post(path, page=path, new_password=SHORT)
    assert short.status_code == 422
    assert "Write 12 characters or more" in short.text
    assert SHORT not in short.text

    done = browser.post(path, page=path, new_password=NEW)

    assert done.location == "/en/staff/"
    assert "you are signed in" in browser.get("/en/staff/").text
    assert browser.get(path).status_code == 410
    assert browser.post(path, new_password=PASSWORD).status_code == 410
    other = Browser(app)
    assert other.sign_in(LEA, PASSWORD).status_code == 422
    assert other.sign_in(LEA, NEW).status_code == 303


def test_a_one_time_link_ends_the_session_of_another_user(
    app: Flask, database: StaffDatabase, signed_in: Callable[[Role], Browser]
) -> None:
    """The administrator who tries the link must sign in again."""
    account = an_account(database, LEA)
    elsewhere = Browser(app)
    elsewhere.sign_in(LEA)
    browser = signed_in(Role.ADMIN)
    admin = database.accounts.find("admin@example.org")
    token = database.accounts.reset(account.id, actor="test")

    path = f"/en/staff/link/{token}"
    browser.post(path, page=path, new_password=NEW)

    assert LEA in browser.get("/en/staff/account").text
    assert elsewhere.get("/en/staff/").status_code == 302
    assert database.sessions.of(admin) == ()
    assert len(database.sessions.of(account)) == 1


@pytest.mark.parametrize("guess", ["x", "..", "%00", "a" * 5000, "é", "' OR 1=1 --"])
def test_a_guessed_link_answers_410(app: Flask, guess: str) -> None:
    """A malformed token is not a server error."""
    response = Browser(app).get(f"/en/staff/link/{guess}")

    assert response.status_code in {404, 410}


def test_passwords_are_in_no_page_and_no_log(
    app: Flask, database: StaffDatabase
) -> None:
    """Error pages and the audit log are checked."""
    an_account(database, LEA)
    secret = "hunter two is not this one"  # noqa: S105  # typed by this test

    response = Browser(app).sign_in(LEA, secret)

    assert secret not in response.text
    assert all(secret not in str(each) for each in database.audit.newest(limit=50))


@pytest.mark.parametrize(
    ("base_url", "name"),
    [
        ("https://kb.example.org", "__Host-kb-staff"),
        ("https://example.org/kb", "kb-staff"),
    ],
)
def test_over_https_the_cookie_is_secure(
    services: Services, base_url: str, name: str
) -> None:
    """Strict-Transport-Security is set as well."""
    settings = Settings(services.settings.locations, base_url=base_url)
    behind = Services(settings, clock=services.clock)
    app = create_app(services=behind)

    response = Browser(app).get("/en/staff/sign-in")

    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith(f"{name}=")
    assert "Secure; HttpOnly; Path=/; SameSite=Lax" in cookie
    assert "Domain" not in cookie
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    below = Services(dataclasses.replace(settings, hsts_subdomains=True))
    policy = create_app(services=below).test_client().get("/healthz").headers
    assert policy["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_the_log_has_addresses_of_failed_sign_ins_for_some_days(
    services: Services,
) -> None:
    """Only where the setting says so, and only administrators see them."""
    with_addresses = dataclasses.replace(services.settings, sign_in_address_days=7)
    clock = HandClock()
    site = services
    for settings, is_shown in ((services.settings, False), (with_addresses, True)):
        site = Services(settings, clock=clock)
        app = create_app(services=site)
        an_account(site.database, f"{is_shown}@example.org".lower(), Role.ADMIN)
        Browser(app, address="203.0.113.9").sign_in("lea@example.org", "wrong")
        admin = Browser(app)
        admin.sign_in(f"{is_shown}@example.org".lower())
        assert (
            "from 203.0.113.9" in admin.get("/en/staff/history/log").text
        ) == is_shown

    clock.advance(days=8)
    assert all(not entry.address for entry in site.database.audit.newest(limit=99))
    site.database.audit.delete_old_addresses()
    rows = site.database.store.rows("SELECT * FROM audit_addresses")
    assert rows == []


def test_a_form_submitted_after_the_session_is_resubmitted(
    database: StaffDatabase, admin: Browser, clock: HandClock
) -> None:
    """The text survives the sign-in."""
    token = admin.token("/en/staff/accounts")
    clock.advance(hours=9)
    late = admin.client.post(
        "/en/staff/accounts",
        data={"csrf_token": token, "email": "x@example.org", "role": "publisher"},
    )
    assert late.status_code == 401
    assert "Nothing is lost" in late.text
    assert len(database.accounts.all()) == 1
    kept = re.search(r'name="kept"\s+value="([^"]+)"', late.text)
    assert kept is not None

    again = admin.sign_in("admin@example.org", kept=kept[1])

    assert 'action="/en/staff/accounts"' in again.text
    fields = dict(
        re.findall(r'<input type="hidden"\s+name="(\w+)"\s+value="([^"]+)"', again.text)
    )
    assert fields["email"] == "x@example.org"
    response = admin.client.post("/en/staff/accounts", data=fields)
    assert response.status_code == 200
    assert database.accounts.find("x@example.org").role is Role.PUBLISHER


def test_an_unsigned_saved_form_is_ignored(app: Flask, database: StaffDatabase) -> None:
    """Only forms that the service signed are shown."""
    an_account(database, LEA)

    response = Browser(app).sign_in(LEA, kept="WyIvZW4vc3RhZmYiLCBbXV0.x.y")

    assert response.status_code == 303


def test_changing_the_password_requires_the_current_one(
    app: Flask, editor: Browser
) -> None:
    """Guesses are throttled, and other sessions end."""
    other = Browser(app, address="192.0.2.9")
    other.sign_in("editor@example.org")
    path, page = "/en/staff/account/password", "/en/staff/account"

    def change(present: str, new: str) -> int:
        fields = {"password": present, "new_password": new}
        return editor.post(path, page=page, **fields).status_code

    wrong, weak = change("no", NEW), change(PASSWORD, "x" * 12)
    done = change(PASSWORD, NEW)

    assert (wrong, weak, done) == (422, 422, 303)
    assert editor.get("/en/staff/").status_code == 200
    assert other.get("/en/staff/").status_code == 302
    assert [change("no", NEW) for _ in range(7)] == [422] * 5 + [429] * 2


def test_sessions_are_listed_and_can_be_ended(
    app: Flask, database: StaffDatabase
) -> None:
    """A session is listed by the name of its browser, without an address."""
    an_account(database, LEA)
    firefox = Browser(app)
    firefox.client.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    )
    phone = Browser(app)
    phone.client.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
    )
    firefox.sign_in(LEA)
    phone.sign_in(LEA)
    page = firefox.get("/en/staff/account").text
    assert "Firefox, Linux" in page
    assert "Safari, iPhone" in page
    end = re.search(r'action="(/en/staff/account/sessions/\d+/end)"', page)
    assert end is not None

    firefox.post(end[1], page="/en/staff/account")

    assert phone.get("/en/staff/").status_code == 302
    assert firefox.get("/en/staff/").status_code == 200


def test_signing_out_everywhere_ends_all_sessions(
    app: Flask, database: StaffDatabase
) -> None:
    """The session of the request ends too."""
    an_account(database, LEA)
    browsers = [Browser(app), Browser(app)]
    for each in browsers:
        each.sign_in(LEA)

    browsers[0].post("/en/staff/sign-out-everywhere", page="/en/staff/account")

    assert [each.get("/en/staff/").status_code for each in browsers] == [302, 302]


def test_a_new_account_gets_a_one_time_link(app: Flask, admin: Browser) -> None:
    """The link is shown once, works, and is in the audit log."""
    response = admin.post(
        "/fr/staff/accounts", page="/fr/staff/accounts", email=LEA, role="publisher"
    )

    link = re.search(
        r'value="http://127.0.0.1:8000(/fr/staff/link/[\w-]+)"', response.text
    )
    assert link is not None
    newcomer = Browser(app)
    newcomer.post(link[1], page=link[1], new_password=NEW)
    assert newcomer.get("/fr/staff/").status_code == 200
    log = admin.get("/en/staff/history/log").text
    assert "Added an account" in log
    assert '<span class="address">Publisher</span>' in log
    assert link[1].rpartition("/")[2] not in log


def test_a_one_time_link_never_follows_the_requested_name(admin: Browser) -> None:
    """Whoever forges the name would receive the link, and could use it."""
    token = admin.token("/fr/staff/accounts")
    admin.client.set_cookie("kb-staff", cookies(admin), domain="evil.test")

    response = admin.client.post(
        "/fr/staff/accounts",
        data={"csrf_token": token, "email": LEA, "role": "editor"},
        base_url="http://evil.test",
        headers={"X-Forwarded-Host": "evil.test", "Forwarded": "host=evil.test"},
    )

    assert 'value="http://127.0.0.1:8000/fr/staff/link/' in response.text
    assert "evil.test" not in response.text


def test_the_last_administrator_cannot_be_closed(
    database: StaffDatabase, admin: Browser
) -> None:
    """The page explains why, and nothing changes."""
    account = database.accounts.find("admin@example.org")

    for path, fields in (("disable", {}), ("role", {"role": "editor"})):
        response = admin.post(f"/en/staff/accounts/{account.id}/{path}", **fields)

        assert response.status_code == 409
        assert "last active administrator" in response.text


def test_a_form_that_is_too_large_answers_413(app: Flask) -> None:
    """The page names the limit."""
    response = Browser(app).client.post(
        "/en/staff/sign-in", data={"email": "x" * 2_000_000}
    )

    assert response.status_code == 413
    assert "This is too long to be saved" in response.text


def test_without_a_database_only_staff_pages_fail(
    services: Services, app: Flask
) -> None:
    """Public pages answer 200, staff pages 503."""
    instance = services.settings.locations.instance
    for path in instance.glob("staff.db*"):
        path.unlink()
    (instance / "staff.db").mkdir()

    assert Browser(app).get("/en/staff/account").status_code in {302, 503}
    sign_in = Browser(app).sign_in(LEA)
    assert sign_in.status_code == 503
    assert Browser(app).get("/en/search?q=zzqqzz").status_code == 200


HERE = {"Origin": "http://localhost"}


def test_a_form_of_an_earlier_session_can_be_resubmitted(
    app: Flask, database: StaffDatabase
) -> None:
    """This happens after signing out and in again in another tab."""
    an_account(database, LEA)
    browser = Browser(app)
    browser.sign_in(LEA)
    token = browser.token("/en/staff/account")
    browser.post("/en/staff/sign-out", page="/en/staff/")
    browser.sign_in(LEA)
    typed = {"csrf_token": token, "kind": "need", "title": "Typed for an hour"}

    response = browser.client.post("/en/staff/add/blank", data=typed, headers=HERE)

    assert response.status_code == 400
    assert "nothing has been done with it yet" in response.text
    fields = form_fields(response.text, form='form[action="/en/staff/add/blank"]')
    assert fields["title"] == ["Typed for an hour"]
    again = browser.client.post("/en/staff/add/blank", data=fields, headers=HERE)
    assert again.location == "/en/staff/drafts/needs/typed-for-an-hour"


def test_a_form_without_a_cookie_waits_for_the_sign_in(
    app: Flask, database: StaffDatabase
) -> None:
    """The saved form is shown after sign-in, in this tab or another."""
    an_account(database, LEA)
    browser, other = Browser(app), Browser(app)
    browser.sign_in(LEA)
    typed = {"csrf_token": browser.token("/en/staff/account"), "title": "Typed"}
    browser.client.delete_cookie("kb-staff")
    response = browser.client.post("/en/staff/add/blank", data=typed, headers=HERE)
    assert response.status_code == 401
    form = form_fields(response.text, form='form[action="/en/staff/sign-in"]')

    other.sign_in(LEA)
    browser.client.set_cookie("kb-staff", cookies(other))
    form |= {"email": [LEA], "password": [PASSWORD]}
    response = browser.client.post("/en/staff/sign-in", data=form, headers=HERE)

    assert "nothing has been done with it yet" in response.text
    assert 'name="title" value="Typed"' in response.text


@pytest.mark.parametrize(
    "origin",
    [None, "", "null", "https://evil.example", "http://localhost.evil.example"],
)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_a_cross_site_form_is_not_saved(
    app: Flask, database: StaffDatabase, origin: str | None, *, is_signed_in: bool
) -> None:
    """Otherwise one click on our page would submit it."""
    an_account(database, LEA)
    browser = Browser(app)
    if is_signed_in:
        browser.sign_in(LEA)
    headers = {} if origin is None else {"Origin": origin}

    response = browser.client.post(
        "/en/staff/add/blank", data={"title": "Planted"}, headers=headers
    )

    assert response.status_code == 400
    assert "Planted" not in response.text
    assert 'name="kept"' not in response.text


def test_errors_do_not_log_one_time_links(
    app: Flask,
    database: StaffDatabase,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Readers of the server log must not be able to sign in."""
    token = database.accounts.add(LEA, Role.ADMIN, actor="test")
    monkeypatch.delattr(type(database.accounts), "find_by_link")

    response = Browser(app).get(f"/en/staff/link/{token}")

    assert response.status_code == 500
    assert "staff.set_password" in caplog.text
    assert token not in caplog.text
