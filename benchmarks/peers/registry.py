"""Which engines there are to measure."""

from __future__ import annotations

import importlib
from pathlib import Path

from benchmarks.peers.base import Peer

PEERS = {
    "ours": "Ours",
    "whoosh": "PlainWhoosh",
    "fts5": "FTS5",
    "tantivy": "Tantivy",
}
"""By the name of its module: the class of each engine."""


def open_peer(name: str, folder: Path) -> Peer:
    """Make ready an engine over a folder.

    Only its own module is imported: what others need is no part of its memory.
    """
    module = importlib.import_module(f"benchmarks.peers.{name}")
    peer: Peer = getattr(module, PEERS[name])(folder)
    return peer
