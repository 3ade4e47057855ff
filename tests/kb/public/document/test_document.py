"""A document: how to get it, and the search inside it."""

import pytest
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup

from indexer.model.ids import Kind, Locale
from indexer.model.records import Deliverable
from indexer.model.vocabulary import Availability
from indexer.pipeline import open_stored_engine, open_texts, rebuild
from kb.app import create_app
from kb.core.contact import parse_contact
from kb.core.settings import Settings
from kb.public.document.search import DocumentPart, DocumentSearch, find_in_document
from kb.services import services
from kb.web.locale import choose_locale
from tests.support.builders import Workspace, a_workspace
from tests.support.pages import page_of
from tests.support.reports import a_pdf


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


PARTS = (
    DocumentPart("<p>Street <b>lamps</b> &amp; cameras.</p>", "page-1", "Page 1", "1"),
    DocumentPart("<ul><li>A lamp.</li><li>Rain</li></ul>", "page-2", "Page 2", "2"),
    DocumentPart("<p>Nothing.</p>", "page-3", "Page 3", "3"),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return a corpus with a report of three pages."""
    place = a_workspace(tmp_path_factory.mktemp("find"))
    pages = (
        ["# Lamps", "The city repairs its street lamps."],
        ["# Cameras", "Cameras &lt;are&gt; expensive."],
        ["# Results", "Lamps and cameras were compared."],
    )
    place.add_file(a_pdf(*pages), "report.pdf")
    texts = open_texts(place.locations)
    rebuild(open_stored_engine(place.locations), place.corpus(), texts=texts)
    return place


@pytest.fixture
def client(place: Workspace) -> FlaskClient:
    """Return a client over that corpus."""
    return create_app(Settings(place.locations)).test_client()


def found(app: Flask, typed: str) -> tuple[tuple[Markup, ...], DocumentSearch]:
    """Search in three parts of English HTML."""
    with app.test_request_context("/en/"):
        choose_locale(Locale.EN)
        return find_in_document(PARTS, typed, Locale.EN)


def test_words_are_marked_in_all_their_forms_and_the_html_stays(app: Flask) -> None:
    """Tags and entities are not searched, and not changed."""
    html, search = found(app, "lamp")

    assert html == (
        "<p>Street <b><mark>lamps</mark></b> &amp; cameras.</p>",
        "<ul><li>A <mark>lamp</mark>.</li><li>Rain</li></ul>",
        "<p>Nothing.</p>",
    )
    assert [(hit.title, hit.url) for hit in search.hits] == [
        ("Page 1", "#page-1"),
        ("Page 2", "#page-2"),
    ]
    assert [square.is_hit for square in search.squares] == [True, True, False]


def test_a_part_must_contain_all_words(app: Flask) -> None:
    """Where none does, the parts with some of the words are found, and it says so."""
    _, both = found(app, "lamps cameras")
    _, some = found(app, "rain cameras")

    assert [hit.title for hit in both.hits] == ["Page 1"]
    assert [hit.title for hit in some.hits] == ["Page 1", "Page 2"]
    assert "all words" in some.heading


def test_a_phrase_between_quotation_marks_is_exact(app: Flask) -> None:
    """Also over a tag in the middle of it."""
    html, search = found(app, "“street lamps”")

    assert [hit.title for hit in search.hits] == ["Page 1"]
    assert html[0].count("<mark>") == 2
    assert not found(app, "“lamp cameras”")[1].hits


@pytest.mark.parametrize("typed", ["", "  ", "?!", "zzz", "<b>", "amp", "the"])
def test_words_that_are_not_there_change_nothing(app: Flask, typed: str) -> None:
    """The text stays as it is."""
    html, search = found(app, typed)

    assert html == tuple(part.html for part in PARTS)
    assert search.hits == ()


def test_the_text_of_a_file_lists_the_pages_with_the_words(client: FlaskClient) -> None:
    """Each hit leads to the page of the text, and to that of the original."""
    page = page_of(client, "/en/deliverables/d9.1/text/report.pdf?find=cameras")

    links = [str(link["href"]) for link in page.select(".page-hits a")]
    assert links == [
        "#page-2",
        "/en/deliverables/d9.1/files/report.pdf#page=2",
        "#page-3",
        "/en/deliverables/d9.1/files/report.pdf#page=3",
    ]
    assert len(page.select(".pages a")) == 3
    assert len(page.select(".leaves mark")) == 3
    assert "2 places" in page.select("#found")[0].get_text()
    assert page.find("meta", attrs={"name": "robots", "content": "noindex"})
    ids = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert {link.removeprefix("#") for link in links[::2]} <= set(ids)


def test_the_record_of_a_deliverable_searches_its_files(client: FlaskClient) -> None:
    """The form leads to the text of the file."""
    page = page_of(client, "/fr/deliverables/d9.1")

    forms = page.select("#files form")
    assert [str(form["action"]) for form in forms] == [
        "/fr/deliverables/d9.1/text/report.pdf"
    ]


def test_what_is_typed_is_never_html(client: FlaskClient) -> None:
    """It is shown in the field and in the heading."""
    url = "/en/deliverables/d9.1/text/report.pdf?find=%3Cscript%3Ecameras"

    page = client.get(url).text

    assert "<script>cameras" not in page
    assert "&lt;script&gt;cameras" in page


def test_a_long_record_has_a_search_and_a_short_one_has_none(real_app: Flask) -> None:
    """Its hits are its sections."""
    client = real_app.test_client()

    page = page_of(client, "/en/pages/help?find=quotation+marks")

    assert page.select(".page-hits li")
    assert page.select(".prose mark")
    assert not page_of(client, "/en/needs/n13").select(".find-in")
