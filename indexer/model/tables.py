"""The rows of a file that staff or a command sends in: a sheet, or references.

The reader of the file makes them in the sandbox; the columns are keys of fields, as
`kb.publishing.imports.record_tables` reads them.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from indexer.model.problems import message

MAX_ROWS = 500
MAX_COLUMNS = 600
KEYWORDS = "keywords"
"""The column of words that are offered as themes, and never stored."""


class TableFault(StrEnum):
    """Why a file is no table; the values are sentences that the catalog translates."""

    TOO_MANY_ROWS = message(
        "it has more than 500 rows: split it into several files"
    ).template
    NO_ROWS = message(
        "it has no rows: write the names of the columns on the first line, and a "
        "record on each line after it"
    ).template
    ENCODING = message(
        "its letters cannot be read: save it again as “CSV UTF-8”, or as XLSX"
    ).template
    MERGED = message(
        "it has merged cells (%(detail)s): unmerge them, and fill in each cell"
    ).template
    REPEATED_COLUMN = message(
        "the column “%(detail)s” is there twice: delete one of them"
    ).template
    UNCLOSED = message(
        "the quotation mark that opens on line %(detail)s is never closed: close it, "
        "or save the file again from the spreadsheet"
    ).template
    NOT_A_TABLE = message(
        "it is not a format that can be read here: save it as XLSX, CSV, RIS, BibTeX "
        "or CSL-JSON"
    ).template
    ZOTERO_RDF = message(
        "it is RDF: in Zotero, choose “CSL JSON”, “RIS” or “BibTeX” in the list of "
        "formats of “Export library”"
    ).template
    BAD_REFERENCES = message(
        "its reference no. %(detail)s cannot be read: export the references again"
    ).template


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: its line in the file or its number, and its cells by column.

    `formulas` are the columns whose cell is a formula or an error of a spreadsheet.
    """

    line: int
    cells: Mapping[str, str]
    formulas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SentTable:
    """The rows of a file, or the fault of a file that has none.

    `columns` are in the order of the file; references have none of their own. `about`
    are facts of an answer of OAI-PMH: the token of the next part, its error.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[TableRow, ...] = ()
    fault: TableFault | None = None
    detail: str = ""
    about: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """Serialize the table."""
        return json.dumps(dataclasses.asdict(self)).encode("ascii")

    @classmethod
    def of_json(cls, content: bytes) -> "SentTable":
        """Parse what `to_json` returned.

        Raises:
            ValueError: the bytes are not a table.
        """
        try:
            fields: dict[str, Any] = json.loads(content)
            rows = (
                TableRow(**{**row, "formulas": tuple(row["formulas"])})
                for row in fields["rows"]
            )
            known = {
                "columns": tuple(fields["columns"]),
                "rows": tuple(rows),
                "fault": fields["fault"] and TableFault(fields["fault"]),
            }
            return cls(**{**fields, **known})
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"not a table: {error}") from error


class TableError(Exception):
    """A file is no table; the reader returns the fault in place of rows."""

    def __init__(self, fault: TableFault, detail: str = "") -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.detail = detail
