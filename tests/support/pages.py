"""Pages as their readers find them: parsed, and the elements that must be there."""

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient


def page_of(client: FlaskClient, path: str) -> BeautifulSoup:
    """Return a page, parsed; it must exist."""
    response = client.get(path)
    assert response.status_code == 200, path
    return BeautifulSoup(response.text, "lxml")


def required(within: Tag, selector: str) -> Tag:
    """Return the first element that a selector finds; there must be one."""
    found = within.select_one(selector)
    assert found is not None, selector
    return found
