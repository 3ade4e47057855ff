"""Nodes that are killed while readers search and a writer writes."""

import json
import signal
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.engines.base import SearchEngine
from indexer.errors import NOT_INDEXED_ERRORS, IndexUnavailableError
from indexer.pipeline import Locations, open_stored_engine, rebuild
from kb.app import create_app
from kb.core.metrics import Mark
from kb.core.settings import Settings
from kb.server.content_watcher import ContentWatcher
from kb.services import Services
from tests.cluster.nodes import LocalCluster, Node
from tests.engines.opensearch.conftest import on_cluster
from tests.support.builders import Workspace, a_query, a_record, a_workspace
from tests.support.cluster_run import access_to, started_cluster
from tests.support.polling import wait_until

pytestmark = [pytest.mark.cluster, pytest.mark.kill, pytest.mark.long]

READERS = 4
SEARCHES = 20
RECOVERY_S = 120.0


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[LocalCluster]:
    """Return three nodes that the tests of this module may kill."""
    cluster = started_cluster()
    yield cluster
    cluster.stop()


@pytest.fixture
def locations(own_cluster: LocalCluster, tmp_path: Path) -> Locations:
    """Return the small corpus, indexed with a copy of each part on another node."""
    workspace = a_workspace(tmp_path)
    access = access_to(own_cluster, replicas=1)
    locations = on_cluster(workspace.locations, access)
    rebuild(open_stored_engine(locations), workspace.corpus())
    wait_until(lambda: health(own_cluster)["status"] == "green", timeout_s=RECOVERY_S)
    return locations


def ask(node: Node, path: str) -> object:
    """Return the answer of a node to a request."""
    with urllib.request.urlopen(f"{node.url}{path}", timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def health(cluster: LocalCluster) -> dict[str, object]:
    """Return the health of a cluster, as a running node tells it."""
    node = next(each for each in cluster.nodes if each.pid)
    found = ask(node, "/_cluster/health")
    assert isinstance(found, dict)
    return found


def master_of(cluster: LocalCluster) -> Node:
    """Return the node that manages the cluster."""
    found = ask(cluster.nodes[0], "/_cat/cluster_manager?format=json")
    assert isinstance(found, list)
    return next(n for n in cluster.nodes if found[0]["node"] == f"node-{n.number}")


class Readers:
    """Threads that search until each has searched some times more when asked."""

    def __init__(self, locations: Locations) -> None:
        """Start to search."""
        self._locations = locations
        self._expected = self._found(open_stored_engine(locations))
        assert self._expected
        self._wrong: list[object] = []
        self._is_killed = threading.Event()
        self._threads = [threading.Thread(target=self._read) for _ in range(READERS)]
        for thread in self._threads:
            thread.start()

    def wrong_answers(self) -> list[object]:
        """Return all errors and wrong answers, after some more searches."""
        self._is_killed.set()
        for thread in self._threads:
            thread.join()
        return self._wrong

    def _read(self) -> None:
        engine, after = open_stored_engine(self._locations), 0
        while after < SEARCHES:
            after += self._is_killed.is_set()
            try:
                found = self._found(engine)
            except IndexUnavailableError as error:
                self._wrong.append(error)
            else:
                self._wrong.extend([found] if found != self._expected else [])

    def _found(self, engine: SearchEngine) -> list[str]:
        return [str(hit.id) for hit in engine.search(a_query("lampes")).hits]


def restart(cluster: LocalCluster, nodes: list[Node]) -> None:
    """Start nodes again, and wait until the cluster is whole."""
    for node in nodes:
        cluster.start_node(node)
    cluster.wait_for(cluster.nodes)


def test_readers_notice_nothing_of_a_lost_master(
    own_cluster: LocalCluster, locations: Locations
) -> None:
    """Each part of the index has a copy; a change goes on when a master is elected."""
    readers = Readers(locations)
    master = master_of(own_cluster)
    own_cluster.stop_node(master, signal.SIGKILL)
    assert readers.wrong_answers() == []

    engine = open_stored_engine(locations)

    def is_written() -> bool:
        try:
            engine.upsert([a_record("Les zèbres", slug="zebras")])
        except NOT_INDEXED_ERRORS:
            return False
        return True

    wait_until(is_written, timeout_s=RECOVERY_S)
    assert engine.search(a_query("zebres")).total == 1
    restart(own_cluster, [master])


def test_what_is_published_while_all_nodes_are_lost_is_indexed_later(
    own_cluster: LocalCluster, locations: Locations
) -> None:
    """Pages show it at once, and the search when the cluster is back."""
    services = Services(Settings(locations))
    client = create_app(services=services).test_client()
    watcher = ContentWatcher(services)
    watcher.check()
    watcher.check()
    for node in own_cluster.nodes:
        own_cluster.stop_node(node, signal.SIGKILL)

    assert client.get("/fr/search?q=lampes").status_code == 503
    assert client.get("/fr/practices/newtown-lamps").status_code == 200
    workspace = Workspace(locations.documents.parent)
    workspace.replace("events/w9/fr.md", "de tout.", "de dirigeables.")
    watcher.check()
    with pytest.raises(NOT_INDEXED_ERRORS):
        watcher.check()
    assert services.metrics.mark(Mark.INDEX_BEHIND_SINCE) > 0

    restart(own_cluster, own_cluster.nodes)

    def is_indexed() -> bool:
        try:
            return watcher.check()
        except NOT_INDEXED_ERRORS:
            return False

    wait_until(is_indexed, timeout_s=RECOVERY_S)
    assert services.metrics.mark(Mark.INDEX_BEHIND_SINCE) == 0
    assert "w9" in client.get("/fr/search?q=dirigeables").text
