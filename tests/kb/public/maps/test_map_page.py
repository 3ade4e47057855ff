"""The page of the map: filters, list and names, over the real content."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from indexer.model.ids import Kind, Locale
from kb.public.maps.geometry import MAP_FRAME, Box
from kb.public.maps.marks import MARK_SIZE
from kb.public.maps.page import MapView, map_view
from kb.web.locale import choose_locale
from kb.web.page_content import page_content
from tests.support.answers import body_of
from tests.support.pages import page_of

THEMES = (
    "everyday-security",
    "riots-mass-gatherings",
    "trolling",
    "diy-policing",
    "dark-web",
    "innovative-market-solutions",
    "all",
)
CHOICES = [
    {"kind": kind, "theme": theme}
    for kind in ("", "practice", "event")
    for theme in ("", *THEMES)
]


def a_view(app: Flask, locale: str = "fr", **choice: str) -> MapView:
    """Return the view of the map, over the real content."""
    with app.test_request_context():
        choose_locale(Locale(locale))
        return map_view(MultiDict(choice), page_content())


def total(client: FlaskClient, url: str) -> int:
    """Return the number of results of a search, from the address of its page."""
    query = url.partition("?")[2]
    return int(body_of(client.get(f"/api/v1/search?{query}&hl=fr"))["total"])


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_each_count_is_that_of_the_search(
    real_app: Flask, choice: dict[str, str]
) -> None:
    """The list leads to searches: all records, and those of each country."""
    client = real_app.test_client()

    view = a_view(real_app, **choice)

    assert view.number == total(client, view.search_url)
    for country in view.countries:
        assert country.number == total(client, country.search_url), country.name
        assert country.number == len(country.towns) + len(country.whole)


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_each_filter_link_leads_to_as_many_records_as_it_counts(
    real_app: Flask, choice: dict[str, str]
) -> None:
    """A value that nothing has is no link."""
    client = real_app.test_client()
    view = a_view(real_app, **choice)

    for link in (*view.kinds, *view.themes):
        assert bool(link.url) == bool(link.count)
        if link.url:
            page = page_of(client, link.url)
            listed = {str(each["href"]) for each in page.select(".countries li a")}
            assert len(listed) == link.count, link.label


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_every_cluster_has_a_name_and_no_name_covers_another(
    real_app: Flask, choice: dict[str, str], locale: str
) -> None:
    """A name covers neither a mark nor another name, and stays on the map."""
    view = a_view(real_app, locale, **choice)

    names = [each.name for each in view.atlas.clusters]
    boxes = [name.box for name in names if name is not None]
    assert len(boxes) == len(names)
    assert all(map(MAP_FRAME.contains, boxes))
    for one, other in combinations([*boxes, *_mark_boxes(view)], 2):
        assert not one.overlaps(other)


def _mark_boxes(view: MapView) -> Iterator[Box]:
    """Yield the rectangle of each mark."""
    half = MARK_SIZE / 2
    for cluster in view.atlas.clusters:
        for mark in cluster.marks:
            x, y = mark.at.x, mark.at.y
            yield Box(x - half, y - half, x + half, y + half)


def test_the_list_names_each_record_of_the_map(real_app: Flask) -> None:
    """All practices and events are in the list, those without a place apart."""
    view = a_view(real_app)
    with real_app.test_request_context():
        corpus = page_content().corpus
    titles = {
        " ".join(record.edition(Locale.FR).title.split())
        for kind in (Kind.PRACTICE, Kind.EVENT)
        for record in corpus.of_kind(kind)
    }

    listed = [item.link.striptags() for item in view.elsewhere]
    for country in view.countries:
        listed += [item.link.striptags() for item in (*country.towns, *country.whole)]
    assert set(listed) == titles


def test_what_concerns_a_whole_country_is_apart(real_app: Flask) -> None:
    """The centre of a country is no place where anything happened."""
    countries = {each.anchor: each for each in a_view(real_app).countries}

    assert len(countries["estonia"].whole) == 2
    assert not countries["estonia"].towns
    assert "estonia" not in {each.anchor for each in a_view(real_app).atlas.clusters}


def test_places_outside_the_map_are_named(real_app: Flask) -> None:
    """The map shows Europe; the list has the rest."""
    assert a_view(real_app).off_map == "Boston, Singapour"


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_marks_are_no_tab_stops(real_app: Flask, locale: str) -> None:
    """The list is the way in; a mark leads to its country there."""
    page = page_of(real_app.test_client(), f"/{locale}/map")

    links = page.select("svg.atlas a")
    assert links
    assert {str(link["tabindex"]) for link in links} == {"-1"}
    for link in links:
        assert isinstance(page.find(id=str(link["href"])[1:]), Tag)


def test_each_mark_has_the_shape_of_its_theme(real_app: Flask) -> None:
    """Hue is never alone: a theme has one shape, and no two themes share one."""
    view = a_view(real_app)
    marks = [each.mark for cluster in view.atlas.clusters for each in cluster.marks]

    shapes = {(mark.css_class, mark.path) for mark in marks}
    assert len(shapes) == len({path for _, path in shapes})
    legend = "".join(link.mark for link in view.themes)
    assert all(f'{css_class}" d="{path}"' in legend for css_class, path in shapes)


@pytest.mark.parametrize("query", ["theme=nope", "kind=recommendation", "kind=nope"])
def test_an_unknown_filter_is_an_error(real_app: Flask, query: str) -> None:
    """The page says which value is wrong."""
    response = real_app.test_client().get(f"/en/map?{query}")

    assert response.status_code == 400
    assert query.partition("=")[2] in response.text


def test_the_map_is_in_the_sitemap_and_the_footer(real_app: Flask) -> None:
    """Readers find it from each page."""
    client = real_app.test_client()

    assert "/fr/map</loc>" in client.get("/sitemap.xml").text
    assert page_of(client, "/en/").select_one('.foot a[href="/en/map"]')
