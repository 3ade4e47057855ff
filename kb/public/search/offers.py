"""What the search page offers beside results: where to start, and where to go on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from indexer.model.facets import NOT_KNOWN, FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import Query
from indexer.model.results import ResultPage, Suggestion
from indexer.model.vocabulary import Audience
from kb.public.home import example_searches, kind_counts
from kb.services import services
from kb.web.labels import AUDIENCES, FACETS, KINDS
from kb.web.locale import lang_if_other
from kb.web.page_content import PageContent, page_content
from kb.web.records.counts import Tally
from kb.web.records.match_reasons import content_words
from kb.web.records.record_groups import ThemeEntry, theme_entries
from kb.web.search.facet_values import vocabulary_of
from kb.web.suggestion_box import target_url
from kb.web.urls import audience_url, audiences_url, map_url, place_url

Links = tuple[tuple[str, str], ...]
"""Labels and addresses."""

MAX_PLACES = 3
MIN_LETTERS = 3
MAX_SIMILAR_NAMES = 6
_AUDIENCES = (Audience.LOCAL, Audience.LAW_ENFORCEMENT, Audience.SCHOOLS)


@dataclass(frozen=True, slots=True)
class SearchStart:
    """The number of records of each kind, and named lists of links."""

    counts: tuple[Tally, ...]
    lists: tuple[tuple[str, Links], ...]


def search_start(
    query: Query, results: ResultPage, content: PageContent
) -> SearchStart | None:
    """Return where to start, on the first page of a search without words or filters."""
    if query.text or query.filters or query.page > 1:
        return None
    locale = content.locale
    return SearchStart(
        tuple(kind_counts(content.corpus, locale)),
        (
            (_("For example"), example_searches(locale)),
            (_("By place"), _places(results, content)),
            (_("By audience"), _audiences(locale)),
        ),
    )


def _places(results: ResultPage, content: PageContent) -> Links:
    """Return the pages of the places with the most records, then the map."""
    locale, vocabulary = content.locale, vocabulary_of(content.corpus)
    known = (count.value for count in results.facets[FacetName.PLACE])
    first = [slug for slug in known if slug != NOT_KNOWN][:MAX_PLACES]
    places = (
        (vocabulary.label(FacetName.PLACE, slug, locale), place_url(slug, locale))
        for slug in first
    )
    return (*places, (_("The complete map"), map_url(locale)))


def _audiences(locale: Locale) -> Links:
    audiences = ((str(AUDIENCES[a]), audience_url(a, locale)) for a in _AUDIENCES)
    return (*audiences, (_("All audiences"), audiences_url(locale)))


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
        themes: all themes.
    """

    unfiltered: int | None
    similar: tuple[SimilarName, ...]
    themes: tuple[ThemeEntry, ...] = ()


def no_results_help(query: Query, results: ResultPage, *, weak: bool) -> NoResultsHelp:
    """Return what to do without an exact match, or where no record is about a query."""
    themes = theme_entries(page_content().corpus, query.locale)
    if results.total and not weak:
        return NoResultsHelp(None, (), themes)
    unfiltered = None
    if query.filters and not results.total:
        wider = replace(query, filters=(), page=1, page_size=1, max_passages=0)
        unfiltered = services().searches.search(wider).total
    suggestions = [
        suggestion
        for suggestion in _suggestions(query.text, query.locale)
        if not weak or _is_subject(suggestion)
    ]
    names = _similar_names(suggestions, query.locale)
    return NoResultsHelp(unfiltered, names, themes)


def _is_subject(suggestion: Suggestion) -> bool:
    target = suggestion.target
    return isinstance(target, RecordId) and target.kind in {Kind.TERM, Kind.THEME}


def _suggestions(text: str, locale: Locale) -> Iterator[Suggestion]:
    """Yield suggestions for the whole text, then for each of its words."""
    searches = services().searches
    yield from searches.suggest(text, locale, limit=MAX_SIMILAR_NAMES)
    for word in content_words(text):
        if len(word) >= MIN_LETTERS:
            yield from searches.suggest(word, locale, limit=MAX_SIMILAR_NAMES)


def _similar_names(
    suggestions: Iterable[Suggestion], reader: Locale
) -> tuple[SimilarName, ...]:
    """Return the first suggestions as names similar to the query, each target once."""
    by_target = {suggestion.target: suggestion for suggestion in suggestions}
    first = tuple(by_target.values())[:MAX_SIMILAR_NAMES]
    return tuple(_similar_name(suggestion, reader) for suggestion in first)


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
