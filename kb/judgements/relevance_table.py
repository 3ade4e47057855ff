"""The table of the judged queries by type, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType

from indexer.model.judged_queries import QueryType
from kb.judgements.measures import (
    QueryResult,
    mean_of,
    results_of_type,
    share_with_best_first,
)
from kb.judgements.saved_state import SavedState, lost_answers

WORST = 15


def relevance_table(
    results: Sequence[QueryResult], before: SavedState = MappingProxyType({})
) -> str:
    """Return the means by type with their 95 % intervals, and the worst queries.

    Args:
        results: the results of all judged queries.
        before: the results to compare with; without them, that column is empty.
    """
    lines = [
        "| type | queries | nDCG@10 | 95 % interval | first is right | change |",
        "| --- | --- | --- | --- | --- | --- |",
        *(
            _row(name, part, before)
            for name, part in (
                *((each.value, results_of_type(results, each)) for each in QueryType),
                ("all", tuple(results)),
            )
            if part
        ),
        "",
        *_listed("Lost their answer:", lost_answers(before, results)),
        *_listed("Worst:", sorted(results, key=lambda each: each.score)[:WORST]),
    ]
    return "\n".join(lines)


def _row(name: str, part: Sequence[QueryResult], before: SavedState) -> str:
    mean = mean_of([each.score for each in part])
    compared = [each for each in part if each.judged.id in before]
    change = ""
    if compared:
        differences = [each.score - before[each.judged.id].score for each in compared]
        by = mean_of(differences)
        change = f"{by.value:+.3f} ({by.low:+.3f} to {by.high:+.3f})"
    cells = (
        name,
        len(part),
        f"{mean.value:.3f}",
        f"{mean.low:.3f} to {mean.high:.3f}",
        f"{share_with_best_first(part):.0%}",
        change,
    )
    return f"| {' | '.join(map(str, cells))} |"


def _listed(title: str, results: Sequence[QueryResult]) -> Iterator[str]:
    if results:
        yield title
        for each in results:
            yield f"  {each.score:.2f}  {each.judged.locale}  {each.judged.text}"
