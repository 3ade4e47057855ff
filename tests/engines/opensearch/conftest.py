"""Fixtures of the tests on three nodes of OpenSearch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.engines.cluster_access import ClusterAccess
from indexer.engines.registry import EngineName
from indexer.pipeline import Locations, open_stored_engine, rebuild
from tests.cluster.nodes import LocalCluster
from tests.support.builders import Workspace, a_workspace
from tests.support.cluster_run import access_to, delete_indexes


@pytest.fixture
def access(cluster: LocalCluster) -> Iterator[ClusterAccess]:
    """Return the access to an index of its own, which does not exist yet."""
    access = access_to(cluster)
    yield access
    delete_indexes(access)


@pytest.fixture
def locations(access: ClusterAccess, tmp_path: Path) -> Locations:
    """Return a copy of the small corpus, and a missing index in the cluster."""
    return on_cluster(a_workspace(tmp_path).locations, access)


@pytest.fixture
def indexed(locations: Locations) -> Locations:
    """Return a copy of the small corpus, indexed in the cluster."""
    rebuild(
        open_stored_engine(locations), Workspace(locations.documents.parent).corpus()
    )
    return locations


def on_cluster(locations: Locations, access: ClusterAccess) -> Locations:
    """Return the same folders, with the index in a cluster."""
    return replace(locations, engine=EngineName.OPENSEARCH, cluster=access)
