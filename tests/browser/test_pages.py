"""Pages in a real browser: widths, requests, keyboard, and no script."""

from itertools import product

import pytest
from playwright.sync_api import Browser, expect

from indexer.corpus.corpus_reader import CorpusReader
from kb.public.record.view import LONG_FIGURE
from tests.support.axe import violations, violations_in_both_schemes
from tests.support.builders import PROJECT
from tests.support.matrix import matrix

pytestmark = pytest.mark.browser

OVERFLOW = """
() => document.documentElement.scrollWidth - document.documentElement.clientWidth
"""
PAGES = (
    "/",
    "/search?q=police",
    "/search?q=zzz",
    "/search?q=taser+drone",
    "/search?q=police&sort=nonsense",
    "/search?q=harcelment+en+ligne",
    "/search?q=how+can+a+city+help+victims+of+online+bullying",
    "/search?q=theft+bikes&expand=no&kind=practice",
    "/search?q=cyberharc+zzz&kind=event&year=1999",
    "/practices/",
    "/practices/?year=not-known&place=italy",
    "/recommendations/",
    "/needs/",
    "/needs/?coverage=none",
    "/deliverables/",
    "/events/",
    "/practices/milan-stolen-bikes",
    "/recommendations/rec-16",
    "/needs/n13",
    "/events/l-montreuil",
    "/themes/trolling",
    "/deliverables/d1.4",
    "/glossary/",
    "/glossary/doxing",
    "/gaps",
    "/atlas",
    "/atlas/audiences",
    "/atlas/countries",
    "/atlas/years",
    "/pages/about",
    "/themes/",
    "/audiences/",
    "/audiences/local",
    "/audiences/research",
    "/places/",
    "/places/italy",
    "/compare",
    "/compare?r=practices/munich-2016&r=practices/mossos-2017",
    "/map",
    "/map?theme=trolling",
    "/timeline",
    "/dossier",
    "/follow?q=stolen+bikes",
    "/plan",
    "/plan?need=n01&who=local&means=time&when=week",
    "/what-did-not-work",
    "/api",
    "/propose",
    "/report?r=practices/milan-stolen-bikes&about=fact",
    "/nope",
)


@pytest.mark.parametrize(("width", "locale"), [(1280, "en"), (320, "fr")])
def test_axe_finds_no_violation(
    browser: Browser, address: str, locale: str, width: int
) -> None:
    """Axe checks the machine-testable rules of WCAG and its own best practices.

    Both schemes are checked; headers and footers in the dark one are the same on all
    pages, and checked on the first.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        reduced_motion="reduce",
        bypass_csp=True,  # axe is a script put into the page
    )
    page = context.new_page()
    page.goto(f"{address}/{locale}/")
    page.emulate_media(color_scheme="dark")
    found = [("dark", each) for each in violations(page, scheme="dark")]
    page.emulate_media(color_scheme="light")
    for path in PAGES:
        page.goto(f"{address}/{locale}{path}")
        found += [(path, each) for each in violations_in_both_schemes(page)]
    context.close()

    assert found == []


@pytest.mark.parametrize(
    ("width", "locale"),
    matrix((320, "fr"), (1280, "en"), rest=product((320, 768, 1280), ("fr", "en"))),
)
def test_no_page_scrolls_sideways_or_asks_another_host(
    browser: Browser, address: str, locale: str, width: int
) -> None:
    """From 320 to 1280 pixels, also with text at 200 %; all requests go to the site."""
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        page.goto(f"{address}/{locale}{path}")
        wider = page.evaluate(OVERFLOW)
        assert wider <= 0, (path, width)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wider = page.evaluate(OVERFLOW)
        assert wider <= 0, (path, width, "text at 200 %")
    context.close()

    assert [url for url in asked if not url.startswith(address)] == []


# Texts and fields that are shown but have no room. What is for screen readers only has
# the class `vh`, or is clipped, as the head of a table that is shown as cards.
CRUSHED = """
() => {
  document.querySelectorAll("details").forEach((each) => (each.open = true));
  const isForScreenReaders = (each) => {
    for (let at = each; at; at = at.parentElement)
      if (getComputedStyle(at).clipPath !== "none") return true;
    return each.closest(".vh, .skip, svg, option, noscript") !== null;
  };
  const isShown = (each) =>
    each.checkVisibility({ visibilityProperty: true }) && !isForScreenReaders(each);
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    const isValue = text.parentElement.localName === "textarea"; // shown by the field
    if (!text.data.trim() || isValue || !isShown(text.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    let box = text.parentElement;
    while (getComputedStyle(box).display === "inline") box = box.parentElement;
    const width = Math.min(range.getBoundingClientRect().width, box.clientWidth || 9);
    if (width <= 1) found.push(text.data.trim().slice(0, 60));
  }
  for (const field of document.querySelectorAll("input, select, textarea, button"))
    if (field.type !== "hidden" && isShown(field) && field.offsetWidth <= 1)
      found.push(field.outerHTML.slice(0, 60));
  return found;
}
"""


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_no_visible_text_or_field_is_one_pixel_wide_on_a_phone(
    browser: Browser, address: str, locale: str
) -> None:
    """Also what is folded, once it is unfolded."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        bypass_csp=True,  # a style is put into the page
    )
    page = context.new_page()
    found = []
    for path in PAGES:
        page.goto(f"{address}/{locale}{path}")
        found += [(path, each) for each in page.evaluate(CRUSHED)]
    page.goto(f"{address}/{locale}/")
    page.add_style_tag(content="h1, .counts b, .find input { max-width: 1px }")
    assert len(page.evaluate(CRUSHED)) >= 3, "the measure sees what is crushed"
    context.close()

    assert found == []


@pytest.mark.parametrize("width", matrix(390, rest=(320, 1280)))
def test_the_figures_of_records_are_visible_at_any_width(
    browser: Browser, address: str, width: int
) -> None:
    """Also the long ones, which have a layout of their own."""
    records = CorpusReader(PROJECT / "documents").read().records.values()
    with_figures = {
        (str(edition.locale), record.id): edition.figures
        for record in records
        for edition in record.editions
        if any(len(each.value) > LONG_FIGURE for each in edition.figures)
    }
    assert len(with_figures) > 20
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    hidden: list[tuple[str, object]] = []

    for (locale, record), figures in with_figures.items():
        page.goto(f"{address}/{locale}/{record}")
        # A figure that is clipped, or cut by the edge of its cell, is not visible.
        shown = page.locator(".figs dd").evaluate_all(
            """(all) => all.filter((each) => {
              const { left, right, width, height } = each.getBoundingClientRect();
              const edge = document.documentElement.clientWidth;
              const isInside = left >= 0 && right <= edge;
              const isClipped = each.closest(".figs").offsetWidth < 100;
              const isCut = each.scrollWidth > each.clientWidth;
              return width > 20 && height > 20 && isInside && !isClipped && !isCut;
            }).length"""
        )
        if shown != len(figures) or page.evaluate(OVERFLOW) > 0:
            hidden.append((locale, record))
    context.close()

    assert hidden == []


def test_everything_works_without_script(browser: Browser, address: str) -> None:
    """A visitor searches, filters, opens a record and adds it to the dossier."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/fr/")
    page.fill("#q", "velos voles")
    page.press("#q", "Enter")
    assert "velos voles" in page.locator("h1").inner_text()
    page.click(".tabs >> text=Pratiques")
    page.check("#filters [name=theme] >> nth=0")
    page.click("#filters [type=submit]")
    assert "theme=" in page.url
    expect(page.locator(".chip")).to_have_count(1)
    page.click("ol.items h3 a >> nth=0")
    assert "Milan" in page.locator("h1").inner_text()
    page.click("text=Ajouter au dossier")
    page.click(".tools >> text=Dossier")
    expect(page.locator("ol.order li")).to_have_count(1)
    page.click("text=English")
    assert "Your dossier" in page.locator("h1").inner_text()
    context.close()


def test_the_keyboard_reaches_the_content_first(browser: Browser, address: str) -> None:
    """The first tab stop is a link that skips the menu."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/fr/practices/milan-stolen-bikes")

    page.keyboard.press("Tab")

    focused = page.evaluate("document.activeElement.getAttribute('href')")
    assert focused == "#content"
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_menu_and_the_filters_open_without_script(
    browser: Browser, address: str, width: int
) -> None:
    """Both are sheets on a phone and part of the page on a desktop."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{address}/fr/search?q=police")
    for sheet in ("menu", "filters"):
        if width < 992:
            assert not page.locator(f"#{sheet}").is_visible()
            page.locator(f"button.open[popovertarget={sheet}] >> visible=true").click()
        first = page.locator(f"#{sheet} :is(a,[type=checkbox]) >> nth=0")
        assert first.is_visible()
        if width < 992:
            page.keyboard.press("Escape")
            assert not page.locator(f"#{sheet}").is_visible()
    context.close()


def test_the_synonyms_open_from_the_keyboard_without_script(
    browser: Browser, address: str
) -> None:
    """One key shows them, also on a phone."""
    context = browser.new_context(
        viewport={"width": 320, "height": 800}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{address}/fr/search?q=harcelement+en+ligne")
    others = page.locator(".also b")
    assert not others.first.is_visible()

    page.locator(".also summary").focus()
    page.keyboard.press("Enter")

    assert others.first.is_visible()
    page.click("text=Uniquement mes mots")
    assert page.url.endswith("expand=no")
    assert page.locator(".also summary").count() == 0
    context.close()


def test_a_printed_record_has_neither_menu_nor_buttons(
    browser: Browser, address: str
) -> None:
    """Records are printed for council meetings."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/fr/practices/milan-stolen-bikes")

    page.emulate_media(media="print")

    assert not page.locator(".band").is_visible()
    assert not page.locator(".nav").is_visible()
    assert page.locator("h1").is_visible()
    context.close()


def test_panels_of_the_menu_open_by_keyboard_and_close(
    browser: Browser, address: str
) -> None:
    """In the bar of a wide screen, a button opens a panel and Escape closes it."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{address}/fr/practices/")
    panel, link = page.locator("#explore"), page.locator("#explore a").first
    expect(panel).to_be_hidden()

    page.get_by_role("button", name="Explorer").press("Enter")
    expect(link).to_be_visible()
    assert violations(page, scheme="light") == []
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()

    page.get_by_role("button", name="Explorer").click()
    link.click()
    page.wait_for_url("**/fr/plan")
    page.close()


def test_panels_of_the_menu_are_open_in_the_sheet_of_a_phone(
    browser: Browser, address: str
) -> None:
    """On a phone, the sheet shows the links of all panels under headings."""
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(f"{address}/en/")
    page.get_by_role("button", name="Menu").click()

    expect(page.locator("#explore a").first).to_be_visible()
    expect(page.locator("#take-part a").last).to_be_visible()
    expect(page.get_by_role("button", name="Explore")).to_be_hidden()
    page.close()
