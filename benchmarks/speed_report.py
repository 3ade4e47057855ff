"""Lays out what was measured of each engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from benchmarks.figures import table

Figures = dict[str, Any]

COLUMNS = {
    "index/s": "index_per_s",
    "index MB": "index_mb",
    "p50": "p50_ms",
    "p95": "p95_ms",
    "p99": "p99_ms",
    "facets p50": "facets_p50_ms",
    "facets p95": "facets_p95_ms",
    "facets p99": "facets_p99_ms",
    "snippets p50": "snippets_p50_ms",
    "snippets p95": "snippets_p95_ms",
    "cold p50": "cold_p50_ms",
    "cold p95": "cold_p95_ms",
    "memory MB": "rss_mb",
    "indexing MB": "build_rss_mb",
    "open s": "open_s",
}
GROWTH_COLUMNS = {
    "passages": "passages",
    "postings a query": "mean_postings",
    "found": "mean_total",
    "index/s": "index_per_s",
    "p50": "p50_ms",
    "p95": "p95_ms",
    "facets p50": "facets_p50_ms",
    "facets p95": "facets_p95_ms",
    "cold p50": "cold_p50_ms",
    "memory MB": "rss_mb",
}
AGREEMENT_COLUMNS = {
    "holds of our ten best": "top10_of_ours",
    "totals within a tenth of ours": "totals_within_tenth",
}
ENDURANCE_COLUMNS = {
    "queries": "queries",
    "memory MB": "rss_mb",
    "p50": "p50_ms",
    "p95": "p95_ms",
}


NOTES = (
    "Of ours, times without facets are those with them: it always counts. Memory is "
    "the peak of the process that answers, pages of mapped files included. tantivy "
    "indexes on all processors, the others on one. FTS5 has no stems: it finds less."
)


def report(figures: Mapping[str, Figures]) -> str:
    """Lay the figures out in tables; times are in milliseconds."""
    size = next(iter(figures.values()))["passages"]
    grown = [(engine, each) for engine, of in figures.items() for each in of["growth"]]
    parts = [
        f"{size} passages; times in ms; all words must match, nothing is widened",
        _rows(COLUMNS, figures.items()),
        _rows(GROWTH_COLUMNS, grown),
    ]
    if "ours" in figures:
        visits = figures["ours"]
        parts.append(_rows(AGREEMENT_COLUMNS, figures.items()))
        parts.append(
            "ours as a visitor asks (other names, spelling, widening, two excerpts): "
            f"p50 {visits['visitor_p50_ms']} ms, p95 {visits['visitor_p95_ms']} ms; "
            f"at first {visits['visitor_cold_p50_ms']} and "
            f"{visits['visitor_cold_p95_ms']} ms"
        )
    parts += [
        f"{engine}, as queries go by:\n\n"
        + _rows(ENDURANCE_COLUMNS, ((engine, each) for each in of["endurance"]))
        for engine, of in figures.items()
        if "endurance" in of
    ]
    return "\n\n".join((*parts, NOTES))


def _rows(columns: Mapping[str, str], named: Iterable[tuple[str, Figures]]) -> str:
    rows = [
        [engine, *(figures.get(key, "") for key in columns.values())]
        for engine, figures in named
    ]
    return table(["engine", *columns], rows)
