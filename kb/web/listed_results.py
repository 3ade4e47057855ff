"""What the page of results lists: the glossary terms stand above the list."""

from __future__ import annotations

from dataclasses import replace

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.query import Query
from indexer.model.results import ResultPage
from kb.services import services


def chosen_kinds(query: Query) -> frozenset[str]:
    """Return the kinds that filters select."""
    return frozenset(
        each.value for each in query.filters if each.facet is FacetName.KIND
    )


def listed_query(query: Query) -> Query:
    """Return the query of the list: what matches all words first, and no glossary term.

    The terms stay where the reader chose a kind, or typed no words.
    """
    query = replace(query, is_grouped=True)
    if query.root is None or chosen_kinds(query):
        return query
    kinds = (kind for kind in Kind if kind is not Kind.TERM)
    filters = (Filter(FacetName.KIND, kind.value) for kind in kinds)
    return replace(query, filters=(*query.filters, *filters))


def listed_results(query: Query) -> tuple[Query, ResultPage]:
    """Return the query of the list, and its page of results.

    Where nothing but glossary terms matches, the terms are the results.

    Raises:
        PageOutOfRangeError: the page asked for is after the last.
        IndexUnavailableError: there is no index to search.
    """
    searches, listed = services().searches, listed_query(query)
    results = searches.search(listed)
    if not results.total and listed.filters != query.filters:
        listed = replace(listed, filters=query.filters)
        results = searches.search(listed)
    return listed, results
