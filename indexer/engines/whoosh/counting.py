"""Filters, and counts facets: for each value, what a click on it would give."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.cache import BoundedCache
from indexer.engines.whoosh.facts import FacetColumn
from indexer.engines.whoosh.scored import Numbers
from indexer.model.facets import FacetCount, FacetName, Filter

Mask = NDArray[np.bool_]

MAX_MASKS = 64
"""How many sets of chosen values are kept as masks, each as long as all records."""

FEW_VALUES = 4
"""Of a record: so many fit in a row of a table; more are kept one after another."""


class FacetTable:
    """A facet of all records, laid out to be counted among any of them."""

    def __init__(self, column: FacetColumn, facet: FacetName, count: int) -> None:
        self.values = column.values
        self._codes = {value: code for code, value in enumerate(column.values)}
        self._column = column
        self._counts = np.bincount(column.records, minlength=count)
        self._width = int(self._counts.max(initial=0))
        self._order = np.array(_ordered(column.values, facet), np.intp)
        self._is_by_value = facet is FacetName.YEAR

    @cached_property
    def _starts(self) -> NDArray[np.intp]:
        return np.cumsum(self._counts) - self._counts

    @cached_property
    def _rows(self) -> NDArray[np.int32]:
        """A row for each record: its codes, then what stands for none."""
        rows = np.full((len(self._counts), self._width), len(self.values), np.int32)
        records = self._column.records
        place = np.arange(len(records)) - self._starts[records]
        rows[records, place] = self._column.codes
        return rows

    def mask(self, values: Collection[str]) -> Mask:
        """Tell, for each record, whether it has one of the values."""
        codes = [self._codes[value] for value in values if value in self._codes]
        mask = np.zeros(len(self._counts), np.bool_)
        mask[self._column.records[np.isin(self._column.codes, codes)]] = True
        return mask

    def count(
        self, records: Numbers, chosen: Collection[str]
    ) -> tuple[FacetCount, ...]:
        """Count values among records; leave out what none has, unless it is chosen."""
        numbers = self._numbers(records)
        order = self._order
        if not self._is_by_value:
            order = order[np.argsort(-numbers[order], kind="stable")]
        values = self.values
        is_shown = numbers > 0
        for value in chosen:
            if value in self._codes:
                is_shown[self._codes[value]] = True
        order = order[is_shown[order]]
        found = [
            FacetCount(values[code], number, values[code] in chosen)
            for code, number in zip(
                order.tolist(), numbers[order].tolist(), strict=True
            )
        ]
        missing = sorted(set(chosen).difference(self._codes))
        return (*found, *(FacetCount(value, 0, is_selected=True) for value in missing))

    def _numbers(self, records: Numbers) -> NDArray[np.intp]:
        size = len(self.values)
        if not self._width or not len(records):
            return np.zeros(size, np.intp)
        if self._width <= FEW_VALUES:
            codes = self._rows[records].ravel()
        else:
            counts = self._counts[records]
            ends = np.cumsum(counts)
            within = np.arange(ends[-1]) - np.repeat(ends - counts, counts)
            places = np.repeat(self._starts[records], counts) + within
            codes = self._column.codes[places]
        return np.bincount(codes, minlength=size + 1)[:size]


def _ordered(values: tuple[str, ...], facet: FacetName) -> list[int]:
    """Give the places of values in the order of equals: years, the newest first."""
    numbers = range(len(values))
    if facet is not FacetName.YEAR:
        return sorted(numbers, key=values.__getitem__)
    years = [-int(value) if value.isdigit() else 0 for value in values]
    return sorted(numbers, key=lambda number: (years[number], values[number]))


class FacetTables:
    """All facets of a snapshot, and the masks of values that visitors choose."""

    def __init__(self, columns: Mapping[FacetName, FacetColumn], count: int) -> None:
        self._tables = {
            facet: FacetTable(column, facet, count) for facet, column in columns.items()
        }
        self._masks: BoundedCache[tuple[FacetName, frozenset[str]], Mask] = (
            BoundedCache(MAX_MASKS)
        )

    def mask(self, facet: FacetName, values: Collection[str]) -> Mask:
        """Tell, for each record, whether it has one of the values of a facet."""
        key = (facet, frozenset(values))
        found = self._masks.get(key)
        if found is None:
            found = self._tables[facet].mask(values)
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
        chosen = chosen_values(filters)
        passing = self.filtered(records, filters)
        return {
            facet: table.count(
                self.filtered(records, [f for f in filters if f.facet is not facet])
                if facet in chosen
                else passing,
                chosen.get(facet, ()),
            )
            for facet, table in self._tables.items()
        }


def chosen_values(filters: Collection[Filter]) -> dict[FacetName, set[str]]:
    """Gather the chosen values by facet: those of one facet widen."""
    chosen: dict[FacetName, set[str]] = {}
    for each in filters:
        chosen.setdefault(each.facet, set()).add(each.value)
    return chosen
