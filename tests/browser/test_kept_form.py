"""What a visitor typed into a form and did not send, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.test_first_view import MAX_SHIFT, WATCH_SHIFTS
from tests.support.axe import violations

pytestmark = pytest.mark.browser

FORM = "/en/propose"
NOTE = "#kept-text"
CLEAR, UNDO = f"{NOTE} button:nth-of-type(1)", f"{NOTE} button:nth-of-type(2)"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a browser with a storage of its own."""
    opened = browser.new_context(
        viewport={"width": 390, "height": 800}, bypass_csp=True
    )
    yield opened
    opened.close()


def kept(page: Page) -> list[str]:
    """Return the names of the texts that the browser keeps."""
    names: list[str] = page.evaluate(
        "Object.keys(localStorage).filter((each) => each.startsWith('kb-form:'))"
    )
    return names


def type_half(page: Page, address: str) -> None:
    """Fill in a part of the form, and wait until the browser keeps it."""
    page.goto(f"{address}{FORM}")
    expect(page.locator(NOTE)).to_be_visible()
    expect(page.locator(CLEAR)).to_be_disabled()
    page.fill("#title", "Lamps on the quay")
    page.fill("#name", "Ana Durand")
    page.fill("#email", "ana@example.org")
    page.check("[name=evaluated][value=own]")
    page.fill("#problem", "Nobody walks there.\nAt night.")
    expect(page.locator(CLEAR)).to_be_visible()
    page.wait_for_function("Object.keys(localStorage).length > 0")


def test_what_was_typed_comes_back_in_either_language(
    context: BrowserContext, address: str
) -> None:
    """Name, address and consent do not: others may use the browser.

    The box that says so does not move the form.
    """
    page = context.new_page()
    page.add_init_script(WATCH_SHIFTS)
    type_half(page, address)
    assert page.evaluate("window.shift") < MAX_SHIFT
    page.close()
    page = context.new_page()

    page.goto(f"{address}/fr/propose")

    expect(page.locator(NOTE)).to_contain_text("de nouveau dans le formulaire")
    expect(page.locator("#title")).to_have_value("Lamps on the quay")
    expect(page.locator("#problem")).to_have_value("Nobody walks there.\nAt night.")
    expect(page.locator("[name=evaluated][value=own]")).to_be_checked()
    expect(page.locator("#name")).to_have_value("")
    stored = page.evaluate("JSON.stringify({...localStorage})")
    assert "Ana" not in stored
    assert "ana@example.org" not in stored
    assert violations(page) == []


def test_the_form_is_cleared_on_press_and_put_back(
    context: BrowserContext, address: str
) -> None:
    """A press by mistake loses nothing."""
    page = context.new_page()
    type_half(page, address)

    page.click(CLEAR)

    expect(page.locator("#title")).to_have_value("")
    assert kept(page) == []
    page.click(UNDO)
    expect(page.locator("#title")).to_have_value("Lamps on the quay")
    expect(page.locator("[name=evaluated][value=own]")).to_be_checked()
    assert len(kept(page)) == 1


def test_what_was_sent_is_kept_no_longer(context: BrowserContext, address: str) -> None:
    """The page that follows the sending drops it; the next form is empty."""
    page = context.new_page()
    type_half(page, address)
    page.fill("#done", "We put up lamps.")
    page.check("#consent")

    # Again if it came faster than people write. A refused form begins with a notice,
    # which moves the button while it is pressed.
    while "/contributions/" not in page.url:
        assert len(kept(page)) == 1
        with page.expect_navigation(timeout=120_000):
            page.locator("form[data-keep]").evaluate("form => form.requestSubmit()")

    assert kept(page) == []
    page.goto(f"{address}{FORM}")
    expect(page.locator("#title")).to_have_value("")


def test_each_form_keeps_its_own_text(context: BrowserContext, address: str) -> None:
    """A correction of one record is not put into that of another."""
    page = context.new_page()
    records = ("practices/milan-stolen-bikes", "practices/riccione-three-networks")
    page.goto(f"{address}/en/report?r={records[0]}&about=fact")
    page.fill("#quote", "184 bicycles")
    page.wait_for_function("Object.keys(localStorage).length > 0")

    page.goto(f"{address}/en/report?r={records[1]}&about=fact")

    expect(page.locator("#quote")).to_have_value("")
    page.goto(f"{address}/en/report?r={records[0]}&about=fact")
    expect(page.locator("#quote")).to_have_value("184 bicycles")


@pytest.mark.parametrize(
    "text", ["{", "null", '{"at": 1, "fields": []}', '{"fields": 3}']
)
def test_a_damaged_or_old_text_is_dropped(
    text: str, context: BrowserContext, address: str
) -> None:
    """The form opens empty, and can be used."""
    page = context.new_page()
    page.goto(f"{address}{FORM}")
    page.evaluate("(text) => localStorage.setItem('kb-form:practice:', text)", text)

    page.reload()

    expect(page.locator(NOTE)).to_contain_text("you can stop and come back")
    assert kept(page) == []


def test_without_script_nothing_is_said(browser: Browser, address: str) -> None:
    """The form is as it was."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{address}{FORM}")

    expect(page.locator(NOTE)).to_be_hidden()
    context.close()
