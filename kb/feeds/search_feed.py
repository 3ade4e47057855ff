"""What feed readers and browsers ask of the search: its Atom feed, and completions.

The completions are those that a browser shows while somebody types in its address bar,
in the format of the OpenSearch Suggestions extension 1.0.
"""

import datetime as dt
from dataclasses import dataclass

from indexer.model.facets import Filter
from indexer.model.ids import Locale
from indexer.model.query import Query
from indexer.model.results import Suggestion
from kb.services import services
from kb.web.labels import FACETS, KINDS
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, record_card
from kb.web.search.listed_results import MAX_ENTRIES, followed_records
from kb.web.suggestion_box import MAX_SUGGESTIONS, target_url
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


MAX_CHARACTERS = 100
"""What is typed after that does not change the completions."""


def completions(text: str, locale: Locale) -> list[str | list[str]]:
    """Return the text, the names that complete it, what they are, and their addresses.

    Raises:
        IndexUnavailableError: there is no index to search.
    """
    start = text[:MAX_CHARACTERS]
    found = services().searches.suggest(start, locale, limit=MAX_SUGGESTIONS)
    named = {each.text: each for each in reversed(found)}
    names = list(reversed(named))
    return [
        text,
        names,
        [_label(named[name]) for name in names],
        [absolute(target_url(named[name].target, locale)) for name in names],
    ]


def _label(suggestion: Suggestion) -> str:
    target = suggestion.target
    label = FACETS[target.facet] if isinstance(target, Filter) else KINDS[target.kind]
    title = suggestion.title
    return f"{label} – {title.text}" if title is not None else str(label)
