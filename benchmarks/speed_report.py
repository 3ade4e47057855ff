"""Formats the figures of the speed benchmark as Markdown tables."""

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
    "postings per query": "mean_postings",
    "total": "mean_total",
    "index/s": "index_per_s",
    "p50": "p50_ms",
    "p95": "p95_ms",
    "facets p50": "facets_p50_ms",
    "facets p95": "facets_p95_ms",
    "cold p50": "cold_p50_ms",
    "memory MB": "rss_mb",
}
AGREEMENT_COLUMNS = {
    "share of our top ten": "top10_of_ours",
    "totals within a tenth of ours": "totals_within_tenth",
}
ENDURANCE_COLUMNS = {
    "queries": "queries",
    "memory MB": "rss_mb",
    "p50": "p50_ms",
    "p95": "p95_ms",
}


NOTES = (
    "Ours always counts facets: its times without facets are those with them. Memory "
    "is the peak of the search process, mapped files included. tantivy indexes on all "
    "processors, the others on one. FTS5 has no stems, so it matches less."
)


def report(figures: Mapping[str, Figures]) -> str:
    """Return the figures as Markdown tables; times are in milliseconds."""
    size = next(iter(figures.values()))["passages"]
    growth = [
        (engine, size) for engine, each in figures.items() for size in each["growth"]
    ]
    parts = [
        f"{size} passages; times in ms; all words must match",
        _rows(COLUMNS, figures.items()),
        _rows(GROWTH_COLUMNS, growth),
    ]
    if "ours" in figures:
        ours = figures["ours"]
        parts.append(_rows(AGREEMENT_COLUMNS, figures.items()))
        parts.append(
            "ours as on the search page (expansion, spelling, relaxation, excerpts): "
            f"p50 {ours['visitor_p50_ms']} ms, p95 {ours['visitor_p95_ms']} ms; "
            f"in the first round {ours['visitor_cold_p50_ms']} and "
            f"{ours['visitor_cold_p95_ms']} ms"
        )
    parts += [
        f"{engine}, over many queries:\n\n"
        + _rows(ENDURANCE_COLUMNS, ((engine, part) for part in each["endurance"]))
        for engine, each in figures.items()
        if "endurance" in each
    ]
    return "\n\n".join((*parts, NOTES))


def _rows(columns: Mapping[str, str], named: Iterable[tuple[str, Figures]]) -> str:
    rows = [
        [engine, *(figures.get(key, "") for key in columns.values())]
        for engine, figures in named
    ]
    return table(["engine", *columns], rows)
