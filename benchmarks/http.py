"""Benchmark of the service over HTTP with concurrent clients.

    python -m benchmarks.http [--corpus FILE… --passages N --workers 1,2
        --readers 1,2,4,8,16,32 --seconds S --writes --queries-total N
        --engine whoosh|opensearch --json]

The content is a copy of documents/ and, with --corpus, passages written as reports of
some 250 each. The clients run on the same machine and compete for its processors; the
column `readers' CPU` is their share.
"""

import json
import os
import shutil
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import click

from benchmarks.deliverables import write_content
from benchmarks.generated_data import make_queries
from benchmarks.http_report import report
from benchmarks.load import LoadLimit, run_load
from benchmarks.passages import read_fields
from benchmarks.queries import TypedQuery
from benchmarks.request_paths import Paths, paths_by_kind
from benchmarks.service import Service
from benchmarks.writes import measure_writes
from indexer.corpus.corpus_reader import CorpusReader
from indexer.engines.registry import EngineName
from kb.core.settings import read_settings
from tests.relevance.judged_content import QUERIES

GENERATED_QUERIES = 3000
"""Enough that no page of results comes from the cache of the service."""
INTERVALS = 20
WRITING_FACTOR = 10
"""Factor of the duration with writes, since one change takes seconds."""

Path_ = click.Path(path_type=Path, exists=True, dir_okay=False)
Figures = dict[str, Any]


class _Numbers(click.ParamType[tuple[int, ...]]):
    """A list of numbers separated by commas."""

    name = "numbers"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """Parse the numbers."""
        numbers = str(value).split(",")
        if not all(each.isascii() and each.isdigit() and int(each) for each in numbers):
            self.fail(f"{value}: not numbers separated by commas", param, ctx)
        return tuple(int(each) for each in numbers)


@dataclass(frozen=True, slots=True)
class HTTPSetup:
    """The folders, paths, numbers of clients and duration of the benchmark."""

    root: Path
    documents: Path
    paths: Paths
    clients: Sequence[int]
    seconds: float


@click.command()
@click.option("--corpus", metavar="FILE…", multiple=True, type=Path_)
@click.argument("more_corpus", metavar="", nargs=-1, type=Path_)
@click.option("--passages", "count", type=click.IntRange(1), help="The first N only.")
@click.option("--workers", default="1,2", show_default=True, type=_Numbers())
@click.option("--readers", default="1,2,4,8,16,32", show_default=True, type=_Numbers())
@click.option("--seconds", default=3.0, show_default=True, help="For each measurement.")
@click.option("--writes", is_flag=True, help="Also add and delete reports.")
@click.option(
    "--queries-total", type=click.IntRange(1), help="Measure memory over N requests."
)
@click.option(
    "--engine",
    type=click.Choice([each.value for each in EngineName]),
    help="Instead of KB_ENGINE.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def main(  # noqa: PLR0913, PLR0917  # one for each option
    corpus: tuple[Path, ...],
    more_corpus: tuple[Path, ...],
    count: int | None,
    workers: tuple[int, ...],
    readers: tuple[int, ...],
    seconds: float,
    queries_total: int | None,
    engine: str | None,
    *,
    writes: bool,
    as_json: bool,
) -> None:
    """Start the service, request pages, and print the figures.

    --corpus accepts several files.
    """
    if engine is not None:
        # The service reads its settings from the environment.
        os.environ["KB_ENGINE"] = engine
    # A cluster may also have the index of a service in use.
    used = read_settings().locations.cluster.index
    os.environ["KB_OPENSEARCH_INDEX"] = f"{used}-benchmark"
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        figures, paths = _content(root, (*corpus, *more_corpus), count)
        setup = HTTPSetup(root, root / "documents", paths, readers, seconds)
        figures["workers"] = {
            str(number): measure_workers(setup, number, is_cold=number == workers[0])
            for number in workers
        }
        if writes or queries_total:
            with Service(root, setup.documents, workers=workers[-1]) as service:
                if writes:
                    figures["writes"] = _with_writes(setup, service)
                if queries_total:
                    figures["endurance"] = measure_endurance(
                        setup, service, queries_total
                    )
    click.echo(json.dumps(figures, indent=2) if as_json else report(figures))


def _content(
    root: Path, files: Sequence[Path], count: int | None
) -> tuple[Figures, Paths]:
    """Write the documents; return their figures and the paths to request."""
    documents = read_settings({}).locations.documents
    passages = islice(read_fields(files), count) if files else iter(())
    _log("writing the content")
    reports = write_content(documents, root / "documents", passages)
    started = time.perf_counter()
    corpus = CorpusReader(root / "documents").read()
    read_s = time.perf_counter() - started
    judged = [TypedQuery(each.text, each.locale) for each in QUERIES]
    generated = make_queries(read_fields(files), GENERATED_QUERIES) if files else ()
    figures = {
        "records": len(corpus.records),
        "reports": len(reports),
        "problems": len(corpus.problems),
        "read_s": round(read_s, 2),
    }
    return figures, paths_by_kind([*judged, *generated], corpus)


def measure_workers(setup: HTTPSetup, workers: int, *, is_cold: bool) -> Figures:
    """Start the service with a number of workers, and request each kind of page."""
    figures: Figures = {}
    if is_cold:
        _log("starting without an index")
        shutil.rmtree(setup.root / "index", ignore_errors=True)
        with Service(setup.root, setup.documents, workers=workers) as service:
            figures["cold_start_s"] = round(service.start_s, 2)
    _log(f"starting with {workers} workers")
    with Service(setup.root, setup.documents, workers=workers) as service:
        figures["warm_start_s"] = round(service.start_s, 2)
        figures["first_query_ms"] = _time_first(service, setup.paths["search"][0])
        figures["memory_at_start"] = service.memory()
        figures["load"] = _loads(setup, service)
        figures["memory_after"] = service.memory()
    return figures


def _time_first(service: Service, path: str) -> float:
    started = time.perf_counter()
    with urllib.request.urlopen(f"{service.address}{path}", timeout=600) as answer:  # noqa: S310
        answer.read()
    return round((time.perf_counter() - started) * 1000, 1)


def _loads(setup: HTTPSetup, service: Service) -> list[Figures]:
    loads: list[Figures] = []
    for kind, paths in setup.paths.items():
        requested = 0
        for clients in setup.clients:
            _log(f"{kind}: {clients} clients")
            rotated = _rotated(paths, requested)
            load = run_load(service.port, rotated, clients, LoadLimit(setup.seconds))
            requested += len(load.times)
            loads.append(
                {
                    "kind": kind,
                    "readers": clients,
                    **load.figures(),
                    "examples": load.errors[:3],
                }
            )
    return loads


def _rotated(paths: Sequence[str], start: int) -> Sequence[str]:
    start %= len(paths)
    return [*paths[start:], *paths[:start]]


def _with_writes(setup: HTTPSetup, service: Service) -> Figures:
    _log("requesting pages while reports change")
    seconds = setup.seconds * WRITING_FACTOR
    paths = setup.paths["mixed"]
    return measure_writes(service, setup.documents, paths, seconds)


def measure_endurance(
    setup: HTTPSetup, service: Service, queries: int
) -> list[Figures]:
    """Request many pages; return the memory at intervals."""
    intervals: list[Figures] = []
    every = max(1, queries // INTERVALS)
    paths = setup.paths["mixed"]
    for number in range(queries // every):
        rotated = _rotated(paths, number * every)
        load = run_load(service.port, rotated, 4, LoadLimit(requests=every))
        memory = service.memory()
        figures = {
            "requests": (number + 1) * every,
            **{f"{name} Rss MB": each["rss_mb"] for name, each in memory.items()},
            "Pss MB": round(sum(each["pss_mb"] for each in memory.values()), 1),
            "p50_ms": load.figures()["p50_ms"],
            "errors": len(load.errors),
        }
        _log(f"{figures['requests']} requests: {figures['Pss MB']} MB")
        intervals.append(figures)
    return intervals


def _log(text: str) -> None:
    click.echo(text, err=True)


if __name__ == "__main__":
    main()
