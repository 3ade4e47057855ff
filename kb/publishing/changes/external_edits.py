"""Detects edits made outside the site (editor, git), and adds them to the history."""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from indexer.errors import CorpusMissingError
from indexer.files import FileStamp, file_stamp
from indexer.model.ids import Kind, RecordId
from kb.publishing.changes.repository import Repository
from kb.publishing.errors import BusyError
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.storage.folders import FolderState, folder_files, folder_state

FolderStamp = tuple[tuple[str, FileStamp], ...]
"""The path and the stamp of each file of a folder."""

FolderStamps = dict[RecordId, FolderStamp]


class ExternalEditDetector:
    """Compares the file stamps of the content with those recorded last.

    Without recorded stamps, all records are compared with the history.
    """

    def __init__(
        self, repository: Repository, *, recorded: FolderStamps | None = None
    ) -> None:
        """Start from `recorded`, the stamps when the history was last updated."""
        self._repository = repository
        self.recorded = recorded
        self._last: FolderStamps | None = None

    def check(self) -> bool:
        """Return whether files changed since `record_edits`, but not since last check.

        An editor or git writes file after file: edits are recorded once they settled.
        """
        stamps = self._stamps()
        is_settled, self._last = stamps == self._last, stamps
        return bool(stamps) and stamps != self.recorded and is_settled

    @property
    def is_settling(self) -> bool:
        """Whether the last check saw changes that are not recorded yet."""
        return bool(self._last) and self._last != self.recorded

    def ignore_edits(self) -> None:
        """Mark the present content as recorded: another machine writes the history."""
        self.recorded = self._last

    def record_edits(self) -> tuple[RecordId, ...]:
        """Record external edits in the history, and return the edited records.

        Raises:
            CorpusMissingError: `documents/` is missing or empty.
            BusyError: another process holds the lock of the content for too long.
            WriteFailedError: the history can't be written.
        """
        with self._repository.journal.lock():
            stamps = self._stamps()
            if not stamps:
                # A wrong path must not be recorded as the removal of all records.
                raise CorpusMissingError(self._repository.locations.documents)
            entries = list(self._entries(stamps))
            self._repository.history.add(f"noticed-{secrets.token_hex(8)}", entries)
            self.recorded = stamps
            self._repository.digests.save()
        return tuple(entry.record for entry in entries)

    def _entries(self, stamps: FolderStamps) -> Iterator[HistoryEntry]:
        repository = self._repository
        last = repository.history.last_states()
        before: Mapping[RecordId, object] = last
        if self.recorded is not None:
            before = self.recorded
        states: dict[RecordId, FolderState | None] = {}
        for record in sorted({*stamps, *before}):
            if self.recorded is None or stamps.get(record) != before.get(record):
                folder = repository.record_folder(record)
                state = folder_state(folder, repository.digest)
                if state != last.get(record):
                    states[record] = state
        now = repository.clock()
        for record in self._store(states):
            is_known = record in last
            yield HistoryEntry(
                now,
                "",
                HistoryAction.EXTERNAL_EDIT if is_known else HistoryAction.FIRST_SEEN,
                record,
                last.get(record),
                states[record],
            )

    def _store(self, states: dict[RecordId, FolderState | None]) -> list[RecordId]:
        """Store states, and return their records without those being written now."""
        if self._try_store(states):
            return list(states)
        return [
            record
            for record, state in states.items()
            if self._try_store({record: state})
        ]

    def _try_store(self, states: dict[RecordId, FolderState | None]) -> bool:
        repository = self._repository
        folders = {
            repository.record_folder(record): state for record, state in states.items()
        }
        try:
            repository.history.store_states(repository.locations.documents, folders)
        except BusyError:
            return False
        return True

    def _stamps(self) -> FolderStamps:
        return {record: _folder_stamp(folder) for record, folder in self._folders()}

    def _folders(self) -> Iterator[tuple[RecordId, Path]]:
        for kind in Kind:
            try:
                entries = list(
                    os.scandir(self._repository.locations.documents / kind.folder)
                )
            except OSError:
                continue
            for entry in entries:
                is_record = not entry.name.startswith(".") and not entry.is_symlink()
                if is_record and entry.is_dir():
                    yield RecordId(kind, entry.name), Path(entry.path)


def shared_files_stamp(documents: Path) -> FolderStamp:
    """Return the stamp of the files that belong to no record: places and lexicon."""
    stamps = []
    for path in documents.glob("*.yaml"):
        # The file may be replaced during the scan: the next scan sees that.
        with suppress(OSError):
            stamps.append((path.name, file_stamp(path.stat())))
    return tuple(sorted(stamps))


def _folder_stamp(folder: Path) -> FolderStamp:
    stamps = []
    # The folder may be removed during the scan: the next scan sees that.
    with suppress(OSError):
        for name, entry in folder_files(folder):
            stamps.append((name, file_stamp(entry.stat())))
    return tuple(sorted(stamps))
