"""Registry of the compared engines."""

import importlib
from pathlib import Path

from benchmarks.peers.base import Peer

PEERS = {
    "ours": "Ours",
    "opensearch": "OurOpenSearch",
    "whoosh": "PlainWhoosh",
    "fts5": "FTS5",
    "tantivy": "Tantivy",
}
"""The class of each engine, by the name of its module."""

EMBEDDED = tuple(name for name in PEERS if name != "opensearch")
"""The engines that need no server; `make cluster` starts one for the other."""


def open_peer(name: str, folder: Path) -> Peer:
    """Return an engine on a folder.

    Only its module is imported, so that others do not count for its memory.
    """
    module = importlib.import_module(f"benchmarks.peers.{name}")
    peer: Peer = getattr(module, PEERS[name])(folder)
    return peer
