"""Two members of staff on one draft, in real browsers, over several workers."""

from itertools import product

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.staff_site import LEA, MAX, SAVE, STATE, signed_in
from tests.browser.test_pages import OVERFLOW
from tests.support.axe import violations
from tests.support.matrix import matrix

pytestmark = pytest.mark.browser

RECORD = "practices/burgernet"
DRAFT = f"fr/staff/drafts/{RECORD}"
CHECKED_PARTS = ("#draft-check", "#draft-publish", "#draft-lacks")


def draft_page(context: BrowserContext, site: str) -> Page:
    """Open the form of the draft, which is created if it does not exist."""
    page = context.new_page()
    page.goto(f"{site}/fr/staff/records/{RECORD}")
    if page.get_by_role("button", name="Modifier cette fiche").count():
        page.get_by_role("button", name="Modifier cette fiche").click()
    page.goto(f"{site}/{DRAFT}")
    return page


def checked_parts(page: Page) -> list[str]:
    """Return the HTML of the parts of the page that show the check of the draft."""
    return [page.locator(each).inner_html().strip() for each in CHECKED_PARTS]


def hold_first_automatic_save(page: Page) -> list[Route]:
    """Hold the next automatic save; it is in the returned list once it was sent."""
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        is_by_itself = route.request.headers.get("accept") == "application/json"
        if is_by_itself and not held:
            held.append(route)
        else:
            route.continue_()

    page.route(f"**/{DRAFT}", hold_the_first)
    return held


def test_a_conflict_between_two_editors_loses_no_text(
    browser: Browser, site: str
) -> None:
    """The second editor sees a warning and both versions, merges a field and saves."""
    lea, max_ = signed_in(browser, site, LEA), signed_in(browser, site, MAX)
    one, two = draft_page(lea, site), draft_page(max_, site)
    one.fill("#fr-title", "Titre de Léa")
    one.fill("#en-who", "Written by Lea")
    one.click(SAVE)
    one.locator(".note", has_text="Enregistré.").wait_for()

    two.fill("#fr-title", "Titre de Max")

    two.wait_for_function(
        "document.querySelector('#draft-state').textContent.includes('autre personne')"
    )
    two.click(SAVE)
    assert LEA in two.locator("#conflict").inner_text()
    two.locator("button[value^='theirs:en-who:']").click()
    two.get_by_role("button", name="Enregistrer ma version").click()
    two.locator(".note", has_text="Enregistré.").wait_for()
    assert two.input_value("#fr-title") == "Titre de Max"
    assert two.input_value("#en-who") == "Written by Lea"
    lea.close()
    max_.close()


def test_a_submit_during_an_automatic_save_causes_no_conflict(
    browser: Browser, site: str
) -> None:
    """The script submits after the save, with the version that the save returned."""
    context = signed_in(browser, site, LEA)
    page = draft_page(context, site)
    held = hold_first_automatic_save(page)
    page.fill("#fr-title", "Tapé en premier")
    page.wait_for_function(
        "document.querySelector('#draft-state').textContent.includes('Enregistrement')"
    )
    page.fill("#en-who", "Typed while it was saving")
    page.click(SAVE, no_wait_after=True)
    held[0].continue_()
    page.locator(".note", has_text="Enregistré.").wait_for()

    assert page.locator("#conflict").count() == 0
    assert page.input_value("#fr-title") == "Tapé en premier"
    assert page.input_value("#en-who") == "Typed while it was saving"
    context.close()


def test_published_text_is_not_offered_as_unsaved(browser: Browser, site: str) -> None:
    """The text that the browser stored for an earlier draft is ignored."""
    record = "practices/gmp-24h"
    context = signed_in(browser, site, LEA)
    page = context.new_page()
    page.goto(f"{site}/fr/staff/records/{record}")
    page.get_by_role("button", name="Modifier cette fiche").click()
    page.fill("#fr-title", "Un titre que l’on regrette")
    page.get_by_role("button", name="Enregistrer et publier").click()
    page.get_by_role("button", name="Publier maintenant").click()
    page.wait_for_url("**/found")
    page.goto(f"{site}/fr/staff/records/{record}/history")
    page.locator("main h3 a").first.click()
    page.get_by_role("link", name="Rétablir la version d’avant").click()
    page.get_by_role("button", name="Rétablir cette version").click()
    page.wait_for_url(f"**/staff/records/{record}")

    page.get_by_role("button", name="Modifier cette fiche").click()

    page.wait_for_selector("#fr-title")
    assert "regrette" not in page.input_value("#fr-title")
    assert page.get_by_role("button", name="Voir les deux textes").count() == 0
    context.close()


def test_a_record_is_edited_previewed_and_published_without_script(
    browser: Browser, site: str
) -> None:
    """Plain forms suffice from the first edit to the public page."""
    context = signed_in(browser, site, LEA, has_script=False)
    page = draft_page(context, site)
    page.fill("#fr-title", "Des quokkas contre le vol")
    page.press("#fr-title", "Control+End")
    page.get_by_role("button", name="Enregistrer et publier").click()
    page.get_by_role("button", name="Publier maintenant").click()

    assert "position 1" in page.locator("main").inner_text()

    page.goto(f"{site}/fr/search?q=quokkas")
    assert "quokkas" in page.locator(".items .item").first.inner_text()
    context.close()


def change_french_title_and_back(page: Page) -> None:
    """The note beside the English title comes and goes with the French one."""
    title, late = page.input_value("#fr-title"), page.locator("#notes-en-title")
    before = late.inner_text()  # An earlier publication may have left a note.
    page.fill("#fr-title", f"{title} neufs")
    expect(late).to_contain_text("neufs", timeout=60_000)
    page.fill("#fr-title", title)
    expect(late).to_have_text(before, timeout=60_000)


def test_the_check_follows_what_is_typed_without_another_save(
    browser: Browser, site: str
) -> None:
    """The list, the error of the field and the button follow each automatic save."""
    context = signed_in(browser, site, LEA)
    page = draft_page(context, site)
    date = page.input_value("#f-date")
    publish = page.get_by_role("button", name="Enregistrer et publier")
    assert publish.count() == 1

    page.fill("#f-date", "2018-99")
    page.locator("#f-date-error").wait_for()

    assert page.locator("#draft-check a[href='#f-date']").count() == 1
    assert page.get_attribute("#f-date", "aria-invalid") == "true"
    described = page.get_attribute("#f-date", "aria-describedby") or ""
    assert "f-date-error" in described.split()
    assert "reste" in page.inner_text("#draft-lacks")
    assert publish.count() == 0
    assert page.input_value("#f-date") == "2018-99"
    shown = checked_parts(page)
    assert violations(page) == []
    page.reload()
    assert checked_parts(page) == shown

    page.fill("#f-date", date)
    page.locator("#f-date-error").wait_for(state="detached")
    change_french_title_and_back(page)

    assert page.locator("#draft-check .errors").count() == 0
    assert page.get_attribute("#f-date", "aria-invalid") is None
    assert "Rien ne manque" in page.inner_text("#draft-lacks")
    publish.click()
    page.wait_for_url(f"**/{RECORD}/publish")
    context.close()


def test_a_text_that_a_word_replaced_by_itself_is_brought_back(
    browser: Browser, site: str
) -> None:
    """The button beside the field undoes it; the slider shows each save."""
    context = signed_in(browser, site, LEA)
    page = draft_page(context, site)
    acts, long = page.locator("[data-earlier=en-who]"), "A long text. " * 20
    for text in (long, "Word"):
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.fill("#en-who", text)
    acts.get_by_role("button").wait_for()
    page.reload()
    acts.get_by_role("button").click()
    page.wait_for_url("**#en-who")
    assert page.input_value("#en-who").strip() == long.strip()

    acts.get_by_role("link").click()
    page.locator("#n").press("Home")
    page.locator("#earlier [role=status]", has_text="1 sur ").wait_for()
    assert page.locator("#earlier .was").first.inner_text() != long
    assert violations(page) == []
    context.close()


def test_a_button_that_the_check_replaces_saves_the_draft(
    browser: Browser, site: str
) -> None:
    """Somebody presses Publish while the answer removes that button."""
    context = signed_in(browser, site, LEA)
    page = draft_page(context, site)
    held = hold_first_automatic_save(page)
    date = page.input_value("#f-date")
    page.fill("#f-date", "2018-99")
    page.wait_for_function(
        "document.querySelector('#draft-state').textContent.includes('Enregistrement')"
    )
    page.fill("#en-who", "Typed while it was saving")
    page.get_by_role("button", name="Enregistrer et publier").click(no_wait_after=True)

    held[0].continue_()

    page.locator(".note", has_text="Enregistré.").wait_for()
    assert page.locator("#draft-check a[href='#f-date']").count() == 1
    assert page.input_value("#en-who") == "Typed while it was saving"
    page.fill("#f-date", date)
    page.click(SAVE)
    context.close()


@pytest.mark.parametrize(
    ("width", "locale"),
    matrix((320, "fr"), (1280, "en"), rest=product((320, 390, 1280), ("fr", "en"))),
)
def test_every_field_of_a_draft_can_be_used_at_any_width(
    browser: Browser, site: str, width: int, locale: str
) -> None:
    """No field is hidden, too small or outside the screen, and text can be typed."""
    context = signed_in(browser, site, LEA)
    page = draft_page(context, site)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{site}/{locale}/staff/drafts/{RECORD}")
    folds = page.locator("#draft details")
    folds.evaluate_all("(all) => all.forEach((each) => { each.open = true; })")
    controls = page.locator(
        "#draft :is(input:not([type=hidden]), select, textarea,"
        " button:not(.vh, [hidden] *))"
    )

    unusable = controls.evaluate_all(
        """(all) => all.filter((each) => {
          const { left, right, width, height } = each.getBoundingClientRect();
          each.scrollIntoView({ block: "center" });
          const box = each.getBoundingClientRect();
          const x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
          const isOutside = left < 0 || right > document.documentElement.clientWidth;
          const isSmall = width < 24 || height < 24;
          const isCovered = !each.contains(document.elementFromPoint(x, y));
          return isOutside || isSmall || isCovered;
        }).map((each) => each.name || each.id)"""
    )
    texts = page.locator("#fr-body-done, #en-body-done")
    widths = texts.evaluate_all("(all) => all.map((each) => each.offsetWidth)")

    assert unusable == []
    assert len(widths) == 2
    assert min(widths) > min(width, 480) * 0.8
    assert page.evaluate(OVERFLOW) <= 0
    page.fill("#fr-body-done", "Un texte écrit au téléphone.")
    page.click(SAVE)
    page.locator(".note.good").wait_for()
    assert page.input_value("#fr-body-done") == "Un texte écrit au téléphone."
    context.close()


@pytest.mark.parametrize("width", matrix(320, rest=(768, 1280)))
def test_draft_and_history_pages_pass_axe_and_do_not_scroll_sideways(
    browser: Browser, site: str, width: int
) -> None:
    """On a phone, a tablet and a desktop, also with text at 200 %."""
    context = signed_in(browser, site, LEA)
    page = draft_page(context, site)
    page.set_viewport_size({"width": width, "height": 800})
    page.fill("#f-date", "2018-99")
    page.click(SAVE)
    page.locator(".note", has_text="Enregistré.").wait_for()
    page.goto(f"{site}/en/staff/history")
    change = page.locator("main h3 a").first.get_attribute("href") or ""
    other = "staff/records/practices/boston-2013"
    found: list[tuple[str, str]] = []
    for path in (
        *("fr/staff/", "en/staff/records?q=nothing-like-it", "fr/staff/records"),
        *(f"fr/staff/records/{RECORD}", DRAFT, f"{DRAFT}/preview"),
        f"{DRAFT}/earlier",
        f"fr/staff/drafts/delete?d={RECORD}",
        *(f"{DRAFT}/publish", "en/staff/records?state=trash", "fr/staff/history"),
        *(change.lstrip("/"), f"{change.lstrip('/')}/bring-back?side=after"),
        *(f"en/{other}/merge?into=zz", f"fr/{other}/delete", f"fr/{other}/unpublish"),
        *(f"en/{other}/found", f"en/{other}/history"),
    ):
        page.goto(f"{site}/{path}")
        found += [(path, each) for each in violations(page)]
        found += [(path, "wide")] * (page.evaluate(OVERFLOW) > 0)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        found += [(path, "wide at 200 %")] * (page.evaluate(OVERFLOW) > 0)
    context.close()

    assert found == []


def test_a_glossary_term_is_inserted_at_the_cursor(browser: Browser, site: str) -> None:
    """With spaces around it, as if it was typed: it is saved, and can be undone."""
    context = signed_in(browser, site, MAX)
    page = context.new_page()
    page.goto(f"{site}/fr/staff/add")
    page.select_option("#kind", "practice")
    page.fill("#title", "Agir contre le doxing")
    page.get_by_role("button", name="Commencer").click()
    page.fill("#en-title", "Againstsomething")
    page.locator("#en-title").evaluate("field => field.setSelectionRange(7, 7)")

    page.locator("[data-field=en-title] button[data-insert=doxing]").click()

    assert page.input_value("#en-title") == "Against doxing something"
    assert page.evaluate("document.activeElement.id") == "en-title"
    page.keyboard.press("Control+z")
    assert page.input_value("#en-title") == "Againstsomething"
    page.locator(STATE).get_by_text("Enregistré").wait_for()
    path = page.url
    context.close()
    without_script = signed_in(browser, site, MAX, has_script=False)
    page = without_script.new_page()
    page.goto(path)
    assert page.locator("[data-field=en-title] .glos a").inner_text() == "doxing"
    assert page.locator("[data-insert]").locator("visible=true").count() == 0
    without_script.close()
