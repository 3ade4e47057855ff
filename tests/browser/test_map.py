"""The map and the timeline in a browser: keyboard, folded lists, paper."""

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser) -> Page:
    """Return a page as narrow as a phone, without script."""
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, java_script_enabled=False
    )
    return context.new_page()


@pytest.mark.parametrize(
    ("locale", "country"), [("fr", "Pays-Bas"), ("en", "Netherlands")]
)
def test_the_list_of_the_map_opens_from_the_keyboard(
    page: Page, address: str, locale: str, country: str
) -> None:
    """After the filters the next stop is the first country: no mark is one."""
    page.goto(f"{address}/{locale}/map")
    page.locator(".choices a").last.focus()

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    opened = page.locator(".countries details[open]")
    expect(opened).to_have_count(1)
    expect(opened.locator("h2")).to_have_text(country)
    expect(opened.locator("li a").first).to_be_visible()


def test_a_mark_leads_to_its_country(page: Page, address: str) -> None:
    """A visitor with a pointer may go from the map to the list."""
    page.goto(f"{address}/fr/map")

    page.locator('.atlas a[href="#greece"] .mark').first.click()

    assert page.url.endswith("#greece")
    expect(page.locator("#greece")).to_be_in_viewport()


@pytest.mark.parametrize(
    ("path", "listed"), [("map", ".countries li a"), ("timeline", ".moments h3 a")]
)
def test_a_printed_list_is_unfolded(
    page: Page, address: str, path: str, listed: str
) -> None:
    """Paper can't be opened."""
    page.goto(f"{address}/fr/{path}")

    page.emulate_media(media="print")

    links = page.locator(listed)
    assert links.count() > 40
    for link in (links.first, links.last, links.nth(links.count() // 2)):
        expect(link).to_be_visible()
