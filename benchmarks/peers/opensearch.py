"""Our engine on the cluster that `KB_OPENSEARCH_URL` names, in an index of its own."""

from pathlib import Path

from benchmarks.own_engine import open_own_engine
from benchmarks.peers.ours import Ours
from indexer.engines.registry import EngineName


class OurOpenSearch(Ours):
    """The engine of the project on OpenSearch."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, open_own_engine(EngineName.OPENSEARCH, folder))
