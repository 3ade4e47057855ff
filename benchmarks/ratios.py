"""Compares our engine with tantivy, and the ratios with those of the repository.

    python -m benchmarks.ratios [--store]

Times of a shared machine change from hour to hour; the ratio of two engines that work
in turn in one run changes little. All times are processor times, and the medians of
the queries; `ratios.json` has the ratios of an earlier run.
"""

import json
import statistics
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import click

from benchmarks.figures import table
from benchmarks.generated_data import make_queries, passage_fields
from benchmarks.passages import read_fields, write_fields
from benchmarks.peers.processes import PeerProcess, build_in_process
from benchmarks.queries import write_queries
from kb.core.settings import read_settings

STORED = Path(__file__).with_name("ratios.json")
PASSAGES = 20_000
QUERIES = 100
ROUNDS = 6
SAME = 1.1
"""Two ratios whose quotient is below this are the same: runs differ by as much."""

INDEXING = "indexing"
MODES = {
    "ten best, all facets counted": ("facets", "facets"),
    "ten best with excerpts": ("snippets", "snippets"),
    "a visitor's search, beside excerpts": ("visitor", "snippets"),
}
"""What is compared: a mode of ours, and one of tantivy."""


def measured(scratch: Path) -> dict[str, float]:
    """Return the ratios of our times to those of tantivy, in one run."""
    passages, queries = scratch / "passages", scratch / "queries"
    documents = read_settings({}).locations.documents
    write_fields(passage_fields(documents, PASSAGES), passages, PASSAGES)
    write_queries(make_queries(read_fields([passages]), QUERIES), queries)
    used = {
        engine: build_in_process(engine, scratch / engine, passages, PASSAGES)
        for engine in ("ours", "tantivy")
    }
    seconds = [used[engine]["index_processor_s"] for engine in ("ours", "tantivy")]
    ratios = {INDEXING: round(seconds[0] / seconds[1], 2)}
    with ExitStack() as stack:
        ours, tantivy = (
            stack.enter_context(PeerProcess(engine, scratch / engine, queries))
            for engine in ("ours", "tantivy")
        )
        for name, (mode, other_mode) in MODES.items():
            ratios[name] = _ratio((ours, mode), (tantivy, other_mode))
    return ratios


def _ratio(*compared: tuple[PeerProcess, str]) -> float:
    """Return the ratio of the medians of two engines that answer in turn."""
    rounds: list[list[list[float]]] = [[], []]
    for _ in range(ROUNDS):
        for times, (peer, mode) in zip(rounds, compared, strict=True):
            times.append(peer.call("processor", mode))
    # The first round reads what later ones find in caches.
    ours, other = (
        float(statistics.median(map(statistics.median, zip(*times[1:], strict=True))))
        for times in rounds
    )
    return round(ours / other, 2)


def comparison(stored: Mapping[str, float], now: Mapping[str, float]) -> str:
    """Return a table of ratios, each with whether it is worse than the stored one."""
    rows = [
        (name, stored.get(name, ""), ratio, _verdict(stored.get(name), ratio))
        for name, ratio in now.items()
    ]
    return table(["our time by that of tantivy", "stored", "now", ""], rows)


def _verdict(stored: float | None, now: float) -> str:
    if stored is None:
        return "new"
    if now > stored * SAME:
        return "WORSE"
    return "better" if now * SAME < stored else "same"


@click.command()
@click.option("--store", "stores", is_flag=True, help="Store these ratios.")
def main(*, stores: bool) -> None:
    """Measure, and print the ratios beside the stored ones."""
    with tempfile.TemporaryDirectory() as name:
        now = measured(Path(name))
    stored = json.loads(STORED.read_text("utf-8")) if STORED.is_file() else {}
    click.echo(comparison(stored, now))
    if stores:
        STORED.write_text(json.dumps(now, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
