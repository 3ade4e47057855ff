"""The box for all rows of a staff list, in a real browser."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.staff_site import LEA, signed_in

pytestmark = pytest.mark.browser


def test_all_rows_are_offered_once_the_page_is_ticked(
    browser: Browser, site: str
) -> None:
    """A row that is unticked takes the offer back; a reload forgets nothing."""
    context = signed_in(browser, site, LEA)
    page = context.new_page()
    page.goto(f"{site}/en/staff/records?kind=recommendation")
    box, row = page.locator("input[name=all]"), page.locator("[data-row]").first
    expect(box).to_be_hidden()

    page.get_by_label("Tick all").check()
    box.check()
    row.uncheck()

    expect(box).to_be_hidden()
    expect(box).not_to_be_checked()
    row.check()
    box.check()
    page.locator("button[value=delete]").click()
    expect(page.locator("h1")).to_have_text("Delete these records?")
    listed = page.locator("[data-row]:checked").count()
    expect(page.get_by_text(f"All {listed} rows of the list")).to_be_visible()
    context.close()


def test_without_script_the_box_is_always_there(browser: Browser, site: str) -> None:
    """A plain box of the form."""
    context = signed_in(browser, site, LEA, has_script=False)
    page = context.new_page()
    page.goto(f"{site}/en/staff/records?kind=recommendation")

    page.locator("input[name=all]").check()
    page.locator("button[value=export]").click()

    expect(page.get_by_text("with this filter: Recommendations.")).to_be_visible()
    context.close()
