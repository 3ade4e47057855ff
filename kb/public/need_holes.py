"""What still has no answer in a need: for each of its audiences, the missing kinds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.model.ids import RecordId
from indexer.model.records import Audience, Need, Record
from kb.web.labels import AUDIENCES


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
        audience in corpus.records[each].audience_values
        for each in ids
        if each in corpus.records
    )
