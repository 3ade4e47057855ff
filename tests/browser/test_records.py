"""Records and themes in a real browser: widths, keyboard, script, paper."""

import pypdfium2 as pdfium
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_pages import OVERFLOW
from tests.support.axe import violations
from tests.support.matrix import matrix

pytestmark = pytest.mark.browser

UNFOLD = "document.querySelectorAll('details').forEach((each) => (each.open = true))"
PATHS = (
    "/practices/milan-stolen-bikes",
    "/recommendations/rec-16",
    "/needs/n13",
    "/events/w3",
    "/themes/diy-policing",
    "/deliverables/d1.4",
    "/glossary/doxing",
    "/pages/help?find=mots",
    "/practices/gmp-24h?from=q%3Dpolice%26page%3D2",
)


@pytest.mark.parametrize(
    ("locale", "width", "scheme"),
    matrix(("fr", 390, "light"), rest=(("en", 1280, "dark"), ("en", 320, "light"))),
)
def test_axe_finds_no_violation_and_nothing_scrolls_sideways(
    browser: Browser, address: str, locale: str, width: int, scheme: str
) -> None:
    """With all folds open, as a reader may leave them."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,  # axe is a script put into the page
    )
    page = context.new_page()
    found = []
    for path in PATHS:
        page.goto(f"{address}/{locale}{path}")
        page.evaluate(
            "document.querySelectorAll('details').forEach(d => d.open = true)"
        )
        found += [(path, each) for each in violations(page, scheme=scheme)]
        assert page.evaluate(OVERFLOW) <= 0, path
    context.close()

    assert found == []


def paper(page: Page) -> tuple[int, str]:
    """Return the number of sheets of a page on A4 paper, and their text."""
    document = pdfium.PdfDocument(page.pdf(format="A4"))
    sheets = [sheet.get_textpage().get_text_bounded() for sheet in document]
    return len(sheets), "\n".join(sheets)


@pytest.mark.parametrize(
    ("record", "limits", "source"),
    [
        ("rec-16", "Rien ne permet de dire", "https://efus.eu/"),
        ("rec-46", "Le nombre de comptes dit", "http://media4sec.eu/"),
    ],
)
def test_a_short_record_is_printed_on_two_sheets_with_its_limits_and_sources(
    browser: Browser, address: str, record: str, limits: str, source: str
) -> None:
    """Neither navigation nor related records; the addresses of sources are whole."""
    page = browser.new_page()
    page.goto(f"{address}/fr/recommendations/{record}")

    sheets, text = paper(page)

    assert sheets <= 2
    assert limits in text  # folded on the screen
    assert source in text
    assert "Voir aussi" not in text
    assert "Glossaire" not in text
    page.close()


def test_the_rest_of_a_theme_is_printed(browser: Browser, address: str) -> None:
    """It is folded on the screen."""
    page = browser.new_page()
    page.goto(f"{address}/fr/themes/diy-policing")
    assert not page.get_by_text("s’accordaient").is_visible()

    _, text = paper(page)

    assert "s’accordaient" in text
    page.close()


def test_the_part_in_view_is_marked_in_the_contents(
    browser: Browser, address: str
) -> None:
    """By script; without it the list is a list of links."""
    page = browser.new_page(viewport={"width": 1280, "height": 700})
    page.goto(f"{address}/en/practices/milan-stolen-bikes")
    current = page.locator(".contents [aria-current]")
    first = current.inner_text()

    page.evaluate("document.querySelector('#what-was-done').scrollIntoView()")
    page.locator(".contents [aria-current]", has_text="What was done").wait_for()

    assert first == "The problem"
    assert current.count() == 1
    page.close()


def test_words_are_found_and_results_followed_from_the_keyboard(
    browser: Browser, address: str
) -> None:
    """Without script: find in a document, then go to the next result of a search."""
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{address}/en/pages/help")
    page.locator("#find").fill("quotation marks")
    page.locator("#find").press("Enter")
    expect(page.locator(".page-hits li")).not_to_have_count(0)
    expect(page.locator(".prose mark").nth(1)).to_be_attached()

    page.goto(f"{address}/fr/search?q=velos+voles")
    page.click(".item .t a >> nth=0")
    title = page.locator("h1").inner_text()
    page.locator(".trail a[rel~=next]").press("Enter")
    assert page.locator("h1").inner_text() != title
    page.locator(".trail a[rel~=prev]").press("Enter")
    assert page.locator("h1").inner_text() == title
    context.close()


VOICE = """
window.spoken = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => [{ lang: "fr-FR", localService: LOCAL, default: true }],
  addEventListener() {},
  speak(utterance) { spoken.push(utterance); },
  cancel() { localStorage.setItem("cancelled", spoken.length); },
}});
"""


def test_a_voice_of_the_device_reads_from_where_it_was_paused(
    browser: Browser, address: str
) -> None:
    """Only on a press, sentence by sentence; leaving the page silences it."""
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.add_init_script(VOICE.replace("LOCAL", "true"))
    page.goto(f"{address}/fr{PATHS[0]}")
    said = "spoken.map(({ text }) => text)"
    page.get_by_role("button", name="Écouter").wait_for()
    assert page.evaluate(said) == []

    page.get_by_role("button", name="Écouter").click()
    page.get_by_role("button", name="Pause").wait_for()  # the reader is loaded then
    page.evaluate("spoken.at(-1).onend()")
    title, first = page.evaluate(said)
    assert title == page.locator("h1").inner_text().replace("\u00a0", " ")
    assert page.locator(".lead").inner_text().startswith(first)
    assert page.evaluate("spoken[0].lang") == "fr"
    assert page.evaluate("[...CSS.highlights.get('listen')].join()").strip() == first
    page.get_by_role("button", name="Pause").press("Enter")
    page.evaluate("spoken.at(-1).onend()")  # as browsers do after a cancelled one
    expect(page.get_by_role("button", name="Reprendre")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Pause").wait_for()
    assert page.evaluate(said) == [title, first, first]
    expect(page.locator(".listen")).to_contain_text("Phrase 2 sur")

    page.get_by_role("button", name="Arrêter la lecture").click()
    expect(page.get_by_role("button", name="Écouter")).to_be_focused()
    page.get_by_role("button", name="Écouter").press("Enter")
    page.get_by_role("button", name="Pause").wait_for()
    page.goto(f"{address}/fr/")
    assert page.evaluate("localStorage.getItem('cancelled')") == "4"
    context.close()


def test_without_a_voice_of_the_device_nothing_is_offered(
    browser: Browser, address: str
) -> None:
    """A voice of a server, or of another language, is none."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(VOICE.replace("LOCAL", "false"))
    page.goto(f"{address}/fr{PATHS[0]}", wait_until="load")
    expect(page.get_by_role("button", name="Écouter")).to_have_count(0)
    page.add_init_script(VOICE.replace("LOCAL", "true"))
    page.goto(f"{address}/en{PATHS[0]}", wait_until="load")
    expect(page.get_by_role("button", name="Listen")).to_have_count(0)
    context.close()
