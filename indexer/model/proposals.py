"""Facts and proposals extracted from a document, for staff to review."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from indexer.model.ids import Kind, Locale
from indexer.model.problems import Message
from indexer.model.records import Audience


class Likelihood(StrEnum):
    """How likely an extracted fact or proposal is right."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A likely recommendation or practice of a document.

    `quotation` is verbatim from `page` of the file, whose printed number is
    `page_label`. `label` is the number of the recommendation in the document.
    `audiences` are named in the text, `places` are slugs of the gazetteer. `reason`
    explains the extraction. Field names are keys of stored JSON.
    """

    kind: Kind
    title: str
    quotation: str
    locale: Locale
    sureness: Likelihood
    reason: Message
    page: int | None = None
    page_label: str = ""
    label: str = ""
    audiences: tuple[Audience, ...] = ()
    places: tuple[str, ...] = ()


class MetadataField(StrEnum):
    """The metadata fields that are extracted from a document."""

    CODE = "code"
    TITLE = "title"
    SUMMARY = "summary"
    AUTHORS = "authors"
    LEAD = "lead"
    DATE = "date"
    LANGUAGE = "language"
    TYPE = "type"
    PROJECT = "project"
    LICENCE = "licence"
    DISSEMINATION = "dissemination"


@dataclass(frozen=True, slots=True)
class FactOrigin:
    """The origin of a fact: words of a page, or a property of the file."""

    quotation: str = ""
    page: int | None = None
    property: str = ""


@dataclass(frozen=True, slots=True)
class ExtractedFact:
    """A metadata value of a document, for staff to check.

    Field names are keys of stored JSON.
    """

    field: MetadataField
    values: tuple[str, ...]
    whence: FactOrigin
    sureness: Likelihood

    @property
    def value(self) -> str:
        """The values as one text."""
        return ", ".join(self.values)
