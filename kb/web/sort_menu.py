"""The sort orders that a page of results or a list offers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.query import Query, Sort
from indexer.model.results import ResultPage
from indexer.search.sort_scales import SORT_SCALES
from kb.web.labels import SORTS


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
