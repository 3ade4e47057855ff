"""Themes and needs that are proposed for a text, from the records most like it."""

from __future__ import annotations

from functools import lru_cache

from indexer.corpus.corpus import Corpus
from indexer.extraction.proposals.nearest_records import NearestRecords
from indexer.model.ids import Locale
from kb.core.cache import IdentityKey


def nearest_records(corpus: Corpus, locale: Locale) -> NearestRecords:
    """Return the records of a corpus in one language; the last two are cached."""
    return _nearest_records(IdentityKey(corpus), locale)


@lru_cache(maxsize=2)
def _nearest_records(corpus: IdentityKey[Corpus], locale: Locale) -> NearestRecords:
    return NearestRecords(corpus.value.records.values(), locale)
