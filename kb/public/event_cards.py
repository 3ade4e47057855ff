"""Events as lists show them: the day in large type, beside the card."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from indexer.model.dates import PartialDate
from indexer.model.records import Record
from kb.web.cards import Card, record_card
from kb.web.date_text import date_text
from kb.web.page_content import PageContent


@dataclass(frozen=True, slots=True)
class DatedCard:
    """An event: its day in large type, month and year in small type."""

    card: Card
    iso: str
    large: str
    small: str


def event_cards(
    records: Iterable[Record], content: PageContent
) -> tuple[DatedCard, ...]:
    """Return the cards of events, the newest first; those without a date come last."""
    dated = [(record.period[0], record) for record in records]
    known = [(date, record) for date, record in dated if date is not None]
    known.sort(key=lambda item: (item[0].first_day, item[1].id), reverse=True)
    cards = [_dated_card(date, record, content) for date, record in known]
    cards += [
        DatedCard(record_card(record, content), "", "–", "")
        for date, record in dated
        if date is None
    ]
    return tuple(cards)


def _dated_card(date: PartialDate, record: Record, content: PageContent) -> DatedCard:
    card, locale = record_card(record, content), content.locale
    if date.day is None:
        month = date_text(date, locale).removesuffix(str(date.year)).strip()
        return DatedCard(card, str(date), str(date.year), month)
    month = date_text(PartialDate(date.year, date.month), locale)
    return DatedCard(card, str(date), str(date.day), month)
