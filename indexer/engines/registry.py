"""Opens the search engine of a setting. No other module names the engines."""

from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from indexer.engines.base import NO_CLUSTER, ClusterAccess, SearchEngine
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.model.problems import Notify


class EngineName(StrEnum):
    """The engines, by the values of the setting `KB_ENGINE`."""

    WHOOSH = "whoosh"
    """An index on disk, which several processes share."""

    OPENSEARCH = "opensearch"
    """An index in a cluster of servers, which several machines share."""


def missing_package(name: EngineName) -> str:
    """Return the package that an engine needs and that is not installed, or ""."""
    if name is EngineName.OPENSEARCH and find_spec("opensearchpy") is None:
        return "opensearch-py"
    return ""


def open_engine(
    name: EngineName,
    directory: Path,
    key_file: Path,
    *,
    access: ClusterAccess = NO_CLUSTER,
    notify: Notify = lambda _: None,
) -> SearchEngine:
    """Open the engine of an index whose signatures are made with a key.

    `access` tells how a cluster is reached. `notify` is called with a message when a
    writer has to wait.

    Raises:
        ModuleNotFoundError: the client of OpenSearch is not installed.
    """
    match name:
        case EngineName.WHOOSH:
            return WhooshEngine(directory, key_file, notify=notify)
        case EngineName.OPENSEARCH:
            # An optional dependency, which takes 0.1 s to import.
            from indexer.engines.opensearch.opensearch_engine import (  # noqa: PLC0415
                OpenSearchEngine,
            )

            return OpenSearchEngine(access, directory, key_file, notify=notify)
