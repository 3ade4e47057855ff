"""What was found in a document, and awaits a person's decision."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from indexer.model.ids import Kind, Locale
from indexer.model.problems import Message
from indexer.model.records import Audience


class Likelihood(StrEnum):
    """How likely it is that what was found is what it is taken for."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A recommendation or a practice that a document seems to hold.

    `quotation` stands in the document word for word, on `page` of the file; what is
    printed on that page is `page_label`. `label` is the number that the document gives
    it. `audiences` are those that the text names as the ones addressed, `places` the
    names in the gazetteer. `reason` says by what it was found.
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
    """What a document says of itself."""

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
    """Where a fact was found: words of a page, or a property of the file."""

    quotation: str = ""
    page: int | None = None
    property: str = ""


@dataclass(frozen=True, slots=True)
class ExtractedFact:
    """A fact that a document gives of itself, with where; never to be trusted as is."""

    field: MetadataField
    values: tuple[str, ...]
    whence: FactOrigin
    sureness: Likelihood

    @property
    def value(self) -> str:
        """The fact as one text."""
        return ", ".join(self.values)
