"""The records of each place: those that name it, or a place within it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from indexer.corpus.corpus import Corpus
from indexer.model.records import Record

RecordsByPlace = Mapping[str, tuple[Record, ...]]
"""The records that name a place, or a place within it, by slug."""


def records_by_place(corpus: Corpus) -> RecordsByPlace:
    """Return the records of each place that has a page."""
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for record in corpus.records.values():
        around = (
            place.slug
            for slug in record.place_slugs
            for place in corpus.gazetteer.around(slug)
        )
        for slug in dict.fromkeys(around):
            found[slug].append(record)
    return {slug: tuple(records) for slug, records in found.items()}
