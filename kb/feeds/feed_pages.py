"""The pages of an Atom feed: paged feeds of RFC 5005, section 3.

The newest page has the address of the feed. A feed has no archives (section 4): an
archive never changes, and an entry here moves to the first page when its record does.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from operator import attrgetter

from werkzeug.datastructures import MultiDict

from indexer.corpus.record_reader import id_order
from indexer.errors import QueryError, QueryFault
from indexer.model.ids import RecordId
from indexer.model.query import Query
from kb.services.site_services import ChangedRecord
from kb.web.cursor import (
    FIRST,
    Cursor,
    CursorPage,
    cursor_of,
    page_after,
    query_digest,
)
from kb.web.search.followed_records import ENTRIES_PER_PAGE
from kb.web.urls import absolute, query_url


def feed_page(
    followed: Sequence[ChangedRecord], query: Query, args: MultiDict[str, str]
) -> CursorPage[ChangedRecord]:
    """Return the page of a feed that a request asks for.

    Raises:
        QueryError: the cursor is not one of this feed.
    """
    cursor = cursor_of(args, query, count=3)
    place = None if cursor is None else _place(cursor)
    key = attrgetter("place")
    return page_after(followed, place, size=ENTRIES_PER_PAGE, key=key)


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
