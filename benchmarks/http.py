"""Measures the service as it is run, over real HTTP, with readers who ask at once.

    python -m benchmarks.http [--corpus FILE… --passages N --workers 1,2
        --readers 1,2,4,8,16,32 --seconds S --writes --queries-total N --json]

The content is a copy of documents/ and, with --corpus, so many passages written as
reports of some 250 each. The readers are a process on the same machine: what they take
of its processors is said (`readers' CPU`), and the service has the less.
"""

from __future__ import annotations

import json
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

from benchmarks.asking import Paths, paths_by_kind
from benchmarks.deliverables import write_content
from benchmarks.http_report import report
from benchmarks.load import Until, ask
from benchmarks.making import make_queries
from benchmarks.passages import read_fields
from benchmarks.queries import TypedQuery
from benchmarks.service import Service
from benchmarks.writes import ask_while_writing
from indexer.corpus.corpus import CorpusReader
from kb.core.settings import read_settings
from tests.relevance.judged import QUERIES

MADE_QUERIES = 3000
"""Enough for no page of results to be asked for twice: the service keeps some."""
INTERVALS = 20
WRITING_TIMES = 10
"""Those with changes last so many times longer, for a change takes seconds."""

Path_ = click.Path(path_type=Path, exists=True, dir_okay=False)
Figures = dict[str, Any]


class _Numbers(click.ParamType[tuple[int, ...]]):
    """Numbers with commas between them."""

    name = "numbers"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """Read them."""
        numbers = str(value).split(",")
        if not all(each.isascii() and each.isdigit() and int(each) for each in numbers):
            self.fail(f"{value}: not numbers with commas between them", param, ctx)
        return tuple(int(each) for each in numbers)


@dataclass(frozen=True, slots=True)
class Setting:
    """What is measured, and where."""

    root: Path
    documents: Path
    paths: Paths
    readers: Sequence[int]
    seconds: float


@click.command()
@click.option("--corpus", metavar="FILE…", multiple=True, type=Path_)
@click.argument("more_corpus", metavar="", nargs=-1, type=Path_)
@click.option("--passages", "count", type=click.IntRange(1), help="The first N only.")
@click.option("--workers", default="1,2", show_default=True, type=_Numbers())
@click.option("--readers", default="1,2,4,8,16,32", show_default=True, type=_Numbers())
@click.option("--seconds", default=3.0, show_default=True, help="For each measurement.")
@click.option("--writes", is_flag=True, help="Add and withdraw records meanwhile.")
@click.option("--queries-total", type=click.IntRange(1), help="Ask so many: memory.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def main(  # noqa: PLR0913, PLR0917  # one for each option
    corpus: tuple[Path, ...],
    more_corpus: tuple[Path, ...],
    count: int | None,
    workers: tuple[int, ...],
    readers: tuple[int, ...],
    seconds: float,
    queries_total: int | None,
    *,
    writes: bool,
    as_json: bool,
) -> None:
    """Start the service, ask for pages, and print the figures.

    After --corpus may stand several files.
    """
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        figures, paths = _content(root, (*corpus, *more_corpus), count)
        setting = Setting(root, root / "documents", paths, readers, seconds)
        figures["workers"] = {
            str(number): measure(setting, number, is_cold=number == workers[0])
            for number in workers
        }
        if writes or queries_total:
            with Service(root, setting.documents, workers=workers[-1]) as service:
                if writes:
                    figures["writes"] = _with_writes(setting, service)
                if queries_total:
                    figures["endurance"] = endure(setting, service, queries_total)
    click.echo(json.dumps(figures, indent=2) if as_json else report(figures))


def _content(
    root: Path, files: Sequence[Path], count: int | None
) -> tuple[Figures, Paths]:
    """Write what is served, and choose what to ask for."""
    documents = read_settings({}).locations.documents
    passages = islice(read_fields(files), count) if files else iter(())
    _tell("writing the content")
    reports = write_content(documents, root / "documents", passages)
    started = time.perf_counter()
    corpus = CorpusReader(root / "documents").read()
    read_s = time.perf_counter() - started
    judged = [TypedQuery(each.text, each.locale) for each in QUERIES]
    made = make_queries(read_fields(files), MADE_QUERIES) if files else ()
    figures = {
        "records": len(corpus.records),
        "reports": len(reports),
        "problems": len(corpus.problems),
        "read_s": round(read_s, 2),
    }
    return figures, paths_by_kind([*judged, *made], corpus)


def measure(setting: Setting, workers: int, *, is_cold: bool) -> Figures:
    """Start the service with so many workers, and ask for each kind of page."""
    figures: Figures = {}
    if is_cold:
        _tell("starting without an index")
        shutil.rmtree(setting.root / "index", ignore_errors=True)
        with Service(setting.root, setting.documents, workers=workers) as service:
            figures["cold_start_s"] = round(service.start_s, 2)
    _tell(f"starting with {workers} workers")
    with Service(setting.root, setting.documents, workers=workers) as service:
        figures["warm_start_s"] = round(service.start_s, 2)
        figures["first_query_ms"] = _time_first(service, setting.paths["search"][0])
        figures["memory_at_start"] = service.memory()
        figures["load"] = _loads(setting, service)
        figures["memory_after"] = service.memory()
    return figures


def _time_first(service: Service, path: str) -> float:
    started = time.perf_counter()
    with urllib.request.urlopen(f"{service.address}{path}", timeout=600) as answer:  # noqa: S310
        answer.read()
    return round((time.perf_counter() - started) * 1000, 1)


def _loads(setting: Setting, service: Service) -> list[Figures]:
    loads: list[Figures] = []
    for kind, paths in setting.paths.items():
        asked = 0
        for readers in setting.readers:
            _tell(f"{kind}: {readers} readers")
            start = asked % len(paths)
            turned = [*paths[start:], *paths[:start]]
            load = ask(service.port, turned, readers, Until(setting.seconds))
            asked += len(load.times)
            loads.append(
                {
                    "kind": kind,
                    "readers": readers,
                    **load.figures(),
                    "examples": load.errors[:3],
                }
            )
    return loads


def _with_writes(setting: Setting, service: Service) -> Figures:
    _tell("asking while records come and go")
    seconds = setting.seconds * WRITING_TIMES
    paths = setting.paths["mixed"]
    return ask_while_writing(service, setting.documents, paths, seconds)


def endure(setting: Setting, service: Service, queries: int) -> list[Figures]:
    """Ask for so many pages, and tell the memory along the way."""
    told: list[Figures] = []
    every = max(1, queries // INTERVALS)
    paths = setting.paths["mixed"]
    for number in range(queries // every):
        # From another place each time: not the same pages again and again.
        start = number * every % len(paths)
        load = ask(
            service.port, [*paths[start:], *paths[:start]], 4, Until(requests=every)
        )
        memory = service.memory()
        figures = {
            "requests": (number + 1) * every,
            **{f"{name} Rss MB": each["rss_mb"] for name, each in memory.items()},
            "Pss MB": round(sum(each["pss_mb"] for each in memory.values()), 1),
            "p50_ms": load.figures()["p50_ms"],
            "errors": len(load.errors),
        }
        _tell(f"{figures['requests']} requests: {figures['Pss MB']} MB")
        told.append(figures)
    return told


def _tell(text: str) -> None:
    click.echo(text, err=True)


if __name__ == "__main__":
    main()
