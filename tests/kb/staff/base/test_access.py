"""Who may open what: every route, every role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from kb.database.model import Role
from kb.database.staff_database import StaffDatabase
from kb.staff.base.routing import ACCESS
from kb.staff.drafts.edit_page import RECORD
from tests.support.staff import NEW_PASSWORD, PASSWORD, Browser, an_account

ANYBODY, EDITOR, PUBLISHER, ADMIN = None, Role.EDITOR, Role.PUBLISHER, Role.ADMIN
PEOPLE = (ANYBODY, EDITOR, PUBLISHER, ADMIN)

# What each of the four gets, in that order. 302: to the sign-in; 401: sign in again;
# 403: not with this role. An empty form is refused (422) by who may send it.
TABLE: dict[tuple[str, str], tuple[int, int, int, int]] = {
    ("GET", "sign-in"): (200, 302, 302, 302),
    ("POST", "sign-in"): (422, 303, 303, 303),
    ("POST", "sign-out"): (303, 303, 303, 303),
    ("POST", "sign-out-everywhere"): (401, 303, 303, 303),
    ("GET", "link/<token>"): (410, 410, 410, 410),
    ("POST", "link/<token>"): (410, 410, 410, 410),
    ("GET", ""): (302, 200, 200, 200),
    ("GET", "translations"): (302, 200, 200, 200),
    ("GET", "review"): (302, 200, 200, 200),
    ("GET", "problems"): (302, 200, 200, 200),
    ("GET", "searches"): (302, 200, 200, 200),
    ("POST", "searches/dismiss"): (401, 403, 400, 400),
    ("GET", "lexicon"): (302, 403, 200, 200),
    ("POST", "lexicon"): (401, 403, 422, 422),
    ("GET", "account"): (302, 200, 200, 200),
    ("POST", "account/password"): (401, 422, 422, 422),
    ("POST", "account/sessions/<int:session_id>/end"): (401, 404, 404, 404),
    ("GET", "accounts"): (302, 403, 403, 200),
    ("POST", "accounts"): (401, 403, 403, 422),
    ("GET", "accounts/<int:account_id>"): (302, 403, 403, 200),
    ("POST", "accounts/<int:account_id>/role"): (401, 403, 403, 400),
    ("POST", "accounts/<int:account_id>/disable"): (401, 403, 403, 303),
    ("POST", "accounts/<int:account_id>/enable"): (401, 403, 403, 303),
    ("POST", "accounts/<int:account_id>/link"): (401, 403, 403, 200),
    ("GET", "log"): (302, 403, 403, 200),
    ("GET", "records"): (302, 200, 200, 200),
    ("GET", "records/<record>"): (302, 404, 404, 404),
    ("POST", "records/<record>/change"): (401, 404, 404, 404),
    ("GET", "records/<record>/history"): (302, 404, 404, 404),
    ("GET", "records/<record>/found"): (302, 404, 404, 404),
    ("GET", "records/<record>/unpublish"): (302, 403, 404, 404),
    ("POST", "records/<record>/unpublish"): (401, 403, 404, 404),
    ("GET", "records/<record>/delete"): (302, 403, 404, 404),
    ("POST", "records/<record>/delete"): (401, 403, 404, 404),
    ("GET", "records/<record>/merge"): (302, 403, 404, 404),
    ("POST", "records/<record>/merge"): (401, 403, 404, 404),
    ("GET", "records/deliverables/<slug>/files/<name>/replace"): (302, 403, 404, 404),
    ("POST", "records/deliverables/<slug>/files/<name>/replace"): (401, 403, 404, 404),
    ("GET", "drafts/<record>"): (302, 404, 404, 404),
    ("POST", "drafts/<record>"): (401, 410, 410, 410),
    ("POST", "drafts/<record>/name"): (401, 404, 404, 404),
    ("GET", "drafts/<record>/discard"): (302, 404, 404, 404),
    ("POST", "drafts/<record>/discard"): (401, 404, 404, 404),
    ("GET", "drafts/<record>/preview"): (302, 404, 404, 404),
    ("GET", "drafts/<record>/publish"): (302, 403, 404, 404),
    ("POST", "drafts/<record>/publish"): (401, 403, 404, 404),
    ("POST", "drafts/deliverables/<slug>/files"): (401, 404, 404, 404),
    ("POST", "drafts/deliverables/<slug>/files/<name>/remove"): (401, 404, 404, 404),
    ("GET", "put-aside"): (302, 200, 200, 200),
    ("POST", "put-aside/<work>/restore"): (401, 403, 404, 404),
    ("GET", "history"): (302, 200, 200, 200),
    ("GET", "history/<int:number>"): (302, 404, 404, 404),
    ("GET", "history/<int:number>/bring-back"): (302, 403, 400, 400),
    ("POST", "history/<int:number>/bring-back"): (401, 403, 400, 400),
    ("POST", "lexicon/remove"): (401, 403, 422, 422),
    ("GET", "add"): (302, 200, 200, 200),
    ("POST", "add"): (401, 422, 422, 422),
    ("POST", "add/blank"): (401, 422, 422, 422),
    ("GET", "tasks/<task_id>"): (302, 404, 404, 404),
    ("POST", "tasks/<task_id>/again"): (401, 404, 404, 404),
    ("POST", "tasks/<task_id>/files/<int:number>/recognise"): (401, 404, 404, 404),
    ("POST", "findings/<key>/recognise"): (401, 404, 404, 404),
    ("GET", "findings/<key>"): (302, 404, 404, 404),
    ("GET", "findings/<key>/text"): (302, 404, 404, 404),
    ("POST", "findings/<key>/<proposal_key>"): (401, 404, 404, 404),
    ("GET", "drafts"): (302, 200, 200, 200),
    ("GET", "drafts/deliverables/<slug>/files/<name>"): (302, 404, 404, 404),
    ("GET", "drafts/deliverables/<slug>/text/<name>"): (302, 404, 404, 404),
}
PREFIX = "/<locale:locale>/staff/"
PLACES = {
    "<token>": "guess",
    "<int:session_id>": "4242",
    "<record>": "practices/no-such",
    "<slug>": "d9.1",
    "<name>": "no-such.pdf",
    "<work>": "0123456789abcdef",
    "<int:number>": "4242",
}
"""What stands in addresses: nothing that is there."""


def routes(app: Flask) -> set[tuple[str, str]]:
    """List the methods and rules of the staff side."""
    return {
        (method, rule.rule.removeprefix(PREFIX).replace(RECORD, "<record>"))
        for rule in app.url_map.iter_rules()
        if "/staff" in rule.rule
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"}
    }


def test_the_table_has_every_route(app: Flask) -> None:
    """A new one must say here who may use it."""
    assert routes(app) == set(TABLE)


def test_outside_the_staff_side_only_the_dossier_takes_a_form(app: Flask) -> None:
    """It is the visitor's own; another would be open to all, without a token."""
    takes = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "/staff" not in rule.rule
        and (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    }

    assert takes == {"/<locale:locale>/dossier"}


def test_every_endpoint_says_who_may_use_it(app: Flask) -> None:
    """One that was put in another way is refused to all."""
    endpoints = {
        rule.endpoint for rule in app.url_map.iter_rules() if "/staff" in rule.rule
    }

    assert endpoints == set(ACCESS)


@pytest.mark.parametrize("person", PEOPLE)
def test_each_role_gets_what_the_table_says(
    app: Flask,
    state: StaffDatabase,
    signed_in: Callable[[Role], Browser],
    person: Role | None,
) -> None:
    """Every route, one after the other, by one person."""
    browser = Browser(app) if person is None else signed_in(person)
    subject = an_account(state, "subject@example.org")
    got = {}
    for method, rule in sorted(TABLE, key=lambda each: "sign-out" in each[1]):
        path = "/en/staff/" + rule.replace("<int:account_id>", str(subject.id))
        for part, value in PLACES.items():
            path = path.replace(part, value)
        answer = browser.get(path) if method == "GET" else browser.post(path)
        got[method, rule] = answer.status_code
        if "sign-out" in rule and person is not None:
            browser.sign_in(f"{person.value}@example.org")
        if "disable" in rule:
            state.accounts.enable(subject.id, actor="test")

    place = PEOPLE.index(person)
    assert got == {route: expected[place] for route, expected in TABLE.items()}


ELSEWHERE = (
    {"Origin": "https://evil.test"},
    {"Origin": "null"},
    {"Referer": "https://evil.test/http://localhost/en/staff/"},
    {"Referer": "http://localhost.evil.test/"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://other.localhost"},
)


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_no_form_of_another_site_is_taken_even_with_a_token(
    signed_in: Callable[[Role], Browser], headers: dict[str, str]
) -> None:
    """By none of the routes: what browsers say of it counts more than the token."""
    browser = signed_in(Role.ADMIN)
    token = browser.token("/en/staff/account")
    for method, rule in TABLE:
        path = "/en/staff/" + rule.replace("<int:account_id>", "1")
        for part, value in PLACES.items():
            path = path.replace(part, value)
        if method == "POST":
            fields = {"csrf_token": token}
            answer = browser.client.post(path, data=fields, headers=headers)

            assert answer.status_code == 400, rule

    assert browser.get("/en/staff/accounts").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://kb.example.org"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Referer": "http://localhost/en/staff/account"},
    ],
)
def test_a_form_of_ours_is_taken_whatever_stands_in_front(
    signed_in: Callable[[Role], Browser], headers: dict[str, str]
) -> None:
    """A server that ends TLS, or asks under another name, hides the true address."""
    browser = signed_in(Role.EDITOR)
    fields = {"csrf_token": browser.token("/en/staff/account")}

    answer = browser.client.post("/en/staff/sign-out", data=fields, headers=headers)

    assert answer.status_code == 303


def test_a_view_outside_the_table_is_nobodys(
    signed_in: Callable[[Role], Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Forgotten is closed."""
    browser = signed_in(Role.ADMIN)
    monkeypatch.delitem(ACCESS, "staff.audit_log")

    assert browser.get("/en/staff/log").status_code == 403


def test_a_role_that_was_taken_away_is_gone_at_the_next_click(
    state: StaffDatabase, signed_in: Callable[[Role], Browser]
) -> None:
    """It is read anew for each request."""
    an_account(state, "second@example.org", Role.ADMIN)
    browser = signed_in(Role.ADMIN)
    assert browser.get("/en/staff/accounts").status_code == 200

    account = state.accounts.find("admin@example.org")
    state.accounts.change_role(account.id, Role.EDITOR, actor="test")

    assert browser.get("/en/staff/accounts").status_code == 403
    assert "/accounts" not in browser.get("/en/staff/").text


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PUBLISHER])
def test_nobody_raises_themselves(
    state: StaffDatabase, signed_in: Callable[[Role], Browser], role: Role
) -> None:
    """Neither by the form of an administrator, nor by fields of their own."""
    browser = signed_in(role)
    account = state.accounts.find(f"{role.value}@example.org")

    browser.post(f"/en/staff/accounts/{account.id}/role", role="admin")
    browser.post("/en/staff/accounts", email="x@example.org", role="admin")
    browser.post(
        "/en/staff/account/password",
        password=PASSWORD,
        new_password=NEW_PASSWORD,
        role="admin",
        is_disabled="0",
        email="other@example.org",
    )

    assert [(each.email, each.role) for each in state.accounts.all()] == [
        (account.email, role)
    ]


@pytest.mark.parametrize("rule", ["accounts/{}", "history/{}", "history/{}/bring-back"])
def test_a_number_that_is_far_too_large_is_no_error_of_ours(
    signed_in: Callable[[Role], Browser], rule: str
) -> None:
    """No database knows such a number."""
    browser = signed_in(Role.ADMIN)
    path = "/en/staff/" + rule.format(10**30)

    assert browser.get(f"{path}?side=before").status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_name_that_no_disk_takes_is_no_error_of_ours(
    signed_in: Callable[[Role], Browser], method: str
) -> None:
    """No record has such a name."""
    browser = signed_in(Role.ADMIN)
    for sort, rule in TABLE:
        if sort == method and ("<record>" in rule or "<slug>" in rule):
            path = "/en/staff/" + rule.replace("<record>", "practices/" + "a" * 300)
            path = path.replace("<slug>", "a" * 300).replace("<name>", "x.pdf")
            answer = browser.get(path) if method == "GET" else browser.post(path)

            assert answer.status_code == 404, rule


def test_nobody_ends_the_session_of_somebody_else(
    state: StaffDatabase, signed_in: Callable[[Role], Browser]
) -> None:
    """A number in an address is easily changed."""
    signed_in(Role.PUBLISHER)
    victim = state.accounts.find("publisher@example.org")
    (session,) = state.sessions.of(victim)
    browser = signed_in(Role.EDITOR)

    answer = browser.post(f"/en/staff/account/sessions/{session.id}/end")

    assert answer.status_code == 404
    assert len(state.sessions.of(victim)) == 1


@pytest.mark.parametrize("path", ["", "account", "nope", "accounts/1", "link/x"])
def test_every_staff_answer_is_sealed(app: Flask, path: str) -> None:
    """Pages, redirects and errors: kept nowhere, framed nowhere, found nowhere."""
    answer = Browser(app).get(f"/fr/staff/{path}")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_no_page_holds_script_or_style_of_its_own(
    signed_in: Callable[[Role], Browser], locale: str
) -> None:
    """The policy would refuse them."""
    browser = signed_in(Role.ADMIN)
    for method, rule in TABLE:
        if method == "GET" and "<" not in rule:
            text = browser.get(f"/{locale}/staff/{rule}").text

            assert " style=" not in text
            assert "<style" not in text
            assert " on" not in [part[:3] for part in text.split("<")], rule
            assert text.count("<script") == text.count('<script type="module" src=')


def test_visitors_get_no_cookie_and_no_trace_of_staff(
    app: Flask, signed_in: Callable[[Role], Browser]
) -> None:
    """Pages for all are the same for staff, and may be kept by a cache."""
    browser = signed_in(Role.ADMIN)
    for path in ("/en/", "/en/search?q=rue", "/en/practices/", "/api/v1/search?q=rue"):
        visitor, staff = Browser(app).get(path), browser.get(path)

        assert "Set-Cookie" not in visitor.headers
        assert "Set-Cookie" not in staff.headers
        assert "Cookie" not in visitor.headers.get("Vary", "")
        assert visitor.text == staff.text


def test_the_sitemap_and_the_feed_name_no_staff_page(app: Flask) -> None:
    """Nothing of it is for search engines."""
    for path in ("/sitemap.xml", "/en/feed.atom", "/api/v1/openapi.json"):
        assert "staff" not in Browser(app).get(path).text
