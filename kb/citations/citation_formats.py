"""The files of references: BibTeX, RIS and CSL-JSON, for one record or many.

A record is first an item of CSL-JSON: the other formats, and the references that pages
show, are written from the item.
"""

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from indexer.model.codes import UNKNOWN_LANGUAGE
from indexer.model.dates import PartialDate
from indexer.model.ids import Locale
from indexer.model.record import Record
from kb.citations.cited_work import (
    SITE_NAMES,
    CitedWork,
    WorkType,
    cited_line,
    cited_work,
    subjects,
)
from kb.services import services
from kb.web.date_text import language_name
from kb.web.locale import lazy_gettext as _l
from kb.web.urls import absolute, record_url

CslItem = dict[str, Any]
"""An item as the schema of CSL-JSON 1.0.2 describes it."""

NOTICE = _l("Record: %(url)s")
"""The note of a reference whose address is not that of the record."""

_RIS_TYPES = {work_type.value.csl: work_type.value.ris for work_type in WorkType}
_ENTRY_TYPES = {work_type.value.csl: work_type.value.bibtex for work_type in WorkType}


def csl_item(record: Record, locale: Locale, *, day: dt.date | None = None) -> CslItem:
    """Return what is cited of a record, with its address and today as day of access.

    A deliverable is cited as the report that it is, at the address of the document;
    without a file on this site, `note` has the address of the record. Any other record
    is cited as a page that Efus publishes. With `day`, the address of the record is
    that of its state on that day.
    """
    work = cited_work(record, locale)
    notice = absolute(record_url(record.id, locale, day=day))
    cited = {
        "type": work.type.value.csl,
        "title": work.title,
        "author": [*_names(work)],
        "container-title": _container(work),
        "publisher": _publisher(work),
        "number": work.number,
        "issued": _csl_date(work.date, work.end) if work.date is not None else None,
        "language": work.language or "",
        "keyword": "; ".join(subjects(record, services().corpus, locale)),
        "URL": notice if work.is_here else work.url,
        "note": "" if work.is_here else NOTICE.text(locale) % {"url": notice},
    }
    return {
        "id": f"{record.id.kind.value}-{record.id.slug}",
        **{name: value for name, value in cited.items() if value},
        "abstract": cited_line(record.edition(locale).summary),
        "accessed": _csl_date(_today()),
    }


def _names(work: CitedWork) -> Iterator[dict[str, str]]:
    """Yield persons by given and family name, and bodies by their whole name."""
    for creator in work.creators:
        if creator.given:
            yield {"family": creator.family, "given": creator.given}
        else:
            yield {"literal": creator.family}


def _container(work: CitedWork) -> str:
    if work.is_ours and work.language is not None:
        return SITE_NAMES[Locale(work.language)]
    return work.publication


def _publisher(work: CitedWork) -> str:
    """Return the publisher of a report, unless it is the author; else ""."""
    is_author = work.publisher in {creator.name for creator in work.creators}
    return "" if work.publication or is_author else work.publisher


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


def _csl_date(*dates: PartialDate | None) -> CslItem:
    """Return a date, or the range from one date to another."""
    days = [(date.year, date.month, date.day) for date in dates if date is not None]
    return {"date-parts": [[part for part in day if part is not None] for day in days]}


def _today() -> PartialDate:
    day = services().clock().date()
    return PartialDate(day.year, day.month, day.day)


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
        *(("KW", keyword) for keyword in _keywords(item)),
        ("N1", item.get("note", "")),
    ]
    yield "TY", _RIS_TYPES[item["type"]]
    yield "ID", item["id"]
    yield "TI", item["title"]
    yield from (pair for pair in optional if pair[1])
    if "URL" in item:
        yield "UR", item["URL"]
    yield "Y2", _ris_date(item["accessed"]["date-parts"][0])
    yield "ER", ""


def _keywords(item: CslItem) -> list[str]:
    """Return the keywords, which CSL-JSON has in one text."""
    return [keyword for keyword in item.get("keyword", "").split("; ") if keyword]


def _ris_name(name: dict[str, str]) -> str:
    return name.get("literal") or f"{name['family']}, {name['given']}"


def _ris_date(parts: list[int]) -> str:
    """Return a date as `YYYY/MM/DD/`: unknown parts are empty."""
    texts = [f"{part:02d}" for part in parts]
    return "/".join((*texts, *[""] * (4 - len(texts))))


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
    days = item.get("issued", {}).get("date-parts", [[]])
    issued = days[0]
    # Braces inside the value keep the capitals of titles, and bodies in one piece.
    yield "title", f"{{{_tex(item['title'])}}}"
    yield "author", " and ".join(_author(each) for each in item.get("author", ()))
    yield "institution" if is_report else "publisher", _tex(item.get("publisher", ""))
    yield "number", _tex(item.get("number", ""))
    yield "howpublished", _tex(item.get("container-title", ""))
    yield "year", str(issued[0]) if issued else ""
    yield "month", str(issued[1]) if len(issued) > 1 else ""
    # BibLaTeX has a range between slashes.
    yield "date", "/".join(map(_iso, days))
    yield "url", item.get("URL", "")
    yield "urldate", _iso(item["accessed"]["date-parts"][0])
    yield "language", _language_name(item.get("language", ""))
    yield "abstract", _tex(item["abstract"])
    # A comma ends a keyword.
    keywords = (keyword.replace(", ", " / ") for keyword in _keywords(item))
    yield "keywords", _tex(", ".join(keywords))
    yield "note", _tex(item.get("note", ""))


def _language_name(code: str) -> str:
    """Return the English name of a language as BibTeX has it; "" if not known."""
    is_known = code not in {"", UNKNOWN_LANGUAGE}
    return language_name(code, Locale.EN).casefold() if is_known else ""


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

    @property
    def unapi_name(self) -> str:
        """The name of the format in unAPI, as Zotero knows it."""
        return self.name.casefold()


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
