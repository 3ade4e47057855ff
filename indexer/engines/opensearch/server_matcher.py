"""Counts the records that match trees of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from indexer.engines.opensearch.cluster_client import ClusterClient
from indexer.engines.opensearch.index_fields import Json
from indexer.engines.opensearch.node_queries import (
    NOTHING,
    NodeQueries,
    matching_records,
)
from indexer.model.query import Node

EVERYTHING: Json = {"match_all": {}}


@dataclass
class MatchedRecords:
    """The records that match a query of the server; they are counted when asked."""

    query: Json
    cluster: ClusterClient = field(repr=False)
    index: str
    _count: int | None = None

    def __len__(self) -> int:
        if self._count is None:
            body: dict[str, Any] = {
                "size": 0,
                "track_total_hits": True,
                "query": matching_records(self.query),
            }
            found = self.cluster.search(self.index, body)
            self._count = int(found["hits"]["total"]["value"])
        return self._count


class ServerMatcher:
    """Matches queries of one reader; implements `indexer.search.relaxation.Matcher`."""

    def __init__(
        self,
        cluster: ClusterClient,
        index: str,
        record_count: int,
        queries: NodeQueries,
    ) -> None:
        self._cluster = cluster
        self._index = index
        self._record_count = record_count
        self.queries = queries

    @property
    def record_count(self) -> int:
        """The number of records of the index."""
        return self._record_count

    def match(self, node: Node) -> MatchedRecords:
        """Return the records that match a tree."""
        return self._matched(self.queries.of_record(node))

    def everything(self) -> MatchedRecords:
        """Return all records."""
        return self._matched(EVERYTHING)

    def nothing(self) -> MatchedRecords:
        """Return no record."""
        return self._matched(NOTHING)

    def _matched(self, query: Json) -> MatchedRecords:
        return MatchedRecords(query, self._cluster, self._index)
