"""CSV for spreadsheets: lines that are no formulas, and the records of a brief."""

import csv
import io
from collections.abc import Iterable

from kb.briefs.brief import Brief, BriefRecord
from kb.briefs.rich_text import printable

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  # as OWASP lists them
"""The characters that make a spreadsheet take a cell of a CSV file for a formula.

Source: OWASP, “CSV Injection”, https://owasp.org/www-community/attacks/CSV_Injection
"""

BYTE_ORDER_MARK = "\ufeff"
"""Without it, spreadsheets take the UTF-8 of a CSV file for an older encoding."""


def brief_csv(brief: Brief) -> str:
    """Return one row for each record; no cell is read as a formula."""
    words = brief.words
    head = (words.number, words.kind, words.record, words.summary, words.facts)
    more = (words.strength, words.worth, words.sources, words.updated, words.url)
    rows: list[tuple[str, ...]] = [(*head, *more)]
    for number, record in enumerate(brief.records, 1):
        rows.append((str(number), *map(printable, _cells(record))))
    return BYTE_ORDER_MARK + csv_text(rows)


def _cells(record: BriefRecord) -> tuple[str, ...]:
    return (
        record.kind_name,
        record.title,
        record.summary,
        "\n".join(
            (
                *(f"{name} – {text}" for name, text in record.facts),
                *(" ".join(figure) for figure in record.figures),
            )
        ),
        record.strength,
        " ".join(record.worth),
        "\n".join(
            " – ".join(filter(None, (source.label, source.details, source.url)))
            for source in record.sources
        ),
        record.updated_day,
        record.url,
    )


def csv_text(rows: Iterable[Iterable[str]]) -> str:
    """Return rows as lines of CSV (RFC 4180); no cell can be a formula."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(map(safe_cell, row) for row in rows)
    return buffer.getvalue()


def safe_cell(text: str) -> str:
    """Return a cell as a spreadsheet shows it: an apostrophe before a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
