"""The long form of a practice in a real browser: its folded groups and its contents."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.staff_site import FOLDED, LEA, signed_in
from tests.browser.test_pages import OVERFLOW
from tests.support.axe import violations

pytestmark = pytest.mark.browser

MAX_HEIGHT_PX = 6500
"""The form was 10,600 px high before groups were folded."""


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Page]:
    """Open the draft of a practice."""
    context = signed_in(browser, site, LEA, has_script=request.param)
    page = context.new_page()
    page.goto(f"{site}/fr/staff/drafts/practices/{FOLDED.slug}")
    yield page
    context.close()


def test_a_link_to_a_folded_field_opens_its_group(page: Page) -> None:
    """So that no problem is out of reach, also from the address."""
    field = page.locator("#en-legal_basis")
    expect(field).to_be_hidden()

    page.goto(f"{page.url}#en-legal_basis")

    expect(field).to_be_visible()


def test_a_group_is_opened_from_the_keyboard_and_its_fields_are_saved(
    page: Page,
) -> None:
    """A summary is a control of the browser; a second save keeps the value."""
    page.locator("[data-fold=decide-1] summary").press("Enter")
    page.locator("#fr-stage_note").fill("depuis 2018")
    page.locator("#en-stage_note").fill("since 2018")

    page.locator(".sticky .btn:not(.line)").click()

    expect(page.get_by_text("Enregistré.")).to_be_visible()
    expect(page.locator("#en-stage_note")).to_have_value("since 2018")
    count = page.locator("[data-fold=decide-1] summary .soft")
    expect(count).to_have_text("1 sur 5")


def test_the_form_is_short_with_its_contents_beside_it(page: Page) -> None:
    """On a desk; on a phone, nothing is wider than the screen."""
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height < MAX_HEIGHT_PX
    expect(page.locator("nav.contents")).to_be_visible()

    page.locator("nav.contents a[href='#decide']").click()

    expect(page.locator("#decide")).to_be_in_viewport()
    expect(page.locator("nav.contents")).to_be_in_viewport()
    page.set_viewport_size({"width": 320, "height": 700})
    expect(page.locator("nav.contents")).to_be_hidden()
    assert page.evaluate(OVERFLOW) <= 0


def test_the_folded_form_passes_axe(browser: Browser, site: str) -> None:
    """At both widths, folded as it is opened."""
    context = signed_in(browser, site, LEA)
    page = context.new_page()
    page.goto(f"{site}/fr/staff/drafts/practices/{FOLDED.slug}")
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert violations(page) == [], width
    context.close()
