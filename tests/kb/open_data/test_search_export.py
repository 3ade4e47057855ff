"""A search as a file, read by independent libraries."""

import csv
import io
import json
import random
from collections.abc import Iterator
from typing import Any

import bibtexparser
import pytest
import rispy
from flask import Flask, request
from flask.testing import FlaskClient
from openpyxl import load_workbook

from indexer.model.facets import FacetName
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import Sort
from kb.app import create_app
from kb.briefs.csv_table import FORMULA_STARTS, safe_cell
from kb.briefs.xlsx_table import MAX_CELL_CHARACTERS
from kb.core.settings import Settings
from kb.open_data.record_table import TABLE_FORMATS, ExportTable, headings
from kb.open_data.search_export import SearchFormat
from kb.public.search.page import search_page
from kb.services import Services
from kb.web.locale import choose_locale
from kb.web.search.facet_values import vocabulary_of
from tests.support.builders import Workspace
from tests.support.matrix import matrix

SEED = 20_261_127
WORDS = (
    *("police", "trolling", "vélos volés", "stolen bikes", "harcelment", "zzzz"),
    *("sécurité -police", '"social media"', "hate OR haine", "cyber*", "rumeurs crise"),
)


def csv_rows(body: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV file, by heading."""
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def xlsx_rows(body: bytes) -> list[tuple[Any, ...]]:
    """Return the rows of the first sheet of a workbook, headings included."""
    sheet = load_workbook(io.BytesIO(body)).worksheets[0]
    return list(sheet.iter_rows(values_only=True))


def json_rows(body: bytes) -> list[dict[str, Any]]:
    """Return the objects of a JSON Lines file."""
    return [json.loads(line) for line in body.decode().split("\n") if line]


def bibtex_of(body: bytes) -> Any:
    """Return the database that bibtexparser reads."""
    return bibtexparser.loads(body.decode())


def ris_of(body: bytes) -> Any:
    """Return the references that rispy reads."""
    return rispy.loads(body.decode())


def row_count(body: bytes, suffix: str) -> int:
    """Return how many records a file has."""
    match suffix:
        case "csv":
            return len(csv_rows(body))
        case "xlsx":
            return len(xlsx_rows(body)) - 1
        case "jsonl":
            return len(json_rows(body))
        case "bib":
            return len(bibtex_of(body).entries)
        case "ris":
            return len(ris_of(body))
        case _:
            return len(json.loads(body))


def last_text(body: bytes, suffix: str) -> str:
    """Return the title or notice of the last row of a file."""
    match suffix:
        case "csv":
            return csv_rows(body)[-1]["Title"]
        case "jsonl":
            return str(json_rows(body)[-1]["notice"])
        case "bib":
            return str(bibtex_of(body).comments[-1])
        case "ris":
            return str(ris_of(body)[-1]["title"])
        case _:
            return str(json.loads(body)[-1]["title"])


def random_searches(app: Flask, count: int) -> Iterator[dict[str, Any]]:
    """Yield parameters of searches: words or none, up to three facets, an order."""
    chance = random.Random(SEED)  # noqa: S311  # a fixed seed
    vocabulary = vocabulary_of(app.extensions["kb-services"].corpus)
    facets = [each for each in FacetName if vocabulary.values(each)]
    for _ in range(count):
        chosen = chance.sample(facets, chance.randint(0, 3))
        parameters: dict[str, Any] = {
            facet.value: chance.choices(
                vocabulary.values(facet), k=chance.randint(1, 3)
            )
            for facet in chosen
        }
        parameters["q"] = chance.choice((*WORDS, "", ""))
        parameters["sort"] = chance.choice(("", *Sort))
        yield parameters


@pytest.mark.parametrize("count", matrix(28, rest=[200]))
def test_a_file_has_as_many_rows_as_the_page_shows_results(
    real_app: Flask, count: int
) -> None:
    """For random searches with filters, in both languages and all formats."""
    client = real_app.test_client()
    totals = set()

    for number, parameters in enumerate(random_searches(real_app, count)):
        locale = Locale.FR if number % 2 else Locale.EN
        with real_app.test_request_context(
            f"/{locale}/search", query_string=parameters
        ):
            choose_locale(locale)
            total = search_page(request.args).results.total
        suffix = list(SearchFormat)[number % len(SearchFormat)].value
        body = client.get(f"/{locale}/search.{suffix}", query_string=parameters).data
        assert row_count(body, suffix) == total, parameters
        totals.add(total)

    assert len(totals) > count // 10


@pytest.mark.parametrize("locale", list(Locale))
def test_headings_are_in_the_language_of_the_reader(
    client: FlaskClient, locale: Locale
) -> None:
    """The same headings in CSV and XLSX."""
    table = client.get(f"/{locale}/search.csv").data
    workbook = client.get(f"/{locale}/search.xlsx").data

    names = headings(locale)
    assert names[0] == {"fr": "Titre", "en": "Title"}[locale]
    assert table.decode("utf-8-sig").split("\r\n")[0] == ",".join(names)
    assert xlsx_rows(workbook)[0] == names


def test_csv_begins_with_a_byte_order_mark(client: FlaskClient) -> None:
    """Spreadsheets otherwise take its UTF-8 for an older encoding."""
    response = client.get("/fr/search.csv?kind=practice")

    assert response.data.startswith(b"\xef\xbb\xbf")
    assert response.content_type == "text/csv; charset=utf-8; header=present"
    assert "attachment; filename=recherche-" in response.headers["Content-Disposition"]


def test_a_page_number_does_not_count(client: FlaskClient) -> None:
    """A file has all pages, from whichever page it was asked for."""
    first = client.get("/en/search.jsonl?kind=practice")
    later = client.get("/en/search.jsonl?kind=practice&page=7")

    assert later.data == first.data


def test_values_for_programs_are_those_of_filters(client: FlaskClient) -> None:
    """A row of JSON Lines can be searched for by its values."""
    rows = json_rows(client.get("/en/search.jsonl?kind=practice&place=villeneuve").data)

    assert [row["id"] for row in rows] == ["newtown-lamps"]
    row = rows[0]
    assert row["url"] == "http://127.0.0.1:8000/en/practices/newtown-lamps"
    for theme in row["theme"]:
        found = json_rows(client.get(f"/en/search.jsonl?theme={theme}").data)
        assert row["id"] in {each["id"] for each in found}


@pytest.mark.parametrize("suffix", ["xlsx", "jsonl"])
def test_a_dossier_is_a_table_too(client: FlaskClient, suffix: str) -> None:
    """With the records that its address names, in their order."""
    path = f"/en/dossier.{suffix}?r=needs/n01&r=practices/newtown-lamps"

    response = client.get(path)

    assert response.status_code == 200
    if suffix == "xlsx":
        ids = [row[-2] for row in xlsx_rows(response.data)[1:]]
    else:
        rows = json_rows(response.data)
        ids = [str(RecordId(Kind(each["kind"]), each["id"])) for each in rows]
    assert ids == ["needs/n01", "practices/newtown-lamps"]


def test_the_page_of_results_links_to_each_format(client: FlaskClient) -> None:
    """With the filters of the page."""
    page = client.get("/en/search?q=lamps&kind=practice").text

    for suffix in ("csv", "xlsx", "jsonl", "bib", "ris"):
        assert f'href="/en/search.{suffix}?q=lamps&amp;kind=practice"' in page


def test_a_search_without_results_is_a_file_without_rows(client: FlaskClient) -> None:
    """It has its headings."""
    path = "/en/search.{}?q=lamps&kind=theme&year=1901"

    assert csv_rows(client.get(path.format("csv")).data) == []
    assert client.get(path.format("jsonl")).data == b""
    assert len(xlsx_rows(client.get(path.format("xlsx")).data)) == 1


@pytest.mark.parametrize("suffix", list(SearchFormat))
def test_a_wrong_parameter_is_named(client: FlaskClient, suffix: str) -> None:
    """The error is that of the page of results."""
    response = client.get(f"/fr/search.{suffix}?theme=nowhere")

    assert response.status_code == 400
    assert "nowhere" in response.text


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_no_cell_of_csv_begins_like_a_formula(start: str) -> None:
    """OWASP: an apostrophe before it makes it a text."""
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"


def test_a_malicious_title_never_becomes_a_formula(workspace: Workspace) -> None:
    """Neither a spreadsheet nor CSV opened in one runs it."""
    formula = "=HYPERLINK(\"http://evil.example\")+cmd|' /C calc'!A0"
    text = json.dumps(formula)
    workspace.replace(
        "practices/newtown-lamps/en.md",
        'title: "Newtown: lighting the lanes again"',
        f"title: {text}",
    )
    app = create_app(Settings(workspace.locations))
    app.extensions["kb-services"].content.update_index()
    client = app.test_client()

    [row] = csv_rows(client.get("/en/search.csv?place=villeneuve&kind=practice").data)
    body = client.get("/en/search.xlsx?place=villeneuve&kind=practice").data
    cell = load_workbook(io.BytesIO(body)).worksheets[0]["A2"]

    assert row["Title"] == f"'{formula}"
    assert (cell.value, cell.data_type) == (formula, "s")


def test_a_text_too_long_for_a_cell_is_cut(workspace: Workspace) -> None:
    """The format limits cells; the writer would leave such a cell empty."""
    path = workspace.path("practices/newtown-lamps/en.md")
    text = path.read_text("utf-8")
    path.write_text(text.replace("summary: ", f"summary: {'long ' * 7000}", 1), "utf-8")
    app = create_app(Settings(workspace.locations))
    app.extensions["kb-services"].content.update_index()

    rows = xlsx_rows(
        app.test_client().get("/en/search.xlsx?place=villeneuve&kind=practice").data
    )

    assert len(rows[1][2]) == MAX_CELL_CHARACTERS
    assert rows[1][2].endswith("…")


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "bib", "ris", "csl.json"])
def test_the_last_line_says_that_the_content_changed_meanwhile(
    content: Workspace, suffix: str
) -> None:
    """The rows are those of the search as it began; the line comes after them."""
    services = Services(Settings(content.locations))
    client = create_app(services=services).test_client()
    unchanged = client.get(f"/en/search.{suffix}").data
    assert b"changed while" not in unchanged

    streamed = client.get(f"/en/search.{suffix}")
    assert streamed.is_streamed
    content.replace("practices/newtown-lamps/en.md", "Newtown:", "New town:")
    services.content.update_index()
    body = streamed.data

    last = last_text(body, suffix)
    assert last.startswith("The content changed while this file was being made")


def test_the_last_row_of_a_workbook_says_it_too(app: Flask) -> None:
    """A workbook is complete before its first byte is sent."""
    vocabulary = vocabulary_of(app.extensions["kb-services"].corpus)
    table = ExportTable(
        (), vocabulary, Locale.EN, (), ("Results", "About"), lambda: "Changed"
    )

    rows = xlsx_rows(b"".join(TABLE_FORMATS["xlsx"].write(table)))

    assert (len(rows), rows[-1][0]) == (2, "Changed")


def test_a_workbook_says_where_it_comes_from(client: FlaskClient) -> None:
    """The second sheet has the address of the search, the time and the licence."""
    body = client.get("/en/search.xlsx?kind=practice").data

    about = dict(
        load_workbook(io.BytesIO(body)).worksheets[1].iter_rows(values_only=True)
    )
    assert about["Address"] == "http://127.0.0.1:8000/en/search?kind=practice"
    assert about["Records"] == "2"
    assert about["Licence"].startswith("CC BY 4.0")


def test_a_file_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    """Its ETag is that of the content."""
    etag = client.get("/en/search.csv?kind=practice").headers["ETag"]

    again = client.get("/en/search.csv?kind=practice", headers={"If-None-Match": etag})

    assert again.status_code == 304
