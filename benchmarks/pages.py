"""Benchmark of a cold start, a warm start and each kind of page over HTTP.

    python -m benchmarks.pages [--rounds N] [--json]

Compare only times of one machine, preferably of one run.
"""

import argparse
import http.client
import json
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.figures import milliseconds
from indexer.pipeline import open_corpus, open_stored_engine, rebuild
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


def time_pages(address: str, rounds: int) -> dict[str, dict[str, float]]:
    """Request each page in turn, several rounds, on one connection."""
    host = address.removeprefix("http://")
    times_of: dict[str, list[float]] = {page: [] for page in PAGES}
    connection = http.client.HTTPConnection(host)
    for _ in range(rounds):
        for page in PAGES:
            started = time.perf_counter()
            connection.request("GET", page)
            response = connection.getresponse()
            response.read()
            times_of[page].append(time.perf_counter() - started)
            if response.status != http.client.OK:
                raise SystemExit(f"{page}: {response.status}")
    return {
        page: {
            "p50_ms": milliseconds(statistics.median(times)),
            "p95_ms": milliseconds(statistics.quantiles(times, n=20)[-1]),
        }
        for page, times in times_of.items()
    }


def time_start(root: Path) -> float:
    """Start the service; return the seconds until it responds."""
    started = time.perf_counter()
    with serving(root, PROJECT / "documents"):
        return time.perf_counter() - started


def time_indexing(root: Path) -> dict[str, float]:
    """Return the times to read and to index the documents."""
    workspace = Workspace(root)
    workspace.documents.symlink_to(read_settings({}).locations.documents)
    started = time.perf_counter()
    corpus = open_corpus(workspace.locations).read()
    read = time.perf_counter()
    rebuild(open_stored_engine(workspace.locations), corpus)
    return {
        "records": len(corpus.records),
        "read_ms": milliseconds(read - started),
        "index_ms": milliseconds(time.perf_counter() - read),
    }


def main() -> None:
    """Measure and print."""
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
