"""Originals and their texts on the public site."""

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
    """Return a corpus whose deliverable has three files, and one that is not listed."""
    place = a_workspace(tmp_path_factory.mktemp("files"))
    place.add_file(a_report(), "report.pdf", licence="CC BY-NC 4.0")
    place.add_file(b"<script>alert(1)</script>", "page.html")
    place.add_file(b"", "empty.pdf")
    place.add_file(a_report() + b"<< /S /JavaScript >>", "scripted.pdf")
    place.add_file(
        a_pdf(["# Rapport d’été", "Les <b>lampes</b> & l’avenue."]),
        "été n° 1.pdf",
        language="fr",
    )
    place.path("deliverables/d9.1/files/stray.pdf").write_bytes(b"%PDF-1.4 stray")
    for quoting in ("recommendations/rec-01", "needs/n01"):
        record = place.path(f"{quoting}/record.yaml")
        record.write_text(record.read_text("utf-8") + ITEM, "utf-8")
    texts = open_texts(place.locations)
    rebuild(open_stored_engine(place.locations), place.corpus(), texts=texts)
    return place


@pytest.fixture
def client(place: Workspace) -> FlaskClient:
    """Return a test client over that corpus."""
    return create_app(Settings(place.locations)).test_client()


def test_a_deliverable_lists_its_files(client: FlaskClient) -> None:
    """Each has a format, size, language and a link to its text."""
    page = client.get(FOLDER).get_data(as_text=True)

    assert f'href="{FOLDER}/files/report.pdf"' in page
    assert f'href="{FOLDER}/text/report.pdf"' in page
    assert "en anglais" in page
    assert re.search(r"[\d,]+\u00a0ko", page)
    assert "stray.pdf" not in page


def test_each_file_has_its_licence(client: FlaskClient) -> None:
    """The licence of the site is not that of somebody else's PDF."""
    page = client.get(FOLDER).get_data(as_text=True)

    url = "https://creativecommons.org/licenses/by-nc/4.0/"
    assert f'Licence du fichier\u00a0: <a href="{url}">CC BY-NC 4.0</a>' in page
    assert page.count("La licence de ce fichier n’est pas enregistrée") == 4
    assert "Contenu sous licence CC BY 4.0" not in page
    text = client.get(f"{FOLDER}/text/report.pdf").get_data(as_text=True)
    assert f'<a href="{url}">CC BY-NC 4.0</a>' in text


def test_an_original_is_served_unchanged_and_sandboxed(
    client: FlaskClient, place: Workspace
) -> None:
    """No script in it may run on our site."""
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


def test_a_cached_original_is_304(client: FlaskClient) -> None:
    """A PDF of twenty megabytes is sent once."""
    first = client.get(f"{FOLDER}/files/report.pdf", buffered=True)

    again = client.get(
        f"{FOLDER}/files/report.pdf",
        headers={"If-None-Match": first.headers["ETag"]},
        buffered=True,
    )

    assert again.status_code == 304


def test_a_range_of_an_original_is_206(client: FlaskClient) -> None:
    """Viewers fetch only the page that they show."""
    part = client.get(
        f"{FOLDER}/files/report.pdf", headers={"Range": "bytes=0-3"}, buffered=True
    )

    assert (part.status_code, part.data) == (206, b"%PDF")


def test_other_types_than_pdf_are_attachments(client: FlaskClient) -> None:
    """An HTML original must not open as one of our pages."""
    response = client.get(f"{FOLDER}/files/page.html", buffered=True)

    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_a_pdf_with_scripts_is_an_attachment(client: FlaskClient) -> None:
    """Chromium runs them despite the policy."""
    for _ in range(2):
        response = client.get(f"{FOLDER}/files/scripted.pdf", buffered=True)

        assert response.headers["Content-Disposition"].startswith("attachment")


def test_an_empty_original_is_served(client: FlaskClient) -> None:
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
def test_a_file_that_the_record_does_not_list_is_404(
    client: FlaskClient, path: str
) -> None:
    """It may be a leftover."""
    response = client.get(f"{FOLDER}/{path}", buffered=True)

    assert response.status_code in {301, 308, 404}
    assert b"availability" not in response.data


def test_a_file_whose_size_changed_is_404(
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


def test_the_text_of_a_file_is_a_page(client: FlaskClient) -> None:
    """Headings, lists and pages have anchors, and the text its own language."""
    page = client.get(f"{FOLDER}/text/report.pdf").get_data(as_text=True)

    assert 'class="flow leaves" lang="en"' in page
    for number in (1, 2, 3):
        assert f'<section class="leaf" id="page-{number}"' in page
        assert f'href="{FOLDER}/files/report.pdf#page={number}"' in page
    assert re.search(r'<h2 id="section-\d+">Recommendations</h2>', page)
    assert page.count("<li>") >= 2
    assert "<li>The police must answer each resident" in page


def test_the_text_of_a_file_is_escaped(client: FlaskClient) -> None:
    """Markup in a file must not run; any file name works in an address."""
    page = client.get(f"{FOLDER}/text/été n° 1.pdf").get_data(as_text=True)

    assert "Les lampes &amp; l’avenue." in page
    assert client.get(f"{FOLDER}/files/été n° 1.pdf", buffered=True).status_code == 200


def test_a_hit_links_to_its_page(client: FlaskClient) -> None:
    """It links both the text and the original."""
    page = client.get("/en/search?q=lamplighters+lanterns").get_data(as_text=True)

    assert 'href="/en/deliverables/d9.1/text/report.pdf#page-2"' in page
    assert 'href="/en/deliverables/d9.1/files/report.pdf#page=2"' in page
    assert "p.\u00a02" in page or "p. 2" in page


def test_the_api_names_the_page_of_a_passage(client: FlaskClient) -> None:
    """Other sites can cite it."""
    body = client.get("/api/v1/search?q=lamplighters&hl=en").get_json()

    (hit,) = (each for each in body["hits"] if each["id"] == "d9.1")
    passage = hit["passages"][0]
    assert passage["page"] == 2
    assert passage["url"] == "/en/deliverables/d9.1/text/report.pdf#page-2"
    assert passage["locale"] == "en"


def test_the_api_lists_files_and_quotations(client: FlaskClient) -> None:
    """A record is complete in the API."""
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


@pytest.mark.parametrize("quoting", ["recommendations/rec-01", "needs/n01"])
def test_a_record_shows_its_quotations(client: FlaskClient, quoting: str) -> None:
    """Each links to the page of the original."""
    page = client.get(f"/fr/{quoting}").get_data(as_text=True)

    assert '<blockquote lang="en">The police must answer each resident<' in page
    assert f'href="{FOLDER}/files/report.pdf#page=3"' in page
    assert f'href="{FOLDER}/text/report.pdf#page-3"' in page


def test_a_quoted_report_has_its_title_in_the_language_of_the_page(
    tmp_path: Path,
) -> None:
    """A report without a code has a title in each language."""
    place = a_workspace(tmp_path)
    place.add_file(a_report(), "report.pdf")
    place.replace("deliverables/d9.1/record.yaml", "code: D9.1\n", "")
    record = place.path("recommendations/rec-01/record.yaml")
    record.write_text(record.read_text("utf-8") + ITEM, "utf-8")
    client = create_app(Settings(place.locations)).test_client()

    page = client.get("/en/recommendations/rec-01").get_data(as_text=True)

    quoted = page.partition("</figure>")[0].partition("<figure")[2]
    assert "Workshop 9 report" in quoted
    assert "Atelier 9" not in quoted


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_text_page_exists_in_both_languages(
    client: FlaskClient, locale: str
) -> None:
    """The text of the file stays the same."""
    page = client.get(f"/{locale}/deliverables/d9.1/text/report.pdf")

    twin = {"fr": "en", "en": "fr"}[locale]
    assert f"/{twin}/deliverables/d9.1/text/report.pdf" in page.get_data(as_text=True)
