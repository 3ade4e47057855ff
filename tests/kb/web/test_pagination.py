"""Pages of a list, and the links between them."""

import pytest

from kb.web.pagination import PageSlice, page_links, page_slice, shown_first


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


@pytest.mark.parametrize(
    ("page", "pages", "numbers"),
    [
        (1, 1, []),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, 3, None, 9]),
        (5, 9, [1, None, 3, 4, 5, 6, 7, None, 9]),
        (9, 9, [1, None, 7, 8, 9]),
    ],
)
def test_the_pager_links_the_first_the_last_and_pages_around(
    page: int, pages: int, numbers: list[int | None]
) -> None:
    """Gaps show that there are more pages."""
    links = page_links(page, pages, str)

    assert [link.number for link in links] == numbers
    assert [link.number for link in links if link.is_current] == (
        [page] if numbers else []
    )
