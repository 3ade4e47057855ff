"""Chooses the engine. The only module that knows which ones there are."""

from __future__ import annotations

from pathlib import Path

from indexer.engines.base import StoredEngine
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.model.problems import Notify


def open_engine(
    directory: Path, key_file: Path, *, notify: Notify = lambda _: None
) -> StoredEngine:
    """Open the engine whose index is kept in `directory`.

    `key_file` holds the secret that tells our own index from any other; `notify` is
    told, in a sentence, when a writer has to wait.
    """
    return WhooshEngine(directory, key_file, notify=notify)
