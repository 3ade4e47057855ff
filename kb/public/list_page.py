"""Fetches all that the list of a kind shows: its records, filtered, and the counts."""

from __future__ import annotations

from dataclasses import replace

from werkzeug.datastructures import MultiDict

from indexer.errors import IndexUnavailableError
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.query import Query, Sort
from indexer.model.results import ResultPage
from kb.public.record_list import RecordListView, is_narrowed, list_view
from kb.services import services
from kb.web.facet_values import vocabulary_of
from kb.web.page_content import PageContent, page_content
from kb.web.request_query import query_from


def list_page(kind: Kind, args: MultiDict[str, str]) -> RecordListView:
    """Return the view of the list of a kind, with the filters of an address.

    Raises:
        QueryError: a parameter has an unknown or malformed value.
        IndexUnavailableError: there are filters, and no index to search.
    """
    content = page_content()
    query = _list_query(kind, args, content)
    today = services().clock().date()
    return list_view(kind, content, query, _results(query), today=today)


def _list_query(kind: Kind, args: MultiDict[str, str], content: PageContent) -> Query:
    """Return the search behind a list: its kind is fixed, and it has one page."""
    query = query_from(
        args, vocabulary_of(content.corpus), locale=content.locale, max_passages=0
    )
    others = (each for each in query.filters if each.facet is not FacetName.KIND)
    filters = (Filter(FacetName.KIND, kind.value), *others)
    sort = query.sort if kind is Kind.PRACTICE else Sort.RELEVANCE
    query = replace(query, filters=filters, page=1, sort=sort)
    # Without filters, only the counts are needed: the records are those of the corpus.
    size = len(content.corpus.records) if is_narrowed(query) else 1
    return replace(query, page_size=max(1, size))


def _results(query: Query) -> ResultPage | None:
    """Return the results; None for a whole list without an index to count with."""
    try:
        return services().searches.search(query)
    except IndexUnavailableError:
        if is_narrowed(query):
            raise
        return None
