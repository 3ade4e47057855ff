"""The files of a dossier, and what its address may say."""

import csv
import io
import json
from urllib.parse import quote

import bibtexparser
import pypdfium2 as pdfium
import pytest
import rispy
from bs4 import BeautifulSoup
from docx import Document
from flask import Flask
from flask.testing import FlaskClient

from indexer.corpus.corpus_reader import CorpusReader
from kb.public.brief.files import FILES
from kb.public.record.text_parts import first_sentences
from kb.web.dossier_cookie import MAX_RECORDS
from tests.support.briefs import HOSTILE_TITLES
from tests.support.builders import PROJECT
from tests.support.pages import page_of, required
from tests.support.pdf_ua import pdf_ua_problems

EVENT, PRACTICE = "events/w9", "practices/newtown-lamps"
REPORT = "deliverables/d9.1"
BOTH = f"r={PRACTICE}&r={EVENT}"


def file(client: FlaskClient, name: str, parameters: str = BOTH) -> bytes:
    """Return a file of a dossier."""
    answer = client.get(f"/en/dossier.{name}?{parameters}", buffered=True)
    assert answer.status_code == 200, answer.text
    return bytes(answer.data)


def error(client: FlaskClient, path: str) -> tuple[int, str]:
    """Return the status and the text of an error page."""
    answer = client.get(path)
    main = required(BeautifulSoup(answer.text, "lxml"), "main")
    return answer.status_code, main.get_text(" ", strip=True).replace("\u00a0", " ")


def pdf_text(content: bytes) -> str:
    """Return the text of a PDF, blanks as single spaces."""
    pages = pdfium.PdfDocument(content)
    texts = (page.get_textpage().get_text_range() for page in pages)
    return " ".join(" ".join(texts).split())


def docx_text(content: bytes) -> str:
    """Return the paragraphs of a DOCX file."""
    return "\n".join(each.text for each in Document(io.BytesIO(content)).paragraphs)


@pytest.mark.load
def test_each_format_has_the_records_in_their_order(client: FlaskClient) -> None:
    """Programs that are not ours read them."""
    titles = ["Newtown", "Workshop 9"]
    (bib, ris) = file(client, "bib").decode(), file(client, "ris").decode()
    cited = [
        [each["title"].strip("{}") for each in bibtexparser.loads(bib).entries],
        [each["title"] for each in rispy.loads(ris)],
        [each["title"] for each in json.loads(file(client, "csl.json"))],
        [row[2] for row in csv.reader(io.StringIO(file(client, "csv").decode()))][1:],
    ]
    for found in cited:
        assert [
            title[: len(start)] for title, start in zip(found, titles, strict=True)
        ] == titles

    for text in (
        pdf_text(file(client, "pdf")),
        docx_text(file(client, "docx")),
        file(client, "md").decode(),
    ):
        assert text.index("Newtown") < text.index("Workshop 9")


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("text", ["summary", "full"])
def test_the_pdf_of_records_keeps_the_rules_of_pdf_ua(
    client: FlaskClient, locale: str, text: str
) -> None:
    """Also with the whole texts, their lists and tables."""
    path = f"/{locale}/dossier.pdf?{BOTH}&r={REPORT}&text={text}&table=yes&title=Lamps"

    assert pdf_ua_problems(client.get(path, buffered=True).data) == []


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_saved_under_its_title_and_day(
    client: FlaskClient, name: str
) -> None:
    """Whoever finds it in a folder a year later knows what it is."""
    answer = client.get(
        f"/fr/dossier.{name}?{BOTH}&title=Éclairer la rue", buffered=True
    )

    disposition = answer.headers["Content-Disposition"]
    assert 'attachment; filename="eclairer-la-rue-20' in disposition
    assert disposition.endswith(f'.{name}"')
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_title_note_and_whole_text_are_in_the_brief(client: FlaskClient) -> None:
    """They come from the form of the dossier."""
    typed = f"{BOTH}&title=For the council&note=First line%0D%0ASecond line"

    short = docx_text(file(client, "docx", typed))
    whole = docx_text(file(client, "docx", f"{typed}&text=full"))

    assert "For the council\n" in short
    assert "First line\nSecond line" in short
    assert len(whole) > len(short)


def test_a_summary_of_a_recommendation_has_what_to_do(real_app: Flask) -> None:
    """Its summary says where it comes from; a council needs what it asks."""
    client = real_app.test_client()
    path = "/en/dossier.md?r=recommendations/rec-42"

    short, whole = client.get(path).text, client.get(f"{path}&text=full").text

    assert "### In practice" in short
    assert "### Where it comes from" not in short
    assert "### Where it comes from" in whole


def test_a_short_practice_says_what_was_done_in_whole_sentences(
    real_app: Flask,
) -> None:
    """A brief of summaries would name records, and a council could not act on it."""
    client = real_app.test_client()
    both = "r=practices/nice-reporty&r=practices/estonia-24h"
    short = client.get(f"/en/dossier.md?{both}&table=yes").text
    whole = client.get(f"/en/dossier.md?{both}&text=full").text

    for part in ("What was done", "Limits"):
        start = short.partition(f"### {part}\n\n")[2].partition("\n")[0]
        assert start.endswith((".", "!", "?", "…"))
        assert start in whole.replace("\n\n", " ")
    assert "### What did not work" in short
    assert "| What was done |" in short


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>The St. Mary ward. It ended.</p>", "The St. Mary ward."),
        ("<p>So did Mr. J. Doe. It ended.</p>", "So did Mr. J. Doe."),
        ("<p>Two rules:</p><ul><li>ask</li></ul>", "Two rules: ask"),
        ("<ul><li>one</li><li>two</li></ul>", "One. Two."),
        ("<h3>A title</h3>", ""),
    ],
)
def test_sentences_are_never_cut(html: str, expected: str) -> None:
    """An abbreviation does not end a sentence, and a colon does not end a text."""
    assert first_sentences(html, 20) == expected


def test_the_figures_of_a_record_are_in_each_format(client: FlaskClient) -> None:
    """A reader decides by them; on the page, they are in large beside the text."""
    texts = (
        pdf_text(file(client, "pdf")),
        docx_text(file(client, "docx")),
        file(client, "md").decode().replace("**", ""),
        file(client, "csv").decode(),
    )

    assert all("1,200" in text for text in texts)
    assert all("lanes opened again" in text for text in texts)


@pytest.mark.parametrize("title", HOSTILE_TITLES.values(), ids=HOSTILE_TITLES)
def test_a_hostile_title_in_the_address_is_text_or_an_error(
    client: FlaskClient, title: str
) -> None:
    """Anybody can send such an address to somebody."""
    values = {"r": PRACTICE, "title": title.encode("utf-8", "replace").decode()}
    for name in ("docx", "md", "csv", "pdf"):
        answer = client.get(f"/en/dossier.{name}", query_string=values, buffered=True)
        assert answer.status_code == (400 if "long" in _name_of(title) else 200)
        assert "\n" not in answer.headers.get("Content-Disposition", "")
        assert b"root:" not in answer.data


def _name_of(title: str) -> str:
    return next(name for name, text in HOSTILE_TITLES.items() if text == title)


def test_the_brief_says_what_went(client: FlaskClient) -> None:
    """Its reader must not think that the list is complete."""
    turned = quote("\u202enonsense")
    parameters = f"{BOTH}&r=practices/gone&r={turned}"

    for text in (
        pdf_text(file(client, "pdf", parameters)),
        docx_text(file(client, "docx", parameters)),
        file(client, "md", parameters).decode(),
    ):
        assert "There is no record “practices/gone”" in text
        assert "“nonsense” is not the id of a record" in text


def test_a_former_id_says_where_its_record_went(real_app: Flask) -> None:
    """The record that it became part of is shown once."""
    former, record = next(
        iter(CorpusReader(PROJECT / "documents").read().survivors.items())
    )
    page = real_app.test_client().get(f"/en/dossier?r={former}&r={record}").text

    found = BeautifulSoup(page, "lxml")
    assert f"The record “{former}” is now part of" in found.get_text()
    assert len(found.select("ol.order > li")) == 1


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "/fr/dossier?" + "&".join(f"r=practices/p{n}" for n in range(500)),
            f"Un dossier compte au plus {MAX_RECORDS} fiches",
        ),
        (
            "/en/dossier.pdf?" + "&".join(f"r=practices/p{n}" for n in range(500)),
            f"A dossier has at most {MAX_RECORDS} records; this address names 500.",
        ),
        (f"/en/dossier?{BOTH}&text=all", "“all” is not a value of “text”"),
        (f"/en/dossier?{BOTH}&table=maybe", "“maybe” is not a value of “table”"),
        (f"/en/dossier?{BOTH}&language=de", "“de” is not a value of “language”"),
        (f"/en/dossier?{BOTH}&title={'x' * 151}", "at most 150 characters, not 151"),
        (f"/en/dossier?{BOTH}&note={'x' * 2001}", "at most 2000 characters, not 2001"),
        (f"/en/dossier?{BOTH}&at=yesterday", "“yesterday” is not a day"),
        (f"/en/dossier?{BOTH}&at=2999-01-01", "has not come yet"),
    ],
)
def test_an_address_that_is_wrong_is_refused_with_its_limit(
    client: FlaskClient, path: str, expected: str
) -> None:
    """In the language of the address."""
    status, text = error(client, path)

    assert status == 400
    assert expected in text


@pytest.mark.parametrize("name", FILES)
def test_an_empty_dossier_has_no_file(client: FlaskClient, name: str) -> None:
    """An empty document would look like a fault."""
    status, text = error(client, f"/en/dossier.{name}?r=practices/gone")

    assert status == 404
    assert "no record to put into a file" in text


def test_another_language_keeps_the_rest_of_the_address(client: FlaskClient) -> None:
    """The form chooses the language, and the address of the site has it in its path."""
    answer = client.get(f"/en/dossier.pdf?{BOTH}&title=Rue+sûre&language=fr")

    assert answer.status_code == 302
    assert answer.location.startswith("/fr/dossier.pdf?r=practices")
    assert "title=Rue+s%C3%BBre" in answer.location
    assert "language" not in answer.location


def test_the_page_offers_each_format_without_script(client: FlaskClient) -> None:
    """A button sends the fields of the form to another address."""
    found = page_of(client, f"/fr/dossier?{BOTH}")

    buttons = [str(each["formaction"]) for each in found.select("button[formaction]")]
    assert buttons == [f"/fr/dossier.{name}" for name in FILES]
    hidden = [each["value"] for each in found.select("form[method=get] [name=r]")]
    assert {PRACTICE, EVENT} <= set(hidden)
