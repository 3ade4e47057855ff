"""How a record is cited: the box of its page, and what Zotero reads of the page."""

import json

import bibtexparser
import pytest
import rispy
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient

from indexer.corpus.corpus_reader import CorpusReader
from indexer.model.ids import Kind, Locale
from indexer.model.vocabulary import DeliverableType
from kb.app import create_app
from kb.citations.cited_work import PUBLISHER_NAME, SITE_NAMES
from kb.core.settings import Settings
from kb.services import Services
from tests.support.builders import PROJECT, Workspace
from tests.support.matrix import matrix
from tests.support.pages import page_of, required
from tests.support.zotero import saved_item

PRACTICE = "practices/newtown-lamps"
REPORT = "deliverables/d9.1"
KINDS = [PRACTICE, REPORT, "events/w9", "glossary/abuse", "themes/streets"]


def box(client: FlaskClient, path: str) -> Tag:
    """Return the citation box of a page."""
    return required(page_of(client, path), "#cite")


@pytest.mark.parametrize(("locale", "access"), [("fr", "Consulté"), ("en", "Accessed")])
def test_the_box_has_three_styles_with_address_and_date(
    client: FlaskClient, locale: str, access: str
) -> None:
    """Nobody needs a reference manager to cite a record correctly."""
    texts = [
        each.get_text() for each in box(client, f"/{locale}/{REPORT}").select(".ref")
    ]

    assert [text.split()[0] for text in texts] == ["ISO", "APA", "Chicago"]
    assert all("https://example.org/d9.1" in text for text in texts)
    assert access in texts[0]
    assert access in texts[2]


def test_each_reference_can_be_copied(client: FlaskClient) -> None:
    """The script adds a button to what has `data-copy`."""
    found = box(client, f"/en/{PRACTICE}")

    assert len(found.select(".ref [data-copy]")) == 3
    assert "copy.js" in client.get(f"/en/{PRACTICE}").text


@pytest.mark.parametrize("file", ["bib", "ris", "csl.json"])
def test_the_box_leads_to_files(client: FlaskClient, file: str) -> None:
    """A reference manager reads one of them."""
    links = [str(each["href"]) for each in box(client, f"/fr/{REPORT}").select("a")]
    assert f"/fr/{REPORT}.{file}" in links

    answer = client.get(f"/fr/{REPORT}.{file}")

    assert answer.status_code == 200
    assert (
        f'filename="deliverable-d9.1.{file}"' in answer.headers["Content-Disposition"]
    )
    assert answer.content_type.endswith("; charset=utf-8")
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_the_files_are_read_by_other_programs(client: FlaskClient) -> None:
    """All three name the same work, in the language of the address."""
    path = f"/en/{PRACTICE}"
    (bib,) = bibtexparser.loads(client.get(f"{path}.bib").text).entries
    (ris,) = rispy.loads(client.get(f"{path}.ris").text)
    (csl,) = json.loads(client.get(f"{path}.csl.json").text)

    assert bib["title"].strip("{}") == ris["title"] == csl["title"]
    assert bib["url"] == ris["urls"][0] == csl["URL"]


@pytest.mark.parametrize("path", KINDS)
def test_records_of_all_kinds_are_cited(client: FlaskClient, path: str) -> None:
    """A theme and a term are records too."""
    assert box(client, f"/fr/{path}").select_one(f"a[href='/fr/{path}.ris']")


def test_an_unknown_record_has_no_reference(client: FlaskClient) -> None:
    """The error is in the language of the address."""
    answer = client.get("/fr/practices/no-such-thing.ris")

    assert answer.status_code == 404
    assert 'lang="fr"' in answer.text


def test_a_former_id_redirects_with_its_format(real_app: Flask) -> None:
    """A reference manager that updates a reference follows the address."""
    survivors = CorpusReader(PROJECT / "documents").read().survivors
    former, record = next(iter(survivors.items()))

    answer = real_app.test_client().get(f"/fr/{former}.ris")

    assert (answer.status_code, answer.location) == (301, f"/fr/{record}.ris")


def test_a_file_of_an_earlier_day_needs_a_stored_state(client: FlaskClient) -> None:
    """Otherwise it would cite a text that the address does not show."""
    assert client.get(f"/fr/{PRACTICE}.bib?at=nonsense").status_code == 400
    assert client.get(f"/fr/{PRACTICE}.bib?at=1999-01-01").status_code == 404


SITE = "https://kb.example.org"


def test_a_deliverable_is_saved_as_the_report_that_it_describes(
    content: Workspace,
) -> None:
    """With its authors, number, institution, date, language and file."""
    content.add_file(b"%PDF-1.4\n", "report.pdf")
    services = Services(Settings(content.locations, base_url=SITE))
    services.content.update_index()
    client = create_app(services=services).test_client()

    item = saved_item(client.get("/fr/deliverables/d9.1", base_url=SITE).text)

    assert item.type == "report"
    assert item.creators == [("A.", "Martin"), ("B.", "Smith")]
    assert item.fields["title"] == "Workshop 9 Report: Streets and Screens"
    assert item.fields["reportNumber"] == "D9.1"
    assert item.fields["institution"] == "Newtown University"
    assert item.fields["date"] == "2018/02"
    assert item.fields["language"] == "en"
    assert item.fields["url"] == f"{SITE}/fr/deliverables/d9.1"
    assert item.pdf == f"{SITE}/fr/deliverables/d9.1/files/report.pdf"
    assert item.fields["abstractNote"]


@pytest.mark.parametrize(
    ("locale", "site", "title"),
    [
        ("fr", "Innovation et Sécurité", "Villeneuve"),
        ("en", "Innovation and Security", "Newtown: lighting the lanes again"),
    ],
)
def test_a_practice_is_saved_as_a_page_of_the_site(
    client: FlaskClient, locale: str, site: str, title: str
) -> None:
    """Its author is the publisher of the site, its date that of the last change."""
    item = saved_item(client.get(f"/{locale}/practices/newtown-lamps").text)

    assert item.type == "webpage"
    assert item.fields["title"].startswith(title)
    assert item.fields["publicationTitle"] == site
    assert item.creators == [("", PUBLISHER_NAME.text(Locale(locale)))]
    assert item.fields["date"] == "2020-02-03"
    assert item.fields["language"] == locale
    assert item.fields["url"].endswith(f"/{locale}/practices/newtown-lamps")
    assert item.fields["rights"].startswith("https://creativecommons.org/licenses/by/")
    assert not item.pdf


@pytest.mark.parametrize("locale", list(Locale))
@pytest.mark.parametrize(
    "kind", [kind for kind in Kind if kind is not Kind.DELIVERABLE]
)
def test_a_record_of_each_kind_is_saved(
    real_app: Flask, kind: Kind, locale: Locale
) -> None:
    """Terms and themes have templates of their own."""
    record = next(iter(real_app.extensions["kb-services"].corpus.of_kind(kind)))

    page = real_app.test_client().get(f"/{locale}/{record.id}").text

    item = saved_item(page)
    edition = record.edition(locale)
    assert item.type == "webpage"
    assert item.fields["title"] == edition.title
    assert item.fields["abstractNote"] == edition.summary
    assert item.fields["language"] == edition.locale
    assert item.fields["publicationTitle"] == SITE_NAMES[locale]
    assert item.creators == [("", PUBLISHER_NAME.text(Locale(locale)))]
    assert item.fields["url"].endswith(f"/{locale}/{record.id}")
    assert page.count('name="DC.title"') == 1


@pytest.mark.parametrize("locale", matrix(Locale.EN, rest=list(Locale)))
def test_each_deliverable_is_saved(real_app: Flask, locale: Locale) -> None:
    """Names keep their particles, and no two authors become one or one two."""
    client = real_app.test_client()
    corpus = real_app.extensions["kb-services"].corpus
    for record in corpus.of_kind(Kind.DELIVERABLE):
        item = saved_item(client.get(f"/{locale}/{record.id}").text)

        is_article = record.type is DeliverableType.ARTICLE
        assert item.type == ("journalArticle" if is_article else "report"), record.id
        assert item.fields["title"], record.id
        assert item.fields["abstractNote"], record.id
        names = [f"{first} {last}".strip() for first, last in item.creators]
        if record.authors:
            expected = [each.replace(" ", "") for each in record.authors]
            assert [each.replace(" ", "") for each in names] == expected, record.id
        if is_article:
            publications = {each.publisher for each in record.sources}
            assert item.fields["publicationTitle"] in publications


@pytest.mark.parametrize("page", ["/en/practices", "/fr/search?q=lamps"])
def test_a_reference_manager_takes_all_records_of_a_list(
    client: FlaskClient, page: str
) -> None:
    """By unAPI: ids in the list, then a file of references for each id."""
    soup = page_of(client, page)
    server = str(required(soup, 'link[rel="unapi-server"]')["href"])
    ids = [str(each["title"]) for each in soup.select("abbr.unapi-id")]

    assert "practices/newtown-lamps" in ids
    assert "bibtex" in client.get(server).text
    for record_id in ids:
        offered = client.get(server, query_string={"id": record_id})
        assert offered.status_code == 300
        assert 'name="ris"' in offered.text
        query = {"id": record_id, "format": "ris"}
        sent = client.get(server, query_string=query, follow_redirects=True)
        assert len(rispy.loads(sent.text)) == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"id": "practices/none"}, 404),
        ({"id": "nonsense", "format": "ris"}, 404),
        ({"id": PRACTICE, "format": "word"}, 406),
    ],
)
def test_unapi_refuses_what_it_does_not_have(
    client: FlaskClient, query: dict[str, str], status: int
) -> None:
    """As its specification says."""
    assert client.get("/en/unapi", query_string=query).status_code == status


def test_titles_are_in_italics_on_the_page(client: FlaskClient) -> None:
    """The script copies them with the text."""
    texts = box(client, f"/en/{REPORT}").select(".ref [data-copy]")

    assert all(text.select("i") for text in texts)
