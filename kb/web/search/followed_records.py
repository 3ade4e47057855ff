"""What the feed and the e-mail alerts of a search contain."""

from collections.abc import Sequence
from dataclasses import replace

from flask_babel import gettext as _

from indexer.model.facets import FacetName
from indexer.model.query import Query, Sort
from kb.services import services
from kb.services.search_service import all_ids
from kb.services.site_services import ChangedRecord
from kb.web.page_content import PageContent
from kb.web.search.facet_values import FacetVocabulary

ENTRIES_PER_PAGE = 50
"""A page of a feed contains this number of records; the first has the newest."""


def followed_records(query: Query, content: PageContent) -> Sequence[ChangedRecord]:
    """Return the exact matches of a query, the newest change first.

    They are those that the page of results does not mark “Matches in part”, on whatever
    page: who follows a search wants no record with only some of its words. Where the
    page corrects a misspelt word, so does this function.

    Raises:
        IndexUnavailableError: there is no index to search.
    """
    # The order of the search does not matter; that by title needs no scores.
    results = services().searches.search(replace(all_ids(query), sort=Sort.TITLE))
    matching = {*results.ids} - results.partial_ids
    newest = services().change_times.newest(content.corpus)
    if len(matching) == len(newest):
        return newest
    return tuple(changed for changed in newest if changed.record.id in matching)


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
