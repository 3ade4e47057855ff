"""Makes the draft of an imported file: a new deliverable, or one with a new file."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import NamedTuple

from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Translate
from indexer.model.proposals import MetadataField
from indexer.model.records import Deliverable
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft import DraftNotes
from kb.publishing.extractions.draft_folders import DraftBundle
from kb.publishing.extractions.draft_texts import (
    FOUND_FILE,
    ImportedFile,
    draft_texts,
    extraction_json,
    file_lines,
    proposal_texts,
)
from kb.publishing.imports.import_results import ImportOptions
from kb.publishing.imports.staging import Staged
from kb.publishing.storage.folder_swap import NOTES_FILE
from kb.publishing.storage.folders import move_folder, write_texts
from kb.publishing.storage.names import slug_of, slug_of_code, unique_name, unique_slug

_KEY = re.compile(r"[^\s#-]")
_UPDATED = re.compile(r"^updated:.*$", re.MULTILINE)


class _DraftContent(NamedTuple):
    """The slug and the texts of a draft, and the name of its file."""

    slug: str
    texts: dict[str, str]
    file_name: str


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
        slug, texts, file_name = self._content(imported, stage, corpus)
        record = RecordId(Kind.DELIVERABLE, slug)
        files = stage.folder / str(record) / FILES_FOLDER
        write_texts(stage.folder, texts)
        files.mkdir(parents=True)
        stage.copy.rename(files / file_name)
        state = self.repository.state(record)
        for name, _ in state.files if state is not None else ():
            if not (files.parent / name).exists():
                published = self.repository.record_folder(record) / name
                shutil.copyfile(published, files.parent / name)
        # Lists of drafts are sorted by the time of the last save.
        notes = DraftNotes(self.actor, self.repository.timestamp(), state)
        (files.parent / NOTES_FILE).write_bytes(notes.contents())
        bundle = DraftBundle(self.repository.draft_folders.folder / slug)
        move_folder(stage.folder, bundle.folder)
        return bundle

    def _content(
        self, imported: ImportedFile, stage: Staged, corpus: Corpus
    ) -> _DraftContent:
        code = slug_of_code(imported.value(MetadataField.CODE))
        published = corpus.get(RecordId(Kind.DELIVERABLE, code)) if code else None
        if isinstance(published, Deliverable) and not self.repository.draft_folders.has(
            code
        ):
            addition = self._addition(imported, published, corpus)
            if addition is not None:
                return addition
        title = imported.value(MetadataField.TITLE)
        stem = PurePath(self.options.name_of(stage.path)).stem
        slug = unique_slug(code or slug_of(title or stem), self._is_used)
        texts = draft_texts(
            self._with_drafted_proposals(imported),
            slug,
            corpus=corpus,
            day=self._today(),
            translate=self.translate,
        )
        texts[FOUND_FILE] = extraction_json(imported)
        return _DraftContent(slug, texts, imported.name)

    def _with_drafted_proposals(self, imported: ImportedFile) -> ImportedFile:
        if self.options.drafts_proposals:
            return imported
        return dataclasses.replace(imported, proposals=())

    def _addition(
        self, imported: ImportedFile, published: Deliverable, corpus: Corpus
    ) -> _DraftContent | None:
        """Return the draft that adds the file to a published deliverable.

        None if the list of files of the deliverable can't be extended.
        """
        folder = self.repository.record_folder(published.id)
        name = unique_name(
            imported.name, lambda each: (folder / FILES_FOLDER / each).exists()
        )
        imported = dataclasses.replace(imported, name=name)
        record = (folder / RECORD_FILE).read_text("utf-8-sig")
        text = _with_file(record, list(file_lines(imported, name)), self._today())
        if text is None:
            return None
        texts = {
            f"{published.id}/{RECORD_FILE}": text,
            FOUND_FILE: extraction_json(imported),
        }
        for locale in Locale:
            edition = folder / f"{locale}.md"
            if edition.exists():
                texts[f"{published.id}/{locale}.md"] = edition.read_text("utf-8-sig")
        texts |= proposal_texts(
            self._with_drafted_proposals(imported),
            published.id.slug,
            corpus=corpus,
            day=self._today(),
            translate=self.translate,
        )
        return _DraftContent(published.id.slug, texts, name)

    def _is_used(self, slug: str) -> bool:
        is_record = self.repository.is_used(RecordId(Kind.DELIVERABLE, slug))
        return is_record or self.repository.draft_folders.has(slug)

    def _today(self) -> dt.date:
        return self.repository.clock().date()


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
