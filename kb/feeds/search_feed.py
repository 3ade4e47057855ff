"""The view model of the Atom feed of a search."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from indexer.model.query import Query
from kb.web.cards import Card, record_card
from kb.web.followed_records import MAX_ENTRIES, followed_records
from kb.web.page_content import PageContent
from kb.web.urls import absolute, query_url

NEVER = dt.datetime(2018, 12, 7, tzinfo=dt.UTC)
"""The time of an empty feed: the day on which the working group was launched."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A record of the feed, its permanent address, and when it last changed."""

    card: Card
    url: str
    updated: str


@dataclass(frozen=True, slots=True)
class FeedView:
    """All that the feed contains; `updated` is the time of its newest entry."""

    text: str
    updated: str
    self_url: str
    page_url: str
    entries: tuple[FeedEntry, ...]


def feed_view(query: Query, content: PageContent) -> FeedView:
    """Return the view of the feed of a search: its newest exact matches.

    Raises:
        IndexUnavailableError: there is no index to search.
    """
    followed = followed_records(query, content)[:MAX_ENTRIES]
    newest = followed[0].changed_at if followed else NEVER
    return FeedView(
        text=query.text,
        updated=_atom_time(newest),
        self_url=absolute(query_url(query, endpoint="feeds.atom")),
        page_url=absolute(query_url(query)),
        entries=tuple(
            FeedEntry(card, absolute(card.url), _atom_time(each.changed_at))
            for each in followed
            for card in [record_card(each.record, content)]
        ),
    )


def _atom_time(time: dt.datetime) -> str:
    return f"{time.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
