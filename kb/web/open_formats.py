"""The formats in which other programs read records, with their addresses."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.model.ids import Kind, Locale
from kb.web.urls import address, calendar_url


@dataclass(frozen=True, slots=True)
class OpenFormat:
    """A format of a list of records: its name, media type and address."""

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
