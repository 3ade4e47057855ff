"""The formats in which records can be taken away, or read by other programs."""

from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.ids import Kind, Locale
from indexer.model.query import Query
from kb.web.urls import address, calendar_url, query_url, search_file_url


@dataclass(frozen=True, slots=True)
class OpenFormat:
    """A format: its name, its media type and its address."""

    name: str
    media_type: str
    url: str


def list_formats(kind: Kind, locale: Locale) -> tuple[OpenFormat, ...]:
    """Return the formats of all records of a kind, beside those of any search."""
    if kind is Kind.EVENT:
        return (OpenFormat("iCalendar", "text/calendar", calendar_url(locale)),)
    if kind is Kind.TERM:
        turtle = address("feeds.glossary_file", suffix="ttl")
        json_ld = address("feeds.glossary_file", suffix="jsonld")
        return (
            OpenFormat("SKOS (Turtle)", "text/turtle", turtle),
            OpenFormat("SKOS (JSON-LD)", "application/ld+json", json_ld),
        )
    return ()


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A format of the menu: what it is for, its name, and the address of the file."""

    label: str
    name: str
    url: str


def search_exports(query: Query) -> tuple[ExportFormat, ...]:
    """Return the formats of the results of a query, in the order of the menu."""
    files = (
        (_("Spreadsheet"), "XLSX", "xlsx"),
        (_("Plain table"), "CSV", "csv"),
        (_("References for Zotero, EndNote, Mendeley"), "RIS", "ris"),
        (_("References for LaTeX"), "BibTeX", "bib"),
        (_("All results, a line for each"), "JSON Lines", "jsonl"),
    )
    return (
        *(
            ExportFormat(label, name, search_file_url(query, suffix))
            for label, name, suffix in files
        ),
        ExportFormat(_("This page, for programs"), "JSON", _json_url(query)),
    )


def _json_url(query: Query) -> str:
    # In the API, `locale` is the language of the content, and `hl` that of the reader.
    url = query_url(query, endpoint="api.search")
    return url.replace(f"locale={query.locale.value}", f"hl={query.locale.value}", 1)
