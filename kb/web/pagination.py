"""What a list shows first: the rows of one page, or its first items."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from indexer.errors import PageOutOfRangeError

PAGES_AROUND = 2
"""The pages that a pager links on each side of the current one."""

MAX_WHOLE = 60
"""The longest list that a page with several lists shows whole."""

FIRST_OF_LONG = 15
"""What such a page shows of a longer list, beside a link to all of it."""

ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class PageSlice:
    """The current page of a list, the number of pages, and the rows of that page."""

    page: int
    pages: int
    rows: slice


def page_slice(total: int, *, page: int, per_page: int) -> PageSlice:
    """Return which rows a page shows; a page out of range becomes the nearest one."""
    pages = max(1, -(-total // per_page))
    page = min(max(page, 1), pages)
    return PageSlice(page, pages, slice((page - 1) * per_page, page * per_page))


def shown_first(
    items: Sequence[ItemT], limit: int
) -> tuple[tuple[ItemT, ...], tuple[ItemT, ...]]:
    """Return the first `limit` items, and the items to show on demand.

    A single other item is shown: it takes no more room than the link that shows it.
    With a limit of 0, all items are shown on demand.
    """
    shown = len(items) if limit and len(items) == limit + 1 else limit
    return tuple(items[:shown]), tuple(items[shown:])


def shortened(items: Sequence[ItemT], *, is_crowded: bool = False) -> tuple[ItemT, ...]:
    """Return all items of a list, or the first ones of a list too long for a page.

    On a crowded page, that is a list with more than those first ones.
    """
    whole = FIRST_OF_LONG if is_crowded else MAX_WHOLE
    return tuple(items if len(items) <= whole else items[:FIRST_OF_LONG])


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of a list; without a number, a gap."""

    number: int | None
    url: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Pager:
    """The links to the pages of a list; the addresses are "" without such a page."""

    number: int = 1
    links: tuple[PageLink, ...] = ()
    previous_url: str = ""
    next_url: str = ""


def pager(page: int, pages: int, url_of: Callable[[int], str]) -> Pager:
    """Return the links to the pages of a list, of which `page` is shown.

    Raises:
        PageOutOfRangeError: the page is after the last.
    """
    if page > pages:
        raise PageOutOfRangeError(page, pages)
    return Pager(
        page,
        page_links(page, pages, url_of),
        previous_url=url_of(page - 1) if page > 1 else "",
        next_url=url_of(page + 1) if page < pages else "",
    )


def page_links(
    page: int, pages: int, url_of: Callable[[int], str]
) -> tuple[PageLink, ...]:
    """Return the first page, the last, those around the current, and gaps between."""
    if pages < 2:
        return ()
    around = range(page - PAGES_AROUND, page + PAGES_AROUND + 1)
    numbers = sorted({1, pages, *(n for n in around if 1 <= n <= pages)})
    links: list[PageLink] = []
    for previous, number in zip([0, *numbers], numbers, strict=False):
        if number - previous > 1:
            links.append(PageLink(None))
        links.append(PageLink(number, url_of(number), number == page))
    return tuple(links)
