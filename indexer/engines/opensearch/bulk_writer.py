"""Writes an index: a new one behind an alias, or changes in bulk.

Nothing written is visible before the refresh that ends a change. Documents carry the
number of their change as their version: a late request never undoes a newer change,
and a change that failed halfway can be sent again.
"""

import re
import secrets
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from indexer.engines.opensearch.bulk_sender import BulkSender
from indexer.engines.opensearch.cluster_client import ClusterClient, NoSuchIndexError
from indexer.engines.opensearch.documents import (
    RecordAnalyzer,
    ServerDocument,
    place_document,
    spelling_document,
)
from indexer.engines.opensearch.index_fields import (
    DURABLE,
    LINKS,
    PASSAGE,
    RECORD,
    VERSION,
    IndexStamp,
    Json,
    index_body,
)
from indexer.engines.signatures import IndexKey
from indexer.engines.stored_json import links_to_fields
from indexer.engines.writer_processes import run_parallel, usable_processors
from indexer.errors import IndexUnavailableError, IndexWriteError
from indexer.model.ids import RecordId
from indexer.model.indexed_record import IndexedRecord
from indexer.model.word_links import WordLinks

COPY_TIMEOUT_S = 50
"""Less than the time limit of a request."""

PAGE = 5_000
RECORDS_ASKED = 500
MIN_PARALLEL_PASSAGES = 5_000
MAX_PROCESSES = 4
PROCESSES_PER_PROCESSOR = 2
"""One analyses while another waits for the cluster."""


@dataclass(frozen=True, slots=True)
class CurrentIndex:
    """The index behind the alias, with its stamp."""

    name: str
    stamp: IndexStamp


class IndexWriter:
    """Writes the index of a cluster; one process at a time may use it."""

    def __init__(self, cluster: ClusterClient, key: IndexKey) -> None:
        self._cluster = cluster
        self._key = key
        self._bulk = BulkSender(cluster)
        self._alias = cluster.access.index

    def current(self) -> CurrentIndex | None:
        """Return the index behind the alias; None when there is none.

        Raises:
            IndexUnavailableError: no node answers, or the index is not ours.
        """
        path = f"/{self._alias}/_mapping?filter_path=*.mappings._meta"
        try:
            found = self._cluster.request("GET", path)
        except NoSuchIndexError:
            return None
        place = self._cluster.place
        if len(found) != 1:
            raise IndexUnavailableError(place, "its alias names several indexes")
        ((name, fields),) = found.items()
        try:
            meta = fields["mappings"]["_meta"]
            return CurrentIndex(name, IndexStamp.opened(name, meta, self._key))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexUnavailableError(place, str(error) or "unreadable") from error

    def create(self, records: Sequence[IndexedRecord], links: WordLinks) -> None:
        """Write a new index of all records, and move the alias to it.

        Raises:
            IndexWriteError: it can't be written; the current index stays.
        """
        name = f"{self._alias}-{time.time_ns() // 1_000_000}-{secrets.token_hex(4)}"
        passages = sum(
            len(edition.passages) for record in records for edition in record.editions
        )
        stamp = IndexStamp(VERSION, 1, time.time(), len(records), passages)
        before = [each for each, is_named in self._own_indexes().items() if is_named]
        body = index_body(self._cluster.access, self._sealed(name, stamp))
        self._cluster.write("PUT", f"/{name}", body=body)
        try:
            count = self._write_records(name, records, passages)
            self._bulk.send(name, 1, [_links_document(links)])
            self._cluster.write("POST", f"/{name}/_flush")
            self._cluster.write("POST", f"/{name}/_refresh")
            self._check_count(name, count + 1)
            self._finish(name)
            self._move_alias(name, before)
        except BaseException:
            self._delete([name])
            raise
        # Readers that have not followed yet, and running requests, use the one before.
        # A later name is that of a rebuild on another machine, still under way.
        self._delete([i for i in self._own_indexes() if i < name and i not in before])

    def change(
        self,
        current: CurrentIndex,
        records: Sequence[IndexedRecord],
        delete: Collection[RecordId],
        links: WordLinks | None,
    ) -> None:
        """Add, replace and remove records, and make the change visible.

        Raises:
            IndexWriteError: it can't be written, or only a part of it; `fingerprints`
                then tells which records to write again.
            IndexUnavailableError: the index can't be read.
        """
        number = current.stamp.change + 1
        # What a broken change wrote must be seen, to be replaced or deleted.
        self._cluster.write("POST", f"/{current.name}/_refresh")
        removed = {*map(str, delete), *(str(record.id) for record in records)}
        stored = dict(self._stored_ids(current.name, sorted(removed)))
        written: set[str] = set()
        documents = [*_noted(_all_documents(records), written)]
        if links is not None:
            documents.append(_links_document(links))
        self._bulk.send(current.name, number, documents)
        stale = [
            ServerDocument(each, record, {})
            for each, record in stored.items()
            if each not in written
        ]
        self._bulk.send(current.name, number, stale)
        self._cluster.write("POST", f"/{current.name}/_refresh")
        # Counted, not added up: a broken change before may have written a part.
        count, passages = self.counted(current)
        stamp = IndexStamp(VERSION, number, time.time(), count, passages)
        meta = {"_meta": self._sealed(current.name, stamp)}
        self._cluster.write("PUT", f"/{current.name}/_mapping", body=meta)

    def fingerprints(self, current: CurrentIndex) -> Mapping[str, str | None]:
        """Return the fingerprint of each record; None for those of a broken change.

        Raises:
            IndexUnavailableError: the index can't be read.
        """
        found: dict[str, str | None] = {}
        for hit in self._pages(
            current.name,
            {"term": {"type": RECORD}},
            ["record"],
            docvalue_fields=["fingerprint", "change"],
        ):
            fields = hit["fields"]
            is_committed = fields["change"][0] <= current.stamp.change
            found[hit["_id"]] = fields["fingerprint"][0] if is_committed else None
        return found

    def counted(self, current: CurrentIndex) -> tuple[int, int]:
        """Return how many records and passages the index has.

        Raises:
            IndexUnavailableError: the index can't be read.
        """
        answers = self._cluster.searches(
            current.name,
            [
                {"size": 0, "track_total_hits": True, "query": {"term": {"type": each}}}
                for each in (RECORD, PASSAGE)
            ],
        )
        records, passages = (answer["hits"]["total"]["value"] for answer in answers)
        return records, passages

    def _write_records(
        self, name: str, records: Sequence[IndexedRecord], passages: int
    ) -> int:
        """Write all records, in several processes when there are many.

        Returns:
            The number of documents, those of places and spellings included.
        """
        processors = usable_processors()
        count = min(
            MAX_PROCESSES,
            processors if processors == 1 else processors * PROCESSES_PER_PROCESSOR,
            max(1, passages // MIN_PARALLEL_PASSAGES),
        )
        parts = [records[start::count] for start in range(count)]
        written = run_parallel(
            [partial(self._write_part, name, part) for part in parts]
        )
        # Parts have many words in common, which are written once.
        spellings = sorted(set().union(*written))
        words = [
            map(spelling_document, spellings[start::count]) for start in range(count)
        ]
        run_parallel([partial(self._bulk.send, name, 1, word) for word in words])
        places = [*_place_documents(records)]
        self._bulk.send(name, 1, places)
        return len(records) + passages + len(spellings) + len(places)

    def _write_part(self, name: str, records: Sequence[IndexedRecord]) -> set[str]:
        analyzer = RecordAnalyzer()
        self._bulk.send(name, 1, analyzer.documents(records))
        return analyzer.spellings

    def _check_count(self, name: str, expected: int) -> None:
        """Check that no node has lost documents that it had accepted.

        Raises:
            IndexWriteError: documents are missing.
        """
        everything = {"size": 0, "track_total_hits": True}
        try:
            found = self._cluster.search(name, everything)["hits"]["total"]["value"]
        except (IndexUnavailableError, NoSuchIndexError) as error:
            raise IndexWriteError(self._cluster.place, "a part is missing") from error
        if found != expected:
            reason = (
                f"it has {found} of {expected} documents: a node was lost meanwhile"
            )
            raise IndexWriteError(self._cluster.place, reason)

    def _stored_ids(
        self, name: str, records: Sequence[str]
    ) -> Iterator[tuple[str, str]]:
        """Yield the ids of the documents of some records, each with its record."""
        for start in range(0, len(records), RECORDS_ASKED):
            query = {"terms": {"record": records[start : start + RECORDS_ASKED]}}
            order = ["record", {"number": {"order": "asc", "missing": "_first"}}]
            for hit in self._pages(name, query, order):
                yield hit["_id"], hit["sort"][0]

    def _pages(
        self, name: str, query: Json, sort: Sequence[object], **options: object
    ) -> Iterator[Json]:
        """Yield all hits of a query, page after page."""
        body = {
            "size": PAGE,
            "query": query,
            "sort": [*sort],
            "_source": False,
            **options,
        }
        while True:
            try:
                hits = self._cluster.search(name, body)["hits"]["hits"]
            except NoSuchIndexError as error:
                place = self._cluster.place
                raise IndexUnavailableError(place, "the index is missing") from error
            yield from hits
            if len(hits) < PAGE:
                return
            body["search_after"] = hits[-1]["sort"]

    def _sealed(self, name: str, stamp: IndexStamp) -> Json:
        try:
            return stamp.sealed(name, self._key)
        except OSError as error:
            reason = error.strerror or str(error)
            raise IndexWriteError(self._cluster.place, reason) from error

    def _finish(self, name: str) -> None:
        """Make a written index durable, and copy it to nodes, as the settings say.

        Searches can begin before all copies are made, after `COPY_TIMEOUT_S`.
        """
        replicas = self._cluster.access.replicas
        settings = {"index": {"number_of_replicas": replicas, **DURABLE}}
        self._cluster.write("PUT", f"/{name}/_settings", body=settings)
        if replicas:
            options = f"wait_for_no_initializing_shards=true&timeout={COPY_TIMEOUT_S}s"
            with suppress(IndexWriteError):
                self._cluster.write("GET", f"/_cluster/health/{name}?{options}")

    def _own_indexes(self) -> Mapping[str, bool]:
        """Return the indexes of the alias, and whether it names each.

        The request names indexes, never all of the cluster: its user has no right to
        those of others.
        """
        found = self._cluster.write("GET", f"/{self._alias}-*/_alias")
        # Another alias may begin like ours.
        own = re.compile(rf"{re.escape(self._alias)}-\d+-[0-9a-f]{{8}}")
        return {
            name: self._alias in each["aliases"]
            for name, each in found.items()
            if own.fullmatch(name)
        }

    def _move_alias(self, name: str, before: Sequence[str]) -> None:
        removed = [{"remove": {"index": i, "alias": self._alias}} for i in before]
        added = {"add": {"index": name, "alias": self._alias}}
        self._cluster.write("POST", "/_aliases", body={"actions": [*removed, added]})

    def _delete(self, names: Sequence[str]) -> None:
        for name in names:
            try:
                self._cluster.write("DELETE", f"/{name}")
            except IndexWriteError:
                return  # the next rebuild deletes it


def _all_documents(records: Iterable[IndexedRecord]) -> Iterator[ServerDocument]:
    """Yield the documents of records, then of their places and spellings."""
    analyzer = RecordAnalyzer()
    yield from analyzer.documents(records)
    yield from _place_documents(records)
    yield from map(spelling_document, sorted(analyzer.spellings))


def _place_documents(records: Iterable[IndexedRecord]) -> Iterator[ServerDocument]:
    places = {place.slug: place for record in records for place in record.places}
    return map(place_document, places.values())


def _noted(
    documents: Iterable[ServerDocument], written: set[str]
) -> Iterator[ServerDocument]:
    for document in documents:
        written.add(document.id)
        yield document


def _links_document(links: WordLinks) -> ServerDocument:
    fields = {"type": LINKS, "stored": links_to_fields(links)}
    return ServerDocument(LINKS, LINKS, fields)
