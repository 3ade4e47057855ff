"""Changes several folders together: a kill leaves all of the old, or all of the new.

What is new is first made aside, and put on disk. Then one small file, renamed into
place, says what goes where: from that moment the change is made, for who opens the
journal next finishes what it says. What fails before is as if it had not begun; what
fails after is undone. A folder that replaces another is exchanged with it at once where
the system can do that; elsewhere the old one is moved aside first, and for an instant
there is none.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any

from filelock import FileLock, Timeout

from indexer.corpus.originals import sha256_of
from indexer.pipeline import Locations
from kb.publishing.errors import (
    AnnouncementError,
    BusyError,
    NotThereError,
    WriteFailedError,
)
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import (
    HistoryAction,
    HistoryEntry,
    record_id_of,
)
from kb.publishing.storage.folder_swap import (
    ASIDE,
    Content,
    Step,
    carry_over,
    flush_made,
    make,
)
from kb.publishing.storage.folders import flush
from kb.publishing.storage.snapshots import FolderState, folder_state

LOCK_WAIT_S = 10.0
PRIVATE_FOLDER = 0o700
_NO_ANNOUNCEMENT = (
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    RecursionError,
    NotThereError,
)


Contents = Mapping[str, Content]
"""What a folder will hold: files by their path in it."""


class Transaction:
    """Folders that are changed together, and what the history will tell of it."""

    def __init__(self, journal: Journal, name: str) -> None:
        self._journal = journal
        self.name = name
        self._steps: list[Step] = []
        self._kept: dict[Path, FolderState | None] = {}
        self._entries: list[HistoryEntry] = []

    def put(
        self,
        place: Path,
        contents: Contents,
        *,
        digests: Mapping[str, str] | None = None,
        hidden: Mapping[str, bytes] | None = None,
        is_kept: bool = False,
    ) -> FolderState:
        """Put a folder in a place, in the stead of the one that is there.

        `digests` are those of files that are known. What is hidden in the old folder,
        or is a link, stays; `hidden` is put beside, and is no part of the state. What
        `is_kept` goes into the history.
        """
        made = self._made_for(place)
        made.mkdir(parents=True)
        for name, content in contents.items():
            make(made / name, content)
        for name, notes in (hidden or {}).items():
            (made / name).write_bytes(notes)
        carry_over(place, made)
        known = digests or {}
        state = FolderState(
            tuple(
                (name, known.get(name) or sha256_of(made / name))
                for name in sorted(contents)
            )
        )
        self._steps.append(Step(place, made, state.digest, not place.exists()))
        if is_kept:
            self._kept[made] = state
        return state

    def take_away(self, place: Path) -> None:
        """Take a folder away."""
        made = self._made_for(place)
        made.parent.mkdir(parents=True, exist_ok=True)
        self._steps.append(Step(place, made, "", is_new=False))

    def keep(self, folder: Path, state: FolderState | None) -> None:
        """Keep the state of a folder in the history."""
        self._kept[folder] = state

    def log(self, entry: HistoryEntry) -> None:
        """Write a change into the history, once all is done."""
        self._entries.append(entry)

    def _made_for(self, place: Path) -> Path:
        root = self._journal.root_of(place)
        return root / ASIDE / self.name / str(len(self._steps))

    def commit(self) -> None:
        """Do it all."""
        history = self._journal.history
        for step in self._steps:
            if step.digest:
                flush_made(step.made)
        history.keep(self._journal.folder, self._kept)
        try:
            self._journal.write(self.name, self._steps, self._entries)
            self._journal.carry_out(
                self.name, self._steps, self._entries, is_fresh=True
            )
        except BaseException:
            self._journal.undo(self.name, self._steps)
            raise


class Journal:
    """Where changes are announced before they are made."""

    def __init__(self, locations: Locations, history: History) -> None:
        self._locations = locations
        self.history = history
        self.folder = locations.instance / "journal"

    def root_of(self, place: Path) -> Path:
        """Give which of the content and the instance a place lies in."""
        roots = (self._locations.documents, self._locations.instance)
        return next(root for root in roots if place.is_relative_to(root))

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Change things alone; what is not committed leaves nothing behind.

        What somebody was killed at is finished first.

        Raises:
            BusyError: somebody else has been changing things for too long.
            WriteFailedError: it can't be written; nothing was changed.
            AnnouncementError: what was begun before can't be finished.
        """
        with self.alone():
            transaction = Transaction(self, secrets.token_hex(8))
            try:
                yield transaction
            finally:
                self._clear_aside()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep all others from changing things, and finish what was begun."""
        with _told(self.folder):
            # Drafts and history are for no other account of the machine.
            self._locations.instance.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
            self.folder.mkdir(exist_ok=True)
            lock = FileLock(self.folder / ".lock", timeout=LOCK_WAIT_S)
            try:
                lock.acquire()
            except Timeout as error:
                raise BusyError(self.folder, LOCK_WAIT_S) from error
            try:
                self._finish()
                yield
            finally:
                lock.release()

    def recover(self) -> None:
        """Finish what somebody was killed at.

        Raises:
            BusyError: somebody else has been changing things for too long.
            WriteFailedError: it can't be written.
        """
        with self.alone():
            pass

    def _finish(self) -> None:
        for path in sorted(self.folder.glob("*.json")):
            steps, entries = self._read(path)
            self.carry_out(path.stem, steps, entries)
        self._clear_aside()

    def _clear_aside(self) -> None:
        """Delete what was made aside and is not announced, and what was replaced."""
        announced = {path.stem for path in self.folder.glob("*.json")}
        for root in (self._locations.documents, self._locations.instance):
            aside = root / ASIDE
            with suppress(OSError):
                for folder in aside.iterdir():
                    if folder.name not in announced:
                        shutil.rmtree(folder, ignore_errors=True)
                aside.rmdir()

    def write(
        self, name: str, steps: Sequence[Step], entries: Sequence[HistoryEntry]
    ) -> None:
        """Announce a change. From now on it is made, whatever happens."""
        body = {
            "steps": [
                {
                    "place": self._shown(step.place),
                    "made": self._shown(step.made),
                    "digest": step.digest,
                    "is_new": step.is_new,
                }
                for step in steps
            ],
            "entries": [_entry_body(entry) for entry in entries],
        }
        beside = self.folder / f".{name}"
        try:
            with beside.open("w", encoding="utf-8") as file:
                json.dump(body, file)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._announcement(name))
        finally:
            beside.unlink(missing_ok=True)
        flush(self.folder)

    def carry_out(
        self,
        name: str,
        steps: Sequence[Step],
        entries: Sequence[HistoryEntry],
        *,
        is_fresh: bool = False,
    ) -> None:
        """Do what was announced, as far as it is not done."""
        for step in steps:
            step.take(is_fresh=is_fresh)
        for folder in {step.place.parent for step in steps}:
            if folder.exists():
                flush(folder)
        self.history.add(name, self._with_hand_changes(steps, entries))
        # Done; an announcement that stays is found to be done the next time.
        with suppress(OSError):
            self._announcement(name).unlink()
            flush(self.folder)

    def _with_hand_changes(
        self, steps: Sequence[Step], entries: Sequence[HistoryEntry]
    ) -> list[HistoryEntry]:
        """Tell too what an editor saved between our look and the exchange."""
        told = list(entries)
        for step in steps:
            old = step.old if step.old.exists() else step.made
            entry = next(
                (
                    each
                    for each in reversed(entries)
                    if self._place_of(each) == step.place and each.before
                ),
                None,
            )
            found = folder_state(old) if entry is not None else None
            if entry is None or found is None or found in (entry.before, entry.after):
                continue
            self.history.keep(self.folder, {old: found})
            by_hand = dataclasses.replace(
                entry, who="", action=HistoryAction.BY_HAND, after=found, detail=""
            )
            place = told.index(entry)
            told[place : place + 1] = [
                by_hand,
                dataclasses.replace(entry, before=found),
            ]
        return told

    def _place_of(self, entry: HistoryEntry) -> Path | None:
        return None if entry.is_draft else self._locations.documents / str(entry.record)

    def undo(self, name: str, steps: Sequence[Step]) -> None:
        """Take back what was done of a change that failed.

        Should that fail too, the announcement stays, and the change is finished later.
        """
        for step in reversed(steps):
            step.undo()
        self._announcement(name).unlink(missing_ok=True)
        with suppress(OSError):
            flush(self.folder)

    def _announcement(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _shown(self, path: Path) -> list[str]:
        """Give a path as it stays true when the folders are moved."""
        root = self.root_of(path)
        is_content = root == self._locations.documents
        return [
            "documents" if is_content else "instance",
            path.relative_to(root).as_posix(),
        ]

    def _path(self, shown: list[str]) -> Path:
        is_content = shown[0] == "documents"
        root = self._locations.documents if is_content else self._locations.instance
        inner = PurePosixPath(shown[1])
        # It may have come with a safety copy that somebody else made.
        if inner.is_absolute() or not inner.parts or ".." in inner.parts:
            raise ValueError(f"{shown[1]} is outside {root}")
        return root / inner

    def _read(self, path: Path) -> tuple[list[Step], list[HistoryEntry]]:
        try:
            body = json.loads(path.read_text("utf-8"))
            steps = [
                Step(
                    self._path(each["place"]),
                    self._path(each["made"]),
                    each["digest"],
                    each["is_new"],
                )
                for each in body["steps"]
            ]
            return steps, [_entry(each) for each in body["entries"]]
        except _NO_ANNOUNCEMENT as error:
            raise AnnouncementError(path, str(error)) from error


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Tell of what the system refuses as one error, with the path and the reason."""
    try:
        yield
    except OSError as error:
        path = Path(str(error.filename2 or error.filename or folder))
        raise WriteFailedError(path, error.strerror or str(error)) from error


def _entry_body(entry: HistoryEntry) -> dict[str, object]:
    return {
        "at": entry.at.isoformat(),
        "who": entry.who,
        "action": entry.action.value,
        "record": str(entry.record),
        "before": entry.before.text if entry.before is not None else None,
        "after": entry.after.text if entry.after is not None else None,
        "detail": entry.detail,
        "is_draft": entry.is_draft,
    }


def _entry(body: Mapping[str, Any]) -> HistoryEntry:
    return HistoryEntry(
        at=dt.datetime.fromisoformat(body["at"]),
        who=body["who"],
        action=HistoryAction(body["action"]),
        record=record_id_of(body["record"]),
        before=FolderState.parse(body["before"])
        if body["before"] is not None
        else None,
        after=FolderState.parse(body["after"]) if body["after"] is not None else None,
        detail=body["detail"],
        is_draft=bool(body["is_draft"]),
    )
