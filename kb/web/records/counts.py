"""Numbers of records in words, and how many of them answer a need."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from indexer.model.ids import Kind, Locale
from indexer.model.record import Record
from indexer.model.records import Need, Practice
from kb.web.date_text import date_text

_NO_MARK = Markup()


@dataclass(frozen=True, slots=True)
class Tally:
    """A number and what it counts; `url` is "" if there is nothing to lead to."""

    number: int
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class CountedLink:
    """A choice and the number of its records; without any, `url` may be "".

    `css_class` and `mark` are those of a theme.
    """

    label: str
    count: int
    url: str
    is_current: bool
    css_class: str = ""
    mark: Markup = _NO_MARK


def kind_noun(kind: Kind, number: int) -> str:
    """Return what a number of records of a kind are called, without the number."""
    return counted(kind, number).partition(" ")[2]


def counted(kind: Kind, number: int) -> str:
    """Return a number of records with the name of their kind."""
    match kind:
        case Kind.PRACTICE:
            return ngettext("%(num)s practice", "%(num)s practices", number)
        case Kind.RECOMMENDATION:
            return ngettext("%(num)s recommendation", "%(num)s recommendations", number)
        case Kind.NEED:
            return ngettext("%(num)s need", "%(num)s needs", number)
        case Kind.DELIVERABLE:
            return ngettext("%(num)s deliverable", "%(num)s deliverables", number)
        case Kind.EVENT:
            return ngettext("%(num)s event", "%(num)s events", number)
        case Kind.THEME:
            return ngettext("%(num)s theme", "%(num)s themes", number)
        case Kind.TERM:
            return ngettext("%(num)s term", "%(num)s terms", number)
        case _:
            return ngettext("%(num)s record", "%(num)s records", number)


def last_research(records: Iterable[Record], locale: Locale) -> str:
    """Return the newest day on which facts were compared with their sources."""
    checked = [date for record in records if (date := record.facts_checked) is not None]
    if not checked:
        return ""
    newest = max(checked, key=lambda date: date.first_day)
    return _("Last research: %(date)s", date=date_text(newest, locale))


def counted_answers(kind: Kind, number: int) -> str:
    """Return a number of practices or recommendations, “no practice” for none."""
    if number:
        return counted(kind, number)
    return _("no practice") if kind is Kind.PRACTICE else _("no recommendation")


def experiences_text(practice: Practice) -> str:
    """Return how many towns tell of a practice, in words; "" for none."""
    number = len(practice.experiences)
    if not number:
        return ""
    return ngettext(
        "%(num)s experience of another town",
        "%(num)s experiences of other towns",
        number,
    )


def towns_text(record: Record) -> str:
    """Return how many towns have a need, in words; "" for none or another kind."""
    number = len(record.towns) if isinstance(record, Need) else 0
    if not number:
        return ""
    return ngettext(
        "%(num)s town has this need", "%(num)s towns have this need", number
    )


def demand(need: Need) -> tuple[int, bool]:
    """Return a key that sorts the needs of most towns first, then unanswered ones."""
    return -len(need.towns), bool(need.answers)


def counts_text(records: Iterable[Record]) -> str:
    """Return how many practices and events there are, in words, without zeros."""
    numbers = Counter(record.id.kind for record in records)
    kinds = (kind for kind in (Kind.PRACTICE, Kind.EVENT) if numbers[kind])
    return ", ".join(counted(kind, numbers[kind]) for kind in kinds)


@dataclass(frozen=True, slots=True)
class CoveragePart:
    """The answers of one kind: a square for each; light for recommendations."""

    squares: int
    text: str
    is_light: bool = False


@dataclass(frozen=True, slots=True)
class CoverageView:
    """The answers to a need, by kind."""

    parts: tuple[CoveragePart, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing answers the need."""
        return not any(part.squares for part in self.parts)


def coverage_of(record: Record) -> CoverageView | None:
    """Return the coverage of a need; None for another kind of record."""
    if not isinstance(record, Need):
        return None
    practices, advice = len(record.practices), len(record.recommendations)
    return CoverageView(
        (
            CoveragePart(practices, counted_answers(Kind.PRACTICE, practices)),
            CoveragePart(
                advice, counted_answers(Kind.RECOMMENDATION, advice), is_light=True
            ),
        )
    )
