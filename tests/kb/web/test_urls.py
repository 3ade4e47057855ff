"""The addresses of pages."""

import re
from pathlib import Path

import pytest
from flask import Flask, url_for
from werkzeug.datastructures import MultiDict

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import Query, Sort
from kb.web.suggestion_box import suggestion_box
from kb.web.urls import home_url, query_url, record_url, static_url
from tests.support.builders import PROJECT

STATIC = PROJECT / "kb" / "static"
THEME = Filter(FacetName.THEME, "dark-web")
KIND = Filter(FacetName.KIND, Kind.NEED.value)
OTHER_KIND = Filter(FacetName.KIND, Kind.TERM.value)
LOCALE = Filter(FacetName.LOCALE, Locale.EN.value)


@pytest.mark.parametrize(
    ("query", "address"),
    [
        (Query(), "/fr/search"),
        (Query(locale=Locale.EN, page=3), "/en/search?page=3"),
        (Query(sort=Sort.TITLE), "/fr/search?sort=title"),
        (Query(is_expandable=False), "/fr/search?expand=no"),
        (
            Query(filters=(KIND, THEME, OTHER_KIND)),
            "/fr/search?kind=need&kind=term&theme=dark-web",
        ),
        (
            Query(text="vol", filters=(LOCALE, KIND), page=2),
            "/fr/search?q=vol&kind=need&page=2&locale=en",
        ),
        (Query(filters=(LOCALE,)), "/fr/search?locale=en"),
    ],
    ids=lambda value: value.removeprefix("/") if isinstance(value, str) else "",
)
def test_a_search_address_omits_default_parameters(
    app: Flask, query: Query, address: str
) -> None:
    """Visitors share addresses."""
    with app.test_request_context("/fr/"):
        assert query_url(query, page=query.page) == address


def test_an_api_address_names_the_language_in_a_parameter(app: Flask) -> None:
    """API paths contain no language."""
    with app.test_request_context("/fr/"):
        address = query_url(Query(text="vol", filters=(KIND,)), endpoint="api.search")

    assert address == "/api/v1/search?locale=fr&q=vol&kind=need"


@pytest.mark.parametrize(
    "text", ["a&b=c#d", "« été » + 100 %", "a/b:c;d,e!$'()*?@", 'x"<y>', "漢字 \0"]
)
def test_any_query_survives_a_round_trip_through_an_address(
    app: Flask, text: str
) -> None:
    """Flask builds the same address."""
    with app.test_request_context("/fr/"):
        address = query_url(Query(text=text))

        assert address == url_for("public.search", locale="fr", q=text)
    with app.test_request_context(address) as context:
        assert context.request.args == MultiDict([("q", text)])


def test_addresses_begin_with_the_script_root(app: Flask) -> None:
    """One process may be reached under several paths."""
    term = RecordId(Kind.TERM, "trolling")

    def addresses(root: str) -> tuple[str, ...]:
        with app.test_request_context("/fr/", environ_overrides={"SCRIPT_NAME": root}):
            return (
                home_url(Locale.FR),
                record_url(term, Locale.FR, anchor="usage"),
                query_url(Query(text="vol")),
                static_url("site.css"),
                suggestion_box(Locale.FR).url,
            )

    plain, under, again = addresses(""), addresses("/kb"), addresses("")

    assert plain == again
    assert under == tuple(f"/kb{each}" for each in plain)
    assert plain[1] == "/fr/glossary/trolling#usage"


@pytest.mark.parametrize(
    "sheet", sorted(STATIC.glob("*.css")), ids=lambda path: path.name
)
def test_a_stylesheet_names_the_version_of_each_file(app: Flask, sheet: Path) -> None:
    """Browsers keep a versioned file for a year, and fetch a preloaded font once."""
    named = re.findall(r"url\(([^)]+)\)", sheet.read_text("utf-8"))

    with app.test_request_context():
        versioned = [static_url(each.partition("?")[0]) for each in named]

    assert [f"/static/{each}" for each in named] == versioned, "correct the url()"
