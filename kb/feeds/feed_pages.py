"""The pages of an Atom feed: paged feeds of RFC 5005, section 3.

The newest page has the address of the feed. A feed has no archives (section 4): an
archive never changes, and an entry here moves to the first page when its record does.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from indexer.corpus.record_reader import id_order
from indexer.errors import QueryError, QueryFault
from indexer.model.ids import RecordId
from indexer.model.query import Query
from kb.citations.cited_work import subjects
from kb.publishing.history.past_states import state_times
from kb.services import services
from kb.services.site_services import ChangedRecord
from kb.web.cursor import (
    FIRST,
    Cursor,
    CursorPage,
    cursor_of,
    page_after,
    query_digest,
)
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, record_card
from kb.web.records.record_state import day_text
from kb.web.search.followed_records import ENTRIES_PER_PAGE
from kb.web.urls import absolute, query_url, record_url


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A record, or its state at the end of a day, which `note` names.

    `published_at` is when the entry first appeared, if that is known; `subjects` are
    themes, places and audiences.
    """

    card: Card
    url: str
    changed_at: dt.datetime
    published_at: dt.datetime | None = None
    subjects: tuple[str, ...] = ()
    note: str = ""


def record_entry(changed: ChangedRecord, content: PageContent) -> FeedEntry:
    """Return the entry of a record in a feed of several."""
    card = record_card(changed.record, content)
    about = tuple(subjects(changed.record, content.corpus, content.locale))
    return FeedEntry(card, card.url, changed.changed_at, changed.published_at, about)


def state_entries(changed: ChangedRecord, content: PageContent) -> list[FeedEntry]:
    """Return the last state of each day on which a record changed, the newest first.

    A record without a history has one entry.

    Raises:
        HistoryUnreadableError: the history can't be read.
    """
    record_id, entry = changed.record.id, record_entry(changed, content)
    times = state_times(services().history, record_id)
    last_of_day = {time.date(): time for time in times}
    days = sorted(last_of_day, reverse=True)[:ENTRIES_PER_PAGE]
    return [
        FeedEntry(
            entry.card,
            record_url(record_id, content.locale, day=day),
            last_of_day[day],
            last_of_day[day],
            entry.subjects,
            _("This is the record as it stood on %(date)s.", date=day_text(day)),
        )
        for day in days
    ] or [entry]


def feed_page(
    found: Sequence[ChangedRecord], query: Query, args: MultiDict[str, str]
) -> CursorPage[ChangedRecord]:
    """Return the page of a feed that a request asks for.

    Raises:
        QueryError: the cursor is not one of this feed.
    """
    cursor = cursor_of(args, query, count=3)
    place = None if cursor is None else _place(cursor)
    key = attrgetter("place")
    return page_after(found, place, size=ENTRIES_PER_PAGE, key=key)


def feed_links(
    page: CursorPage[ChangedRecord], query: Query, args: MultiDict[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the relation of each page of a feed that a page links, and its address.

    `args` are the parameters of the page itself.
    """
    yield "self", _url(query, args.get("cursor", "").strip(FIRST))
    yield "first", _url(query)
    if page.start:
        yield "previous", _url(query, _cursor(page.before_previous, query))
    if page.last is not None:
        yield "next", _url(query, _cursor(page.last, query))


def _url(query: Query, cursor: str = "") -> str:
    url = absolute(query_url(query, endpoint="feeds.atom"))
    return f"{url}{'&' if '?' in url else '?'}cursor={cursor}" if cursor else url


def _cursor(before: ChangedRecord | None, query: Query) -> str:
    """Return the cursor of the page that follows an entry; "" for the first page."""
    if before is None:
        return ""
    time, record_id = before.changed_at.isoformat(), str(before.record.id)
    return Cursor((time, record_id, query_digest(query))).text


def _place(cursor: Cursor) -> tuple[float, object]:
    """Return the place of the entry that a cursor names.

    Raises:
        QueryError: the cursor has another form.
    """
    time, text, _digest = cursor.parts
    unknown = QueryError(QueryFault.BAD_CURSOR, field="cursor", value=cursor.text[:80])
    record = RecordId.parse(text)
    try:
        changed_at = dt.datetime.fromisoformat(time)
    except ValueError:
        raise unknown from None
    if record is None or changed_at.tzinfo is None:
        raise unknown
    return -changed_at.timestamp(), id_order(record)
