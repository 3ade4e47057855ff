"""Runs one engine in its own process, so that its memory can be measured.

    python -m benchmarks.peers build ENGINE FOLDER PASSAGES [COUNT]
    python -m benchmarks.peers ask ENGINE FOLDER QUERIES

`build` indexes and prints its duration. `ask` reads calls from standard input and
prints results, each as a line of JSON. `processes.py` starts both.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.figures import memory_mb, milliseconds, percentile
from benchmarks.passages import TextPassage, read_passages
from benchmarks.peers.base import Peer
from benchmarks.peers.registry import open_peer
from benchmarks.queries import TypedQuery, iterate_queries, read_queries


class _TimedPassages:
    """Iterator of passages that measures the time to read them, and processor time."""

    def __init__(self, passages: Iterable[TextPassage]) -> None:
        self._passages = iter(passages)
        self.seconds = 0.0
        self.processor_s = 0.0
        self.count = 0

    def __iter__(self) -> Iterator[TextPassage]:
        while True:
            started, used = time.perf_counter(), time.thread_time()
            passage = next(self._passages, None)
            self.seconds += time.perf_counter() - started
            self.processor_s += time.thread_time() - used
            if passage is None:
                return
            self.count += 1
            yield passage


def build(peer: Peer, passages: Path, count: int | None) -> dict[str, float]:
    """Index the first passages of a file, and return the figures."""
    timed = _TimedPassages(read_passages(passages, count))
    started, used = time.perf_counter(), _processor_s()
    peer.build(timed)
    seconds = time.perf_counter() - started - timed.seconds
    return {
        "index_per_s": round(timed.count / seconds, 1),
        "index_s": round(seconds, 2),
        "index_processor_s": round(_processor_s() - used - timed.processor_s, 2),
        "build_rss_mb": memory_mb("VmHWM"),
    }


def ask(peer: Peer, queries: Sequence[TypedQuery]) -> None:
    """Run the call on each line of standard input, and print its result."""
    started = time.perf_counter()
    peer.open()
    _print({"open_s": round(time.perf_counter() - started, 3)})
    tasks: dict[str, Callable[..., object]] = {
        "time": lambda mode: _times(getattr(peer, mode), queries),
        "processor": lambda mode: _times(
            getattr(peer, mode), queries, time.process_time
        ),
        "memory": lambda: {
            "rss_mb": memory_mb("VmHWM"),
            "anonymous_mb": memory_mb("RssAnon"),
        },
        "answers": lambda: [[peer.total(each), peer.top(each)] for each in queries],
        "counts": lambda: [peer.facets(each)[1] for each in queries],
        "postings": lambda: _postings(peer, queries),
        "endure": lambda mode, path, every: _endure(
            getattr(peer, mode), Path(path), every
        ),
    }
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        _print(tasks[name](*arguments))


def _processor_s() -> float:
    """Return the processor time of this process, its threads and its children."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _times(
    search: Callable[[TypedQuery], object],
    queries: Sequence[TypedQuery],
    clock: Callable[[], float] = time.perf_counter,
) -> list[float]:
    times = []
    for query in queries:
        started = clock()
        search(query)
        times.append(clock() - started)
    return times


def _postings(peer: Peer, queries: Sequence[TypedQuery]) -> list[int]:
    """Return, for each query, the sum of the document frequencies of its words."""
    words = {TypedQuery(w, q.lang) for q in queries for w in q.text.split()}
    totals = {word: peer.total(word) for word in words}
    return [
        sum(totals[TypedQuery(word, query.lang)] for word in query.text.split())
        for query in queries
    ]


def _endure(
    search: Callable[[TypedQuery], object], path: Path, every: int
) -> list[dict[str, float]]:
    """Run the queries of a file; return memory and times at intervals."""
    intervals: list[dict[str, float]] = []
    times: list[float] = []
    for number, query in enumerate(iterate_queries(path), 1):
        started = time.perf_counter()
        search(query)
        times.append(time.perf_counter() - started)
        if number % every == 0:
            figures = {
                "queries": number,
                "rss_mb": memory_mb("VmRSS"),
                "p50_ms": milliseconds(percentile(times, 0.5)),
                "p95_ms": milliseconds(percentile(times, 0.95)),
            }
            intervals.append(figures)
            times.clear()
    return intervals


def _print(result: object) -> None:
    print(json.dumps(result), flush=True)


def main(action: str, engine: str, folder: str, source: str, *rest: str) -> None:
    """Index passages, or run queries."""
    peer = open_peer(engine, Path(folder))
    if action == "build":
        _print(build(peer, Path(source), int(rest[0]) if rest else None))
    else:
        ask(peer, read_queries(Path(source)))


if __name__ == "__main__":
    main(*sys.argv[1:])
