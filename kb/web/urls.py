"""The addresses of pages and of static files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import Query, Sort
from kb.services import services

MAX_ADDRESSES_KEPT = 4096

_ANY = "\0"
"""Stands for any value: no search holds this sign."""

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
    return query_url(
        Query(locale=locale), endpoint=endpoint, text=text, filters=filters
    )


def query_url(
    query: Query,
    *,
    endpoint: str = "public.search",
    text: str | None = None,
    filters: Iterable[Filter] | None = None,
    is_expandable: bool | None = None,
    page: int = 1,
) -> str:
    """Give the address of a search as it stands, with the changes that are given.

    It is that of the first page unless a page is given; what is as usual is left out.
    """
    path = address(endpoint, locale=query.locale.value)
    parameters = "&".join(
        _parameters(
            query.text if text is None else text,
            query.filters if filters is None else tuple(filters),
            query.sort,
            page,
            is_expandable=query.is_expandable
            if is_expandable is None
            else is_expandable,
        )
    )
    if not parameters:
        return path
    return f"{path}{'&' if '?' in path else '?'}{parameters}"


class FacetUrls:
    """Gives the addresses of a search with one more value of a facet.

    A page of results has a hundred: what they have in common is made once.
    """

    def __init__(self, query: Query, facet: FacetName) -> None:
        self._facet = facet
        chosen = Filter(facet, _ANY)
        url = query_url(query, filters=(*query.filters, chosen))
        self._before, _, self._after = url.partition(_parameter(facet.value, _ANY))

    def of(self, value: str) -> str:
        """Give the address with this value."""
        return f"{self._before}{_parameter(self._facet.value, value)}{self._after}"


def _parameters(
    text: str,
    filters: tuple[Filter, ...],
    sort: Sort,
    page: int,
    *,
    is_expandable: bool,
) -> Iterator[str]:
    """Write the parameters of a search, each facet at the place of its first value."""
    if text:
        yield _parameter("q", text)
    facets = dict.fromkeys(each.facet for each in filters)
    # `locale` is the page's language in a path, a facet among the parameters.
    is_chosen = facets.pop(FacetName.LOCALE, True) is None
    for facet in facets:
        yield from _values(filters, facet)
    if sort is not Sort.RELEVANCE:
        yield _parameter("sort", sort.value)
    if not is_expandable:
        yield "expand=no"
    if page > 1:
        yield f"page={page}"
    if is_chosen:
        yield from _values(filters, FacetName.LOCALE)


def _values(filters: tuple[Filter, ...], facet: FacetName) -> Iterator[str]:
    for each in filters:
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


def static_url(name: str) -> str:
    """Return the address of a static file, with a digest of its content."""
    return address("static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    path = Path(__file__).parents[1] / "static" / name
    return hashlib.blake2b(path.read_bytes(), digest_size=6).hexdigest()
