"""Measures how soon changes of the documents are visible, with and without load."""

import json
import statistics
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.deliverables import add_report, remove_report
from benchmarks.load import LoadLimit, run_load
from benchmarks.service import Service

CLIENTS = 8
PAUSE_S = 2.0
CHANGES_ALONE = 3
_TIMEOUT_S = 120.0
_POLL_INTERVAL_S = 0.05
_CONSECUTIVE = 4
"""Consecutive responses that must agree, since each worker reloads the index."""


def measure_writes(
    service: Service, documents: Path, paths: Sequence[str], seconds: float
) -> dict[str, object]:
    """Measure changes without load, load without changes, then both.

    A change adds a report of a hundred pages to `documents`, or deletes it. `added_s`
    and `withdrawn_s` are the times until searches show the change; `update_s` is the
    duration of `kb index update`.
    """
    without_load = _write(service, documents, _after(CHANGES_ALONE))
    without_writes = run_load(service.port, paths, CLIENTS, LoadLimit(seconds))
    stopped = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(_write, service, documents, stopped.is_set)
        while_writing = run_load(service.port, paths, CLIENTS, LoadLimit(seconds))
        stopped.set()
        with_load = writer.result()
    return {
        "in_peace": without_writes.figures(),
        "while_writing": while_writing.figures(),
        "errors": while_writing.errors[:10],
        "changes": {
            "no clients": _summary(without_load),
            f"{CLIENTS} clients": _summary(with_load),
        },
    }


def _after(times: int) -> Callable[[], bool]:
    """Return a function that returns True after a number of calls."""
    calls = iter(range(times))
    return lambda: next(calls, None) is None


def _summary(changes: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {
        "reports": len(changes),
        **{
            f"{name}_{suffix}": round(function([each[name] for each in changes]), 2)
            for name in ("added_s", "withdrawn_s", "update_s")
            for suffix, function in (("median", statistics.median), ("max", max))
            if changes
        },
    }


def _write(
    service: Service, documents: Path, is_stopped: Callable[[], bool]
) -> list[dict[str, float]]:
    """Add and delete reports until stopped; return the times of each change."""
    changes: list[dict[str, float]] = []
    while not is_stopped():
        number = len(changes)
        slug, word = f"brand-new-{number}", f"zyxwvut{number}qwx"
        add_report(documents, slug, word)
        added_s = _visible_after_s(service, slug, word, is_there=True)
        update_s = service.update()
        time.sleep(PAUSE_S)
        remove_report(documents, slug)
        withdrawn_s = _visible_after_s(service, slug, word, is_there=False)
        time.sleep(PAUSE_S)
        changes.append(
            {"added_s": added_s, "withdrawn_s": withdrawn_s, "update_s": update_s}
        )
    return changes


def _visible_after_s(
    service: Service, slug: str, word: str, *, is_there: bool
) -> float:
    """Return the seconds until the searches of all workers show a change."""
    visible = started = time.perf_counter()
    agreeing = 0
    while agreeing < _CONSECUTIVE:
        if time.perf_counter() - started > _TIMEOUT_S:
            raise SystemExit(f"{slug}: no change visible after {_TIMEOUT_S} s")
        if _is_found(service, slug, word) is not is_there:
            agreeing = 0
            time.sleep(_POLL_INTERVAL_S)
            continue
        agreeing += 1
        if agreeing == 1:
            visible = time.perf_counter()
    return visible - started


def _is_found(service: Service, slug: str, word: str) -> bool:
    address = f"{service.address}/api/v1/search?q=%22{word}%22&locale=fr"
    try:
        with urllib.request.urlopen(address, timeout=60) as response:  # noqa: S310
            body = json.load(response)
    except urllib.error.URLError:
        return False
    return slug in {hit["id"] for hit in body["hits"]}
