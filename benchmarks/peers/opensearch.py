"""Our engine on the cluster that `KB_OPENSEARCH_URL` names, in an index of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.peers.ours import Ours
from indexer.engines.registry import EngineName, open_engine
from kb.core.settings import read_settings


class OurOpenSearch(Ours):
    """The engine of the project on OpenSearch."""

    def __init__(self, folder: Path) -> None:
        used = read_settings().locations.cluster
        access = replace(used, index=f"{used.index}-benchmark")
        super().__init__(
            folder,
            open_engine(
                EngineName.OPENSEARCH, folder / "index", folder / "key", access=access
            ),
        )
