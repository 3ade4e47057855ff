"""What the merge of a duplicate into a record changes, before it is made."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import FILES_FOLDER
from indexer.model.ids import RecordId
from kb.publishing.changes.journal import Contents
from kb.publishing.changes.record_changes import (
    linked_contents,
    linking_records,
    texts_in,
)
from kb.publishing.changes.repository import Repository
from kb.publishing.errors import NotFoundError
from kb.publishing.records.form_values import (
    FormValues,
    ItemValues,
    read_values,
    write_values,
)
from kb.publishing.records.record_links import redirected, united, without_links
from kb.publishing.storage.folder_swap import Linked, write_content
from kb.publishing.storage.names import unique_name
from kb.publishing.storage.snapshots import FolderState

_FILES = f"{FILES_FOLDER}/"


def merged_contents(
    repository: Repository, record: RecordId, duplicate: RecordId
) -> dict[RecordId, Contents]:
    """Return the new files of each record that the merge of a duplicate changes.

    The record that stays comes first. It gets the links, sources, quotations, former
    ids and originals that only the duplicate has. The links of other records to the
    duplicate lead to it.

    Raises:
        NotFoundError: the record that stays is not published.
    """
    united_contents, files = _united(repository, record, duplicate)
    changed = {record: united_contents}
    for linking in linking_records(repository, [duplicate]):
        if linking in {record, duplicate}:
            continue
        folder = repository.record_folder(linking)
        texts = texts_in(folder)
        new = redirected(linking.kind, texts, duplicate, record, files)
        if new != texts:
            encoded = {name: text.encode() for name, text in new.items()}
            changed[linking] = linked_contents(folder) | {
                name: each
                for name, each in encoded.items()
                if new[name] != texts.get(name)
            }
    return changed


def merge_preview(
    repository: Repository, record: RecordId, duplicate: RecordId
) -> Corpus:
    """Return the content as if a duplicate were merged into a record.

    The changed records are written into a folder that is deleted afterwards.

    Raises:
        NotFoundError: the record that stays is not published.
    """
    instance = repository.locations.instance
    with tempfile.TemporaryDirectory(dir=instance) as temporary:
        folders: dict[RecordId, Path] = {}
        changed = merged_contents(repository, record, duplicate)
        for each, contents in changed.items():
            folders[each] = Path(temporary) / str(each)
            for name, content in contents.items():
                write_content(folders[each] / name, content)
        reader = repository.reader
        return reader.read_overlay(folders, reader.read()).without([duplicate])


def _united(
    repository: Repository, record: RecordId, duplicate: RecordId
) -> tuple[Contents, Mapping[str, str]]:
    """Return the files of a record with what only the duplicate has.

    Also return the new names of the originals of the duplicate, by their old names.
    """
    kind = record.kind
    folder = repository.record_folder(record)
    texts, contents = texts_in(folder), linked_contents(folder)
    if not texts:
        raise NotFoundError(record)
    duplicate_folder = repository.record_folder(duplicate)
    other = texts_in(duplicate_folder)
    state = repository.state(record) or FolderState(())
    own_names = {sha: name.removeprefix(_FILES) for name, sha in state.files}
    moved: dict[str, str] = {}
    added: list[ItemValues] = []
    for item in read_values(kind, other).items("files"):
        name = item.get("name", "")
        new = own_names.get(item.get("sha256", ""))
        if new is None:
            new = unique_name(name, lambda each: f"{_FILES}{each}" in contents)
            added.append({**item, "name": new})
        file = duplicate_folder / FILES_FOLDER / name
        if file.is_file():
            moved[name] = new
            contents.setdefault(f"{_FILES}{new}", Linked(file))
    other = write_values(kind, FormValues({"files": tuple(added)}), other)
    texts = redirected(kind, texts, duplicate, record, moved)
    texts = united(kind, without_links(kind, texts, record), other, record)
    return contents | {name: text.encode() for name, text in texts.items()}, moved
