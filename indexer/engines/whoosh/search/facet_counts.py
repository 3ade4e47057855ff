"""Applies filters, and counts for each facet value the records that it would select."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from indexer.engines.whoosh.index.doc_values import FacetColumn
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

MAX_ROW_VALUES = 4
"""Facets with more values of one record than this are not stored in rows."""


class FacetTables:
    """All facets of a snapshot, arranged to be counted together."""

    def __init__(self, columns: Mapping[FacetName, FacetColumn], count: int) -> None:
        self._columns = columns
        self._count = count
        sizes = [len(column.values) for column in columns.values()]
        bases = np.cumsum([0, *sizes]).tolist()
        self._size = bases[-1]
        self._slices = {
            facet: slice(base, base + size)
            for facet, base, size in zip(columns, bases, sizes, strict=False)
        }
        self._codes = {
            facet: {value: code for code, value in enumerate(column.values)}
            for facet, column in columns.items()
        }
        self._order = _ValueOrder(columns)
        self._masks: SharedCache[tuple[FacetName, frozenset[str]], Mask] = SharedCache(
            MAX_MASKS
        )

    def mask(self, facet: FacetName, values: Collection[str]) -> Mask:
        """Return, for each record, whether it has one of the values of a facet."""
        key = (facet, frozenset(values))
        return self._masks.get_or_make(key, lambda: self._mask(facet, values))

    def _mask(self, facet: FacetName, values: Collection[str]) -> Mask:
        code_of = self._codes[facet]
        codes = [code_of[value] for value in values if value in code_of]
        column = self._columns[facet]
        mask = np.zeros(self._count, np.bool_)
        mask[column.records[np.isin(column.codes, codes)]] = True
        return mask

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
        counts = self._counts(self.filtered(records, filters))
        by_facet = self._order.named(counts)
        for facet, values in selected_values(filters).items():
            others = [each for each in filters if each.facet is not facet]
            counts = self._counts(self.filtered(records, others))
            start, codes = self._slices[facet].start, self._codes[facet]
            selected = [start + codes[value] for value in values if value in codes]
            of_facet = self._order.named(counts, selected)[facet]
            by_facet[facet] = with_selected(of_facet, values)
        return by_facet

    def _counts(self, records: Ids) -> Indices:
        """Count all values among records, facet after facet."""
        if len(records) * 2 <= self._count:
            return self._counted(records)
        is_other = np.ones(self._count, np.bool_)
        is_other[records] = False
        return self._totals - self._counted(np.flatnonzero(is_other).astype(np.int32))

    def _counted(self, records: Ids) -> Indices:
        codes = self._rows.take(records, axis=0).ravel()
        if self._long_columns:
            longer = [each.codes_of(records) for each in self._long_columns]
            codes = np.concatenate([codes, *longer])
        return np.bincount(codes, minlength=self._size + 1)[:-1]

    @cached_property
    def _totals(self) -> Indices:
        return self._counted(np.arange(self._count, dtype=np.int32))

    @cached_property
    def _rows(self) -> Indices:
        """A row for each record: its values of all facets that are not long columns.

        Values are numbered over all facets; rows are filled up with the number after
        the last. Smaller integers would be converted at each count.
        """
        narrow = [
            (column, self._slices[facet].start)
            for facet, column in self._columns.items()
            if _width(column) <= MAX_ROW_VALUES
        ]
        total = sum(_width(column) for column, _ in narrow)
        rows = np.full((self._count, total), self._size, np.intp)
        first = 0
        for column, base in narrow:
            before = np.searchsorted(column.records, column.records)
            within = np.arange(len(column.records)) - before
            rows[column.records, first + within] = base + column.codes
            first += _width(column)
        return rows

    @cached_property
    def _long_columns(self) -> list[_LongColumn]:
        return [
            _LongColumn(column, self._slices[facet].start, self._count)
            for facet, column in self._columns.items()
            if _width(column) > MAX_ROW_VALUES
        ]


class _LongColumn:
    """A facet with several values per record; the values of a record are a slice."""

    def __init__(self, column: FacetColumn, base: int, count: int) -> None:
        self._codes = column.codes + np.int32(base)
        self._starts = np.searchsorted(column.records, np.arange(count + 1))

    def codes_of(self, records: Ids) -> Ids:
        """Return the values of some records."""
        firsts = self._starts[records]
        counts = self._starts[records + 1] - firsts
        ends = np.cumsum(counts)
        total = int(ends[-1]) if len(ends) else 0
        within = np.arange(total) - np.repeat(ends - counts, counts)
        codes: Ids = self._codes[np.repeat(firsts, counts) + within]
        return codes


def _width(column: FacetColumn) -> int:
    """Return the greatest number of values of a record."""
    return int(np.bincount(column.records).max(initial=0))


class _ValueOrder:
    """The values of all facets, in the order of values with equal counts."""

    def __init__(self, columns: Mapping[FacetName, FacetColumn]) -> None:
        self._facets = tuple(columns)
        self._values: list[str] = []
        order: list[int] = []
        by_count: list[bool] = []
        sizes = [len(column.values) for column in columns.values()]
        for facet, column in columns.items():
            order += [
                len(self._values) + index
                for index in _sorted_indices(facet, column.values)
            ]
            by_count += [is_ordered_by_count(facet)] * len(column.values)
            self._values += column.values
        self._indices = np.array(order, np.intp)
        self._bounds = np.cumsum([0, *sizes])
        self._facet_of = np.repeat(np.arange(len(sizes)), sizes)
        self._by_count = np.array(by_count, np.intp)

    def named(
        self, counts: Indices, selected: Sequence[int] = ()
    ) -> dict[FacetName, tuple[FacetCount, ...]]:
        """Return the values of each facet with their counts, in display order.

        Args:
            counts: the count of each value, facet after facet.
            selected: values to return even when they count 0.
        """
        counted = counts[self._indices]
        is_listed = counted > 0
        if selected:
            is_listed |= np.isin(self._indices, selected)
        listed = np.flatnonzero(is_listed)
        of_listed = counted[listed]
        order = np.lexsort(
            (-of_listed * self._by_count[listed], self._facet_of[listed])
        )
        indices = self._indices[listed[order]].tolist()
        values = map(self._values.__getitem__, indices)
        named = tuple(map(FacetCount, values, of_listed[order].tolist()))
        bounds = listed.searchsorted(self._bounds).tolist()
        return {
            facet: named[start:stop]
            for facet, (start, stop) in zip(self._facets, pairwise(bounds), strict=True)
        }


def _sorted_indices(facet: FacetName, values: Sequence[str]) -> list[int]:
    return sorted(range(len(values)), key=lambda i: value_order(facet, values[i]))
