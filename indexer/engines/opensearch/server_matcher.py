"""Counts the records that match trees of queries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from indexer.engines.opensearch.cluster_client import ClusterClient, Unscored
from indexer.engines.opensearch.index_fields import Json
from indexer.engines.opensearch.node_queries import (
    NOTHING,
    NodeQueries,
    matching_records,
)
from indexer.model.query import Node
from indexer.search.query_rewriting import without_translations

EVERYTHING: Json = {"match_all": {}}


@dataclass(frozen=True, slots=True)
class MatchedRecords:
    """The records that match a query of the server; they are counted when asked."""

    query: Json
    matcher: ServerMatcher = field(repr=False)

    def __len__(self) -> int:
        return self.matcher.count(self.query)


class ServerMatcher:
    """Matches queries of one reader; implements `indexer.search.relaxation.Matcher`."""

    def __init__(
        self,
        cluster: ClusterClient,
        index: str,
        record_count: int,
        queries: NodeQueries,
        beside: Json | None = None,
    ) -> None:
        """Match in an index.

        Args:
            cluster: the nodes.
            index: the name of the index.
            record_count: how many records it has.
            queries: makes the queries of the server.
            beside: a search to send with the first count, which `beside_hits` answers.
        """
        self._cluster = cluster
        self._index = index
        self._record_count = record_count
        self._beside = beside
        self._counts: dict[str, int] = {}
        self._uncounted: dict[str, Json] = {}
        self.queries = queries
        self.beside_hits: Sequence[Json] | None = None
        """The hits of `beside`; None before the first count."""

    @property
    def record_count(self) -> int:
        """The number of records of the index."""
        return self._record_count

    def match(self, node: Node) -> MatchedRecords:
        """Return the records that match a tree."""
        # Their number is asked soon after that of the others.
        self._matched(self.queries.of_record(without_translations(node)))
        return self._matched(self.queries.of_record(node))

    def everything(self) -> MatchedRecords:
        """Return all records."""
        return self._matched(EVERYTHING)

    def nothing(self) -> MatchedRecords:
        """Return no record."""
        return self._matched(NOTHING)

    def count(self, query: Json) -> int:
        """Return how many records match a query of the server.

        The first call counts all queries that were matched so far, in one request.
        """
        key = json.dumps(query)
        if key not in self._counts:
            self._count_all({key: query} | self._uncounted)
        return self._counts[key]

    def _count_all(self, queries: dict[str, Json]) -> None:
        asked = [
            Unscored(
                {"size": 0, "track_total_hits": True, "query": matching_records(query)}
            )
            for query in queries.values()
        ]
        if self._beside is not None:
            asked.append(Unscored(self._beside))
        answers = self._cluster.searches(self._index, asked)
        for key, answer in zip(queries, answers, strict=False):
            self._counts[key] = int(answer["hits"]["total"]["value"])
        if self._beside is not None:
            self.beside_hits = answers[-1]["hits"]["hits"]
            self._beside = None
        self._uncounted.clear()

    def _matched(self, query: Json) -> MatchedRecords:
        key = json.dumps(query)
        if key not in self._counts:
            self._uncounted[key] = query
        return MatchedRecords(query, self)
