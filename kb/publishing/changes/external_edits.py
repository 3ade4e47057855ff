"""Notices what was changed in the content by hand, and tells the history."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

from indexer.errors import CorpusMissingError
from indexer.model.ids import Kind, RecordId
from kb.publishing.changes.repository import Repository
from kb.publishing.errors import BusyError
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.storage.snapshots import FolderState, folder_state

FolderStamp = tuple[tuple[str, int, int], ...]
FolderStamps = dict[RecordId, FolderStamp]

RESTED_EVERY = 40
"""So many folders are looked into in less than a millisecond."""


class ExternalEditDetector:
    """Compares the content with the last known states; what did not change is skipped.

    The first time ever, all that is there is written down as found.
    """

    def __init__(
        self,
        repository: Repository,
        *,
        recorded: FolderStamps | None = None,
        rest: Callable[[], None] = lambda: None,
    ) -> None:
        """Begin from what the history was told before, if that is known.

        `rest` is called every few folders, by who must not hold up others.
        """
        self._repository = repository
        self._rest = rest
        self._stamps = recorded
        self._looked: dict[RecordId, FolderStamp] | None = None

    def look(self) -> bool:
        """Tell whether files changed since the history was told, and are still now.

        It is cheap. What changed between two looks is not done with: an editor or git
        writes file after file.
        """
        now = self._stamps_now(is_idle=not self.is_settling)
        is_still, self._looked = now == self._looked, now
        return bool(now) and now != self._stamps and is_still

    @property
    def recorded(self) -> FolderStamps | None:
        """What the files looked like when the history was last told of them."""
        return self._stamps

    @property
    def is_settling(self) -> bool:
        """Whether files had changed at the last look, of which no one was told yet."""
        return bool(self._looked) and self._looked != self._stamps

    def notice(self) -> tuple[RecordId, ...]:
        """Write down what was changed by hand, and give the records.

        Raises:
            CorpusMissingError: there is no content to be seen.
            BusyError: somebody else has been changing the content for too long.
            WriteFailedError: the history can't be written.
        """
        with self._repository.journal.alone():
            stamps = self._stamps_now(is_idle=False)
            if not stamps:
                # A wrong folder must not look like one from which all was removed.
                raise CorpusMissingError(self._repository.locations.documents)
            entries = list(self._entries(self._to_compare(stamps)))
            self._repository.history.add(f"noticed-{secrets.token_hex(8)}", entries)
            self._stamps = stamps
            self._repository.digests.save()
        return tuple(entry.record for entry in entries)

    def _to_compare(self, stamps: dict[RecordId, FolderStamp]) -> list[RecordId]:
        if self._stamps is None:
            return [*sorted(stamps), *self._gone(stamps)]
        return [
            record
            for record in sorted({*stamps, *self._stamps})
            if stamps.get(record) != self._stamps.get(record)
        ]

    def _gone(self, stamps: dict[RecordId, FolderStamp]) -> list[RecordId]:
        last = self._repository.history.last_states()
        there = {str(record) for record in stamps}
        return [
            RecordId(kind, name.partition("/")[2])
            for name, state in last.items()
            if state is not None and name not in there
            for kind in [Kind.from_folder(name.partition("/")[0])]
            if kind is not None
        ]

    def _entries(self, records: list[RecordId]) -> Iterator[HistoryEntry]:
        repository = self._repository
        last = repository.history.last_states() if records else {}
        states: dict[RecordId, FolderState | None] = {}
        for record in records:
            state = self._state(record)
            if state != last.get(str(record)):
                states[record] = state
        kept = self._kept(states)
        now = repository.clock()
        for record in kept:
            is_known = str(record) in last
            yield HistoryEntry(
                now,
                "",
                HistoryAction.BY_HAND if is_known else HistoryAction.FOUND,
                record,
                last.get(str(record)),
                states[record],
            )

    def _state(self, record: RecordId) -> FolderState | None:
        return folder_state(self._repository.place(record), self._repository.digest)

    def _kept(self, states: dict[RecordId, FolderState | None]) -> list[RecordId]:
        """Keep states; one that an editor is writing now is left to the next time."""
        history, place = self._repository.history, self._repository.place
        folder = self._repository.locations.documents
        try:
            history.keep(folder, {place(each): state for each, state in states.items()})
        except BusyError:
            kept = []
            for record, state in states.items():
                try:
                    history.keep(folder, {place(record): state})
                    kept.append(record)
                except BusyError:
                    continue
            return kept
        return list(states)

    def _stamps_now(self, *, is_idle: bool) -> dict[RecordId, FolderStamp]:
        """Look at all files; where nothing is likely to have changed, without haste."""
        stamps = {}
        for number, (record, folder) in enumerate(self._folders(), 1):
            stamps[record] = _stamp(folder)
            if is_idle and not number % RESTED_EVERY:
                self._rest()
        return stamps

    def _folders(self) -> Iterator[tuple[RecordId, Path]]:
        for kind in Kind:
            try:
                entries = list(
                    os.scandir(self._repository.locations.documents / kind.folder)
                )
            except OSError:
                continue
            for entry in entries:
                is_own = not entry.name.startswith(".") and not entry.is_symlink()
                if is_own and entry.is_dir():
                    yield RecordId(kind, entry.name), Path(entry.path)


def _stamp(folder: Path) -> FolderStamp:
    return tuple(sorted(_states(folder, "")))


def _states(folder: Path, above: str) -> Iterator[tuple[str, int, int]]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return  # Taken away while we look: the next look tells.
    for entry in entries:
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _states(Path(entry.path), f"{above}{entry.name}/")
            continue
        try:
            status = entry.stat()
        except OSError:
            continue
        yield above + entry.name, status.st_size, status.st_mtime_ns
