"""The page on following a search, a theme or everything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from indexer.model.dates import PartialDate
from indexer.model.facets import FacetName, Filter
from indexer.model.query import Query, Sort
from kb.public.lists.events import UpcomingEvent, upcoming_events
from kb.services import services
from kb.web.date_text import date_text
from kb.web.labels import FACETS
from kb.web.page_content import PageContent, page_content
from kb.web.records.cards import Card, record_card
from kb.web.records.record_groups import themes_in_order
from kb.web.records.theme_looks import theme_class
from kb.web.search.facet_values import FacetVocabulary, vocabulary_of
from kb.web.search.listed_results import (
    MAX_ENTRIES,
    FollowedRecord,
    followed_records,
    followed_subject,
)
from kb.web.search.request_query import query_from
from kb.web.urls import CALENDAR_ANCHOR, absolute, calendar_url, query_url

ALERT_ENDPOINT = "alerts.request_alert"


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest record of a feed, and the day of its last change."""

    card: Card
    day: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be followed instead, and the number of its records."""

    label: str
    count: int
    url: str
    css_class: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class FollowView:
    """All that the page shows; `search_url` is empty where everything is followed."""

    subject: str
    filters: tuple[tuple[str, str], ...]
    has_equivalents: bool
    count: int
    limit: str
    newest: Newest | None
    feed_url: str
    feed_path: str
    search_url: str
    alert_url: str
    """Where the form for an e-mail alert goes; empty if the service sends none."""
    choices: tuple[Choice, ...]
    upcoming: tuple[UpcomingEvent, ...]
    calendar_anchor: str
    calendar_url: str
    calendar_path: str
    webcal_url: str
    """The address of the calendar with the scheme that opens a calendar program."""


def follow_view(
    query: Query,
    followed: tuple[FollowedRecord, ...],
    counts: Mapping[str, int],
    content: PageContent,
    *,
    sends_mail: bool,
    today: dt.date,
) -> FollowView:
    """Return the view for a query and the records of its feed, the newest first.

    `counts` are the numbers of records: of each theme by its slug, of all by "".
    """
    vocabulary, locale = vocabulary_of(content.corpus), content.locale
    feed_path = query_url(query, endpoint="feeds.atom")
    calendar = absolute(calendar_url(locale))
    return FollowView(
        subject=followed_subject(query, vocabulary),
        filters=_filters(query, vocabulary),
        has_equivalents=query.is_expandable,
        count=len(followed),
        limit=_limit(len(followed)),
        newest=_newest(followed[0], content) if followed else None,
        feed_url=absolute(feed_path),
        feed_path=feed_path,
        search_url=query_url(query) if query.text or query.filters else "",
        alert_url=query_url(query, endpoint=ALERT_ENDPOINT) if sends_mail else "",
        choices=(
            _choice(_("All records"), "", Query(locale=locale), query, counts),
            *(
                _choice(
                    theme.title_for(locale).text,
                    theme.id.slug,
                    Query(locale=locale, filters=(_theme(theme.id.slug),)),
                    query,
                    counts,
                )
                for theme in themes_in_order(content.corpus)
            ),
        ),
        upcoming=upcoming_events(content.corpus, locale, today),
        calendar_anchor=CALENDAR_ANCHOR,
        calendar_url=calendar,
        calendar_path=calendar_url(locale),
        webcal_url=f"webcal:{calendar.partition(':')[2]}",
    )


def _filters(query: Query, vocabulary: FacetVocabulary) -> tuple[tuple[str, str], ...]:
    """Return the facet and the label of each filter that the subject does not name."""
    is_theme = {each.facet for each in query.filters} == {FacetName.THEME}
    if is_theme and len(query.filters) == 1 and not query.text:
        return ()
    return tuple(
        (
            str(FACETS[each.facet]),
            vocabulary.label(each.facet, each.value, query.locale),
        )
        for each in query.filters
    )


def _limit(count: int) -> str:
    """Return how many records the feed contains, if it does not contain all."""
    if count <= MAX_ENTRIES:
        return ""
    return ngettext(
        "The feed contains the %(num)s that changed last.",
        "The feed contains the %(num)s that changed last.",
        MAX_ENTRIES,
    )


def _newest(followed: FollowedRecord, content: PageContent) -> Newest:
    day = followed.changed_at.date()
    return Newest(
        record_card(followed.record, content),
        date_text(PartialDate(day.year, day.month, day.day), content.locale),
    )


def _choice(
    label: str, slug: str, choice: Query, current: Query, counts: Mapping[str, int]
) -> Choice:
    url = query_url(choice, endpoint="public.follow")
    return Choice(
        label=label,
        count=counts.get(slug, 0),
        url=url,
        css_class=theme_class(slug),
        is_current=url == query_url(current, endpoint="public.follow"),
    )


def _theme(slug: str) -> Filter:
    return Filter(FacetName.THEME, slug)


def follow_page(args: MultiDict[str, str]) -> FollowView:
    """Return the view for the parameters of a search; page and order do not count.

    Raises:
        QueryError: a parameter has an unknown or malformed value.
        IndexUnavailableError: there is no index to search.
    """
    content = page_content()
    query = replace(
        query_from(args, vocabulary_of(content.corpus), locale=content.locale),
        page=1,
        sort=Sort.RELEVANCE,
    )
    everything = Query(locale=content.locale, page_size=1, max_passages=0)
    results = services().searches.search(everything)
    counts = {each.value: each.count for each in results.facets[FacetName.THEME]}
    return follow_view(
        query,
        followed_records(query, content),
        {**counts, "": results.total},
        content,
        sends_mail=services().settings.mail is not None,
        today=services().clock().date(),
    )
