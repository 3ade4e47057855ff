"""The items of the results: those that match all words, then those that match some."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.analysis.normalization import fold, query_key
from indexer.model.query import Query
from indexer.model.results import Hit, ResultPage
from kb.public.search_trail import trailed
from kb.services.search_service import visible_hits
from kb.web.cards import Card, hit_card
from kb.web.match_reasons import content_key, content_words, match_reasons
from kb.web.page_content import PageContent
from kb.web.pagination import shown_first

SHOWN_PARTIAL = 5
MAX_ABSENT_WORDS = 6
"""Of a query with more words than this, items show only the words found."""


@dataclass(frozen=True, slots=True)
class ResultItems:
    """The items of a page; partial ones after the first five are folded in `more`."""

    exact: tuple[Card, ...]
    partial: tuple[Card, ...]
    more: tuple[Card, ...]

    def __bool__(self) -> bool:
        return bool(self.exact or self.partial)


def result_items(
    query: Query, results: ResultPage, words: Sequence[str], content: PageContent
) -> ResultItems:
    """Return the items of a page of results, of a query with these words.

    The first page folds partial matches after five; on others, they are what is read.
    """
    cards = [
        _card(hit, results, query, content, words if hit.is_partial else ())
        for hit in results.hits
    ]
    shown = tuple(_told_apart([each for each in cards if each is not None]))
    partial_ids = {hit.id for hit in results.hits if hit.is_partial}
    exact = tuple(each for each in shown if each.id not in partial_ids)
    partial = tuple(each for each in shown if each.id in partial_ids)
    if not exact and query.page > 1:
        return ResultItems((), partial, ())
    return ResultItems(exact, *shown_first(partial, SHOWN_PARTIAL))


def _card(
    hit: Hit,
    results: ResultPage,
    query: Query,
    content: PageContent,
    words: Sequence[str],
) -> Card | None:
    """Return the card of a hit, or None for a record that was withdrawn."""
    promoted = content.corpus.curations.promoted_for(query_key(query.text))
    for _, record in visible_hits((hit,), content.corpus.records):
        reasons = match_reasons(
            hit,
            query.locale,
            results.expansions,
            corrected=_corrected_beside(results),
        )
        card = trailed(hit_card(hit, record, content, reasons), query)
        is_first = query.is_expandable and hit.id in promoted
        return replace(
            card, words_found=_words_found(hit, words), is_put_first=is_first
        )
    return None


def _corrected_beside(results: ResultPage) -> str:
    """Return a corrected query of several words that was searched beside the typed."""
    text = results.suggestion if results.asked_total else ""
    return text if len(content_words(text)) > 1 else ""


def _words_found(hit: Hit, words: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    found = {word for each in hit.reasons for word in content_key(each.typed).split()}
    checked = ((word, set(content_key(word).split()) <= found) for word in words)
    shows_absent = len(words) <= MAX_ABSENT_WORDS
    return tuple(each for each in checked if shows_absent or each[1])


def _told_apart(cards: Sequence[Card]) -> Iterator[Card]:
    """Yield the cards; those of one title say their kind, or else a fact, beside it."""
    titles = Counter(map(_title_key, cards))
    kinds = Counter((_title_key(card), card.kind_label) for card in cards)
    for card in cards:
        title = _title_key(card)
        if titles[title] == 1:
            yield card
        elif kinds[title, card.kind_label] == 1:
            yield replace(card, apart=card.kind_label)
        else:
            first = next((fact.text for fact in card.facts), card.id.slug)
            yield replace(card, apart=first)


def _title_key(card: Card) -> str:
    return fold(card.plain_title.casefold())
