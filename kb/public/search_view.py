"""The view model of the page of results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext

from indexer.analysis.tokens import tokenize
from indexer.model.assessments import AssessmentStatus
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Locale
from indexer.model.query import Query, Sort
from indexer.model.records import Record
from indexer.model.results import ResultPage, Suggestion
from kb.public.expansion_list import OtherNames, other_names
from kb.public.relaxation_notice import Note, RelaxedAnswer, heading, relaxation_note
from kb.public.sort_menu import SortOption, search_sorts
from kb.services.search_service import visible_hits
from kb.web.cards import Card, hit_card, record_card
from kb.web.facet_values import FacetVocabulary, vocabulary_of
from kb.web.labels import FACETS, KINDS
from kb.web.locale import lang_if_other
from kb.web.match_reasons import match_reasons
from kb.web.page_content import PageContent
from kb.web.query_notices import notice_message
from kb.web.suggestion_box import target_url
from kb.web.urls import FacetUrls, query_url

SHOWN_VALUES = 5
OPEN_FACETS = {FacetName.KIND, FacetName.THEME, FacetName.AUDIENCE, FacetName.SOURCE}
NOT_ASSESSED = AssessmentStatus.NONE.value
PAGES_AROUND = 2
MAX_SIMILAR_NAMES = 6


@dataclass(frozen=True, slots=True)
class FacetLink:
    """A value of a facet; its address adds it, or removes it if it is selected."""

    label: str
    count: int
    url: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet: its first values, and the others."""

    label: str
    is_open: bool
    values: tuple[FacetLink, ...]
    more: tuple[FacetLink, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """A selected filter; its address removes it."""

    facet: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of results; without a number, a gap."""

    number: int | None
    url: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class SimilarName:
    """A name similar to the query, with the title of its record if that differs.

    `lang` and `title_lang` are set if they are in the other language.
    """

    text: str
    lang: str
    kind: str
    url: str
    title: str = ""
    title_lang: str = ""


@dataclass(frozen=True, slots=True)
class NoResultsHelp:
    """What a page without results offers.

    `unfiltered` is the number of results without the filters, None without filters.
    """

    unfiltered: int | None
    similar: tuple[SimilarName, ...]


@dataclass(frozen=True, slots=True)
class SearchView:
    """All that the page of results shows."""

    query: Query
    results: ResultPage
    heading: str
    notices: tuple[str, ...]
    note: Note | None
    other_names: OtherNames | None
    help: NoResultsHelp | None
    cards: tuple[Card, ...]
    facets: tuple[FacetView, ...]
    chips: tuple[Chip, ...]
    pages: tuple[PageLink, ...]
    next_url: str
    sorts: tuple[SortOption, ...]
    hidden: tuple[tuple[str, str], ...]
    json_url: str
    term: Card | None


def search_view(
    query: Query,
    results: ResultPage,
    content: PageContent,
    no_results_help: NoResultsHelp | None,
) -> SearchView:
    """Return the view of a page of results."""
    vocabulary = vocabulary_of(content.corpus)
    term = _term(query, vocabulary)
    has_all_words = not RelaxedAnswer(query, results).has_some_words
    return SearchView(
        query=query,
        results=results,
        heading=heading(query, results),
        notices=tuple(notice_message(each).text(gettext) for each in query.notices),
        note=relaxation_note(query, results),
        other_names=other_names(results.expansions, query.text, query.locale),
        help=no_results_help,
        cards=tuple(
            hit_card(
                hit,
                record,
                content,
                match_reasons(
                    hit,
                    query.locale,
                    results.expansions,
                    has_all_words=has_all_words,
                    corrected=_corrected_beside(results),
                ),
            )
            for hit, record in visible_hits(results.hits, content.corpus.records)
            if term is None or hit.id != term.id
        ),
        facets=tuple(
            _facet(name, results, query, vocabulary)
            for name in FacetName
            if _is_shown(name, results)
        ),
        chips=tuple(_chip(each, query, vocabulary) for each in query.filters),
        pages=page_links(query, results.pages),
        next_url=query_url(query, page=query.page + 1)
        if query.page < results.pages
        else "",
        sorts=search_sorts(query, results),
        hidden=(
            *((("q", query.text),) if query.text else ()),
            *((each.facet.value, each.value) for each in query.filters),
            *(() if query.is_expandable else (("expand", "no"),)),
        ),
        json_url=query_url(query, endpoint="api.search").replace(
            f"locale={query.locale.value}", f"hl={query.locale.value}", 1
        ),
        term=record_card(term, content) if term is not None else None,
    )


def _corrected_beside(results: ResultPage) -> str:
    """Return a corrected query of several words that was searched beside the typed."""
    text = results.suggestion if results.asked_total else ""
    return text if len(tuple(tokenize(text))) > 1 else ""


def similar_names(
    suggestions: Iterable[Suggestion], reader: Locale
) -> tuple[SimilarName, ...]:
    """Return the first suggestions as names similar to the query, each target once."""
    by_target = {each.target: each for each in suggestions}
    first = tuple(by_target.values())[:MAX_SIMILAR_NAMES]
    return tuple(_similar_name(each, reader) for each in first)


def _similar_name(suggestion: Suggestion, reader: Locale) -> SimilarName:
    target, title = suggestion.target, suggestion.title
    return SimilarName(
        suggestion.text,
        lang_if_other(suggestion.locale, reader),
        str(FACETS[target.facet] if isinstance(target, Filter) else KINDS[target.kind]),
        target_url(target, reader),
        title.text if title is not None else "",
        lang_if_other(title.locale, reader) if title is not None else "",
    )


def page_links(query: Query, pages: int) -> tuple[PageLink, ...]:
    """Return the first page, the last, those around the current, and gaps between."""
    if pages < 2:
        return ()
    around = range(query.page - PAGES_AROUND, query.page + PAGES_AROUND + 1)
    numbers = sorted({1, pages, *(n for n in around if 1 <= n <= pages)})
    links: list[PageLink] = []
    for previous, number in zip([0, *numbers], numbers, strict=False):
        if number - previous > 1:
            links.append(PageLink(None))
        links.append(
            PageLink(number, query_url(query, page=number), number == query.page)
        )
    return tuple(links)


def _is_shown(name: FacetName, results: ResultPage) -> bool:
    counts = results.facets.get(name, ())
    if name is FacetName.LOCALE:
        # If all records are in both languages, the choice would change nothing.
        return any(each.is_selected or each.count != results.total for each in counts)
    if name is FacetName.ASSESSED:
        # As long as no record is assessed, the only value filters nothing out.
        return any(each.is_selected or each.value != NOT_ASSESSED for each in counts)
    return bool(counts)


def _facet(
    name: FacetName, results: ResultPage, query: Query, vocabulary: FacetVocabulary
) -> FacetView:
    urls = FacetUrls(query, name)
    links = [
        FacetLink(
            vocabulary.label(name, each.value, query.locale),
            each.count,
            _without(Filter(name, each.value), query)
            if each.is_selected
            else urls.adding(each.value),
            each.is_selected,
        )
        for each in results.facets[name]
    ]
    shown = {n for n, link in enumerate(links) if n < SHOWN_VALUES or link.is_selected}
    if len(links) - len(shown) == 1:
        shown = set(range(len(links)))
    return FacetView(
        label=str(FACETS[name]),
        is_open=name in OPEN_FACETS or any(link.is_selected for link in links),
        values=tuple(link for n, link in enumerate(links) if n in shown),
        more=tuple(link for n, link in enumerate(links) if n not in shown),
    )


def _without(chosen: Filter, query: Query) -> str:
    """Return the address of a query without one of its filters."""
    others = tuple(each for each in query.filters if each != chosen)
    return query_url(query, filters=others)


def _chip(chosen: Filter, query: Query, vocabulary: FacetVocabulary) -> Chip:
    return Chip(
        facet=str(FACETS[chosen.facet]),
        label=vocabulary.label(chosen.facet, chosen.value, query.locale),
        url=_without(chosen, query),
    )


def _term(query: Query, vocabulary: FacetVocabulary) -> Record | None:
    """Return the glossary term that the query names, to show above the results."""
    if query.page != 1 or query.filters or query.sort is not Sort.RELEVANCE:
        return None
    return vocabulary.term_named(query.text, query.locale)
