"""The records of a table as references: BibTeX, RIS or CSL-JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

from kb.citations.bibtex import bibtex
from kb.citations.csl_items import CslItem, csl_item
from kb.citations.ris import ris
from kb.open_data.table_files import ExportTable, batches


class CitationFormat(StrEnum):
    """A file format of references; the value is the suffix of its address."""

    BIBTEX = "bib"
    RIS = "ris"
    CSL_JSON = "csl.json"


def citation_chunks(table: ExportTable, file_format: CitationFormat) -> Iterator[bytes]:
    """Yield the bytes of the references to all records of a table, a part at a time.

    A remark is a comment in BibTeX. The other formats have no comments: there it is a
    last reference, of which it is the title.
    """
    records = (row.record for row in table.rows)
    match file_format:
        case CitationFormat.BIBTEX:
            return _parts(bibtex(records, table.locale), lambda: _comment(table))
        case CitationFormat.RIS:
            return _parts(ris(records, table.locale), lambda: _last_ris(table))
        case CitationFormat.CSL_JSON:
            return _parts(_csl_items(table), lambda: _last_csl_item(table))


def _parts(texts: Iterable[str], last: Callable[[], str]) -> Iterator[bytes]:
    """Yield the bytes of texts, and those of the last one when all were sent."""
    for some in batches(texts):
        yield "".join(some).encode()
    yield last().encode()


def _comment(table: ExportTable) -> str:
    remark = table.last_line()
    return f"@comment{{{remark}}}\n" if remark else ""


def _last_ris(table: ExportTable) -> str:
    remark = table.last_line()
    return f"TY  - GEN\r\nTI  - {remark}\r\nER  - \r\n" if remark else ""


def _csl_items(table: ExportTable) -> Iterator[str]:
    separator = "["
    for row in table.rows:
        yield separator + _json_item(csl_item(row.record, table.locale))
        separator = ","
    if separator == "[":
        yield separator


def _last_csl_item(table: ExportTable) -> str:
    remark = table.last_line()
    if not remark:
        return "\n]\n"
    item = {"id": "notice", "type": "document", "title": remark}
    return f"{',' if table.rows else ''}{_json_item(item)}\n]\n"


def _json_item(item: CslItem) -> str:
    return f"\n{json.dumps(item, ensure_ascii=False)}"
