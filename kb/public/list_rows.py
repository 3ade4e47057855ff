"""The rows of lists of one kind: the card of a record, with the facts that matter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.analysis.normalization import fold
from indexer.model.ids import Kind, Locale
from indexer.model.records import (
    Availability,
    Deliverable,
    Event,
    Need,
    Practice,
    Recommendation,
    Record,
)
from kb.web.cards import Card, Fact, date_fact, record_card
from kb.web.coverage import CoveragePart, CoverageView
from kb.web.date_text import period_text
from kb.web.file_links import extension, file_url
from kb.web.labels import EVENT_TYPES, FIRMNESS, SHORT_AVAILABILITY
from kb.web.page_content import PageContent
from kb.web.pagination import shown_first

SHOWN_ROWS = 5
"""The rows of a group that are not folded."""


def list_card(record: Record, content: PageContent, *, has_year: bool = False) -> Card:
    """Return the card of a record as a row of the list of its kind.

    With `has_year`, the date of an event contains its year.
    """
    card = record_card(record, content)
    match record:
        case Practice():
            # The place tells practices apart: nearly all are of a police or a town.
            facts = tuple(each for each in card.facts if each.icon != "people")
            return replace(card, facts=facts)
        case Recommendation() if record.practices:
            return replace(card, coverage=_practices_of(record))
        case Need() if not record.answers:
            gap = Fact(_("No answer yet"), is_gap=True)
            return replace(card, facts=(gap,), coverage=None, badge=None)
        case Need():
            return replace(card, facts=(), badge=None)
        case Deliverable():
            facts = tuple(_deliverable_facts(record, content.locale))
            return replace(card, facts=facts)
        case Event():
            return replace(
                card,
                facts=tuple(_event_facts(record, card)),
                day=date_fact(record, content.locale)
                if has_year
                else _day_text(record, content.locale),
            )
        case _:
            return card


def folded_rows(
    records: Sequence[Record],
    content: PageContent,
    *,
    shown: int = SHOWN_ROWS,
    has_year: bool = False,
) -> tuple[tuple[Card, ...], tuple[Card, ...]]:
    """Return the rows that are shown, and those that are folded."""
    cards = [list_card(each, content, has_year=has_year) for each in records]
    return shown_first(cards, shown)


def in_list_order(
    kind: Kind, records: Iterable[Record], locale: Locale
) -> list[Record]:
    """Sort records of a kind: needs from the least covered, else strong sources first.

    Practices with equal sources are in the order of their titles, which begin with the
    place; the others keep the order of their ids.
    """

    def key(record: Record) -> tuple[object, ...]:
        if isinstance(record, Need):
            return (len(record.answers),)
        strength = -FIRMNESS[record.firmness].strength if record.firmness else 0
        title = fold(record.edition(locale).title) if kind is Kind.PRACTICE else ""
        return strength, title

    return sorted(records, key=key)


def _practices_of(record: Recommendation) -> CoverageView:
    """Return a square for each practice that already does what is recommended."""
    number = len(record.practices)
    text = ngettext("%(num)s practice", "%(num)s practices", number)
    return CoverageView((CoveragePart(number, text),))


def _deliverable_facts(record: Deliverable, locale: Locale) -> Iterator[Fact]:
    """Yield the code, the date and pages, then the files, or what could be read."""
    if record.code:
        yield Fact(record.code)
    parts = [date_fact(record, locale)]
    if record.pages:
        parts.append(ngettext("%(num)s page", "%(num)s pages", record.pages))
    if text := ", ".join(filter(None, parts)):
        yield Fact(text)
    for file in record.files:
        yield Fact(
            _("Open the file (%(type)s)", type=extension(file.name).upper()),
            "deliverable",
            url=file_url(record.id, file.name, locale),
        )
    if not record.files:
        yield Fact(
            str(SHORT_AVAILABILITY[record.availability]),
            "" if record.availability is Availability.NOT_FOUND else "deliverable",
            is_gap=record.availability is Availability.NOT_FOUND,
        )


def _event_facts(record: Event, card: Card) -> Iterator[Fact]:
    """Yield the type and the places; the date is beside the title."""
    yield Fact(str(EVENT_TYPES[record.type]))
    yield from (each for each in card.facts if each.icon == "pin")


def _day_text(record: Event, locale: Locale) -> str:
    """Return the date of an event without its year, which is the heading above."""
    start, end = record.period
    if start is None:
        return _("date unknown")
    if start.month is None:
        return _("day unknown")
    text = period_text(start, end, locale)
    text = text.removesuffix(str(start.year)).strip()
    return _("%(fact)s (inferred)", fact=text) if "date" in record.inferred else text
