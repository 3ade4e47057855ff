"""The cards of records."""

from flask import Flask

from indexer.model.ids import Kind, Locale, RecordId
from indexer.pipeline import open_stored_engine, rebuild
from kb.app import create_app
from kb.core.settings import Settings
from kb.services import services
from kb.web.page_content import page_content
from kb.web.records.cards import Card, record_card
from tests.support.builders import Workspace

PRACTICE = RecordId(Kind.PRACTICE, "newtown-lamps")


def card(app: Flask, locale: Locale = Locale.FR, root: str = "") -> Card:
    """Return the card of a practice on a page of a language."""
    path = f"/{locale}/"
    with app.test_request_context(path, environ_overrides={"SCRIPT_NAME": root}):
        app.preprocess_request()
        return record_card(services().corpus.records[PRACTICE], page_content())


def test_a_card_is_in_the_language_of_the_page(app: Flask) -> None:
    """Its kind and its places have names in both languages."""
    french, english = card(app, Locale.FR), card(app, Locale.EN)

    assert (french.kind_label, english.kind_label) == ("Pratique", "Practice")
    assert "Villeneuve" in {fact.text for fact in french.facts}
    assert "Newtown" in {fact.text for fact in english.facts}


def test_the_card_of_a_practice_begins_with_what_few_have(app: Flask) -> None:
    """A stage of use is usual; lists may say once that no effect was measured."""
    french, english = card(app, Locale.FR), card(app, Locale.EN)

    assert french.facts[0].text == "Effet non mesuré"
    assert english.facts[0].text == "Effect not measured"
    assert english.facts[0].mark == ("result", "not-measured")
    assert "In use" not in {fact.text for fact in english.facts}


def test_the_address_of_a_card_begins_with_the_script_root(app: Flask) -> None:
    """One process may be reached under several paths."""
    urls = [card(app, root=root).url for root in ("", "/kb", "")]

    assert urls[0] == urls[2] == "/fr/practices/newtown-lamps"
    assert urls[1] == f"/kb{urls[0]}"


def test_a_card_changes_with_the_gazetteer(workspace: Workspace) -> None:
    """The names of places are not in the record."""
    engine = open_stored_engine(workspace.locations)
    rebuild(engine, workspace.corpus())
    app = create_app(Settings(workspace.locations))
    before = card(app)
    workspace.replace("places.yaml", "fr: Villeneuve", "fr: Neuville")
    rebuild(engine, workspace.corpus())

    after = card(app)

    assert "Villeneuve" in {fact.text for fact in before.facts}
    assert "Neuville" in {fact.text for fact in after.facts}
