"""The records of a brief as CSV, for a spreadsheet."""

from __future__ import annotations

import csv
import io

from kb.briefs.brief import Brief, BriefRecord
from kb.briefs.rich_text import printable

_FORMULA_START = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)
_BOM = "\ufeff"
"""Tells Excel that the file is in UTF-8."""


def brief_csv(brief: Brief) -> str:
    """Return one row for each record; no cell is read as a formula."""
    words = brief.words
    table = io.StringIO()
    writer = csv.writer(table)
    head = (words.number, words.kind, words.record, words.summary, words.facts)
    more = (words.strength, words.worth, words.sources, words.updated, words.url)
    writer.writerow((*head, *more))
    for number, record in enumerate(brief.records, 1):
        writer.writerow((number, *map(_cell, _cells(record))))
    return _BOM + table.getvalue()


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
            " – ".join(filter(None, (each.label, each.details, each.url)))
            for each in record.sources
        ),
        record.updated_day,
        record.url,
    )


def _cell(text: str) -> str:
    """Return a text that no spreadsheet reads as a formula: an apostrophe leads it.

    As OWASP advises for CSV injection.
    """
    plain = printable(text)
    return f"'{plain}" if plain.startswith(_FORMULA_START) else plain
