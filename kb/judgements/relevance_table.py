"""The table that `kb relevance` prints, compared with the results saved before."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from indexer.model.judged_queries import QueryType
from kb.judgements.measures import (
    QueryResult,
    Ranking,
    lost_answers,
    mean_of,
    result_of,
    results_of_type,
    share_with_best_first,
)

WORST = 15


def relevance_table(
    results: Sequence[QueryResult], before: Mapping[str, Ranking] = MappingProxyType({})
) -> str:
    """Return the means by type with their 95 % intervals, and the worst queries.

    Args:
        results: the results of all judged queries.
        before: the rankings to compare with, by the id of their query; without them,
            that column is empty.
    """
    lines = [
        "| type | queries | nDCG@10 | 95 % interval | first is right | change |",
        "| --- | --- | --- | --- | --- | --- |",
        *(
            _row(name, part, before)
            for name, part in (
                *(
                    (query_type.value, results_of_type(results, query_type))
                    for query_type in QueryType
                ),
                ("all", tuple(results)),
            )
            if part
        ),
        "",
        *_listed("Lost their answer:", lost_answers(before, results)),
        *_listed("Worst:", sorted(results, key=lambda result: result.score)[:WORST]),
    ]
    return "\n".join(lines)


def _row(name: str, part: Sequence[QueryResult], before: Mapping[str, Ranking]) -> str:
    mean = mean_of([result.score for result in part])
    compared = [result for result in part if result.judged.id in before]
    change = ""
    if compared:
        differences = [
            result.score - result_of(result.judged, before[result.judged.id]).score
            for result in compared
        ]
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
        for result in results:
            yield f"  {result.score:.2f}  {result.judged.locale}  {result.judged.text}"
