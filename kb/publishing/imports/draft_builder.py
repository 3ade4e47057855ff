"""Makes the draft of an imported file: always a new deliverable.

Only a person decides that a file belongs to an existing record.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import FILES_FOLDER
from indexer.extraction.report.document_identity import is_same_project
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Translate
from indexer.model.proposals import MetadataField
from indexer.model.records import Deliverable
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft import DraftNotes
from kb.publishing.extractions.draft_folders import DraftBundle
from kb.publishing.extractions.draft_texts import (
    FOUND_FILE,
    DraftWriter,
    ImportedFile,
    extraction_json,
)
from kb.publishing.imports.import_results import ImportOptions
from kb.publishing.imports.staging import Staged
from kb.publishing.storage.folder_swap import NOTES_FILE
from kb.publishing.storage.folders import move_folder, write_texts
from kb.publishing.storage.names import slug_of, slug_of_code, unique_slug


@dataclass(frozen=True, slots=True)
class DraftBuilder:
    """Makes drafts in the repository, on behalf of `actor`."""

    repository: Repository
    options: ImportOptions
    translate: Translate
    actor: str

    def build(
        self, stage: Staged, imported: ImportedFile, corpus: Corpus, *, is_asked: bool
    ) -> DraftBundle:
        """Make a draft in the staging folder, then move it to the drafts.

        With `is_asked`, the file resembles a record, and proposals wait for the answer.

        Raises:
            OSError: the draft can't be written.
        """
        slug = self._slug(stage, imported, corpus)
        writer = DraftWriter(
            imported,
            slug,
            corpus,
            self.repository.clock().date(),
            self.translate,
            proposes_themes=not self.options.drafts_proposals,
        )
        texts = writer.deliverable_texts()
        if self.options.drafts_proposals and not is_asked:
            texts |= writer.proposal_texts()
        texts[FOUND_FILE] = extraction_json(imported)
        record = RecordId(Kind.DELIVERABLE, slug)
        files = stage.folder / str(record) / FILES_FOLDER
        write_texts(stage.folder, texts)
        files.mkdir(parents=True)
        stage.copy.rename(files / imported.name)
        # Lists of drafts are sorted by the time of the last save.
        notes = DraftNotes(self.actor, self.repository.timestamp())
        (files.parent / NOTES_FILE).write_bytes(notes.contents())
        bundle = DraftBundle(self.repository.draft_folders.folder / slug)
        move_folder(stage.folder, bundle.folder)
        return bundle

    def _slug(self, stage: Staged, imported: ImportedFile, corpus: Corpus) -> str:
        code = imported.value(MetadataField.CODE)
        if code:
            slug = self._slug_of_code(code, imported, corpus)
        else:
            stem = PurePath(self.options.name_of(stage.path)).stem
            slug = slug_of(imported.value(MetadataField.TITLE) or stem)
        return unique_slug(slug, lambda each: self._is_used(each, corpus))

    def _slug_of_code(self, code: str, imported: ImportedFile, corpus: Corpus) -> str:
        """Return the slug of a code, with the project if another project has codes.

        So has a code that a record or draft uses already, or that a record used.
        """
        slug = slug_of_code(code)
        project = imported.value(MetadataField.PROJECT)
        projects = [
            record.project
            for record in corpus.of_kind(Kind.DELIVERABLE)
            if isinstance(record, Deliverable)
            and record.project
            and record.id.slug == slug_of_code(record.code)
        ]
        is_other = bool(project and projects) and not any(
            is_same_project(project, each) for each in projects
        )
        owner = project.split()[0] if project else imported.value(MetadataField.GRANT)
        prefix = slug_of(owner) if owner else ""
        if prefix and (is_other or self._is_used(slug, corpus)):
            return f"{prefix}-{slug}"
        return slug

    def _is_used(self, slug: str, corpus: Corpus) -> bool:
        is_record = self.repository.is_used(RecordId(Kind.DELIVERABLE, slug), corpus)
        return is_record or self.repository.draft_folders.has(slug)
