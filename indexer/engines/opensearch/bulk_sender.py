"""Sends documents in bulk requests, and sends again those that a full queue rejects."""

import time
from collections.abc import Iterable, Iterator, Sequence

from indexer.engines.opensearch.cluster_client import (
    BLOCKED,
    READ_ONLY,
    ClusterClient,
    request_line,
)
from indexer.engines.opensearch.documents import ServerDocument
from indexer.engines.opensearch.index_fields import RECORD, Json
from indexer.errors import IndexWriteError

BULK_DOCUMENTS = 2_000
BULK_BYTES = 8_000_000
"""A request ends at the first of both limits."""

BULK_TRIES = 5
BULK_PAUSE_S = 0.5
"""A node with a full queue rejects documents: they are sent again after a pause."""

BUSY = 429
RESULTS = "errors,items.*.status,items.*.error.type"


class BulkSender:
    """Writes documents to the indexes of one cluster."""

    def __init__(self, cluster: ClusterClient) -> None:
        self._cluster = cluster

    def send(
        self, index: str, change: int, documents: Iterable[ServerDocument]
    ) -> None:
        """Write documents with the number of their change; delete those without fields.

        Raises:
            IndexWriteError: no node answers, or a document is refused.
        """
        for batch in _batches(documents, change):
            self._send_batch(index, batch)

    def _send_batch(self, index: str, batch: Sequence[bytes]) -> None:
        path = f"/{index}/_bulk?filter_path={RESULTS}"
        for _ in range(BULK_TRIES):
            answer = self._cluster.write("POST", path, lines=batch)
            if not answer["errors"]:
                return
            results = [next(iter(item.values())) for item in answer["items"]]
            failed = [
                (action, result)
                for action, result in zip(batch, results, strict=True)
                if "error" in result
            ]
            # A read-only index has the status of a full queue.
            fatal = [r for _, r in failed if r["status"] != BUSY or _is_blocked(r)]
            if fatal:
                raise IndexWriteError(self._cluster.place, _reason(fatal[0]))
            batch = [action for action, _ in failed]
            time.sleep(BULK_PAUSE_S)
        raise IndexWriteError(self._cluster.place, "the cluster is too busy")


def _batches(
    documents: Iterable[ServerDocument], change: int
) -> Iterator[Sequence[bytes]]:
    """Yield the lines of each document, as many together as a request may have."""
    batch: list[bytes] = []
    size = 0
    for document in documents:
        action = _action(document, change)
        is_full = len(batch) == BULK_DOCUMENTS or size + len(action) > BULK_BYTES
        if batch and is_full:
            yield batch
            batch, size = [], 0
        batch.append(action)
        size += len(action)
    if batch:
        yield batch


def _action(document: ServerDocument, change: int) -> bytes:
    about = {
        "_id": document.id,
        "routing": document.record,
        "version": change,
        "version_type": "external_gte",
    }
    if not document.fields:
        return request_line({"delete": about})
    fields = document.fields
    if fields["type"] == RECORD:
        fields = fields | {"change": change}
    return request_line({"index": about}) + request_line(fields)


def _reason(result: Json) -> str:
    return READ_ONLY if _is_blocked(result) else str(result["error"]["type"])


def _is_blocked(result: Json) -> bool:
    return str(result["error"]["type"]) == BLOCKED
