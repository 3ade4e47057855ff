"""The addresses of pages."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import Query, Sort
from kb.services import services

MAX_ADDRESSES_KEPT = 4096

_SAFE = "!$'()*,/:;?@"
"""What stands in parameters as it is, as Flask writes them."""


def address(endpoint: str, **values: Any) -> str:
    """Give the address of an endpoint, made once under each path of the service."""
    return _address(request.script_root, endpoint, **values)


@lru_cache(maxsize=MAX_ADDRESSES_KEPT)
def _address(_root: str, endpoint: str, **values: Any) -> str:
    # `_root` is part of the key since addresses begin with it.
    return url_for(endpoint, **values)


def home_url(locale: Locale) -> str:
    """Give the address of the home page in a language."""
    return address("public.home", locale=locale.value)


def list_url(kind: Kind, locale: Locale) -> str:
    """Give the address of the list of a kind."""
    return address("public.record_list", locale=locale.value, folder=kind.folder)


def record_url(record_id: RecordId, locale: Locale, *, anchor: str = "") -> str:
    """Give the address of a record, or of a part of it."""
    return address(
        "public.record",
        locale=locale.value,
        folder=record_id.kind.folder,
        slug=record_id.slug,
        _anchor=anchor or None,
    )


def search_url(
    locale: Locale,
    *,
    text: str = "",
    filters: Iterable[Filter] = (),
    endpoint: str = "public.search",
) -> str:
    """Give the address of a search, as usual but for what is given here."""
    query = Query(text=text, locale=locale, filters=tuple(filters))
    return query_url(query, endpoint=endpoint)


def query_url(query: Query, *, endpoint: str = "public.search", **changes: Any) -> str:
    """Give the address of a search as it stands, with the changes that are given.

    It is that of the first page unless a page is given; what is as usual is left out.
    """
    asked = dataclasses.replace(query, **{"page": 1, **changes})
    path = address(endpoint, locale=asked.locale.value)
    parameters = "&".join(_parameters(asked))
    if not parameters:
        return path
    return f"{path}{'&' if '?' in path else '?'}{parameters}"


def _parameters(query: Query) -> Iterator[str]:
    """Write the parameters of a search, each facet at the place of its first value."""
    if query.text:
        yield _parameter("q", query.text)
    facets = dict.fromkeys(each.facet for each in query.filters)
    # `locale` is the page's language in a path, a facet among the parameters.
    is_chosen = facets.pop(FacetName.LOCALE, True) is None
    for facet in facets:
        yield from _values(query, facet)
    if query.sort is not Sort.RELEVANCE:
        yield _parameter("sort", query.sort.value)
    if not query.is_expandable:
        yield "expand=no"
    if query.page > 1:
        yield f"page={query.page}"
    if is_chosen:
        yield from _values(query, FacetName.LOCALE)


def _values(query: Query, facet: FacetName) -> Iterator[str]:
    for each in query.filters:
        if each.facet is facet:
            yield _parameter(facet.value, each.value)


@lru_cache(maxsize=MAX_ADDRESSES_KEPT)
def _parameter(name: str, value: str) -> str:
    return urlencode([(name, value)], safe=_SAFE)


def twin_url(locale: Locale) -> str:
    """Give the address of this page in another language, search and all."""
    here = request.path.split("/", 2)
    is_localized = len(here) > 1 and here[1] in set(Locale)
    if not is_localized or request.method != "GET":
        return home_url(locale)
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    rest = here[2] if len(here) > 2 else ""
    return f"{request.script_root}/{locale.value}/{rest}{query}"


def absolute(url: str) -> str:
    """Put the public address of the service before an address."""
    base = services().settings.base_url or request.host_url.rstrip("/")
    return f"{base}{url}"
