"""Times our engine, plain Whoosh, SQLite's FTS5 and tantivy on the same passages.

    python -m benchmarks.speed [--corpus FILE… --queries FILE --passages N --json]

Each engine indexes and answers in processes of its own; rounds of queries go from one
engine to the next, so that a slow moment of the machine falls on all. All the words of
a query must be found, the query is read anew each time, and ours is asked for what was
typed alone: no other names, no mended spelling, nothing lifted. Times are medians per
query over the rounds after the first; `cold` ones are of the first, in a process that
has just opened its index. Without --corpus, passages are made from documents/.
"""

from __future__ import annotations

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

from benchmarks.figures import centiles_ms, folder_mb
from benchmarks.making import document_fields, make_queries
from benchmarks.passages import read_fields, write_fields
from benchmarks.peers.processes import Answering, build_apart
from benchmarks.peers.registry import PEERS
from benchmarks.queries import TypedQuery, read_queries, write_queries
from benchmarks.speed_report import report
from kb.core.settings import read_settings

SIZES = (10_000, 30_000)
MADE_QUERIES = 200
ENDURED_INTERVALS = 20
MODES = ("top", "facets", "snippets")
PREFIXES = {"top": "", "facets": "facets_", "snippets": "snippets_"}

Figures = dict[str, Any]
Path_ = click.Path(path_type=Path, exists=True, dir_okay=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """What is measured: engines, files, and how often each query is asked."""

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
@click.option("--engines", default=",".join(PEERS), show_default=True)
@click.option("--rounds", default=4, show_default=True, type=click.IntRange(2))
@click.option("--growth/--no-growth", default=True, help="Smaller sizes first.")
@click.option("--queries-total", type=click.IntRange(1), help="Ask so many: memory.")
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
    """Index passages with each engine, ask queries, and print the figures.

    After --corpus may stand several files. With --queries-total, each engine is then
    asked so many queries, each another, and its memory is told along the way.
    """
    chosen = engines.split(",")
    if unknown := set(chosen) - set(PEERS):
        raise click.BadParameter(f"unknown: {', '.join(unknown)}")
    files = (*corpus, *more_corpus)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        setting = Setting(
            chosen, scratch / "passages", scratch / "queries", rounds, scratch
        )
        whole = write_fields(_fields(files, count), setting.passages, count)
        write_queries(_queries(queries, setting.passages), setting.queries)
        sizes = [size for size in SIZES if growth and size < whole]
        figures = measure_sizes(setting, [*sizes, whole])
        if queries_total:
            endure(setting, figures, queries_total, whole)
    click.echo(json.dumps(figures, indent=2) if as_json else report(figures))


def _fields(files: Sequence[Path], count: int | None) -> Iterator[dict[str, str]]:
    if files:
        return read_fields(files)
    return document_fields(read_settings({}).locations.documents, count)


def _queries(path: Path | None, passages: Path) -> Sequence[TypedQuery]:
    if path is not None:
        return read_queries(path)
    return make_queries(read_fields([passages]), MADE_QUERIES)


def measure_sizes(setting: Setting, sizes: Sequence[int]) -> dict[str, Figures]:
    """Measure at each size; give the figures of the last, and how they grew."""
    grown = [measure(setting, size) for size in sizes]
    return {
        engine: {
            **grown[-1][engine],
            "growth": [each[engine] for each in grown],
        }
        for engine in setting.engines
    }


def measure(setting: Setting, size: int) -> dict[str, Figures]:
    """Index so many passages with each engine, then ask them all in turn."""
    figures: dict[str, Figures] = {}
    folders = {each: setting.scratch / f"{each}-{size}" for each in setting.engines}
    for engine, folder in folders.items():
        _tell(f"{engine}: indexing {size} passages")
        built = build_apart(engine, folder, setting.passages, size)
        figures[engine] = {"passages": size, **built, "index_mb": folder_mb(folder)}
    with ExitStack() as stack:
        asked = {
            engine: stack.enter_context(Answering(engine, folder, setting.queries))
            for engine, folder in folders.items()
        }
        for engine, times in _rounds(asked, setting.rounds).items():
            figures[engine] |= asked[engine].opened | times
        for engine, each in asked.items():
            figures[engine] |= each.ask("memory")
        if "ours" in asked:
            figures["ours"] |= _visits(asked["ours"])
        for engine, compared in _agreements(asked).items():
            figures[engine] |= compared
    return figures


def _rounds(asked: Mapping[str, Answering], rounds: int) -> dict[str, Figures]:
    figures: dict[str, Figures] = {engine: {} for engine in asked}
    for mode in MODES:
        _tell(f"asking: {mode}")
        times: dict[str, list[list[float]]] = {engine: [] for engine in asked}
        for _, (engine, each) in itertools.product(range(rounds), asked.items()):
            times[engine].append(each.ask("time", mode))
        for engine, taken in times.items():
            usual = [statistics.median(of) for of in zip(*taken[1:], strict=True)]
            figures[engine] |= centiles_ms(usual, PREFIXES[mode])
            if mode == "top":
                figures[engine] |= centiles_ms(taken[0], "cold_", shares=(50, 95))
    if "ours" in figures:
        # It counts facets whatever is asked: one figure, rather than two of one thing.
        faceted = {f"p{n}_ms": figures["ours"][f"facets_p{n}_ms"] for n in (50, 95, 99)}
        figures["ours"] |= faceted
    return figures


def _visits(ours: Answering) -> Figures:
    """Ask as visitors do, with other names, spelling, and widening when few match."""
    _tell("ours: asking as visitors do")
    first, again = (ours.ask("time", "visitor") for _ in range(2))
    return centiles_ms(first, "visitor_cold_", shares=(50, 95)) | centiles_ms(
        again, "visitor_", shares=(50, 95)
    )


def _agreements(asked: Mapping[str, Answering]) -> dict[str, Figures]:
    """Compare what was found: scores differ, what matches should hardly."""
    _tell("comparing the answers")
    answers = {engine: each.ask("answers") for engine, each in asked.items()}
    figures: dict[str, Figures] = {}
    for engine, each in asked.items():
        postings = each.ask("postings")
        totals = [total for total, _ in answers[engine]]
        figures[engine] = {
            "mean_postings": round(statistics.fmean(postings)),
            "mean_total": round(statistics.fmean(totals), 1),
        }
        if "ours" in answers:
            figures[engine] |= agreement(answers["ours"], answers[engine])
    return figures


def agreement(ours: Sequence[Any], theirs: Sequence[Any]) -> Figures:
    """Tell how far another engine's answers, as (total, ten best), are like ours."""
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


def endure(
    setting: Setting, figures: dict[str, Figures], queries: int, size: int
) -> None:
    """Ask each engine many queries, and add its memory along the way."""
    path = setting.scratch / "many-queries"
    made = make_queries(read_fields([setting.passages]), queries, seed=13)
    write_queries(made, path)
    every = max(1, queries // ENDURED_INTERVALS)
    for engine in setting.engines:
        _tell(f"{engine}: asking {queries} queries")
        folder = setting.scratch / f"{engine}-{size}"
        mode = "visitor" if engine == "ours" else "snippets"
        with Answering(engine, folder, setting.queries) as each:
            figures[engine]["endurance"] = each.ask("endure", mode, str(path), every)


def _tell(text: str) -> None:
    click.echo(text, err=True)


if __name__ == "__main__":
    main()
