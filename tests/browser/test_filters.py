"""The filters of the results in a real browser: at once, in place, in a sheet."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.axe import violations

pytestmark = pytest.mark.browser


def opened(browser: Browser, url: str, width: int) -> Page:
    """Open a page of results in a window of a width."""
    context = browser.new_context(
        viewport={"width": width, "height": 844}, bypass_csp=True
    )
    page = context.new_page()
    page.goto(url)
    return page


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_filter_applies_at_once_and_keeps_the_focus_on_a_desk(
    browser: Browser, address: str, locale: str
) -> None:
    """The count is announced, and the address is that of the search."""
    page = opened(browser, f"{address}/{locale}/search?q=police", 1280)
    box = page.locator("#filters [name=audience]").first
    value = box.input_value()

    box.focus()
    page.keyboard.press("Space")

    page.wait_for_url(f"**/{locale}/search?q=police&audience={value}")
    assert page.evaluate("document.activeElement.value") == value
    count = page.locator("#count").inner_text()
    expect(page.locator("body > [role=status]")).to_have_text(count)
    assert page.locator(".chip").count() == 1
    page.evaluate("window.isKept = true; location.hash = '#results'")
    page.wait_for_url("**#results")
    assert page.evaluate("window.isKept"), "a fragment loads no page"
    page.go_back()
    page.go_back()
    page.wait_for_url(f"**/{locale}/search?q=police")
    expect(page.locator("#filters :checked[type=checkbox]")).to_have_count(0)
    page.locator("#filters [name=audience]").first.check()
    page.wait_for_url("**audience=**")
    expect(page.locator(".sort button")).to_be_hidden()
    page.locator("#sort").focus()
    page.locator("#sort").select_option("title")
    page.wait_for_url("**sort=title**")
    expect(page.locator("#sort:focus")).to_have_value("title")
    assert violations(page, scheme="light") == []
    page.context.close()


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_sheet_of_a_phone_stays_open_and_counts(
    browser: Browser, address: str, locale: str
) -> None:
    """Only its button shows the results, as many as it says."""
    page = opened(browser, f"{address}/{locale}/search?q=police", 390)
    sheet, button = page.locator("#filters"), page.locator("#filters [type=submit]")
    page.locator(".filterbar button").click()
    before = button.inner_text()

    page.locator("#filters [name=theme]").nth(0).check()
    expect(button).not_to_have_text(before)
    one = button.inner_text()
    page.locator("#filters [name=audience]").nth(1).check()
    expect(button).not_to_have_text(one)

    assert sheet.evaluate("(each) => each.matches(':popover-open')")
    assert page.url.endswith("q=police")
    assert violations(page, scheme="light") == []
    shown = "".join(filter(str.isdigit, button.inner_text()))
    button.click()
    page.wait_for_url("**audience=**")
    assert page.locator("#count").get_attribute("data-total") == shown
    page.context.close()


def test_a_long_facet_has_a_box_that_searches_in_it(
    browser: Browser, address: str
) -> None:
    """A town shows with the places around it; without script there is no box."""
    page = opened(browser, f"{address}/fr/search", 1280)
    facet = page.locator("[data-facet=place]")
    facet.locator("> summary").click()

    facet.locator(".among").fill("mil")

    shown = facet.locator("label:visible").all_inner_texts()
    assert [each.split("\n")[0] for each in shown] == [
        "Italie",
        "Émilie-Romagne",
        "Milan",
    ]
    facet.locator(".among").fill("")
    expect(facet.locator("label", has_text="Lisbonne")).to_be_hidden()
    page.context.close()
