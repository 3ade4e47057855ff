"""All that cites a record tells the same of it: files, pages and OAI-PMH."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import bibtexparser
import pytest
import rispy
from bs4 import BeautifulSoup
from flask import Flask, get_template_attribute
from lxml import etree

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.record import Record
from kb.citations.citation_formats import CITATION_FORMATS
from kb.citations.cited_work import PUBLISHER, PUBLISHER_NAME, SITE_NAMES
from kb.feeds.oai.metadata_formats import FORMATS, metadata_of
from kb.public.record.page_metadata import cited_page, record_data
from kb.services import services
from kb.web.locale import choose_locale
from kb.web.page_content import page_content

OURS = {PUBLISHER, *(PUBLISHER_NAME.text(locale) for locale in Locale)}
"""The names of Efus in both languages: OAI-PMH is in English."""

DC = "http://purl.org/dc/elements/1.1/"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True)
class Facts:
    """What a writer tells of a record; None where its format has no place for it."""

    title: str | None
    names: tuple[str, ...] | None
    date: str | None
    publisher: str | None
    is_report: bool | None


@pytest.mark.parametrize("locale", list(Locale))
def test_all_writers_agree_on_every_record(real_app: Flask, locale: Locale) -> None:
    """Dates, titles, authors, publishers and types are the same wherever it is cited.

    The event `e-citycop-2018` was cited as of 2018 in its page, and as of 2026 in its
    files.
    """
    with real_app.test_request_context(f"/{locale}/"):
        choose_locale(locale)
        for record in services().corpus.records.values():
            told = dict(_writers(record, locale))
            for name in ("title", "names", "date", "publisher", "is_report"):
                facts = {writer: getattr(each, name) for writer, each in told.items()}
                known = {repr(each) for each in facts.values() if each is not None}
                assert len(known) == 1, (str(record.id), name, facts)


def test_an_event_is_cited_as_of_its_day(real_app: Flask) -> None:
    """Its page, and so the day of its last change, is not what a reader cites."""
    event = RecordId(Kind.EVENT, "e-citycop-2018")
    with real_app.test_request_context("/fr/"):
        choose_locale(Locale.FR)
        told = dict(_writers(services().corpus.records[event], Locale.FR))

    assert {facts.date for facts in told.values()} == {"2018-04-17"}


def _writers(record: Record, locale: Locale) -> Iterator[tuple[str, Facts]]:
    yield "CSL-JSON", _of_csl(record, locale)
    yield "BibTeX", _of_bibtex(record, locale)
    yield "RIS", _of_ris(record, locale)
    yield "meta tags", _of_meta_tags(record)
    yield "Dublin Core", _of_dublin_core(record, locale)
    yield "DataCite", _of_datacite(record, locale)
    if (facts := _of_json_ld(record)) is not None:
        yield "JSON-LD", facts


def _written(record: Record, locale: Locale, extension: str) -> str:
    return "".join(CITATION_FORMATS[extension].write([record], locale))


def _name(text: str) -> str:
    """Return a name of Efus as one, and any other without braces and last comma."""
    plain = text.strip("{}").rstrip(",")
    return PUBLISHER if plain in OURS else plain


def _file_publisher(names: tuple[str, ...], own: str, container: str) -> str:
    """Return the publisher of a reference, which does not repeat author or site."""
    if own:
        return own
    if container and container not in SITE_NAMES.values():
        return container
    return names[0]


def _of_csl(record: Record, locale: Locale) -> Facts:
    (item,) = json.loads(_written(record, locale, "csl.json"))
    names = tuple(
        _name(name.get("literal") or f"{name['family']}, {name['given']}")
        for name in item.get("author", ())
    )
    days = item.get("issued", {"date-parts": [[]]})["date-parts"]
    own, container = item.get("publisher", ""), item.get("container-title", "")
    return Facts(
        item["title"],
        names,
        "-".join(f"{part:02d}" for part in days[0]),
        _file_publisher(names, own, container),
        item["type"] == "report",
    )


def _of_bibtex(record: Record, locale: Locale) -> Facts:
    parser = bibtexparser.bparser.BibTexParser(
        common_strings=True, ignore_nonstandard_types=False
    )
    (entry,) = bibtexparser.loads(_written(record, locale, "bib"), parser).entries
    names = tuple(map(_name, filter(None, entry.get("author", "").split(" and "))))
    own = entry.get("institution", "") or entry.get("publisher", "")
    return Facts(
        _plain_tex(entry["title"].strip("{}")),
        tuple(map(_plain_tex, names)),
        entry.get("date", "").partition("/")[0],
        _file_publisher(names, _plain_tex(own), entry.get("howpublished", "")),
        entry["ENTRYTYPE"] == "techreport",
    )


def _plain_tex(text: str) -> str:
    return re.sub(r"\\([&%$#_{}])", r"\1", text)


def _of_ris(record: Record, locale: Locale) -> Facts:
    (entry,) = rispy.loads(_written(record, locale, "ris"))
    names = tuple(map(_name, entry.get("authors", ())))
    own, container = entry.get("publisher", ""), entry.get("secondary_title", "")
    return Facts(
        entry["title"],
        names,
        entry.get("date", "").rstrip("/").replace("/", "-"),
        _file_publisher(names, own, container),
        entry["type_of_reference"] == "RPRT",
    )


def _of_meta_tags(record: Record) -> Facts:
    write = get_template_attribute("components/citation_tags.html", "citation_tags")
    html = write(cited_page(record, "https://kb.example.org/", page_content()))
    told: dict[str, list[str]] = {}
    for tag in BeautifulSoup(html, "lxml").select("meta"):
        told.setdefault(str(tag["name"]), []).append(str(tag["content"]))
    return Facts(
        told["DC.title"][0],
        tuple(map(_name, told.get("DC.creator", ()))),
        "".join(told.get("DC.date", ())),
        _name("".join(told.get("DC.publisher", ()))),
        told["DC.type"] == ["Report"],
    )


def _of_dublin_core(record: Record, locale: Locale) -> Facts:
    root = _oai_metadata("oai_dc", record)
    texts = {
        name: tuple(element.text for element in root.iter(f"{{{DC}}}{name}"))
        for name in ("creator", "date", "publisher", "type")
    }
    return Facts(
        _localized_title(root.iter(f"{{{DC}}}title"), record, locale),
        tuple(map(_name, texts["creator"])),
        "".join(texts["date"]),
        _name("".join(texts["publisher"])),
        "Report" in texts["type"],
    )


def _of_datacite(record: Record, locale: Locale) -> Facts:
    root = _oai_metadata("datacite", record)

    def elements(name: str) -> list[Any]:
        return list(root.iter(f"{{{FORMATS['datacite'].namespace}}}{name}"))

    dates = [each for each in elements("date") if each.get("dateType") != "Updated"]
    names = tuple(_name(each.text) for each in elements("creatorName"))
    (general,) = elements("resourceType")
    return Facts(
        _localized_title(elements("title"), record, locale),
        () if names == (":unav",) else names,
        "".join(each.text for each in dates),
        _name("".join(e.text.replace(":unav", "") for e in elements("publisher"))),
        general.get("resourceTypeGeneral") == "Report",
    )


def _oai_metadata(prefix: str, record: Record) -> Any:
    metadata = metadata_of(FORMATS[prefix], record, services().corpus)
    return etree.fromstring(f'<response xmlns:xsi="{XSI}">{metadata}</response>')


def _localized_title(titles: Any, record: Record, locale: Locale) -> str:
    """Return the title on the cover, which comes first, or that of a language."""
    texts = [(each.text, each.get(LANG)) for each in titles]
    cover = getattr(record, "original_title", "")
    if cover:
        return str(texts[0][0])
    language = record.edition(locale).locale.value
    by_language = {lang: text for text, lang in reversed(texts)}
    return str(by_language.get(language, texts[0][0]))


def _of_json_ld(record: Record) -> Facts | None:
    """Return what the JSON-LD tells; None for a record that is a page only."""
    data = record_data(record, "https://kb.example.org/", page_content())
    if "@graph" not in data:
        return None
    page, thing = data["@graph"]
    is_dated = record.id.kind in {Kind.DELIVERABLE, Kind.EVENT}
    date = thing.get("datePublished", "") or thing.get("startDate", "")
    authors = thing.get("author")
    return Facts(
        thing["name"],
        None if authors is None else tuple(_name(_inverted(a)) for a in authors),
        date if is_dated else page["dateModified"],
        None
        if record.id.kind is Kind.DELIVERABLE
        else _name(page["publisher"]["name"]),
        thing["@type"] == "Report",
    )


def _inverted(author: dict[str, str]) -> str:
    if author["@type"] != "Person":
        return author["name"]
    given, _, family = re.fullmatch(
        r"((?:[^\W\d_]{1,2}\.[ -]?)+)( *)([^\W\d_].*)", author["name"]
    ).groups()  # type: ignore[union-attr]  # it has initials, or it would be a body
    return f"{family}, {given.strip()}"
