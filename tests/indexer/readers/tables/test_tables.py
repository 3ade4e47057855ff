"""Tests of the reader of spreadsheets and references."""

import datetime as dt
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from openpyxl import Workbook

from indexer.errors import FileUnreadableError
from indexer.model.document import Unreadable
from indexer.model.tables import MAX_ROWS, SentTable, TableFault
from indexer.readers.sandbox.protocol import DEFAULT_LIMITS
from indexer.readers.sandbox.sandbox import IsolatedReader
from indexer.readers.tables.table_reader import read_table

ROW = "id;title.fr;date\r\nevents/w9;« L’été »;30/10/2018\r\n"
RIS = (
    "TY  - RPRT\r\nTI  - A title\r\nAU  - Vries, A. de\r\nPY  - 2018\r\n"
    "DA  - 2018/10/30/\r\nUR  - https://example.org/1\r\nKW  - trust\r\nER  - \r\n"
)
BIBTEX = r"""
@comment{nothing}
@techreport{one, title = {La s{\'e}curit{\'e} \& la ville}, month = oct, year = 2018,
  author = {de Vries, Anna and {City of Milan}}, institution = "Efus", language = {fr},
  number = {D2.6}}
@article{two, title = {Second}, date = {2019-03}, doi = {10.1234/AB.c},
  langid = {french}}
"""
CSL = [
    {
        "type": "report",
        "title": "A <i>title</i>",
        "author": [{"family": "Vries", "given": "A. de"}, {"literal": "Efus"}],
        "issued": {"date-parts": [[2018, 10]]},
        "language": "de-DE",
        "keyword": "trust, drones",
    }
]
OAI = """<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">
<responseDate>2026-11-02T09:00:00Z</responseDate><ListRecords>
<record><header status="deleted"/></record>
<record><metadata><dc xmlns="http://purl.org/dc/elements/1.1/"><title>A title</title>
<creator>Vries, A. de</creator><date>2018</date><date>2018-10-30</date>
<description xml:lang="fr">Texte.</description><description xml:lang="en">Text.
</description><language>eng</language><identifier>10.1234/x</identifier></dc></metadata>
</record><resumptionToken> next </resumptionToken></ListRecords></OAI-PMH>"""


def read(content: bytes | str, name: str = "table") -> SentTable:
    """Read the bytes of a file in this process."""
    body = content.encode() if isinstance(content, str) else content
    return read_table(name, body, DEFAULT_LIMITS)


def a_workbook(*rows: tuple[object, ...], merged: str = "") -> bytes:
    """Return a workbook with a sheet of rows."""
    workbook, file = Workbook(), io.BytesIO()
    sheet = workbook.active
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    workbook.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        ROW.encode("cp1252"),
        ROW.encode("utf-8-sig"),
        ROW.replace(";", "\t").encode("utf-16"),
        ROW.replace(";", ",").encode(),
        f"sep=;\r\n{ROW}".encode(),
        a_workbook(
            ("ID", "title.fr", "date", None),
            (),
            ("events/w9", "« L’été »", "30/10/2018"),
        ),
    ],
)
def test_spreadsheets_of_any_encoding_are_read(content: bytes) -> None:
    """Separator, byte order mark and encoding are found out."""
    table = read(content)

    assert table.columns == ("id", "title.fr", "date")
    cells = {"id": "events/w9", "title.fr": "« L’été »", "date": "30/10/2018"}
    assert [row.cells for row in table.rows] == [cells]


def test_cells_of_a_workbook_are_texts() -> None:
    """Days of Excel are ISO dates, numbers have no point, formulas are told."""
    day = dt.datetime(2018, 10, 30)  # noqa: DTZ001  # as Excel stores it
    table = read(a_workbook(("a", "b", "c", "d"), (day, 48.0, "=A1", True)))

    assert table.rows[0].cells == {
        "a": "2018-10-30",
        "b": "48",
        "c": "=A1",
        "d": "true",
    }
    assert table.rows[0].formulas == ("c",)
    assert read("a,b\n=1+1,'-x\n").rows[0].cells == {"a": "=1+1", "b": "-x"}


def a_bomb() -> bytes:
    """Return a small archive of 60 MB of zeros."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 60_000_000)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "fault", "detail"),
    [
        (b"id,a\n\x81\x8d\x9d\xff\xfe\x00\x01,2\n", TableFault.ENCODING, ""),
        ("id,a\nx,y\n" * (MAX_ROWS + 1), TableFault.TOO_MANY_ROWS, ""),
        ("id,a\n", TableFault.NO_ROWS, ""),
        ("id,a,A\nx,y,z", TableFault.REPEATED_COLUMN, "a"),
        ('id,a\nx,"open\ny,z\n', TableFault.UNCLOSED, "2"),
        (a_workbook(("a", "b"), ("x",), merged="A2:B2"), TableFault.MERGED, "A2:B2"),
        (b"%PDF-1.7", TableFault.NOT_A_TABLE, ""),
        (b"\xd0\xcf\x11\xe0 old Excel", TableFault.NOT_A_TABLE, ""),
        ("<rdf:RDF xmlns='x'/>", TableFault.ZOTERO_RDF, ""),
        ("<OAI-PMH", TableFault.BAD_REFERENCES, "1"),
        ('[{"title": "one"}, 2]', TableFault.BAD_REFERENCES, "2"),
        ("@article{a, title={x}\n@book{b, title={y}}", TableFault.BAD_REFERENCES, "1"),
        (f"{RIS}TY  - BOOK\r\nTI  - cut", TableFault.BAD_REFERENCES, "2"),
    ],
)
def test_what_is_no_table_has_a_fault(
    content: bytes | str, fault: TableFault, detail: str
) -> None:
    """The fault names the place, where there is one."""
    table = read(content)

    assert (table.fault, table.detail, table.rows) == (fault, detail, ())


def test_a_bomb_is_refused_in_the_sandbox(tmp_path: Path) -> None:
    """The child reads tables too, and returns them whole."""
    bomb, sound = tmp_path / "a.xlsx", tmp_path / "b.csv"
    bomb.write_bytes(a_bomb())
    sound.write_text(ROW, "utf-8")
    with IsolatedReader() as reader:
        with pytest.raises(FileUnreadableError) as caught:
            reader.table(bomb)
        assert caught.value.reason == Unreadable.EXPANDS_TOO_MUCH
        assert reader.table(sound) == read(ROW)


_ONE = {"original_title": "A title", "authors": "A. de Vries", "date": "2018-10-30"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (RIS, _ONE | {"sources.1.url": "https://example.org/1", "keywords": "trust"}),
        (
            BIBTEX,
            {
                "title.fr": "La sécurité & la ville",
                "authors": "Anna de Vries\nCity of Milan",
                "date": "2018-10",
                "code": "D2.6",
                "sources.1.publisher": "Efus",
            },
        ),
        (
            json.dumps(CSL),
            {
                "title.en": "A title",
                "authors": "A. de Vries\nEfus",
                "date": "2018-10",
                "language": "de",
                "keywords": "trust\ndrones",
            },
        ),
        (OAI, _ONE | {"language": "en", "summary.en": "Text.", "doi": "10.1234/x"}),
    ],
)
def test_references_have_the_fields_of_a_deliverable(
    content: str, expected: Mapping[str, str]
) -> None:
    """Each format gives the same cells."""
    row = read(content).rows[0]

    known = {"kind": "deliverable", "type": "report", **expected}
    assert known.items() <= row.cells.items()


def test_other_facts_of_references() -> None:
    """A DOI makes the address; a repository tells how its list goes on."""
    second = read(BIBTEX).rows[1].cells

    assert second["sources.1.url"] == "https://doi.org/10.1234/AB.c"
    assert (second["type"], second["language"], second["title.fr"]) == (
        *("article", "fr", "Second"),
    )
    assert read(OAI).about == {
        "token": "next",
        "date": "2026-11-02T09:00:00Z",
        "error": "",
    }
