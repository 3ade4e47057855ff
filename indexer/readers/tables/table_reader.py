"""Reads a CSV or XLSX file, or a file of references, as rows.

Files come from strangers: only the child of the sandbox calls this on them.
"""

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterable, Iterator

from openpyxl import load_workbook
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell

from indexer.errors import FileUnreadableError
from indexer.model.document import FileType, Unreadable
from indexer.model.tables import (
    MAX_COLUMNS,
    MAX_ROWS,
    SentTable,
    TableError,
    TableFault,
    TableRow,
)
from indexer.readers.office.archives import Archive
from indexer.readers.plain_text import decode
from indexer.readers.reader_input import ReaderInput
from indexer.readers.sandbox.protocol import Limits
from indexer.readers.tables.references import read_references

_DELIMITERS = ",;\t"
_OTHER_FORMATS = (b"%PDF", b"\xd0\xcf\x11\xe0")
"""The starts of PDF, and of office files before 2007 or with a password."""

_PROTECTED = re.compile(r"'(?=[=+\-@\t\r\n＝＋－＠])")  # noqa: RUF001  # as our CSV files
"""The apostrophe before a text that a spreadsheet would take for a formula."""

_MERGED = re.compile(rb'<mergeCell\s[^>]*?ref="([A-Z0-9:]{1,20})"')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")
_Cells = Iterable[tuple[str, bool]]
"""The cells of a row: a text, and whether it is a formula or an error."""


def read_table(name: str, content: bytes, limits: Limits) -> SentTable:
    """Return the rows of a file, or its fault.

    Raises:
        FileUnreadableError: the file is empty, damaged, encrypted, or expands too much.
    """
    if not content.strip(b"\0 \t\r\n"):
        raise FileUnreadableError(name, Unreadable.EMPTY)
    if content.startswith(_OTHER_FORMATS):
        return SentTable(fault=TableFault.NOT_A_TABLE)
    try:
        if content.startswith(b"PK"):
            return _table(_sheet_rows(name, content, limits))
        text = _text(content)
        rows = read_references(text)
        return _table(_csv_rows(text)) if rows is None else rows
    except TableError as error:
        return SentTable(fault=error.fault, detail=error.detail)


def _text(content: bytes) -> str:
    text = decode(content)
    if "\ufffd" in text:
        raise TableError(TableFault.ENCODING)
    if _BINARY.search(text):
        raise TableError(TableFault.NOT_A_TABLE)
    return text.removeprefix("\ufeff")


def _csv_rows(text: str) -> Iterator[tuple[int, _Cells]]:
    """Yield the rows of a CSV file, numbered as a spreadsheet numbers them."""
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(_DELIMITERS, key=first.count)
    if first.startswith("sep=") and len(first.strip()) == 5:
        separator, text = first[4], text.lstrip("\r\n").partition("\n")[2]
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(lines, 1):
            yield number, [(_PROTECTED.sub("", c, 1), c[:1] == "=") for c in cells]
    except csv.Error as error:
        raise TableError(TableFault.UNCLOSED, str(number + 1)) from error


def _sheet_rows(
    name: str, content: bytes, limits: Limits
) -> Iterator[tuple[int, _Cells]]:
    """Yield the rows of the first sheet of a workbook."""
    archive = Archive(ReaderInput(name, content, FileType.TEXT, limits))
    if "xl/workbook.xml" not in archive.names:
        raise TableError(TableFault.NOT_A_TABLE)
    archive.check()
    for member in sorted(filter(_SHEET.fullmatch, archive.names))[:1]:
        if merged := _MERGED.search(archive.read(member)):
            raise TableError(TableFault.MERGED, merged[1].decode())
    sheet = load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    # A file may declare a million rows that it does not have.
    sheet.reset_dimensions()
    for line, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), 1):
        yield line, map(_sheet_cell, cells)


def _sheet_cell(cell: ReadOnlyCell | EmptyCell) -> tuple[str, bool]:
    value = cell.value
    if isinstance(value, dt.datetime):
        value = value.date() if value.time() == dt.time() else value
    elif isinstance(value, bool):
        value = json.dumps(value)
    elif isinstance(value, float) and value.is_integer():
        value = int(value)
    is_formula = getattr(cell, "data_type", "n") in {"f", "e"}
    return "" if value is None else str(value).replace("_x000D_", ""), is_formula


def _table(lines: Iterator[tuple[int, _Cells]]) -> SentTable:
    """Return the table of some rows; its first row has the column names."""
    columns: list[str] = []
    rows: list[TableRow] = []
    for line, cells in lines:
        texts = [(text.replace("\r\n", "\n").strip(), bad) for text, bad in cells]
        if not any(text for text, _ in texts):
            continue
        if not columns:
            columns = [text.lower() for text, _ in texts]
            while not columns[-1]:
                columns.pop()
            repeated = [name for name in columns if name and columns.count(name) > 1]
            if repeated:
                raise TableError(TableFault.REPEATED_COLUMN, repeated[0])
            continue
        if len(rows) == MAX_ROWS:
            raise TableError(TableFault.TOO_MANY_ROWS)
        texts += [("", False)] * (len(columns) - len(texts))
        named = list(zip(columns, texts, strict=False))
        beyond = [("", cell) for cell in texts[len(columns) :]]
        unnamed = any(text for name, (text, _) in (*named, *beyond) if not name)
        rows.append(
            TableRow(
                line,
                {name: text for name, (text, _) in named if name}
                | ({"": "?"} if unnamed else {}),
                tuple(name for name, (_, bad) in named if bad),
            )
        )
    if not rows:
        raise TableError(TableFault.NO_ROWS)
    return SentTable(tuple(columns), tuple(rows))
