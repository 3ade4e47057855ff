"""Why a change was not made. Each error carries facts; whoever shows it words it."""

from __future__ import annotations

from pathlib import Path

from indexer.errors import IndexerError
from indexer.model.ids import RecordId
from indexer.model.problems import Message, Problem, message


class PublishingError(IndexerError):
    """The base of all errors below: nothing was changed."""

    @property
    def message(self) -> Message:
        """Say it to staff."""
        return message("the change could not be made")


class WriteFailedError(PublishingError):
    """The system refused to write: the disk is full, or a folder may not be changed."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason

    @property
    def message(self) -> Message:
        """Say it to staff."""
        return message(
            "nothing was changed: %(path)s can't be written (%(reason)s)",
            path=self.path,
            reason=self.reason,
        )


class AnnouncementError(WriteFailedError):
    """A change that was begun can't be finished: what announces it is damaged."""

    @property
    def message(self) -> Message:
        """Say it to staff."""
        return message(
            "nothing was changed: the journal entry %(path)s of an interrupted "
            "change is damaged (%(reason)s): move it elsewhere, then try again",
            path=self.path,
            reason=self.reason,
        )


class HistoryUnreadableError(PublishingError):
    """The history can't be read: its file is damaged, or may not be opened."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason

    @property
    def message(self) -> Message:
        """Say it to staff."""
        return message(
            "the history can't be read: %(path)s (%(reason)s)",
            path=self.path,
            reason=self.reason,
        )


class BusyError(PublishingError):
    """Somebody else has been changing the content for too long."""

    def __init__(self, path: Path, waited_s: float) -> None:
        super().__init__(f"{path}: still held after {waited_s:.0f} s")
        self.path = path
        self.waited_s = waited_s

    @property
    def message(self) -> Message:
        """Say it to staff."""
        return message("somebody else is changing the content: try again in a moment")


class NotThereError(PublishingError):
    """There is no such record, draft, file or change."""

    def __init__(self, what: object) -> None:
        super().__init__(f"{what} is not there")
        self.what = str(what)

    @property
    def message(self) -> Message:
        """Say it to staff."""
        return message("%(what)s no longer exists", what=self.what)


class AlreadyThereError(PublishingError):
    """Something has this name already."""

    def __init__(self, what: object) -> None:
        super().__init__(f"{what} is there already")
        self.what = str(what)

    @property
    def message(self) -> Message:
        """Say it to staff."""
        return message("%(what)s already exists", what=self.what)


class IncompleteError(PublishingError):
    """A draft has problems that keep it from being published."""

    def __init__(self, record: RecordId, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{record}: {len(problems)} problems")
        self.record = record
        self.problems = problems

    @property
    def message(self) -> Message:
        """Say it to staff."""
        return message(
            "%(record)s has problems to correct first: %(count)s",
            record=self.record,
            count=len(self.problems),
        )


class UnsuitableError(PublishingError):
    """What was asked makes no sense for these records; `reason` says why."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason

    @property
    def message(self) -> Message:
        """Say it to staff."""
        return self.reason
