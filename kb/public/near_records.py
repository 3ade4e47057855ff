"""Records of the terms related to a query, offered where few records match it.

They are no results: they are not counted, and have a heading of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from indexer.model.ids import Kind, RecordId
from indexer.model.query import Phrase, Query
from indexer.model.records import GlossaryTerm, Record
from indexer.model.results import ResultPage
from kb.services import services
from kb.services.search_service import visible_hits
from kb.web.cards import Card, record_card
from kb.web.listed_results import listed_query
from kb.web.page_content import PageContent
from kb.web.urls import search_url

FEW_RESULTS = 5
MAX_TERMS = 3
MAX_RECORDS = 2
"""Of each term: half of the records of a related term are of use, the first ones."""

_NOT_OFFERED = {Kind.TERM, Kind.PAGE}


@dataclass(frozen=True, slots=True)
class NearRecords:
    """The best records on a related term, and the address of the search for it."""

    term: str
    url: str
    cards: tuple[Card, ...]


def near_records(
    query: Query, results: ResultPage, terms: Iterable[Record], content: PageContent
) -> tuple[NearRecords, ...]:
    """Return records of the terms related to those of a query with few results.

    Args:
        query: the query; with filters, or after the first page, nothing is offered.
        results: its results; records among them are not offered again.
        terms: the glossary terms that the query names.
        content: the corpus, and the reader's language.
    """
    if query.filters or query.page > 1 or results.exact_total > FEW_RESULTS:
        return ()
    seen = {hit.id for hit in results.hits}
    near: list[NearRecords] = []
    for term in _related(terms, content):
        if len(near) == MAX_TERMS:
            break
        cards = tuple(_best(query, term, seen, content))
        seen |= {card.id for card in cards}
        if cards:
            title = term.edition(content.locale).title
            url = search_url(content.locale, text=title)
            near.append(NearRecords(title, url, cards))
    return tuple(near)


def _related(terms: Iterable[Record], content: PageContent) -> Iterator[Record]:
    named = [each for each in terms if isinstance(each, GlossaryTerm)]
    ids = dict.fromkeys(related for term in named for related in term.related)
    for term in named:
        ids.pop(term.id, None)
    records = content.corpus.records
    yield from (records[each] for each in ids if each in records)


def _best(
    query: Query, term: Record, seen: set[RecordId], content: PageContent
) -> Iterator[Card]:
    """Yield the first records that contain a name of a term, as typed."""
    title = term.edition(content.locale).title
    asked = replace(
        listed_query(replace(query, text=title, root=Phrase(title))),
        page_size=MAX_RECORDS + len(seen),
        max_passages=0,
    )
    hits = services().searches.search(asked).hits
    fresh = (
        record_card(record, content)
        for hit, record in visible_hits(hits, content.corpus.records)
        if hit.id not in seen and hit.id.kind not in _NOT_OFFERED and not hit.is_partial
    )
    yield from (card for _, card in zip(range(MAX_RECORDS), fresh, strict=False))
