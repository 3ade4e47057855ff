"""The list of the records of a kind, with groups and filters; what did not work."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from indexer.errors import IndexUnavailableError
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale
from indexer.model.query import Query, Sort
from indexer.model.record import Record
from indexer.model.results import ResultPage
from indexer.model.vocabulary import Failure, Finding, Readable
from kb.public.lists.groups import (
    ListGroup,
    RecordGroup,
    groups_of_page,
    list_groups,
    mentioned_group,
    only_mentioned,
    page_of_list,
    practice_groups,
)
from kb.public.lists.rows import ThemeTile, theme_tiles
from kb.public.maps.page import MAPPED_KINDS
from kb.services import services
from kb.services.search_service import all_ids
from kb.web.labels import LIST_LEADS, SECTIONS
from kb.web.page_content import PageContent, made_once, page_content
from kb.web.pagination import Pager, pager
from kb.web.records.cards import Card, record_card
from kb.web.records.counts import CountedLink, counted
from kb.web.records.record_groups import by_title
from kb.web.records.said_once import SaidOnce, count_of, said_once
from kb.web.search.facet_values import vocabulary_of
from kb.web.search.filter_rail import (
    Counts,
    FilterForm,
    FilterRail,
    filter_rail,
    list_sorts,
)
from kb.web.search.formats import ExportFormat, OpenFormat, list_formats, search_exports
from kb.web.search.request_query import page_number, query_from
from kb.web.urls import (
    CALENDAR_ANCHOR,
    address,
    compare_url,
    filtered_list_url,
    follow_url,
    gaps_url,
    list_url,
    script_root,
    search_url,
)

_HIDDEN_FACETS = {FacetName.KIND, FacetName.LOCALE}
_APART = {
    Kind.PRACTICE: (
        Filter(FacetName.FINDING, Finding.MEASURED),
        Filter(FacetName.FAILURE, Failure.TOLD),
    ),
    Kind.DELIVERABLE: (Filter(FacetName.READABLE, Readable.SOUGHT),),
}
"""The filters of the records that the head of a list links to."""
_FIRST_FACETS = {
    Kind.NEED: FacetName.COVERAGE,
    Kind.DELIVERABLE: FacetName.READABLE,
}
"""The facet that comes first beside the list of a kind."""


@dataclass(frozen=True, slots=True)
class RecordListView:
    """All that the list of a kind shows.

    Attributes:
        title: the name of the list.
        heading: the number of records and their kind.
        lead: what the records are.
        layout: how a row looks: "item", "event" or "term".
        query: the words that the list is searched for, and its filters.
        url: the whole list.
        count: the number of records on all pages.
        groups: the groups of records; those on this page have rows.
        pager: the links to the pages.
        page_urls: the address of each page, from the first.
        rail: the filters; None without an index to count with.
        links: labels and addresses of pages about these records.
        said: what is said once above the lines.
        apart: links to the records that are unlike what is said above the lines.
        has_no_file: whether all records are documents, and none can be read here.
        tiles: the themes, in place of lines.
        has_map: whether the map shows the records.
        exports: the formats in which the same records can be taken away.
        formats: the formats of the whole list for other programs.
        is_narrowed: whether words or filters select some of the records.
    """

    title: str
    heading: str
    lead: str
    layout: str
    query: Query
    url: str
    count: int
    groups: tuple[ListGroup, ...]
    pager: Pager
    page_urls: tuple[str, ...]
    rail: FilterRail | None
    links: tuple[tuple[str, str], ...]
    said: SaidOnce
    apart: tuple[CountedLink, ...]
    has_no_file: bool
    tiles: tuple[ThemeTile, ...]
    has_map: bool
    exports: tuple[ExportFormat, ...]
    formats: tuple[OpenFormat, ...]
    is_narrowed: bool

    @property
    def jumps(self) -> tuple[ListGroup, ...]:
        """The groups that the bar above the list leads to, if there are several."""
        filled = tuple(group for group in self.groups if group.count)
        return filled if len(filled) > 1 else ()


def list_page(kind: Kind, args: MultiDict[str, str]) -> RecordListView:
    """Return the view of the list of a kind, with the filters of an address.

    Raises:
        QueryError: a parameter has an unknown or malformed value.
        PageOutOfRangeError: the page asked for is after the last.
        IndexUnavailableError: there are filters, and no index to search.
    """
    content = page_content()
    query = _list_query(kind, args, content)
    results, locale = _results(query), content.locale
    records = _records(kind, content, query, results)
    number = page_number(args.get("page", "")) or 1
    current = page_of_list(kind, len(records), number)
    groups = _groups(kind, records, query, content)
    counts = results.facets if results is not None else {}
    said = said_once(counts, query.filters)

    def url_of(page: int) -> str:
        return filtered_list_url(kind, query, query.filters, page=page)

    return RecordListView(
        title=str(SECTIONS[kind]),
        heading=counted(kind, len(records)),
        lead=str(LIST_LEADS[kind]),
        layout={Kind.EVENT: "event", Kind.TERM: "term"}.get(kind, "item"),
        query=query,
        url=list_url(kind, locale),
        count=len(records),
        groups=tuple(
            group.said_above(said) for group in groups_of_page(groups, current, content)
        ),
        pager=pager(number, current.pages, url_of),
        page_urls=tuple(url_of(page + 1) for page in range(current.pages)),
        rail=_rail(kind, content, query, results, len(records)),
        links=tuple(_links(kind, locale)),
        said=said,
        apart=tuple(_apart(query, counts, content)),
        has_no_file=kind is Kind.DELIVERABLE
        and not count_of(counts, FacetName.READABLE, Readable.HERE),
        tiles=theme_tiles(groups[0].records, content)
        if kind is Kind.THEME and groups
        else (),
        has_map=kind in MAPPED_KINDS,
        exports=search_exports(query) if records else (),
        formats=list_formats(kind, locale),
        is_narrowed=is_narrowed(query),
    )


def _records(
    kind: Kind, content: PageContent, query: Query, results: ResultPage | None
) -> Sequence[Record]:
    """Return the records that are found, in the order of the corpus."""
    records = content.corpus.of_kind(kind)
    if results is None or not is_narrowed(query):
        return records
    found = set(results.ids)
    return tuple(record for record in records if record.id in found)


def _groups(
    kind: Kind, records: Sequence[Record], query: Query, content: PageContent
) -> tuple[RecordGroup, ...]:
    """Return the groups of a list; those of a whole list are sorted once."""
    today, locale = services().clock().date(), content.locale

    def sorted_groups() -> tuple[RecordGroup, ...]:
        mentioned = only_mentioned(records, today)
        apart = {record.id for record in mentioned}
        known = [record for record in records if record.id not in apart]
        if kind is Kind.PRACTICE and query.sort is not Sort.RELEVANCE:
            groups = practice_groups(known, query.sort, content)
        else:
            groups = list_groups(kind, known, content, today=today)
        return (*groups, *([mentioned_group(mentioned, locale)] if mentioned else ()))

    if is_narrowed(query):
        return sorted_groups()
    key = ("list", kind, query.sort, content.locale, script_root(), today)
    return made_once(content.corpus, key, sorted_groups)


def _rail(
    kind: Kind,
    content: PageContent,
    query: Query,
    results: ResultPage | None,
    total: int,
) -> FilterRail | None:
    if results is None or kind is Kind.THEME:
        return None
    form = FilterForm(
        action=list_url(kind, content.locale),
        total=total,
        url_of=partial(filtered_list_url, kind, query),
        apart=_HIDDEN_FACETS,
        hidden=(("q", query.text),) if query.text else (),
        sorts=list_sorts(query.sort) if kind is Kind.PRACTICE else (),
    )
    rail = filter_rail(query, results.facets, vocabulary_of(content.corpus), form)
    first = _FIRST_FACETS.get(kind)
    groups = sorted(rail.groups, key=lambda group: group.name != first)
    return replace(rail, groups=tuple(groups))


def _apart(query: Query, counts: Counts, content: PageContent) -> Iterator[CountedLink]:
    """Yield links to the records that are unlike what the head says of nearly all."""
    kind, vocabulary = Kind(query.filters[0].value), vocabulary_of(content.corpus)
    for apart in _APART.get(kind, ()):
        number = count_of(counts, apart.facet, apart.value)
        if number and apart not in query.filters:
            label = vocabulary.label(apart.facet, apart.value, query.locale)
            url = filtered_list_url(kind, query, (*query.filters, apart))
            yield CountedLink(label, number, url, is_current=False)


def _links(kind: Kind, locale: Locale) -> list[tuple[str, str]]:
    if kind is Kind.PRACTICE:
        return [(_("Compare"), compare_url(locale))]
    if kind is Kind.NEED:
        return [(_("What is missing"), gaps_url(locale))]
    if kind is Kind.EVENT:
        return [(_("In your calendar"), f"{follow_url(locale)}#{CALENDAR_ANCHOR}")]
    return []


def is_narrowed(query: Query) -> bool:
    """Return whether the search of a list has words or filters beside its kind."""
    return query.root is not None or len(query.filters) > 1


def _list_query(kind: Kind, args: MultiDict[str, str], content: PageContent) -> Query:
    """Return the search behind a list: its kind is fixed, and it has one page."""
    query = query_from(
        args, vocabulary_of(content.corpus), locale=content.locale, max_passages=0
    )
    others = (
        filter_ for filter_ in query.filters if filter_.facet is not FacetName.KIND
    )
    filters = (Filter(FacetName.KIND, kind.value), *others)
    sort = query.sort if kind is Kind.PRACTICE else Sort.RELEVANCE
    query = replace(query, filters=filters, page=1, sort=sort)
    # Without filters, only the counts are needed: the records are those of the corpus.
    return all_ids(query) if is_narrowed(query) else replace(query, page_size=1)


def _results(query: Query) -> ResultPage | None:
    """Return the results; None for a whole list without an index to count with."""
    try:
        return services().searches.search(query)
    except IndexUnavailableError:
        if is_narrowed(query):
            raise
        return None


@dataclass(frozen=True, slots=True)
class FailureList:
    """A page of practices, each with what did not work, and a search for all."""

    practices: tuple[tuple[Card, tuple[str, ...]], ...]
    count: int
    pager: Pager
    search_url: str


def failure_list(args: MultiDict[str, str], content: PageContent) -> FailureList:
    """Return a page of the practices that tell what did not work, sorted by title.

    Raises:
        PageOutOfRangeError: the page asked for is after the last.
    """
    locale, corpus = content.locale, content.corpus

    def sorted_practices() -> list[Record]:
        practices = corpus.of_kind(Kind.PRACTICE)
        return by_title((one for one in practices if one.tells_failures), locale)

    def url_of(page: int) -> str:
        number = page if page > 1 else None
        return address("public.failures", locale=locale.value, page=number)

    told = made_once(corpus, ("failures", locale), sorted_practices)
    number = page_number(args.get("page", "")) or 1
    current = page_of_list(Kind.PRACTICE, len(told), number)
    return FailureList(
        tuple(
            (record_card(practice, content), practice.edition(locale).did_not_work)
            for practice in told[current.rows]
        ),
        len(told),
        pager(number, current.pages, url_of),
        search_url(locale, filters=(Filter(FacetName.FAILURE, Failure.TOLD.value),)),
    )
