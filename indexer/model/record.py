"""A record: one set of facts and, for each locale, an edition with its words.

`Record` has the fields common to all kinds; `records.py` has the kinds.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from indexer.model.assessments import CRITERIA, Assessment, AssessmentStatus
from indexer.model.dates import PartialDate
from indexer.model.edition import Edition
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.record_parts import (
    SOURCE_PARTS,
    SourceReference,
    Title,
    localized_title,
)
from indexer.model.schema import declare, layout
from indexer.model.schema.field import Shape, declarations
from indexer.model.vocabulary import (
    ALL_THEMES,
    Audience,
    Confidence,
    Coverage,
    Firmness,
)

_SOURCED = tuple(kind for kind in Kind if kind is not Kind.PAGE)


@dataclass(frozen=True, slots=True)
class RecordLink:
    """A link from a field of a record to another record."""

    field: str
    target: RecordId


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The fields common to all kinds of record."""

    id: RecordId = declare.text(
        "Name in the address", is_required=True, has_control=False
    )
    updated: dt.date = declare.day("Last changed", is_required=True, has_control=False)
    editions: tuple[Edition, ...]
    themes: tuple[str, ...] = ()
    sources: tuple[SourceReference, ...] = declare.items(
        "Sources",
        "Where the facts were read: a name in each language, an address, or "
        "both. The page lists them.",
        kinds=_SOURCED,
        is_required=True,
        optional_kinds=(Kind.THEME, Kind.TERM),
        parts=SOURCE_PARTS,
        section=layout.SOURCING,
    )
    confidence: Confidence | None = declare.choice(
        "Reliability of the facts",
        "How the facts of this record are known. The page says so under "
        "“Sources and reliability”.",
        kinds=_SOURCED,
        is_required=True,
        values=Confidence,
        default=None,
        section=layout.SOURCING,
    )
    facts_checked: PartialDate | None = declare.date(
        "Facts checked on",
        "The day on which somebody last compared its facts with its sources. It is "
        "not the day of the last change of the text.",
        kinds=_SOURCED,
        section=layout.SOURCING,
    )
    inferred: tuple[str, ...] = declare.field_names(
        "What was inferred",
        "Tick what no source says outright. The page marks these facts as inferred.",
        section=layout.SOURCING,
        group=layout.INFERRED,
    )
    mentions: tuple[RecordId, ...] = ()
    """Ids of the records that the texts link to, in either language."""
    former_ids: tuple[RecordId, ...] = declare.record_paths(
        "Former numbers",
        "Records that became part of this one, one per line, such as rec-05. "
        "Their addresses lead here.",
        group=layout.FORMER,
    )
    """Ids of records that became part of this one; their addresses lead here."""
    checked: tuple[str, ...] = declare.texts(
        "Warnings that need no change",
        "If a warning needs no change, write here what it asks to add. It then "
        "disappears.",
        group=layout.FORMER,
        in_repr=False,
    )
    """What warnings name and a person found right; the index does not depend on it."""
    is_only_mentioned: bool = False
    """Whether hardly more than the title is known, as the content is read."""

    def edition(self, locale: Locale) -> Edition:
        """Return the edition of a locale, or the other edition when there is none."""
        return next((e for e in self.editions if e.locale == locale), self.editions[0])

    def title_for(self, locale: Locale) -> Title:
        """Return the title in a reader's locale, or in the other locale."""
        titles = {edition.locale: edition.title for edition in self.editions}
        return localized_title(titles, locale, self.id.slug)

    def has_edition(self, locale: Locale) -> bool:
        """Return whether the record has an edition in a locale."""
        return any(edition.locale == locale for edition in self.editions)

    @property
    def link_fields(self) -> tuple[str, ...]:
        """The names of the fields that contain ids of other records."""
        owner: Any = type(self)
        return _link_fields(owner)

    @property
    def links(self) -> Iterator[RecordLink]:
        """Links to other records, first from fields and then from texts."""
        for name in self.link_fields:
            for target in getattr(self, name):
                yield RecordLink(name, target)
        for theme in self.themes:
            if theme != ALL_THEMES:
                yield RecordLink("themes", RecordId(Kind.THEME, theme))
        for target in self.mentions:
            yield RecordLink("mentions", target)

    @property
    def firmness(self) -> Firmness | None:
        """How firm the source is; None for kinds without firmness."""
        owner: Any = type(self)
        name = _firmness_field(owner)
        firmness: Firmness | None = getattr(self, name) if name else None
        return firmness

    @property
    def period(self) -> tuple[PartialDate | None, PartialDate | None]:
        """The start and end dates, each None when unknown."""
        return getattr(self, "date", None), getattr(self, "end_date", None)

    @property
    def sort_date(self) -> str:
        """The first day of the last date, in ISO format; empty when unknown."""
        start, end = self.period
        last = end or start
        return str(last.first_day) if last is not None else ""

    @property
    def tells_failures(self) -> bool:
        """Whether an edition tells what did not work."""
        return any(edition.did_not_work for edition in self.editions)

    @property
    def assessment_status(self) -> AssessmentStatus | None:
        """Whether the record is assessed; None for kinds that cannot be assessed."""
        if self.id.kind not in CRITERIA:
            return None
        assessment: Assessment | None = getattr(self, "assessment", None)
        return AssessmentStatus.NONE if assessment is None else assessment.status

    @property
    def coverage(self) -> Coverage | None:
        """Whether a record answers this need; None for other kinds."""
        return None

    @property
    def place_slugs(self) -> tuple[str, ...]:
        """Slugs of places; empty for kinds without places."""
        return (*getattr(self, "places", ()),)

    @property
    def audience_values(self) -> tuple[Audience, ...]:
        """Audiences; empty for kinds without audiences."""
        return (*getattr(self, "audiences", ()),)


@cache
def _link_fields(owner: Any) -> tuple[str, ...]:
    declared = declarations(owner).items()
    return tuple(name for name, field in declared if field.type is Shape.RECORDS)


@cache
def _firmness_field(owner: Any) -> str:
    declared = declarations(owner).items()
    names = (name for name, field in declared if field.row is layout.SOURCE_ROW)
    return next(names, "")
