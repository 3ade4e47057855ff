"""The results as a page shows them: tabs by kind, items, links to other pages."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from flask_babel import gettext as _

from indexer.analysis.tokens import fold, query_key
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.query import Query
from indexer.model.record import Record
from indexer.model.results import Hit, ResultPage
from indexer.search.query_rewriting import lists_pages
from kb.public.record.search_trail import trailed
from kb.services.search_service import visible_hits
from kb.web.labels import NAVIGATION, SECTIONS
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, hit_card
from kb.web.records.counts import CountedLink
from kb.web.records.match_reasons import content_key, content_words, match_reasons
from kb.web.records.said_once import said_once
from kb.web.urls import query_url

MAX_ABSENT_WORDS = 6
"""Of a query with more words than this, items show only the words found."""


def chosen_kinds(query: Query) -> frozenset[str]:
    """Return the kinds that filters select."""
    return frozenset(
        filter_.value for filter_ in query.filters if filter_.facet is FacetName.KIND
    )


def result_items(
    query: Query,
    results: ResultPage,
    words: Sequence[str],
    terms: Collection[Record],
    content: PageContent,
) -> tuple[Card, ...]:
    """Return the items of a page of results, without the records withdrawn meanwhile.

    Args:
        query: the query.
        results: its page of results.
        words: the words of the query.
        terms: the glossary terms above the list: their items repeat no definition.
        content: the corpus, and the reader's language.
    """
    cards = []
    for hit, record in visible_hits(results.hits, content.corpus.records):
        card = _card(hit, record, results, query, content, words)
        cards.append(replace(card, summary=()) if record in terms else card)
    said = said_once(results.facets, query.filters)
    return tuple(map(said.without, _distinguished(cards)))


def _card(
    hit: Hit,
    record: Record,
    results: ResultPage,
    query: Query,
    content: PageContent,
    words: Sequence[str],
) -> Card:
    reasons = match_reasons(
        hit, query.locale, results.expansions, corrected=_corrected_beside(results)
    )
    card = trailed(hit_card(hit, record, content, reasons), query)
    promoted = content.corpus.curations.promoted_for(query_key(query.text))
    has_words = hit.is_partial and not hit.is_close
    return replace(
        card,
        words_found=_words_found(hit, words) if has_words else (),
        is_partial=hit.is_partial,
        is_close=hit.is_close,
        is_put_first=query.is_expandable and hit.id in promoted,
    )


def _corrected_beside(results: ResultPage) -> str:
    """Return a corrected query of several words that was searched beside the typed."""
    text = results.suggestion if results.asked_total else ""
    return text if len(content_words(text)) > 1 else ""


def _words_found(hit: Hit, words: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    found = {
        word for reason in hit.reasons for word in content_key(reason.typed).split()
    }
    checked = ((word, set(content_key(word).split()) <= found) for word in words)
    shows_absent = len(words) <= MAX_ABSENT_WORDS
    return tuple(pair for pair in checked if shows_absent or pair[1])


def _distinguished(cards: Sequence[Card]) -> Iterator[Card]:
    """Yield the cards; cards of equal titles get a note that distinguishes the records.

    The note is the kind if it differs, else the first fact.
    """
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


def kind_tabs(query: Query, results: ResultPage) -> tuple[CountedLink, ...]:
    """Return a tab for all kinds, then one for each kind; for pages if there are any.

    The first counts the results without a filter on kinds: the sum of the others.
    """
    counts = {count.value: count.count for count in results.facets[FacetName.KIND]}
    chosen = chosen_kinds(query)
    others = tuple(
        filter_ for filter_ in query.filters if filter_.facet is not FacetName.KIND
    )
    is_whole = lists_pages(replace(query, filters=others))
    total = sum(
        count for kind, count in counts.items() if is_whole or kind != Kind.PAGE
    )
    tabs = [CountedLink(_("All"), total, query_url(query, filters=others), not chosen)]
    for kind in (*NAVIGATION, Kind.PAGE):
        count, is_current = counts.get(kind.value, 0), kind.value in chosen
        if kind is Kind.PAGE and not count and not is_current:
            continue
        filters = (*others, Filter(FacetName.KIND, kind.value))
        url = query_url(query, filters=filters) if count or is_current else ""
        tabs.append(CountedLink(str(SECTIONS[kind]), count, url, is_current))
    return tuple(tabs)


def scopes(query: Query) -> tuple[tuple[str, str, bool], ...]:
    """Return the kinds to search in: value, label and whether it is the current one."""
    chosen = chosen_kinds(query)
    current = next(iter(chosen)) if len(chosen) == 1 else ""
    return (
        ("", _("All"), not current),
        *(
            (kind.value, str(SECTIONS[kind]), kind.value == current)
            for kind in NAVIGATION
        ),
    )
