"""The page on following, in a real browser: with and without script."""

import pytest
from playwright.sync_api import Browser

from tests.support.axe import violations

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("locale", "label", "copied"), [("fr", "Copier", "Copié"), ("en", "Copy", "Copied")]
)
def test_the_address_of_a_feed_is_copied_from_the_keyboard(
    browser: Browser, address: str, locale: str, label: str, copied: str
) -> None:
    """From a search on a phone to the clipboard; the button says that it is done."""
    context = browser.new_context(
        viewport={"width": 390, "height": 800},
        permissions=["clipboard-read", "clipboard-write"],
        bypass_csp=True,  # axe is a script put into the page
    )
    page = context.new_page()
    page.goto(f"{address}/{locale}/search?q=stolen+bikes")

    page.locator("a[href*=follow][href*=stolen]").click()
    # The script adds the button when the whole page has arrived: a key pressed
    # earlier would reach the link behind it.
    page.locator(".copy:has(#feed)").get_by_role("button", name=label).wait_for()
    page.locator("#feed").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.get_by_role("button", name=copied).wait_for()
    assert page.locator(".copy:has(#feed) [role=status]").inner_text() == copied
    text = page.evaluate("navigator.clipboard.readText()")
    assert text == f"{address}/{locale}/feed.atom?q=stolen+bikes"
    assert label not in page.locator(".copy:has(#feed)").inner_text()
    assert violations(page, scheme="light") == []
    context.close()


def test_without_script_the_address_is_in_a_field(
    browser: Browser, address: str
) -> None:
    """It can be selected, and not be changed."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{address}/en/follow?theme=trolling")

    field = page.get_by_label("Address to paste into your feed reader")
    assert field.input_value() == f"{address}/en/feed.atom?theme=trolling"
    assert not field.is_editable()
    assert page.locator(".copy button").count() == 0
    context.close()
