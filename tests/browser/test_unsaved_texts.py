"""Text that is typed but not saved survives, and only its author sees it."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route, expect

from kb.database.model import AuditAction
from kb.database.staff_database import StaffDatabase
from tests.browser.conftest import FLAGS
from tests.browser.staff_site import LEA, MAX, SAVE, STATE, prepare_site, signed_in
from tests.browser.test_pages import OVERFLOW
from tests.support.axe import violations
from tests.support.builders import Workspace
from tests.support.server import serving
from tests.support.staff import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.long]

KEPT = "Object.keys(localStorage).filter((name) => name.startsWith('kb-text:'))"
NO_STORAGE = """
Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("refused", "SecurityError"); },
});
"""
FULL_STORAGE = """
Storage.prototype.setItem = () => { throw new DOMException("", "QuotaExceededError"); };
"""
NOTHING_SENT_ON_LEAVING = """
addEventListener("visibilitychange", (event) => event.stopImmediatePropagation(), true);
"""
OFFLINE = {"fr": "Vous êtes hors connexion", "en": "You are offline"}
SAVED = {"fr": "Enregistré à", "en": "Saved at"}
RESTORED = re.compile("Il est de nouveau dans le formulaire|It is in the form again")
OFFERED = re.compile("le brouillon a changé depuis|the draft has changed since")


@dataclass(frozen=True, slots=True)
class Site:
    """A running service, and its staff database."""

    address: str
    database: StaffDatabase


@pytest.fixture(scope="module")
def site(
    real_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Serve the real documents with two workers and two accounts."""
    root: Path = tmp_path_factory.mktemp("unsaved")
    _, state = prepare_site(root, real_workspace)
    with serving(root, root / "documents", workers=2) as address:
        yield Site(address, state)


def wait_for_draft(page: Page) -> None:
    """Wait for the page of a draft and for its script."""
    page.wait_for_selector("form[data-draft]")
    page.wait_for_load_state()


def begun_draft(context: BrowserContext, site: Site, record: str) -> Page:
    """Return the page of a new draft of a record, in French."""
    page = context.new_page()
    page.goto(f"{site.address}/fr/staff/records/{record}")
    page.get_by_role("button", name="Modifier cette fiche").click()
    wait_for_draft(page)
    return page


def opened(
    context: BrowserContext, site: Site, record: str, locale: str = "fr"
) -> Page:
    """Return the page of a draft."""
    page = context.new_page()
    page.goto(f"{site.address}/{locale}/staff/drafts/{record}")
    return page


def type_into(page: Page, field: str, text: str) -> None:
    """Replace the text of a field with keys: a page that nobody touched never warns."""
    page.click(field)
    page.fill(field, "")
    page.keyboard.type(text)


def submit_sign_in(page: Page, email: str) -> None:
    """Fill and send the sign-in form."""
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")


def left_offline(context: BrowserContext, page: Page, field: str, text: str) -> None:
    """Type a text without connection, and close the tab."""
    context.set_offline(True)
    type_into(page, field, text)
    expect(page.locator(STATE)).to_contain_text("gardé sur cet appareil")
    # What a page sends while it closes outlives it and the loss of connection.
    page.evaluate(NOTHING_SENT_ON_LEAVING)
    page.close()
    context.set_offline(False)


def saved_by_max(
    browser: Browser, site: Site, record: str, fields: dict[str, str]
) -> None:
    """Fill fields of a draft and save it, as another member of staff."""
    context = signed_in(browser, site.address, MAX, is_shared=False)
    page = opened(context, site, record)
    for field, text in fields.items():
        page.fill(field, text)
    page.click(SAVE)
    page.locator(".note", has_text="Enregistré.").wait_for()
    context.close()


def test_text_survives_a_closed_tab_and_is_saved_when_the_draft_is_opened_again(
    browser: Browser, site: Site
) -> None:
    """Also in a new context with the same stored state; the page says so."""
    record = "practices/burgernet"
    context = signed_in(browser, site.address, LEA, is_shared=False)
    page = begun_draft(context, site, record)
    left_offline(context, page, "#fr-title", "Écrit dans le train")
    again = browser.new_context(storage_state=context.storage_state())
    context.close()

    page = opened(again, site, record)

    expect(page.get_by_text(RESTORED)).to_be_visible()
    assert page.input_value("#fr-title") == "Écrit dans le train"
    expect(page.locator(STATE)).to_contain_text(SAVED["fr"])
    assert page.evaluate(KEPT) == []
    page.reload()
    assert page.input_value("#fr-title") == "Écrit dans le train"
    assert page.get_by_text(RESTORED).count() == 0
    again.close()


def test_text_typed_before_the_script_runs_is_saved(
    browser: Browser, site: Site
) -> None:
    """On a slow connection, the form can be filled before its script arrives."""
    record = "practices/marseille-big-data"
    context = signed_in(browser, site.address, LEA, is_shared=False)
    page = begun_draft(context, site, record)
    held: list[Route] = []

    def hold(route: Route) -> None:  # a method of list has no signature to inspect
        held.append(route)

    page.route("**/drafts.js*", hold)
    page.goto(page.url, wait_until="commit")
    page.fill("#fr-title", "Tapé avant le script")
    assert page.locator(STATE).text_content() == ""

    held[0].continue_()

    expect(page.locator(STATE)).to_contain_text(SAVED["fr"])
    page.unroute("**/drafts.js*")
    page.reload()
    assert page.input_value("#fr-title") == "Tapé avant le script"
    context.close()


def test_text_survives_a_restart_of_the_browser(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    """The session cookie is gone: the dashboard links to the draft after sign-in."""
    record = "practices/milan-stolen-bikes"

    def started() -> BrowserContext:
        return browser.browser_type.launch_persistent_context(
            tmp_path / "profile",
            executable_path=shutil.which("chromium"),
            args=list(FLAGS),
        )

    context = started()
    page = context.new_page()
    page.goto(f"{site.address}/fr/staff/sign-in")
    submit_sign_in(page, LEA)
    page.wait_for_url(f"{site.address}/fr/staff/")
    left_offline(
        context, begun_draft(context, site, record), "#fr-who", "Avant la panne"
    )
    context.close()
    context = started()
    page = context.new_page()
    page.goto(f"{site.address}/fr/staff/")
    assert "sign-in" in page.url
    submit_sign_in(page, LEA)

    page.locator(".note", has_text="Un texte non enregistré").locator("a").click()

    expect(page.get_by_text(RESTORED)).to_be_visible()
    assert page.input_value("#fr-who") == "Avant la panne"
    expect(page.locator(STATE)).to_contain_text(SAVED["fr"])
    context.close()


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_save_without_connection_says_so_and_saves_when_it_is_back(
    browser: Browser, site: Site, locale: str
) -> None:
    """The page stays, whichever button is pressed; the connection's return saves."""
    record = f"practices/{'gmp-24h' if locale == 'fr' else 'boston-2013'}"
    context = signed_in(browser, site.address, LEA, is_shared=False)
    begun_draft(context, site, record).close()
    page = opened(context, site, record, locale)
    address = page.url
    context.set_offline(True)
    page.fill(f"#{locale}-title", "Hors connexion")

    page.click(SAVE)
    expect(page.locator(STATE)).to_contain_text(OFFLINE[locale])
    page.click(".sticky .btn.line")

    expect(page.locator(STATE)).to_contain_text(OFFLINE[locale])
    assert page.url == address
    assert len(page.evaluate(KEPT)) == 1
    context.set_offline(False)
    expect(page.locator(STATE)).to_contain_text(SAVED[locale])
    assert page.evaluate(KEPT) == []
    page.reload()
    assert page.input_value(f"#{locale}-title") == "Hors connexion"
    context.close()


def test_the_first_attempt_after_an_outage_of_the_server_saves(
    browser: Browser, site: Site
) -> None:
    """The browser is online, but the server does not answer: the pauses grow."""
    context = signed_in(browser, site.address, LEA, is_shared=False)
    context.clock.install()
    page = begun_draft(context, site, "practices/dutch-twitcops")
    sent: list[str] = []

    def fail(route: Route) -> None:
        sent.append("sent")
        route.abort()

    page.route("**/staff/drafts/**", fail)
    page.fill("#fr-title", "Le serveur est arrêté")
    for _ in range(20):
        page.clock.run_for(3000)
        expect(page.locator(STATE)).to_contain_text("le serveur ne répond pas")
    assert 3 <= len(sent) <= 6

    page.unroute("**/staff/drafts/**")
    for _ in range(20):
        page.clock.run_for(3000)
        expect(page.locator(STATE)).not_to_contain_text("Enregistrement…")

    expect(page.locator(STATE)).to_contain_text(SAVED["fr"])
    context.close()


def test_the_reason_of_a_refused_save_is_shown(browser: Browser, site: Site) -> None:
    """A full disk, for instance: the text is kept, and a later save works."""
    context = signed_in(browser, site.address, LEA, is_shared=False)
    page = begun_draft(context, site, "practices/trieste-agente-gianna")
    address = page.url
    error = {"error": {"code": "unwritable", "message": "Le disque est plein."}}
    page.route(
        "**/staff/drafts/**", lambda route: route.fulfill(status=503, json=error)
    )
    page.fill("#fr-title", "Sans place")

    page.click(SAVE)

    expect(page.locator(STATE)).to_contain_text("Le disque est plein. Pas encore")
    assert page.url == address
    assert len(page.evaluate(KEPT)) == 1
    page.unroute("**/staff/drafts/**")
    page.click(SAVE)
    page.locator(".note", has_text="Enregistré.").wait_for()
    assert page.input_value("#fr-title") == "Sans place"
    context.close()


def test_a_session_that_ended_while_offline_loses_no_text(
    browser: Browser, site: Site
) -> None:
    """“Save” leads to the sign-in, and from there to the draft with the text."""
    record = "practices/haren-project-x"
    context = signed_in(browser, site.address, MAX, is_shared=False)
    page = begun_draft(context, site, record)
    context.set_offline(True)
    page.fill("#fr-title", "Avant la fin de la session")
    account = site.database.accounts.find(MAX)
    for session in site.database.sessions.of(account):
        site.database.sessions.end(session, action=AuditAction.SESSION_ENDED)
    context.set_offline(False)
    expect(page.locator(STATE)).to_contain_text("Votre session est terminée")

    page.click(SAVE)
    submit_sign_in(page, MAX)

    expect(page.get_by_text(RESTORED)).to_be_visible()
    assert page.input_value("#fr-title") == "Avant la fin de la session"
    expect(page.locator(STATE)).to_contain_text(SAVED["fr"])
    context.close()


def test_text_of_a_draft_that_somebody_changed_meanwhile_replaces_nothing(
    browser: Browser, site: Site
) -> None:
    """The page says when the text was typed, and sends nothing before a choice."""
    record = "practices/habbo-station"
    context = signed_in(browser, site.address, LEA, is_shared=False)
    page = begun_draft(context, site, record)
    left_offline(context, page, "#fr-title", "Titre de Léa")
    saved_by_max(browser, site, record, {"#fr-title": "Titre de Max"})

    page = opened(context, site, record)

    note = page.locator(".note", has_text=OFFERED)
    expect(note).to_contain_text(re.compile(r"\d{4} à \d\d:\d\d"))
    assert page.input_value("#fr-title") == "Titre de Max"
    assert page.locator(STATE).inner_text().endswith(MAX)
    assert len(page.evaluate(KEPT)) == 1
    note.get_by_role("button", name="L’abandonner").click()
    assert page.evaluate(KEPT) == []
    page.reload()
    assert page.input_value("#fr-title") == "Titre de Max"
    assert page.get_by_text(OFFERED).count() == 0
    context.close()


def test_each_differing_field_of_a_changed_draft_is_chosen(
    browser: Browser, site: Site
) -> None:
    """Only the fields that were typed differ; the text is kept until it is saved."""
    record = "practices/hansa-bayonet"
    context = signed_in(browser, site.address, LEA, is_shared=False)
    page = begun_draft(context, site, record)
    page.fill("#fr-title", "Titre de Léa")
    left_offline(context, page, "#fr-summary", "Résumé de Léa")
    theirs = {"#fr-title": "Titre de Max", "#en-title": "Title of Max"}
    saved_by_max(browser, site, record, theirs)
    page = opened(context, site, record)

    page.get_by_role("button", name="Voir les deux textes").click()

    expect(page.locator("#conflict")).to_contain_text(MAX)
    assert page.locator("button[value^='theirs:en-title']").count() == 0
    page.locator("button[value^='theirs:fr-title']").click()
    expect(page.locator("#fr-title")).to_have_value("Titre de Max")
    assert len(page.evaluate(KEPT)) == 1
    page.get_by_role("button", name="Enregistrer ma version").click()
    page.locator(".note", has_text="Enregistré.").wait_for()
    assert page.input_value("#en-title") == "Title of Max"
    assert page.input_value("#fr-title") == "Titre de Max"
    assert page.input_value("#fr-summary") == "Résumé de Léa"
    assert page.evaluate(KEPT) == []
    context.close()


def test_using_all_of_the_other_version_discards_the_text(
    browser: Browser, site: Site
) -> None:
    """The text is in the history, and not offered again."""
    record = "practices/citycop-secureu"
    context = signed_in(browser, site.address, LEA, is_shared=False)
    page = begun_draft(context, site, record)
    left_offline(context, page, "#fr-title", "Titre de Léa")
    saved_by_max(browser, site, record, {"#fr-title": "Titre de Max"})
    page = opened(context, site, record)
    page.get_by_role("button", name="Voir les deux textes").click()

    page.get_by_role("link", name="Prendre toute l’autre version").click()

    page.wait_for_selector("#conflict", state="detached")
    assert page.input_value("#fr-title") == "Titre de Max"
    assert page.evaluate(KEPT) == []
    context.close()


def test_a_save_whose_answer_was_lost_is_not_offered(
    browser: Browser, site: Site
) -> None:
    """The server compares, since it stores a text in its own form: here, a date."""
    record = "practices/riccione-three-networks"
    context = signed_in(browser, site.address, LEA, is_shared=False)
    page = begun_draft(context, site, record)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/staff/drafts/**", lose)
    page.fill("#f-date", "12 mars 2018")
    expect(page.locator(STATE)).to_contain_text("le serveur ne répond pas")
    page.close()

    page = opened(context, site, record)

    page.wait_for_function(f"{KEPT}.length === 0")
    assert page.input_value("#f-date") == "2018-03-12"
    assert page.locator(".note", has_text=RESTORED).count() == 0
    assert page.locator(".note", has_text=OFFERED).count() == 0
    context.close()


def test_restored_text_can_be_taken_out(browser: Browser, site: Site) -> None:
    """The form is then as it was, and saved so."""
    record = "practices/setubal-crisis-comms"
    context = signed_in(browser, site.address, LEA, is_shared=False)
    page = begun_draft(context, site, record)
    title = page.input_value("#fr-title")
    left_offline(context, page, "#fr-title", "Une mauvaise idée")
    page = opened(context, site, record)
    expect(page.locator("#fr-title")).to_have_value("Une mauvaise idée")
    expect(page.locator(STATE)).to_contain_text(SAVED["fr"])

    page.get_by_role("button", name="L’en retirer").click()

    expect(page.locator("#fr-title")).to_have_value(title)
    expect(page.locator(STATE)).to_contain_text("Pas encore")
    expect(page.locator(STATE)).to_contain_text(SAVED["fr"])
    page.reload()
    assert page.input_value("#fr-title") == title
    context.close()


def test_text_of_a_draft_that_is_gone_starts_a_new_one(
    browser: Browser, site: Site
) -> None:
    """The dashboard leads to a page with the text; or the text is discarded there."""
    record = "practices/the-hague-platform"
    context = signed_in(browser, site.address, LEA, is_shared=False)
    page = begun_draft(context, site, record)
    left_offline(context, page, "#fr-title", "Après la suppression")
    other = signed_in(browser, site.address, MAX, is_shared=False)
    theirs = other.new_page()
    theirs.goto(f"{site.address}/fr/staff/drafts/{record}/discard")
    theirs.locator("main form button[type=submit]").click()
    theirs.wait_for_url(lambda url: "state=trash" in url)
    other.close()
    page = context.new_page()
    page.goto(f"{site.address}/fr/staff/")
    note = page.locator(".note", has_text="Un texte non enregistré")

    note.locator("a").click()
    page.get_by_role("button", name="Commencer un nouveau brouillon").click()

    wait_for_draft(page)
    assert page.input_value("#fr-title") == "Après la suppression"
    page.wait_for_function(f"{KEPT}.length === 0")
    left_offline(context, page, "#fr-title", "Plus besoin")
    page = context.new_page()
    page.goto(f"{site.address}/fr/staff/")
    note = page.locator(".note", has_text="Un texte non enregistré")
    note.get_by_role("button", name="L’abandonner").click()
    assert page.evaluate(KEPT) == []
    assert note.count() == 0
    context.close()


def test_signing_out_asks_and_deletes_the_text(browser: Browser, site: Site) -> None:
    """Refusing stays signed in; an open tab of the draft stores nothing afterwards."""
    record = "practices/setubal-sos"
    context = signed_in(browser, site.address, LEA, is_shared=False)
    left_offline(
        context, begun_draft(context, site, record), "#fr-title", "Bientôt supprimé"
    )
    page, tab = context.new_page(), context.new_page()
    tab.goto(f"{site.address}/fr/staff/records/{record}")
    page.goto(f"{site.address}/fr/staff/records")
    answers: list[bool] = [False, True]
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        if answers.pop(0):
            dialog.accept()
        else:
            dialog.dismiss()

    page.on("dialog", answer)
    page.get_by_role("button", name="Se déconnecter").click()
    assert page.url.endswith("/records")
    assert len(page.evaluate(KEPT)) == 1

    page.get_by_role("button", name="Se déconnecter").click()

    page.wait_for_url("**/sign-in")
    assert all("supprimera" in each for each in asked)
    assert page.evaluate("Object.keys(localStorage)") == []
    submit_sign_in(page, LEA)
    page.goto(f"{site.address}/fr/staff/drafts/{record}")
    assert page.input_value("#fr-title") != "Bientôt supprimé"
    context.close()


def test_an_open_tab_keeps_nothing_after_a_sign_out(
    browser: Browser, site: Site
) -> None:
    """The state line says so."""
    context = signed_in(browser, site.address, LEA, is_shared=False)
    draft = begun_draft(context, site, "practices/trillion")
    page = context.new_page()
    page.goto(f"{site.address}/fr/staff/")
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/sign-in")

    draft.fill("#fr-title", "Tapé après la déconnexion")

    expect(draft.locator(STATE)).to_contain_text("gardé dans cet onglet")
    assert draft.evaluate("Object.keys(localStorage)") == []
    context.close()


def test_signing_out_everywhere_deletes_the_text_of_other_devices(
    browser: Browser, site: Site
) -> None:
    """At the next page that such a device opens."""
    phone, laptop = (
        signed_in(browser, site.address, MAX, is_shared=False) for _ in range(2)
    )
    page = begun_draft(phone, site, "practices/tilburg-whatsapp")
    left_offline(phone, page, "#fr-title", "Sur le téléphone perdu")
    mine = laptop.new_page()
    mine.goto(f"{site.address}/fr/staff/account")
    mine.get_by_role("button", name="Se déconnecter partout").click()
    mine.wait_for_url("**/sign-in")

    page = phone.new_page()
    page.goto(f"{site.address}/fr/staff/")

    assert "sign-in" in page.url
    assert page.evaluate("Object.keys(localStorage)") == []
    phone.close()
    laptop.close()


def test_another_account_on_the_device_sees_no_text(
    browser: Browser, site: Site
) -> None:
    """Its first page deletes the text of the account before."""
    record = "practices/compronet"
    context = signed_in(browser, site.address, LEA, is_shared=False)
    left_offline(context, begun_draft(context, site, record), "#fr-title", "Entre nous")
    context.clear_cookies()  # the session expired
    page = context.new_page()
    page.goto(f"{site.address}/fr/staff/drafts/{record}")
    assert "sign-in" in page.url
    assert len(page.evaluate(KEPT)) == 1

    submit_sign_in(page, MAX)

    wait_for_draft(page)
    assert page.evaluate(KEPT) == []
    assert page.input_value("#fr-title") != "Entre nous"
    assert page.get_by_text(RESTORED).count() == 0
    context.close()


@pytest.mark.parametrize(
    ("script", "record"),
    [
        pytest.param(NO_STORAGE, "practices/psni-local-accounts", id="refused"),
        pytest.param(FULL_STORAGE, "practices/psni-24h-twitter", id="full"),
    ],
)
def test_a_browser_that_stores_nothing_is_named(
    browser: Browser, site: Site, script: str, record: str
) -> None:
    """The text is still saved, and the state line tells to keep the tab open."""
    context = signed_in(browser, site.address, LEA, is_shared=False)
    begun_draft(context, site, record).close()
    context.add_init_script(script)
    page = opened(context, site, record)
    context.set_offline(True)
    page.fill("#fr-title", "Sans filet")
    expect(page.locator(STATE)).to_contain_text("ne garde pas votre texte")
    page.click(SAVE)
    expect(page.locator(STATE)).to_contain_text("hors connexion, et ce navigateur")

    context.set_offline(False)

    expect(page.locator(STATE)).to_contain_text(SAVED["fr"])
    context.close()


def test_leaving_a_page_with_unsaved_text_warns(browser: Browser, site: Site) -> None:
    """Not after the save; the dialog's wording is the browser's."""
    context = signed_in(browser, site.address, LEA, is_shared=False)
    page = begun_draft(context, site, "practices/munich-2016")
    kinds: list[str] = []

    def stay(dialog: Dialog) -> None:
        kinds.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    context.set_offline(True)
    type_into(page, "#fr-title", "Pas encore enregistré")
    with page.expect_event("dialog"):
        page.close(run_before_unload=True)
    assert page.input_value("#fr-title") == "Pas encore enregistré"
    context.set_offline(False)
    expect(page.locator(STATE)).to_contain_text(SAVED["fr"])

    page.click(SAVE)
    page.locator(".note", has_text="Enregistré.").wait_for()
    page.get_by_role("link", name="Voir comme un visiteur").click()
    page.wait_for_url("**/preview")

    assert kinds == ["beforeunload"]
    context.close()


def test_two_tabs_of_a_draft_leave_each_other_alone(
    browser: Browser, site: Site
) -> None:
    """A tab does not take the text of an open one; once that is closed, it may."""
    record = "practices/nice-reporty"
    context = signed_in(browser, site.address, LEA, is_shared=False)
    one = begun_draft(context, site, record)
    context.set_offline(True)
    one.fill("#fr-title", "Dans le premier onglet")
    expect(one.locator(STATE)).to_contain_text("gardé sur cet appareil")
    one.route("**/staff/drafts/**", lambda route: route.abort())
    context.set_offline(False)

    two = opened(context, site, record)
    expect(two.locator(".note", has_text="Un autre onglet")).to_be_visible()
    assert two.input_value("#fr-title") != "Dans le premier onglet"
    two.fill("#en-who", "Typed in the second tab")
    expect(two.locator(STATE)).to_contain_text(SAVED["fr"])
    assert one.input_value("#fr-title") == "Dans le premier onglet"
    assert one.input_value("#en-who") != "Typed in the second tab"
    assert len(two.evaluate(KEPT)) == 1
    one.close()

    two.reload()

    expect(two.locator(".note", has_text=OFFERED)).to_be_visible()
    context.close()


def test_lists_choices_and_rows_come_back(browser: Browser, site: Site) -> None:
    """Also a row that the opened page does not show until it is saved."""
    record = "practices/opsporing-verzocht"
    context = signed_in(browser, site.address, LEA, is_shared=False)
    page = begun_draft(context, site, record)
    rows = page.locator("#f-sources > .row").count()
    page.get_by_role("button", name="Ajouter une ligne – Sources").click()
    page.wait_for_url("**more=f-sources**")
    context.set_offline(True)
    box = page.locator("input[name='f-themes']:not(:checked)").first
    theme = box.get_attribute("value") or ""
    box.check()
    page.locator("input[name='f-places']").last.fill("Riga")
    left_offline(
        context, page, f"#f-sources-{rows}-fr", "Une source ajoutée hors connexion"
    )

    page = opened(context, site, record)

    expect(page.locator("#f-sources > .row")).to_have_count(rows + 1)
    title = page.locator(f"#f-sources-{rows}-fr")
    expect(title).to_have_value("Une source ajoutée hors connexion")
    assert page.locator(f"input[name='f-themes'][value='{theme}']").is_checked()
    places = page.locator("input[name='f-places']").evaluate_all(
        "(inputs) => inputs.map((each) => each.value)"
    )
    assert any("riga" in each.lower() for each in places)
    assert page.evaluate(KEPT) == []
    context.close()


def faults(page: Page) -> list[str]:
    """Return what axe finds on a phone and on a desktop, and sideways scrolling."""
    found: list[str] = []
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        found += violations(page)
        found += ["wide"] * (page.evaluate(OVERFLOW) > 0)
    return found


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_notes_pass_axe_and_fit_a_phone(
    browser: Browser, site: Site, locale: str
) -> None:
    """The restored text, the offered text, the state line and the dashboard's list."""
    record = f"practices/{'mossos-2017' if locale == 'fr' else 'london-hate-hub'}"
    context = signed_in(browser, site.address, LEA, is_shared=False)
    page = begun_draft(context, site, record)
    left_offline(context, page, f"#{locale}-title", "Sur un téléphone " * 8)
    page = context.new_page()

    page.goto(f"{site.address}/{locale}/staff/")
    expect(page.locator("main .note a").first).to_be_visible()
    found = faults(page)
    page.goto(f"{site.address}/{locale}/staff/drafts/{record}")
    expect(page.get_by_text(RESTORED)).to_be_visible()
    context.set_offline(True)
    page.fill(f"#{locale}-who", "Encore hors connexion")
    page.click(SAVE)
    expect(page.locator(STATE)).to_contain_text(OFFLINE[locale])
    found += faults(page)
    page.close()
    context.set_offline(False)
    saved_by_max(browser, site, record, {"#f-date": "2015"})
    page = opened(context, site, record, locale)
    expect(page.get_by_text(OFFERED)).to_be_visible()
    found += faults(page)
    context.close()

    assert found == []
