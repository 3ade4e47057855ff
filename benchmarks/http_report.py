"""Formats the figures of the HTTP benchmark as Markdown tables."""

from collections.abc import Mapping
from typing import Any

from benchmarks.figures import table

Figures = dict[str, Any]

COLUMNS = {
    "readers": "readers",
    "a second": "per_s",
    "p50": "p50_ms",
    "p95": "p95_ms",
    "p99": "p99_ms",
    "max": "max_ms",
    "errors": "errors",
    "readers' CPU": "readers_cpu",
}

CHANGES = {
    "found after, s": "added_s",
    "gone after, s": "withdrawn_s",
    "`kb index update`, s": "update_s",
}


def report(figures: Figures) -> str:
    """Return the figures as Markdown tables; times are in milliseconds."""
    summary = (
        f"{figures['records']} records, {figures['reports']} of them from passages, "
        f"read in {figures['read_s']} s, {figures['problems']} problems; times in ms; "
        "the clients share the processors with the service"
    )
    parts = [summary]
    for workers, each in figures["workers"].items():
        parts += _workers_report(workers, each)
    if "writes" in figures:
        parts.append(_writes_report(figures["writes"]))
    if intervals := figures.get("endurance"):
        rows = [list(each.values()) for each in intervals]
        parts.append(table(list(intervals[0]), rows))
    return "\n\n".join(parts)


def _workers_report(workers: str, figures: Figures) -> list[str]:
    cold = figures.get("cold_start_s")
    rows = [
        [load["kind"], *(load[key] for key in COLUMNS.values())]
        for load in figures["load"]
    ]
    cold_start = f"{cold} s without an index, " if cold else ""
    summary = (
        f"workers: {workers}; start: {cold_start}{figures['warm_start_s']} s with one; "
        f"first query {figures['first_query_ms']} ms"
    )
    memory = _memory_table(figures["memory_at_start"], figures["memory_after"])
    return [summary, memory, table(["kind", *COLUMNS], rows)]


def _memory_table(
    start: Mapping[str, Mapping[str, float]], after: Mapping[str, Mapping[str, float]]
) -> str:
    heads = ["process", "Rss at start, MB", "Pss", "Rss after", "Pss after"]
    rows = [
        [name, each["rss_mb"], each["pss_mb"], *_after(after, name)]
        for name, each in start.items()
    ]
    return table(heads, rows)


def _after(after: Mapping[str, Mapping[str, float]], name: str) -> list[float]:
    each = after.get(name, {"rss_mb": 0.0, "pss_mb": 0.0})
    return [each["rss_mb"], each["pss_mb"]]


def _writes_report(writes: Figures) -> str:
    columns = {name: key for name, key in COLUMNS.items() if name != "readers"}
    rows = [
        [name, *(writes[key][column] for column in columns.values())]
        for name, key in (
            ("without writes", "in_peace"),
            ("while writing", "while_writing"),
        )
    ]
    changes = [
        [
            name,
            each["reports"],
            *(
                f"{each[f'{figure}_median']} (at most {each[f'{figure}_max']})"
                if each["reports"]
                else "-"
                for figure in CHANGES.values()
            ),
        ]
        for name, each in writes["changes"].items()
    ]
    changes_table = table(["reports of 100 pages", "number", *CHANGES], changes)
    return f"{table(['', *columns], rows)}\n\n{changes_table}"
