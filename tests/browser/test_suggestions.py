"""Suggestions under the search box, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.support.axe import violations
from tests.support.matrix import matrix

pytestmark = pytest.mark.browser

OVERFLOW = """
() => document.documentElement.scrollWidth - document.documentElement.clientWidth
"""
SUGGEST = "**/api/v1/suggest?*"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a page of desktop size."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def typed(page: Page, url: str, text: str) -> None:
    """Type into the search box of a page, and wait for the suggestions.

    The text arrives at once: letter by letter, the first options could be those of a
    part of it.
    """
    page.goto(url)
    page.locator("#q").fill(text)
    page.locator("[role=option]").first.wait_for()


def active(page: Page) -> str | None:
    """Return the text of the active option, or an empty text."""
    number = page.locator("#q").get_attribute("aria-activedescendant")
    if number is None:
        return None
    option = page.locator(f"[id='{number}']")
    assert option.get_attribute("aria-selected") == "true"
    assert page.locator("[role=option][aria-selected=true]").count() == 1
    return option.locator(".name").inner_text()


def test_arrow_keys_select_an_option_and_enter_opens_it(
    page: Page, address: str
) -> None:
    """A visitor reaches a term with two keys after typing its first letters."""
    typed(page, f"{address}/fr/", "cyberharc")
    box = page.locator("#q")
    names = page.locator("[role=option] .name").all_inner_texts()
    assert names[0] == "cyberharcèlement (moral ou sexuel)"
    assert box.get_attribute("aria-expanded") == "true"
    assert active(page) is None

    box.press("ArrowDown")
    assert active(page) == names[0]
    box.press("ArrowUp")
    assert active(page) == names[-1]
    box.press("ArrowDown")
    assert active(page) == names[0]
    assert box.input_value() == "cyberharc"
    box.press("Enter")

    page.wait_for_url("**/fr/glossary/cyber*")


def test_enter_without_an_option_searches_what_was_typed(
    page: Page, address: str
) -> None:
    """Suggestions never replace a search."""
    typed(page, f"{address}/fr/", "cyberharc")
    page.locator("#q").press("ArrowDown")
    page.locator("#q").press("End")
    assert active(page) is None

    page.locator("#q").press("Enter")

    page.wait_for_url("**/fr/search?q=cyberharc")


def test_escape_closes_then_clears(page: Page, address: str) -> None:
    """The Down key opens the list again, on its first option."""
    typed(page, f"{address}/fr/", "milan")
    box, options = page.locator("#q"), page.locator("[role=listbox]")

    box.press("Escape")
    expect(options).to_be_hidden()
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "milan"
    box.press("ArrowDown")
    options.wait_for()
    assert active(page) == "Milan"
    box.press("Alt+ArrowUp")
    expect(options).to_be_hidden()
    box.press("Escape")

    assert box.input_value() == ""


def test_a_place_opens_the_search_with_its_filter(page: Page, address: str) -> None:
    """The visitor can remove the filter."""
    typed(page, f"{address}/fr/", "milan")
    option = page.locator("[role=option]").first
    assert option.locator(".kind").inner_text() == "Lieu"

    option.click()

    page.wait_for_url("**/fr/search?place=milan")
    assert "Milan" in page.locator(".chip").inner_text()


def test_the_list_closes_when_the_focus_leaves_the_box(
    page: Page, address: str
) -> None:
    """The open list would cover the page."""
    options = page.locator("[role=listbox]")
    typed(page, f"{address}/fr/practices/", "milan")
    page.mouse.click(1270, 700)
    expect(options).to_be_hidden()

    typed(page, f"{address}/fr/practices/", "milan")
    page.locator("#q").press("Tab")
    expect(options).to_be_hidden()

    typed(page, f"{address}/fr/practices/", "milan")
    page.locator("#q").fill("m")
    expect(options).to_be_hidden()
    page.locator("#q").fill("zzzzzzzzzz")
    expect(page.locator(".find [role=status]")).to_have_text("Aucune suggestion")
    expect(options).to_be_hidden()


@pytest.mark.parametrize(
    ("locale", "one", "many"),
    [("fr", "1 suggestion", "8 suggestions"), ("en", "1 suggestion", "8 suggestions")],
)
def test_the_number_of_suggestions_is_announced(
    page: Page, address: str, locale: str, one: str, many: str
) -> None:
    """A live region tells screen readers the number, in the language of the page."""
    status = page.locator(".find [role=status]")
    typed(page, f"{address}/{locale}/", "police")
    expect(status).to_have_text(many)

    page.locator("#q").fill("doxing")
    expect(status).to_have_text(one)


def test_suggestions_in_the_other_language_have_a_lang_attribute(
    page: Page, address: str
) -> None:
    """Screen readers then pronounce each name in its language."""
    typed(page, f"{address}/en/", "cyberharc")
    option = page.locator("[role=option]").first

    assert option.locator(".name").get_attribute("lang") == "fr"
    assert option.locator(".kind").inner_text() == "Glossary term"
    assert option.locator(".other").get_attribute("lang") is None
    assert option.locator("mark").inner_text() == "cyberharc"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("l’accessib", ["Accessib"]),
        ("velos vol", ["vélos", "vol"]),
        ("voles a v", ["volés"]),
    ],
)
def test_typed_letters_are_marked_in_the_suggestions(
    page: Page, address: str, text: str, marked: list[str]
) -> None:
    """At word starts and without regard to accents; a single letter is not marked."""
    typed(page, f"{address}/fr/", text)

    marks = page.locator("[role=option] >> nth=0 >> mark")
    expect(marks).to_have_text(marked)


def test_requests_are_debounced(page: Page, address: str) -> None:
    """No request per letter, for one letter, or while a character is composed."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.install(time="2020-01-01T10:00:00")
    page.goto(f"{address}/fr/")
    page.clock.pause_at("2020-01-01T11:00:00")
    page.locator("#q").fill("m")
    page.clock.run_for(1000)
    page.locator("#q").evaluate(
        """box => {
          box.value = "ni";
          box.dispatchEvent(new InputEvent("input", {isComposing: true}));
        }"""
    )
    page.clock.run_for(1000)

    for text in ("mil", "mila", "milan"):
        page.locator("#q").fill(text)
        page.clock.run_for(100)
    page.clock.run_for(100)
    page.locator("[role=option]").first.wait_for()

    suggests = [url for url in asked if "/suggest?" in url]
    assert suggests == [f"{address}/api/v1/suggest?locale=fr&q=milan"]


def test_a_late_response_is_ignored(page: Page, address: str) -> None:
    """The list always belongs to the text in the box."""

    def answer(route: Route) -> None:
        if "q=mi" in route.request.url:
            held.append(route)
        else:
            route.continue_()

    held: list[Route] = []
    page.route(SUGGEST, answer)
    page.goto(f"{address}/fr/")
    with page.expect_request(SUGGEST):
        page.locator("#q").fill("mi")

    page.locator("#q").fill("lond")
    page.locator("[role=option]").first.wait_for()

    assert held
    assert page.locator("[role=option] .name").first.inner_text() == "Londres"


@pytest.mark.parametrize("answer", ["abort", "503", "garbage"])
def test_the_search_form_works_when_suggestions_fail(
    page: Page, address: str, answer: str
) -> None:
    """The network, the index or a proxy may fail."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    if answer == "abort":
        page.route(SUGGEST, lambda route: route.abort())
    else:
        status = 503 if answer == "503" else 200
        page.route(SUGGEST, lambda route: route.fulfill(status=status, body="<p>"))
    page.goto(f"{address}/fr/")
    with page.expect_event(
        "requestfailed" if answer == "abort" else "requestfinished",
        lambda request: "/suggest" in request.url,
    ):
        page.locator("#q").fill("milan")

    page.locator("#q").press("Enter")

    page.wait_for_url("**/fr/search?q=milan")
    assert errors == []


def test_the_search_box_is_plain_without_script(browser: Browser, address: str) -> None:
    """The box has no combobox role, and its form searches."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/fr/")
    assert page.locator("#q").get_attribute("role") is None
    assert page.locator("[role=listbox]").count() == 0

    page.fill("#q", "cyberharc")
    page.press("#q", "Enter")

    assert "cyberharc" in page.locator("h1").inner_text()
    context.close()


@pytest.mark.parametrize(
    ("width", "scheme", "locale"),
    matrix(
        (320, "light", "fr"),
        rest=((320, "dark", "en"), (1280, "light", "en"), (1280, "dark", "fr")),
    ),
)
def test_axe_finds_no_violation_in_the_open_list(
    browser: Browser, address: str, locale: str, scheme: str, width: int
) -> None:
    """On the home page and on a list; the page does not scroll sideways."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        bypass_csp=True,  # axe is a script put into the page
    )
    page = context.new_page()
    for path in ("/", "/glossary/"):
        typed(page, f"{address}/{locale}{path}", "polic")
        page.locator("#q").press("ArrowDown")
        assert violations(page, scheme=scheme) == []
        assert page.evaluate(OVERFLOW) <= 0
        heights = [
            box["height"]
            for option in page.locator("[role=option]").all()
            if (box := option.bounding_box())
        ]
        assert len(heights) == 8
        assert min(heights) >= 44
    context.close()


def test_a_touch_selects_a_suggestion(browser: Browser, address: str) -> None:
    """On a phone, whose keyboard composes each word."""
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"{address}/fr/")
    page.locator("#q").tap()
    page.locator("#q").evaluate(
        """box => {
          box.value = "milan";
          box.dispatchEvent(new InputEvent("input", {isComposing: true}));
        }"""
    )

    page.locator("[role=option]").first.tap()

    page.wait_for_url("**/fr/search?place=milan")
    context.close()
