"""The rows that one page of a list shows."""

from __future__ import annotations

from dataclasses import dataclass


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
