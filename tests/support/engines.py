"""The engines of this machine: the one on disk, and the oracle in memory."""

from collections.abc import Callable, Mapping
from pathlib import Path

from indexer.engines.base import SearchEngine
from indexer.engines.registry import EngineName, open_engine
from tests.support.memory_engine.memory_engine import MemoryEngine

ENGINES: Mapping[str, Callable[[Path], SearchEngine]] = {
    "whoosh": lambda root: open_engine(
        EngineName.WHOOSH, root / "index", root / "index.key"
    ),
    "memory": lambda _root: MemoryEngine(),
}
"""Functions that open each engine, given a folder, without an index."""
