"""Makes the draft of a file that was read: a record of its own, or an addition."""

from __future__ import annotations

import dataclasses
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePath

from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import FILES_FOLDER
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
    extraction_text,
    file_lines,
    proposal_texts,
)
from kb.publishing.extractions.record_addition import with_file
from kb.publishing.imports.import_results import ImportOptions
from kb.publishing.imports.staging import Staged
from kb.publishing.storage.folder_swap import NOTES_FILE
from kb.publishing.storage.folders import put, write_all
from kb.publishing.storage.names import another_name, free, slug_of, slug_of_code


@dataclass(frozen=True, slots=True)
class DraftBuilder:
    """Makes drafts beside the content and the drafts that are there."""

    repository: Repository
    manner: ImportOptions
    translate: Translate
    who: str

    def make(self, stage: Staged, finding: ImportedFile, corpus: Corpus) -> DraftBundle:
        """Make the draft in the folder of the copy, then put it in its place."""
        slug, texts, name = self._texts(finding, stage, corpus)
        files = stage.folder / Kind.DELIVERABLE.folder / slug / FILES_FOLDER
        write_all(stage.folder, texts)
        files.mkdir(parents=True)
        stage.copy.rename(files / name)
        record = RecordId(Kind.DELIVERABLE, slug)
        self._copy_published(record, files.parent)
        # Lists begin with what somebody sent or saved last.
        at = self.repository.clock().isoformat(timespec="seconds")
        notes = DraftNotes(self.who, at, self.repository.state(record))
        (files.parent / NOTES_FILE).write_bytes(notes.contents())
        bundle = DraftBundle(self.repository.draft_folders.folder / slug)
        put(stage.folder, bundle.folder)
        return bundle

    def _copy_published(self, record: RecordId, folder: Path) -> None:
        """Give a draft of a published record all that the record has."""
        place = self.repository.place(record)
        state = self.repository.state(record)
        if state is None:
            return
        for name, _ in state.files:
            if not (folder / name).exists():
                shutil.copyfile(place / name, folder / name)

    def _texts(
        self, finding: ImportedFile, stage: Staged, corpus: Corpus
    ) -> tuple[str, dict[str, str], str]:
        code = slug_of_code(finding.value(MetadataField.CODE))
        published = corpus.get(RecordId(Kind.DELIVERABLE, code)) if code else None
        if isinstance(published, Deliverable) and not self.repository.draft_folders.has(
            code
        ):
            added = self._addition(finding, published, corpus)
            if added is not None:
                return added
        title = finding.value(MetadataField.TITLE)
        stem = PurePath(self.manner.name_of(stage.path)).stem
        wanted = code or slug_of(title or stem)
        slug = free(wanted, lambda each: self._is_taken(each, corpus))
        texts = draft_texts(
            self._proposed(finding),
            slug,
            corpus=corpus,
            day=self.repository.clock().date(),
            translate=self.translate,
        )
        return slug, texts | {FOUND_FILE: extraction_text(finding)}, finding.name

    def _proposed(self, finding: ImportedFile) -> ImportedFile:
        """Give a finding with the proposals that are to be drafts at once."""
        if self.manner.drafts_proposals:
            return finding
        return dataclasses.replace(finding, proposals=())

    def _addition(
        self, finding: ImportedFile, published: Deliverable, corpus: Corpus
    ) -> tuple[str, dict[str, str], str] | None:
        """Give the draft that adds a file to a record that is published."""
        slug = published.id.slug
        folder = self.repository.locations.documents / str(published.id)
        name = finding.name
        number = 2
        while (folder / FILES_FOLDER / name).exists():
            name = another_name(finding.name, number)
            number += 1
        finding = dataclasses.replace(finding, name=name)
        record = (folder / "record.yaml").read_text("utf-8-sig")
        text = with_file(
            record, list(file_lines(finding, name)), self.repository.clock().date()
        )
        if text is None:
            return None
        texts = {
            f"{published.id}/record.yaml": text,
            FOUND_FILE: extraction_text(finding),
        }
        for locale in Locale:
            edition = folder / f"{locale}.md"
            if edition.exists():
                texts[f"{published.id}/{locale}.md"] = edition.read_text("utf-8-sig")
        texts |= proposal_texts(
            self._proposed(finding),
            slug,
            corpus=corpus,
            day=self.repository.clock().date(),
            translate=self.translate,
        )
        return slug, texts, name

    def _is_taken(self, slug: str, corpus: Corpus) -> bool:
        is_published = RecordId(Kind.DELIVERABLE, slug) in corpus.records
        place = self.repository.locations.documents / Kind.DELIVERABLE.folder / slug
        return is_published or place.exists() or self.repository.draft_folders.has(slug)
