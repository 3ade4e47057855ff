"""Where suggestions lead to."""

from __future__ import annotations

from indexer.model.facets import Filter
from indexer.model.ids import Locale, RecordId
from kb.presenters.addresses import record_url, search_url

MAX_SUGGESTIONS = 8


def target_url(target: RecordId | Filter, locale: Locale) -> str:
    """Give the address that a suggestion leads to: a record, or a filtered search."""
    if isinstance(target, Filter):
        return search_url(locale, filters=(target,))
    return record_url(target, locale)
