"""Filters, and counts facets: for each value, what a click on it would give."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.snapshot import FacetColumn, Snapshot
from indexer.model.facets import FacetCount, FacetName, Filter

Mask = NDArray[np.bool_]


def records_with(column: FacetColumn, values: Collection[str], count: int) -> Mask:
    """Tell, for each record, whether it has one of the values."""
    codes = [code for code, value in enumerate(column.values) if value in values]
    mask = np.zeros(count, np.bool_)
    mask[column.records[np.isin(column.codes, codes)]] = True
    return mask


def chosen_values(filters: Collection[Filter]) -> dict[FacetName, set[str]]:
    """Gather the chosen values by facet: those of one facet widen."""
    chosen: dict[FacetName, set[str]] = {}
    for each in filters:
        chosen.setdefault(each.facet, set()).add(each.value)
    return chosen


def facet_masks(
    snapshot: Snapshot, filters: Collection[Filter]
) -> dict[FacetName, Mask]:
    """Tell, for each facet with a chosen value, which records have it."""
    return {
        facet: records_with(snapshot.columns[facet], values, snapshot.record_count)
        for facet, values in chosen_values(filters).items()
    }


def count_facets(
    snapshot: Snapshot,
    matching: Mask,
    masks: Mapping[FacetName, Mask],
    filters: Collection[Filter],
) -> dict[FacetName, tuple[FacetCount, ...]]:
    """Count each facet among the records that pass the filters of all the others."""
    chosen = chosen_values(filters)
    counts = {}
    for facet, column in snapshot.columns.items():
        mask = matching.copy()
        for other, other_mask in masks.items():
            if other is not facet:
                mask &= other_mask
        numbers = np.bincount(
            column.codes[mask[column.records]], minlength=len(column.values)
        )
        selected = chosen.get(facet, set())
        found = {
            value: int(number)
            for value, number in zip(column.values, numbers, strict=True)
            if number or value in selected
        }
        found |= {value: 0 for value in selected if value not in found}
        counts[facet] = tuple(
            FacetCount(value, number, value in selected)
            for value, number in sorted(found.items(), key=_order(facet))
        )
    return counts


def _order(facet: FacetName):  # type: ignore[no-untyped-def]  # a key of either type
    if facet is FacetName.YEAR:
        return lambda item: -int(item[0]) if item[0].isdigit() else 0
    return lambda item: (-item[1], item[0])
