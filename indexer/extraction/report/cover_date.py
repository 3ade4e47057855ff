"""The date of a document, as its cover states it.

It is the date on the pages of the cover with the highest score, unless the score of the
answer that there is none is higher. The weights were learnt from covers
(`benchmarks/cover_weights.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from indexer.analysis.text_dates import date_of_property
from indexer.extraction.report.cover import Cover, block_fact, property_fact
from indexer.extraction.report.date_candidates import (
    DateCandidate,
    DateSource,
    date_candidates,
)
from indexer.extraction.report.date_features import (
    DatePage,
    date_features,
    no_date_features,
)
from indexer.extraction.report.learnt_weights import read_weights, score, shares
from indexer.model.document import Block
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField

DATE_WEIGHTS = Path(__file__).with_name("date_weights.json")

LIKELY = 0.6
"""The probability from which a date is rather likely; a year alone never is, nor one in
a header or footer, which may be that of a template."""

_NONE = ""
_DATE_OF_TEMPLATE = "2013-12-23T23:15:00"
"""The day of creation of every file that python-docx made from its own template."""


def find_date(
    cover: Cover, title: ExtractedFact | None, margins: Sequence[Block]
) -> ExtractedFact | None:
    """Return the date of submission or publication that a document states.

    Without one, it is the day on which the file was created, if the file has it.

    Args:
        cover: the first pages of the document.
        title: its title.
        margins: its running headers and footers.
    """
    weights = read_weights(DATE_WEIGHTS)
    whole_title = title.value if title is not None else ""
    candidates = list(date_candidates(cover, whole_title, margins))
    page = DatePage(cover, whole_title, candidates)
    scores = [
        score(no_date_features(page), weights),
        *(score(date_features(each, page), weights) for each in candidates),
    ]
    found = shares([_NONE, *(str(each.date) for each in candidates)], scores)
    best = max(found, key=lambda date: found[date])
    if best == _NONE:
        return _created(cover)
    places = zip(scores[1:], candidates, strict=True)
    own = [(each, place) for each, place in places if str(place.date) == best]
    _, place = max(own, key=lambda each: each[0])
    return _fact(place, found[best], title)


def _fact(
    candidate: DateCandidate, probability: float, title: ExtractedFact | None
) -> ExtractedFact:
    date = str(candidate.date)
    likelihood = Likelihood.LOW
    is_unsure = candidate.source is DateSource.MARGIN or candidate.date.month is None
    if probability >= LIKELY and not is_unsure:
        is_labelled = candidate.source is DateSource.LABEL
        likelihood = Likelihood.HIGH if is_labelled else Likelihood.MEDIUM
    if candidate.block is not None:
        return block_fact(
            MetadataField.DATE, candidate.block, date, likelihood=likelihood
        )
    if candidate.source is DateSource.TITLE and title is not None:
        return ExtractedFact(MetadataField.DATE, (date,), title.origin, likelihood)
    return property_fact(MetadataField.DATE, "name", date)


def _created(cover: Cover) -> ExtractedFact | None:
    created = date_of_property(cover.properties.created)
    if created is not None and cover.properties.created[:19] != _DATE_OF_TEMPLATE:
        return property_fact(MetadataField.DATE, "created", str(created))
    return None
