"""The engines that pass the contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.engines.base import StoredEngine
from indexer.engines.registry import open_engine


@pytest.fixture
def engine(tmp_path: Path) -> StoredEngine:
    """Give an engine over an index that is not there yet."""
    return open_engine(tmp_path / "index", tmp_path / "index.key")
