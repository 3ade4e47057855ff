"""The addresses of pages and of static files."""

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import request, url_for

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import Query, Sort
from indexer.model.vocabulary import Audience, Coverage
from kb.core.setting_readers import origin_of
from kb.services import services

MAX_CACHED_ADDRESSES = 4096

CALENDAR_ANCHOR = "calendar"
"""The part of the page on following that is about the calendar of events."""

COMPARED_KINDS = (Kind.PRACTICE, Kind.RECOMMENDATION)
MAX_COMPARED = 4
"""Of more records, a comparison takes the first ones."""

_SAFE = "!$'()*,/:;?@"
"""The characters that Flask does not escape in parameters."""


def script_root() -> str:
    """Return the path under which the service is reached: part of many cache keys."""
    return request.script_root


def address(endpoint: str, **values: Any) -> str:
    """Return the address of an endpoint, from a cache for each path of the service."""
    return _address(script_root(), endpoint, **values)


@lru_cache(maxsize=MAX_CACHED_ADDRESSES)
def _address(_root: str, endpoint: str, **values: Any) -> str:
    # `_root` is part of the cache key since addresses begin with it.
    return url_for(endpoint, **values)


def _page_url(endpoint: str) -> Callable[[Locale], str]:
    """Return the function that returns the address of a page in a language."""
    return lambda locale: address(endpoint, locale=locale.value)


home_url = _page_url("public.home")
calendar_url = _page_url("feeds.calendar")
failures_url = _page_url("public.failures")
map_url = _page_url("public.map_page")
audiences_url = _page_url("public.audiences")
places_url = _page_url("public.place_list")
timeline_url = _page_url("public.timeline")
follow_url = _page_url("public.follow")
open_data_url = _page_url("open_data.api")
gaps_url = _page_url("public.gaps")


class AtlasTab(StrEnum):
    """What sorts the practices of the evidence atlas, as its addresses say."""

    AIMS = "aims"
    AUDIENCES = "audiences"
    COUNTRIES = "countries"
    YEARS = "years"


def atlas_url(tab: AtlasTab, locale: Locale) -> str:
    """Return the address of a tab of the evidence atlas."""
    return address("public.atlas", locale=locale.value, tab=tab.value)


def list_url(kind: Kind, locale: Locale) -> str:
    """Return the address of the list of a kind."""
    return address("public.record_list", locale=locale.value, folder=kind.folder)


def filtered_list_url(
    kind: Kind, query: Query, filters: Iterable[Filter], *, page: int = 1
) -> str:
    """Return the address of the list of a kind, with the words of a query and filters.

    A filter by kind is left out: the path has the kind.
    """
    others = tuple(
        filter_ for filter_ in filters if filter_.facet is not FacetName.KIND
    )
    path = list_url(kind, query.locale)
    parameters = _encoded(*_parameters(replace(query, filters=others, page=page)))
    return f"{path}?{parameters}" if parameters else path


def unanswered_needs_url(locale: Locale) -> str:
    """Return the address of the list of the needs that nothing answers."""
    none = Filter(FacetName.COVERAGE, Coverage.NONE)
    return filtered_list_url(Kind.NEED, Query(locale=locale), (none,))


AUDIENCE_NAMES = {audience: audience.value for audience in Audience} | {
    Audience.LAW_ENFORCEMENT: "police"
}
"""The names of audiences in addresses: few readers know what “lea” is."""


def audience_url(audience: Audience, locale: Locale) -> str:
    """Return the address of the page of an audience."""
    slug = AUDIENCE_NAMES[audience]
    return address("public.audience", locale=locale.value, slug=slug)


def place_url(slug: str, locale: Locale) -> str:
    """Return the address of the page of a place."""
    return address("public.place", locale=locale.value, slug=slug)


def can_be_compared(ids: Collection[object]) -> bool:
    """Return whether a comparison of records has neither too few nor too many."""
    return 2 <= len(ids) <= MAX_COMPARED


def compare_url(locale: Locale, ids: Iterable[RecordId] = (), *, file: str = "") -> str:
    """Return the address of a comparison of records, or of it as a file of a format."""
    return url_for(
        "public.comparison_file" if file else "public.comparison",
        locale=locale.value,
        file=file or None,
        r=[str(record_id) for record_id in ids],
    )


def plan_url(
    locale: Locale, parameters: Mapping[str, str] | None = None, *, file: str = ""
) -> str:
    """Return the address of the questions, of the plan for a need, or of its note."""
    endpoint = "public.plan_file" if file else "public.plan"
    named = {"file": file} if file else {}
    return address(endpoint, locale=locale.value, **named, **(parameters or {}))


def propose_url(locale: Locale, need: RecordId | None = None) -> str:
    """Return the address of the form of a practice, or of an answer to a need."""
    parameters = {} if need is None else {"r": str(need)}
    return address("contributions.propose", locale=locale.value, **parameters)


def report_url(record: RecordId | None, locale: Locale, *, about: str = "") -> str:
    """Return the address of the form that reports a problem.

    Its author corrects the record if `about` is `fact`, and has it for `document`.
    """
    parameters = {} if record is None else {"r": str(record)}
    if about:
        parameters["about"] = about
    return address("contributions.report", locale=locale.value, **parameters)


def experience_url(record: RecordId, locale: Locale) -> str:
    """Return the address of the form of what a town tells of a practice or a need."""
    return address("contributions.experience", locale=locale.value, r=str(record))


def citation_url(
    record_id: RecordId, locale: Locale, file: str, *, day: dt.date | None = None
) -> str:
    """Return the address of the reference to a record as a file of a format."""
    return address(
        "public.citation_file",
        locale=locale.value,
        folder=record_id.kind.folder,
        slug=record_id.slug,
        file=file,
        at=day,
    )


def record_url(
    record_id: RecordId,
    locale: Locale,
    *,
    anchor: str = "",
    day: dt.date | None = None,
    page: int = 1,
) -> str:
    """Return the address of a record, of a section of it, or of its state on a day.

    `page` is that of its linked records, if they are many.
    """
    if not anchor and day is None and page == 1:
        # An address of the list and a slug: thousands of them fit in no cache.
        return f"{list_url(record_id.kind, locale)}{quote(record_id.slug, safe='')}"
    return address(
        "public.record",
        locale=locale.value,
        folder=record_id.kind.folder,
        slug=record_id.slug,
        at=day,
        page=page if page > 1 else None,
        _anchor=anchor or None,
    )


def search_url(
    locale: Locale, *, text: str = "", filters: Iterable[Filter] = ()
) -> str:
    """Return the address of a search, first page in the default order."""
    return query_url(Query(text=text, locale=locale, filters=tuple(filters)))


def query_url(
    query: Query, *, endpoint: str = "public.search", page: int = 1, **changes: Any
) -> str:
    """Return the address of a page of a query, with `changes` of its fields.

    The address omits default parameters.
    """
    query = replace(query, page=page, **changes)
    return _with_parameters(address(endpoint, locale=query.locale.value), query)


def search_file_url(query: Query, suffix: str) -> str:
    """Return the address of all results of a query as a file, such as `csv`."""
    path = address("open_data.search_table", locale=query.locale.value, suffix=suffix)
    return _with_parameters(path, replace(query, page=1))


def _with_parameters(path: str, query: Query) -> str:
    parameters = _encoded(*_parameters(query))
    if not parameters:
        return path
    return f"{path}{'&' if '?' in path else '?'}{parameters}"


def _parameters(query: Query) -> Iterator[tuple[str, str | int]]:
    """Yield the parameters; the values of a facet follow its first one."""
    if query.text:
        yield "q", query.text
    facets = [filter_.facet for filter_ in query.filters]
    filters = sorted(query.filters, key=lambda filter_: facets.index(filter_.facet))
    pairs = [(filter_.facet.value, filter_.value) for filter_ in filters]
    # `locale` is the language of the page in a path, and a facet in the parameters.
    yield from (pair for pair in pairs if pair[0] != FacetName.LOCALE)
    if query.sort is not Sort.RELEVANCE:
        yield "sort", query.sort.value
    if not query.is_expandable:
        yield "expand", "no"
    yield from (("literal", key) for key in query.literal)
    if query.page > 1:
        yield "page", query.page
    yield from (pair for pair in pairs if pair[0] == FacetName.LOCALE)


def _encoded(*pairs: tuple[str, str | int]) -> str:
    return urlencode(pairs, safe=_SAFE)


def group_dossier_new_url(locale: Locale, ids: Iterable[RecordId] = ()) -> str:
    """Return the address of the form of a group dossier, with records to begin with.

    Without records, it begins with those of the visitor's own dossier.
    """
    texts = [str(record_id) for record_id in ids]
    return url_for("group_dossiers.new", locale=locale.value, r=texts)


def twin_url(locale: Locale) -> str:
    """Return the address of the current page in another language, with parameters."""
    parts = request.path.split("/", 2)
    is_localized = len(parts) > 1 and parts[1] in set(Locale)
    if not is_localized or request.method != "GET":
        return home_url(locale)
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    rest = parts[2] if len(parts) > 2 else ""
    return f"{request.script_root}/{locale.value}/{rest}{query}"


def absolute(url: str) -> str:
    """Return an address with the public scheme and host of the service.

    Without `KB_BASE_URL` it has the address that the service listens on, never the
    `Host` header of the request: anybody can forge that.
    """
    return f"{services().settings.origin}{url}"


def identifier(url: str) -> str:
    """Return the id of a page, which no change of the public address changes.

    The id is an address below the one that the service had at its first start.
    """
    first = services().first_address
    path = f"{urlsplit(first).path}{url.removeprefix(script_root())}"
    return f"{origin_of(first)}{path}"


def canonical(url: str) -> str:
    """Return the address of a page for crawlers: relative without `KB_BASE_URL`."""
    return absolute(url) if services().settings.base_url else url


def static_url(name: str) -> str:
    """Return the address of a static file, with a digest of its content."""
    return address("static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    path = Path(__file__).parents[1] / "static" / name
    return hashlib.blake2b(path.read_bytes(), digest_size=6).hexdigest()
