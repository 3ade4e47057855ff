"""One click in Zotero saves a record, with what Zotero reads of its page."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.ids import Kind, Locale
from indexer.model.vocabulary import DeliverableType
from kb.app import create_app
from kb.citations.cited_work import SITE_NAMES
from kb.core.settings import Settings
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.matrix import matrix
from tests.support.zotero import saved_item

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
    assert item.creators == [("", "Efus")]
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
    assert item.creators == [("", "Efus")]
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
