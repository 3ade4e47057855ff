"""Makes the draft of an imported file: a new deliverable, or one with a new file."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Translate
from indexer.model.proposals import MetadataField
from indexer.model.records import Deliverable
from kb.publishing.changes.record_changes import texts_in
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft import DraftNotes
from kb.publishing.extractions.draft_folders import DraftBundle
from kb.publishing.extractions.draft_texts import (
    FOUND_FILE,
    DraftWriter,
    ImportedFile,
    extraction_json,
    file_lines,
)
from kb.publishing.imports.import_results import ImportOptions
from kb.publishing.imports.staging import Staged
from kb.publishing.storage.folder_swap import NOTES_FILE
from kb.publishing.storage.folders import move_folder, write_texts
from kb.publishing.storage.names import slug_of, slug_of_code, unique_name, unique_slug

_KEY = re.compile(r"[^\s#-]")
_UPDATED = re.compile(r"^updated:.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class DraftBuilder:
    """Makes drafts in the repository, on behalf of `actor`."""

    repository: Repository
    options: ImportOptions
    translate: Translate
    actor: str

    def build(
        self, stage: Staged, imported: ImportedFile, corpus: Corpus
    ) -> DraftBundle:
        """Make a draft in the staging folder, then move it to the drafts.

        Raises:
            OSError: the draft can't be written.
        """
        name, slug, texts = self._content(stage, imported, corpus)
        record = RecordId(Kind.DELIVERABLE, slug)
        files = stage.folder / str(record) / FILES_FOLDER
        write_texts(stage.folder, texts)
        files.mkdir(parents=True)
        stage.copy.rename(files / name)
        state = self.repository.state(record)
        for path, _ in state.files if state is not None else ():
            if not (files.parent / path).exists():
                published = self.repository.record_folder(record) / path
                shutil.copyfile(published, files.parent / path)
        # Lists of drafts are sorted by the time of the last save.
        notes = DraftNotes(self.actor, self.repository.timestamp(), state)
        (files.parent / NOTES_FILE).write_bytes(notes.contents())
        bundle = DraftBundle(self.repository.draft_folders.folder / slug)
        move_folder(stage.folder, bundle.folder)
        return bundle

    def _content(
        self, stage: Staged, imported: ImportedFile, corpus: Corpus
    ) -> tuple[str, str, dict[str, str]]:
        """Return the name of the file in its draft, the slug, and the texts."""
        day = self.repository.clock().date()
        slug = slug_of_code(imported.value(MetadataField.CODE))
        record = RecordId(Kind.DELIVERABLE, slug)
        texts: dict[str, str] | None = None
        is_deliverable = isinstance(corpus.get(record), Deliverable)
        if is_deliverable and not self.repository.draft_folders.has(slug):
            folder = self.repository.record_folder(record)
            originals = folder / FILES_FOLDER
            name = unique_name(imported.name, lambda each: (originals / each).exists())
            renamed = dataclasses.replace(imported, name=name)
            texts = _addition(renamed, folder, day)
            imported = renamed if texts is not None else imported
        if texts is None:
            stem = PurePath(self.options.name_of(stage.path)).stem
            title = imported.value(MetadataField.TITLE)
            slug = unique_slug(slug or slug_of(title or stem), self._is_used)
        writer = DraftWriter(imported, slug, corpus, day, self.translate)
        texts = texts or writer.deliverable_texts()
        if self.options.drafts_proposals:
            texts |= writer.proposal_texts()
        texts[FOUND_FILE] = extraction_json(imported)
        return imported.name, slug, texts

    def _is_used(self, slug: str) -> bool:
        is_record = self.repository.is_used(RecordId(Kind.DELIVERABLE, slug))
        return is_record or self.repository.draft_folders.has(slug)


def _addition(
    imported: ImportedFile, folder: Path, day: dt.date
) -> dict[str, str] | None:
    """Return the texts of a published deliverable, with the file in its list.

    None if the list of files can't be extended.
    """
    texts = texts_in(folder)
    item = list(file_lines(imported, imported.name))
    record = _with_file(texts[RECORD_FILE].replace("\r\n", "\n"), item, day)
    if record is None:
        return None
    texts[RECORD_FILE] = record
    path = f"{Kind.DELIVERABLE.folder}/{folder.name}"
    return {f"{path}/{name}": text for name, text in texts.items()}


def _with_file(record: str, item: Sequence[str], day: dt.date) -> str | None:
    """Add an item to `files` in the text of a record, and set `updated`.

    The rest of the text is unchanged. None if the list is in YAML flow style.
    """
    text = _UPDATED.sub(f"updated: {day}", record, count=1)
    lines = text.rstrip("\n").split("\n")
    begin = next((n for n, line in enumerate(lines) if line.startswith("files:")), None)
    if begin is None:
        return "\n".join([*lines, "files:", *item, ""])
    if lines[begin].removeprefix("files:").split("#")[0].strip():
        return None
    end = begin + 1
    while end < len(lines) and not _KEY.match(lines[end]):
        end += 1
    first = next((line for line in lines[begin + 1 : end] if line.strip()), "  -")
    indent = first[: len(first) - len(first.lstrip())]
    indented = [f"{indent}{line[2:]}" for line in item]
    while end > begin + 1 and not lines[end - 1].strip():
        end -= 1
    return "\n".join([*lines[:end], *indented, *lines[end:], ""])
