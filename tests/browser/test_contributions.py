"""The forms of visitors in a real browser, on a phone."""

import pytest
from playwright.sync_api import Browser, Page

from tests.support.axe import violations

pytestmark = pytest.mark.browser

REPORT = "report?r=practices/milan-stolen-bikes"
FORM = "form[data-work-bits]"


def a_phone(browser: Browser, *, has_script: bool = True) -> Page:
    """Open a narrow page; axe is a script put into it."""
    context = browser.new_context(
        viewport={"width": 320, "height": 640},
        java_script_enabled=has_script,
        bypass_csp=has_script,
    )
    return context.new_page()


def send_until_accepted(page: Page) -> None:
    """Send the form, again if it says that it came too fast.

    The work of the script takes seconds on a busy machine, by chance ten times as many.
    A pointer may miss the button while a page that is being read moves it.
    """
    while "/contributions/" not in page.url:
        with page.expect_navigation(timeout=120_000):
            page.locator(FORM).evaluate("form => form.requestSubmit()")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("path", ["propose", REPORT, f"{REPORT}&about=fact"])
def test_a_form_is_accessible_on_a_small_screen(
    browser: Browser, address: str, locale: str, path: str, scheme: str
) -> None:
    """Nothing sticks out at 320 pixels, and axe finds nothing."""
    page = a_phone(browser)
    page.goto(f"{address}/{locale}/{path}")

    width = page.evaluate("document.documentElement.scrollWidth")

    assert width <= 320
    assert violations(page, scheme=scheme) == []
    page.context.close()


def test_the_script_does_its_work_and_the_message_is_received(
    browser: Browser, address: str
) -> None:
    """No second step for a browser with script; the private page is accessible."""
    page = a_phone(browser)
    page.goto(f"{address}/en/{REPORT}")
    page.get_by_label("A source no longer opens").check()
    page.get_by_label("What is wrong?").fill("The link to Il Post is dead.")
    page.get_by_label("I agree that the team keeps this message").check()

    send_until_accepted(page)

    assert page.locator("#state").inner_text() == "Received"
    assert page.get_by_label("Address of this page").input_value() == page.url
    assert violations(page, scheme="light") == []
    page.context.close()


def test_without_script_one_press_more_sends_it(browser: Browser, address: str) -> None:
    """The form comes back with its text while it came too fast."""
    page = a_phone(browser, has_script=False)
    page.goto(f"{address}/fr/{REPORT}")
    page.get_by_label("Autre chose").check()
    page.get_by_label("Qu’est-ce qui ne va pas").fill("Une faute.")
    page.get_by_label("J’accepte que l’équipe").check()

    send_until_accepted(page)
    page.get_by_role("button", name="Envoyer à l’équipe").click()

    assert page.locator("#state").inner_text() == "Reçu"
    assert "Une faute." in page.locator("main").inner_text()
    page.context.close()
