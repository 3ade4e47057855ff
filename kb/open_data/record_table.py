"""Records as rows of a table, and the table as CSV, XLSX or JSON Lines.

A row is a line of texts under headings, or values for programs.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from tempfile import TemporaryFile
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from indexer.model.facets import EXPORTED_FACETS, FacetName
from indexer.model.ids import Locale
from indexer.model.record import Record
from indexer.model.record_parts import SourceReference
from kb.briefs.csv_table import BYTE_ORDER_MARK, csv_text
from kb.briefs.xlsx_table import write_cells
from kb.web.date_text import period_text
from kb.web.labels import FACETS, KINDS, LANGUAGES
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l
from kb.web.search.facet_values import FacetVocabulary
from kb.web.urls import absolute, record_url

SEPARATOR = "; "
"""Separates several values in one cell."""


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record of a table; `matches_all` is None where nothing was searched."""

    record: Record
    matches_all: bool | None = None

    def url(self, locale: Locale) -> str:
        """Return the absolute address of the record in a language."""
        return absolute(record_url(self.record.id, locale))


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its heading, and the text of a row."""

    heading: LazyString
    text: Callable[[RecordRow, FacetVocabulary, Locale], str]


def headings(locale: Locale) -> tuple[str, ...]:
    """Return the headings of all columns in a language."""
    return tuple(column.heading.text(locale) for column in COLUMNS)


def row_texts(
    row: RecordRow, vocabulary: FacetVocabulary, locale: Locale
) -> tuple[str, ...]:
    """Return the cells of a row, in the order of the headings, in a language."""
    return tuple(column.text(row, vocabulary, locale) for column in COLUMNS)


def row_values(row: RecordRow, locale: Locale) -> dict[str, Any]:
    """Return a row for programs: the keys of the columns, and the values of filters."""
    record = row.record
    edition = record.edition(locale)
    start, end = record.period
    body: dict[str, Any] = {
        "kind": record.id.kind.value,
        "id": record.id.slug,
        "url": row.url(locale),
        "locale": edition.locale.value,
        "title": edition.title,
        "summary": edition.summary,
        "date": str(start) if start else None,
        "end_date": str(end) if end else None,
    }
    for facet in EXPORTED_FACETS:
        body[facet.value] = list(facet.stated(record))
    body["updated"] = str(record.updated)
    body["sources"] = [each.url for each in record.sources if each.url]
    if row.matches_all is not None:
        body["matches"] = "all" if row.matches_all else "some"
    return body


def _facet_column(facet: FacetName) -> _Column:
    def text(row: RecordRow, vocabulary: FacetVocabulary, locale: Locale) -> str:
        values = facet.stated(row.record)
        return SEPARATOR.join(
            vocabulary.label(facet, value, locale) for value in values
        )

    return _Column(FACETS[facet], text)


def _source(source: SourceReference, locale: Locale) -> str:
    """Return the address of a source, or else its name in a language."""
    names = source.names or {}
    return source.url or names.get(locale) or names.get(locale.other) or source.title


def _matched_words(row: RecordRow, locale: Locale) -> str:
    if row.matches_all is None:
        return ""
    return (_ALL_WORDS if row.matches_all else _SOME_WORDS).text(locale)


_ALL_WORDS = _l("All the words")
_SOME_WORDS = _l("Some of the words")

COLUMNS: tuple[_Column, ...] = (
    _Column(_l("Title"), lambda row, _, locale: row.record.edition(locale).title),
    _Column(_l("Kind"), lambda row, _, locale: KINDS[row.record.id.kind].text(locale)),
    _Column(_l("Summary"), lambda row, _, locale: row.record.edition(locale).summary),
    _Column(_l("Date"), lambda row, _, locale: period_text(*row.record.period, locale)),
    *(_facet_column(facet) for facet in EXPORTED_FACETS),
    _Column(
        _l("Sources"),
        lambda row, _, locale: SEPARATOR.join(
            _source(source, locale) for source in row.record.sources
        ),
    ),
    _Column(_l("Address"), lambda row, _, locale: row.url(locale)),
    _Column(
        _l("Language"),
        lambda row, _, locale: LANGUAGES[row.record.edition(locale).locale].text(
            locale
        ),
    ),
    _Column(_l("Updated"), lambda row, _, __: str(row.record.updated)),
    _Column(_l("Identifier"), lambda row, _, __: str(row.record.id)),
    _Column(_l("Contains"), lambda row, _, locale: _matched_words(row, locale)),
)
"""All columns; the first ones are what a reader looks for first."""


CHUNK_BYTES = 64 * 1024
ROWS_PER_CHUNK = 200
MIN_WIDTH, MAX_WIDTH = 12, 60


@dataclass(frozen=True, slots=True)
class ExportTable:
    """The rows of a file, and what is written around them.

    Attributes:
        rows: the records, in order.
        vocabulary: the names of the facet values.
        locale: the language of headings and values.
        about: pairs of a name and a value that describe the file.
        sheet_titles: the names of the two sheets of a workbook: rows, description.
        last_line: returns a remark for the last line, written if it is not empty.
    """

    rows: Sequence[RecordRow]
    vocabulary: FacetVocabulary
    locale: Locale
    about: tuple[tuple[str, str], ...]
    sheet_titles: tuple[str, str]
    last_line: Callable[[], str]


def csv_chunks(table: ExportTable) -> Iterator[bytes]:
    """Yield the table as CSV (RFC 4180): commas, CR LF, UTF-8 after its mark."""
    yield BYTE_ORDER_MARK.encode() + csv_lines([headings(table.locale)])
    texts = (row_texts(row, table.vocabulary, table.locale) for row in table.rows)
    for batch in batches(texts):
        yield csv_lines(batch)
    if remark := table.last_line():
        yield csv_lines([(remark,)])


def csv_lines(rows: Iterable[Iterable[str]]) -> bytes:
    """Return rows as lines of CSV, in UTF-8."""
    return csv_text(rows).encode()


def json_line_chunks(table: ExportTable) -> Iterator[bytes]:
    """Yield the table as JSON Lines: an object for each record, in UTF-8."""
    values = (row_values(row, table.locale) for row in table.rows)
    for batch in batches(values):
        yield b"".join(map(object_line, batch))
    if remark := table.last_line():
        yield object_line({"notice": remark})


def object_line(value: dict[str, Any]) -> bytes:
    """Return an object as a line of JSON."""
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the rows in lists: a chunk of each row would be slow to send."""
    rest = iter(rows)
    return iter(lambda: list(islice(rest, ROWS_PER_CHUNK)), [])


def xlsx_chunks(table: ExportTable) -> Iterator[bytes]:
    """Yield the table as a workbook: a sheet of rows, and one that describes the file.

    Each cell is a text: none can be a formula. Rows go to a temporary file, so that
    memory does not grow with them.
    """
    with TemporaryFile() as file:
        with Workbook(file, {"constant_memory": True}) as workbook:
            bold = workbook.add_format({"bold": True, "bottom": 1})
            rows_title, about_title = table.sheet_titles
            _write_rows(workbook.add_worksheet(rows_title), table, bold)
            about = workbook.add_worksheet(about_title)
            about.set_column(0, 1, MAX_WIDTH // 2)
            for index, pair in enumerate(table.about):
                write_cells(about, index, pair)
        file.seek(0)
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _write_rows(sheet: Worksheet, table: ExportTable, bold: Format) -> None:
    names = headings(table.locale)
    for column, name in enumerate(names):
        is_long = column in {0, 2}
        width = MAX_WIDTH if is_long else max(MIN_WIDTH, len(name) + 2)
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 1)
    write_cells(sheet, 0, names, bold)
    last = 0
    for last, row in enumerate(table.rows, 1):
        write_cells(sheet, last, row_texts(row, table.vocabulary, table.locale))
    sheet.autofilter(0, 0, max(last, 1), len(names) - 1)
    if remark := table.last_line():
        write_cells(sheet, last + 1, (remark,))


@dataclass(frozen=True, slots=True)
class TableFormat:
    """A file format of a table: its media type, and what writes it in parts."""

    media_type: str
    write: Callable[[ExportTable], Iterator[bytes]]


TABLE_FORMATS = {
    "csv": TableFormat("text/csv; charset=utf-8; header=present", csv_chunks),
    "xlsx": TableFormat(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_chunks
    ),
    "jsonl": TableFormat("application/jsonl; charset=utf-8", json_line_chunks),
}
"""The formats by their extension."""
