"""Originals and their texts, as visitors get them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer.pipeline import open_stored_engine, open_texts, rebuild
from kb.app import create_app
from kb.core.settings import Settings
from tests.support.builders import Workspace, a_workspace
from tests.support.reports import a_pdf, a_report

FOLDER = "/fr/deliverables/d9.1"
ITEM = (
    "quotations:\n  - {deliverable: d9.1, file: report.pdf, page: 3, "
    "text: The police must answer each resident}\n"
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Give a corpus whose deliverable has three files, and a stray one."""
    place = a_workspace(tmp_path_factory.mktemp("files"))
    place.add_file(a_report(), "report.pdf")
    place.add_file(b"<script>alert(1)</script>", "page.html")
    place.add_file(b"", "empty.pdf")
    place.add_file(a_report() + b"<< /S /JavaScript >>", "scripted.pdf")
    place.add_file(
        a_pdf(["# Rapport d’été", "Les <b>lampes</b> & l’avenue."]),
        "été n° 1.pdf",
        language="fr",
    )
    place.path("deliverables/d9.1/files/stray.pdf").write_bytes(b"%PDF-1.4 stray")
    record = place.path("recommendations/rec-01/record.yaml")
    record.write_text(record.read_text("utf-8") + ITEM, "utf-8")
    texts = open_texts(place.locations)
    rebuild(open_stored_engine(place.locations), place.corpus(), texts=texts)
    return place


@pytest.fixture
def client(place: Workspace) -> FlaskClient:
    """Give a browser without script over that corpus."""
    return create_app(Settings(place.locations)).test_client()


def test_a_deliverable_lists_its_files(client: FlaskClient) -> None:
    """With format, weight, language, and the text to read in place."""
    page = client.get(FOLDER).get_data(as_text=True)

    assert f'href="{FOLDER}/files/report.pdf"' in page
    assert f'href="{FOLDER}/text/report.pdf"' in page
    assert "en anglais" in page
    assert re.search(r"[\d,]+\u00a0ko", page)
    assert "stray.pdf" not in page


def test_an_original_is_served_as_it_was_received(
    client: FlaskClient, place: Workspace
) -> None:
    """Byte for byte, and nothing in it may run here."""
    response = client.get(f"{FOLDER}/files/report.pdf", buffered=True)

    original = place.path("deliverables/d9.1/files/report.pdf").read_bytes()
    assert response.data == original
    assert response.mimetype == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "unsafe" not in policy
    assert response.headers["Content-Disposition"].startswith("inline")


def test_what_a_browser_has_is_not_sent_again(client: FlaskClient) -> None:
    """A PDF of twenty megabytes is sent once."""
    first = client.get(f"{FOLDER}/files/report.pdf", buffered=True)

    again = client.get(
        f"{FOLDER}/files/report.pdf",
        headers={"If-None-Match": first.headers["ETag"]},
        buffered=True,
    )

    assert again.status_code == 304


def test_a_part_of_an_original_may_be_asked_for(client: FlaskClient) -> None:
    """Viewers fetch the page that they show."""
    part = client.get(
        f"{FOLDER}/files/report.pdf", headers={"Range": "bytes=0-3"}, buffered=True
    )

    assert (part.status_code, part.data) == (206, b"%PDF")


def test_other_types_are_kept_and_not_opened(client: FlaskClient) -> None:
    """A page of somebody else's must not run as one of ours."""
    response = client.get(f"{FOLDER}/files/page.html", buffered=True)

    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_a_pdf_that_may_run_scripts_is_kept_and_not_opened(client: FlaskClient) -> None:
    """Chromium runs them, whatever the policy says."""
    for _ in range(2):
        response = client.get(f"{FOLDER}/files/scripted.pdf", buffered=True)

        assert response.headers["Content-Disposition"].startswith("attachment")


def test_an_empty_file_is_given_as_it_is(client: FlaskClient) -> None:
    """Somebody listed it by hand: it is no error of the service."""
    response = client.get(f"{FOLDER}/files/empty.pdf", buffered=True)

    assert (response.status_code, response.data) == (200, b"")


@pytest.mark.parametrize(
    "path",
    [
        "files/stray.pdf",
        "files/../record.yaml",
        "files/..%2Frecord.yaml",
        "files/%2e%2e%2frecord.yaml",
        "files/..%5crecord.yaml",
        "files/record.yaml",
        "files/%00",
        "files/",
        "files/report.pdf%00.html",
        "files//etc/passwd",
        "text/stray.pdf",
        "text/../../d9.1/record.yaml",
        "text/page.pdf",
    ],
)
def test_nothing_else_is_served(client: FlaskClient, path: str) -> None:
    """What the record does not list does not exist."""
    response = client.get(f"{FOLDER}/{path}", buffered=True)

    assert response.status_code in {301, 308, 404}
    assert b"availability" not in response.data


def test_a_file_that_changed_since_is_not_served(
    client: FlaskClient, place: Workspace
) -> None:
    """Its content was not verified."""
    path = place.path("deliverables/d9.1/files/report.pdf")
    content = path.read_bytes()
    client.get(FOLDER)
    path.write_bytes(content + b"more")

    response = client.get(f"{FOLDER}/files/report.pdf", buffered=True)
    path.write_bytes(content)

    assert response.status_code == 404


def test_the_text_of_a_file_can_be_read_in_place(client: FlaskClient) -> None:
    """Headings, lists and pages, each with an address, in its own language."""
    page = client.get(f"{FOLDER}/text/report.pdf").get_data(as_text=True)

    assert 'class="flow leaves" lang="en"' in page
    for number in (1, 2, 3):
        assert f'<section class="leaf" id="page-{number}"' in page
        assert f'href="{FOLDER}/files/report.pdf#page={number}"' in page
    assert re.search(r'<h2 id="section-\d+">Recommendations</h2>', page)
    assert page.count("<li>") >= 2
    assert "<li>The police must answer each resident" in page


def test_the_words_of_a_file_are_only_words(client: FlaskClient) -> None:
    """Whatever a file holds, it is shown and not run; any name can be in an address."""
    page = client.get(f"{FOLDER}/text/été n° 1.pdf").get_data(as_text=True)

    assert "Les lampes &amp; l’avenue." in page
    assert client.get(f"{FOLDER}/files/été n° 1.pdf", buffered=True).status_code == 200


def test_a_hit_leads_to_its_page(client: FlaskClient) -> None:
    """In the text, and in the original."""
    page = client.get("/en/search?q=lamplighters+lanterns").get_data(as_text=True)

    assert 'href="/en/deliverables/d9.1/text/report.pdf#page-2"' in page
    assert 'href="/en/deliverables/d9.1/files/report.pdf#page=2"' in page
    assert "p.\u00a02" in page or "p. 2" in page


def test_the_api_tells_the_page_of_a_passage(client: FlaskClient) -> None:
    """Other sites show where a passage stands."""
    body = client.get("/api/v1/search?q=lamplighters&hl=en").get_json()

    (hit,) = (each for each in body["hits"] if each["id"] == "d9.1")
    passage = hit["passages"][0]
    assert passage["page"] == 2
    assert passage["url"] == "/en/deliverables/d9.1/text/report.pdf#page-2"
    assert passage["locale"] == "en"


def test_the_api_lists_files_and_quotations(client: FlaskClient) -> None:
    """A record is given whole."""
    files = client.get("/api/v1/records/deliverable/d9.1").get_json()["files"]
    quoted = client.get("/api/v1/records/recommendation/rec-01").get_json()

    assert [each["name"] for each in files] == [
        "report.pdf",
        "page.html",
        "empty.pdf",
        "scripted.pdf",
        "été n° 1.pdf",
    ]
    assert files[0]["url"]["en"] == "/en/deliverables/d9.1/files/report.pdf"
    assert quoted["quotations"][0]["page"] == 3


def test_a_recommendation_shows_what_it_quotes(client: FlaskClient) -> None:
    """With a link to the page."""
    page = client.get("/fr/recommendations/rec-01").get_data(as_text=True)

    assert '<p lang="en">The police must answer each resident</p>' in page
    assert f'href="{FOLDER}/files/report.pdf#page=3"' in page
    assert f'href="{FOLDER}/text/report.pdf#page-3"' in page


def test_what_is_quoted_is_named_in_the_language_of_the_page(tmp_path: Path) -> None:
    """A report without a code has a title in each language."""
    place = a_workspace(tmp_path)
    place.add_file(a_report(), "report.pdf")
    place.replace("deliverables/d9.1/record.yaml", "code: D9.1\n", "")
    record = place.path("recommendations/rec-01/record.yaml")
    record.write_text(record.read_text("utf-8") + ITEM, "utf-8")
    client = create_app(Settings(place.locations)).test_client()

    page = client.get("/en/recommendations/rec-01").get_data(as_text=True)

    quoted = page.partition("</blockquote>")[0].partition("<blockquote")[2]
    assert "Workshop 9 report" in quoted
    assert "Atelier 9" not in quoted


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_text_has_a_twin_in_the_other_language(
    client: FlaskClient, locale: str
) -> None:
    """The frame changes its language; the words of the file stay."""
    page = client.get(f"/{locale}/deliverables/d9.1/text/report.pdf")

    twin = {"fr": "en", "en": "fr"}[locale]
    assert f"/{twin}/deliverables/d9.1/text/report.pdf" in page.get_data(as_text=True)
