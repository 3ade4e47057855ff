"""What the page of a deliverable says of its file, or of a file that is not here."""

import pytest
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.ids import Kind
from indexer.model.records import Deliverable
from indexer.model.vocabulary import Availability
from kb.app import create_app
from kb.core.contact import parse_contact
from kb.core.settings import Settings
from kb.services import services
from tests.support.builders import Workspace
from tests.support.pages import page_of


def box(client: FlaskClient, path: str) -> Tag:
    """Return the part of a page on a document without a file."""
    found = page_of(client, path).select_one("#files.no-file")
    assert found is not None, path
    return found


def test_a_copy_and_the_official_page_are_told_apart(real_app: Flask) -> None:
    """The copy is named as unofficial; the other link leads to the project's page."""
    found = box(real_app.test_client(), "/en/deliverables/d2.5")
    links = {each.get_text(" ", strip=True): each["href"] for each in found.select("a")}

    assert "first pages" in found.get_text()
    assert next(iter(links)).startswith("What is online: an unofficial copy")
    assert "http://media4sec.eu/workshops/darkweb/" in links.values()
    assert "TNO" in found.get_text()


def test_a_document_that_was_not_found_has_no_copy(real_app: Flask) -> None:
    """Its sources have a title, but they are other documents."""
    found = box(real_app.test_client(), "/en/deliverables/d4.4")

    assert "was not found" in found.get_text()
    assert "unofficial copy" not in found.get_text()


def test_a_publication_is_read_where_it_was_published(real_app: Flask) -> None:
    """An article is not a copy of itself."""
    found = box(real_app.test_client(), "/fr/deliverables/friends-of-europe-article")

    assert "Lire là où il a paru" in found.get_text()
    assert "friendsofeurope.org" in found.get_text()


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_deliverable_without_a_file_says_so(real_app: Flask, locale: str) -> None:
    """No page ends without saying what can be opened."""
    client = real_app.test_client()
    with real_app.test_request_context(f"/{locale}/"):
        records = services().corpus.of_kind(Kind.DELIVERABLE)
    for record in records:
        assert isinstance(record, Deliverable)
        if not record.files:
            found = box(client, f"/{locale}/{record.id}")
            is_read = record.availability in {
                Availability.COMPLETE,
                Availability.FIRST_PAGES,
            }
            assert is_read or len(found.select("a")) <= 1


def test_the_contact_is_asked_for_a_document(content: Workspace) -> None:
    """Who has the document knows whom to write to, if a contact is set."""
    settings = Settings(content.locations, contact=parse_contact("base@example.org"))
    found = box(create_app(settings).test_client(), "/en/deliverables/d9.1")

    assert "base@example.org" in found.get_text()
