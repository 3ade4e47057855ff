"""The addresses of pages."""

from __future__ import annotations

import pytest
from flask import Flask, url_for
from werkzeug.datastructures import MultiDict

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import Query, Sort
from kb.web.suggestion_box import suggestion_box
from kb.web.urls import FacetUrls, home_url, query_url, record_url, static_url

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
def test_the_address_of_a_search(app: Flask, query: Query, address: str) -> None:
    """It holds what is not as usual, and nothing else: people share it."""
    with app.test_request_context("/fr/"):
        assert query_url(query, page=query.page) == address


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(text="kind=\0&kind=x", sort=Sort.TITLE, is_expandable=False),
        Query(text="vol", filters=(LOCALE, KIND, THEME), page=4),
    ],
    ids=["bare", "hostile", "filtered"],
)
@pytest.mark.parametrize("facet", [FacetName.KIND, FacetName.YEAR, FacetName.LOCALE])
def test_the_addresses_of_the_values_of_a_facet(
    app: Flask, query: Query, facet: FacetName
) -> None:
    """What is made once for all values is the address that each would be given."""
    with app.test_request_context("/fr/"):
        urls = FacetUrls(query, facet)
        for value in ("term", "é & \0", "2018"):
            filters = (*query.filters, Filter(facet, value))
            assert urls.adding(value) == query_url(query, filters=filters)


def test_the_address_of_a_search_in_the_api(app: Flask) -> None:
    """The language of the page is a parameter there."""
    with app.test_request_context("/fr/"):
        address = query_url(Query(text="vol", filters=(KIND,)), endpoint="api.search")

    assert address == "/api/v1/search?locale=fr&q=vol&kind=need"


@pytest.mark.parametrize(
    "text", ["a&b=c#d", "« été » + 100 %", "a/b:c;d,e!$'()*?@", 'x"<y>', "漢字 \0"]
)
def test_any_text_comes_back_from_an_address(app: Flask, text: str) -> None:
    """Whatever signs were typed, a link searches for the same; Flask writes it so."""
    with app.test_request_context("/fr/"):
        address = query_url(Query(text=text))

        assert address == url_for("public.search", locale="fr", q=text)
    with app.test_request_context(address) as context:
        assert context.request.args == MultiDict([("q", text)])


def test_addresses_begin_with_the_path_of_the_service(app: Flask) -> None:
    """One process may be reached under several paths: they are not mixed up."""
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
