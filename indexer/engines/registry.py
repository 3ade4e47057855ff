"""Opens the search engine of a setting. No other module names the engines."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from indexer.engines.base import SearchEngine
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.model.problems import Notify


class EngineName(StrEnum):
    """The engines, by the values of the setting `KB_ENGINE`."""

    WHOOSH = "whoosh"
    """An index on disk, which several processes share."""


def open_engine(
    name: EngineName,
    directory: Path,
    key_file: Path,
    *,
    notify: Notify = lambda _: None,
) -> SearchEngine:
    """Open the engine of an index whose signatures are made with a key.

    `notify` is called with a message when a writer has to wait.
    """
    match name:
        case EngineName.WHOOSH:
            return WhooshEngine(directory, key_file, notify=notify)
