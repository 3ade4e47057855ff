"""The cluster of a test run: started by the first test that needs it, then shared.

`PYTEST_CLUSTER_FILE`, when it is set, names a file with the first port and the folder
of a cluster that runs already; it is neither started nor stopped.
"""

import os
import secrets
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from filelock import FileLock

from indexer.engines.base import ClusterAccess, SearchEngine
from indexer.engines.registry import EngineName, open_engine
from tests.cluster.nodes import (
    LocalCluster,
    NotFetchedError,
    free_first_port,
    missing_for_cluster,
)
from tests.support.run_setup import CLUSTER_FILE_VARIABLE

HEAP_MB = 400


def stop_cluster_of(file: Path) -> None:
    """Stop the cluster that a file names."""
    with suppress(OSError):
        _noted(file).stop()


def shared_cluster() -> LocalCluster:
    """Return the cluster of the run; skip the test where none can be started."""
    named = Path(os.environ[CLUSTER_FILE_VARIABLE])
    with FileLock(named.with_suffix(".lock")):
        if named.exists():
            return _noted(named)
        cluster = started_cluster()
        named.write_text(f"{cluster.nodes[0].port} {cluster.folder}")
        return cluster


def started_cluster() -> LocalCluster:
    """Start three nodes; skip the test where the server can't be fetched."""
    reason = missing_for_cluster()
    if reason:
        pytest.skip(f"no OpenSearch: {reason}")
    folder = Path(tempfile.mkdtemp(prefix="kb-cluster-", dir=cluster_base()))
    cluster = LocalCluster(
        folder, heap_mb=HEAP_MB, first_port=free_first_port(), is_brief=True
    )
    try:
        cluster.start()
    except NotFetchedError as error:
        cluster.stop()
        pytest.skip(f"no OpenSearch: {error}")
    except BaseException:
        cluster.stop()
        raise
    return cluster


def cluster_base() -> Path | None:
    """Return where the folder of a cluster is made; None for the usual place.

    The user of the nodes must reach the folder. In memory, nothing waits for a disk.
    """
    in_memory = Path("/dev/shm")  # noqa: S108  # a file system of Linux
    return in_memory if in_memory.is_mount() else None


def _noted(file: Path) -> LocalCluster:
    port, _, folder = file.read_text().partition(" ")
    return LocalCluster(Path(folder), first_port=int(port))


def access_to(
    cluster: LocalCluster, index: str = "", *, shards: int = 2, replicas: int = 0
) -> ClusterAccess:
    """Return how to reach an index of its own in a cluster."""
    return ClusterAccess(
        tuple(node.url for node in cluster.nodes),
        index or f"t{secrets.token_hex(4)}",
        shards=shards,
        replicas=replicas,
    )


@contextmanager
def cluster_engine(access: ClusterAccess, root: Path) -> Iterator[SearchEngine]:
    """Open an engine on a cluster, and delete its indexes after the block."""
    yield open_cluster_engine(access, root)
    delete_indexes(access)


def open_cluster_engine(access: ClusterAccess, root: Path) -> SearchEngine:
    """Open an engine on a cluster, with its lock and its key in a folder."""
    key = root / "index.key"
    return open_engine(EngineName.OPENSEARCH, root / "index", key, access=access)


def delete_indexes(access: ClusterAccess) -> None:
    """Delete all indexes of an alias."""
    url = f"{access.urls[0]}/{access.index}-*"
    with urllib.request.urlopen(  # noqa: S310  # loopback
        urllib.request.Request(url, method="DELETE"),  # noqa: S310
        timeout=60,
    ):
        pass
