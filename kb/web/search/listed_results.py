"""What the page of results lists, and what its feed and e-mail alerts contain.

The glossary terms stand above the list. A feed contains exact matches, newest first.
"""

from collections.abc import Sequence
from dataclasses import replace

from flask_babel import gettext as _

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.query import Query, Sort
from indexer.model.results import ResultPage
from kb.services import services
from kb.services.search_service import all_ids
from kb.services.site_services import ChangedRecord
from kb.web.page_content import PageContent
from kb.web.search.facet_values import FacetVocabulary


def chosen_kinds(query: Query) -> frozenset[str]:
    """Return the kinds that filters select."""
    return frozenset(
        filter_.value for filter_ in query.filters if filter_.facet is FacetName.KIND
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


ENTRIES_PER_PAGE = 50
"""A page of a feed contains this number of records; the first has the newest."""


def followed_records(query: Query, content: PageContent) -> Sequence[ChangedRecord]:
    """Return the exact matches of a query, the newest change first.

    They are those that the page of results shows above “Matches in part”, on whatever
    page: who follows a search wants no record with only some of its words. Where the
    page corrects a misspelt word, so does this function.

    Raises:
        IndexUnavailableError: there is no index to search.
    """
    # The order of the search does not matter; that by title needs no scores.
    _listed, results = listed_results(replace(all_ids(query), sort=Sort.TITLE))
    matching = set(results.ids[: results.exact_total])
    newest = services().change_times.newest(content.corpus)
    if len(matching) == len(newest):
        return newest
    return tuple(each for each in newest if each.record.id in matching)


def followed_subject(query: Query, vocabulary: FacetVocabulary) -> str:
    """Return what a query follows, in the language of the page."""
    if query.text:
        return _("The search “%(text)s”", text=query.text)
    if not query.filters:
        return _("All records")
    if len(query.filters) == 1 and query.filters[0].facet is FacetName.THEME:
        title = vocabulary.label(FacetName.THEME, query.filters[0].value, query.locale)
        return _("The theme “%(title)s”", title=title)
    return _("The records that pass these filters")
