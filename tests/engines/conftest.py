"""The engines that the contract tests run on."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.engines.base import SearchEngine
from indexer.engines.registry import EngineName, open_engine


@pytest.fixture(params=EngineName, ids=str)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> SearchEngine:
    """Return each engine in turn, without an index."""
    return open_engine(request.param, tmp_path / "index", tmp_path / "index.key")
