"""Applies filters, and counts for each facet value the records that it would select."""

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from indexer.engines.whoosh.index.doc_values import FacetColumn
from indexer.engines.whoosh.search.score_lists import span_indices
from indexer.engines.whoosh.shared_cache import SharedCache
from indexer.model.arrays import Ids, Indices, Mask
from indexer.model.facets import FacetCount, FacetName, Filter
from indexer.search.facet_order import (
    is_ordered_by_count,
    selected_values,
    value_order,
    with_selected,
)

MAX_MASKS = 64
"""The number of masks cached, each as long as the number of records."""


class FacetTables:
    """All facets of a snapshot, arranged to be counted together.

    The values of all facets have one numbering: facet after facet, and each facet in
    the order of values with equal counts.
    """

    def __init__(self, columns: Mapping[FacetName, FacetColumn], count: int) -> None:
        self._count = count
        self._columns: dict[FacetName, tuple[Ids, Ids]] = {}
        self._codes: dict[FacetName, dict[str, int]] = {}
        self._values: list[str] = []
        for facet, column in columns.items():
            values = sorted(column.values, key=lambda each: value_order(facet, each))
            base = len(self._values)
            code_of = {value: base + rank for rank, value in enumerate(values)}
            codes = np.array([code_of[value] for value in column.values], np.int32)
            self._columns[facet] = column.records, codes[column.codes]
            self._codes[facet] = code_of
            self._values += values
        sizes = [len(codes) for codes in self._codes.values()]
        self._bounds = np.cumsum([0, *sizes])
        self._facet_of = np.repeat(np.arange(len(sizes)), sizes)
        self._by_count = np.repeat([*map(is_ordered_by_count, columns)], sizes)
        self._masks: SharedCache[tuple[FacetName, frozenset[str]], Mask] = SharedCache(
            MAX_MASKS
        )

    def mask(self, facet: FacetName, values: Collection[str]) -> Mask:
        """Return, for each record, whether it has one of the values of a facet."""

        def make() -> Mask:
            records, codes = self._columns[facet]
            mask = np.zeros(self._count, np.bool_)
            mask[records[np.isin(codes, self._selected(facet, values))]] = True
            return mask

        return self._masks.get_or_make((facet, frozenset(values)), make)

    def _selected(self, facet: FacetName, values: Collection[str]) -> list[int]:
        codes = self._codes[facet]
        return [codes[value] for value in values if value in codes]

    def filtered(self, records: Ids, filters: Collection[Filter]) -> Ids:
        """Return the records that pass all filters."""
        for facet, values in selected_values(filters).items():
            records = records[self.mask(facet, values)[records]]
        return records

    def count(
        self, records: Ids, filters: Collection[Filter]
    ) -> dict[FacetName, tuple[FacetCount, ...]]:
        """Count each facet among the records that pass the filters of the others.

        Selected values are listed even when no record has them.
        """
        by_facet = self._named(self._counts(self.filtered(records, filters)))
        for facet, values in selected_values(filters).items():
            others = [each for each in filters if each.facet is not facet]
            counts = self._counts(self.filtered(records, others))
            of_facet = self._named(counts, self._selected(facet, values))[facet]
            by_facet[facet] = with_selected(of_facet, values)
        return by_facet

    def _counts(self, records: Ids) -> Indices:
        """Count all values among records."""
        starts, codes = self._values_of_records
        counted = codes.take(span_indices(starts[records], starts[records + 1]))
        return np.bincount(counted, minlength=len(self._values))

    @cached_property
    def _values_of_records(self) -> tuple[Indices, Indices]:
        """The first value of each record, and the values of all, of all facets.

        Smaller integers would be converted at each count.
        """
        records = np.concatenate([each for each, _ in self._columns.values()])
        codes = np.concatenate([each for _, each in self._columns.values()])
        order = np.argsort(records, kind="stable")
        starts = np.searchsorted(records[order], np.arange(self._count + 1))
        return starts, codes[order].astype(np.intp)

    def _named(
        self, counts: Indices, selected: Sequence[int] = ()
    ) -> dict[FacetName, tuple[FacetCount, ...]]:
        """Return the values of each facet with their counts, in display order.

        Args:
            counts: the count of each value.
            selected: values to return even when they count 0.
        """
        is_listed = counts > 0
        is_listed[list(selected)] = True
        (listed,) = is_listed.nonzero()
        of_listed = counts[listed]
        order = np.lexsort(
            (-of_listed * self._by_count[listed], self._facet_of[listed])
        )
        values = map(self._values.__getitem__, listed[order].tolist())
        named = tuple(map(FacetCount, values, of_listed[order].tolist()))
        bounds = listed.searchsorted(self._bounds).tolist()
        return {
            facet: named[start:stop]
            for facet, (start, stop) in zip(self._codes, pairwise(bounds), strict=True)
        }
