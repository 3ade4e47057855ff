"""The engine of the project, with an index of the benchmark."""

from dataclasses import replace
from pathlib import Path

from indexer.engines.base import SearchEngine
from indexer.engines.registry import EngineName, open_engine
from kb.core.settings import read_settings


def open_own_engine(name: EngineName, folder: Path) -> SearchEngine:
    """Return an engine with its index in a folder, or in the cluster of the settings.

    The cluster may also have the index of a service in use: that is another one.
    """
    used = read_settings().locations.cluster
    access = replace(used, index=f"{used.index}-benchmark")
    return open_engine(name, folder / "index", folder / "key", access=access)
