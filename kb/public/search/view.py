"""The view model of the page of results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.analysis.tokens import query_key
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale
from indexer.model.query import Phrase, Query
from indexer.model.records import Record
from indexer.model.results import ResultPage, Suggestion
from kb.public.search.query_words import (
    KeptWord,
    OtherNames,
    count_text,
    is_question,
    other_names,
    relaxation_notes,
)
from kb.public.search.results import ResultItems, result_items
from kb.public.search.site_pages import SitePage, site_pages
from kb.public.search.start import SearchStart
from kb.public.search.terms import NearRecords
from kb.web.labels import FACETS, KINDS, NAVIGATION, SECTIONS
from kb.web.locale import lang_if_other
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, record_cards
from kb.web.records.theme_looks import ThemeLook
from kb.web.search.facet_values import FacetVocabulary, vocabulary_of
from kb.web.search.filter_rail import FilterForm, FilterRail, filter_rail, search_sorts
from kb.web.search.formats import ExportFormat, search_exports
from kb.web.search.listed_results import chosen_kinds
from kb.web.search.request_query import notice_message
from kb.web.suggestion_box import target_url
from kb.web.urls import query_url, search_url

_KINDS = (*NAVIGATION, Kind.PAGE)


@dataclass(frozen=True, slots=True)
class KindTab:
    """A kind and the number of its results; without any, it has no address."""

    label: str
    count: int
    url: str
    is_current: bool


def kind_tabs(
    query: Query, results: ResultPage, *, all_total: int
) -> tuple[KindTab, ...]:
    """Return a tab for all kinds, then one for each kind; for pages if there are any.

    `all_total` is the number of results without a filter on kinds.
    """
    counts = {each.value: each.count for each in results.facets[FacetName.KIND]}
    chosen = chosen_kinds(query)
    others = tuple(each for each in query.filters if each.facet is not FacetName.KIND)
    tabs = [KindTab(_("All"), all_total, query_url(query, filters=others), not chosen)]
    for kind in _KINDS:
        count, is_current = counts.get(kind.value, 0), kind.value in chosen
        if kind is Kind.PAGE and not count and not is_current:
            continue
        filters = (*others, Filter(FacetName.KIND, kind.value))
        url = query_url(query, filters=filters) if count or is_current else ""
        tabs.append(KindTab(str(SECTIONS[kind]), count, url, is_current))
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


PAGES_AROUND = 2
MAX_SIMILAR_NAMES = 6


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

    Attributes:
        unfiltered: the number of results without the filters, None without filters.
        similar: names similar to the query.
        themes: the look of each theme, and the address of its page.
    """

    unfiltered: int | None
    similar: tuple[SimilarName, ...]
    themes: tuple[tuple[ThemeLook, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SearchParts:
    """What a page of results has beside its results.

    Attributes:
        words: the words that were searched.
        kept: those that can be removed.
        lists_terms: whether the results contain glossary terms.
        terms: the glossary terms to show above the results.
        near: records of related terms, which are no results.
        help: what to do without an exact match.
        is_weak: whether no record is about the query as a whole.
        start: where to start without words.
    """

    words: tuple[str, ...]
    kept: tuple[KeptWord, ...]
    lists_terms: bool
    terms: tuple[Record, ...]
    near: tuple[NearRecords, ...]
    help: NoResultsHelp | None
    is_weak: bool
    start: SearchStart | None


@dataclass(frozen=True, slots=True)
class SearchView:
    """All that the page of results shows.

    `absent` are the words that no record contains, where `is_weak`; `hidden_total` is
    the number of records that staff leave out of this search.
    """

    query: Query
    results: ResultPage
    title: str
    heading: str
    count: str
    kept: tuple[KeptWord, ...]
    notices: tuple[str, ...]
    notes: tuple[str, ...]
    other_names: OtherNames | None
    help: NoResultsHelp | None
    is_weak: bool
    absent: tuple[str, ...]
    tabs: tuple[KindTab, ...]
    scopes: tuple[tuple[str, str, bool], ...]
    rail: FilterRail
    site_pages: tuple[SitePage, ...]
    terms: tuple[tuple[Card, str], ...]
    near: tuple[NearRecords, ...]
    items: ResultItems
    partial_total: int
    hidden_total: int
    pages: tuple[PageLink, ...]
    next_url: str
    exports: tuple[ExportFormat, ...]
    start: SearchStart | None


def search_view(
    query: Query,
    results: ResultPage,
    content: PageContent,
    parts: SearchParts,
) -> SearchView:
    """Return the view of a page of results."""
    vocabulary = vocabulary_of(content.corpus)
    title = _title(query, vocabulary, results.total, is_weak=parts.is_weak)
    is_last = query.page >= results.pages
    return SearchView(
        query=query,
        results=results,
        title=title,
        heading=_heading(query, results, parts) or title,
        count=count_text(results),
        kept=parts.kept,
        notices=tuple(notice_message(each).text(_) for each in query.notices),
        notes=relaxation_notes(query, results),
        other_names=other_names(results.expansions, query.text, query.locale),
        help=parts.help,
        is_weak=parts.is_weak,
        absent=tuple(w for w, n in results.part_counts.items() if not n),
        tabs=kind_tabs(query, results, all_total=_all_total(results, parts)),
        scopes=scopes(query),
        rail=_rail(query, results, vocabulary),
        site_pages=site_pages(query, content),
        terms=tuple(_terms(parts.terms, content)),
        near=parts.near,
        items=result_items(query, results, parts.words, content),
        partial_total=results.total - results.exact_total,
        hidden_total=_hidden_total(query, content),
        pages=page_links(query, results.pages),
        next_url="" if is_last else query_url(query, page=query.page + 1),
        exports=search_exports(query) if results.total else (),
        start=parts.start,
    )


def _heading(query: Query, results: ResultPage, parts: SearchParts) -> str:
    """Return the heading where it is not the title, or "".

    A question is in the search box, and would take three lines of a phone.
    """
    if not query.text and not query.filters:
        return _("All of the knowledge base")
    if is_question(query, parts.words) and results.total and not parts.is_weak:
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
        vocabulary.label(each.facet, each.value, query.locale) for each in query.filters
    )
    return _("Records: %(filters)s", filters=", ".join(values))


def _all_total(results: ResultPage, parts: SearchParts) -> int:
    return sum(
        each.count
        for each in results.facets[FacetName.KIND]
        if parts.lists_terms or each.value != Kind.TERM
    )


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
        ),
        sorts=search_sorts(query, results),
    )
    return filter_rail(query, results.facets, vocabulary, form)


def _terms(terms: Sequence[Record], content: PageContent) -> Iterator[tuple[Card, str]]:
    """Yield the card of each glossary term, and the address of the search for it."""
    for card in record_cards(terms, content):
        yield card, search_url(content.locale, text=card.plain_title)


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
