"""Facts and proposals extracted from a document, to be checked by a person."""

from dataclasses import dataclass
from enum import StrEnum

from indexer.model.ids import Kind, Locale
from indexer.model.problems import Message
from indexer.model.vocabulary import Audience


class Likelihood(StrEnum):
    """How likely a fact or a proposal is to be right."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A recommendation or a practice that a document seems to contain.

    `quotation` is on `page` of the file word for word; `page_label` is the number that
    is printed there. `label` is the number of the recommendation in the document.
    `audiences` are those addressed, `places` slugs of the gazetteer. `reason` names the
    cue.
    """

    kind: Kind
    title: str
    quotation: str
    locale: Locale
    likelihood: Likelihood
    reason: Message
    page: int | None = None
    page_label: str = ""
    label: str = ""
    audiences: tuple[Audience, ...] = ()
    places: tuple[str, ...] = ()


class MetadataField(StrEnum):
    """Metadata that a document states about itself."""

    CODE = "code"
    TITLE = "title"
    SUMMARY = "summary"
    AUTHORS = "authors"
    LEAD = "lead"
    DATE = "date"
    LANGUAGE = "language"
    TYPE = "type"
    PROJECT = "project"
    GRANT = "grant"
    LICENCE = "licence"
    DISSEMINATION = "dissemination"
    RESTRICTION = "restriction"


@dataclass(frozen=True, slots=True)
class AppliedCorrection:
    """The number of a correction, and the day and the file on which it was made."""

    id: int
    day: str
    file: str


@dataclass(frozen=True, slots=True)
class FactOrigin:
    """The origin of a fact: words of a page, or a property of the file.

    `correction` is that of another file which gave the fact its value, if any.
    """

    quotation: str = ""
    page: int | None = None
    property: str = ""
    correction: AppliedCorrection | None = None


@dataclass(frozen=True, slots=True)
class ExtractedFact:
    """A fact that a document states about itself, with its origin; it may be wrong."""

    field: MetadataField
    values: tuple[str, ...]
    origin: FactOrigin
    likelihood: Likelihood

    @property
    def value(self) -> str:
        """The values as one text."""
        return ", ".join(self.values)

    @property
    def is_read(self) -> bool:
        """Whether a page states the fact in words; the type is a conclusion of ours."""
        return bool(self.origin.quotation) and self.field is not MetadataField.TYPE
