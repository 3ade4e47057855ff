"""The facets: fields whose values narrow the results.

Each facet is declared once, as a member of `FacetName`. The index and both engines, the
query language, the filters beside lists, the parameters of addresses, the API and its
description, tables for export and the copy of the site follow from the declaration.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from indexer.model.assessments import AssessmentStatus
from indexer.model.dates import years_between
from indexer.model.ids import Kind, Locale
from indexer.model.known_facts import findings_of, readable_of
from indexer.model.problems import Message, message
from indexer.model.vocabulary import (
    ALL_THEMES,
    Aim,
    Audience,
    Coverage,
    EvidenceKind,
    Failure,
    Finding,
    Firmness,
    PracticeResult,
    Readable,
    Stage,
)

if TYPE_CHECKING:  # records import `vocabulary`, and the search imports this module
    from indexer.model.record import Record

NOT_KNOWN = "not-known"
"""The value of a facet for a record that should have one, and has none."""


class FacetCount(NamedTuple):
    """The number of results when a facet value is added to the filters.

    A named tuple: a page of results has a hundred counts, and a dataclass takes twice
    the time to create.
    """

    value: str
    count: int  # type: ignore[assignment]  # hides the method tuple.count
    is_selected: bool = False


class FacetOrder(Enum):
    """The order in which the values of a facet are listed."""

    COUNT = auto()
    """Those of most records come first."""
    SCALE = auto()
    """As the enum of the values lists them."""
    NEWEST = auto()
    """Years: the newest come first."""


@dataclass(frozen=True, slots=True)
class FacetFacts:
    """What the values of a facet are taken from.

    `places` are those of the record and those around them, and `needs` those that the
    record answers, both by their slugs.
    """

    record: "Record"
    places: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def _if_counted(counts: Sequence[FacetCount], _total: int) -> bool:
    return bool(counts)


def _if_some_lack_it(counts: Sequence[FacetCount], total: int) -> bool:
    """If all records have the same values, the choice would change nothing."""
    return any(count.is_selected or count.count != total for count in counts)


def _if_assessed(counts: Sequence[FacetCount], _total: int) -> bool:
    """As long as no record is assessed, the only value filters nothing out."""
    none = AssessmentStatus.NONE.value
    return any(count.is_selected or count.value != none for count in counts)


def _if_selected(counts: Sequence[FacetCount], _total: int) -> bool:
    """Only links select a value: needs have pages, marks stand above lists."""
    return any(count.is_selected for count in counts)


def _years(record: "Record") -> list[str]:
    return [str(year) for year in years_between(*record.period)]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Facet:
    """What is declared of a facet.

    Attributes:
        label: its name above its values.
        of: returns what a record states: a value, several, or None.
        indexed: returns the values of a record in the index, if they are others.
        french: its names in queries; help pages name the first.
        english: its other names in queries, beside the parameter.
        kinds: the kinds that have it; empty for all.
        expected: the kinds whose records have the value `NOT_KNOWN` without another.
        values: the enum of its values, whose labels the site has.
        records: the kind of the records whose slugs are its values.
        are_places: whether its values are places.
        value_labels: the labels of values that no enum or record has, in their order.
        order: the order of its values.
        is_open: whether lists show its values before somebody opens it.
        is_listed: returns whether a list shows it, by its counts and the records.
        column: its place among the columns of tables for export; 0 without a column.
    """

    label: Message
    of: "Callable[[Record], Any]"
    indexed: Callable[[FacetFacts], Iterable[str]] | None = None
    french: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    expected: tuple[Kind, ...] = ()
    values: type[StrEnum] | None = None
    records: Kind | None = None
    are_places: bool = False
    value_labels: Mapping[str, Message] = field(default_factory=dict)
    order: FacetOrder = FacetOrder.COUNT
    is_open: bool = False
    is_listed: Callable[[Sequence[FacetCount], int], bool] = _if_counted
    column: int = 0


def _of_practices(
    label: Message, name: str, french: str, values: type[StrEnum], column: int
) -> Facet:
    """Return the facet of an attribute of practices, whose values are a scale."""
    return Facet(
        label=label,
        of=lambda record: getattr(record, name, None),
        french=(french,),
        kinds=(Kind.PRACTICE,),
        expected=(Kind.PRACTICE,),
        values=values,
        order=FacetOrder.SCALE,
        column=column,
    )


class FacetName(StrEnum):
    """A facet; the value is the parameter of addresses, and its name in queries.

    The order is that of the filters beside a list.
    """

    declared: Facet

    def __new__(cls, value: str, declared: Facet) -> Self:
        """Return a member that has its declaration."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.declared = declared
        return member

    KIND = (
        "kind",
        Facet(
            label=message("Kind"),
            of=lambda record: record.id.kind,
            french=("type", "nature"),
            values=Kind,
        ),
    )
    THEME = (
        "theme",
        Facet(
            label=message("Theme"),
            of=lambda record: record.themes,
            indexed=lambda facts: (
                (facts.record.id.slug,)
                if facts.record.id.kind is Kind.THEME
                else facts.record.themes
            ),
            french=("thème",),
            records=Kind.THEME,
            value_labels={ALL_THEMES: message("All themes")},
            is_open=True,
            column=1,
        ),
    )
    FINDING = (
        "finding",
        Facet(
            label=message("What is known of it"),
            of=findings_of,
            french=("constat",),
            kinds=(Kind.PRACTICE,),
            value_labels={
                Finding.MEASURED: message("Effect measured"),
                Finding.WORKED: message("Good effect"),
                Finding.MIXED: message("Mixed effect"),
                Finding.DID_NOT_WORK: message("It did not work"),
                Finding.FIGURES: message("With figures"),
            },
            order=FacetOrder.SCALE,
            is_open=True,
            column=10,
        ),
    )
    READABLE = (
        "readable",
        Facet(
            label=message("Can I read it?"),
            of=readable_of,
            french=("lisible",),
            kinds=(Kind.DELIVERABLE,),
            value_labels={
                Readable.HERE: message("Can be read here"),
                Readable.ELSEWHERE: message("Can be read elsewhere"),
                Readable.SOUGHT: message("Document sought"),
            },
            order=FacetOrder.SCALE,
            is_open=True,
            column=11,
        ),
    )
    AUDIENCE = (
        "audience",
        Facet(
            label=message("Audience"),
            of=lambda record: record.audience_values,
            french=("public",),
            values=Audience,
            is_open=True,
            column=2,
        ),
    )
    SOURCE = (
        "source",
        Facet(
            label=message("Reliability of the source"),
            of=lambda record: record.firmness,
            french=("source",),
            values=Firmness,
            is_open=True,
            column=4,
        ),
    )
    STAGE = (
        "stage",
        _of_practices(message("Stage"), "current_stage", "stade", Stage, 5),
    )
    EVIDENCE = (
        "evidence",
        _of_practices(
            message("Kind of evidence"), "evidence", "preuve", EvidenceKind, 6
        ),
    )
    AIM = (
        "aim",
        _of_practices(message("Aim"), "aim", "effet", Aim, 9),
    )
    RESULT = (
        "result",
        _of_practices(message("Result"), "result", "résultat", PracticeResult, 7),
    )
    FAILURE = (
        "failure",
        Facet(
            label=message("What did not work"),
            of=lambda record: Failure.TOLD if record.tells_failures else None,
            french=("échec",),
            kinds=(Kind.PRACTICE,),
            values=Failure,
        ),
    )
    ASSESSED = (
        "assessed",
        Facet(
            label=message("Signed assessment"),
            of=lambda record: record.assessment_status,
            french=("évaluée",),
            kinds=(Kind.PRACTICE, Kind.RECOMMENDATION),
            values=AssessmentStatus,
            order=FacetOrder.SCALE,
            is_listed=_if_assessed,
            column=8,
        ),
    )
    COVERAGE = (
        "coverage",
        Facet(
            label=message("Answers to the need"),
            of=lambda record: record.coverage,
            french=("couverture",),
            kinds=(Kind.NEED,),
            values=Coverage,
            order=FacetOrder.SCALE,
            is_open=True,
        ),
    )
    NEED = (
        "need",
        Facet(
            label=message("Need answered"),
            of=lambda _record: None,
            indexed=lambda facts: facts.needs,
            french=("besoin",),
            kinds=(Kind.PRACTICE, Kind.RECOMMENDATION),
            records=Kind.NEED,
            is_listed=_if_selected,
        ),
    )
    PLACE = (
        "place",
        Facet(
            label=message("Place"),
            of=lambda record: record.place_slugs,
            indexed=lambda facts: facts.places,
            french=("lieu",),
            expected=(Kind.PRACTICE,),  # events are often held online
            are_places=True,
            column=3,
        ),
    )
    YEAR = (
        "year",
        Facet(
            label=message("Year"),
            of=_years,
            french=("année",),
            expected=(Kind.PRACTICE, Kind.EVENT, Kind.DELIVERABLE),
            order=FacetOrder.NEWEST,
        ),
    )
    INFERRED = (
        "inferred",
        Facet(
            label=message("Inferred by us"),
            of=lambda record: "audiences" if "audiences" in record.inferred else None,
            french=("déduit",),
            kinds=(Kind.PRACTICE, Kind.RECOMMENDATION, Kind.NEED, Kind.DELIVERABLE),
            value_labels={"audiences": message("Audience")},
            is_listed=_if_selected,
        ),
    )
    LOCALE = (
        "locale",
        Facet(
            label=message("Language of the content"),
            of=lambda record: [edition.locale for edition in record.editions],
            french=("langue",),
            english=("language",),
            values=Locale,
            is_listed=_if_some_lack_it,
        ),
    )

    @property
    def query_names(self) -> tuple[str, ...]:
        """Its names in queries, in both languages."""
        names = (self.value, *self.declared.english, *self.declared.french)
        return tuple(dict.fromkeys(names))

    def stated(self, record: "Record") -> tuple[str, ...]:
        """Return the values that a record states, as filters name them."""
        found = self.declared.of(record)
        if found is None or found == "":
            return ()
        values = (found,) if isinstance(found, str) else found
        return tuple(str(value) for value in values)

    def indexed(self, facts: FacetFacts) -> tuple[str, ...]:
        """Return the values of a record in the index; `NOT_KNOWN` if one is missing."""
        other = self.declared.indexed
        values = self.stated(facts.record) if other is None else tuple(other(facts))
        if not values and facts.record.id.kind in self.declared.expected:
            return (NOT_KNOWN,)
        return values


EXPORTED_FACETS = tuple(
    sorted(
        (name for name in FacetName if name.declared.column),
        key=lambda name: name.declared.column,
    )
)
"""The facets that tables for export have, in the order of their columns."""


@dataclass(frozen=True, slots=True, order=True)
class Filter:
    """A facet value that the visitor chose."""

    facet: FacetName
    value: str
