"""Reads references as rows: RIS, BibTeX, CSL-JSON, and the Dublin Core of OAI-PMH.

Each format is read into texts by the names that it gives them. The cells of a row have
the keys of the fields of a deliverable; who reads the table drops keys of no field.
"""

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError

from bibtexparser import loads
from bibtexparser.bparser import BibTexParser
from bibtexparser.latexenc import latex_to_unicode
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from indexer.analysis.text_dates import date_of
from indexer.analysis.tokens import fold
from indexer.model.ids import Kind, Locale
from indexer.model.tables import (
    KEYWORDS,
    MAX_ROWS,
    SentTable,
    TableError,
    TableFault,
    TableRow,
)
from indexer.readers.dispatch import language_of

_Reference = Mapping[str, Sequence[str]]

_NAMES = {
    name: names.split()
    for name, names in {
        "type": "TY ENTRYTYPE type",
        "title": "TI T1 title",
        "authors": "AU A1 author creator editor",
        "date": "DA PY Y1 issued date year",
        "publisher": "PB publisher institution organization school T2 journal "
        "container-title",
        "url": "UR URL url howpublished",
        "doi": "DO DOI doi identifier UR URL url",
        "language": "LA language langid",
        "abstract": "AB N2 abstract description",
        "keywords": "KW keywords keyword subject",
        "code": "SN number",
        "pages": "number-of-pages pagetotal",
    }.items()
}
"""The names of a text in the formats, the best first: RIS has two capitals."""

_TAGS = re.compile(r"<[^<>]{0,500}>")
_RIS_LINE = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*))?")
_BIBTEX_ENTRY = re.compile(
    r"^[ \t]*@(?!comment|string|preamble)\w+\s*[{(]\s*([^,\s]+)",
    re.IGNORECASE | re.MULTILINE,
)
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")
_DATE = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?(?:[T/ ].*)?")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ISO_639 = {
    name: code
    for code, names in {
        "de": "ger deu german ngerman",
        "en": "eng english american british",
        "es": "spa spanish",
        "fr": "fre fra french francais",
        "it": "ita italian",
        "nl": "dut nld dutch",
        "pt": "por portuguese",
    }.items()
    for name in names.split()
}
_TYPES = {"article": "article", "jour": "article", "thes": "study"}
"""Parts of the names of types, and our types; any other reference is a report."""

_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def read_references(text: str) -> SentTable | None:
    """Return the references of a text; None if it is in none of the formats.

    Raises:
        TableError: the references are damaged, too many, or RDF of Zotero.
    """
    start = text.lstrip()[:2000]
    if start.startswith("<"):
        return _oai(text, start)
    read = _reader_of(start, text)
    if read is None:
        return None
    rows: list[TableRow] = []
    try:
        for number, reference in enumerate(islice(read(text), MAX_ROWS + 1), 1):
            rows.append(_row(number, reference))
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        wrong = str(len(rows) + 1)
        raise TableError(TableFault.BAD_REFERENCES, wrong) from error
    if len(rows) > MAX_ROWS:
        raise TableError(TableFault.TOO_MANY_ROWS)
    return SentTable(rows=tuple(rows)) if rows else None


def _reader_of(start: str, text: str) -> Callable[[str], Iterator[_Reference]] | None:
    if start.startswith(("[", "{")):
        return _csl
    if start.startswith("TY  -"):
        return _ris
    is_bibtex = start.startswith(("@", "%")) and _BIBTEX_ENTRY.search(text)
    return _bibtex if is_bibtex else None


def _row(number: int, reference: _Reference) -> TableRow:
    """Return the row of a reference, which has a number in place of a line."""

    def texts(name: str) -> list[str]:
        found = (reference.get(each) for each in _NAMES[name])
        plain = map(_plain, next(filter(None, found), ()))
        return [text for text in plain if text]

    first = {name: next(iter(texts(name)), "") for name in _NAMES}
    title, kind = first["title"], fold(first["type"])
    dois = (
        _DOI.search(text) for key in _NAMES["doi"] for text in reference.get(key, ())
    )
    doi = next((match[0] for match in dois if match), "")
    language = _code_of(first["language"])
    words = language or language_of(f"{title}. {first['abstract']}")
    locale = Locale.FR if words == Locale.FR else Locale.EN
    date, pages = _iso_date(first["date"]), first["pages"]
    cells = {
        "kind": Kind.DELIVERABLE.value,
        f"title.{locale}": title,
        f"summary.{locale}": first["abstract"],
        "original_title": title,
        "type": next((ours for part, ours in _TYPES.items() if part in kind), "report"),
        "code": first["code"] if "rep" in kind or kind == "rprt" else "",
        "authors": "\n".join(map(_printed, texts("authors"))),
        "date": date,
        "language": language,
        "pages": pages if pages.isdigit() else "",
        "publisher": first["publisher"],
        "doi": doi,
        "sources.1.url": first["url"] or (doi and f"https://doi.org/{doi}"),
        "sources.1.title": title,
        "sources.1.publisher": first["publisher"],
        "sources.1.date": date,
        "sources.1.language": language,
        KEYWORDS: "\n".join(texts("keywords")),
    }
    return TableRow(number, {name: text for name, text in cells.items() if text})


def _ris(text: str) -> Iterator[_Reference]:
    tags: dict[str, list[str]] = {}
    for line in text.splitlines():
        match = _RIS_LINE.match(line)
        if match is None:
            if tags and line.strip():
                tags[next(reversed(tags))][-1] += f" {line.strip()}"
        elif match[1] == "ER":
            yield tags
            tags = {}
        else:
            tags.setdefault(match[1], []).append(match[2] or "")
    if tags:
        raise ValueError("TY without ER")


def _bibtex(text: str) -> Iterator[_Reference]:
    parser = BibTexParser(common_strings=True, ignore_nonstandard_types=False)
    entries = {entry["ID"]: entry for entry in loads(text, parser).entries}
    for match in _BIBTEX_ENTRY.finditer(text):
        # The parser skips an entry that it cannot read.
        entry = {
            name: latex_to_unicode(text) if {"\\", "{", "$"} & set(text) else text
            for name, text in entries[match[1]].items()
        }
        dated = " ".join(entry.get(part, "") for part in ("day", "month", "year"))
        if entry.get("month", "").isdigit():
            dated = f"{entry.get('year')}-{entry['month']}"
        lists = {
            "author": re.split(r"\s+and\s+", entry.pop("author", "")),
            "keywords": re.split(r"[,;]", entry.pop("keywords", "")),
            "date": [entry.pop("date", "") or dated],
        }
        yield {name: [text] for name, text in entry.items()} | lists


def _csl(text: str) -> Iterator[_Reference]:
    items = json.loads(text)
    for item in items if isinstance(items, list) else [items]:
        names = item.get("author") or ()
        lists = {
            "author": [
                n.get("literal") or f"{n.get('given', '')} {n.get('family', '')}"
                for n in names
            ],
            "issued": [_csl_date(item.get("issued") or {})],
            "keyword": re.split(r"[,;]", str(item.get("keyword", ""))),
        }
        yield {name: [str(value)] for name, value in item.items()} | lists


def _csl_date(issued: Mapping[str, Any]) -> str:
    parts = (issued.get("date-parts") or [[]])[0]
    return "-".join(map(str, parts)) or str(issued.get("raw") or issued.get("literal"))


def _oai(text: str, start: str) -> SentTable:
    if "rdf:RDF" in start:
        raise TableError(TableFault.ZOTERO_RDF)
    if "OAI-PMH" not in start:
        raise TableError(TableFault.NOT_A_TABLE)
    try:
        root = fromstring(text.encode())
    except (DefusedXmlException, ParseError, ValueError) as error:
        raise TableError(TableFault.BAD_REFERENCES, "1") from error
    rows: list[TableRow] = []
    for record in root.iter(f"{_OAI}record"):
        found: dict[str, list[str]] = {}
        for element in record.iter():
            if element.tag.startswith(_DC) and element.text:
                key = element.tag.removeprefix(_DC)
                found.setdefault(key, []).append(element.text)
                found.setdefault(f"{key} {element.get(_LANG)}", []).append(element.text)
        language = _code_of(next(iter(found.get("language", ())), ""))
        found["description"] = found.get(
            f"description {language}", found.get("description", [])
        )
        urls = (text for text in found.get("identifier", ()) if "://" in text)
        found["url"] = [*urls][:1]
        found["date"] = sorted(found.get("date", ()), key=len)[-1:]
        if found.get("title"):  # A deleted record has only a header.
            rows.append(_row(len(rows) + 1, found))
    fault = root.find(f"{_OAI}error")
    about = {
        "token": (root.findtext(f".//{_OAI}resumptionToken") or "").strip(),
        "date": (root.findtext(f"{_OAI}responseDate") or "").strip(),
        "error": "" if fault is None else fault.get("code", "?"),
    }
    return SentTable(rows=tuple(rows), about=about)


def _code_of(language: str) -> str:
    """Return the code of two letters of a language that a format names."""
    name = fold(language).strip()
    return _ISO_639.get(name, name[:2])


def _printed(name: str) -> str:
    """Return a name as a cover prints it: « Vries, A. de » is « A. de Vries »."""
    family, comma, given = name.partition(", ")
    return f"{given} {family}" if comma and ", " not in given else name


def _iso_date(text: str) -> str:
    """Return a date as records store it; "" for a text without one."""
    if match := _DATE.fullmatch(text.rstrip("/")):
        return "-".join(part.zfill(2) for part in match.groups() if part)
    found = date_of(text) or _YEAR.search(text)
    return found[0] if isinstance(found, re.Match) else str(found or "")


def _plain(text: str) -> str:
    """Return a text on one line, without markup."""
    return " ".join(html.unescape(_TAGS.sub(" ", text)).split())
