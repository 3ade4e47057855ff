"""The filters beside a list, one form of checkboxes, and the sort orders."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from flask_babel import gettext as _

from indexer.model.facets import FacetCount, FacetName, Filter
from indexer.model.ids import Kind, Locale
from indexer.model.places import Gazetteer
from indexer.model.query import Query, Sort
from indexer.model.results import ResultPage
from indexer.search.facet_order import SORT_SCALES
from kb.web.labels import FACETS, SORTS
from kb.web.pagination import shown_first
from kb.web.records.record_groups import theme_class
from kb.web.search.facet_values import FacetVocabulary


@dataclass(frozen=True, slots=True)
class SortOption:
    """A sort order to choose; `value` is its parameter, empty for the default."""

    value: str
    label: str
    is_current: bool


def search_sorts(query: Query, results: ResultPage) -> tuple[SortOption, ...]:
    """Return the sort orders of a page of results, and the current one.

    A query without words has no order by relevance. A scale orders only records that
    have its facet, which are practices.
    """
    current = query.sort
    if query.root is None and current is Sort.RELEVANCE:
        current = Sort.NEWEST
    useful = {Sort.NEWEST, Sort.TITLE, current}
    if query.root is not None:
        useful.add(Sort.RELEVANCE)
    for sort, scale in SORT_SCALES.items():
        if any(each.count for each in results.facets.get(scale.facet, ())):
            useful.add(sort)
    return _options((sort for sort in SORTS if sort in useful), current)


def list_sorts(current: Sort) -> tuple[SortOption, ...]:
    """Return the sort orders of the list of practices: by theme if none is chosen."""
    by_theme = SortOption("", _("Theme"), is_current=current is Sort.RELEVANCE)
    others = (sort for sort in SORTS if sort is not Sort.RELEVANCE)
    return (by_theme, *_options(others, current))


def _options(sorts: Iterable[Sort], current: Sort) -> tuple[SortOption, ...]:
    return tuple(
        SortOption(
            "" if sort is Sort.RELEVANCE else sort.value,
            str(SORTS[sort]),
            is_current=sort is current,
        )
        for sort in sorts
    )


SHOWN_OPTIONS = 5
LONG_GROUP = 12
"""A group with more options than this has a box that searches among them."""

Counts = Mapping[FacetName, Sequence[FacetCount]]
FiltersUrl = Callable[[tuple[Filter, ...]], str]
"""Returns the address of the same list with other filters."""


@dataclass(frozen=True, slots=True)
class FilterOption:
    """A value of a facet, and the number of records that it selects.

    `within` are smaller places of a place; `theme_class` is set for a theme.
    """

    value: str
    label: str
    count: int
    is_selected: bool
    theme_class: str = ""
    within: tuple[FilterOption, ...] = ()

    @property
    def is_used(self) -> bool:
        """Whether it, or a smaller place, is selected."""
        return self.is_selected or any(each.is_used for each in self.within)

    @property
    def size(self) -> int:
        """The number of options, itself and the smaller places."""
        return 1 + sum(each.size for each in self.within)


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """The options of a facet; `name` is the parameter of its address."""

    name: str
    label: str
    is_open: bool
    options: tuple[FilterOption, ...]
    more: tuple[FilterOption, ...]

    @property
    def is_long(self) -> bool:
        """Whether a box searches among the options."""
        return sum(each.size for each in (*self.options, *self.more)) > LONG_GROUP


@dataclass(frozen=True, slots=True)
class Chip:
    """A selected filter; its address removes it."""

    facet: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class FilterForm:
    """What a list adds to its filters.

    Attributes:
        action: the address that the form is sent to.
        total: the number of records that the list has with these filters.
        url_of: returns the address of the list with other filters.
        hidden: the other parameters of the list.
        sorts: the orders that the form offers.
        apart: the facets that are not in the form; `hidden` has their filters.
    """

    action: str
    total: int
    url_of: FiltersUrl
    hidden: tuple[tuple[str, str], ...] = ()
    sorts: tuple[SortOption, ...] = ()
    apart: Collection[FacetName] = (FacetName.KIND,)


@dataclass(frozen=True, slots=True)
class FilterRail:
    """The filters of a list.

    Attributes:
        form: what the list adds.
        groups: the facets.
        chips: the selected filters.
        clear_url: the address of the list without them.
    """

    form: FilterForm
    groups: tuple[FilterGroup, ...]
    chips: tuple[Chip, ...]
    clear_url: str

    @property
    def sort_hidden(self) -> tuple[tuple[str, str], ...]:
        """The hidden parameters of a form that only changes the order."""
        chosen = (
            (group.name, value)
            for group in self.groups
            for value in _selected((*group.options, *group.more))
        )
        return (*self.form.hidden, *chosen)


def _selected(options: Collection[FilterOption]) -> list[str]:
    values = []
    for option in options:
        values += [option.value] if option.is_selected else []
        values += _selected(option.within)
    return values


def filter_rail(
    query: Query, counts: Counts, vocabulary: FacetVocabulary, form: FilterForm
) -> FilterRail:
    """Return the filters of a list.

    Args:
        query: the search behind the list, with its filters.
        counts: the counts of each facet in the results.
        vocabulary: the labels of values.
        form: what the list adds to its filters.
    """
    shown = [name for name in FacetName if name not in form.apart]
    chosen = [each for each in query.filters if each.facet in shown]
    others = tuple(each for each in query.filters if each.facet not in shown)
    return FilterRail(
        form=form,
        groups=tuple(
            _group(name, counts[name], vocabulary, query.locale)
            for name in shown
            if name.declared.is_listed(counts.get(name, ()), form.total)
        ),
        chips=tuple(
            Chip(
                str(FACETS[each.facet]),
                vocabulary.label(each.facet, each.value, query.locale),
                form.url_of(tuple(other for other in query.filters if other != each)),
            )
            for each in chosen
        ),
        clear_url=form.url_of(others),
    )


def _group(
    name: FacetName,
    counts: Sequence[FacetCount],
    vocabulary: FacetVocabulary,
    locale: Locale,
) -> FilterGroup:
    options = [
        FilterOption(
            count.value,
            vocabulary.label(name, count.value, locale),
            count.count,
            count.is_selected,
            theme_class(count.value) if name.declared.records is Kind.THEME else "",
        )
        for count in counts
    ]
    if name.declared.are_places:
        options = nested_places(options, vocabulary.corpus.gazetteer)
    first, rest = shown_first(options, SHOWN_OPTIONS)
    used = tuple(each for each in rest if each.is_used)
    return FilterGroup(
        name=name.value,
        label=str(FACETS[name]),
        is_open=name.declared.is_open or any(option.is_used for option in options),
        options=(*first, *used),
        more=tuple(each for each in rest if not each.is_used),
    )


def nested_places(
    options: Sequence[FilterOption], gazetteer: Gazetteer
) -> list[FilterOption]:
    """Return places as a tree: countries, their regions, then towns.

    A place is under the smallest listed place around it.
    """
    listed = {option.value: option for option in options}
    children: dict[str, list[str]] = {slug: [] for slug in listed}
    top: list[str] = []
    for slug in listed:
        around = [each.slug for each in gazetteer.around(slug) if each.slug in listed]
        parent = next((larger for _, larger in pairwise(around)), None)
        (children[parent] if parent is not None else top).append(slug)

    def with_children(slug: str) -> FilterOption:
        within = tuple(with_children(child) for child in children[slug])
        return replace(listed[slug], within=within)

    return [with_children(slug) for slug in top]
