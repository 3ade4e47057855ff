"""The search that led to a record: its address, and the results before and after.

The links of a page of results contain the parameters of the search, as `from`. So the
trail works without script and without a cookie, and a shared address keeps it. The
canonical address of the record is without it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from indexer.errors import IndexUnavailableError, PageOutOfRangeError, QueryError
from indexer.model.ids import RecordId
from indexer.model.query import Query
from indexer.model.results import ResultPage
from kb.services import services
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, record_card
from kb.web.search.facet_values import vocabulary_of
from kb.web.search.request_query import query_from
from kb.web.urls import query_url

PARAMETER = "from"
MAX_PARAMETERS = 300
"""The longest search that a link to a result keeps, in characters."""


@dataclass(frozen=True, slots=True)
class SearchTrail:
    """The search that led here, and its results before and after this record."""

    url: str
    label: str
    previous: Card | None
    next: Card | None


def trailed(card: Card, query: Query) -> Card:
    """Return the card of a result whose address contains the search, if it is short."""
    parameters = _parameters(query)
    if not parameters or len(parameters) > MAX_PARAMETERS:
        return card
    return replace(card, url=f"{card.url}?{urlencode({PARAMETER: parameters})}")


def search_trail(record_id: RecordId, content: PageContent) -> SearchTrail | None:
    """Return the trail of the search that the current address names.

    None without one, or if the search is malformed or does not find the record.
    """
    text = request.args.get(PARAMETER, "")
    if not text or len(text) > MAX_PARAMETERS:
        return None
    try:
        return _trail(record_id, MultiDict(parse_qsl(text)), content)
    except (QueryError, PageOutOfRangeError, IndexUnavailableError):
        return None


def _trail(
    record_id: RecordId, args: MultiDict[str, str], content: PageContent
) -> SearchTrail | None:
    vocabulary = vocabulary_of(content.corpus)
    # The page of results asked for the same: the answer is most often in the cache.
    query = query_from(args, vocabulary, locale=content.locale, max_passages=1)
    if not _parameters(query):
        return None
    results = services().searches.search(query)
    ids = [hit.id for hit in results.hits]
    if record_id not in ids:
        return None
    place = ids.index(record_id)
    rank = query.first_place + place + 1
    return SearchTrail(
        url=query_url(query, page=query.page),
        label=_(
            "Result %(rank)s of %(total)s: back to the search",
            rank=rank,
            total=results.total,
        ),
        previous=_adjacent(query, results, ids, place - 1, content),
        next=_adjacent(query, results, ids, place + 1, content),
    )


def _adjacent(
    query: Query,
    results: ResultPage,
    ids: Sequence[RecordId],
    position: int,
    content: PageContent,
) -> Card | None:
    """Return the card at a position of a page, or at the end of the page beside it."""
    if 0 <= position < len(ids):
        return _card(ids[position], query, content)
    page = query.page + (1 if position > 0 else -1)
    if not 1 <= page <= results.pages:
        return None
    beside = replace(query, page=page)
    hits = services().searches.search(beside).hits
    return _card(hits[0 if position > 0 else -1].id, beside, content) if hits else None


def _card(record_id: RecordId, query: Query, content: PageContent) -> Card | None:
    record = content.corpus.get(record_id)
    return trailed(record_card(record, content), query) if record is not None else None


def _parameters(query: Query) -> str:
    """Return the parameters of a search; "" for the list of all records."""
    if not query.text and not query.filters:
        return ""
    return query_url(query, page=query.page).partition("?")[2]
