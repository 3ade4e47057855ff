"""Benchmark of our engine, plain Whoosh, SQLite's FTS5 and tantivy on one corpus.

    python -m benchmarks.speed [--corpus FILE… --queries FILE --passages N --json]

Each engine indexes and searches in its own processes. Rounds of queries alternate
between engines, so that a slow moment of the machine affects all. All words of a query
must match, and queries are parsed each time; ours runs without expansion, spelling
correction or relaxation. Times are medians per query over the rounds after the first;
`cold` times are of the first round. Without --corpus, passages come from documents/.
"""

import itertools
import json
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from benchmarks.figures import folder_mb, percentiles_ms
from benchmarks.generated_data import make_queries, passage_fields
from benchmarks.passages import read_fields, write_fields
from benchmarks.peers.processes import PeerProcess, build_in_process
from benchmarks.peers.registry import EMBEDDED, PEERS
from benchmarks.queries import TypedQuery, read_queries, write_queries
from benchmarks.speed_report import report
from kb.core.settings import read_settings

SIZES = (10_000, 30_000)
GENERATED_QUERIES = 200
ENDURANCE_INTERVALS = 20
MODES = ("top", "facets", "snippets")
PREFIXES = {"top": "", "facets": "facets_", "snippets": "snippets_"}

Figures = dict[str, Any]
Path_ = click.Path(path_type=Path, exists=True, dir_okay=False)


@dataclass(frozen=True, slots=True)
class SpeedSetup:
    """The engines, files and number of rounds of the benchmark."""

    engines: Sequence[str]
    passages: Path
    queries: Path
    rounds: int
    scratch: Path


@click.command()
@click.option("--corpus", "corpus", metavar="FILE…", multiple=True, type=Path_)
@click.argument("more_corpus", metavar="", nargs=-1, type=Path_)
@click.option("--queries", "queries", metavar="FILE", type=Path_)
@click.option("--passages", "count", type=click.IntRange(1), help="The first N only.")
@click.option("--engines", default=",".join(EMBEDDED), show_default=True)
@click.option("--rounds", default=4, show_default=True, type=click.IntRange(2))
@click.option("--growth/--no-growth", default=True, help="Measure smaller sizes first.")
@click.option(
    "--queries-total", type=click.IntRange(1), help="Measure memory over N queries."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def main(  # noqa: PLR0913, PLR0917  # one for each option
    corpus: tuple[Path, ...],
    more_corpus: tuple[Path, ...],
    queries: Path | None,
    count: int | None,
    engines: str,
    rounds: int,
    queries_total: int | None,
    *,
    growth: bool,
    as_json: bool,
) -> None:
    """Index passages with each engine, run queries, and print the figures.

    --corpus accepts several files. With --queries-total, each engine also runs that
    number of distinct queries, and its memory is measured at intervals.
    """
    chosen = engines.split(",")
    if unknown := set(chosen) - set(PEERS):
        raise click.BadParameter(f"unknown: {', '.join(unknown)}")
    files = (*corpus, *more_corpus)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        setup = SpeedSetup(
            chosen, scratch / "passages", scratch / "queries", rounds, scratch
        )
        whole = write_fields(_fields(files, count), setup.passages, count)
        write_queries(_queries(queries, setup.passages), setup.queries)
        sizes = [size for size in SIZES if growth and size < whole]
        figures = measure_sizes(setup, [*sizes, whole])
        if queries_total:
            measure_endurance(setup, figures, queries_total, whole)
    click.echo(json.dumps(figures, indent=2) if as_json else report(figures))


def _fields(files: Sequence[Path], count: int | None) -> Iterator[dict[str, str]]:
    if files:
        return read_fields(files)
    return passage_fields(read_settings({}).locations.documents, count)


def _queries(path: Path | None, passages: Path) -> Sequence[TypedQuery]:
    if path is not None:
        return read_queries(path)
    return make_queries(read_fields([passages]), GENERATED_QUERIES)


def measure_sizes(setup: SpeedSetup, sizes: Sequence[int]) -> dict[str, Figures]:
    """Return the figures of each engine at the last size, and at all as `growth`."""
    figures = [measure_size(setup, size) for size in sizes]
    return {
        engine: {
            **figures[-1][engine],
            "growth": [each[engine] for each in figures],
        }
        for engine in setup.engines
    }


def measure_size(setup: SpeedSetup, size: int) -> dict[str, Figures]:
    """Index the first passages with each engine, then run the queries in turn."""
    figures: dict[str, Figures] = {}
    folders = {each: setup.scratch / f"{each}-{size}" for each in setup.engines}
    for engine, folder in folders.items():
        _log(f"{engine}: indexing {size} passages")
        built = build_in_process(engine, folder, setup.passages, size)
        figures[engine] = {"passages": size, **built, "index_mb": folder_mb(folder)}
    with ExitStack() as stack:
        peers = {
            engine: stack.enter_context(PeerProcess(engine, folder, setup.queries))
            for engine, folder in folders.items()
        }
        for engine, times in _rounds(peers, setup.rounds).items():
            figures[engine] |= peers[engine].opened | times
        for engine, each in peers.items():
            figures[engine] |= each.call("memory")
        if "ours" in peers:
            figures["ours"] |= _visitor_times(peers["ours"])
        for engine, compared in _agreements(peers).items():
            figures[engine] |= compared
    return figures


def _rounds(peers: Mapping[str, PeerProcess], rounds: int) -> dict[str, Figures]:
    figures: dict[str, Figures] = {engine: {} for engine in peers}
    for mode in MODES:
        _log(f"running queries: {mode}")
        times: dict[str, list[list[float]]] = {engine: [] for engine in peers}
        for _, (engine, each) in itertools.product(range(rounds), peers.items()):
            times[engine].append(each.call("time", mode))
        for engine, rounds_of in times.items():
            medians = [
                statistics.median(each) for each in zip(*rounds_of[1:], strict=True)
            ]
            figures[engine] |= percentiles_ms(medians, PREFIXES[mode])
            if mode == "top":
                figures[engine] |= percentiles_ms(
                    rounds_of[0], "cold_", shares=(50, 95)
                )
    if "ours" in figures:
        # Our engine always counts facets, so both figures are the same.
        faceted = {f"p{n}_ms": figures["ours"][f"facets_p{n}_ms"] for n in (50, 95, 99)}
        figures["ours"] |= faceted
    return figures


def _visitor_times(ours: PeerProcess) -> Figures:
    """Return the times with expansion, spelling correction and relaxation."""
    _log("ours: running queries as visitors")
    first, again = (ours.call("time", "visitor") for _ in range(2))
    return percentiles_ms(first, "visitor_cold_", shares=(50, 95)) | percentiles_ms(
        again, "visitor_", shares=(50, 95)
    )


def _agreements(peers: Mapping[str, PeerProcess]) -> dict[str, Figures]:
    """Compare results: scores differ between engines, totals should hardly."""
    _log("comparing the results")
    answers = {engine: each.call("answers") for engine, each in peers.items()}
    figures: dict[str, Figures] = {}
    for engine, each in peers.items():
        postings = each.call("postings")
        totals = [total for total, _ in answers[engine]]
        figures[engine] = {
            "mean_postings": round(statistics.fmean(postings)),
            "mean_total": round(statistics.fmean(totals), 1),
        }
        if "ours" in answers:
            figures[engine] |= agreement(answers["ours"], answers[engine])
    return figures


def agreement(ours: Sequence[Any], theirs: Sequence[Any]) -> Figures:
    """Return how similar the (total, top ten) results of another engine are to ours."""
    shares = [
        len(set(best) & set(other)) / len(best)
        for (_, best), (_, other) in zip(ours, theirs, strict=True)
        if best
    ]
    totals = zip(ours, theirs, strict=True)
    near = [abs(a - b) <= max(a, b) / 10 for (a, _), (b, _) in totals]
    return {
        "top10_of_ours": round(statistics.fmean(shares), 3) if shares else None,
        "totals_within_tenth": round(statistics.fmean(near), 3) if near else None,
    }


def measure_endurance(
    setup: SpeedSetup, figures: dict[str, Figures], queries: int, size: int
) -> None:
    """Run many queries on each engine, and add its memory at intervals."""
    path = setup.scratch / "many-queries"
    generated = make_queries(read_fields([setup.passages]), queries, seed=13)
    write_queries(generated, path)
    every = max(1, queries // ENDURANCE_INTERVALS)
    for engine in setup.engines:
        _log(f"{engine}: running {queries} queries")
        folder = setup.scratch / f"{engine}-{size}"
        mode = "visitor" if engine == "ours" else "snippets"
        with PeerProcess(engine, folder, setup.queries) as each:
            figures[engine]["endurance"] = each.call("endure", mode, str(path), every)


def _log(text: str) -> None:
    click.echo(text, err=True)


if __name__ == "__main__":
    main()
