"""The files of references: BibTeX, RIS and CSL-JSON, for one record or many.

A record is first an item of CSL-JSON: the other formats, and the references that pages
show, are written from the item.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from indexer.model.dates import PartialDate
from indexer.model.ids import Locale
from indexer.model.records import Deliverable, DeliverableType, Record
from kb.services import services
from kb.web.locale import lazy_gettext as _l
from kb.web.urls import absolute, record_url

CslItem = dict[str, Any]
"""An item as the schema of CSL-JSON 1.0.2 describes it."""

SITE_NAME = _l("Innovation and Security")
PUBLISHER_NAME = _l("European Forum for Urban Security (Efus)")

_INITIALS = re.compile(r"(?P<given>(?:[^\W\d_]{1,2}\.[ -]?)+) *(?P<family>[^\W\d_].*)")
"""A name as reports print it: « P. van den Brink »."""

_BLANKS = re.compile(r"[\x00-\x20\x7f]+")


def csl_item(record: Record, locale: Locale, *, day: dt.date | None = None) -> CslItem:
    """Return what is cited of a record, with its address and today as day of access.

    A deliverable is cited as the report that it is, any other record as a page that
    Efus publishes. With `day`, the address is that of its state on that day.
    """
    edition = record.edition(locale)
    cited = (
        _report(record, edition.title)
        if isinstance(record, Deliverable)
        else _page(record, edition.title, edition.locale)
    )
    return {
        "id": f"{record.id.kind.value}-{record.id.slug}",
        **{name: value for name, value in cited.items() if value},
        "abstract": _line(edition.summary),
        "URL": absolute(record_url(record.id, locale, day=day)),
        "accessed": _csl_date(_today()),
    }


def csl_json(
    records: Iterable[Record], locale: Locale, *, day: dt.date | None = None
) -> Iterator[str]:
    """Yield, in pieces, a JSON array of the items of records."""
    separator = "["
    for record in records:
        item = csl_item(record, locale, day=day)
        yield f"{separator}\n{json.dumps(item, ensure_ascii=False)}"
        separator = ","
    yield "[]\n" if separator == "[" else "\n]\n"


def _report(record: Deliverable, title: str) -> CslItem:
    names = record.authors or tuple(filter(None, record.lead.split(", ")))
    journal = _journal(record)
    return {
        "type": "webpage" if journal else "report",
        "title": _line(record.original_title or title),
        "author": [_name(each) for each in names],
        "container-title": _line(journal),
        "publisher": "" if journal else _line(record.project),
        "number": _line(record.code),
        "issued": _csl_date(record.date) if record.date is not None else None,
        "language": record.language.value if record.language is not None else "",
    }


def _journal(record: Deliverable) -> str:
    """Return where an article was published, as far as its sources say; else ""."""
    if record.type is not DeliverableType.ARTICLE:
        return ""
    return next((each.publisher for each in record.sources if each.publisher), "")


def _page(record: Record, title: str, language: Locale) -> CslItem:
    day = record.updated
    return {
        "type": "webpage",
        "title": _line(title),
        "author": [{"literal": PUBLISHER_NAME.text(language)}],
        "container-title": SITE_NAME.text(language),
        "issued": _csl_date(PartialDate(day.year, day.month, day.day)),
        "language": language.value,
    }


def _name(text: str) -> dict[str, str]:
    """Return a person by given and family name, or a body by its whole name."""
    match = _INITIALS.fullmatch(_line(text))
    if match is None:
        return {"literal": _line(text)}
    return {"family": match["family"], "given": match["given"].strip()}


def _csl_date(date: PartialDate) -> CslItem:
    parts = (date.year, date.month, date.day)
    return {"date-parts": [[part for part in parts if part is not None]]}


def _today() -> PartialDate:
    day = services().clock().date()
    return PartialDate(day.year, day.month, day.day)


def _line(text: str) -> str:
    """Return a text on one line, without control characters: RIS has one per field."""
    return _BLANKS.sub(" ", text).strip()


_RIS_TYPES = {"report": "RPRT", "webpage": "ELEC"}


def ris(
    records: Iterable[Record], locale: Locale, *, day: dt.date | None = None
) -> Iterator[str]:
    """Yield the reference of each record; lines end as the format says, by CR LF."""
    for record in records:
        lines = _tags(csl_item(record, locale, day=day))
        yield "".join(f"{tag}  - {value}\r\n" for tag, value in lines) + "\r\n"


def _tags(item: CslItem) -> Iterator[tuple[str, str]]:
    issued = item.get("issued", {}).get("date-parts", [[]])[0]
    optional = [
        *(("AU", _ris_name(each)) for each in item.get("author", ())),
        ("T2", item.get("container-title", "")),
        ("PB", item.get("publisher", "")),
        ("SN", item.get("number", "")),
        ("PY", str(issued[0]) if issued else ""),
        ("DA", _ris_date(issued) if issued else ""),
        ("LA", item.get("language", "")),
        ("AB", item["abstract"]),
    ]
    yield "TY", _RIS_TYPES[item["type"]]
    yield "ID", item["id"]
    yield "TI", item["title"]
    yield from (pair for pair in optional if pair[1])
    yield "UR", item["URL"]
    yield "Y2", _ris_date(item["accessed"]["date-parts"][0])
    yield "ER", ""


def _ris_name(name: dict[str, str]) -> str:
    return name.get("literal") or f"{name['family']}, {name['given']}"


def _ris_date(parts: list[int]) -> str:
    """Return a date as `YYYY/MM/DD/`: unknown parts are empty."""
    texts = [f"{part:02d}" for part in parts]
    return "/".join((*texts, *[""] * (4 - len(texts))))


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


class WriteReferences(Protocol):
    """Yields a file of references in pieces, in the order of the records.

    It runs in a request, whose host begins the addresses. With `day`, each address is
    that of the state of the record on that day.
    """

    def __call__(
        self, records: Iterable[Record], locale: Locale, *, day: dt.date | None = None
    ) -> Iterator[str]:
        """Yield text in UTF-8; a title never adds a field, an entry or a command."""


@dataclass(frozen=True, slots=True)
class CitationFormat:
    """A format of references; `extension` ends the address and the name of a file."""

    extension: str
    name: str
    media_type: str
    write: WriteReferences


CITATION_FORMATS = {
    each.extension: each
    for each in (
        CitationFormat("bib", "BibTeX", "application/x-bibtex", bibtex),
        CitationFormat("ris", "RIS", "application/x-research-info-systems", ris),
        CitationFormat(
            "csl.json",
            "CSL-JSON",
            "application/vnd.citationstyles.csl+json",
            csl_json,
        ),
    )
}
"""The formats by their extension."""
