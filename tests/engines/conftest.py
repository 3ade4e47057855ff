"""The engines that the contract tests run on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.engines.base import SearchEngine
from indexer.engines.registry import EngineName, open_engine
from tests.support.cluster_run import access_to, cluster_engine

OPENSEARCH = pytest.param("opensearch", marks=pytest.mark.cluster)

MATRICES = {"test_relaxation", "test_suggestions", "test_named_records"}
"""Many cases of rules that both engines share: only `make check` runs them on both."""


@pytest.hookimpl(tryfirst=True)  # before pytest selects tests by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the matrices on the cluster as long."""
    for item in items:
        if item.path.stem in MATRICES and item.get_closest_marker("cluster"):
            item.add_marker(pytest.mark.long)


@pytest.fixture(params=["whoosh", OPENSEARCH])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    """Return each engine in turn, without an index."""
    if request.param == "whoosh":
        yield open_engine(EngineName.WHOOSH, tmp_path / "index", tmp_path / "index.key")
        return
    access = access_to(request.getfixturevalue("cluster"))
    with cluster_engine(access, tmp_path) as opened:
        yield opened
