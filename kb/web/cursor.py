"""Cursors: where a page of a list for programs begins, whatever changes meanwhile.

A cursor names the last item that a program has, never a number of items: what is
published or withdrawn between two pages neither repeats nor hides another item.
"""

import base64
import binascii
import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from werkzeug.datastructures import MultiDict

from indexer.errors import QueryError, QueryFault
from indexer.model.query import Query

CURSOR_PATTERN = r"^(\*|[A-Za-z0-9_-]*)$"

FIRST = "*"
"""The cursor of the first page, as in the API of OpenAlex."""

ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of an item in a list, as texts without blanks."""

    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        """The cursor as part of an address."""
        joined = " ".join(self.parts).encode()
        return base64.urlsafe_b64encode(joined).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, *, count: int) -> "Cursor":
        """Return the cursor of a text, which has `count` parts.

        Raises:
            ValueError: the text is no such cursor.
        """
        padded = text + "=" * (-len(text) % 4)
        try:
            decoded = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
        except binascii.Error as error:
            raise ValueError(text) from error
        parts = tuple(decoded.split(" "))
        if len(parts) != count:
            raise ValueError(text)
        return cls(parts)


def cursor_of(args: MultiDict[str, str], query: Query, *, count: int) -> Cursor | None:
    """Return the cursor of a request for a list; None for its first page.

    Its last part is the digest of the query to which it belongs.

    Raises:
        QueryError: the text is no cursor, or that of another list.
    """
    text = args.get("cursor", "")
    if text in {"", FIRST}:
        return None
    if not re.match(CURSOR_PATTERN, text):
        raise QueryError(QueryFault.MALFORMED_CURSOR, field="cursor", value=text[:80])
    try:
        cursor = Cursor.read(text, count=count)
    except ValueError:
        cursor = None
    if cursor is None or cursor.parts[-1] != query_digest(query):
        raise QueryError(QueryFault.BAD_CURSOR, field="cursor", value=text[:80])
    return cursor


def query_digest(query: Query) -> str:
    """Return a digest of what a cursor belongs to: words, filters and order."""
    parts = (
        *(query.text, query.filters, query.sort, query.is_expandable, query.locale),
        *query.literal,
    )
    return hashlib.blake2b(repr(parts).encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class CursorPage(Generic[ItemT]):
    """A page of a list: at most `size` items from the index `start`."""

    of: Sequence[ItemT]
    start: int
    size: int

    @property
    def items(self) -> Sequence[ItemT]:
        """The items of the page."""
        return self.of[self.start : self.start + self.size]

    @property
    def end(self) -> int:
        """The index after the last item of the page."""
        return min(self.start + self.size, len(self.of))

    @property
    def last(self) -> ItemT | None:
        """The item that the cursor of the next page names; None on the last page."""
        return self.of[self.end - 1] if 0 < self.end < len(self.of) else None

    @property
    def before_previous(self) -> ItemT | None:
        """The item that the cursor of the page before names; None for the first."""
        index = self.start - self.size - 1
        return self.of[index] if index >= 0 else None


def page_after(
    items: Sequence[ItemT], place: Any, *, size: int, key: Callable[[ItemT], Any]
) -> CursorPage[ItemT]:
    """Return the page of the items after a place, in a list sorted by `key`.

    The place is None for the first page. It need not be that of an item any more.
    """
    start = 0 if place is None else bisect_right(items, place, key=key)
    return CursorPage(items, start, size)
