"""Reads a stored state of a record as the content is read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from indexer.corpus.originals import FILES_FOLDER, Digest, sha256_of
from indexer.corpus.record_reader import ReadRecord, read_record_safely
from indexer.model.ids import RecordId
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import HistoryChange


def newest_readable(
    history: History,
    record: RecordId,
    changes: Iterable[HistoryChange],
    folder: Path,
    digest: Digest = sha256_of,
) -> tuple[HistoryChange, ReadRecord] | None:
    """Return the first of `changes` whose state has no errors, and what was read.

    `folder` is the folder of the record in the content, `digest` hashes its files.

    Raises:
        HistoryUnreadableError: the history can't be read.
        NotFoundError: a text of the state is not stored.
    """
    for change in changes:
        if change.entry.after is None:
            continue
        texts = history.texts(change.entry.after)
        read = _read_texts(texts, record, folder, digest)
        if read.record is not None:
            return change, read
    return None


def _read_texts(
    texts: Mapping[str, str], record: RecordId, folder: Path, digest: Digest
) -> ReadRecord:
    """Read texts from a temporary folder, with the files of the content."""
    with tempfile.TemporaryDirectory() as temporary:
        for name, text in texts.items():
            Path(temporary, name).write_text(text, encoding="utf-8")
        files = folder / FILES_FOLDER
        if files.is_dir():
            Path(temporary, FILES_FOLDER).symlink_to(files.absolute())
        return read_record_safely(Path(temporary), record, str(folder), digest=digest)
