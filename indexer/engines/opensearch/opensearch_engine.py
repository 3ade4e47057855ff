"""The search engine on OpenSearch, behind the interface of `engines/base.py`.

`OpenIndex` is one generation of an index, open for searches.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

from indexer.engines.base import (
    ClusterAccess,
    IndexState,
    IndexStatus,
    StoredGeneration,
)
from indexer.engines.opensearch.bulk_writer import CurrentIndex, IndexWriter
from indexer.engines.opensearch.cluster_client import (
    ClusterClient,
    NoSuchIndexError,
    UnreachableError,
)
from indexer.engines.opensearch.index_fields import LINKS, RECORD, VERSION
from indexer.engines.opensearch.node_queries import NodeQueries, of_type
from indexer.engines.opensearch.page_records import StoredRecord
from indexer.engines.opensearch.page_search import PageSearch
from indexer.engines.opensearch.server_names import ServerNames, named_body
from indexer.engines.opensearch.server_words import ServerMatcher, ServerWords
from indexer.engines.signatures import IndexKey
from indexer.engines.stored_json import links_from_fields
from indexer.engines.writer_processes import WriterLock
from indexer.errors import IndexUnavailableError
from indexer.lexicon.expansion import Thesaurus
from indexer.lexicon.lexicon import Lexicon, shipped_table
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import IndexedRecord
from indexer.model.problems import Notify
from indexer.model.query import Node, Query, Synonyms, Word
from indexer.model.results import ResultPage, Suggestion
from indexer.model.word_links import NO_LINKS, WordLinks
from indexer.search.query_parts import query_parts
from indexer.search.query_rewriting import named_records
from indexer.search.relaxation import Relaxer, term_names

MAX_TERMS = 10_000
"""More than a glossary has."""


class OpenIndex:
    """Answers queries from one generation; safe among threads.

    Only the glossary and the word links are in memory.
    """

    def __init__(self, cluster: ClusterClient, current: CurrentIndex) -> None:
        """Read the glossary and the word links.

        Raises:
            IndexUnavailableError, NoSuchIndexError: the index can't be read.
        """
        self.current = current
        self._cluster = cluster
        terms, links = cluster.searches(
            current.name,
            [
                {
                    "size": MAX_TERMS,
                    "query": of_type(RECORD, {"term": {"kind": Kind.TERM.value}}),
                    "sort": ["record"],
                    "_source": ["stored"],
                },
                {"size": 1, "query": of_type(LINKS), "_source": ["stored"]},
            ],
        )
        self.links: WordLinks = links_from_fields(
            links["hits"]["hits"][0]["_source"]["stored"]
        )
        self._names = ServerNames(cluster, current.name)
        self._words = ServerWords(cluster, current.name)
        self._lexicon = Lexicon(self.links, shipped_table())
        self._relaxer = Relaxer(
            Thesaurus(
                term_names(StoredRecord.of(hit).entry) for hit in terms["hits"]["hits"]
            ),
            self._lexicon,
            self._words,
        )

    @property
    def generation(self) -> str:
        """The name of the generation: of its index and its change."""
        return f"{self.current.name}.{self.current.stamp.change}"

    def search(self, query: Query) -> ResultPage:
        """Return a page of results.

        Raises:
            PageOutOfRangeError: the requested page is after the last one.
            IndexUnavailableError, NoSuchIndexError: the index can't be read.
        """
        name, count = self.current.name, self.current.stamp.records
        queries = NodeQueries(query.locale, self._words)
        # Most queries are not corrected: only the text as typed may name a record.
        typed = tuple(filter(None, [query.text]))
        matcher = ServerMatcher(
            self._cluster, name, count, queries, beside=named_body(typed)
        )
        if query.root is not None and not query.is_exact:
            self._words.prepare({*_words_of(query.root)}, self._lexicon)
        match = self._relaxer.search(query, matcher)
        texts = tuple(filter(None, match.texts(query.text)))
        hits = matcher.beside_hits if texts == typed else None
        named = named_records(query, self._names.named(texts, query.locale, hits))
        return PageSearch(
            self._cluster, name, queries, self._words, query, match, named
        ).page()

    def suggest(
        self, text: str, locale: Locale, *, limit: int
    ) -> tuple[Suggestion, ...]:
        """Return names of records and places that complete a text, the best first."""
        return self._names.suggest(text, locale, limit=limit)


def _words_of(root: Node) -> Iterator[str]:
    for part in query_parts(root):
        typed = part.node if isinstance(part, Synonyms) else part
        if isinstance(typed, Word):
            yield typed.text


FOLLOWED_EVERY_S = 1.0
"""How often the cluster is asked for a newer generation."""

AnswerT = TypeVar("AnswerT")


class OpenSearchEngine:
    """Searches the current index of a cluster, and writes new ones."""

    def __init__(
        self, access: ClusterAccess, directory: Path, key_file: Path, *, notify: Notify
    ) -> None:
        """Open nothing yet: the first request reaches the cluster.

        Args:
            access: the nodes, and how to sign in.
            directory: the folder of the writer's lock.
            key_file: the key that signs the index.
            notify: called when a writer has to wait.
        """
        self._cluster = ClusterClient(access)
        self._writer = IndexWriter(self._cluster, IndexKey(key_file))
        self._writing = WriterLock(directory, notify=notify)
        self._open: OpenIndex | None = None
        self._asked_at = -FOLLOWED_EVERY_S
        self._lock = threading.Lock()
        self.is_followed = False
        self.is_warm = False

    @property
    def generation(self) -> str:
        """The name of the generation that searches use; empty before the first."""
        return self._open.generation if self._open is not None else ""

    def stored_generation(self) -> StoredGeneration | None:
        """Return the current generation; None without an index or an answer."""
        try:
            current = self._writer.current()
        except IndexUnavailableError:
            return None
        return _stored(current) if current is not None else None

    def exclusive(self) -> AbstractContextManager[None]:
        """Lock the index for writing during several calls."""
        return self._writing.held()

    def rebuild(
        self, records: Iterable[IndexedRecord], *, links: WordLinks = NO_LINKS
    ) -> None:
        """Replace the index by one of all records and word links, and search it."""
        indexed = tuple(record for record in records if record.editions)
        with self._writing.held():
            self._writer.create(indexed, links)
        self.refresh(is_patient=True)

    @property
    def has_replaced_texts(self) -> bool:
        """Return False: the nodes merge their segments, and so erase texts, alone."""
        return False

    def erase_replaced_texts(self) -> None:
        """Do nothing, for the same reason."""

    def trial(self, records: Iterable[IndexedRecord]) -> None:  # noqa: ARG002
        """Return nothing: an index of a cluster is not copied."""
        return

    def upsert(
        self,
        records: Iterable[IndexedRecord],
        *,
        delete: Collection[RecordId] = (),
        links: WordLinks | None = None,
    ) -> None:
        """Add, replace and remove records in one change, and search the result."""
        changed = tuple(records)
        with self._writing.held():
            current = self._usable()
            self._writer.change(current, changed, delete, links)
        self.refresh(is_patient=True)

    def status(self) -> IndexStatus:
        """Return the state of the index: its stamp, its counts, its fingerprints."""
        try:
            current = self._writer.current()
            if current is None:
                return IndexStatus(IndexState.MISSING)
            name = _stored(current).name
            if current.stamp.version != VERSION:
                version = current.stamp.version
                return IndexStatus(IndexState.OUTDATED, name, reason=version)
            return self._verified(current)
        except UnreachableError as error:
            place = self._cluster.place
            return IndexStatus(IndexState.UNREACHABLE, reason=error.reason, place=place)
        except IndexUnavailableError as error:
            return IndexStatus(IndexState.DAMAGED, reason=error.reason)

    def _verified(self, current: CurrentIndex) -> IndexStatus:
        name = _stored(current).name
        fingerprints = self._writer.fingerprints(current)
        counted = self._writer.counted(current)
        known = (current.stamp.records, current.stamp.passages)
        # An update writes the records of a broken change again.
        is_whole = None not in fingerprints.values()
        if counted != known and is_whole:
            reason = f"it has {counted} records and passages instead of {known}"
            return IndexStatus(IndexState.DAMAGED, name, reason=reason)
        try:
            links = OpenIndex(self._cluster, current).links
        except NoSuchIndexError as error:
            place = self._cluster.place
            raise IndexUnavailableError(place, "the index is missing") from error
        by_id = {
            record: fingerprint or ""
            for key, fingerprint in fingerprints.items()
            if (record := RecordId.parse(key)) is not None
        }
        return IndexStatus(IndexState.READY, name, by_id, links=links)

    def refresh(self, *, is_patient: bool = False) -> bool:
        """Use the newest valid generation for searches, and return whether it is new.

        When no node answers, or the index is not ours, the generation in use stays.
        """
        is_first = self._open is None
        is_asked = time.monotonic() - self._asked_at < FOLLOWED_EVERY_S
        if not is_patient and not is_first and is_asked:
            return False
        if not self._lock.acquire(blocking=is_patient or is_first):
            return False
        try:
            return self._open_newest()
        except IndexUnavailableError:
            return False
        finally:
            self._asked_at = time.monotonic()
            self._lock.release()

    def warm_up(self) -> None:
        """Open the newest generation: the server warms up by itself."""
        self.is_warm = True
        self.refresh()

    def search(self, query: Query) -> ResultPage:
        """Return a page of results."""
        return self._answer(lambda index: index.search(query))

    def suggest(
        self, text: str, locale: Locale, *, limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """Return names of records and places that complete a text, the best first."""
        return self._answer(lambda index: index.suggest(text, locale, limit=limit))

    def _answer(self, ask: Callable[[OpenIndex], AnswerT]) -> AnswerT:
        """Ask the generation in use; once more, when a rebuild has deleted it."""
        if not self.is_followed:
            self.refresh()
        for _ in range(2):
            index = self._open or self._opened()
            try:
                return ask(index)
            except NoSuchIndexError:
                self._open = None
        raise IndexUnavailableError(self._cluster.place, "the index is missing")

    def _opened(self) -> OpenIndex:
        """Open the current index.

        Raises:
            IndexUnavailableError: there is none of this version, or no node answers.
        """
        with self._lock:
            self._usable()
            self._open_newest()
            if self._open is None:
                raise IndexUnavailableError(self._cluster.place, "it changes right now")
            return self._open

    def _usable(self) -> CurrentIndex:
        """Return the current index.

        Raises:
            IndexUnavailableError: there is none of this version.
        """
        current = self._writer.current()
        place = self._cluster.place
        if current is None:
            raise IndexUnavailableError(place, "there is no index")
        if current.stamp.version != VERSION:
            raise IndexUnavailableError(place, "it was made by another version")
        return current

    def _open_newest(self) -> bool:
        current = self._writer.current()
        before = self._open.current if self._open is not None else None
        if current is None or current == before or current.stamp.version != VERSION:
            return False
        try:
            self._open = OpenIndex(self._cluster, current)
        except NoSuchIndexError:
            return False
        return True


def _stored(current: CurrentIndex) -> StoredGeneration:
    name = f"{current.name}.{current.stamp.change}"
    return StoredGeneration(name, current.stamp.written_at)
