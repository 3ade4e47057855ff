"""Reads the last state of a record that had no errors, from the history."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

from indexer.corpus.corpus import LastGood
from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.record_reader import ReadRecord, read_record_safely
from indexer.model.ids import RecordId
from indexer.pipeline import Locations
from kb.publishing.errors import PublishingError
from kb.publishing.history.history import History
from kb.publishing.storage.snapshots import FolderState

MAX_CHANGES = 50
"""The most changes of one record that are searched for a state without errors."""

logger = logging.getLogger(__name__)


def last_good_states(locations: Locations, *, is_copy: bool = False) -> LastGood:
    """Return the function that reads the last good state of a record.

    It returns None for a record that never was without errors, and when the history
    can't be read. With `is_copy`, the history is a copy from another machine.
    """
    history = History(locations.instance, is_copy=is_copy)

    def last_good(record: RecordId) -> ReadRecord | None:
        try:
            return _newest_readable(history, record, locations.documents / str(record))
        except (PublishingError, OSError) as error:
            logger.warning("the history of %s can't be read: %s", record, error)
            return None

    return last_good


def _newest_readable(
    history: History, record: RecordId, folder: Path
) -> ReadRecord | None:
    changes = history.changes(record, limit=MAX_CHANGES, include_drafts=False)
    for change in changes:
        state = change.entry.after
        if state is None:
            continue
        read = _read_state(history, record, state, folder)
        if read.record is not None:
            return read
    return None


def _read_state(
    history: History, record: RecordId, state: FolderState, folder: Path
) -> ReadRecord:
    """Read a state from a temporary folder, with the files of the content."""
    with tempfile.TemporaryDirectory() as temporary:
        for name, text in history.texts(state).items():
            Path(temporary, name).write_text(text, encoding="utf-8")
        files = folder / FILES_FOLDER
        if files.is_dir():
            Path(temporary, FILES_FOLDER).symlink_to(files.absolute())
        return read_record_safely(Path(temporary), record, str(folder))
