"""Errors of publishing: each carries facts, and `message` is its sentence for staff."""

from pathlib import Path

from indexer.errors import IndexerError
from indexer.model.ids import RecordId
from indexer.model.problems import Message, Problem, message
from kb.core.storage_errors import LATER_VERSION, StorageError


class PublishingError(IndexerError):
    """The base of all errors below: nothing was changed."""

    message: Message
    """The error as a sentence for staff."""


class WriteFailedError(StorageError, PublishingError):
    """The system refused to write: the disk is full, or permission is missing."""

    sentence = message("nothing was changed: %(path)s cannot be written (%(reason)s)")


class JournalDamagedError(WriteFailedError):
    """An interrupted transaction can't be finished: its journal entry is damaged."""

    sentence = message(
        "nothing was changed: the journal entry %(path)s of an interrupted "
        "change is damaged (%(reason)s): move it elsewhere, then try again"
    )


class NewerFormatError(WriteFailedError):
    """A file has a format that this program does not know."""

    sentence = message(
        "nothing was changed: a later version of this program made %(path)s; install "
        "that version again, or restore a backup"
    )

    def __init__(self, path: Path, reason: str = LATER_VERSION) -> None:
        super().__init__(path, reason)


class HistoryUnreadableError(StorageError, PublishingError):
    """The history can't be read: its file is damaged, or permission is missing."""

    sentence = message("the history cannot be read: %(path)s (%(reason)s)")


class BusyError(PublishingError):
    """Another process holds the lock of the content for too long."""

    def __init__(self, path: Path, waited_s: float) -> None:
        super().__init__(f"{path}: still locked after {waited_s:.0f} s")
        self.message = message(
            "somebody else is changing the content: try again in a moment"
        )


class NotFoundError(PublishingError):
    """No such record, draft, file or change exists."""

    def __init__(self, name: object) -> None:
        super().__init__(f"{name} does not exist")
        self.message = message("%(what)s no longer exists", what=name)


class AlreadyExistsError(PublishingError):
    """Another record or draft already has this id."""

    def __init__(self, record: RecordId) -> None:
        super().__init__(f"{record} already exists")
        self.record = record
        self.message = message("%(what)s already exists", what=record)


class IncompleteDraftError(PublishingError):
    """A draft has problems that prevent its publication."""

    def __init__(self, record: RecordId, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{record}: {len(problems)} problems")
        self.problems = problems
        self.message = message(
            "%(record)s has problems to correct first: %(count)s",
            record=record,
            count=len(problems),
        )


class InvalidChangeError(PublishingError):
    """The requested change is not possible for these records; `message` says why."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.message = reason
