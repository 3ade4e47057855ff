"""The order in which facet values are listed, and the values that filters select.

Some sort orders of results follow such a scale, the best value first.
"""

from collections.abc import Collection, Mapping, Sequence

from indexer.model.facets import NOT_KNOWN, FacetCount, FacetName, FacetOrder, Filter
from indexer.model.query import Sort, SortScale

_SCALES: dict[FacetName, dict[str, int]] = {
    name: {str(value): rank for rank, value in enumerate(values)}
    for name in FacetName
    if name.declared.order is FacetOrder.SCALE
    for values in [name.declared.values or name.declared.value_labels]
}


def selected_values(filters: Collection[Filter]) -> dict[FacetName, set[str]]:
    """Return the values that filters select, by facet.

    A record passes when it has one of the values of each facet.
    """
    selected: dict[FacetName, set[str]] = {}
    for chosen in filters:
        selected.setdefault(chosen.facet, set()).add(chosen.value)
    return selected


def is_ordered_by_count(facet: FacetName) -> bool:
    """Return whether higher counts come first; years and scales have their order."""
    return facet.declared.order is FacetOrder.COUNT


def value_order(facet: FacetName, value: str) -> tuple[int, str]:
    """Return the sort key of a value among those of equal count.

    Newest years come first, and the values of a scale in its order; what is not known
    comes last.
    """
    if facet.declared.order is FacetOrder.NEWEST and value.isdigit():
        return -int(value), value
    scale = _SCALES.get(facet, {})
    return scale.get(value, len(scale) if value == NOT_KNOWN else 0), value


def ordered_counts(
    facet: FacetName, counts: Mapping[str, int]
) -> tuple[FacetCount, ...]:
    """Return the counts of the values of a facet, in display order."""
    by_count = is_ordered_by_count(facet)
    ordered = sorted(
        counts, key=lambda value: (-counts[value] * by_count, value_order(facet, value))
    )
    return tuple(FacetCount(value, counts[value]) for value in ordered)


def with_selected(
    counts: Sequence[FacetCount], selected: Collection[str]
) -> tuple[FacetCount, ...]:
    """Mark the selected values, and append those that are not counted, with 0."""
    marked = [
        count._replace(is_selected=True) if count.value in selected else count
        for count in counts
    ]
    missing = sorted({*selected}.difference(count.value for count in counts))
    return (*marked, *(FacetCount(value, 0, is_selected=True) for value in missing))


SORT_SCALES: dict[Sort, SortScale] = {
    sort: sort.declared.scale for sort in Sort if sort.declared.scale is not None
}
"""Within a value, the latest date comes first, then the title."""
