"""The glossary terms that a query names, and records of the terms related to them.

The records are offered where few records match the query. They are no results: they are
not counted, and have a heading of their own.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from indexer.analysis.analyzer import word_forms
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import Expansion, ExpansionSource, Phrase, Query
from indexer.model.record import Record
from indexer.model.records import GlossaryTerm
from indexer.model.results import ResultPage
from kb.services import services
from kb.services.search_service import visible_hits
from kb.web.page_content import PageContent, made_once
from kb.web.records.cards import Card, record_card
from kb.web.records.match_reasons import content_words
from kb.web.search.facet_values import vocabulary_of
from kb.web.search.listed_results import listed_query
from kb.web.urls import search_url

MAX_TERMS = 3

_Name = tuple[frozenset[str], bool]
"""The stems of the words of a name, and whether the name is a title."""

_Names = Mapping[_Name, tuple[RecordId, ...]]
"""The terms with a name."""


def terms_of_query(
    query: Query, expansions: Sequence[Expansion], corpus: Corpus
) -> tuple[Record, ...]:
    """Return the terms that a query names, then those with a name of similar words.

    A name is similar if the query has two of its words. A title is similar too if the
    query is one word and at least half of the title.
    """
    vocabulary = vocabulary_of(corpus)
    glossary = ExpansionSource.GLOSSARY
    typed = (
        expansion.typed for expansion in expansions if expansion.source is glossary
    )
    named = (vocabulary.term_named(text, query.locale) for text in (query.text, *typed))
    terms = {record.id: record for record in named if record is not None}
    for term_id in _similar(query.text, corpus):
        terms.setdefault(term_id, corpus.records[term_id])
    return tuple(terms.values())[:MAX_TERMS]


def _similar(text: str, corpus: Corpus) -> list[RecordId]:
    """Return the terms with a similar name, those with most of the words first."""
    words = [_stems(word) for word in content_words(text)]
    stems = frozenset[str]().union(*words)
    best: defaultdict[RecordId, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    names = made_once(corpus, "stems of terms", lambda: _names(corpus))
    for (name, is_title), ids in names.items():
        found = len(name & stems)
        share = found / len(name)
        is_half = bool(found) and share >= 0.5
        if found > 1 or (is_half and is_title and len(words) == 1):
            for term_id in ids:
                best[term_id] = max(best[term_id], (found, share))
    return sorted(best, key=lambda term_id: best[term_id], reverse=True)


def _names(corpus: Corpus) -> _Names:
    names: defaultdict[_Name, list[RecordId]] = defaultdict(list)
    for term in corpus.of_kind(Kind.TERM):
        for key in set(_keys(term)):
            names[key].append(term.id)
    return {key: tuple(ids) for key, ids in names.items()}


def _keys(term: Record) -> Iterator[_Name]:
    for edition in term.editions:
        for name in (edition.title, *edition.variants):
            words = content_words(name)
            if words:
                stems = (word_forms(word, edition.locale)[0] for word in words)
                yield frozenset(stems), name == edition.title


def _stems(word: str) -> set[str]:
    """Return the stems of a word in both languages."""
    return {word_forms(word, locale)[0] for locale in Locale}


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
    query: Query, results: ResultPage, terms: Iterable[Record], content: PageContent
) -> tuple[RelatedTerm, ...]:
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


def _related(terms: Iterable[Record], content: PageContent) -> Iterator[Record]:
    named = [record for record in terms if isinstance(record, GlossaryTerm)]
    ids = dict.fromkeys(related for term in named for related in term.related)
    for term in named:
        ids.pop(term.id, None)
    records = content.corpus.records
    yield from (records[record_id] for record_id in ids if record_id in records)


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
