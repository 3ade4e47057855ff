"""Links to searches that name a number of records, and what the searches return."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

_NUMBER = re.compile(r"\d+")


def wrong_counts(client: FlaskClient, path: str) -> list[tuple[str, str, int]]:
    """Return the links of a page whose first number is not that of their search."""
    page = BeautifulSoup(client.get(path).text, "lxml")
    return [
        (href, text, total)
        for href, text in _search_links(page)
        if _number(text) != (total := _total(client, href))
    ]


def _search_links(page: BeautifulSoup) -> Iterator[tuple[str, str]]:
    for link in page.select("main a[href*='/search?']"):
        yield str(link["href"]), link.get_text()


def _number(text: str) -> int | None:
    found = _NUMBER.search(text)
    return int(found[0]) if found else None


def _total(client: FlaskClient, href: str) -> int:
    answer = client.get(f"/api/v1/search?{urlsplit(href).query}")
    return int(answer.get_json()["total"])
