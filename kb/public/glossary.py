"""The glossary by first letter, and where a term is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from indexer.analysis.tokens import tokenize
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale
from indexer.model.query import And, FilterNode, Node, Not, Or, Phrase, Query, Word
from indexer.model.records import Record
from kb.services import services
from kb.web.cards import Card, hit_card, record_card
from kb.web.facet_values import name_key, vocabulary
from kb.web.urls import search_url

MAX_USES = 10


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """The terms that begin with a letter."""

    letter: str
    cards: tuple[Card, ...]


def letter_groups(records: Iterable[Record], locale: Locale) -> tuple[LetterGroup, ...]:
    """Put terms in alphabetical order, by first letter."""
    ordered = sorted(records, key=lambda record: name_key(record.edition(locale).title))
    groups: defaultdict[str, list[Card]] = defaultdict(list)
    for record in ordered:
        letter = name_key(record.edition(locale).title)[:1].upper()
        groups[letter].append(record_card(record, locale))
    return tuple(LetterGroup(letter, tuple(cards)) for letter, cards in groups.items())


@dataclass(frozen=True, slots=True)
class TermUses:
    """The records that a term stands in, the nearest first; not all may be shown."""

    total: int
    cards: tuple[Card, ...]
    search_url: str


def term_uses(term: Record, locale: Locale) -> TermUses:
    """Find the records, other than terms, where a term stands in either language.

    Raises:
        IndexUnavailableError: there is no index to search.
    """
    names = [
        name
        for edition in term.editions
        for name in (edition.title, *edition.variants)
        if any(tokenize(name))
    ]
    others = Not(FilterNode(Filter(FacetName.KIND, Kind.TERM.value)))
    query = Query(
        root=And((Or(tuple(_named(name) for name in names)), others)),
        locale=locale,
        page_size=MAX_USES,
        max_passages=1,
        is_exact=True,
    )
    results = services().searches.search(query)
    records = vocabulary().corpus.records
    return TermUses(
        total=results.total,
        cards=tuple(
            hit_card(hit, records[hit.id], locale)
            for hit in results.hits
            if hit.id in records
        ),
        search_url=search_url(locale, text=term.edition(locale).title),
    )


def _named(name: str) -> Node:
    words = [token.text for token in tokenize(name)]
    return Word(words[0]) if len(words) == 1 else Phrase(name)
