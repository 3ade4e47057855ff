"""A node that is killed while eight readers search and a bulk runs; takes minutes."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from flask import Flask

from indexer.engines.base import SearchEngine
from indexer.errors import NOT_INDEXED_ERRORS
from indexer.model.indexed_record import IndexedRecord
from indexer.pipeline import open_stored_engine, rebuild
from kb.app import create_app
from kb.core.settings import Settings
from tests.cluster.nodes import LocalCluster
from tests.engines.opensearch.conftest import on_cluster
from tests.engines.opensearch.test_lost_nodes import RECOVERY_S, health
from tests.support.builders import a_query, a_record, a_workspace
from tests.support.cluster_run import access_to, started_cluster
from tests.support.polling import wait_until

pytestmark = [pytest.mark.cluster, pytest.mark.kill, pytest.mark.long]

READERS = 8
SEARCHES = 40
RECORDS = 400
"""Of each change of the writer."""


@pytest.fixture
def own_cluster() -> Iterator[LocalCluster]:
    """Return three nodes that the test may kill."""
    cluster = started_cluster()
    yield cluster
    cluster.stop()


def records(change: int) -> list[IndexedRecord]:
    """Return the records of a change; each change replaces those before."""
    return [
        a_record(f"Zèbre {number}", slug=f"z{number}", text=f"Rayures {change}. " * 50)
        for number in range(RECORDS)
    ]


class Site:
    """Readers of the pages of a service, each with its own connection to the nodes."""

    def __init__(self, settings: Settings) -> None:
        self.faults: list[object] = []
        self.slowest_s, self.pages = 0.0, 0
        self._is_killed = Event()
        # Made in one thread: werkzeug compiles routes with `ast`, and Python 3.11 fails
        # now and then when several threads use it at once (cpython issue 106905).
        apps = [create_app(settings) for _ in range(READERS)]
        self._threads = [
            threading.Thread(target=self._read, args=[app]) for app in apps
        ]

    def __enter__(self) -> Site:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_killed.set()
        for thread in self._threads:
            thread.join()

    def search_on(self) -> None:
        """Let each reader search some times more, then stop."""
        self._is_killed.set()
        for thread in self._threads:
            thread.join()

    def _read(self, app: Flask) -> None:
        client = app.test_client()
        after = 0
        while after < SEARCHES:
            after += self._is_killed.is_set()
            started = time.monotonic()
            # Each address is another one: no page comes from a cache.
            answer = client.get(f"/fr/search?q=lampes&page=1&x={started}")
            self.pages += 1
            self.slowest_s = max(self.slowest_s, time.monotonic() - started)
            if answer.status_code != 200 or "newtown-lamps" not in answer.text:
                self.faults.append((answer.status_code, answer.text[:200]))


class Writer:
    """Writes changes in bulk, each once more until it is whole, as the watcher does."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine
        self.changes = 0
        self._is_over = Event()
        self._thread = threading.Thread(target=self._write)

    def __enter__(self) -> Writer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def wait_for_changes(self, count: int) -> None:
        """Wait until some more changes are written."""
        last = self.changes + count
        wait_until(lambda: self.changes >= last, timeout_s=RECOVERY_S)

    def _write(self) -> None:
        while not self._is_over.is_set():
            try:
                self._engine.upsert(records(self.changes + 1))
            except NOT_INDEXED_ERRORS:
                continue
            self.changes += 1


def test_readers_get_right_pages_while_a_node_is_lost_in_a_bulk(
    own_cluster: LocalCluster, tmp_path: Path
) -> None:
    """Each part of the index has a copy, and a broken change is completed later."""
    workspace, node = a_workspace(tmp_path), own_cluster.nodes[1]
    locations = on_cluster(workspace.locations, access_to(own_cluster, replicas=1))
    engine = open_stored_engine(locations)
    rebuild(engine, workspace.corpus())
    wait_until(lambda: is_green(own_cluster), timeout_s=RECOVERY_S)

    with Site(Settings(locations)) as site, Writer(engine) as writer:
        writer.wait_for_changes(1)
        own_cluster.stop_node(node, signal.SIGKILL)
        killed_at = time.monotonic()
        # The change that was under way, and a whole one.
        writer.wait_for_changes(2)
        written_s = time.monotonic() - killed_at
        site.search_on()

    assert site.faults == []
    found = open_stored_engine(locations).search(a_query(f"rayures {writer.changes}"))
    assert found.exact_total == RECORDS
    own_cluster.start_node(node)
    own_cluster.wait_for(own_cluster.nodes)
    back_at = time.monotonic()
    wait_until(lambda: is_green(own_cluster), timeout_s=RECOVERY_S)
    green_s = time.monotonic() - back_at
    sys.stdout.write(
        f"{site.pages} pages, the slowest in {site.slowest_s:.1f} s; two changes were "
        f"written {written_s:.1f} s after the kill; copies were whole {green_s:.1f} s "
        "after the node was back\n"
    )


def is_green(cluster: LocalCluster) -> bool:
    """Return whether each part of each index has all its copies."""
    return health(cluster)["status"] == "green"
