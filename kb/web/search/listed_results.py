"""What the page of results lists, and what its feed and e-mail alerts contain.

The glossary terms stand above the list. A feed contains exact matches, newest first.
"""

import datetime as dt
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.query import Query
from indexer.model.record import Record
from indexer.model.results import ResultPage
from kb.services import services
from kb.services.search_service import visible_hits
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


MAX_ENTRIES = 50
"""A feed contains at most this number of records, the newest ones."""


@dataclass(frozen=True, slots=True)
class FollowedRecord:
    """A record of a feed, and when it last changed."""

    record: Record
    changed_at: dt.datetime


def followed_records(query: Query, content: PageContent) -> tuple[FollowedRecord, ...]:
    """Return the exact matches of a query, the newest change first.

    They are those that the page of results shows above “Matches in part”, on whatever
    page: who follows a search wants no record with only some of its words. Where the
    page corrects a misspelt word, so does this function.

    Raises:
        IndexUnavailableError: there is no index to search.
    """
    records = content.corpus.records
    listed, _results = listed_results(replace(query, page=1))
    exact = replace(
        listed,
        page_size=max(1, len(records)),
        max_passages=0,
    )
    hits = services().searches.search(exact).hits
    whole = tuple(hit for hit in hits if not hit.is_partial)
    matching = [record for _, record in visible_hits(whole, records)]
    times = services().change_times.of(matching)
    followed = [FollowedRecord(record, times[record.id]) for record in matching]
    return tuple(sorted(followed, key=lambda entry: entry.changed_at, reverse=True))


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
