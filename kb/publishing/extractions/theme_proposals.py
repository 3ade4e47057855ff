"""Themes and needs that are proposed for a text, from the records most like it."""

from __future__ import annotations

from functools import lru_cache

from indexer.corpus.corpus import Corpus
from indexer.extraction.proposals.similar_records import SimilarRecords
from indexer.model.ids import Locale
from kb.core.cache import IdentityKey


def similar_records(corpus: Corpus, locale: Locale) -> SimilarRecords:
    """Return the records of a corpus in one language; the last two are cached."""
    return _similar_records(IdentityKey(corpus), locale)


@lru_cache(maxsize=2)
def _similar_records(corpus: IdentityKey[Corpus], locale: Locale) -> SimilarRecords:
    return SimilarRecords(corpus.value.records.values(), locale)
