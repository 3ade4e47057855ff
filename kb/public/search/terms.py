"""The glossary terms that a query finds first, and records of terms related to them.

The records are offered where few records match the query. They are no results: they are
not counted, and have a heading of their own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.model.ids import Kind, RecordId
from indexer.model.query import Phrase, Query
from indexer.model.record import Record
from indexer.model.records import GlossaryTerm
from indexer.model.results import ResultPage
from kb.services import services
from kb.services.search_service import visible_hits
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, record_card
from kb.web.urls import search_url

MAX_TERMS = 3

FIRST_RESULTS = 5
"""A term further down is not what the query is about."""


def first_terms(
    query: Query, results: ResultPage, content: PageContent
) -> tuple[GlossaryTerm, ...]:
    """Return the glossary terms among the first results of a query without filters."""
    if query.root is None or query.filters or query.page > 1:
        return ()
    first = visible_hits(results.hits[:FIRST_RESULTS], content.corpus.records)
    terms = [record for _, record in first if isinstance(record, GlossaryTerm)]
    return tuple(terms[:MAX_TERMS])


FEW_RESULTS = 5
MAX_RECORDS = 2
"""Of each term: half of the records of a related term are of use, the first ones."""

_NOT_OFFERED = {Kind.TERM, Kind.PAGE}


@dataclass(frozen=True, slots=True)
class RelatedTerm:
    """The best records on a related term, and the address of the search for it."""

    term: str
    url: str
    cards: tuple[Card, ...]


def related_terms(
    query: Query,
    results: ResultPage,
    terms: Sequence[GlossaryTerm],
    content: PageContent,
) -> tuple[RelatedTerm, ...]:
    """Return records of the terms related to those of a query with few results.

    Args:
        query: the query; with filters, or after the first page, nothing is offered.
        results: its results; records among them are not offered again.
        terms: the glossary terms among its first results.
        content: the corpus, and the reader's language.
    """
    if query.filters or query.page > 1 or results.exact_total > FEW_RESULTS:
        return ()
    seen = {hit.id for hit in results.hits}
    related: list[RelatedTerm] = []
    for term in _related(terms, content):
        if len(related) == MAX_TERMS:
            break
        cards = tuple(_best(query, term, seen, content))
        seen |= {card.id for card in cards}
        if cards:
            title = term.edition(content.locale).title
            url = search_url(content.locale, text=title)
            related.append(RelatedTerm(title, url, cards))
    return tuple(related)


def _related(terms: Sequence[GlossaryTerm], content: PageContent) -> Iterator[Record]:
    found = {term.id for term in terms}
    related = (record_id for term in terms for record_id in term.related)
    ids = dict.fromkeys(record_id for record_id in related if record_id not in found)
    records = content.corpus.records
    yield from (records[record_id] for record_id in ids if record_id in records)


def _best(
    query: Query, term: Record, seen: set[RecordId], content: PageContent
) -> Iterator[Card]:
    """Yield the first records that contain a name of a term, as typed."""
    title = term.edition(content.locale).title
    asked = replace(
        replace(query, text=title, root=Phrase(title)),
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
