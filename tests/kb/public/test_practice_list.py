"""The list of practices in its sort orders."""

import pytest
from flask.testing import FlaskClient

from tests.support.pages import page_of

LAMPS, HALF = "/en/practices/newtown-lamps", "/en/practices/half-written"


def groups(client: FlaskClient, path: str) -> dict[str, list[str]]:
    """Return the links to the practices of each group of the list, by its title."""
    return {
        title.get_text(strip=True): [str(link["href"]) for link in part.select("h3 a")]
        for part in page_of(client, path).select("section.group")
        if (title := part.find("h2")) is not None
    }


@pytest.mark.parametrize(
    ("sort", "value"),
    [
        ("result", "Not measured"),
        ("evidence", "The body’s own figures"),
        ("stage", "In use"),
    ],
)
def test_the_list_is_grouped_by_what_is_known_of_practices(
    client: FlaskClient, sort: str, value: str
) -> None:
    """Practices of which it is not known come last."""
    listed = groups(client, f"/en/practices/?sort={sort}")

    assert listed == {value: [LAMPS], "Not known": [HALF]}
    assert [*listed] == [value, "Not known"]


def test_the_list_without_groups_is_sorted_by_date_or_title(
    client: FlaskClient,
) -> None:
    """Undated practices come last."""
    by_date = page_of(client, "/en/practices/?sort=newest")
    by_title = page_of(client, "/en/practices/?sort=title")

    assert [str(link["href"]) for link in by_date.select("h2 a")] == [LAMPS, HALF]
    assert [str(link["href"]) for link in by_title.select("h2 a")] == [HALF, LAMPS]


@pytest.mark.parametrize(
    ("path", "current"),
    [("", "Theme"), ("?sort=", "Theme"), ("?sort=stage", "Stage")],
)
def test_the_menu_of_the_list_selects_the_order_in_use(
    client: FlaskClient, path: str, current: str
) -> None:
    """The list is grouped by theme if no order is chosen."""
    options = page_of(client, f"/en/practices/{path}").select("#sort option")

    assert [each.get_text() for each in options] == [
        *("Theme", "Most recent", "Title", "Result", "Kind of evidence", "Stage")
    ]
    selected = [each.get_text() for each in options if each.has_attr("selected")]
    assert selected == [current]


def test_an_unknown_order_of_the_list_is_an_error(client: FlaskClient) -> None:
    """As in a search."""
    response = client.get("/fr/practices/?sort=random")

    assert response.status_code == 400
    assert "relevance, newest, title, result" in response.text
