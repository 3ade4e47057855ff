"""What a first visit costs a phone: bytes, requests, and text that moves."""

from collections import Counter
from itertools import product

import pytest
from playwright.sync_api import Browser, Response, Route

from tests.support.matrix import matrix

pytestmark = pytest.mark.browser

MAX_BYTES = 62_000
"""The most that the service may send of a first page, its headers left out."""

MAX_SHIFT = 0.02
PAGES = (
    "/fr/",
    "/fr/search?q=police",
    "/en/practices/milan-stolen-bikes",
    "/fr/follow",
)
WATCH_SHIFTS = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
PAINTED = """
() => new Promise((done) => new PerformanceObserver(() => done()).observe(
  { type: "paint", buffered: true }))
"""
SHIFT = """
() => document.fonts.ready.then(() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => done(window.shift)))))
"""


@pytest.mark.parametrize("path", PAGES)
def test_a_first_view_is_small_and_fetches_nothing_twice(
    browser: Browser, address: str, path: str
) -> None:
    """Page, styles, scripts, icons and fonts, with an empty cache."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    responses: list[Response] = []
    page.on("response", lambda response: responses.extend([response]))

    page.goto(f"{address}{path}", wait_until="networkidle")

    sizes = {each.url: each.request.sizes()["responseBodySize"] for each in responses}
    names = Counter(each.url.partition("?")[0] for each in responses)
    fonts = [each for each in names if each.endswith(".woff2")]
    assert len(fonts) >= 2
    assert {name: count for name, count in names.items() if count > 1} == {}
    assert sum(sizes.values()) <= MAX_BYTES, sizes
    context.close()


@pytest.mark.parametrize(
    ("width", "path"),
    matrix((390, PAGES[0]), (412, PAGES[1]), rest=product((390, 412), PAGES)),
)
def test_fonts_that_come_late_move_nothing(
    browser: Browser, address: str, path: str, width: int
) -> None:
    """The fonts arrive after the first text has been painted."""
    context = browser.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    page.add_init_script(WATCH_SHIFTS)
    late: list[Route] = []
    page.route("**/*.woff2*", lambda route: late.extend([route]))

    page.goto(f"{address}{path}", wait_until="domcontentloaded")
    page.evaluate(PAINTED)
    for route in late:
        route.continue_()
    page.wait_for_load_state("networkidle")

    assert len(late) >= 2
    assert page.evaluate(SHIFT) < MAX_SHIFT
    context.close()
