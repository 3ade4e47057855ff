"""The key under which a browser keeps unsaved texts, and when it must delete them."""

import re

from flask import Flask

from kb.database.staff_database import StaffDatabase
from tests.support.staff import Browser, HandClock, an_account

LEA, MAX = "lea@example.org", "max@example.org"
SIGN_IN, DASHBOARD = "/en/staff/sign-in", "/fr/staff/"


def key(browser: Browser, path: str = DASHBOARD) -> str | None:
    """Return the key in a page; None if the page has none."""
    page = browser.get(path, follow_redirects=True).text
    found = re.search(r'<meta name="text-key"\s+content="([^"]*)"', page)
    return None if found is None else found[1]


def test_each_account_has_a_key_of_its_own_on_all_devices(
    app: Flask, database: StaffDatabase
) -> None:
    """The key does not reveal the account, and outlives the session."""
    an_account(database, LEA)
    an_account(database, MAX)
    lea, phone, other = Browser(app), Browser(app), Browser(app)
    lea.sign_in(LEA)
    phone.sign_in(LEA)
    other.sign_in(MAX)
    own = key(lea)

    assert re.fullmatch("[0-9a-f]{32}", own or "")
    assert key(phone, "/en/staff/account") == own != key(other)
    lea.client.delete_cookie("kb-staff")  # the browser was restarted
    lea.sign_in(LEA)
    assert key(lea) == own


def test_signing_out_empties_the_key(app: Flask, database: StaffDatabase) -> None:
    """The browser then deletes its texts; a visitor's browser is told nothing."""
    an_account(database, LEA)
    browser = Browser(app)
    assert key(browser, SIGN_IN) is None
    browser.sign_in(LEA)
    own = key(browser)

    browser.post("/en/staff/sign-out", page=DASHBOARD)

    assert key(browser, SIGN_IN) == ""
    browser.sign_in(LEA)
    assert key(browser) == own


def test_an_expired_session_deletes_nothing(
    app: Flask, database: StaffDatabase, clock: HandClock
) -> None:
    """The text waits for the next sign-in."""
    an_account(database, LEA)
    browser = Browser(app)
    browser.sign_in(LEA)
    own = key(browser)

    clock.advance(hours=9)

    assert key(browser) is None
    browser.sign_in(LEA)
    assert key(browser) == own


def test_signing_out_everywhere_empties_the_key_of_other_devices(
    app: Flask, database: StaffDatabase
) -> None:
    """At their next page, and also if their cookie is gone: the key is another one."""
    an_account(database, LEA)
    lea, phone, tablet = Browser(app), Browser(app), Browser(app)
    for each in (lea, phone, tablet):
        each.sign_in(LEA)
    own = [key(each) for each in (lea, phone, tablet)]

    lea.post("/en/staff/sign-out-everywhere", page=DASHBOARD)

    assert key(lea) == key(phone) == ""
    tablet.client.delete_cookie("kb-staff")
    tablet.sign_in(LEA)
    assert key(tablet) not in {*own, "", None}


def test_a_disabled_account_leaves_no_text(app: Flask, database: StaffDatabase) -> None:
    """Its browsers delete what they keep."""
    account = an_account(database, LEA)
    browser = Browser(app)
    browser.sign_in(LEA)
    assert key(browser)

    database.accounts.disable(account.id, actor="test", keep_an_admin=False)

    assert key(browser) == ""


def test_the_script_is_one_module_for_all_pages(
    app: Flask, database: StaffDatabase
) -> None:
    """Another URL would load it twice; without a digest, caches must revalidate it."""
    an_account(database, LEA)
    browser = Browser(app)
    browser.sign_in(LEA)
    url = "/static/unsaved_texts.js"

    with browser.get("/static/drafts.js") as script, browser.get(url) as module:
        assert f'src="{url}"' in browser.get(DASHBOARD).text
        assert 'from "./unsaved_texts.js"' in script.get_data(as_text=True)
        assert module.headers["Cache-Control"] == "no-cache"
