"""Fixtures of the tests on three nodes of OpenSearch."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from indexer.engines.base import ClusterAccess
from indexer.engines.registry import EngineName
from indexer.pipeline import Locations, open_stored_engine, rebuild
from kb.app import create_app
from kb.core.settings import Settings
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


@pytest.fixture(scope="session")
def real_cluster_app(
    cluster: LocalCluster, real_workspace: Workspace
) -> Iterator[Flask]:
    """Return the application over the real documents, indexed in the cluster."""
    yield from _app_on_cluster(cluster, real_workspace)


@pytest.fixture(scope="session")
def small_cluster_app(
    cluster: LocalCluster, shared_workspace: Workspace
) -> Iterator[Flask]:
    """Return the application over the small corpus, indexed in the cluster."""
    yield from _app_on_cluster(cluster, shared_workspace)


def _app_on_cluster(cluster: LocalCluster, workspace: Workspace) -> Iterator[Flask]:
    access = access_to(cluster)
    locations = on_cluster(workspace.locations, access)
    rebuild(open_stored_engine(locations), workspace.corpus())
    yield create_app(Settings(locations))
    delete_indexes(access)


def on_cluster(locations: Locations, access: ClusterAccess) -> Locations:
    """Return the same folders, with the index in a cluster."""
    return replace(locations, engine=EngineName.OPENSEARCH, cluster=access)
