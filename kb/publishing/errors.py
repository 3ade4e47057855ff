"""Errors of publishing: each carries facts, and `message` is its sentence for staff."""

from __future__ import annotations

from pathlib import Path

from indexer.errors import IndexerError
from indexer.model.ids import RecordId
from indexer.model.problems import Message, Problem, message
from kb.core.storage_errors import StorageError


class PublishingError(IndexerError):
    """The base of all errors below: nothing was changed."""

    @property
    def message(self) -> Message:
        """The error as a sentence for staff."""
        return message("the change could not be made")


class WriteFailedError(StorageError, PublishingError):
    """The system refused to write: the disk is full, or permission is missing."""

    @property
    def message(self) -> Message:
        """The error as a sentence for staff."""
        return message(
            "nothing was changed: %(path)s cannot be written (%(reason)s)",
            path=self.path,
            reason=self.reason,
        )


class JournalDamagedError(WriteFailedError):
    """An interrupted transaction can't be finished: its journal entry is damaged."""

    @property
    def message(self) -> Message:
        """The error as a sentence for staff."""
        return message(
            "nothing was changed: the journal entry %(path)s of an interrupted "
            "change is damaged (%(reason)s): move it elsewhere, then try again",
            path=self.path,
            reason=self.reason,
        )


class HistoryUnreadableError(StorageError, PublishingError):
    """The history can't be read: its file is damaged, or permission is missing."""

    @property
    def message(self) -> Message:
        """The error as a sentence for staff."""
        return message(
            "the history cannot be read: %(path)s (%(reason)s)",
            path=self.path,
            reason=self.reason,
        )


class BusyError(PublishingError):
    """Another process holds the lock of the content for too long."""

    def __init__(self, path: Path, waited_s: float) -> None:
        super().__init__(f"{path}: still locked after {waited_s:.0f} s")
        self.path = path
        self.waited_s = waited_s

    @property
    def message(self) -> Message:
        """The error as a sentence for staff."""
        return message("somebody else is changing the content: try again in a moment")


class NotFoundError(PublishingError):
    """No such record, draft, file or change exists."""

    def __init__(self, name: object) -> None:
        super().__init__(f"{name} does not exist")
        self.name = str(name)

    @property
    def message(self) -> Message:
        """The error as a sentence for staff."""
        return message("%(what)s no longer exists", what=self.name)


class AlreadyExistsError(PublishingError):
    """Another record or draft already has this id."""

    def __init__(self, name: object) -> None:
        super().__init__(f"{name} already exists")
        self.name = str(name)

    @property
    def message(self) -> Message:
        """The error as a sentence for staff."""
        return message("%(what)s already exists", what=self.name)


class IncompleteDraftError(PublishingError):
    """A draft has problems that prevent its publication."""

    def __init__(self, record: RecordId, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{record}: {len(problems)} problems")
        self.record = record
        self.problems = problems

    @property
    def message(self) -> Message:
        """The error as a sentence for staff."""
        return message(
            "%(record)s has problems to correct first: %(count)s",
            record=self.record,
            count=len(self.problems),
        )


class InvalidChangeError(PublishingError):
    """The requested change is not possible for these records; `message` says why."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self._message = reason

    @property
    def message(self) -> Message:
        """The error as a sentence for staff."""
        return self._message
