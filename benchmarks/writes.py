"""Adds and withdraws records while readers ask, and sees how soon they are told."""

from __future__ import annotations

import json
import statistics
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.deliverables import remove_practice, write_practice
from benchmarks.load import Until, ask
from benchmarks.service import Service

READERS = 8
PAUSE_S = 2.0
_PATIENCE_S = 120.0
_IN_A_ROW = 4
"""Each worker follows the index by itself: so many answers must agree."""


def ask_while_writing(
    service: Service, documents: Path, paths: Sequence[str], seconds: float
) -> dict[str, object]:
    """Ask for so long, at first in peace, then while records come and go."""
    in_peace = ask(service.port, paths, READERS, Until(seconds))
    is_over = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(_write, service, documents, is_over)
        while_writing = ask(service.port, paths, READERS, Until(seconds))
        is_over.set()
        changes = writer.result()
    return {
        "in_peace": in_peace.figures(),
        "while_writing": while_writing.figures(),
        "errors": while_writing.errors[:10],
        "changes": len(changes),
        **{
            f"{name}_{which}": round(choose([each[name] for each in changes]), 2)
            for name in ("update_s", "told_s")
            for which, choose in (("median", statistics.median), ("max", max))
            if changes
        },
    }


def _write(
    service: Service, documents: Path, is_over: threading.Event
) -> list[dict[str, float]]:
    """Add a record, then withdraw it, again and again; time each change."""
    changes = []
    number = 0
    while not is_over.is_set():
        slug, word = f"brand-new-{number}", f"zyxwvut{number}qwx"
        write_practice(documents, slug, word)
        changes.append(_change(service, slug, word, is_there=True))
        is_over.wait(PAUSE_S)
        remove_practice(documents, slug)
        changes.append(_change(service, slug, word, is_there=False))
        is_over.wait(PAUSE_S)
        number += 1
    return changes


def _change(
    service: Service, slug: str, word: str, *, is_there: bool
) -> dict[str, float]:
    started = time.perf_counter()
    update_s = service.update()
    in_a_row = 0
    told = started
    while in_a_row < _IN_A_ROW:
        if time.perf_counter() - started > _PATIENCE_S:
            raise SystemExit(f"{slug}: not told after {_PATIENCE_S} s")
        if _finds(service, slug, word) is not is_there:
            in_a_row = 0
            time.sleep(0.05)
            continue
        in_a_row += 1
        if in_a_row == 1:
            told = time.perf_counter()
    return {"update_s": update_s, "told_s": told - started}


def _finds(service: Service, slug: str, word: str) -> bool:
    address = f"{service.address}/api/v1/search?q=%22{word}%22&locale=fr"
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310
            body = json.load(answer)
    except urllib.error.URLError:
        return False
    return slug in {hit["id"] for hit in body["hits"]}
