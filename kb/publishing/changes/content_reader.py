"""What reads the content for those who change it."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Protocol, runtime_checkable

from indexer.corpus.corpus import Corpus
from indexer.model.ids import RecordId
from indexer.model.problems import Problem


class ContentReader(Protocol):
    """Reads the content, also as if drafts were part of it."""

    def read(self) -> Corpus:
        """Return the newest content; `CorpusReader` explains the three methods."""
        ...

    def read_overlay(self, folders: Mapping[RecordId, Path], corpus: Corpus) -> Corpus:
        """Return the corpus with the records in `folders`."""
        ...

    def check_overlay(
        self, folders: Mapping[RecordId, Path], corpus: Corpus
    ) -> Mapping[RecordId, tuple[Problem, ...]]:
        """Return the problems of the records in `folders`."""
        ...


@runtime_checkable
class NotedChanges(Protocol):
    """A reader that is told which records change, under the lock of the content."""

    def begin_change(self) -> None:
        """Note that records are about to change."""
        ...

    def end_change(self, records: Collection[RecordId]) -> None:
        """Note the records that have changed."""
        ...
