"""The answers to a record: practices that follow it, and the holes of a need."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.model.dates import PartialDate
from indexer.model.edition import Edition
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.record import Record
from indexer.model.record_parts import Figure
from indexer.model.records import Need, Practice
from indexer.model.vocabulary import Audience
from kb.public.record.text_parts import first_sentence_of, text_parts
from kb.web.date_text import period_text
from kb.web.labels import AUDIENCES
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, inferred_mark, record_card, record_cards
from kb.web.records.markup import sections
from kb.web.urls import MAX_COMPARED, can_be_compared, compare_url

MAX_ASPECT_PRACTICES = 5
"""A table with more columns can't be read on a page."""

MAX_NEAR = 3


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
        practice
        for practice in content.corpus.linked(record, Kind.PRACTICE, field="practices")
        if isinstance(practice, Practice)
    ]
    ids = [practice.id for practice in practices]
    return PracticeExamples(
        tuple(_example(practice, content) for practice in practices),
        compare_url(content.locale, ids) if can_be_compared(ids) else "",
    )


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
    start, end = (_month(date) for date in practice.period)
    period = period_text(start, end, locale)
    return inferred_mark(practice, "date", period) if period else ""


def _month(date: PartialDate | None) -> PartialDate | None:
    return PartialDate(date.year, date.month) if date is not None else None


def _caveat(edition: Edition, locale: Locale) -> str:
    return first_sentence_of(
        text_parts(Kind.PRACTICE, sections(edition, locale)).limits
    )


@dataclass(frozen=True, slots=True)
class NeedHole:
    """An audience that a need concerns, and the answers that none is addressed to."""

    name: str
    missing: str


def need_holes(record: Record, corpus: Corpus) -> tuple[NeedHole, ...]:
    """Return the holes of a need; none for another kind of record."""
    return tuple(_holes(record, corpus)) if isinstance(record, Need) else ()


def _holes(need: Need, corpus: Corpus) -> Iterator[NeedHole]:
    for audience in need.audiences:
        has_practice = _is_addressed(audience, need.practices, corpus)
        has_advice = _is_addressed(audience, need.recommendations, corpus)
        if has_practice and has_advice:
            continue
        if has_practice:
            missing = _("no recommendation addressed to them")
        elif has_advice:
            missing = _("no practice addressed to them")
        else:
            missing = _("no answer addressed to them")
        yield NeedHole(str(AUDIENCES[audience]), missing)


def _is_addressed(audience: Audience, ids: Sequence[RecordId], corpus: Corpus) -> bool:
    return any(
        audience in corpus.records[record_id].audience_values
        for record_id in ids
        if record_id in corpus.records
    )


@dataclass(frozen=True, slots=True)
class AspectTable:
    """What practices do about the aspects of a need.

    Each row has the name of an aspect and a cell for each practice, "" if the sources
    do not say.
    """

    practices: tuple[Card, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def aspect_table(edition: Edition, content: PageContent) -> AspectTable:
    """Return the table of an edition, for its first practices that are published."""
    found = dict.fromkeys(aspect.practice for aspect in edition.aspects)
    known = [record for name in found if (record := content.corpus.get(name))]
    shown = known[:MAX_ASPECT_PRACTICES]
    cells = {
        (aspect.aspect, aspect.practice): aspect.text for aspect in edition.aspects
    }
    names = dict.fromkeys(aspect.aspect for aspect in edition.aspects)
    rows = [(name, tuple(cells.get((name, r.id), "") for r in shown)) for name in names]
    return AspectTable(
        practices=tuple(record_card(record, content) for record in shown),
        rows=tuple(row for row in rows if any(row[1])),
    )


@dataclass(frozen=True, slots=True)
class NeedParts:
    """Who answers a need, and who does not; empty for other kinds.

    `compared` are the practices that `compare_url` leads to. `gaps` are what no record
    answers, in the words of the edition, and `holes` the audiences and kinds without an
    answer. `near` are the needs that have most answers in common with it.
    """

    aspects: AspectTable
    compared: tuple[RecordId, ...]
    compare_url: str
    gaps: tuple[str, ...]
    holes: tuple[NeedHole, ...]
    near: tuple[Card, ...]

    @property
    def has_holes(self) -> bool:
        """Whether the page has a part for what has no answer."""
        return bool(self.gaps or self.holes)


def need_parts(record: Record, edition: Edition, content: PageContent) -> NeedParts:
    """Return what the page of a need shows beside its linked records."""
    table = aspect_table(edition, content)
    practices = [card.id for card in table.practices]
    if isinstance(record, Need) and not practices:
        practices = [name for name in record.practices if content.corpus.get(name)]
    compared = tuple(practices[:MAX_COMPARED])
    return NeedParts(
        aspects=table,
        compared=compared,
        compare_url=compare_url(content.locale, compared)
        if can_be_compared(compared)
        else "",
        gaps=edition.gaps,
        holes=need_holes(record, content.corpus),
        near=record_cards(_near_needs(record, content.corpus), content),
    )


def _near_needs(record: Record, corpus: Corpus) -> Iterator[Record]:
    """Yield the needs with most practices and recommendations of a need."""
    answers = (
        (*record.practices, *record.recommendations) if isinstance(record, Need) else ()
    )
    shared = Counter(
        need for answer in answers for need in corpus.answered_needs(answer)
    )
    shared.pop(record.id, None)
    for need, _count in shared.most_common(MAX_NEAR):
        yield corpus.records[need]
