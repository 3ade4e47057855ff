"""Adds and withdraws reports while readers ask, and sees how soon they are told."""

from __future__ import annotations

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
from benchmarks.load import Until, ask
from benchmarks.service import Service

READERS = 8
PAUSE_S = 2.0
CHANGES_ALONE = 3
_PATIENCE_S = 120.0
_ASKED_EVERY_S = 0.05
_IN_A_ROW = 4
"""Each worker follows the index by itself: so many answers must agree."""


def ask_while_writing(
    service: Service, documents: Path, paths: Sequence[str], seconds: float
) -> dict[str, object]:
    """Change the content with nobody reading, read in peace, then do both at once.

    A change is a report of a hundred pages that is put into `documents` or taken away,
    and told when a search finds it or no more. `added_s` and `withdrawn_s` are from the
    files to that, by the service alone. `update_s` is what `kb index update` takes
    then.
    """
    alone = _write(service, documents, _after(CHANGES_ALONE))
    in_peace = ask(service.port, paths, READERS, Until(seconds))
    is_over = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(_write, service, documents, is_over.is_set)
        while_writing = ask(service.port, paths, READERS, Until(seconds))
        is_over.set()
        among_readers = writer.result()
    return {
        "in_peace": in_peace.figures(),
        "while_writing": while_writing.figures(),
        "errors": while_writing.errors[:10],
        "changes": {
            "nobody reading": _summary(alone),
            f"{READERS} readers": _summary(among_readers),
        },
    }


def _after(times: int) -> Callable[[], bool]:
    """Give what says that it is over when it was asked so many times."""
    left = iter(range(times))
    return lambda: next(left, None) is None


def _summary(changes: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {
        "reports": len(changes),
        **{
            f"{name}_{which}": round(choose([each[name] for each in changes]), 2)
            for name in ("added_s", "withdrawn_s", "update_s")
            for which, choose in (("median", statistics.median), ("max", max))
            if changes
        },
    }


def _write(
    service: Service, documents: Path, is_over: Callable[[], bool]
) -> list[dict[str, float]]:
    """Add a report, then withdraw it, again and again; time each change."""
    changes: list[dict[str, float]] = []
    while not is_over():
        number = len(changes)
        slug, word = f"brand-new-{number}", f"zyxwvut{number}qwx"
        add_report(documents, slug, word)
        added_s = _told_s(service, slug, word, is_there=True)
        update_s = service.update()
        time.sleep(PAUSE_S)
        remove_report(documents, slug)
        withdrawn_s = _told_s(service, slug, word, is_there=False)
        time.sleep(PAUSE_S)
        changes.append(
            {"added_s": added_s, "withdrawn_s": withdrawn_s, "update_s": update_s}
        )
    return changes


def _told_s(service: Service, slug: str, word: str, *, is_there: bool) -> float:
    """Give the seconds until all workers tell of a change that was just made."""
    told = started = time.perf_counter()
    in_a_row = 0
    while in_a_row < _IN_A_ROW:
        if time.perf_counter() - started > _PATIENCE_S:
            raise SystemExit(f"{slug}: not told after {_PATIENCE_S} s")
        if _finds(service, slug, word) is not is_there:
            in_a_row = 0
            time.sleep(_ASKED_EVERY_S)
            continue
        in_a_row += 1
        if in_a_row == 1:
            told = time.perf_counter()
    return told - started


def _finds(service: Service, slug: str, word: str) -> bool:
    address = f"{service.address}/api/v1/search?q=%22{word}%22&locale=fr"
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310
            body = json.load(answer)
    except urllib.error.URLError:
        return False
    return slug in {hit["id"] for hit in body["hits"]}
