"""Fetches all that the page on following shows: records of the feed, counts."""

from __future__ import annotations

from dataclasses import replace

from werkzeug.datastructures import MultiDict

from indexer.model.facets import FacetName
from indexer.model.query import Query, Sort
from kb.public.follow_view import FollowView, follow_view
from kb.services import services
from kb.web.facet_values import vocabulary_of
from kb.web.followed_records import followed_records
from kb.web.page_content import page_content
from kb.web.request_query import query_from


def follow_page(args: MultiDict[str, str]) -> FollowView:
    """Return the view for the parameters of a search; page and order do not count.

    Raises:
        QueryError: a parameter has an unknown or malformed value.
        IndexUnavailableError: there is no index to search.
    """
    content = page_content()
    query = replace(
        query_from(args, vocabulary_of(content.corpus), locale=content.locale),
        page=1,
        sort=Sort.RELEVANCE,
    )
    everything = Query(locale=content.locale, page_size=1, max_passages=0)
    results = services().searches.search(everything)
    counts = {each.value: each.count for each in results.facets[FacetName.THEME]}
    return follow_view(
        query,
        followed_records(query, content),
        {**counts, "": results.total},
        content,
        sends_mail=services().settings.mail is not None,
        today=services().clock().date(),
    )
