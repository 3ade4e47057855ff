"""The page on following a search, a record or everything."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from indexer.model.dates import PartialDate
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, RecordId
from indexer.model.query import Query
from kb.public.lists.events import UpcomingEvent, upcoming_events
from kb.services import services
from kb.services.site_services import ChangedRecord
from kb.web.date_text import date_text
from kb.web.labels import FACETS
from kb.web.page_content import PageContent, page_content
from kb.web.records.cards import record_link
from kb.web.records.counts import CountedLink
from kb.web.records.record_groups import theme_class, themes_in_order
from kb.web.search.facet_values import vocabulary_of
from kb.web.search.followed_records import ENTRIES_PER_PAGE, Followed, followed_from
from kb.web.urls import absolute, query_url

ENDPOINT = "public.follow"
ALERT_ENDPOINT = "alerts.request_alert"


@dataclass(frozen=True, slots=True)
class FollowView:
    """All that the page shows; an address is "" if nothing is behind it.

    `page_url` leads to the results or the record, `record_url` to the page on following
    the record that the only filter names.
    """

    subject: str
    is_record: bool
    filters: tuple[tuple[str, str], ...]
    has_equivalents: bool
    count: int
    limit: str
    newest: tuple[Markup, str] | None
    """A link to the newest record of the feed, and the day of its last change."""
    feed_url: str
    page_url: str
    record_url: str
    alert_url: str
    choices: tuple[CountedLink, ...]
    upcoming: tuple[UpcomingEvent, ...]
    calendar_url: str
    webcal_url: str


def follow_page(args: MultiDict[str, str]) -> FollowView:
    """Return the view for the parameters of a search, or those of a record.

    Raises:
        QueryError: a parameter has an unknown or malformed value.
        IndexUnavailableError: there is no index to search.
    """
    content, site = page_content(), services()
    followed, locale = followed_from(args, content), content.locale
    found, sends_mail = followed.records(content), site.settings.mail is not None
    has_events = any(changed.record.id.kind is Kind.EVENT for changed in found)
    calendar = followed.url("feeds.calendar") if has_events else ""
    return FollowView(
        subject=followed.subject(content),
        is_record=followed.record is not None,
        filters=_filters(followed, content),
        has_equivalents=followed.query.is_expandable,
        count=len(found),
        limit=_limit(len(found)),
        newest=_newest(found[0], content) if found else None,
        feed_url=followed.url("feeds.atom"),
        page_url=followed.page_url if followed.is_part else "",
        record_url=_record_url(followed, content),
        alert_url=followed.url(ALERT_ENDPOINT) if sends_mail else "",
        choices=tuple(_choices(followed, content)),
        upcoming=upcoming_events(content.corpus, locale, site.clock().date()),
        calendar_url=calendar,
        webcal_url=f"webcal:{absolute(calendar).partition(':')[2]}",
    )


def _record_url(followed: Followed, content: PageContent) -> str:
    only = followed.only_filter
    kind = only.facet.declared.records if only is not None else None
    if only is None or kind is None:
        return ""
    record = content.corpus.get(RecordId(kind, only.value))
    return "" if record is None else replace(followed, record=record).url(ENDPOINT)


def _choices(current: Followed, content: PageContent) -> Iterator[CountedLink]:
    """Yield the choice of all records, then that of each theme."""
    everything = Query(locale=content.locale, page_size=1, max_passages=0)
    results = services().searches.search(everything)
    counts = {count.value: count.count for count in results.facets[FacetName.THEME]}
    current_url = current.url(ENDPOINT)
    for slug, label in (
        ("", _("All records")),
        *(
            (theme.id.slug, theme.title_for(content.locale).text)
            for theme in themes_in_order(content.corpus)
        ),
    ):
        filters = (Filter(FacetName.THEME, slug),) if slug else ()
        choice = Query(locale=content.locale, filters=filters)
        url = query_url(choice, endpoint=ENDPOINT)
        yield CountedLink(
            label=label,
            count=counts.get(slug, 0) if slug else results.total,
            url=url,
            css_class=theme_class(slug),
            is_current=url == current_url,
        )


def _filters(followed: Followed, content: PageContent) -> tuple[tuple[str, str], ...]:
    """Return the facet and the label of each filter that the subject does not name."""
    if followed.only_filter is not None:
        return ()
    query, vocabulary = followed.query, vocabulary_of(content.corpus)
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
