"""What a list shows first: the rows of one page, or its first items."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

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
    """
    shown = len(items) if len(items) == limit + 1 else limit
    return tuple(items[:shown]), tuple(items[shown:])
