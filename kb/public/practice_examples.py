"""The practices that illustrate a recommendation: when, a figure, and its caveat."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale
from indexer.model.records import Edition, Figure, Practice, Record
from kb.public.comparison import MAX_COMPARED
from kb.public.text_parts import caveat_of, text_parts
from kb.web.cards import Card, inferred_mark, record_card
from kb.web.date_text import period_text
from kb.web.markup import sections
from kb.web.page_content import PageContent
from kb.web.urls import compare_url


@dataclass(frozen=True, slots=True)
class PracticeExample:
    """A practice that does what is recommended.

    `when` is its month or years, "" if unknown; `figure` the first of its own figures,
    and `caveat` the first sentence of its limits, "" without a figure.
    """

    card: Card
    when: str
    figure: Figure | None
    caveat: str


@dataclass(frozen=True, slots=True)
class PracticeExamples:
    """Practices, in the order of the record; `compare_url` is "" unless 2 to 4."""

    practices: tuple[PracticeExample, ...]
    compare_url: str


def practice_examples(record: Record, content: PageContent) -> PracticeExamples:
    """Return the practices that illustrate a recommendation; none for another kind."""
    if record.id.kind is not Kind.RECOMMENDATION:
        return PracticeExamples((), "")
    practices = [
        each
        for each in content.corpus.linked(record, Kind.PRACTICE, field="practices")
        if isinstance(each, Practice)
    ]
    ids = [each.id for each in practices]
    return PracticeExamples(
        tuple(_example(each, content) for each in practices),
        compare_url(content.locale, ids) if _can_be_compared(ids) else "",
    )


def _can_be_compared(ids: Collection[object]) -> bool:
    return 2 <= len(ids) <= MAX_COMPARED


def _example(practice: Practice, content: PageContent) -> PracticeExample:
    edition = practice.edition(content.locale)
    figure = next(iter(edition.figures), None)
    return PracticeExample(
        card=record_card(practice, content),
        when=_when(practice, content.locale),
        figure=figure,
        caveat=_caveat(edition, content.locale) if figure is not None else "",
    )


def _when(practice: Practice, locale: Locale) -> str:
    """Return the period of a practice without its days."""
    start, end = (_month(each) for each in practice.period)
    period = period_text(start, end, locale)
    return inferred_mark(practice, "date", period) if period else ""


def _month(date: PartialDate | None) -> PartialDate | None:
    return PartialDate(date.year, date.month) if date is not None else None


def _caveat(edition: Edition, locale: Locale) -> str:
    return caveat_of(text_parts(Kind.PRACTICE, sections(edition, locale)).limits)
