"""The uses of a glossary term."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.analysis.tokens import tokenize
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale
from indexer.model.query import And, FilterNode, Node, Not, Or, Phrase, Query, Word
from indexer.model.records import Record
from indexer.model.results import ResultPage
from kb.services.search_service import visible_hits
from kb.web.cards import Card, hit_card
from kb.web.page_content import PageContent
from kb.web.urls import search_url

MAX_USES = 10


@dataclass(frozen=True, slots=True)
class TermUses:
    """The records that contain a term, the best first; `cards` are only the first."""

    total: int
    cards: tuple[Card, ...]
    search_url: str


def term_query(term: Record, locale: Locale) -> Query:
    """Return a query for the records, other terms excepted, that contain a term."""
    names = (
        name
        for edition in term.editions
        for name in (edition.title, *edition.variants)
        if any(tokenize(name))
    )
    others = Not(FilterNode(Filter(FacetName.KIND, Kind.TERM.value)))
    return Query(
        root=And((Or(tuple(map(_name_node, names))), others)),
        locale=locale,
        page_size=MAX_USES,
        max_passages=1,
        is_exact=True,
    )


def _name_node(name: str) -> Node:
    words = [token.text for token in tokenize(name)]
    return Word(words[0]) if len(words) == 1 else Phrase(name)


def term_uses(term: Record, results: ResultPage, content: PageContent) -> TermUses:
    """Return the view of the results of `term_query`."""
    hits = visible_hits(results.hits, content.corpus.records)
    return TermUses(
        total=results.total,
        cards=tuple(hit_card(hit, record, content) for hit, record in hits),
        search_url=search_url(content.locale, text=term.edition(content.locale).title),
    )
