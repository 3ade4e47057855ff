"""Transactions over several folders, made crash-safe by a write-ahead journal.

New folders are staged and flushed to disk first. Then a journal entry, a JSON file
renamed into place, commits the transaction: after a crash, the next process that locks
the content replays the entry. Before that rename, a failure leaves no change; after it,
a failure is rolled back. Where `renameat2` is missing, a replaced folder is absent for
an instant.
"""

from __future__ import annotations

import dataclasses
import json
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from indexer.corpus.originals import sha256_of
from indexer.files import fsync, write_file_atomically
from indexer.pipeline import Locations
from kb.core.locks import exclusive_lock
from kb.core.storage_errors import storage_errors
from kb.publishing.errors import BusyError, JournalDamagedError, WriteFailedError
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.storage.folder_swap import (
    STAGING_FOLDER,
    Content,
    Step,
    copy_hidden_files,
    write_content,
)
from kb.publishing.storage.folders import fsync_tree
from kb.publishing.storage.json_fields import DAMAGED, from_json, to_json
from kb.publishing.storage.snapshots import FolderState, folder_state

LOCK_WAIT_S = 10.0
PRIVATE_FOLDER = 0o700

Contents = Mapping[str, Content]
"""The files of a folder, by their path in it."""


class Transaction:
    """Folder changes that are committed together, with their history entries."""

    def __init__(self, journal: Journal, name: str) -> None:
        self._journal = journal
        self.name = name
        self._steps: list[Step] = []
        self._states: dict[Path, FolderState | None] = {}
        self._entries: list[HistoryEntry] = []

    def put(
        self,
        target: Path,
        contents: Contents,
        *,
        digests: Mapping[str, str] | None = None,
        hidden: Mapping[str, bytes] | None = None,
        is_stored: bool = False,
    ) -> FolderState:
        """Stage a folder that replaces `target`, and return its state.

        `digests` are known SHA-256s, which are not computed again. Hidden files and
        symbolic links of the old folder are copied; `hidden` are further hidden files,
        which are not part of the state. `is_stored` stores the files in the history.
        """
        staged = self._staged_path(target)
        staged.mkdir(parents=True)
        for name, content in contents.items():
            write_content(staged / name, content)
        for name, notes in (hidden or {}).items():
            (staged / name).write_bytes(notes)
        copy_hidden_files(target, staged)
        known = digests or {}
        state = FolderState(
            tuple(
                (name, known.get(name) or sha256_of(staged / name))
                for name in sorted(contents)
            )
        )
        self._steps.append(Step(target, staged, state.digest, not target.exists()))
        if is_stored:
            self._states[staged] = state
        return state

    def remove_folder(self, target: Path) -> None:
        """Remove a folder."""
        staged = self._staged_path(target)
        staged.parent.mkdir(parents=True, exist_ok=True)
        self._steps.append(Step(target, staged, "", is_new=False))

    def store_state(self, folder: Path, state: FolderState | None) -> None:
        """Store the files of a folder in the history."""
        self._states[folder] = state

    def log(self, entry: HistoryEntry) -> None:
        """Add an entry to the history, after the commit."""
        self._entries.append(entry)

    def _staged_path(self, target: Path) -> Path:
        root = self._journal.root_of(target)
        return root / STAGING_FOLDER / self.name / str(len(self._steps))

    def commit(self) -> None:
        """Write the journal entry and apply the steps; roll back on failure."""
        for step in self._steps:
            if step.digest:
                fsync_tree(step.staged)
                fsync(step.staged.parent)
        self._journal.history.store_states(self._journal.folder, self._states)
        try:
            self._journal.write(self.name, self._steps, self._entries)
            self._journal.apply(self.name, self._steps, self._entries, is_fresh=True)
        except BaseException:
            self._journal.roll_back(self.name, self._steps)
            raise


class Journal:
    """The journal entries of transactions that are being applied."""

    def __init__(self, locations: Locations, history: History) -> None:
        self._locations = locations
        self.history = history
        self.folder = locations.instance / "journal"

    def root_of(self, path: Path) -> Path:
        """Return the root that a path is below: `documents/` or the instance."""
        roots = (self._locations.documents, self._locations.instance)
        return next(root for root in roots if path.is_relative_to(root))

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a transaction under the lock; without a commit, nothing changes.

        Raises:
            BusyError: another process holds the lock for too long.
            WriteFailedError: a file can't be written; nothing was changed.
            JournalDamagedError: an interrupted transaction can't be finished.
        """
        with self.lock():
            transaction = Transaction(self, secrets.token_hex(8))
            try:
                yield transaction
            finally:
                self._delete_staged()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lock of the content, after finishing interrupted transactions.

        Raises:
            BusyError: another process holds the lock for too long.
            WriteFailedError: a file can't be written; nothing was changed.
            JournalDamagedError: an interrupted transaction can't be finished.
        """
        with storage_errors(self.folder, WriteFailedError):
            # Drafts and history are private to the account of the service.
            self._locations.instance.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
            self.folder.mkdir(exist_ok=True)
            busy = BusyError(self.folder, LOCK_WAIT_S)
            with exclusive_lock(self.folder / ".lock", busy, timeout_s=LOCK_WAIT_S):
                self._replay()
                yield

    def recover(self) -> None:
        """Finish interrupted transactions.

        Raises:
            BusyError: another process holds the lock for too long.
            WriteFailedError: a file can't be written.
            JournalDamagedError: an interrupted transaction can't be finished.
        """
        with self.lock():
            pass

    def _replay(self) -> None:
        for path in sorted(self.folder.glob("*.json")):
            steps, entries = self._read(path)
            self.apply(path.stem, steps, entries)
        self._delete_staged()

    def _delete_staged(self) -> None:
        """Delete staged and replaced folders that have no journal entry."""
        pending = {path.stem for path in self.folder.glob("*.json")}
        for root in (self._locations.documents, self._locations.instance):
            staging = root / STAGING_FOLDER
            with suppress(OSError):
                for folder in staging.iterdir():
                    if folder.name not in pending:
                        shutil.rmtree(folder, ignore_errors=True)
                staging.rmdir()

    def write(
        self, name: str, steps: Sequence[Step], entries: Sequence[HistoryEntry]
    ) -> None:
        """Write the journal entry, which commits the transaction."""
        body = {
            "steps": [
                {
                    "place": self._stored_path(step.target),
                    "made": self._stored_path(step.staged),
                    "digest": step.digest,
                    "is_new": step.is_new,
                }
                for step in steps
            ],
            "entries": to_json(tuple(entries)),
        }
        write_file_atomically(self._entry_path(name), json.dumps(body).encode())

    def apply(
        self,
        name: str,
        steps: Sequence[Step],
        entries: Sequence[HistoryEntry],
        *,
        is_fresh: bool = False,
    ) -> None:
        """Apply the steps that are not applied yet, then delete the journal entry."""
        for step in steps:
            step.apply(is_fresh=is_fresh)
        for folder in {step.target.parent for step in steps}:
            if folder.exists():
                fsync(folder)
        self.history.add(name, self._with_external_edits(steps, entries))
        # If the deletion fails, the next replay finds every step applied.
        with suppress(OSError):
            self._entry_path(name).unlink()
            fsync(self.folder)

    def _with_external_edits(
        self, steps: Sequence[Step], entries: Sequence[HistoryEntry]
    ) -> list[HistoryEntry]:
        """Add entries for edits saved after `capture_state` and before the exchange."""
        complete = list(entries)
        for step in steps:
            old = step.old if step.old.exists() else step.staged
            entry = next(
                (
                    each
                    for each in reversed(entries)
                    if self._public_folder(each) == step.target and each.before
                ),
                None,
            )
            edited = folder_state(old) if entry is not None else None
            if entry is None or edited in (None, entry.before, entry.after):
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

    def _public_folder(self, entry: HistoryEntry) -> Path | None:
        return None if entry.is_draft else self._locations.documents / str(entry.record)

    def roll_back(self, name: str, steps: Sequence[Step]) -> None:
        """Undo the steps of a failed transaction, then delete its journal entry.

        If that fails too, the entry stays, and the transaction is finished later.
        """
        for step in reversed(steps):
            step.undo()
        self._entry_path(name).unlink(missing_ok=True)
        with suppress(OSError):
            fsync(self.folder)

    def _entry_path(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _stored_path(self, path: Path) -> list[str]:
        """Return a path relative to its root, which stays valid if the root moves."""
        root = self.root_of(path)
        is_content = root == self._locations.documents
        return [
            "documents" if is_content else "instance",
            path.relative_to(root).as_posix(),
        ]

    def _path(self, stored: list[str]) -> Path:
        is_content = stored[0] == "documents"
        root = self._locations.documents if is_content else self._locations.instance
        inner = PurePosixPath(stored[1])
        # The entry may come from a backup that somebody else made.
        if inner.is_absolute() or not inner.parts or ".." in inner.parts:
            raise ValueError(f"{stored[1]} is outside {root}")
        return root / inner

    def _read(self, path: Path) -> tuple[list[Step], list[HistoryEntry]]:
        content = path.read_bytes()
        try:
            body = json.loads(content)
            steps = [
                Step(
                    self._path(each["place"]),
                    self._path(each["made"]),
                    each["digest"],
                    each["is_new"],
                )
                for each in body["steps"]
            ]
            return steps, [from_json(HistoryEntry, each) for each in body["entries"]]
        except DAMAGED as error:
            raise JournalDamagedError(path, str(error)) from error
