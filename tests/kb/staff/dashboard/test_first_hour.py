"""The page for a first hour, and the menu that leads to every other page."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup

from indexer.model.ids import Locale
from kb.database.model import Role
from kb.staff.page_frame import MENU, MORE_PAGES
from tests.support.staff import Browser, HandClock

CHANGES_CONTENT = True

SignIn = Callable[[Role], Browser]


def page_of(browser: Browser, path: str) -> BeautifulSoup:
    """Return a page that must exist."""
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return BeautifulSoup(answer.text, "html.parser")


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PUBLISHER])
@pytest.mark.parametrize("locale", list(Locale))
def test_each_step_leads_to_the_page_where_it_is_done(
    signed_in: SignIn, role: Role, locale: Locale
) -> None:
    """A step without a way to do it would only be read."""
    browser = signed_in(role)

    page = page_of(browser, f"/{locale}/staff/first-hour")

    steps = page.select("ol.steps > li")
    assert len(steps) == 7
    assert all(step.select_one("a.btn") for step in steps)
    for link in page.select("main a[href]"):
        path, _, anchor = str(link["href"]).partition("#")
        target = page if not path else page_of(browser, path)
        assert not anchor or target.find(id=anchor) is not None, anchor


def test_the_last_step_is_what_the_role_may_do(signed_in: SignIn) -> None:
    """An editor hands the draft over; a publisher publishes it."""
    path = "/en/staff/first-hour"

    editor = page_of(signed_in(Role.EDITOR), path).select_one("#publish")
    publisher = page_of(signed_in(Role.PUBLISHER), path).select_one("#publish")

    assert editor is not None
    assert publisher is not None
    assert "Save as ready for review" in editor.text
    assert "Publish now" in publisher.text
    assert "Publish now" not in editor.text


def test_the_dashboard_begins_with_it_while_an_account_is_new(
    editor: Browser, clock: HandClock
) -> None:
    """For two weeks; the page stays at the foot of every staff page."""
    first = page_of(editor, "/en/staff/")

    clock.advance(days=14)
    editor.sign_in("editor@example.org")
    later = page_of(editor, "/en/staff/")

    assert first.select('main a[href$="/first-hour"]')
    assert not later.select('main a[href$="/first-hour"]')
    assert later.select('footer a[href$="/first-hour"]')


@pytest.mark.parametrize("role", list(Role))
def test_every_page_of_the_menu_is_open_to_who_sees_it(
    signed_in: SignIn, role: Role
) -> None:
    """The head has the work of each day, the foot the rest."""
    browser = signed_in(role)
    page = page_of(browser, "/fr/staff/")

    head = [str(a["href"]) for a in page.select("header nav li:not(.rest) a")]
    foot = [str(a["href"]) for a in page.select("footer nav a")]

    assert len(head) == len(MENU)
    assert len(foot) == len(MORE_PAGES)
    for path in (*head, *foot):
        assert browser.get(path).status_code == 200, path
