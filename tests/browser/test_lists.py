"""Lists of one kind in a real browser: the filter of the glossary, and the folds."""

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.support.axe import violations

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("locale", "typed", "found"),
    [("fr", "Emeute", "émeute"), ("en", "emeute", "riot")],
)
def test_the_glossary_is_filtered_as_one_types(
    browser: Browser, address: str, locale: str, typed: str, found: str
) -> None:
    """Titles of both languages count, without accents and case; letters unfold."""
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{address}/{locale}/glossary/")
    words = page.locator(".wordlist > div:not([hidden]) dt a")
    whole = words.count()

    page.locator("#word").fill(typed)

    expect(words.filter(has_text=found).first).to_be_visible()
    left = words.count()
    assert 0 < left < whole
    expect(page.locator(".wordcount")).to_contain_text(str(left))
    letters = page.locator(".leaps li:visible").count()
    assert letters == page.locator(".group:visible").count() < whole
    page.locator("#word").fill("zzz")
    expect(words).to_have_count(0)
    page.locator("#word").fill("")
    expect(words).to_have_count(whole)
    context.close()


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_fold_opens_from_the_keyboard_and_in_print(
    browser: Browser, address: str, locale: str
) -> None:
    """It needs no script; paper shows all rows, and no bar of filters."""
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{address}/{locale}/recommendations/")
    rows = page.locator(".item h3:visible")
    total, shown = page.locator(".item h3").count(), rows.count()
    fold = page.locator(".rest > summary").first

    fold.focus()
    page.keyboard.press("Enter")

    assert shown < rows.count() < total
    page.emulate_media(media="print")
    assert rows.count() == total
    expect(page.locator(".rail")).to_be_hidden()
    context.close()


def test_the_list_of_recommendations_is_short_on_a_phone(
    browser: Browser, address: str
) -> None:
    """Titles and facts only: with summaries, it took 21,000 pixels."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    for locale in ("fr", "en"):
        page.goto(f"{address}/{locale}/recommendations/")
        height = page.evaluate("document.documentElement.scrollHeight")
        assert height < 8500
    context.close()


def test_a_record_is_added_without_losing_the_place(
    browser: Browser, address: str
) -> None:
    """Scroll and focus stay; a bar says it, undoes it, and goes with the next act."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, bypass_csp=True
    )
    page = context.new_page()
    page.goto(f"{address}/fr/recommendations/")
    button, bar = page.locator(".add").nth(2), page.locator(".status-line")
    button.focus()
    place = page.evaluate("scrollY")

    page.keyboard.press("Enter")

    expect(bar).to_contain_text("Ajouté. Le dossier a 1 fiche.")
    assert page.evaluate("scrollY") == place
    assert page.evaluate("document.activeElement.className") == "add on"
    expect(page.locator(".item.just .add.on")).to_have_count(1)
    expect(page.locator(".tools .count")).to_contain_text("1")
    assert violations(page, scheme="light") == []
    bar.locator("button").click()
    expect(bar).to_contain_text("Retiré. Le dossier a 0 fiche.")
    expect(page.locator(".add.on, .tools .count")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    page.route("**/fr/dossier", _fail_scripts)
    button.click()
    page.wait_for_url("**/fr/recommendations/#item-*")
    expect(page.locator(".add.on")).to_have_count(1)
    context.close()


def _fail_scripts(route: Route) -> None:
    """Abort the requests of scripts, and send those of forms."""
    if route.request.resource_type == "fetch":
        route.abort()
    else:
        route.continue_()
