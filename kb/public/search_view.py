"""The view model of the page of results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.analysis.analyzer import word_forms
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale
from indexer.model.query import ExpansionSource, Phrase, Query
from indexer.model.records import Record
from indexer.model.results import Hit, ResultPage, Suggestion
from kb.public.expansion_list import OtherNames, other_names
from kb.public.kind_tabs import KindTab, chosen_kinds, kind_tabs, scopes
from kb.public.relaxation_notice import count_text, relaxation_notes
from kb.public.result_items import ResultItems, result_items
from kb.public.site_pages import SitePage, site_pages
from kb.web.cards import Card, record_cards
from kb.web.facet_values import FacetVocabulary, vocabulary_of
from kb.web.filter_rail import FilterForm, FilterRail, filter_rail
from kb.web.labels import FACETS, KINDS
from kb.web.locale import lang_if_other
from kb.web.match_reasons import content_words
from kb.web.page_content import PageContent
from kb.web.query_notices import notice_message
from kb.web.sort_menu import search_sorts
from kb.web.suggestion_box import target_url
from kb.web.theme_looks import ThemeLook
from kb.web.urls import query_url, search_url

PAGES_AROUND = 2
MAX_SIMILAR_NAMES = 6
MAX_TERMS = 3


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
    themes: tuple[tuple[ThemeLook, str], ...] = ()
    """The look of each theme, and the address of its page."""


@dataclass(frozen=True, slots=True)
class TermStrip:
    """The first glossary terms that match, and whether the results list all of them."""

    lists_terms: bool
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchView:
    """All that the page of results shows."""

    query: Query
    results: ResultPage
    heading: str
    count: str
    notices: tuple[str, ...]
    notes: tuple[str, ...]
    other_names: OtherNames | None
    help: NoResultsHelp | None
    tabs: tuple[KindTab, ...]
    scopes: tuple[tuple[str, str, bool], ...]
    rail: FilterRail
    site_pages: tuple[SitePage, ...]
    terms: tuple[Card, ...]
    items: ResultItems
    partial_total: int
    pages: tuple[PageLink, ...]
    next_url: str
    json_url: str


def search_view(
    query: Query,
    results: ResultPage,
    content: PageContent,
    strip: TermStrip,
    no_results_help: NoResultsHelp | None,
) -> SearchView:
    """Return the view of a page of results."""
    vocabulary = vocabulary_of(content.corpus)
    return SearchView(
        query=query,
        results=results,
        heading=_heading(query, vocabulary, results.total),
        count=count_text(results),
        notices=tuple(notice_message(each).text(_) for each in query.notices),
        notes=relaxation_notes(query, results),
        other_names=other_names(results.expansions, query.text, query.locale),
        help=no_results_help,
        tabs=kind_tabs(query, results, all_total=_all_total(results, strip)),
        scopes=scopes(query),
        rail=_rail(query, results, vocabulary),
        site_pages=site_pages(query, content),
        terms=_terms(query, results, strip, content),
        items=result_items(query, results, content),
        partial_total=results.total - results.exact_total,
        pages=page_links(query, results.pages),
        next_url=query_url(query, page=query.page + 1)
        if query.page < results.pages
        else "",
        json_url=query_url(query, endpoint="api.search").replace(
            f"locale={query.locale.value}", f"hl={query.locale.value}", 1
        ),
    )


def _heading(query: Query, vocabulary: FacetVocabulary, total: int) -> str:
    """Return the title of the page; without words, that of the filters."""
    # The title adds quotation marks to those of a phrase.
    text = query.root.text if isinstance(query.root, Phrase) else query.text
    if text and not total:
        return _("No result for “%(text)s”", text=text)
    if text:
        return _("Results for “%(text)s”", text=text)
    if not query.filters:
        return _("All records")
    values = (
        vocabulary.label(each.facet, each.value, query.locale) for each in query.filters
    )
    return _("Records: %(filters)s", filters=", ".join(values))


def _all_total(results: ResultPage, strip: TermStrip) -> int:
    return sum(
        each.count
        for each in results.facets[FacetName.KIND]
        if strip.lists_terms or each.value != Kind.TERM
    )


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
        ),
        sorts=search_sorts(query, results),
    )
    return filter_rail(query, results.facets, vocabulary, form)


def _terms(
    query: Query, results: ResultPage, strip: TermStrip, content: PageContent
) -> tuple[Card, ...]:
    """Return the glossary terms to show above the results.

    Those that the query names come first, then those with one of its words in a name.
    """
    vocabulary = vocabulary_of(content.corpus)
    if query.page != 1 or query.filters or query.root is None:
        return ()
    names = (
        query.text,
        *(
            each.typed
            for each in results.expansions
            if each.source is ExpansionSource.GLOSSARY
        ),
    )
    named = (vocabulary.term_named(name, query.locale) for name in names)
    words = _stems(query.text)
    best = max((hit.score for hit in results.hits), default=0.0)
    hits = (
        record
        for hit in strip.hits
        if (record := content.corpus.records.get(hit.id)) is not None
        and any(words & _stems(name) for name in _names(hit, record, best))
    )
    terms = {each.id: each for each in (*named, *hits) if each is not None}
    return record_cards(tuple(terms.values())[:MAX_TERMS], content)


def _names(hit: Hit, record: Record, best: float) -> Iterator[str]:
    """Yield the title of a term; its other names too if no listed record beats it."""
    yield hit.title.text
    if hit.score >= best:
        for edition in record.editions:
            yield from edition.variants


def _stems(text: str) -> set[str]:
    """Return the stems of the words of a text, in both languages."""
    return {
        word_forms(word, locale)[0] for word in content_words(text) for locale in Locale
    }


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
