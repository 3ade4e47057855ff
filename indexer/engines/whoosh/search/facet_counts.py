"""Applies filters, and counts for each facet value the records that it would select."""

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from itertools import repeat

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

MAX_ROW_VALUES = 4
"""The values of facets with more values of one record than this are not in rows."""


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
        # More than any count lies between the keys of two facets.
        self._facet_keys = np.repeat(np.arange(len(sizes)) * (count + 1), sizes)
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
        counted = self._rows.take(records, axis=0).ravel()
        if self._spans is not None:
            starts, codes = self._spans
            among = span_indices(starts.take(records), starts.take(records + 1))
            counted = np.concatenate([counted, codes.take(among)])
        return np.bincount(counted, minlength=len(self._values) + 1)[:-1]

    @cached_property
    def _rows(self) -> Indices:
        """A row for each record: its values of all facets with few values a record.

        Rows are filled up with the number after the last value. Smaller integers would
        be converted at each count.
        """
        narrow = [
            (column, most)
            for column in self._columns.values()
            if (most := _most_values(column)) <= MAX_ROW_VALUES
        ]
        width = sum(most for _, most in narrow)
        rows = np.full((self._count, width), len(self._values), np.intp)
        first = 0
        for (records, codes), most in narrow:
            within = np.arange(len(records)) - records.searchsorted(records)
            rows[records, first + within] = codes
            first += most
        return rows

    @cached_property
    def _spans(self) -> tuple[Indices, Indices] | None:
        """The first value of each record, and all values, of the other facets."""
        wide = [
            column
            for column in self._columns.values()
            if _most_values(column) > MAX_ROW_VALUES
        ]
        if not wide:
            return None
        records = np.concatenate([records for records, _ in wide])
        codes = np.concatenate([codes for _, codes in wide])
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
        if selected:
            is_listed[list(selected)] = True
        (listed,) = is_listed.nonzero()
        of_listed = counts.take(listed)
        # Facet after facet; in some, the highest count comes first.
        keys = self._facet_keys.take(listed) - of_listed * self._by_count.take(listed)
        order = keys.argsort(kind="stable")
        values = map(self._values.__getitem__, listed.take(order).tolist())
        are_selected = [False] * len(order)
        fields = zip(values, of_listed.take(order).tolist(), are_selected, strict=True)
        # `FacetCount(…)` would take twice the time, and a page has a hundred of them.
        named = tuple(map(tuple.__new__, repeat(FacetCount), fields))
        bounds = listed.searchsorted(self._bounds).tolist()
        return {
            facet: named[start:stop]
            for facet, start, stop in zip(
                self._codes, bounds[:-1], bounds[1:], strict=True
            )
        }


def _most_values(column: tuple[Ids, Ids]) -> int:
    """Return the greatest number of values of a record."""
    return int(np.bincount(column[0]).max(initial=0))
