"""One engine in a process of its own, so that its memory is its own.

    python -m benchmarks.peers build ENGINE FOLDER PASSAGES [COUNT]
    python -m benchmarks.peers ask ENGINE FOLDER QUERIES

The first indexes and says how long it took. The second reads what to do from its
standard input and answers, a line of JSON each. `processes.py` starts both.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.figures import centile, memory_mb, milliseconds
from benchmarks.passages import TextPassage, read_passages
from benchmarks.peers.base import Peer
from benchmarks.peers.registry import open_peer
from benchmarks.queries import TypedQuery, iterate_queries, read_queries


class _Metered:
    """Passages, and how long it took to read them, which is not the engine's doing."""

    def __init__(self, passages: Iterable[TextPassage]) -> None:
        self._passages = iter(passages)
        self.seconds = 0.0
        self.count = 0

    def __iter__(self) -> Iterator[TextPassage]:
        while True:
            started = time.perf_counter()
            passage = next(self._passages, None)
            self.seconds += time.perf_counter() - started
            if passage is None:
                return
            self.count += 1
            yield passage


def build(peer: Peer, passages: Path, count: int | None) -> dict[str, float]:
    """Index the first passages of a file."""
    metered = _Metered(read_passages(passages, count))
    started = time.perf_counter()
    peer.build(metered)
    seconds = time.perf_counter() - started - metered.seconds
    return {
        "index_per_s": round(metered.count / seconds, 1),
        "index_s": round(seconds, 2),
        "build_rss_mb": memory_mb("VmHWM"),
    }


def ask(peer: Peer, queries: Sequence[TypedQuery]) -> None:
    """Do what each line of the standard input says until there is none."""
    started = time.perf_counter()
    peer.open()
    _say({"open_s": round(time.perf_counter() - started, 3)})
    tasks: dict[str, Callable[..., object]] = {
        "time": lambda mode: _times(getattr(peer, mode), queries),
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
        _say(tasks[name](*arguments))


def _times(
    answer: Callable[[TypedQuery], object], queries: Sequence[TypedQuery]
) -> list[float]:
    times = []
    for query in queries:
        started = time.perf_counter()
        answer(query)
        times.append(time.perf_counter() - started)
    return times


def _postings(peer: Peer, queries: Sequence[TypedQuery]) -> list[int]:
    """Count, for each query, the passages that hold each of its words, added up."""
    words = {TypedQuery(w, q.lang) for q in queries for w in q.text.split()}
    totals = {word: peer.total(word) for word in words}
    return [
        sum(totals[TypedQuery(word, query.lang)] for word in query.text.split())
        for query in queries
    ]


def _endure(
    answer: Callable[[TypedQuery], object], path: Path, every: int
) -> list[dict[str, float]]:
    """Ask many queries, none of them kept, and tell the memory at intervals."""
    told: list[dict[str, float]] = []
    times: list[float] = []
    for asked, query in enumerate(iterate_queries(path), 1):
        started = time.perf_counter()
        answer(query)
        times.append(time.perf_counter() - started)
        if asked % every == 0:
            figures = {
                "queries": asked,
                "rss_mb": memory_mb("VmRSS"),
                "p50_ms": milliseconds(centile(times, 0.5)),
                "p95_ms": milliseconds(centile(times, 0.95)),
            }
            told.append(figures)
            times.clear()
    return told


def _say(answer: object) -> None:
    print(json.dumps(answer), flush=True)


def main(action: str, engine: str, folder: str, source: str, *rest: str) -> None:
    """Index, or answer."""
    peer = open_peer(engine, Path(folder))
    if action == "build":
        _say(build(peer, Path(source), int(rest[0]) if rest else None))
    else:
        ask(peer, read_queries(Path(source)))


if __name__ == "__main__":
    main(*sys.argv[1:])
