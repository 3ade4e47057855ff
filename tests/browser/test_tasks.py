"""Eight tasks of visitors, from the home page to the answer, with the keyboard alone.

Each is done in both languages, on a phone and on a desk. A walk fails when it takes
more presses of the tab key, or more screens, than a visitor would bear.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.matrix import matrix

pytestmark = pytest.mark.browser

MAX_TABS = 28
"""The most presses of the tab key from one stop of a walk to the next."""

MAX_SCREENS = 2
"""The most screens to turn on a page until the answer is in view."""

WIDTHS = {"phone": (390, 844), "desk": (1280, 800)}
PLACES = matrix(
    ("fr", "phone"), ("en", "desk"), rest=product(("fr", "en"), tuple(WIDTHS))
)
FOCUSED = "(each) => each === document.activeElement"


@dataclass(frozen=True, slots=True)
class Walk:
    """A visitor with a keyboard, on a page in one language."""

    page: Page
    locale: str

    def words(self, fr: str, en: str) -> str:
        """Return the text of the language of the pages."""
        return fr if self.locale == "fr" else en

    def link(self, fr: str, en: str) -> Locator:
        """Return the first link whose name begins with a text."""
        return self._named("link", fr, en)

    def button(self, fr: str, en: str) -> Locator:
        """Return the first button whose name begins with a text."""
        return self._named("button", fr, en)

    def _named(self, role: str, fr: str, en: str) -> Locator:
        name = self._beginning(fr, en)
        return self.page.get_by_role(role, name=name).first  # type: ignore[arg-type]  # a role

    def _beginning(self, fr: str, en: str) -> re.Pattern[str]:
        words = self.words(fr, en).split()
        return re.compile(r"^\s*" + r"\s+".join(re.escape(each) for each in words))

    def result(self, fr: str, en: str) -> Locator:
        """Return the title of a result, which begins with a text."""
        return self.page.locator(".item h3 a", has_text=self._beginning(fr, en))

    def section(self, fr: str, en: str) -> Locator:
        """Return a section of the site in the menu, which a phone opens by a button."""
        menu = self.page.locator("button.open[popovertarget=menu] >> visible=true")
        if menu.count():
            self.go_to(menu)
            self.page.keyboard.press("Enter")
        return self.page.locator("#menu").get_by_role("link", name=self.words(fr, en))

    def skip_to_content(self) -> None:
        """Follow the link before the menu that skips it."""
        self.go_to(self.link("Aller au contenu", "Skip to the content"))
        self.page.keyboard.press("Enter")

    def go_to(self, target: Locator) -> None:
        """Press the tab key until a link or a field has the focus and is in view."""
        expect(target).to_be_attached()
        for _ in range(MAX_TABS):
            self.page.keyboard.press("Tab")
            if target.evaluate(FOCUSED):
                expect(target).to_be_in_viewport()
                return
        raise AssertionError(f"{MAX_TABS} tabs are not enough: {target}")

    def follow(self, target: Locator) -> None:
        """Go to a link or a button, and press it."""
        self.go_to(target)
        before = self.page.url
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: url != before)

    def skip_to_results(self) -> None:
        """Follow the link before the menu that skips to the results."""
        self.go_to(self.link("Aller aux résultats", "Skip to the results"))
        self.page.keyboard.press("Enter")

    def search(self, fr: str, en: str) -> None:
        """Go to the search box, type, and press Enter."""
        self.go_to(self.page.locator("#q"))
        self.page.keyboard.type(self.words(fr, en))
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/search?**")

    def read(self, answer: Locator) -> None:
        """Turn screens until the answer is in view."""
        expect(answer).to_be_visible()
        for _ in range(MAX_SCREENS + 1):
            box, size = answer.bounding_box(), self.page.viewport_size
            assert box is not None
            assert size is not None
            if 0 <= box["y"] < size["height"]:
                return
            before = self.page.evaluate("scrollY")
            self.page.keyboard.press("PageDown")
            self.page.wait_for_function("(y) => scrollY > y", arg=before)
        raise AssertionError(f"{MAX_SCREENS} screens are not enough: {answer}")


@pytest.fixture
def walk(browser: Browser, address: str) -> Iterator[Callable[[str, str], Walk]]:
    """Return a function that opens the home page, on a phone or a desk."""
    contexts = []

    def begun(locale: str, place: str) -> Walk:
        width, height = WIDTHS[place]
        context = browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{address}/{locale}/")
        return Walk(page, locale)

    yield begun
    for context in contexts:
        context.close()


Begin = Callable[[str, str], Walk]


@pytest.mark.parametrize(("locale", "place"), PLACES)
def test_what_to_do_about_revenge_porn_at_school(
    walk: Begin, locale: str, place: str
) -> None:
    """A head teacher comes to the recommendations, and reads what to do."""
    reader = walk(locale, place)

    reader.search(
        "que faire contre le revenge porn à l’école",
        "what to do about revenge porn at school",
    )
    reader.skip_to_content()
    reader.follow(reader.link("Recommandations 7", "Recommendations 12"))
    reader.skip_to_results()
    reader.follow(
        reader.result(
            "Apprendre aux jeunes, par le dialogue", "Teach young people, by talking"
        )
    )

    heading = reader.words("À faire", "To do")
    reader.read(reader.page.get_by_role("heading", name=heading, exact=True))


@pytest.mark.parametrize(("locale", "place"), PLACES)
def test_police_on_twitter_in_a_crisis(walk: Begin, locale: str, place: str) -> None:
    """A press officer comes to what a police force did during attacks."""
    reader = walk(locale, place)

    reader.search("police sur Twitter en cas de crise", "police on Twitter in a crisis")
    reader.skip_to_results()
    reader.follow(reader.result("Barcelone et Cambrils", "Barcelona and Cambrils"))

    reader.skip_to_content()
    reader.go_to(reader.link("Ce qui a été fait", "What was done"))
    reader.page.keyboard.press("Enter")

    heading = reader.words("Ce qui a été fait", "What was done")
    expect(reader.page.get_by_role("heading", name=heading)).to_be_in_viewport()


@pytest.mark.parametrize(("locale", "place"), PLACES)
def test_what_came_out_of_riga(walk: Begin, locale: str, place: str) -> None:
    """A member of the group comes from a question to the numbered outcome."""
    reader = walk(locale, place)

    reader.search("que s’est-il passé à Riga", "what came out of Riga")
    reader.skip_to_results()
    reader.follow(reader.result("Riga : les nouvelles menaces", "Riga: new threats"))

    heading = reader.words("Recommandations qui en sont issues", "Recommendations")
    reader.read(reader.page.get_by_role("heading", name=heading).first)


@pytest.mark.parametrize(("locale", "place"), PLACES)
def test_which_deliverable_has_the_recommendations(
    walk: Begin, locale: str, place: str
) -> None:
    """A researcher comes to D3.5, and reads that its text could not be read."""
    reader = walk(locale, place)

    reader.search(
        "quel livrable contient les recommandations",
        "which deliverable has the recommendations",
    )
    reader.skip_to_results()
    reader.follow(
        reader.result(
            "Effets à venir et recommandations", "Future impact & recommendations"
        )
    )

    expect(reader.page).to_have_url(re.compile("/deliverables/d3.5"))
    reader.read(reader.page.locator(".no-file"))


@pytest.mark.parametrize(("locale", "place"), PLACES)
def test_milan_is_compared_with_another_city(
    walk: Begin, locale: str, place: str
) -> None:
    """An elected official sees both cities side by side, or one above the other."""
    reader = walk(locale, place)

    reader.search("Milan", "Milan")
    reader.skip_to_results()
    reader.follow(reader.result("Milan : retrouver", "Milan: getting"))
    reader.skip_to_content()
    reader.follow(reader.link("Comparer", "Compare"))
    reader.skip_to_content()
    reader.go_to(
        reader.page.locator("input[type=checkbox][name=r]:not(:checked)").first
    )
    reader.page.keyboard.press("Space")
    reader.follow(reader.button("Chercher, ou comparer", "Find, or compare"))

    table = reader.page.locator(".versus")
    expect(table.locator("tbody tr").first.get_by_role("cell")).to_have_count(2)
    reader.read(table.locator("tbody tr").first)
    reader.skip_to_content()
    reader.go_to(table.get_by_role("columnheader").get_by_role("link").first)


@pytest.mark.parametrize(("locale", "place"), PLACES)
def test_needs_without_an_answer(walk: Begin, locale: str, place: str) -> None:
    """A city that has an answer to offer comes to the needs that have none."""
    reader = walk(locale, place)

    reader.skip_to_content()
    reader.follow(reader.link("1 besoin sans réponse", "1 need without an answer"))

    need = reader.link("Partager un langage commun", "Share a common language")
    reader.read(need)


@pytest.mark.parametrize(("locale", "place"), PLACES)
def test_a_theme_is_followed(walk: Begin, locale: str, place: str) -> None:
    """A police officer comes from a theme to the address of its feed."""
    reader = walk(locale, place)

    reader.follow(reader.section("Thèmes", "Themes"))
    reader.skip_to_content()
    reader.follow(reader.link("Haine et harcèlement", "Online hate and harassment"))
    reader.skip_to_content()
    reader.follow(reader.link("Suivre", "Follow"))

    field = reader.page.locator("#feed")
    expect(field).to_have_value(re.compile(r"feed\.atom\?theme=trolling"))
    reader.read(field)


@pytest.mark.parametrize(("locale", "place"), PLACES)
def test_what_a_mayor_should_do_first(walk: Begin, locale: str, place: str) -> None:
    """A new mayor is told from the home page."""
    reader = walk(locale, place)

    reader.skip_to_content()
    reader.follow(reader.link("Maire, élue ou élu", "Mayor or councillor"))

    steps = reader.page.locator(".starts li a").first
    reader.read(steps)
