"""Facets as filter aggregations: each is counted without its own filter, exactly."""

from __future__ import annotations

from collections.abc import Collection

from indexer.engines.opensearch.index_fields import Json, facet_field
from indexer.engines.opensearch.node_queries import facet_filter
from indexer.model.facets import FacetCount, FacetName, Filter
from indexer.search.facet_order import (
    is_ordered_by_count,
    selected_values,
    value_order,
    with_selected,
)

MAX_VALUES = 10_000
"""More than any facet has: with all its values, the counts of a facet are exact."""

PASSING = "passing"
EXACT_MATCHES = "exact"


def all_filters(filters: Collection[Filter]) -> list[Json]:
    """Return the filters of the server for the values chosen beside a query."""
    return [
        facet_filter(facet, values)
        for facet, values in selected_values(filters).items()
    ]


def facet_aggregations(filters: Collection[Filter], exact: Json) -> Json:
    """Return aggregations that count all facets, and the records that match exactly.

    The records that pass all filters are in `PASSING`, and those of them that match
    the query `exact` in its `EXACT_MATCHES`.
    """
    selected = selected_values(filters)
    counted = {
        facet.value: _values(facet) for facet in FacetName if facet not in selected
    }
    counted[EXACT_MATCHES] = {"filter": exact}
    aggregations = {PASSING: _filtered(all_filters(filters), counted)}
    for facet, values in selected.items():
        others = [each for each in filters if each.facet is not facet]
        parts = {
            "counted": _values(facet),
            # Their order is that of known values, even of those that count 0.
            "known": {
                "terms": {
                    "field": facet_field(facet),
                    "include": sorted(values),
                    "min_doc_count": 0,
                    "size": len(values),
                }
            },
        }
        aggregations[facet.value] = _filtered(all_filters(others), parts)
    return aggregations


def facet_counts(
    answer: Json, filters: Collection[Filter]
) -> dict[FacetName, tuple[FacetCount, ...]]:
    """Return the counts of an answer to `facet_aggregations`, in display order."""
    selected = selected_values(filters)
    return {
        facet: (
            with_selected(
                _ordered(facet, answer[facet.value], "known", "counted"),
                selected[facet],
            )
            if facet in selected
            else _ordered(facet, answer[PASSING], facet.value)
        )
        for facet in FacetName
    }


def _values(facet: FacetName) -> Json:
    return {"terms": {"field": facet_field(facet), "size": MAX_VALUES}}


def _filtered(filters: list[Json], parts: Json) -> Json:
    return {"filter": {"bool": {"filter": filters}}, "aggs": parts}


def _ordered(facet: FacetName, answer: Json, *parts: str) -> tuple[FacetCount, ...]:
    counts = {
        str(bucket["key"]): int(bucket["doc_count"])
        for part in parts
        for bucket in answer[part]["buckets"]
    }
    by_count = is_ordered_by_count(facet)
    ordered = sorted(
        counts, key=lambda value: (-counts[value] * by_count, value_order(facet, value))
    )
    return tuple(FacetCount(value, counts[value]) for value in ordered)
