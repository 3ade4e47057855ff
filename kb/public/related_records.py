"""Other records to read after one: those that say most of what it says.

They are found by the words of its title, of its other names and of its summary, in both
languages, whatever their kind. Which ones they are is kept as long as the index is the
same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

from indexer.analysis.analyzer import is_stop_word, word_forms
from indexer.analysis.tokens import tokenize
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import And, FilterNode, MinimumMatch, Not, Query, Word
from indexer.model.records import Edition, Record
from kb.services import services
from kb.web.cards import Card, record_cards
from kb.web.urls import record_url

MAX_FURTHER = 6
MAX_WORDS = 40
MAX_NEAR = 40
"""How many are asked for: many of the nearest are linked to the record already."""

ONE_IN = 4
"""Of its words, so many are shared: fewer are by chance."""

MIN_NEARNESS = 0.13
"""Of the score of the record itself: what is farther shares common words only."""


def near_records(record: Record, locale: Locale) -> tuple[RecordId, ...]:
    """Give the records nearest to one, the nearest first; none for a page.

    Raises:
        IndexUnavailableError: there is no index to search.
    """
    if record.id.kind is Kind.PAGE:
        return ()
    here = services()
    if here.is_previewing:
        return _nearest(record, locale)
    return here.near.recall(
        here.engine.generation, (record.id, locale), lambda: _nearest(record, locale)
    )


def further_cards(
    record: Record,
    near: Collection[RecordId],
    shown: Collection[str],
    locale: Locale,
) -> tuple[Card, ...]:
    """Make the cards of the nearest records that nothing on the page leads to yet.

    `shown` are the addresses that the page has already.
    """
    corpus = services().corpus
    linked = {link.target for link in record.links}
    linked |= {link.target for link in corpus.backlinks.get(record.id, ())}
    found = (
        corpus.records[each]
        for each in near
        if each in corpus.records
        and each not in linked
        and record_url(each, locale) not in shown
    )
    return record_cards(islice(found, MAX_FURTHER), locale)


def _nearest(record: Record, locale: Locale) -> tuple[RecordId, ...]:
    words = _words(record)
    if not words:
        return ()
    # A word and its equivalent in the other edition are one: at least two are shared.
    shared = max(1 + len(record.editions), len(words) // ONE_IN)
    pages = Not(FilterNode(Filter(FacetName.KIND, Kind.PAGE.value)))
    query = Query(
        root=And((MinimumMatch(min(shared, len(words)), words), pages)),
        locale=locale,
        page_size=MAX_NEAR,
        max_passages=0,
        is_exact=True,
    )
    hits = services().engine.search(query).hits
    own = next((hit.score for hit in hits if hit.id == record.id), 0.0)
    return tuple(
        hit.id
        for hit in hits
        if hit.id != record.id and hit.score >= MIN_NEARNESS * own
    )


def _words(record: Record) -> tuple[Word, ...]:
    """Give the words that tell what a record is about, as many of each language.

    Numbers tell when it was and how much, not what it is about.
    """
    limit = MAX_WORDS // len(record.editions)
    return tuple(
        word
        for edition in record.editions
        for word in tuple(dict.fromkeys(_words_of(edition)))[:limit]
    )


def _words_of(edition: Edition) -> Iterator[Word]:
    locale = edition.locale
    told: set[str] = set()
    for text in (edition.title, *edition.variants, edition.summary):
        for token in tokenize(text):
            form = word_forms(token.text, locale)[0]
            is_common = any(is_stop_word(token.text, each) for each in Locale)
            is_telling = token.text.isalpha() and len(token.text) > 1
            if is_telling and not is_common and form not in told:
                told.add(form)
                yield Word(token.text, locale=locale)
