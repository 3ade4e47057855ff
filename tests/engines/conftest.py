"""The engines that the contract tests run on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.engines.base import SearchEngine
from tests.support.cluster_run import access_to, cluster_engine
from tests.support.engines import ENGINES

OPENSEARCH = pytest.param("opensearch", marks=pytest.mark.cluster)


@pytest.fixture(params=["whoosh", OPENSEARCH])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    """Return each engine in turn, without an index.

    The engine in memory is only the oracle of `test_same_results.py`.
    """
    if request.param == "whoosh":
        yield ENGINES["whoosh"](tmp_path)
        return
    access = access_to(request.getfixturevalue("cluster"))
    with cluster_engine(access, tmp_path) as opened:
        yield opened
