"""The dated records of the timeline: events, deliverables and articles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from indexer.corpus.corpus import Corpus
from indexer.model.dates import PartialDate
from indexer.model.ids import Kind
from indexer.model.records import Deliverable, DeliverableType, Record

TIMELINE_KINDS = (Kind.EVENT, Kind.DELIVERABLE)


class MomentKind(StrEnum):
    """What happened at a moment; an article is a deliverable of its own type."""

    EVENT = "event"
    DELIVERABLE = "deliverable"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class Moment:
    """A record and its date, as precise as it is known."""

    record: Record
    date: PartialDate
    kind: MomentKind


def moments_of(corpus: Corpus) -> tuple[Moment, ...]:
    """Return the dated records, the newest first.

    Within a year, those without a month come last.
    """
    moments = [
        Moment(record, record.period[0], moment_kind(record))
        for record in _records(corpus)
        if record.period[0] is not None
    ]
    moments.sort(key=lambda moment: (_precise(moment.date), moment.record.id))
    return tuple(reversed(moments))


def undated_records(corpus: Corpus) -> tuple[Record, ...]:
    """Return the events and deliverables whose year is not known."""
    return tuple(each for each in _records(corpus) if each.period[0] is None)


def moment_kind(record: Record) -> MomentKind:
    """Return what a record of the timeline is."""
    if not isinstance(record, Deliverable):
        return MomentKind.EVENT
    is_article = record.type is DeliverableType.ARTICLE
    return MomentKind.ARTICLE if is_article else MomentKind.DELIVERABLE


def _records(corpus: Corpus) -> Iterator[Record]:
    for kind in TIMELINE_KINDS:
        yield from corpus.of_kind(kind)


def _precise(date: PartialDate) -> tuple[int, int, int]:
    return date.year, date.month or 0, date.day or 0
