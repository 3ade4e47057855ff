"""Staff in a real browser, over several workers: from the link to the desk."""

import http.cookiejar
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.staff_site import editable_copy
from tests.browser.test_pages import OVERFLOW
from tests.support.axe import violations
from tests.support.builders import PROJECT, Workspace
from tests.support.matrix import matrix
from tests.support.reports import FINDINGS, RECOMMENDATIONS, a_pdf
from tests.support.server import serving
from tests.support.staff import PASSWORD

pytestmark = pytest.mark.browser

EMAIL = "lea@example.org"
PAGES = (
    *("", "look-after", "lexicon", "account"),
    *("accounts", "accounts/1", "history/log", "nope", "add", "records?state=draft"),
    *("first-hour", "publisher-week"),
)


@dataclass(frozen=True, slots=True)
class Site:
    """A running service: its base URL and its folders."""

    address: str
    root: Path

    def kb(self, *args: str) -> str:
        """Run a `kb` command on the same folders, and return its output."""
        environ = os.environ | {
            "KB_DOCUMENTS": str(self.root / "documents"),
            "KB_INDEX": str(self.root / "index"),
            "KB_INSTANCE": str(self.root / "instance"),
            "KB_BASE_URL": self.address,
        }
        ran = subprocess.run(  # noqa: S603  # our own interpreter
            [sys.executable, "-m", "kb.cli.main", *args],
            cwd=PROJECT,
            env=environ,
            check=True,
            capture_output=True,
            text=True,
        )
        return ran.stdout.strip()


@pytest.fixture(scope="module")
def site(
    real_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Serve, with three workers, content that fills every list of the dashboard."""
    root = tmp_path_factory.mktemp("staff")
    editable_copy(real_workspace, root)
    (root / "documents/practices/milan-stolen-bikes/fr.md").unlink()
    record = root / "documents/needs/n01/record.yaml"
    record.write_text(
        re.sub(
            "^updated:.*$",
            "updated: 2020-01-05",
            record.read_text("utf-8"),
            flags=re.MULTILINE,
        )
    )
    with serving(root, root / "documents", workers=3) as address:
        for word in ("xylozorg", "zzqq zzqq"):
            quoted = urllib.parse.quote(word)
            urllib.request.urlopen(f"{address}/fr/search?q={quoted}").close()  # noqa: S310
        yield Site(address, root)


@pytest.fixture(scope="module")
def state(site: Site, browser: Browser) -> Iterator[dict[str, object]]:
    """Return the storage state of a browser with a signed-in administrator."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.kb("staff", "add", EMAIL, "--role", "admin"))
    page.fill("#new_password", PASSWORD)
    page.press("#new_password", "Enter")
    assert page.locator("h1").inner_text() == "Tableau de bord"
    yield dict(context.storage_state())
    context.close()


def opened(
    browser: Browser, state: dict[str, object], *, width: int, scheme: str = "light"
) -> BrowserContext:
    """Return a browser context in which the administrator is signed in."""
    return browser.new_context(
        storage_state=state,  # type: ignore[arg-type]  # as it was given
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        bypass_csp=True,  # axe is a script put into the page
    )


@pytest.mark.parametrize(
    ("width", "scheme", "locale"),
    matrix(
        (320, "light", "fr"),
        rest=((320, "light", "en"), (768, "light", "fr"), (1280, "dark", "en")),
    ),
)
def test_staff_pages_pass_axe_and_do_not_scroll_sideways(
    browser: Browser,
    site: Site,
    state: dict[str, object],
    locale: str,
    width: int,
    scheme: str,
) -> None:
    """On a phone, a tablet and a desktop, also with text at 200 %."""
    context = opened(browser, state, width=width, scheme=scheme)
    page = context.new_page()
    found = []
    for path in PAGES:
        page.goto(f"{site.address}/{locale}/staff/{path}")
        found += [(path, each) for each in violations(page)]
        found += [(path, "wide")] * (page.evaluate(OVERFLOW) > 0)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        found += [(path, "wide at 200 %")] * (page.evaluate(OVERFLOW) > 0)
    context.close()

    assert found == []


def test_the_merge_button_has_space_above_it(
    browser: Browser, site: Site, state: dict[str, object]
) -> None:
    """The button does not touch the text that explains the merge."""
    context = opened(browser, state, width=1280)
    page = context.new_page()
    into = "merge?into=milan-stolen-bikes"
    page.goto(f"{site.address}/en/staff/records/practices/burgernet/{into}")
    above = page.locator("#will").locator("xpath=../..").locator("li").last
    # Its words depend on whether a judged search would lose its answer.
    button = page.locator("form .acts button[type=submit]").last

    text, pressed = above.bounding_box(), button.bounding_box()

    assert text is not None
    assert pressed is not None
    assert pressed["y"] - (text["y"] + text["height"]) >= 8
    context.close()


def test_form_errors_pass_axe_and_get_the_focus(browser: Browser, site: Site) -> None:
    """The error summary has the focus, and links to the field."""
    context = browser.new_context(
        bypass_csp=True, viewport={"width": 320, "height": 800}
    )
    page = context.new_page()
    page.goto(f"{site.address}/fr/staff/sign-in")
    page.press("#email", "Enter")
    page.wait_for_selector(".errors")

    assert "errors" in str(page.evaluate("document.activeElement.className"))
    assert page.title().startswith("Erreur – ")
    assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#email")
    context.close()


def keys_to(page: Page, selector: str) -> None:
    """Press the tab key until an element has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
    raise AssertionError(selector)


def test_an_account_is_created_with_the_keyboard_alone(
    browser: Browser, site: Site, state: dict[str, object]
) -> None:
    """The new user can then sign in."""
    context = opened(browser, state, width=1280)
    page = context.new_page()
    page.goto(f"{site.address}/en/staff/accounts")
    keys_to(page, "#email")
    page.keyboard.type("paul@example.org")
    keys_to(page, "#role")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    link = page.locator("#link").input_value()
    assert link.startswith(f"{site.address}/en/staff/link/")
    context.close()

    assert "paul@example.org\tpublisher\tno password yet" in site.kb("staff", "list")


@pytest.mark.usefixtures("state")
def test_sign_out_is_one_press_on_a_phone(browser: Browser, site: Site) -> None:
    """The menu has the button, without script; staff pages then need a sign-in."""
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 800}
    )
    page = context.new_page()
    page.goto(f"{site.address}/en/staff/sign-in")
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.locator("button.open[popovertarget=menu] >> visible=true").click()
    page.locator("#menu >> text=Sign out").click()
    assert "You are signed out." in page.locator("[role=status]").inner_text()

    page.go_back()
    page.go_back()

    assert page.locator("h1").inner_text() in {"Sign in", "Dashboard"}
    page.goto(f"{site.address}/en/staff/")
    assert page.locator("h1").inner_text() == "Sign in"
    context.close()


def test_the_sign_in_limit_holds_across_workers(site: Site) -> None:
    """Three workers together accept five attempts, then as many as the delays allow."""
    statuses = []
    start = time.monotonic()
    for _ in range(12):
        opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )
        address = f"{site.address}/en/staff/sign-in"
        with opener.open(address) as answer:
            text = answer.read().decode()
        token = re.search(r'name="csrf_token"\s+value="([^"]+)"', text)
        assert token is not None
        form = {
            "csrf_token": token[1],
            "email": "guessed@example.org",
            "password": "wrong",
        }
        try:
            opener.open(address, urllib.parse.urlencode(form).encode())
        except urllib.error.HTTPError as error:
            statuses.append(error.code)
            error.close()

    took_s = time.monotonic() - start
    later = statuses[5:].count(422)
    assert statuses[:5] == [422] * 5
    assert len(statuses) == 12
    # Each later attempt had to wait 1, 2, 4 … seconds, counted in whole seconds.
    assert 2**later - 1 <= took_s + 1


def sent(page: Page, site: Site, *files: Path) -> None:
    """Upload files with the form, and wait until all are read."""
    page.goto(f"{site.address}/en/staff/add")
    page.set_input_files("#files", [str(each) for each in files])
    page.locator("form[data-upload] button").first.click()
    page.wait_for_url("**/staff/tasks/**")
    with urllib.request.urlopen(f"{site.address}/fr/search?q=police") as answer:  # noqa: S310
        assert answer.status == 200
    page.wait_for_selector("#progress[data-done=yes]")


@pytest.mark.parametrize("with_script", [True, False], ids=["script", "no script"])
def test_files_are_uploaded_read_and_reviewed(
    browser: Browser,
    site: Site,
    state: dict[str, object],
    tmp_path: Path,
    with_script: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    """By a process beside the workers, while visitors are answered."""
    number = 1 + with_script
    report = tmp_path / f"D9.{number} report.pdf"
    cover = (f"Deliverable D9.{number}", f"# Lantern report {number}")
    report.write_bytes(a_pdf(cover, FINDINGS, RECOMMENDATIONS))
    (tmp_path / "empty.pdf").write_bytes(b"")
    context = browser.new_context(
        storage_state=state,  # type: ignore[arg-type]  # as it was given
        java_script_enabled=with_script,
        bypass_csp=True,
    )
    page = context.new_page()

    sent(page, site, report, tmp_path / "empty.pdf")
    assert "1 read, 1 refused" in page.inner_text("#progress")
    page.get_by_role("link", name="See what was read").click()
    if not with_script:
        # D9.1 is published: the page asks which record the file belongs to.
        page.locator("button[name=answer][value=new]").click()
        assert "Undo this answer" in page.inner_text("main")
    page.locator(".pair button[value=keep]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#p-*")
    page.locator(".pair button[value=aside]").first.click()

    page.wait_for_selector(".pair .badge.dash")
    assert "0 to decide, 1 kept, 1 set aside" in page.inner_text("main")
    if with_script:
        for width in (320, 768, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert violations(page) == []
            assert page.evaluate(OVERFLOW) == 0
    context.close()
