"""What catalogues and reference managers want to know of a record: authors, type, date.

A deliverable stands for the report or article that it describes; any other record is
itself the work, which Efus publishes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale
from indexer.model.records import Deliverable, DeliverableType, Record
from kb.web.records.file_links import media_type

PUBLISHER = "Efus"
PUBLISHER_URL = "https://efus.eu/"
SITE_NAMES = {
    Locale.FR: "Innovation et Sécurité",
    Locale.EN: "Innovation and Security",
}
PDF = "application/pdf"

_INITIALS = re.compile(r"((?:[^\W\d_]{1,2}\.[ -]?)+) *(\S.*)")
"""A person as reports print the name: « P. van den Brink »."""


class ResourceType(StrEnum):
    """The types of what a record stands for."""

    REPORT = "Report"
    ARTICLE = "Article"
    EVENT = "Event"
    TEXT = "Text"


@dataclass(frozen=True, slots=True)
class Creator:
    """A person, or a body, which has no given name."""

    family: str
    given: str = ""

    @property
    def name(self) -> str:
        """The name as it is printed: « A. de Vries »."""
        return f"{self.given} {self.family}".strip()

    @property
    def inverted(self) -> str:
        """The name to sort by: « de Vries, A. »."""
        return f"{self.family}, {self.given}" if self.given else self.family


def creators_of(record: Record) -> tuple[Creator, ...]:
    """Return the authors: persons, else the bodies that led the work."""
    if not isinstance(record, Deliverable):
        return (Creator(PUBLISHER),)
    names = record.authors or tuple(filter(None, record.lead.split(", ")))
    return tuple(map(_creator, names))


def _creator(name: str) -> Creator:
    match = _INITIALS.fullmatch(name)
    if match is None:
        return Creator(name)
    return Creator(match[2], match[1].replace(" ", ""))


def resource_type(record: Record) -> ResourceType:
    """Return the type of what a record stands for."""
    if isinstance(record, Deliverable):
        is_article = record.type is DeliverableType.ARTICLE
        return ResourceType.ARTICLE if is_article else ResourceType.REPORT
    return ResourceType.EVENT if record.id.kind is Kind.EVENT else ResourceType.TEXT


def resource_title(record: Record, locale: Locale) -> str:
    """Return the title on the cover of a deliverable, or else that of the record."""
    cover = record.original_title if isinstance(record, Deliverable) else ""
    return cover or record.title_for(locale).text


def resource_date(record: Record) -> PartialDate | None:
    """Return when a deliverable appeared or an event was; any other was updated."""
    if record.id.kind in {Kind.DELIVERABLE, Kind.EVENT}:
        return record.period[0]
    day = record.updated
    return PartialDate(day.year, day.month, day.day)


def resource_languages(record: Record) -> tuple[str, ...]:
    """Return the language of a deliverable if known, or those of the editions."""
    if isinstance(record, Deliverable):
        return (record.language.value,) if record.language is not None else ()
    return tuple(each.locale.value for each in record.editions)


def publication_of(record: Record) -> str:
    """Return where an article appeared, as its first source says; else ""."""
    if resource_type(record) is not ResourceType.ARTICLE:
        return ""
    return next((each.publisher for each in record.sources if each.publisher), "")


def publisher_of(record: Record) -> str:
    """Return who published a deliverable, as far as is known; any other is of Efus."""
    if not isinstance(record, Deliverable):
        return PUBLISHER
    return publication_of(record) or record.project or record.lead


def pdf_names(record: Record) -> tuple[str, ...]:
    """Return the names of the PDF files of a record."""
    files = record.files if isinstance(record, Deliverable) else ()
    return tuple(each.name for each in files if media_type(each.name) == PDF)
