"""The sort orders that follow a scale: the values of a facet, the best first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from indexer.model.facets import FacetName
from indexer.model.query import Sort
from indexer.model.records import EvidenceKind, PracticeResult, Stage


@dataclass(frozen=True, slots=True)
class SortScale:
    """The values of a facet in the order of a sort."""

    facet: FacetName
    values: tuple[str, ...]

    def rank(self, values: Iterable[str]) -> int:
        """Return the rank of the first of some values; without any, the last rank."""
        known = (self.values.index(each) for each in values if each in self.values)
        return min(known, default=len(self.values))


SORT_SCALES: dict[Sort, SortScale] = {
    Sort.RESULT: SortScale(FacetName.RESULT, tuple(PracticeResult)),
    Sort.EVIDENCE: SortScale(FacetName.EVIDENCE, tuple(EvidenceKind)),
    Sort.STAGE: SortScale(
        FacetName.STAGE, (Stage.IN_USE, Stage.PILOT, Stage.IDEA, Stage.ENDED)
    ),
}
"""Within a value, the latest date comes first, then the title."""
