"""Parses the parameters of a search, for pages, API and feeds, into a `Query`."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from indexer.errors import QueryError, QueryFault
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Locale
from indexer.model.query import MAX_PASSAGES, Query, Sort
from indexer.query_language.query_reader import read_query
from kb.web.facet_values import FacetVocabulary

MAX_PAGE_DIGITS = 6
MAX_FILTERS = 50


def query_from(
    args: MultiDict[str, str],
    vocabulary: FacetVocabulary,
    *,
    locale: Locale,
    max_passages: int = MAX_PASSAGES,
) -> Query:
    """Parse the parameters of a search; an empty parameter counts as absent.

    Raises:
        QueryError: a parameter has an unknown or malformed value.
    """
    return read_query(
        args.get("q", ""),
        vocabulary.resolve,
        locale=locale,
        filters=_filters(args, vocabulary),
        sort=_sort(args.get("sort", "")),
        page=_page(args.get("page", "")),
        max_passages=max_passages,
        is_expandable=not _is_no(args.get("expand", "")),
    )


def reader_locale(args: MultiDict[str, str], *, default: Locale) -> Locale:
    """Return the reader's language that the parameter `hl` names.

    Raises:
        QueryError: it is neither `fr` nor `en`.
    """
    text = args.get("hl", "")
    if text and text not in set(Locale):
        raise QueryError(QueryFault.BAD_LOCALE, field="hl", value=text)
    return Locale(text) if text else default


def _is_no(text: str) -> bool:
    if text not in {"", "no"}:
        raise QueryError(
            QueryFault.UNKNOWN_VALUE, field="expand", value=text[:80], choices=("no",)
        )
    return text == "no"


def _filters(
    args: MultiDict[str, str], vocabulary: FacetVocabulary
) -> tuple[Filter, ...]:
    filters = []
    for facet in FacetName:
        for text in args.getlist(facet.value)[:MAX_FILTERS]:
            if not text.strip():
                continue
            value = vocabulary.resolve(facet, text)
            if value is None:
                raise QueryError(
                    QueryFault.UNKNOWN_VALUE,
                    field=facet.value,
                    value=text[:80],
                    choices=vocabulary.values(facet),
                )
            filters.append(Filter(facet, value))
    return tuple(filters)


def _sort(text: str) -> Sort:
    if not text:
        return Sort.RELEVANCE
    if text not in set(Sort):
        raise QueryError(QueryFault.BAD_SORT, field="sort", value=text[:80])
    return Sort(text)


def _page(text: str) -> int:
    number = page_number(text) if text else 1
    if number is None:
        raise QueryError(QueryFault.BAD_PAGE, field="page", value=text[:80])
    return number


def page_number(text: str) -> int | None:
    """Return the page number that a parameter contains, from 1 on, or None."""
    is_number = text.isascii() and text.isdigit() and len(text) <= MAX_PAGE_DIGITS
    return int(text) or None if is_number else None
