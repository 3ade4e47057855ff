"""Tests of access control: every route with every role."""

import re
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

OPEN = {
    "forgotten-password",
    "forgotten-password/sent",
    "link/<token>",
    "sign-in",
    "sign-in/code",
    "sign-in/provider",
    "sign-in/provider/answer",
    "sign-out",
    "sign-out/provider",
    "sign-out/provider/answer",
}
"""The rules that anybody may request."""
FOR_PUBLISHERS = {
    "drafts/<record>/publish",
    "drafts/publish",
    "history/<int:number>/bring-back",
    "lexicon",
    "lexicon/remove",
    "places/<slug>",
    "publisher-week",
    "put-aside/<transaction>/restore",
    "records/<record>/assessment",
    "records/<record>/assessment/withdraw",
    "records/<record>/merge",
    "records/chosen/<act>",
    "records/deliverables/<slug>/files/<name>/replace",
    "searches/dismiss",
    "POST relevance/search",
}
"""The rules that an editor may not use."""
FOR_ADMINS = {
    "accounts",
    "accounts/<int:account_id>",
    "accounts/<int:account_id>/<change>",
    "accounts/<int:account_id>/link",
    "accounts/<int:account_id>/role",
    "history/log",
}
"""The rules that only administrators may use."""
PREFIX = "/<locale:locale>/staff/"
ADDRESS_VALUES = {
    "<change>": "enable",
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
        (method, re.sub("<record:[a-z]+>", "<record>", rule.rule.removeprefix(PREFIX)))
        for rule in app.url_map.iter_rules()
        if "/staff" in rule.rule
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"}
    }


def least_role(method: str, rule: str) -> Role | None:
    """Return the least role that may use a route; None for visitors."""
    names = {rule, f"{method} {rule}"}
    if names & OPEN:
        return VISITOR
    if names & FOR_ADMINS:
        return ADMIN
    return PUBLISHER if names & FOR_PUBLISHERS else EDITOR


def test_few_pages_accept_a_form_from_visitors(app: Flask) -> None:
    """Their forms have no CSRF token: no other page may do more for a forged one.

    A dossier is only shown, records are harvested, and agents ask for them. An alert
    starts with a confirmation from its address, and the addresses that confirm or end
    one contain a secret. A contribution waits for staff, and its private address is a
    secret too. So is the link of a group dossier, whose forms refuse other sites.
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
        "/<locale:locale>/alerts/monthly/<token>/stop",
        "/<locale:locale>/group-dossiers/new",
        "/<locale:locale>/group-dossiers/<key>",
        "/<locale:locale>/group-dossiers/<key>/name",
        "/<locale:locale>/group-dossiers/<key>/erase",
        "/<locale:locale>/group-dossiers/<key>/manage",
        "/<locale:locale>/propose",
        "/<locale:locale>/report",
        "/<locale:locale>/experience",
        "/<locale:locale>/contributions/<key>",
        "/mcp",
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
def test_each_role_may_use_its_routes_only(
    app: Flask,
    database: StaffDatabase,
    signed_in: Callable[[Role], Browser],
    role: Role | None,
) -> None:
    """Each route is requested without an account and with each role."""
    browser = Browser(app) if role is None else signed_in(role)
    subject = an_account(database, "subject@example.org")
    for method, rule in sorted(routes(app), key=lambda route: "sign-out" in route[1]):
        path = "/en/staff/" + rule.replace("<int:account_id>", str(subject.id))
        for part, value in ADDRESS_VALUES.items():
            path = path.replace(part, value)

        response = browser.get(path) if method == "GET" else browser.post(path)

        least, status = least_role(method, rule), response.status_code
        if ROLES.index(role) >= ROLES.index(least):
            assert status < 500, rule
            assert status not in {401, 403}, rule
            assert "/sign-in?next" not in response.headers.get("Location", ""), rule
        elif role is not None:
            assert status == 403, rule
        else:  # the sign-in page, at its address or in place of the answer
            assert status == (302 if method == "GET" else 401), rule
        if "sign-out" in rule and role is not None:
            browser.sign_in(f"{role.value}@example.org")


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
    admin: Browser, headers: dict[str, str]
) -> None:
    """The headers of the browser outweigh the token on every route."""
    token = admin.token("/en/staff/account")
    for method, rule in routes(admin.client.application):
        path = "/en/staff/" + rule.replace("<int:account_id>", "1")
        for part, value in ADDRESS_VALUES.items():
            path = path.replace(part, value)
        if method == "POST":
            fields = {"csrf_token": token}
            response = admin.client.post(path, data=fields, headers=headers)

            assert response.status_code == 400, rule

    assert admin.get("/en/staff/accounts").status_code == 200


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
    editor: Browser, headers: dict[str, str]
) -> None:
    """A proxy that ends TLS or changes the host hides the public address."""
    fields = {"csrf_token": editor.token("/en/staff/account")}

    response = editor.client.post("/en/staff/sign-out", data=fields, headers=headers)

    assert response.status_code == 303


def test_an_endpoint_without_access_answers_403(
    admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A view that is missing from `ACCESS` is closed to all roles."""
    monkeypatch.delitem(ACCESS, "staff.audit_log")

    assert admin.get("/en/staff/history/log").status_code == 403


def test_a_changed_role_applies_to_the_next_request(
    database: StaffDatabase, admin: Browser
) -> None:
    """The role is read from the database for each request."""
    an_account(database, "second@example.org", Role.ADMIN)
    assert admin.get("/en/staff/accounts").status_code == 200

    account = database.accounts.find("admin@example.org")
    database.accounts.change_role(account.id, Role.EDITOR, actor="test")

    assert admin.get("/en/staff/accounts").status_code == 403
    assert "/accounts" not in admin.get("/en/staff/").text


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
    admin: Browser, rule: str
) -> None:
    """SQLite stores no such row number."""
    path = "/en/staff/" + rule.format(10**30)

    assert admin.get(f"{path}?side=before").status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_overlong_slug_is_not_a_server_error(admin: Browser, method: str) -> None:
    """No file system stores such a name."""
    for sort, rule in routes(admin.client.application):
        if sort == method and ("<record>" in rule or "<slug>" in rule):
            path = "/en/staff/" + rule.replace("<record>", "practices/" + "a" * 300)
            path = path.replace("<slug>", "a" * 300).replace("<name>", "x.pdf")
            response = admin.get(path) if method == "GET" else admin.post(path)

            assert response.status_code == 404, rule


@pytest.mark.usefixtures("publisher")
def test_users_can_end_only_their_own_sessions(
    database: StaffDatabase, editor: Browser
) -> None:
    """The id of a session in an address is easily changed."""
    victim = database.accounts.find("publisher@example.org")
    (session,) = database.sessions.of(victim)

    response = editor.post(f"/en/staff/account/sessions/{session.id}/end")

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
def test_no_staff_page_has_inline_script_or_style(admin: Browser, locale: str) -> None:
    """The content security policy would block them."""
    for method, rule in routes(admin.client.application):
        if method == "GET" and "<" not in rule:
            text = admin.get(f"/{locale}/staff/{rule}").text

            assert " style=" not in text
            assert "<style" not in text
            assert " on" not in [part[:3] for part in text.split("<")], rule
            assert text.count("<script") == text.count('<script type="module" src=')


def test_public_pages_set_no_cookie_and_are_the_same_for_staff(
    app: Flask, admin: Browser
) -> None:
    """Public pages may be cached."""
    for path in (
        *("/en/", "/en/search?q=rue", "/en/practices/", "/api/v1/search?q=rue"),
        "/en/practices/newtown-lamps",
    ):
        visitor, staff = Browser(app).get(path), admin.get(path)

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
