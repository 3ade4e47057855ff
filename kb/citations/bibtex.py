"""Records as BibTeX, with the fields that BibTeX and biblatex share."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from indexer.model.ids import Locale
from indexer.model.records import Record
from kb.citations.csl_items import CslItem, csl_item

_ENTRY_TYPES = {"report": "techreport", "webpage": "misc"}
_LANGUAGES = {"fr": "french", "en": "english"}
_SPECIAL = re.compile(r"[\\{}$&#%_~^]")
_COMMANDS = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
}
"""The characters of TeX that a backslash alone does not make plain, or not everywhere.

An escaped brace still counts when BibTeX looks for the end of a field.
"""


def bibtex(
    records: Iterable[Record], locale: Locale, *, day: dt.date | None = None
) -> Iterator[str]:
    """Yield the entry of each record, in UTF-8 with the characters of TeX escaped."""
    return (_entry(csl_item(record, locale, day=day)) for record in records)


def _entry(item: CslItem) -> str:
    lines = [f"  {name} = {{{value}}}" for name, value in _fields(item) if value]
    return (
        f"@{_ENTRY_TYPES[item['type']]}{{{item['id']},\n"
        + ",\n".join(lines)
        + "\n}\n\n"
    )


def _fields(item: CslItem) -> Iterator[tuple[str, str]]:
    is_report = item["type"] == "report"
    issued = item.get("issued", {}).get("date-parts", [[]])[0]
    # Braces inside the value keep the capitals of titles, and bodies in one piece.
    yield "title", f"{{{_tex(item['title'])}}}"
    yield "author", " and ".join(_author(each) for each in item.get("author", ()))
    yield "institution" if is_report else "publisher", _tex(item.get("publisher", ""))
    yield "number", _tex(item.get("number", ""))
    yield "howpublished", _tex(item.get("container-title", ""))
    yield "year", str(issued[0]) if issued else ""
    yield "month", str(issued[1]) if len(issued) > 1 else ""
    yield "date", _iso(issued)
    yield "url", item["URL"]
    yield "urldate", _iso(item["accessed"]["date-parts"][0])
    yield "language", _LANGUAGES.get(item.get("language", ""), "")
    yield "abstract", _tex(item["abstract"])


def _author(name: dict[str, str]) -> str:
    if "literal" in name:
        return f"{{{_tex(name['literal'])}}}"
    return f"{_tex(name['family'])}, {_tex(name['given'])}"


def _iso(parts: list[int]) -> str:
    return "-".join(f"{part:02d}" for part in parts)


def _tex(text: str) -> str:
    return _SPECIAL.sub(lambda each: _COMMANDS.get(each[0], f"\\{each[0]}"), text)
