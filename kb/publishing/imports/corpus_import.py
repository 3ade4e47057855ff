"""Imports the content of another service: all records in one transaction."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from indexer.files import write_file_atomically
from indexer.model.ids import SLUG_PATTERN, Kind, RecordId
from indexer.model.problems import message
from kb.backup.corpus_bag import opened_bag
from kb.backup.errors import BackupError
from kb.core.permissions import share_as_folder
from kb.publishing.changes.repository import (
    RecordTransaction,
    Repository,
    copied_contents,
    record_transaction,
)
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.storage.folders import folder_state

SHARED_FILES = (
    "LICENSE",
    "README.md",
    "curations.yaml",
    "help-lines.yaml",
    "judgements.yaml",
    "lexicon.yaml",
    "places.yaml",
)
"""The files of the content that belong to no record."""


@dataclass(frozen=True, slots=True)
class CorpusImport:
    """What an import did.

    `kept` are shared files that differ from those of the archive, and were not changed.
    """

    added: tuple[RecordId, ...]
    changed: tuple[RecordId, ...]
    unchanged: int
    kept: tuple[str, ...]


def import_corpus(repository: Repository, source: Path, *, actor: str) -> CorpusImport:
    """Put the records of a bag into the content, all of them or none.

    A record with the id of a present one replaces it, which is logged in its history.
    Records that the bag does not have stay as they are.

    Raises:
        BackupError: the bag is rejected; nothing was changed.
        PublishingError: the content can't be written; nothing was changed.
    """
    locations = repository.locations
    with record_transaction(repository, actor) as transaction:
        _delete_incomplete(locations.instance)
        with opened_bag(source, locations.instance) as documents:
            records = tuple(_records(documents, source))
            # The first import of a service makes its content.
            locations.documents.mkdir(parents=True, exist_ok=True)
            is_new = not any(_folders(locations.documents))
            kept = _put_shared_files(documents, locations.documents, is_new=is_new)
            added, changed = _put(transaction, repository, records, documents)
    unchanged = len(records) - len(added) - len(changed)
    return CorpusImport(added, changed, unchanged, kept)


def _delete_incomplete(instance: Path) -> None:
    """Delete what a killed import extracted; the lock is held, so none runs."""
    for folder in instance.glob(".bag-*"):
        shutil.rmtree(folder, ignore_errors=True)


def _folders(documents: Path) -> Iterator[tuple[Kind, Path]]:
    for kind in Kind:
        with suppress(FileNotFoundError):
            for path in sorted((documents / kind.folder).iterdir()):
                yield kind, path


def _records(documents: Path, source: Path) -> Iterator[RecordId]:
    """Yield the records of a bag.

    Raises:
        BackupError: there is none, or something that is no record.
    """
    known = {*SHARED_FILES, *(kind.folder for kind in Kind)}
    strange = [path.name for path in documents.iterdir() if path.name not in known]
    records = []
    for kind, path in _folders(documents):
        if path.is_dir() and SLUG_PATTERN.fullmatch(path.name):
            records.append(RecordId(kind, path.name))
        else:
            strange.append(f"{kind.folder}/{path.name}")
    if strange:
        reason = message("'%(name)s' is not part of a corpus", name=strange[0][:200])
        raise BackupError(source, reason)
    if not records:
        raise BackupError(source, message("it has no record"))
    yield from records


def _put_shared_files(
    documents: Path, target: Path, *, is_new: bool
) -> tuple[str, ...]:
    """Write the shared files that are missing; return those that differ."""
    kept = []
    for name in SHARED_FILES:
        theirs, ours = documents / name, target / name
        if not theirs.is_file():
            continue
        body = theirs.read_bytes()
        if is_new or not ours.exists():
            write_file_atomically(ours, body)
            share_as_folder(ours, target)
        elif ours.read_bytes() != body:
            kept.append(name)
    return tuple(kept)


def _put(
    transaction: RecordTransaction,
    repository: Repository,
    records: tuple[RecordId, ...],
    documents: Path,
) -> tuple[tuple[RecordId, ...], tuple[RecordId, ...]]:
    """Stage the records that differ; return the new and the changed ones."""
    added: list[RecordId] = []
    changed: list[RecordId] = []
    for record in records:
        folder = documents / str(record)
        present = repository.state(record)
        if present == folder_state(folder):
            continue
        (changed if present else added).append(record)
        contents = copied_contents(folder)
        transaction.put_record(record, contents, HistoryAction.IMPORTED)
    return tuple(added), tuple(changed)
