"""Sign in, sign out, links: and what an attacker would try."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from kb.app import create_app
from kb.core.settings import Settings
from kb.database import passwords
from kb.database.model import Role
from kb.database.staff_database import StaffDatabase
from kb.services import Services
from tests.support.forms import form_fields
from tests.support.staff import NEW_PASSWORD as NEW
from tests.support.staff import PASSWORD, Browser, HandClock, actions, an_account

LEA = "lea@example.org"
SHORT = "too short"
TOGETHER = "password is wrong"


def cookies(browser: Browser) -> str:
    """Give what the cookie of staff holds."""
    cookie = browser.client.get_cookie("kb-staff")
    return "" if cookie is None else cookie.value


def test_somebody_signs_in_and_out(app: Flask, state: StaffDatabase) -> None:
    """The whole way, as a browser goes."""
    an_account(state, LEA)
    browser = Browser(app)
    asked = browser.get("/en/staff/account?x=1")
    assert asked.location == "/en/staff/sign-in?next=/en/staff/account?x%3D1"

    answer = browser.sign_in(" Lea@Example.ORG ", next="/en/staff/account?x=1")

    assert answer.location == "/en/staff/account?x=1"
    assert LEA in browser.get(answer.location).text
    out = browser.post("/en/staff/sign-out", page="/en/staff/")
    assert out.status_code == 303
    assert "You are signed out." in browser.get(out.location).text
    assert browser.get("/en/staff/").status_code == 302


def test_a_cookie_that_was_copied_ends_with_the_session(
    app: Flask, state: StaffDatabase
) -> None:
    """Signing out is done on our side, not only in the browser."""
    an_account(state, LEA)
    browser, thief = Browser(app), Browser(app)
    browser.sign_in(LEA)
    thief.client.set_cookie("kb-staff", cookies(browser))
    assert thief.get("/en/staff/").status_code == 200

    browser.post("/en/staff/sign-out", page="/en/staff/")

    assert thief.get("/en/staff/").status_code == 302


def test_nothing_of_the_cookie_before_is_kept(app: Flask, state: StaffDatabase) -> None:
    """A cookie that was planted before the sign-in leads nowhere after (fixation)."""
    an_account(state, LEA)
    browser, attacker = Browser(app), Browser(app)
    token = attacker.token()
    planted = cookies(attacker)
    browser.client.set_cookie("kb-staff", planted)

    assert browser.sign_in(LEA).status_code == 303

    assert cookies(browser) != planted
    attacker.client.set_cookie("kb-staff", planted)
    assert attacker.get("/en/staff/").status_code == 302
    # Nor does the token of forms that the attacker knows.
    answer = browser.client.post(
        "/en/staff/sign-out-everywhere", data={"csrf_token": token}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("kind", ["unknown", "wrong", "disabled", "no-password"])
def test_all_refusals_are_the_same(app: Flask, state: StaffDatabase, kind: str) -> None:
    """Who tries learns of no account."""
    account = an_account(state, LEA)
    state.accounts.add("new@example.org", Role.EDITOR, actor="test")
    email = {"unknown": "nobody@example.org", "no-password": "new@example.org"}
    if kind == "disabled":
        state.accounts.disable(account.id, actor="test")
    browser = Browser(app)
    typed = email.get(kind, LEA)
    password = PASSWORD if kind == "disabled" else "not the password"

    answer = browser.sign_in(typed, password)

    assert answer.status_code == 422
    assert TOGETHER in answer.text
    assert "1 thing to correct" in answer.text
    shown = re.sub(r'value="[^"]*"', "", answer.text.replace(typed, "X"))
    other = Browser(app).sign_in("somebody@example.org", "else entirely")
    assert shown == re.sub(
        r'value="[^"]*"', "", other.text.replace("somebody@example.org", "X")
    )


@pytest.mark.parametrize("typed", ["nobody@example.org", LEA, "closed@example.org"])
def test_a_password_is_always_compared(
    app: Flask, state: StaffDatabase, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the time would tell which accounts there are: the hash takes most of it."""
    an_account(state, LEA)
    closed = an_account(state, "closed@example.org")
    state.accounts.disable(closed.id, actor="test")
    compared: list[str] = []
    real = passwords._HASHER  # noqa: SLF001  # what is counted is inside it

    class Counting:
        def verify(self, kept: str, text: str) -> bool:
            compared.append(kept)
            return real.verify(kept, text)

    monkeypatch.setattr(passwords, "_HASHER", Counting())

    Browser(app).sign_in(typed, "not the password")

    assert len(compared) == 1
    assert compared[0].startswith("$argon2id$v=19$m=47104,t=1,p=1$")


def test_attempts_are_slowed_down_known_or_not(
    app: Flask, state: StaffDatabase
) -> None:
    """Also with the right password, until the wait is over."""
    an_account(state, LEA)
    for email in (LEA, "nobody@example.org"):
        browser = Browser(app)
        statuses = [browser.sign_in(email, "wrong").status_code for _ in range(7)]

        assert statuses == [422] * 5 + [429] * 2
        answer = browser.sign_in(email)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "900"
        assert "Try again in 15 minutes." in answer.text
    throttled = [each for each in actions(state) if each[1] == "sign-in-throttled"]
    assert len(throttled) == 2


def test_the_wait_ends(app: Flask, state: StaffDatabase, clock: HandClock) -> None:
    """And the way in is open."""
    an_account(state, LEA)
    browser = Browser(app)
    for _ in range(6):
        browser.sign_in(LEA, "wrong")

    clock.advance(minutes=15)

    assert browser.sign_in(LEA).status_code == 303


def test_a_forged_header_gives_no_other_address(
    app: Flask, state: StaffDatabase
) -> None:
    """Without a server in front, nobody is believed who says where they are."""
    an_account(state, LEA)
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


def test_the_server_in_front_tells_who_asks(services: Services) -> None:
    """The last address is the one that it saw itself; those before may be made up."""
    settings = Settings(services.settings.locations, proxies=1)
    behind = Services(settings, clock=services.clock)
    app = create_app(services=behind)
    browser = Browser(app, address="127.0.0.1")
    statuses = []
    for last in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        for number in range(4):
            answer = browser.client.post(
                "/en/staff/sign-in",
                data={
                    "email": LEA,
                    "password": "wrong",
                    "csrf_token": browser.token(),
                },
                headers={"X-Forwarded-For": f"10.0.0.{number}, {last}"},
            )
            statuses.append(answer.status_code)

    behind.close()
    assert statuses == [422] * 5 + [429] * 3 + [422] * 4


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
def test_no_address_leads_elsewhere(
    app: Flask, state: StaffDatabase, target: str
) -> None:
    """Who signs in stays with us, whatever the address said (open redirect)."""
    an_account(state, LEA)
    browser = Browser(app)

    answer = browser.sign_in(LEA, next=target)

    expected = {"/fr/staff": "/fr/staff"}.get(target, "/en/staff/")
    assert answer.location == expected
    assert "Set-Cookie: a=b" not in str(answer.headers)
    again = browser.get("/en/staff/sign-in", query_string={"next": target})
    assert again.location == expected


@pytest.mark.parametrize("token", ["", "wrong", "IjEyMyI.x.y"])
def test_a_form_of_another_site_is_refused(
    app: Flask, signed_in: Callable[[Role], Browser], token: str
) -> None:
    """On every route that changes something (CSRF)."""
    browser = signed_in(Role.ADMIN)
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("staff.") and "POST" in (rule.methods or ()):
            path = rule.rule.replace("<locale:locale>", "en")
            path = re.sub(r"<any\([^)]*\):folder>", "practices", path)
            path = re.sub(r"<\w+>", "x", re.sub(r"<int:\w+>", "1", path))

            answer = browser.client.post(path, data={"csrf_token": token})

            assert answer.status_code == 400, path
    assert browser.get("/en/staff/").status_code == 200


def test_the_token_of_another_session_is_refused(
    state: StaffDatabase, signed_in: Callable[[Role], Browser]
) -> None:
    """An attacker with an account of their own has a token too."""
    attacker, victim = signed_in(Role.EDITOR), signed_in(Role.ADMIN)

    answer = victim.client.post(
        "/en/staff/accounts",
        data={
            "csrf_token": attacker.token("/en/staff/"),
            "email": "x@example.org",
            "role": "admin",
        },
    )

    assert answer.status_code == 400
    assert len(state.accounts.all()) == 2


def test_nothing_is_changed_by_opening_an_address(
    signed_in: Callable[[Role], Browser],
) -> None:
    """A link, an image or a prefetch does nothing."""
    browser = signed_in(Role.ADMIN)
    for path in ("sign-out", "sign-out-everywhere", "accounts/1/disable"):
        assert browser.get(f"/en/staff/{path}").status_code == 405

    assert browser.get("/en/staff/").status_code == 200


def test_a_link_is_opened_looked_at_and_used_once(
    app: Flask, state: StaffDatabase
) -> None:
    """Programs that look into mails open links: that must not use them up."""
    token = state.accounts.add(LEA, Role.EDITOR, actor="test")
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


def test_a_link_signs_in_whose_it_is_and_ends_what_was_before(
    app: Flask, state: StaffDatabase, signed_in: Callable[[Role], Browser]
) -> None:
    """In the browser of an administrator too, who then must sign in again."""
    account = an_account(state, LEA)
    elsewhere = Browser(app)
    elsewhere.sign_in(LEA)
    browser = signed_in(Role.ADMIN)
    admin = state.accounts.find("admin@example.org")
    token = state.accounts.reset(account.id, actor="test")

    path = f"/en/staff/link/{token}"
    browser.post(path, page=path, new_password=NEW)

    assert LEA in browser.get("/en/staff/account").text
    assert elsewhere.get("/en/staff/").status_code == 302
    assert state.sessions.of(admin) == ()
    assert len(state.sessions.of(account)) == 1


@pytest.mark.parametrize("guess", ["x", "..", "%00", "a" * 5000, "é", "' OR 1=1 --"])
def test_a_guessed_link_leads_nowhere(app: Flask, guess: str) -> None:
    """And is no error of ours."""
    answer = Browser(app).get(f"/en/staff/link/{guess}")

    assert answer.status_code in {404, 410}


def test_passwords_never_come_back(app: Flask, state: StaffDatabase) -> None:
    """Neither in the page of an error nor in the log."""
    an_account(state, LEA)
    secret = "hunter two is not this one"  # noqa: S105  # typed by this test

    answer = Browser(app).sign_in(LEA, secret)

    assert secret not in answer.text
    assert all(secret not in str(each) for each in state.audit.newest(limit=50))


@pytest.mark.parametrize(
    ("base_url", "name"),
    [
        ("https://kb.example.org", "__Host-kb-staff"),
        ("https://example.org/kb", "kb-staff"),
    ],
)
def test_behind_tls_the_cookie_stays_there(
    services: Services, base_url: str, name: str
) -> None:
    """And browsers are told to stay there too."""
    settings = Settings(services.settings.locations, base_url=base_url)
    behind = Services(settings, clock=services.clock)
    app = create_app(services=behind)

    answer = Browser(app).get("/en/staff/sign-in")

    behind.close()
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{name}=")
    assert "Secure; HttpOnly; Path=/; SameSite=Lax" in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_what_was_sent_when_the_session_had_ended_is_sent_again(
    state: StaffDatabase, signed_in: Callable[[Role], Browser], clock: HandClock
) -> None:
    """An hour of writing must not be lost to a clock."""
    browser = signed_in(Role.ADMIN)
    token = browser.token("/en/staff/accounts")
    clock.advance(hours=9)
    late = browser.client.post(
        "/en/staff/accounts",
        data={"csrf_token": token, "email": "x@example.org", "role": "publisher"},
    )
    assert late.status_code == 401
    assert "Nothing is lost" in late.text
    assert len(state.accounts.all()) == 1
    kept = re.search(r'name="kept"\s+value="([^"]+)"', late.text)
    assert kept is not None

    again = browser.sign_in("admin@example.org", kept=kept[1])

    assert 'action="/en/staff/accounts"' in again.text
    fields = dict(
        re.findall(r'<input type="hidden"\s+name="(\w+)"\s+value="([^"]+)"', again.text)
    )
    assert fields["email"] == "x@example.org"
    answer = browser.client.post("/en/staff/accounts", data=fields)
    assert answer.status_code == 200
    assert state.accounts.find("x@example.org").role is Role.PUBLISHER


def test_a_form_that_others_made_is_not_sent_again(
    app: Flask, state: StaffDatabase
) -> None:
    """Only what we signed ourselves."""
    an_account(state, LEA)

    answer = Browser(app).sign_in(LEA, kept="WyIvZW4vc3RhZmYiLCBbXV0.x.y")

    assert answer.status_code == 303


def test_a_password_is_changed_by_who_knows_it(
    app: Flask, signed_in: Callable[[Role], Browser]
) -> None:
    """A browser left open is not enough, nor is guessing; others are signed out."""
    browser = signed_in(Role.EDITOR)
    other = Browser(app, address="192.0.2.9")
    other.sign_in("editor@example.org")
    path, page = "/en/staff/account/password", "/en/staff/account"

    def change(present: str, new: str) -> int:
        fields = {"password": present, "new_password": new}
        return browser.post(path, page=page, **fields).status_code

    wrong, weak = change("no", NEW), change(PASSWORD, "x" * 12)
    done = change(PASSWORD, NEW)

    assert (wrong, weak, done) == (422, 422, 303)
    assert browser.get("/en/staff/").status_code == 200
    assert other.get("/en/staff/").status_code == 302
    assert [change("no", NEW) for _ in range(7)] == [422] * 5 + [429] * 2


def test_sessions_are_listed_and_ended_one_by_one(
    app: Flask, state: StaffDatabase
) -> None:
    """By the name of the browser; no address is kept."""
    an_account(state, LEA)
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


def test_everywhere_is_everywhere(app: Flask, state: StaffDatabase) -> None:
    """This browser too."""
    an_account(state, LEA)
    browsers = [Browser(app), Browser(app)]
    for each in browsers:
        each.sign_in(LEA)

    browsers[0].post("/en/staff/sign-out-everywhere", page="/en/staff/account")

    assert [each.get("/en/staff/").status_code for each in browsers] == [302, 302]


def test_an_administrator_lets_somebody_in(
    app: Flask, signed_in: Callable[[Role], Browser]
) -> None:
    """The link is shown once, and works; the log says so in words."""
    browser = signed_in(Role.ADMIN)

    answer = browser.post(
        "/fr/staff/accounts", page="/fr/staff/accounts", email=LEA, role="publisher"
    )

    link = re.search(r'value="http://localhost(/fr/staff/link/[\w-]+)"', answer.text)
    assert link is not None
    newcomer = Browser(app)
    newcomer.post(link[1], page=link[1], new_password=NEW)
    assert newcomer.get("/fr/staff/").status_code == 200
    log = browser.get("/en/staff/log").text
    assert "Added an account" in log
    assert '<span class="address">Publisher</span>' in log
    assert link[1].rpartition("/")[2] not in log


def test_the_last_administrator_is_told_so(
    state: StaffDatabase, signed_in: Callable[[Role], Browser]
) -> None:
    """In words, and nothing changed."""
    browser = signed_in(Role.ADMIN)
    account = state.accounts.find("admin@example.org")

    for path, fields in (("disable", {}), ("role", {"role": "editor"})):
        answer = browser.post(f"/en/staff/accounts/{account.id}/{path}", **fields)

        assert answer.status_code == 409
        assert "last administrator" in answer.text


def test_too_large_a_form_is_refused(app: Flask) -> None:
    """Before it is read; and it is said of what there was too much."""
    answer = Browser(app).client.post(
        "/en/staff/sign-in", data={"email": "x" * 2_000_000}
    )

    assert answer.status_code == 413
    assert "This is too long to be saved" in answer.text


def test_where_nothing_can_be_kept_visitors_are_served(
    services: Services, app: Flask
) -> None:
    """Staff are told to come back."""
    instance = services.settings.locations.instance
    for path in instance.glob("staff.db*"):
        path.unlink()
    (instance / "staff.db").mkdir()

    assert Browser(app).get("/en/staff/account").status_code in {302, 503}
    sign_in = Browser(app).sign_in(LEA)
    assert sign_in.status_code == 503
    assert Browser(app).get("/en/search?q=zzqqzz").status_code == 200


HERE = {"Origin": "http://localhost"}


def test_a_form_of_a_session_before_is_kept(app: Flask, state: StaffDatabase) -> None:
    """Signed out and in again in another tab: what was typed is sent again."""
    an_account(state, LEA)
    browser = Browser(app)
    browser.sign_in(LEA)
    token = browser.token("/en/staff/account")
    browser.post("/en/staff/sign-out", page="/en/staff/")
    browser.sign_in(LEA)
    typed = {"csrf_token": token, "kind": "need", "title": "Typed for an hour"}

    answer = browser.client.post("/en/staff/add/blank", data=typed, headers=HERE)

    assert answer.status_code == 400
    assert "nothing has been done with it yet" in answer.text
    fields = form_fields(answer.text, form='form[action="/en/staff/add/blank"]')
    assert fields["title"] == ["Typed for an hour"]
    again = browser.client.post("/en/staff/add/blank", data=fields, headers=HERE)
    assert again.location == "/en/staff/drafts/needs/typed-for-an-hour"


def test_a_form_is_kept_when_the_cookie_is_gone(
    app: Flask, state: StaffDatabase
) -> None:
    """It waits for the sign-in, wherever that is done."""
    an_account(state, LEA)
    browser, other = Browser(app), Browser(app)
    browser.sign_in(LEA)
    typed = {"csrf_token": browser.token("/en/staff/account"), "title": "Typed"}
    browser.client.delete_cookie("kb-staff")
    asked = browser.client.post("/en/staff/add/blank", data=typed, headers=HERE)
    assert asked.status_code == 401
    form = form_fields(asked.text, form='form[action="/en/staff/sign-in"]')

    other.sign_in(LEA)
    browser.client.set_cookie("kb-staff", cookies(other))
    form |= {"email": [LEA], "password": [PASSWORD]}
    answer = browser.client.post("/en/staff/sign-in", data=form, headers=HERE)

    assert "nothing has been done with it yet" in answer.text
    assert 'name="title" value="Typed"' in answer.text


@pytest.mark.parametrize(
    "origin",
    [None, "", "null", "https://evil.example", "http://localhost.evil.example"],
)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_no_form_of_another_site_is_kept(
    app: Flask, state: StaffDatabase, origin: str | None, *, is_signed_in: bool
) -> None:
    """One press of a button would send it."""
    an_account(state, LEA)
    browser = Browser(app)
    if is_signed_in:
        browser.sign_in(LEA)
    headers = {} if origin is None else {"Origin": origin}

    answer = browser.client.post(
        "/en/staff/add/blank", data={"title": "Planted"}, headers=headers
    )

    assert answer.status_code == 400
    assert "Planted" not in answer.text
    assert 'name="kept"' not in answer.text


def test_no_error_of_ours_writes_a_one_time_link_down(
    app: Flask,
    state: StaffDatabase,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Who reads the log of the server must not be able to sign in by it."""
    token = state.accounts.add(LEA, Role.ADMIN, actor="test")
    monkeypatch.delattr(type(state.accounts), "of_link")

    answer = Browser(app).get(f"/en/staff/link/{token}")

    assert answer.status_code == 500
    assert "staff.set_password" in caplog.text
    assert token not in caplog.text
