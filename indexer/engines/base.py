"""The interface of a search engine: all that the site and the pipeline use of it.

An engine on a cluster also receives the addresses of its servers.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from indexer.model.ids import Locale, RecordId
from indexer.model.indexed_record import IndexedRecord
from indexer.model.query import Query
from indexer.model.results import ResultPage, Suggestion
from indexer.model.word_links import NO_LINKS, WordLinks


class IndexState(StrEnum):
    """Whether an index can be searched, and why not."""

    READY = "ready"
    MISSING = "missing"
    OUTDATED = "outdated"
    """Another version of the code wrote the index."""
    DAMAGED = "damaged"
    UNREACHABLE = "unreachable"
    """No server of the index answers: its state is unknown."""


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The state of an index.

    Attributes:
        state: whether the index can be searched.
        generation: the name of the generation; empty when the index is missing.
        fingerprints: the fingerprint of each indexed record, when the state is READY.
        reason: why the state is OUTDATED, DAMAGED or UNREACHABLE.
        links: the word links of the last `rebuild` or `upsert`, when it is READY.
        place: where the index is, for messages.
    """

    state: IndexState
    generation: str = ""
    fingerprints: Mapping[RecordId, str] | None = None
    reason: str = ""
    links: WordLinks = NO_LINKS
    place: Path = Path()


@dataclass(frozen=True, slots=True)
class StoredGeneration:
    """The generation that is current on disk; `written_at` is in Unix time."""

    name: str
    written_at: float


class SearchEngine(Protocol):
    """An index of records, and searches in it. All methods are safe among threads.

    An engine receives a parsed `Query` and returns a `ResultPage` without markup.
    Each change makes a new generation of the index, at once and as a whole: a search
    uses the generation before or the one after, and a failed change changes nothing.
    """

    is_followed: bool
    """Whether another thread calls `refresh` regularly; False at first.

    `search` and `suggest` then do not look for a newer generation themselves.
    """

    is_warm: bool
    """Whether `refresh` warms up a new generation before it is searched; False at
    first, and set by `warm_up`. A process that only writes sets it to False."""

    @property
    def generation(self) -> str:
        """The name of the generation that searches use; empty before the first."""
        ...

    def stored_generation(self) -> StoredGeneration | None:
        """Return the current generation without verifying it; None without an index."""
        ...

    def rebuild(
        self, records: Iterable[IndexedRecord], *, links: WordLinks = NO_LINKS
    ) -> None:
        """Replace the index by one of all records and word links, and search it.

        Raises:
            IndexWriteError: the index could not be written.
            IndexBusyError: another process was writing for too long.
        """
        ...

    def upsert(
        self,
        records: Iterable[IndexedRecord],
        *,
        delete: Collection[RecordId] = (),
        links: WordLinks | None = None,
    ) -> None:
        """Add, replace and remove records in one change, and search the result.

        Unknown ids in `delete` are ignored. `links` replace the stored word links,
        which do not change when it is None.

        Raises:
            IndexUnavailableError: there is no index to change.
            IndexWriteError: the index could not be written.
            IndexBusyError: another process was writing for too long.
        """
        ...

    @property
    def has_replaced_texts(self) -> bool:
        """Whether files of the index may have texts of removed or replaced records."""
        ...

    def erase_replaced_texts(self) -> None:
        """Remove texts of removed or replaced records from the files of the index.

        Raises:
            IndexUnavailableError: there is no index, or it is damaged.
            IndexWriteError, IndexBusyError: like `rebuild`.
        """
        ...

    def trial(
        self, records: Iterable[IndexedRecord]
    ) -> Callable[[Query], ResultPage] | None:
        """Return the search of the index as if records were written; it stays the same.

        None for an index that can't be copied.

        Raises:
            IndexUnavailableError: there is no index.
            OSError: there is no room for the copy.
        """
        ...

    def exclusive(self) -> AbstractContextManager[None]:
        """Lock the index for writing while several calls read and change it.

        The thread that holds the lock can call `rebuild` and `upsert`.

        Raises:
            IndexBusyError: another process was writing for too long.
            IndexWriteError: the index can't be locked.
        """
        ...

    def status(self) -> IndexStatus:
        """Return the state of the index, after verifying all of it.

        Files that were verified before and did not change since are not read again.
        """
        ...

    def refresh(self, *, is_patient: bool = False) -> bool:
        """Use the newest valid generation for searches, and return whether it is new.

        While another thread is opening that generation, the generation in use stays
        and False is returned at once; with `is_patient`, the call waits instead.
        """
        ...

    def warm_up(self) -> None:
        """Open the newest generation, and compute what its first searches need.

        Each later generation is warmed up before it is searched (see `is_warm`).
        """
        ...

    def search(self, query: Query) -> ResultPage:
        """Return a page of results.

        Raises:
            IndexUnavailableError: there is no index to search.
            PageOutOfRangeError: the requested page is after the last one.
        """
        ...

    def suggest(
        self, text: str, locale: Locale, *, limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """Return names of records and places that complete a text, the best first.

        Each typed word is the beginning of a word of the name, perhaps misspelt. Each
        record or place is suggested once. Names in the reader's language come first.

        Raises:
            IndexUnavailableError: there is no index to search.
        """
        ...


@dataclass(frozen=True, slots=True)
class ClusterAccess:
    """The servers of an index, and who signs in there.

    Attributes:
        urls: the addresses of the nodes; any of them answers any request.
        index: the alias of the current index, and the beginning of its names.
        user: the name that signs in; empty without a password.
        password_file: the file with the password.
        ca_file: the certificates that sign those of the nodes; None for the system's.
        certificate_file: the certificate of this client, which may be its sign-in.
        key_file: the private key of that certificate.
        shards: into how many parts a new index is split.
        replicas: how many copies each part has on other nodes.
    """

    urls: tuple[str, ...] = ()
    index: str = "kb"
    user: str = ""
    password_file: Path | None = field(default=None, repr=False)
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = field(default=None, repr=False)
    shards: int = 1
    replicas: int = 1

    @property
    def place(self) -> Path:
        """What messages name as the place of the index."""
        return Path(f"opensearch/{self.index}")


NO_CLUSTER = ClusterAccess()
