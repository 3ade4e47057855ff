"""The engines that the contract tests run on."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.engines.base import SearchEngine
from tests.support.engines import ENGINES


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> SearchEngine:
    """Return each engine in turn, without an index."""
    return ENGINES[request.param](tmp_path)
