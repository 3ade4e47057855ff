"""Where to start on the search page without words: kinds, examples, places, readers."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.facets import NOT_KNOWN, FacetName
from indexer.model.ids import Locale
from indexer.model.query import Query
from indexer.model.records import Audience
from indexer.model.results import ResultPage
from kb.public.home import KindCount, example_searches, kind_counts
from kb.web.labels import AUDIENCES
from kb.web.page_content import PageContent
from kb.web.search.facet_values import vocabulary_of
from kb.web.urls import audience_url, audiences_url, map_url, place_url

Links = tuple[tuple[str, str], ...]
"""Labels and addresses."""

MAX_PLACES = 3
_AUDIENCES = (Audience.LOCAL, Audience.LAW_ENFORCEMENT, Audience.SCHOOLS)


@dataclass(frozen=True, slots=True)
class SearchStart:
    """The number of records of each kind, and named lists of links."""

    counts: tuple[KindCount, ...]
    lists: tuple[tuple[str, Links], ...]


def search_start(
    query: Query, results: ResultPage, content: PageContent
) -> SearchStart | None:
    """Return where to start, on the first page of a search without words or filters."""
    if query.text or query.filters or query.page > 1:
        return None
    locale = content.locale
    return SearchStart(
        tuple(kind_counts(content.corpus, locale)),
        (
            (_("For example"), example_searches(locale)),
            (_("By place"), _places(results, content)),
            (_("By audience"), _audiences(locale)),
        ),
    )


def _places(results: ResultPage, content: PageContent) -> Links:
    """Return the pages of the places with the most records, then the map."""
    locale, vocabulary = content.locale, vocabulary_of(content.corpus)
    known = (each.value for each in results.facets[FacetName.PLACE])
    first = [slug for slug in known if slug != NOT_KNOWN][:MAX_PLACES]
    places = (
        (vocabulary.label(FacetName.PLACE, slug, locale), place_url(slug, locale))
        for slug in first
    )
    return (*places, (_("The complete map"), map_url(locale)))


def _audiences(locale: Locale) -> Links:
    audiences = ((str(AUDIENCES[a]), audience_url(a, locale)) for a in _AUDIENCES)
    return (*audiences, (_("All audiences"), audiences_url(locale)))
