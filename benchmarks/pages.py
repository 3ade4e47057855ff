"""Times a start from nothing, a warm start, and each sort of page, over real HTTP.

    python -m benchmarks.pages [--rounds N] [--json]

The times are those of this machine on this day: compare them with others of the same
run, or with those of the version before on the same machine.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import tempfile
import time
from pathlib import Path

from indexer.pipeline import open_stored_engine, read_corpus, rebuild
from kb.core.settings import read_settings
from tests.support.builders import PROJECT, Workspace
from tests.support.server import serving

PAGES = (
    "/fr/",
    "/en/search?q=police",
    "/fr/search?q=comment+emp%C3%AAcher+les+vols+de+v%C3%A9los",
    "/fr/search",
    "/fr/practices/",
    "/fr/practices/milan-stolen-bikes",
    "/fr/themes/everyday-security",
    "/fr/glossary/",
    "/fr/deliverables/d2.5",
    "/fr/feed.atom?q=police",
    "/sitemap.xml",
    "/api/v1/search?q=police",
    "/api/v1/suggest?q=cyb&locale=fr",
)


def milliseconds(seconds: float) -> float:
    """Round a time for a table."""
    return round(seconds * 1000, 1)


def time_pages(address: str, rounds: int) -> dict[str, dict[str, float]]:
    """Ask for each page in turn, some rounds, on one connection kept open."""
    host = address.removeprefix("http://")
    taken: dict[str, list[float]] = {page: [] for page in PAGES}
    connection = http.client.HTTPConnection(host)
    for _ in range(rounds):
        for page in PAGES:
            started = time.perf_counter()
            connection.request("GET", page)
            answer = connection.getresponse()
            answer.read()
            taken[page].append(time.perf_counter() - started)
            if answer.status != http.client.OK:
                raise SystemExit(f"{page}: {answer.status}")
    return {
        page: {
            "p50_ms": milliseconds(statistics.median(times)),
            "p95_ms": milliseconds(statistics.quantiles(times, n=20)[-1]),
        }
        for page, times in taken.items()
    }


def time_start(root: Path) -> float:
    """Start the service and wait until it answers; give the seconds."""
    started = time.perf_counter()
    with serving(root, PROJECT / "documents"):
        return time.perf_counter() - started


def time_indexing(root: Path) -> dict[str, float]:
    """Read and index the content, from nothing."""
    workspace = Workspace(root)
    workspace.documents.symlink_to(read_settings({}).locations.documents)
    started = time.perf_counter()
    corpus = read_corpus(workspace.locations)
    read = time.perf_counter()
    rebuild(open_stored_engine(workspace.locations), corpus)
    return {
        "records": len(corpus.records),
        "read_ms": milliseconds(read - started),
        "index_ms": milliseconds(time.perf_counter() - read),
    }


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for folder in ("indexing", "serving"):
            (root / folder).mkdir()
        indexing = time_indexing(root / "indexing")
        cold = time_start(root / "serving")
        warm = time_start(root / "serving")
        with serving(root / "serving", PROJECT / "documents") as address:
            pages = time_pages(address, options.rounds)
    result = {
        "indexing": indexing,
        "start_from_nothing_s": round(cold, 2),
        "warm_start_s": round(warm, 2),
        "pages": pages,
    }
    if options.json:
        print(json.dumps(result, indent=2))
        return
    print(
        f"{indexing['records']} records: read in {indexing['read_ms']} ms, "
        f"indexed in {indexing['index_ms']} ms"
    )
    print(f"start: {cold:.2f} s without an index, {warm:.2f} s with one")
    print(f"{'page':58} {'median':>9} {'95th':>9}")
    for page, times in pages.items():
        print(f"{page:58} {times['p50_ms']:>6} ms {times['p95_ms']:>6} ms")


if __name__ == "__main__":
    main()
