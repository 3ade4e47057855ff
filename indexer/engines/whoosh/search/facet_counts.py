"""Filters, and counts facets: for each value, what a click on it would give."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.cache import SizedCache
from indexer.engines.whoosh.index.doc_values import FacetColumn
from indexer.engines.whoosh.search.score_lists import Numbers
from indexer.model.facets import FacetCount, FacetName, Filter

Mask = NDArray[np.bool_]
Counts = NDArray[np.intp]

MAX_MASKS = 64
"""How many sets of chosen values are kept as masks, each as long as all records."""

FEW_VALUES = 4
"""Of a record: so many fit in its row; more are kept one after another."""


class FacetTables:
    """All facets of a snapshot, laid out to be counted at once among any records."""

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
        self._order = _Order(columns)
        self._masks: SizedCache[tuple[FacetName, frozenset[str]], Mask] = SizedCache(
            MAX_MASKS
        )

    def mask(self, facet: FacetName, values: Collection[str]) -> Mask:
        """Tell, for each record, whether it has one of the values of a facet."""
        key = (facet, frozenset(values))
        found = self._masks.get(key)
        if found is None:
            of_value = self._codes[facet]
            codes = [of_value[value] for value in values if value in of_value]
            column = self._columns[facet]
            found = np.zeros(self._count, np.bool_)
            found[column.records[np.isin(column.codes, codes)]] = True
            self._masks.put(key, found, 1)
        return found

    def filtered(self, records: Numbers, filters: Collection[Filter]) -> Numbers:
        """Keep the records that pass all filters."""
        for facet, values in chosen_values(filters).items():
            records = records[self.mask(facet, values)[records]]
        return records

    def count(
        self, records: Numbers, filters: Collection[Filter]
    ) -> dict[FacetName, tuple[FacetCount, ...]]:
        """Count each facet among the records that pass the filters of the others."""
        named = self._order.named(self._numbers(self.filtered(records, filters)))
        for facet, values in chosen_values(filters).items():
            others = [each for each in filters if each.facet is not facet]
            counts = self._numbers(self.filtered(records, others))
            start, codes = self._slices[facet].start, self._codes[facet]
            shown = [start + codes[value] for value in values if value in codes]
            of_facet = self._order.named(counts, shown)[facet]
            named[facet] = _with_chosen(of_facet, values)
        return named

    def _numbers(self, records: Numbers) -> Counts:
        """Count all values among records, those of one facet after those of another."""
        if len(records) * 2 <= self._count:
            return self._counted(records)
        is_other = np.ones(self._count, np.bool_)
        is_other[records] = False
        return self._totals - self._counted(np.flatnonzero(is_other).astype(np.int32))

    def _counted(self, records: Numbers) -> Counts:
        codes = self._rows.take(records, axis=0).ravel()
        if self._long:
            longer = [each.codes_of(records) for each in self._long]
            codes = np.concatenate([codes, *longer])
        return np.bincount(codes, minlength=self._size + 1)[:-1]

    @cached_property
    def _totals(self) -> Counts:
        return self._counted(np.arange(self._count, dtype=np.int32))

    @cached_property
    def _rows(self) -> Counts:
        """A row for each record: the values of facets of which it has few, and none.

        Values are numbered over all facets; the number after the last stands for none.
        Other integers would take less room, and be copied each time they are counted.
        """
        narrow = [
            (column, self._slices[facet].start)
            for facet, column in self._columns.items()
            if _width(column) <= FEW_VALUES
        ]
        total = sum(_width(column) for column, _ in narrow)
        rows = np.full((self._count, total), self._size, np.intp)
        first = 0
        for column, base in narrow:
            before = np.searchsorted(column.records, column.records)
            place = np.arange(len(column.records)) - before
            rows[column.records, first + place] = base + column.codes
            first += _width(column)
        return rows

    @cached_property
    def _long(self) -> list[_LongColumn]:
        return [
            _LongColumn(column, self._slices[facet].start, self._count)
            for facet, column in self._columns.items()
            if _width(column) > FEW_VALUES
        ]


class _LongColumn:
    """A facet of which some records have many values, one record after another."""

    def __init__(self, column: FacetColumn, base: int, count: int) -> None:
        self._codes = column.codes + np.int32(base)
        self._starts = np.searchsorted(column.records, np.arange(count + 1))

    def codes_of(self, records: Numbers) -> NDArray[np.int32]:
        """Give the values of some records."""
        firsts = self._starts[records]
        counts = self._starts[records + 1] - firsts
        ends = np.cumsum(counts)
        total = int(ends[-1]) if len(ends) else 0
        within = np.arange(total) - np.repeat(ends - counts, counts)
        found: NDArray[np.int32] = self._codes[np.repeat(firsts, counts) + within]
        return found


def _width(column: FacetColumn) -> int:
    """Give how many values a record has at most."""
    return int(np.bincount(column.records).max(initial=0))


class _Order:
    """The values of all facets, in the order of those that are counted alike."""

    def __init__(self, columns: Mapping[FacetName, FacetColumn]) -> None:
        self._facets = tuple(columns)
        self._values: list[str] = []
        order: list[int] = []
        falls: list[bool] = []
        sizes = [len(column.values) for column in columns.values()]
        for facet, column in columns.items():
            order += [
                len(self._values) + place for place in _ordered(column.values, facet)
            ]
            falls += [facet is not FacetName.YEAR] * len(column.values)
            self._values += column.values
        self._places = np.array(order, np.intp)
        self._bounds = np.cumsum([0, *sizes])
        self._facet_of = np.repeat(np.arange(len(sizes)), sizes)
        # Years keep their order, whatever their counts.
        self._falls = np.array(falls, np.intp)

    def named(
        self, counts: Counts, shown: Sequence[int] = ()
    ) -> dict[FacetName, tuple[FacetCount, ...]]:
        """Name what was counted of each value.

        Those that none has are left out, but for a few that are `shown` all the same.
        """
        counted = counts[self._places]
        is_held = counted > 0
        if shown:
            is_held |= np.isin(self._places, shown)
        held = np.flatnonzero(is_held)
        found = counted[held]
        order = np.lexsort((-found * self._falls[held], self._facet_of[held]))
        values = map(self._values.__getitem__, self._places[held[order]].tolist())
        named = tuple(map(FacetCount, values, found[order].tolist()))
        bounds = held.searchsorted(self._bounds).tolist()
        return {
            facet: named[start:stop]
            for facet, (start, stop) in zip(self._facets, pairwise(bounds), strict=True)
        }


def _ordered(values: tuple[str, ...], facet: FacetName) -> list[int]:
    """Give the places of values in the order of equals: years, the newest first."""
    numbers = range(len(values))
    if facet is not FacetName.YEAR:
        return sorted(numbers, key=values.__getitem__)
    years = [-int(value) if value.isdigit() else 0 for value in values]
    return sorted(numbers, key=lambda number: (years[number], values[number]))


def _with_chosen(
    counts: Sequence[FacetCount], chosen: Collection[str]
) -> tuple[FacetCount, ...]:
    """Mark the values that are chosen, and add those of them that none has."""
    found = [
        each._replace(is_selected=True) if each.value in chosen else each
        for each in counts
    ]
    missing = sorted({*chosen}.difference(each.value for each in counts))
    return (*found, *(FacetCount(value, 0, is_selected=True) for value in missing))


def chosen_values(filters: Collection[Filter]) -> dict[FacetName, set[str]]:
    """Gather the chosen values by facet: those of one facet widen."""
    chosen: dict[FacetName, set[str]] = {}
    for each in filters:
        chosen.setdefault(each.facet, set()).add(each.value)
    return chosen
