"""The part of the help page on formats for other programs."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_help_page_names_the_formats(client: FlaskClient, locale: str) -> None:
    """Each address answers, with the type that its link names."""
    page = BeautifulSoup(client.get(f"/{locale}/pages/help").text, "lxml")

    links = page.select("#formats a")
    assert len(links) == 7
    for link in links:
        response = client.get(str(link["href"]))
        assert response.status_code == 200
        assert response.mimetype == link["type"]
