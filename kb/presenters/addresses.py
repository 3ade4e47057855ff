"""The addresses of pages."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from flask import request, url_for

from indexer.model.facets import Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import Query, Sort
from kb.services import services


def home_url(locale: Locale) -> str:
    """Give the address of the home page in a language."""
    return url_for("public.home", locale=locale.value)


def list_url(kind: Kind, locale: Locale) -> str:
    """Give the address of the list of a kind."""
    return url_for("public.record_list", locale=locale.value, folder=kind.folder)


def record_url(record_id: RecordId, locale: Locale, *, anchor: str = "") -> str:
    """Give the address of a record, or of a part of it."""
    return url_for(
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
    values: dict[str, Any] = {"q": asked.text} if asked.text else {}
    for each in asked.filters:
        values.setdefault(each.facet.value, []).append(each.value)
    if asked.sort is not Sort.RELEVANCE:
        values["sort"] = asked.sort.value
    if not asked.is_expandable:
        values["expand"] = "no"
    if asked.page > 1:
        values["page"] = asked.page
    # `locale` is the page's language in a path, a facet among the parameters.
    facet_locale = values.pop("locale", [])
    url = url_for(endpoint, locale=asked.locale.value, **values)
    for value in facet_locale:
        url += f"{'&' if '?' in url else '?'}locale={value}"
    return url


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
