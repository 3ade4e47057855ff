"""Transactions over several folders, made crash-safe by a write-ahead journal.

New folders are staged and flushed to disk first. Then a journal entry, a JSON file
renamed into place, commits the transaction: after a crash, the next process that locks
the content replays the entry. Before that rename, a failure leaves no change; after it,
a failure is rolled back. Where `renameat2` is missing, a replaced folder is absent for
an instant.
"""

import dataclasses
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from indexer.corpus.originals import sha256_of
from indexer.files import fsync, write_file_atomically
from indexer.pipeline import Locations
from kb.core.locks import exclusive_lock
from kb.core.permissions import share_as_folder
from kb.core.storage_errors import storage_errors
from kb.publishing.errors import BusyError, JournalDamagedError, WriteFailedError
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.storage.folders import (
    NOTES_FILE,
    STAGING_FOLDER,
    Content,
    FolderState,
    Step,
    copy_hidden_files,
    folder_state,
    fsync_tree,
    write_content,
)
from kb.publishing.storage.json_fields import (
    DAMAGED,
    check_format,
    from_stored_json,
    to_stored_json,
)

LOCK_WAIT_S = 10.0
PRIVATE_FOLDER = 0o700

Contents = Mapping[str, Content]
"""The files of a folder, by their path in it."""


class Transaction:
    """Folder changes that are committed together, with their history entries."""

    def __init__(self, journal: "Journal", name: str) -> None:
        self._journal = journal
        self.name = name
        self.steps: list[Step] = []
        self.entries: list[HistoryEntry] = []
        self._states: dict[Path, FolderState | None] = {}

    def put(
        self,
        target: Path,
        contents: Contents,
        *,
        digests: Mapping[str, str] | None = None,
        notes: bytes | None = None,
    ) -> FolderState:
        """Stage a folder that replaces `target`, and return its state.

        `digests` are known SHA-256s, which are not computed again. Hidden files and
        symbolic links of the old folder are copied. `notes` are the metadata of a
        draft, which are not part of the state.
        """
        staged = self._staged_path(target)
        staged.mkdir(parents=True)
        for name, content in contents.items():
            write_content(staged / name, content)
        if notes is not None:
            (staged / NOTES_FILE).write_bytes(notes)
        if self._journal.is_content(target):
            # Other accounts, such as that of git, may read the content.
            share_as_folder(staged, next(filter(Path.is_dir, target.parents)))
        copy_hidden_files(target, staged)
        known = digests or {}
        state = FolderState(
            tuple(
                (name, known.get(name) or sha256_of(staged / name))
                for name in sorted(contents)
            )
        )
        self.steps.append(Step(target, staged, state.digest, not target.exists()))
        return state

    def remove_folder(self, target: Path) -> None:
        """Remove a folder."""
        staged = self._staged_path(target)
        staged.parent.mkdir(parents=True, exist_ok=True)
        self.steps.append(Step(target, staged, "", is_new=False))

    def store_state(self, folder: Path, state: FolderState | None) -> None:
        """Store the files of a folder in the history."""
        self._states[folder] = state

    def _staged_path(self, target: Path) -> Path:
        _, root = self._journal.root_of(target)
        return root / STAGING_FOLDER / self.name / str(len(self.steps))

    def commit(self) -> None:
        """Write the journal entry and apply the steps, if any; roll back on failure."""
        if not self.steps:
            return
        for step in self.steps:
            if step.digest:
                fsync_tree(step.staged)
                fsync(step.staged.parent)
        self._journal.history.store_states(self._journal.folder, self._states)
        try:
            self._journal.write(self)
            self._journal.apply(self, is_fresh=True)
        except BaseException:
            self._journal.roll_back(self)
            raise


class Journal:
    """The journal entries of transactions that are being applied."""

    def __init__(self, locations: Locations, history: History) -> None:
        self._roots = {
            "documents": locations.documents,
            "instance": locations.instance,
        }
        self.history = history
        self.folder = locations.instance / "journal"

    def root_of(self, path: Path) -> tuple[str, Path]:
        """Return the name and the path of the root folder that a path is below."""
        return next(
            (name, root)
            for name, root in self._roots.items()
            if path.is_relative_to(root)
        )

    def is_content(self, path: Path) -> bool:
        """Return whether a path is in the content, which other accounts may read."""
        return self.root_of(path)[0] == "documents"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lock of the content, after finishing interrupted transactions.

        Raises:
            BusyError: another process holds the lock for too long.
            WriteFailedError: a file can't be written; nothing was changed.
            JournalDamagedError: an interrupted transaction can't be finished.
            NewerFormatError: a later version of this program was interrupted.
        """
        with storage_errors(self.folder, WriteFailedError):
            # Drafts and history are private to the account of the service.
            self._roots["instance"].mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
            self.folder.mkdir(exist_ok=True)
            busy = BusyError(self.folder, LOCK_WAIT_S)
            with exclusive_lock(self.folder / ".lock", busy, timeout_s=LOCK_WAIT_S):
                for path in sorted(self.folder.glob("*.json")):
                    self.apply(self._read(path))
                self._delete_staged()
                try:
                    yield
                finally:
                    self._delete_staged()

    def _delete_staged(self) -> None:
        """Delete staged and replaced folders that have no journal entry."""
        pending = {path.stem for path in self.folder.glob("*.json")}
        for root in self._roots.values():
            staging = root / STAGING_FOLDER
            with suppress(OSError):
                for folder in staging.iterdir():
                    if folder.name not in pending:
                        shutil.rmtree(folder, ignore_errors=True)
                staging.rmdir()

    def write(self, transaction: Transaction) -> None:
        """Write the journal entry, which commits the transaction."""
        body = {
            "steps": [
                {
                    "place": self._stored_path(step.target),
                    "made": self._stored_path(step.staged),
                    "digest": step.digest,
                    "is_new": step.is_new,
                }
                for step in transaction.steps
            ],
            "entries": to_stored_json(tuple(transaction.entries)),
        }
        path = self._entry_path(transaction)
        write_file_atomically(path, json.dumps(body).encode())

    def apply(self, transaction: Transaction, *, is_fresh: bool = False) -> None:
        """Apply the steps that are not applied yet, then delete the journal entry."""
        for step in transaction.steps:
            step.apply(is_fresh=is_fresh)
        for folder in {step.target.parent for step in transaction.steps}:
            if folder.exists():
                fsync(folder)
        self.history.add(transaction.name, self._with_external_edits(transaction))
        # If the deletion fails, the next replay finds every step applied.
        with suppress(OSError):
            self._entry_path(transaction).unlink()
            fsync(self.folder)

    def _with_external_edits(self, transaction: Transaction) -> list[HistoryEntry]:
        """Add entries for edits saved after `capture_state` and before the exchange."""
        complete = list(transaction.entries)
        last_entries = {
            self._roots["documents"] / str(entry.record): entry
            for entry in transaction.entries
            if entry.before and not entry.is_draft
        }
        for step in transaction.steps:
            entry = last_entries.get(step.target)
            if entry is None:
                continue
            old = step.old if step.old.exists() else step.staged
            edited = folder_state(old)
            if edited in (None, entry.before, entry.after):
                continue
            self.history.store_states(self.folder, {old: edited})
            position = complete.index(entry)
            complete[position : position + 1] = [
                dataclasses.replace(
                    entry,
                    actor="",
                    action=HistoryAction.EXTERNAL_EDIT,
                    after=edited,
                    detail="",
                ),
                dataclasses.replace(entry, before=edited),
            ]
        return complete

    def roll_back(self, transaction: Transaction) -> None:
        """Undo the steps of a failed transaction, then delete its journal entry.

        If that fails too, the entry stays, and the transaction is finished later.
        """
        for step in reversed(transaction.steps):
            step.undo()
        self._entry_path(transaction).unlink(missing_ok=True)
        with suppress(OSError):
            fsync(self.folder)

    def _entry_path(self, transaction: Transaction) -> Path:
        return self.folder / f"{transaction.name}.json"

    def _stored_path(self, path: Path) -> list[str]:
        """Return a path relative to its root, which stays valid if the root moves."""
        name, root = self.root_of(path)
        return [name, path.relative_to(root).as_posix()]

    def _path(self, stored: list[str]) -> Path:
        root, inner = self._roots[stored[0]], PurePosixPath(stored[1])
        # The entry may come from a backup that somebody else made.
        if inner.is_absolute() or not inner.parts or ".." in inner.parts:
            raise ValueError(f"{stored[1]} is outside {root}")
        return root / inner

    def _read(self, path: Path) -> Transaction:
        transaction = Transaction(self, path.stem)
        content = path.read_bytes()
        try:
            body = json.loads(content)
            check_format(body, path)
            transaction.steps = [
                Step(
                    self._path(step["place"]),
                    self._path(step["made"]),
                    step["digest"],
                    step["is_new"],
                )
                for step in body["steps"]
            ]
            transaction.entries = [
                from_stored_json(HistoryEntry, entry) for entry in body["entries"]
            ]
        except DAMAGED as error:
            raise JournalDamagedError(path, str(error)) from error
        return transaction
