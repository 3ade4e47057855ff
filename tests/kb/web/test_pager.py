"""The links to pages of results."""

import pytest
from flask import Flask

from kb.public.search.results import page_links
from tests.support.builders import a_query


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
    app: Flask, page: int, pages: int, numbers: list[int | None]
) -> None:
    """Gaps show that there are more pages."""
    with app.test_request_context("/fr/"):
        links = page_links(a_query("rue", page=page), pages)

    assert [link.number for link in links] == numbers
    assert [link.number for link in links if link.is_current] == (
        [page] if numbers else []
    )
