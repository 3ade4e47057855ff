"""The results as a page shows them: tabs by kind, items, links to other pages."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from indexer.analysis.tokens import fold, query_key
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.query import Query
from indexer.model.results import Hit, ResultPage
from kb.public.record.search_trail import trailed
from kb.services.search_service import visible_hits
from kb.web.labels import NAVIGATION, SECTIONS
from kb.web.page_content import PageContent
from kb.web.pagination import shown_first
from kb.web.records.cards import Card, hit_card
from kb.web.records.counts import CountedLink
from kb.web.records.match_reasons import content_key, content_words, match_reasons
from kb.web.search.listed_results import chosen_kinds
from kb.web.urls import query_url

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
    shown = tuple(_distinguished([card for card in cards if card is not None]))
    partial_ids = {hit.id for hit in results.hits if hit.is_partial}
    exact = tuple(card for card in shown if card.id not in partial_ids)
    partial = tuple(card for card in shown if card.id in partial_ids)
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
    for _hit, record in visible_hits((hit,), content.corpus.records):
        reasons = match_reasons(
            hit,
            query.locale,
            results.expansions,
            corrected=_corrected_beside(results),
        )
        card = trailed(hit_card(hit, record, content, reasons), query)
        is_first = query.is_expandable and hit.id in promoted
        return replace(
            card,
            words_found=() if hit.is_close else _words_found(hit, words),
            is_close=hit.is_close,
            is_put_first=is_first,
        )
    return None


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


def kind_tabs(
    query: Query, results: ResultPage, *, all_total: int
) -> tuple[CountedLink, ...]:
    """Return a tab for all kinds, then one for each kind; for pages if there are any.

    `all_total` is the number of results without a filter on kinds.
    """
    counts = {count.value: count.count for count in results.facets[FacetName.KIND]}
    chosen = chosen_kinds(query)
    others = tuple(
        filter_ for filter_ in query.filters if filter_.facet is not FacetName.KIND
    )
    tabs = [
        CountedLink(_("All"), all_total, query_url(query, filters=others), not chosen)
    ]
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
