"""The records that the feed of a search contains: exact matches, the newest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from indexer.model.query import Query
from indexer.model.records import Record
from kb.services import services
from kb.services.search_service import visible_hits
from kb.web.listed_results import listed_results
from kb.web.page_content import PageContent

MAX_ENTRIES = 50
"""A feed contains at most this number of records, the newest ones."""


@dataclass(frozen=True, slots=True)
class FollowedRecord:
    """A record of a feed, and when it last changed."""

    record: Record
    changed_at: dt.datetime


def followed_records(query: Query, content: PageContent) -> tuple[FollowedRecord, ...]:
    """Return the exact matches of a query, the newest change first.

    They are those that the page of results shows above “Matches in part”, on whatever
    page: who follows a search wants no record with only some of its words. Where the
    page corrects a misspelt word, so does this function.

    Raises:
        IndexUnavailableError: there is no index to search.
    """
    records = content.corpus.records
    listed, _results = listed_results(replace(query, page=1))
    exact = replace(
        listed,
        page_size=max(1, len(records)),
        max_passages=0,
    )
    hits = services().searches.search(exact).hits
    whole = tuple(hit for hit in hits if not hit.is_partial)
    matching = [record for _, record in visible_hits(whole, records)]
    times = services().change_times.of(matching)
    followed = [FollowedRecord(record, times[record.id]) for record in matching]
    return tuple(sorted(followed, key=lambda each: each.changed_at, reverse=True))
