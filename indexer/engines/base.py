"""What the rest of the project asks of a search engine."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from indexer.model.ids import Locale, RecordId
from indexer.model.indexed_record import IndexedRecord
from indexer.model.query import Query
from indexer.model.results import ResultPage, Suggestion
from indexer.model.word_links import NO_LINKS, WordLinks


class SearchEngine(Protocol):
    """The five methods behind which an engine plugs in.

    It takes a `Query`, never a text to parse, and gives a `ResultPage`, never HTML.
    """

    def rebuild(
        self, records: Iterable[IndexedRecord], *, links: WordLinks = NO_LINKS
    ) -> None:
        """Make a new index of these records alone, then answer from it.

        `links` is what is known of the words of both languages, kept with the index.

        Raises:
            IndexWriteError: it could not be written; the index before still answers.
            IndexBusyError: another process went on writing for too long.
        """
        ...

    def upsert(
        self,
        records: Iterable[IndexedRecord],
        *,
        delete: Collection[RecordId] = (),
        links: WordLinks | None = None,
    ) -> None:
        """Add records, replace those that are there, and remove others, all at once.

        Without `links`, those that were kept stay.

        Raises:
            IndexUnavailableError: there is no index to change.
            IndexWriteError, IndexBusyError: as for `rebuild`.
        """
        ...

    def delete(self, ids: Collection[RecordId]) -> None:
        """Remove records.

        Raises:
            IndexUnavailableError, IndexWriteError, IndexBusyError: as for `upsert`.
        """
        ...

    def search(self, query: Query) -> ResultPage:
        """Answer a query.

        Raises:
            IndexUnavailableError: there is no index to search.
            PageOutOfRangeError: the page asked for is after the last.
        """
        ...

    def suggest(
        self, text: str, locale: Locale, *, limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """Give names that the visitor may be typing: titles, terms and places.

        Each word typed begins a word of the name, or nearly does when few names hold
        all of them. A record or a place is given once, the reader's language first.

        Raises:
            IndexUnavailableError: there is no index to search.
        """
        ...


class IndexState(StrEnum):
    """What can be said of an index without opening it."""

    READY = "ready"
    MISSING = "missing"
    OUTDATED = "outdated"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The state of an index, its generation, and what it holds."""

    state: IndexState
    generation: str = ""
    fingerprints: Mapping[RecordId, str] | None = None
    reason: str = ""
    links: WordLinks = NO_LINKS


class StoredEngine(SearchEngine, Protocol):
    """An engine that keeps its index on this machine, and can tell its state."""

    is_followed: bool
    """Whether someone else calls `refresh` again and again.

    A search then does not look for a newer index, and never waits for one.
    """

    is_warm: bool
    """Whether each newer index is made ready before it answers, as `warm_up` has it.

    Who only writes need not wait for that.
    """

    @property
    def generation(self) -> str:
        """The name of the generation that answers; empty before there is one."""
        ...

    def exclusive(self) -> AbstractContextManager[None]:
        """Hold the lock of the one writer, over several calls.

        Raises:
            IndexBusyError: another process went on writing for too long.
            IndexWriteError: the index can't be written at all.
        """
        ...

    def status(self) -> IndexStatus:
        """Tell the state of the index, checking every byte of it.

        What was checked before is not read again, unless it was written into since.
        """
        ...

    def refresh(self, *, is_patient: bool = False) -> bool:
        """Answer from the newest good index; tell whether that changed anything.

        Who is patient waits for another thread that is opening it.
        """
        ...

    def warm_up(self) -> None:
        """Open the newest good index, and make all that searches and suggestions need.

        Afterwards, each newer index is made as ready before it answers.
        """
        ...
