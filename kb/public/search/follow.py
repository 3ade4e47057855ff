"""The page on following a search, a theme or everything."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from indexer.model.dates import PartialDate
from indexer.model.facets import FacetName, Filter
from indexer.model.query import Query, Sort
from kb.public.lists.events import UpcomingEvent, upcoming_events
from kb.services import services
from kb.services.site_services import ChangedRecord
from kb.web.date_text import date_text
from kb.web.labels import FACETS
from kb.web.page_content import PageContent, page_content
from kb.web.records.cards import record_link
from kb.web.records.counts import CountedLink
from kb.web.records.record_groups import theme_class, themes_in_order
from kb.web.search.facet_values import FacetVocabulary, vocabulary_of
from kb.web.search.followed_records import (
    ENTRIES_PER_PAGE,
    followed_records,
    followed_subject,
)
from kb.web.search.request_query import query_from
from kb.web.urls import absolute, calendar_url, query_url

ALERT_ENDPOINT = "alerts.request_alert"


@dataclass(frozen=True, slots=True)
class FollowView:
    """All that the page shows; `search_url` is empty where everything is followed."""

    subject: str
    filters: tuple[tuple[str, str], ...]
    has_equivalents: bool
    count: int
    limit: str
    newest: tuple[Markup, str] | None
    """A link to the newest record of the feed, and the day of its last change."""
    feed_url: str
    search_url: str
    alert_url: str
    """Where the form for an e-mail alert goes; empty if the service sends none."""
    choices: tuple[CountedLink, ...]
    upcoming: tuple[UpcomingEvent, ...]
    calendar_url: str
    webcal_url: str
    """The address of the calendar with the scheme that opens a calendar program."""


def follow_page(args: MultiDict[str, str]) -> FollowView:
    """Return the view for the parameters of a search; page and order do not count.

    Raises:
        QueryError: a parameter has an unknown or malformed value.
        IndexUnavailableError: there is no index to search.
    """
    content, site = page_content(), services()
    vocabulary, locale = vocabulary_of(content.corpus), content.locale
    parsed = query_from(args, vocabulary, locale=locale)
    query = replace(parsed, page=1, sort=Sort.RELEVANCE)
    followed = followed_records(query, content)
    sends_mail = site.settings.mail is not None
    calendar = calendar_url(locale)
    return FollowView(
        subject=followed_subject(query, vocabulary),
        filters=_filters(query, vocabulary),
        has_equivalents=query.is_expandable,
        count=len(followed),
        limit=_limit(len(followed)),
        newest=_newest(followed[0], content) if followed else None,
        feed_url=query_url(query, endpoint="feeds.atom"),
        search_url=query_url(query) if query.text or query.filters else "",
        alert_url=query_url(query, endpoint=ALERT_ENDPOINT) if sends_mail else "",
        choices=tuple(_choices(query, content)),
        upcoming=upcoming_events(content.corpus, locale, site.clock().date()),
        calendar_url=calendar,
        webcal_url=f"webcal:{absolute(calendar).partition(':')[2]}",
    )


def _choices(current: Query, content: PageContent) -> Iterator[CountedLink]:
    """Yield the choice of all records, then that of each theme."""
    everything = Query(locale=content.locale, page_size=1, max_passages=0)
    results = services().searches.search(everything)
    counts = {count.value: count.count for count in results.facets[FacetName.THEME]}
    current_url = query_url(current, endpoint="public.follow")
    for slug, label in (
        ("", _("All records")),
        *(
            (theme.id.slug, theme.title_for(content.locale).text)
            for theme in themes_in_order(content.corpus)
        ),
    ):
        filters = (Filter(FacetName.THEME, slug),) if slug else ()
        choice = Query(locale=content.locale, filters=filters)
        url = query_url(choice, endpoint="public.follow")
        yield CountedLink(
            label=label,
            count=counts.get(slug, 0) if slug else results.total,
            url=url,
            css_class=theme_class(slug),
            is_current=url == current_url,
        )


def _filters(query: Query, vocabulary: FacetVocabulary) -> tuple[tuple[str, str], ...]:
    """Return the facet and the label of each filter that the subject does not name."""
    is_theme = {filter_.facet for filter_ in query.filters} == {FacetName.THEME}
    if is_theme and len(query.filters) == 1 and not query.text:
        return ()
    return tuple(
        (
            str(FACETS[filter_.facet]),
            vocabulary.label(filter_.facet, filter_.value, query.locale),
        )
        for filter_ in query.filters
    )


def _limit(count: int) -> str:
    """Return how many records the first page of the feed contains, if not all."""
    if count <= ENTRIES_PER_PAGE:
        return ""
    return ngettext(
        "The feed begins with the %(num)s that changed last; its next pages contain "
        "the others.",
        "The feed begins with the %(num)s that changed last; its next pages contain "
        "the others.",
        ENTRIES_PER_PAGE,
    )


def _newest(followed: ChangedRecord, content: PageContent) -> tuple[Markup, str]:
    day = PartialDate.of(followed.changed_at.date())
    link = record_link(followed.record, content.locale)
    return link, date_text(day, content.locale)
