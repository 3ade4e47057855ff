"""What a list shows first."""

import pytest

from kb.web.pagination import PageSlice, page_slice, shown_first


@pytest.mark.parametrize(
    ("total", "page", "expected"),
    [
        (0, 1, PageSlice(1, 1, slice(0, 10))),
        (10, 1, PageSlice(1, 1, slice(0, 10))),
        (11, 2, PageSlice(2, 2, slice(10, 20))),
        (11, 0, PageSlice(1, 2, slice(0, 10))),
        (11, 99, PageSlice(2, 2, slice(10, 20))),
    ],
)
def test_a_page_out_of_range_becomes_the_nearest_page(
    total: int, page: int, expected: PageSlice
) -> None:
    """A list without rows still has one page."""
    assert page_slice(total, page=page, per_page=10) == expected


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (3, 3), (4, 4), (5, 3)])
def test_a_single_item_is_never_left_out(count: int, shown: int) -> None:
    """The link that shows it would take as much room."""
    items = range(count)

    first, more = shown_first(items, 3)

    assert len(first) == shown
    assert (*first, *more) == tuple(items)
