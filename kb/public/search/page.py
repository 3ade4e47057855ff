"""The page of results: fetches all that it shows, and prepares the view."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from indexer.analysis.tokens import query_key
from indexer.model.facets import FacetName
from indexer.model.query import Phrase, Query
from indexer.model.record import Record
from indexer.model.results import ResultPage
from indexer.query_language.query_reader import read_query
from kb.public.search.answer_box import AnswerBox, answer_box
from kb.public.search.offers import (
    NoResultsHelp,
    SearchStart,
    no_results_help,
    search_start,
)
from kb.public.search.query_words import (
    OtherNames,
    RemovableWord,
    count_text,
    is_question,
    other_names,
    relaxation_notes,
    removable_words,
    typed_words,
    understood_words,
)
from kb.public.search.results import (
    chosen_kinds,
    kind_tabs,
    result_items,
    scopes,
)
from kb.public.search.site_pages import SitePage, site_pages
from kb.public.search.terms import RelatedTerm, first_terms, related_terms
from kb.services import services
from kb.services.search_counter import count_search
from kb.web.help_box import HelpBox, help_box
from kb.web.page_content import PageContent, page_content
from kb.web.pagination import PageLink, page_links
from kb.web.records.cards import Card, record_cards
from kb.web.records.counts import CountedLink
from kb.web.records.said_once import said_once
from kb.web.search.facet_values import FacetVocabulary, vocabulary_of
from kb.web.search.filter_rail import FilterForm, FilterRail, filter_rail, search_sorts
from kb.web.search.formats import ExportFormat, search_exports
from kb.web.search.off_topic import is_weak, missing_words
from kb.web.search.request_query import notice_message, query_from
from kb.web.urls import query_url, search_url

SHOWN_CLOSEST = 3
MAX_COUNTED_WORDS = 4
HELP_FOR_FIRST = 3
"""How many of the first results decide whether the page shows whom to call."""

"""Of a query with more words, the results without each word are not counted."""


@dataclass(frozen=True, slots=True)
class SearchView:
    """All that the page of results shows.

    `mentioned` are the items with little more than a title, which it folds at the end;
    `hidden_total` is the number of records that staff leave out of this search.
    """

    query: Query
    results: ResultPage
    title: str
    heading: str
    count: str
    removable: tuple[RemovableWord, ...]
    understood: tuple[RemovableWord, ...]
    notices: tuple[str, ...]
    notes: tuple[str, ...]
    other_names: OtherNames | None
    help: NoResultsHelp | None
    is_weak: bool
    tabs: tuple[CountedLink, ...]
    scopes: tuple[tuple[str, str, bool], ...]
    rail: FilterRail
    site_pages: tuple[SitePage, ...]
    terms: tuple[tuple[Card, str], ...]
    related: tuple[RelatedTerm, ...]
    items: tuple[Card, ...]
    mentioned: tuple[Card, ...]
    hidden_total: int
    pages: tuple[PageLink, ...]
    next_url: str
    exports: tuple[ExportFormat, ...]
    start: SearchStart | None
    help_now: HelpBox | None
    answer: AnswerBox | None

    @property
    def said(self) -> str:
        """What nearly all results have, and their items leave out."""
        return said_once(self.results.facets, self.query.filters).text

    @property
    def listed(self) -> tuple[Card, ...]:
        """The items that are not folded."""
        return tuple(card for card in self.items if card not in self.mentioned)

    @property
    def closest(self) -> tuple[Card, ...]:
        """The first item of each of three kinds, if nothing is about the query."""
        first = {card.kind_label: card for card in reversed(self.items)}
        cards = [card for card in self.items if first[card.kind_label] is card]
        return tuple(cards[:SHOWN_CLOSEST]) if self.is_weak else ()

    @property
    def others(self) -> tuple[Card, ...]:
        """The items that are not shown as the closest ones."""
        return tuple(card for card in self.items if card not in self.closest)

    @property
    def missing(self) -> tuple[str, ...]:
        """The words that are missing, where nothing is about the query."""
        return missing_words(self.results) if self.is_weak else ()

    @property
    def is_missing_everywhere(self) -> bool:
        """Whether no record contains these words."""
        return not any(map(self.results.part_counts.get, self.missing))


def search_page(args: MultiDict[str, str]) -> SearchView:
    """Search for the parameters of an address, and return the view of the results.

    Raises:
        QueryError: a parameter has an unknown or malformed value.
        PageOutOfRangeError: the page asked for is after the last.
        IndexUnavailableError: there is no index to search.
    """
    content = page_content()
    query = query_from(
        args, vocabulary_of(content.corpus), locale=content.locale, max_passages=1
    )
    results = services().searches.search(query)
    count_search(services(), query, results, address=request.remote_addr or "")
    return _search_view(query, results, content)


def _search_view(query: Query, results: ResultPage, content: PageContent) -> SearchView:
    """Return the view of the results of a query."""
    vocabulary = vocabulary_of(content.corpus)
    words = typed_words(query, results)
    weak = is_weak(
        results,
        len(content.corpus.records),
        query.sort,
        is_filtered=bool(query.filters),
    )
    terms = () if weak else first_terms(query, results, content)
    items = result_items(query, results, words, terms, content)
    title = _title(query, vocabulary, results.total, is_weak=weak)
    return SearchView(
        query=query,
        results=results,
        title=title,
        heading=_heading(query, results, words, is_weak=weak) or title,
        count=count_text(results),
        removable=_removable_words(query, results, words),
        understood=understood_words(query),
        notices=tuple(notice_message(notice).text(_) for notice in query.notices),
        notes=relaxation_notes(query, results),
        other_names=other_names(results.expansions, query.text, query.locale),
        help=None
        if results.exact_total
        else no_results_help(query, results, weak=weak),
        is_weak=weak,
        tabs=kind_tabs(query, results),
        scopes=scopes(query),
        rail=_rail(query, results, vocabulary),
        site_pages=site_pages(query, content),
        terms=tuple(_term_cards(terms, content)),
        related=related_terms(query, results, terms, content),
        items=items,
        mentioned=_mentioned(query, items, content),
        hidden_total=_hidden_total(query, content),
        pages=page_links(
            query.page, results.pages, lambda page: query_url(query, page=page)
        ),
        next_url=query_url(query, page=query.page + 1)
        if query.page < results.pages
        else "",
        exports=search_exports(query) if results.total else (),
        start=search_start(query, results, content),
        help_now=None if weak else _help_box(query, results, terms, content),
        answer=answer_box(query, results, content),
    )


def _mentioned(
    query: Query, items: Sequence[Card], content: PageContent
) -> tuple[Card, ...]:
    """Return the items that the query puts after all others."""
    last = content.corpus.only_mentioned
    places = enumerate(items, query.first_place)
    kept = query.kept_places
    return tuple(card for place, card in places if card.id in last and place >= kept)


def _help_box(
    query: Query, results: ResultPage, terms: Sequence[Record], content: PageContent
) -> HelpBox | None:
    """Return whom to call, if a term or a first result concerns victims."""
    if query.page > 1 or not query.text:
        return None
    first = (content.corpus.get(hit.id) for hit in results.hits[:HELP_FOR_FIRST])
    found = (*terms, *filter(None, first))
    return help_box(found, content.corpus, content.locale)


def _heading(
    query: Query, results: ResultPage, words: Sequence[str], *, is_weak: bool
) -> str:
    """Return the heading where it is not the title, or "".

    A question is in the search box, and would take three lines of a phone.
    """
    if not query.text and not query.filters:
        return _("All of the knowledge base")
    if is_question(query, words) and results.total and not is_weak:
        return _("Results for your question")
    return ""


def _title(
    query: Query, vocabulary: FacetVocabulary, total: int, *, is_weak: bool
) -> str:
    """Return the title of the page; without words, that of the filters."""
    # The title adds quotation marks to those of a phrase.
    text = query.root.text if isinstance(query.root, Phrase) else query.text
    if text and not total:
        return _("No result for “%(text)s”", text=text)
    if text and is_weak:
        return _("Nothing about “%(text)s”", text=text)
    if text:
        return _("Results for “%(text)s”", text=text)
    if not query.filters:
        return _("All records")
    values = (
        vocabulary.label(filter_.facet, filter_.value, query.locale)
        for filter_ in query.filters
    )
    return _("Records: %(filters)s", filters=", ".join(values))


def _hidden_total(query: Query, content: PageContent) -> int:
    if not query.is_expandable:
        return 0
    return len(content.corpus.curations.hidden_for(query_key(query.text)))


def _rail(query: Query, results: ResultPage, vocabulary: FacetVocabulary) -> FilterRail:
    kinds = sorted(chosen_kinds(query))
    form = FilterForm(
        action=search_url(query.locale),
        total=results.total,
        url_of=lambda filters: query_url(query, filters=filters),
        hidden=(
            *((("q", query.text),) if query.text else ()),
            *((FacetName.KIND.value, kind) for kind in kinds),
            *(() if query.is_expandable else (("expand", "no"),)),
            *(("literal", key) for key in query.literal),
        ),
        sorts=search_sorts(query, results),
    )
    return filter_rail(query, results.facets, vocabulary, form)


def _term_cards(
    terms: Sequence[Record], content: PageContent
) -> Iterator[tuple[Card, str]]:
    """Yield the card of each glossary term, and the address of the search for it."""
    for card in record_cards(terms, content):
        yield card, search_url(content.locale, text=card.plain_title)


def _removable_words(
    query: Query, results: ResultPage, words: tuple[str, ...]
) -> tuple[RemovableWord, ...]:
    """Return the words to offer for removal: of a question, or without exact match."""
    if results.exact_total and not is_question(query, words):
        return ()
    removable = removable_words(query, words)
    if results.exact_total or len(removable) > MAX_COUNTED_WORDS:
        return removable
    return tuple(replace(word, count=_exact_total(query, word)) for word in removable)


def _exact_total(query: Query, word: RemovableWord) -> int:
    """Return how many records match all the words but one."""
    vocabulary = vocabulary_of(services().corpus)
    others = read_query(word.others, vocabulary.resolve, locale=query.locale)
    counted = replace(query, text=word.others, root=others.root)
    return services().searches.exact_total(counted)
