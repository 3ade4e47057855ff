"""Themes and needs that are proposed for a text, from the records most like it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from indexer.corpus.corpus import Corpus
from indexer.extraction.proposals.nearest_records import PROPOSED, NearestRecords
from indexer.model.ids import Locale, RecordId
from kb.core.cache import IdentityKey
from kb.publishing.records.form_fields import BODY
from kb.publishing.records.form_values import read_values

MAX_BODY_CHARACTERS = 1_500


def proposed_needs(
    record: RecordId, texts: Mapping[str, str], corpus: Corpus
) -> tuple[RecordId, ...]:
    """Return up to two needs that a record may answer, the most likely first.

    They are those that the records with the most similar words answer, by the words of
    each language in which the record is written.
    """
    values = read_values(record.kind, texts)
    quoted = [each.get("text", "") for each in values.items("quotations")]
    scores: defaultdict[RecordId, float] = defaultdict(float)
    for locale in values.titles:
        words = values.words[locale]
        body = str(words.get(BODY, ""))[:MAX_BODY_CHARACTERS]
        parts = (words.get("title", ""), words.get("summary", ""), body, *quoted)
        similar = nearest_records(corpus, locale)
        text = " ".join(map(str, parts))
        for need, score in similar.need_scores(text, but=record).items():
            scores[need] += score
    return tuple(sorted(scores, key=lambda each: -scores[each])[:PROPOSED])


def nearest_records(corpus: Corpus, locale: Locale) -> NearestRecords:
    """Return the records of a corpus in one language; the last two are cached."""
    return _nearest_records(IdentityKey(corpus), locale)


@lru_cache(maxsize=2)
def _nearest_records(corpus: IdentityKey[Corpus], locale: Locale) -> NearestRecords:
    return NearestRecords(corpus.value.records.values(), locale)
