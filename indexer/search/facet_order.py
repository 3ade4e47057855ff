"""The order in which facet values are listed, and the values that filters select.

Some sort orders of results follow such a scale, the best value first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from indexer.model.assessments import AssessmentStatus
from indexer.model.facets import NOT_KNOWN, Coverage, FacetCount, FacetName, Filter
from indexer.model.query import Sort
from indexer.model.records import EvidenceKind, PracticeResult, Stage

_SCALES: dict[FacetName, dict[str, int]] = {
    facet: {each.value: rank for rank, each in enumerate(values)}
    for facet, values in (
        (FacetName.STAGE, Stage),
        (FacetName.EVIDENCE, EvidenceKind),
        (FacetName.RESULT, PracticeResult),
        (FacetName.ASSESSED, AssessmentStatus),
        (FacetName.COVERAGE, Coverage),
    )
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
    return facet is not FacetName.YEAR and facet not in _SCALES


def value_order(facet: FacetName, value: str) -> tuple[int, str]:
    """Return the sort key of a value among those of equal count.

    Newest years come first, and the values of a scale in its order; what is not known
    comes last.
    """
    if facet is FacetName.YEAR and value.isdigit():
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


@dataclass(frozen=True, slots=True)
class SortScale:
    """The values of a facet in the order of a sort."""

    facet: FacetName
    values: tuple[str, ...]

    def rank(self, values: Iterable[str]) -> int:
        """Return the rank of the first of some values; without any, the last rank."""
        known = (self.values.index(value) for value in values if value in self.values)
        return min(known, default=len(self.values))


SORT_SCALES: dict[Sort, SortScale] = {
    Sort.RESULT: SortScale(FacetName.RESULT, tuple(PracticeResult)),
    Sort.EVIDENCE: SortScale(FacetName.EVIDENCE, tuple(EvidenceKind)),
    Sort.STAGE: SortScale(
        FacetName.STAGE, (Stage.IN_USE, Stage.PILOT, Stage.IDEA, Stage.ENDED)
    ),
}
"""Within a value, the latest date comes first, then the title."""
