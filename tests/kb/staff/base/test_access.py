"""Tests of access control: every route with every role."""

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

from indexer.model.ids import Kind, RecordId
from kb.database.model import Role
from kb.database.staff_database import StaffDatabase
from kb.staff.base.routing import ACCESS
from tests.support.staff import NEW_PASSWORD, PASSWORD, Browser, an_account

VISITOR, EDITOR, PUBLISHER, ADMIN = None, Role.EDITOR, Role.PUBLISHER, Role.ADMIN
ROLES = (VISITOR, EDITOR, PUBLISHER, ADMIN)

# The statuses for each of `ROLES`. 302 redirects to the sign-in page, 401 shows it
# again, 403 rejects the role. An empty form from an allowed role answers 422.
EXPECTED: dict[tuple[str, str], tuple[int, int, int, int]] = {
    ("GET", "sign-in"): (200, 302, 302, 302),
    ("POST", "sign-in"): (422, 303, 303, 303),
    ("POST", "sign-out"): (303, 303, 303, 303),
    ("POST", "sign-out-everywhere"): (401, 303, 303, 303),
    ("GET", "forgotten-password"): (200, 200, 200, 200),
    ("POST", "forgotten-password"): (200, 200, 200, 200),
    ("GET", "forgotten-password/sent"): (200, 200, 200, 200),
    ("GET", "link/<token>"): (410, 410, 410, 410),
    ("POST", "link/<token>"): (410, 410, 410, 410),
    ("GET", ""): (302, 200, 200, 200),
    ("GET", "first-hour"): (302, 200, 200, 200),
    ("GET", "translations"): (302, 200, 200, 200),
    ("GET", "behind"): (302, 200, 200, 200),
    ("GET", "review"): (302, 200, 200, 200),
    ("GET", "problems"): (302, 200, 200, 200),
    ("GET", "searches"): (302, 200, 200, 200),
    ("POST", "searches/dismiss"): (401, 403, 400, 400),
    ("GET", "relevance"): (302, 200, 200, 200),
    ("GET", "relevance/search"): (302, 400, 400, 400),
    ("POST", "relevance/search"): (401, 403, 400, 400),
    ("POST", "relevance/search/question"): (401, 400, 400, 400),
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
    ("POST", "records/chosen"): (401, 303, 303, 303),
    ("GET", "records/chosen/<act>"): (302, 403, 404, 404),
    ("POST", "records/chosen/<act>"): (401, 403, 404, 404),
    ("GET", "records/export"): (302, 200, 200, 200),
    ("POST", "records/export"): (401, 400, 400, 400),
    ("GET", "records/<record>"): (302, 404, 404, 404),
    ("POST", "records/<record>/change"): (401, 404, 404, 404),
    ("GET", "records/<record>/history"): (302, 404, 404, 404),
    ("GET", "records/<record>/found"): (302, 404, 404, 404),
    ("POST", "records/<record>/in-step"): (401, 404, 404, 404),
    ("GET", "records/<record>/unpublish"): (302, 403, 404, 404),
    ("POST", "records/<record>/unpublish"): (401, 403, 404, 404),
    ("GET", "records/<record>/delete"): (302, 403, 404, 404),
    ("POST", "records/<record>/delete"): (401, 403, 404, 404),
    ("GET", "records/<record>/merge"): (302, 403, 404, 404),
    ("POST", "records/<record>/merge"): (401, 403, 404, 404),
    ("GET", "records/deliverables/<slug>/files/<name>/replace"): (302, 403, 404, 404),
    ("POST", "records/deliverables/<slug>/files/<name>/replace"): (401, 403, 404, 404),
    ("GET", "records/<record>/assessment"): (302, 403, 404, 404),
    ("POST", "records/<record>/assessment"): (401, 403, 404, 404),
    ("GET", "records/<record>/assessment/withdraw"): (302, 403, 404, 404),
    ("POST", "records/<record>/assessment/withdraw"): (401, 403, 404, 404),
    ("GET", "drafts/<record>"): (302, 404, 404, 404),
    ("POST", "drafts/<record>"): (401, 410, 410, 410),
    ("POST", "drafts/<record>/name"): (401, 404, 404, 404),
    ("POST", "drafts/<record>/state"): (401, 303, 303, 303),
    ("POST", "drafts/<record>/person"): (401, 404, 404, 404),
    ("POST", "drafts/chosen"): (401, 303, 303, 303),
    ("GET", "drafts/chosen/<act>"): (302, 400, 400, 400),
    ("GET", "drafts/delete"): (302, 200, 200, 200),
    ("POST", "drafts/delete"): (401, 422, 422, 422),
    ("GET", "drafts/publish"): (302, 403, 200, 200),
    ("POST", "drafts/publish"): (401, 403, 422, 422),
    ("POST", "findings/<key>/chosen"): (401, 404, 404, 404),
    ("GET", "findings/<key>/chosen"): (302, 404, 404, 404),
    ("GET", "sign-in/code"): (303, 303, 303, 303),
    ("POST", "sign-in/code"): (303, 303, 303, 303),
    # Without a provider there is no such page.
    ("GET", "sign-in/provider"): (404, 302, 302, 302),
    ("GET", "sign-in/provider/answer"): (404, 404, 404, 404),
    ("GET", "sign-out/provider"): (404, 404, 404, 404),
    ("GET", "sign-out/provider/answer"): (404, 404, 404, 404),
    ("GET", "account/second-factor"): (302, 200, 200, 200),
    ("POST", "account/second-factor"): (401, 303, 303, 303),
    ("POST", "account/second-factor/off"): (401, 422, 422, 422),
    ("POST", "account/second-factor/codes"): (401, 422, 422, 422),
    ("POST", "accounts/<int:account_id>/second-factor"): (401, 403, 403, 303),
    ("POST", "accounts/<int:account_id>/identity"): (401, 403, 403, 303),
    ("GET", "statistics"): (302, 200, 200, 200),
    ("GET", "places"): (302, 200, 200, 200),
    ("POST", "places"): (401, 422, 422, 422),
    ("GET", "places/<slug>"): (302, 403, 404, 404),
    ("POST", "places/<slug>"): (401, 403, 404, 404),
    ("GET", "places/map.svg"): (302, 200, 200, 200),
    ("GET", "drafts/<record>/discard"): (302, 404, 404, 404),
    ("POST", "drafts/<record>/discard"): (401, 404, 404, 404),
    ("GET", "drafts/<record>/preview"): (302, 404, 404, 404),
    ("GET", "drafts/<record>/publish"): (302, 403, 404, 404),
    ("POST", "drafts/<record>/publish"): (401, 403, 404, 404),
    ("POST", "drafts/deliverables/<slug>/files"): (401, 404, 404, 404),
    ("POST", "drafts/deliverables/<slug>/files/<name>/remove"): (401, 404, 404, 404),
    ("GET", "put-aside"): (302, 200, 200, 200),
    ("POST", "put-aside/batches/<batch>/restore"): (401, 404, 404, 404),
    ("POST", "put-aside/<transaction>/restore"): (401, 403, 404, 404),
    ("POST", "put-aside/<transaction>/restore-draft"): (401, 404, 404, 404),
    ("GET", "history/<int:number>/bring-back-draft"): (302, 400, 400, 400),
    ("POST", "history/<int:number>/bring-back-draft"): (401, 400, 400, 400),
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
    ("POST", "findings/<key>/record"): (401, 404, 404, 404),
    ("GET", "findings/<key>"): (302, 404, 404, 404),
    ("GET", "findings/<key>/text"): (302, 404, 404, 404),
    ("GET", "findings/<key>/<proposal_key>"): (302, 404, 404, 404),
    ("POST", "findings/<key>/<proposal_key>"): (401, 404, 404, 404),
    ("GET", "deliverables/<slug>/text/<name>"): (302, 404, 404, 404),
    ("POST", "deliverables/<slug>/text/<name>"): (401, 404, 404, 404),
    ("GET", "inbox"): (302, 200, 200, 200),
    ("GET", "inbox/<int:number>"): (302, 404, 404, 404),
    ("POST", "inbox/spam"): (401, 303, 303, 303),
    ("POST", "inbox/<int:number>"): (401, 404, 404, 404),
    ("POST", "inbox/<int:number>/draft"): (401, 404, 404, 404),
    ("GET", "inbox/<int:number>/files/<int:file_number>"): (302, 404, 404, 404),
    ("GET", "drafts"): (302, 200, 200, 200),
    ("GET", "drafts/deliverables/<slug>/files/<name>"): (302, 404, 404, 404),
    ("GET", "drafts/deliverables/<slug>/text/<name>"): (302, 404, 404, 404),
}
PREFIX = "/<locale:locale>/staff/"
ADDRESS_VALUES = {
    "<token>": "guess",
    "<int:session_id>": "4242",
    "<record>": "practices/no-such",
    "<slug>": "d9.1",
    "<name>": "no-such.pdf",
    "<transaction>": "0123456789abcdef",
    "<int:number>": "4242",
    "<int:file_number>": "4242",
}
"""Values for the variables of URL rules; they name nothing that exists."""


def routes(app: Flask) -> set[tuple[str, str]]:
    """Return the methods and the rules of the staff blueprint."""
    return {
        (method, rule.rule.removeprefix(PREFIX).replace("<record:record>", "<record>"))
        for rule in app.url_map.iter_rules()
        if "/staff" in rule.rule
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"}
    }


def test_the_expected_access_covers_every_route(app: Flask) -> None:
    """A new route must be added to the table of this test."""
    assert routes(app) == set(EXPECTED)


def test_few_pages_accept_a_form_from_visitors(app: Flask) -> None:
    """Their forms have no CSRF token: no other page may do more for a forged one.

    A dossier is only shown, and records are harvested. An alert starts with a
    confirmation from its address, and the addresses that confirm or end one contain a
    secret. A contribution waits for staff, and its private address is a secret too.
    """
    rules = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "/staff" not in rule.rule
        and (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    }

    assert rules == {
        "/<locale:locale>/dossier",
        "/<locale:locale>/alerts",
        "/<locale:locale>/alerts/confirm/<token>",
        "/<locale:locale>/alerts/<alert_id>/stop",
        "/<locale:locale>/propose",
        "/<locale:locale>/report",
        "/<locale:locale>/contributions/<key>",
        "/oai",
    }


def test_every_staff_endpoint_has_an_access(app: Flask) -> None:
    """An endpoint that bypasses `route` has no access, and answers 403."""
    endpoints = {
        rule.endpoint for rule in app.url_map.iter_rules() if "/staff" in rule.rule
    }

    assert endpoints == set(ACCESS)


@pytest.mark.load
@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_the_expected_status(
    app: Flask,
    database: StaffDatabase,
    signed_in: Callable[[Role], Browser],
    role: Role | None,
) -> None:
    """Each route is requested without an account and with each role."""
    browser = Browser(app) if role is None else signed_in(role)
    subject = an_account(database, "subject@example.org")
    statuses = {}
    for method, rule in sorted(EXPECTED, key=lambda each: "sign-out" in each[1]):
        path = "/en/staff/" + rule.replace("<int:account_id>", str(subject.id))
        for part, value in ADDRESS_VALUES.items():
            path = path.replace(part, value)
        response = browser.get(path) if method == "GET" else browser.post(path)
        statuses[method, rule] = response.status_code
        if "sign-out" in rule and role is not None:
            browser.sign_in(f"{role.value}@example.org")
        if "disable" in rule:
            database.accounts.enable(subject.id, actor="test")

    place = ROLES.index(role)
    assert statuses == {route: expected[place] for route, expected in EXPECTED.items()}


ELSEWHERE = (
    {"Origin": "https://evil.test"},
    {"Origin": "null"},
    {"Referer": "https://evil.test/http://localhost/en/staff/"},
    {"Referer": "http://localhost.evil.test/"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://other.localhost"},
)


@pytest.mark.load
@pytest.mark.parametrize("headers", ELSEWHERE)
def test_cross_site_forms_are_rejected_even_with_a_valid_token(
    signed_in: Callable[[Role], Browser], headers: dict[str, str]
) -> None:
    """The headers of the browser outweigh the token on every route."""
    browser = signed_in(Role.ADMIN)
    token = browser.token("/en/staff/account")
    for method, rule in EXPECTED:
        path = "/en/staff/" + rule.replace("<int:account_id>", "1")
        for part, value in ADDRESS_VALUES.items():
            path = path.replace(part, value)
        if method == "POST":
            fields = {"csrf_token": token}
            response = browser.client.post(path, data=fields, headers=headers)

            assert response.status_code == 400, rule

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
def test_same_site_forms_are_accepted_behind_a_proxy(
    signed_in: Callable[[Role], Browser], headers: dict[str, str]
) -> None:
    """A proxy that ends TLS or changes the host hides the public address."""
    browser = signed_in(Role.EDITOR)
    fields = {"csrf_token": browser.token("/en/staff/account")}

    response = browser.client.post("/en/staff/sign-out", data=fields, headers=headers)

    assert response.status_code == 303


def test_an_endpoint_without_access_answers_403(
    signed_in: Callable[[Role], Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A view that is missing from `ACCESS` is closed to all roles."""
    browser = signed_in(Role.ADMIN)
    monkeypatch.delitem(ACCESS, "staff.audit_log")

    assert browser.get("/en/staff/log").status_code == 403


def test_a_changed_role_applies_to_the_next_request(
    database: StaffDatabase, signed_in: Callable[[Role], Browser]
) -> None:
    """The role is read from the database for each request."""
    an_account(database, "second@example.org", Role.ADMIN)
    browser = signed_in(Role.ADMIN)
    assert browser.get("/en/staff/accounts").status_code == 200

    account = database.accounts.find("admin@example.org")
    database.accounts.change_role(account.id, Role.EDITOR, actor="test")

    assert browser.get("/en/staff/accounts").status_code == 403
    assert "/accounts" not in browser.get("/en/staff/").text


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PUBLISHER])
def test_users_cannot_raise_their_own_role(
    database: StaffDatabase, signed_in: Callable[[Role], Browser], role: Role
) -> None:
    """Neither the form of administrators nor extra fields change it."""
    browser = signed_in(role)
    account = database.accounts.find(f"{role.value}@example.org")

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

    assert [(each.email, each.role) for each in database.accounts.all()] == [
        (account.email, role)
    ]


@pytest.mark.parametrize("rule", ["accounts/{}", "history/{}", "history/{}/bring-back"])
def test_a_number_beyond_64_bits_is_not_a_server_error(
    signed_in: Callable[[Role], Browser], rule: str
) -> None:
    """SQLite stores no such row number."""
    browser = signed_in(Role.ADMIN)
    path = "/en/staff/" + rule.format(10**30)

    assert browser.get(f"{path}?side=before").status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_overlong_slug_is_not_a_server_error(
    signed_in: Callable[[Role], Browser], method: str
) -> None:
    """No file system stores such a name."""
    browser = signed_in(Role.ADMIN)
    for sort, rule in EXPECTED:
        if sort == method and ("<record>" in rule or "<slug>" in rule):
            path = "/en/staff/" + rule.replace("<record>", "practices/" + "a" * 300)
            path = path.replace("<slug>", "a" * 300).replace("<name>", "x.pdf")
            response = browser.get(path) if method == "GET" else browser.post(path)

            assert response.status_code == 404, rule


def test_users_can_end_only_their_own_sessions(
    database: StaffDatabase, signed_in: Callable[[Role], Browser]
) -> None:
    """The id of a session in an address is easily changed."""
    signed_in(Role.PUBLISHER)
    victim = database.accounts.find("publisher@example.org")
    (session,) = database.sessions.of(victim)
    browser = signed_in(Role.EDITOR)

    response = browser.post(f"/en/staff/account/sessions/{session.id}/end")

    assert response.status_code == 404
    assert len(database.sessions.of(victim)) == 1


@pytest.mark.parametrize("path", ["", "account", "nope", "accounts/1", "link/x"])
def test_every_staff_response_forbids_caching_and_indexing(
    app: Flask, path: str
) -> None:
    """Pages, redirects and errors have the same headers."""
    response = Browser(app).get(f"/fr/staff/{path}")

    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_no_staff_page_has_inline_script_or_style(
    signed_in: Callable[[Role], Browser], locale: str
) -> None:
    """The content security policy would block them."""
    browser = signed_in(Role.ADMIN)
    for method, rule in EXPECTED:
        if method == "GET" and "<" not in rule:
            text = browser.get(f"/{locale}/staff/{rule}").text

            assert " style=" not in text
            assert "<style" not in text
            assert " on" not in [part[:3] for part in text.split("<")], rule
            assert text.count("<script") == text.count('<script type="module" src=')


def test_public_pages_set_no_cookie_and_are_the_same_for_staff(
    app: Flask, signed_in: Callable[[Role], Browser]
) -> None:
    """Public pages may be cached."""
    browser = signed_in(Role.ADMIN)
    for path in (
        *("/en/", "/en/search?q=rue", "/en/practices/", "/api/v1/search?q=rue"),
        "/en/practices/newtown-lamps",
    ):
        visitor, staff = Browser(app).get(path), browser.get(path)

        assert "Set-Cookie" not in visitor.headers
        assert "Set-Cookie" not in staff.headers
        assert "Cookie" not in visitor.headers.get("Vary", "")
        assert visitor.text == staff.text


def test_the_sitemap_and_the_feed_have_no_staff_page(app: Flask) -> None:
    """Search engines should not find staff pages."""
    for path in ("/sitemap.xml", "/en/feed.atom", "/api/v1/openapi.json"):
        assert "staff" not in Browser(app).get(path).text


def test_a_slug_may_have_150_characters_on_every_page_of_a_record(app: Flask) -> None:
    """The part of the address after the slug does not count."""
    router = app.url_map.bind("localhost")

    _endpoint, values = router.match(f"/en/staff/records/pages/{'a' * 150}/history")

    assert values["record"] == RecordId(Kind.PAGE, "a" * 150)
    with pytest.raises(NotFound):
        router.match(f"/en/staff/records/pages/{'a' * 151}/history")
