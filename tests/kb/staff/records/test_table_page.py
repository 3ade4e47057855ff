"""Tests of tables that staff send: what they show, apply and take back."""

import csv
import io
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from indexer.model.tables import SentTable
from indexer.readers.sandbox.protocol import DEFAULT_LIMITS
from indexer.readers.sandbox.sandbox import IsolatedReader
from indexer.readers.tables.table_reader import read_table
from kb.services import Services
from tests.kb.staff.records.test_bulk_page import EVENT, LAMPS, STAFF, confirm, press
from tests.support.staff import Browser, actions

CHANGES_CONTENT = True
FORM_OF_TABLE = "main form[action*='/tables/']"

REFERENCE = """TY  - RPRT
TI  - A plan for {title}
DO  - 10.1234/abc
KW  - Streets
LA  - en
ER  -
"""


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read tables in this process: the tests of the reader use the sandbox."""

    def table(_reader: IsolatedReader, path: Path) -> SentTable:
        return read_table("table", path.read_bytes(), DEFAULT_LIMITS)

    monkeypatch.setattr(IsolatedReader, "table", table)


def send(browser: Browser, content: bytes, name: str = "a.csv") -> TestResponse:
    """Send a table, and return the page that follows."""
    path = f"{STAFF}/tables"
    data = {"csrf_token": browser.token(path), "table": (io.BytesIO(content), name)}
    answer = browser.client.post(path, data=data)
    to_follow = answer.status_code == 303
    return browser.get(answer.headers["Location"]) if to_follow else answer


def export(browser: Browser, file_format: str, *records: str) -> bytes:
    """Return the file of ticked records."""
    page = confirm(browser, "records", "export", *records)
    return bytes(press(browser, page, format=file_format).data)


def with_cells(table: bytes, *changes: tuple[int, str, str]) -> bytes:
    """Return a table with other cells, as a French spreadsheet saves it."""
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    for row, column, cell in changes:
        rows[row][rows[0].index(column)] = cell
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def test_an_exported_table_comes_back_with_its_corrections(
    publisher: Browser, editor: Browser, services: Services
) -> None:
    """Only publishers publish the corrections at once, and take them back."""
    table = export(publisher, "corrections.csv", LAMPS, EVENT)
    changes = ((1, "summary.en", "Other words."), (2, "date", "some day"))
    page = send(publisher, with_cells(table, *changes), "été.csv")
    path, fields = page.request.path, {**_fields(page), "into": "records"}

    assert "1 line can be applied." in page.text
    assert "1 line has a problem, and is left out." in page.text
    assert re.search(r"Line 3, column [A-Z]+ \(date\)", page.text)
    assert "Other words." in " ".join(BeautifulSoup(page.text, "lxml").text.split())
    token = editor.token(path)
    refused = editor.client.post(path, data={**fields, "csrf_token": token})
    assert refused.status_code == 403
    entry = publisher.client.post(path, data=fields).headers["Location"]
    assert "Other words." in publisher.get(f"/en/{LAMPS}").text
    assert "Changed by a table" in publisher.get(entry).text
    assert publisher.client.post(path, data=fields).status_code == 409
    assert editor.post(f"{entry}/take-back").status_code == 403
    publisher.post(f"{entry}/take-back")
    assert "Other words." not in publisher.get(f"/en/{LAMPS}").text
    logged = {action for _, action, _ in actions(services.database)}
    assert {"table-applied", "table-undone"} < logged


def _fields(page: TestResponse) -> dict[str, list[str]]:
    """Return the fields of the form that applies a table."""
    found = BeautifulSoup(page.text, "lxml").select_one(FORM_OF_TABLE)
    assert found is not None
    fields: dict[str, list[str]] = {}
    for control in found.find_all("input", attrs={"name": True}):
        if control.get("type") != "checkbox" or control.has_attr("checked"):
            fields.setdefault(str(control["name"]), []).append(str(control["value"]))
    return fields


def test_references_become_drafts_with_the_themes_that_are_ticked(
    editor: Browser,
) -> None:
    """A theme is offered and not ticked; a second reference of a work is told."""
    text = "".join(REFERENCE.format(title=title) for title in ("parks", "squares"))

    page = send(editor, text.encode(), "a.ris")

    assert "It looks like a record that exists already:" in page.text
    fields = _fields(page)
    assert fields["d"] == ["deliverables/a-plan-for-parks"]
    themes = {"themes-deliverables/a-plan-for-parks": "streets"}
    done = editor.client.post(
        page.request.path, data={**fields, **themes, "into": "drafts"}
    )
    assert done.status_code == 303
    draft = editor.get(f"{STAFF}/drafts/deliverables/a-plan-for-parks").text
    assert "https://doi.org/10.1234/abc" in draft
    box = BeautifulSoup(draft, "lxml").select_one("input[name=f-themes][value=streets]")
    assert box is not None
    assert box.has_attr("checked")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"id,them\nevents/w9,x", "The column “them” is unknown"),
        (b"a,b\n" + b"x" * 100, "it is too large: 10 megabytes"),
        (b"PK\3\4", "damaged"),
        (b"<rdf:RDF/>", "it is RDF: in Zotero"),
        (b"", "empty"),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    editor: Browser, body: bytes, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says what to do, beside the control."""
    monkeypatch.setattr("kb.staff.records.table_page.MAX_TABLE_BYTES", 100)
    page = send(editor, body)

    assert page.status_code == 422
    assert text.lower() in page.text.lower()


@pytest.mark.parametrize("file_format", ["ris", "bib", "csl.json"])
def test_our_own_references_are_read_back(publisher: Browser, file_format: str) -> None:
    """Title, authors and date of a deliverable survive each format."""
    body = export(publisher, file_format, "deliverables/d9.1", LAMPS)
    table: SentTable = read_table("a", body, DEFAULT_LIMITS)
    record = publisher.get("/api/v1/records/deliverables/d9.1?locale=en").json

    cells = table.rows[0].cells
    assert len(table.rows) == 2
    assert record is not None
    assert cells["original_title"] == (record["original_title"] or record["title"])
    assert cells.get("date", "") == (record["date"] or "")
    assert cells["authors"].split("\n") == (record["authors"] or [record["lead"]])
