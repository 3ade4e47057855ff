"""Edits drafts: begin, save, attach and detach files, rename, check, discard.

A draft may be incomplete. A save names its base version: on a conflict, the second
editor gets both texts, and the history stores the unsaved one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from indexer.corpus.content_warnings import find_warnings
from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.record_reader import RECORD_FILE
from indexer.file_texts import FileTexts
from indexer.model.ids import SLUG_PATTERN, RecordId
from indexer.model.problems import Problem, errors_among, message
from indexer.quotation_check import check_quotations
from kb.publishing.changes.journal import Transaction
from kb.publishing.changes.record_changes import linked_contents, texts_in
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft import (
    Draft,
    DraftNotes,
    draft_file_names,
    listed_files,
    read_notes,
)
from kb.publishing.errors import (
    AlreadyExistsError,
    InvalidChangeError,
    NotFoundError,
    PublishingError,
)
from kb.publishing.history.differences import Difference, compare_texts
from kb.publishing.history.history import TEXT_NAMES
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.records.form_values import (
    FormValues,
    ItemValues,
    write_values,
)
from kb.publishing.records.record_links import linked_records
from kb.publishing.storage.folder_swap import NOTES_FILE, Content, Copied
from kb.publishing.storage.names import safe_name, unique_name
from kb.publishing.storage.snapshots import folder_state


class DraftConflictError(PublishingError):
    """Another editor saved the draft first: both texts, and their differences."""

    def __init__(
        self,
        theirs: Draft,
        yours: Mapping[str, str],
        differences: tuple[Difference, ...],
    ) -> None:
        super().__init__(f"{theirs.record}: saved meanwhile by {theirs.notes.by}")
        self.theirs = theirs
        self.yours = yours
        self.differences = differences
        self.message = message(
            "%(who)s has just saved this draft too: nothing is lost; choose what to "
            "keep",
            who=theirs.notes.by or "?",
        )


class DraftEditor:
    """The drafts of a repository."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def all(self) -> tuple[Draft, ...]:
        """Return every draft, bundle by bundle."""
        return tuple(
            self.load(record)
            for bundle in self._repository.draft_folders.bundles()
            for record in bundle.records()
        )

    def load(self, record: RecordId) -> Draft:
        """Return a draft.

        Raises:
            NotFoundError: the record has no draft.
        """
        folder = self._repository.draft_folders.find(record)
        state = (
            folder_state(folder, self._repository.digest)
            if folder is not None
            else None
        )
        if folder is None or state is None:
            raise NotFoundError(record)
        return Draft(
            record=record,
            texts=texts_in(folder),
            files=draft_file_names(state),
            version=state.digest,
            notes=read_notes(folder),
        )

    def begin(self, record: RecordId, actor: str) -> Draft:
        """Create a draft, as a copy of the published record or empty.

        An existing draft is returned as it is.

        Raises:
            InvalidChangeError: the slug is invalid.
        """
        if not SLUG_PATTERN.fullmatch(record.slug):
            raise InvalidChangeError(
                message("'%(text)s' cannot be the name of a record", text=record.slug)
            )
        repository = self._repository
        with repository.journal.transaction() as transaction:
            if repository.draft_folders.find(record) is None:
                folder = repository.record_folder(record)
                state = repository.state(record)
                contents: dict[str, Content] = (
                    {RECORD_FILE: f"id: {record.slug}\n".encode()}
                    if state is None
                    else {name: Copied(folder / name) for name, _ in state.files}
                )
                self._write(
                    transaction, record, contents, DraftNotes(actor, published=state)
                )
                transaction.commit()
        return self.load(record)

    def save(
        self, record: RecordId, texts: Mapping[str, str], *, version: str, actor: str
    ) -> Draft:
        """Save the texts of a draft; empty texts are removed.

        Raises:
            DraftConflictError: another editor saved the draft first.
            NotFoundError: the draft was published or discarded.
        """
        repository = self._repository
        with repository.journal.transaction() as transaction:
            try:
                draft = self.load(record)
            except NotFoundError:
                self._log_unsaved(record, None, texts, actor)
                raise
            # Equal texts are not a conflict, whoever saved them.
            if dict(draft.texts) == {n: t for n, t in texts.items() if t}:
                return draft
            if draft.version != version:
                self._raise_conflict(draft, texts, actor)
            self._replace(transaction, draft, _contents(texts), actor)
            transaction.commit()
        return self.load(record)

    def attach(
        self,
        record: RecordId,
        path: Path,
        *,
        name: str,
        facts: Mapping[str, str],
        actor: str,
    ) -> str:
        """Add an original to a draft and list it; return its name, made unique.

        `facts` are further fields of the list item.

        Raises:
            NotFoundError: the record has no draft.
        """
        repository = self._repository
        with repository.journal.transaction() as transaction:
            draft = self.load(record)
            listed = listed_files(draft)
            used = {*draft.files, *(each.get("name") for each in listed)}
            unique = unique_name(safe_name(name), used.__contains__)
            texts = _texts_listing(draft, (*listed, {"name": unique, **facts}))
            contents = {f"{FILES_FOLDER}/{unique}": Copied(path), **_contents(texts)}
            self._replace(transaction, draft, contents, actor, is_partial=True)
            transaction.commit()
        return unique

    def detach(self, record: RecordId, *, name: str, actor: str) -> None:
        """Remove an original from a draft and from its list.

        Raises:
            NotFoundError: no such draft, or no such file in it.
        """
        repository = self._repository
        with repository.journal.transaction() as transaction:
            draft = self.load(record)
            listed = listed_files(draft)
            others = [each for each in listed if each.get("name") != name]
            if name not in draft.files and len(others) == len(listed):
                raise NotFoundError(name)
            contents = _contents(_texts_listing(draft, others))
            self._replace(
                transaction, draft, contents, actor, is_partial=True, without=name
            )
            transaction.commit()

    def rename(self, record: RecordId, slug: str, actor: str) -> Draft:
        """Change the id of a draft that was never published.

        Raises:
            AlreadyExistsError: another record or draft has the id.
            InvalidChangeError: the slug is invalid, or the record is published.
        """
        renamed = RecordId(record.kind, slug)
        repository = self._repository
        with repository.journal.transaction() as transaction:
            draft = self.load(record)
            self._check_free(renamed, draft)
            folder = repository.draft_folders.folder_for(record)
            contents = linked_contents(folder)
            text = draft.texts.get(RECORD_FILE, "")
            lines = [
                f"id: {slug}" if line.startswith("id:") else line
                for line in text.split("\n")
            ]
            contents[RECORD_FILE] = "\n".join(lines).encode()
            self._write(transaction, renamed, contents, DraftNotes(actor))
            transaction.remove_folder(folder)
            transaction.commit()
            repository.draft_folders.delete_empty()
        return self.load(renamed)

    def _check_free(self, renamed: RecordId, draft: Draft) -> None:
        if not SLUG_PATTERN.fullmatch(renamed.slug):
            raise InvalidChangeError(
                message("'%(text)s' cannot be the name of a record", text=renamed.slug)
            )
        if draft.notes.published is not None:
            raise InvalidChangeError(message("a published record keeps its id"))
        has_draft = self._repository.draft_folders.find(renamed) is not None
        if has_draft or self._repository.record_folder(renamed).exists():
            raise AlreadyExistsError(renamed)

    def discard(self, record: RecordId, actor: str) -> None:
        """Delete a draft; the history stores it.

        Raises:
            NotFoundError: the record has no draft.
        """
        repository = self._repository
        with repository.journal.transaction() as transaction:
            folder = repository.draft_folders.find(record)
            state = folder_state(folder) if folder is not None else None
            if folder is None or state is None:
                raise NotFoundError(record)
            transaction.store_state(folder, state)
            transaction.remove_folder(folder)
            transaction.log(
                HistoryEntry(
                    repository.clock(),
                    actor,
                    HistoryAction.DISCARDED,
                    record,
                    state,
                    None,
                    is_draft=True,
                )
            )
            transaction.commit()
            repository.draft_folders.delete_empty()

    def preview(self, record: RecordId) -> Corpus:
        """Return the content as if the draft were published.

        Its problems are those of the draft. A serious problem leaves the record out.

        Raises:
            NotFoundError: the record has no draft.
        """
        folder = self._repository.draft_folders.find(record)
        if folder is None:
            raise NotFoundError(record)
        reader = self._repository.reader
        return reader.read_overlay({record: folder}, reader.read())

    def problems(
        self, record: RecordId, texts: FileTexts | None = None
    ) -> tuple[Problem, ...]:
        """Return the problems that `kb content check` would find after publication.

        `texts` are the file texts that quotations are searched in.

        Raises:
            NotFoundError: the record has no draft.
        """
        corpus = self.preview(record)
        checked = corpus.get(record)
        folder = self._repository.draft_folders.folder_for(record)
        if checked is None or errors_among(corpus.problems):
            return corpus.problems
        misquoted = (
            check_quotations(checked, folder, corpus, texts)
            if texts is not None
            else ()
        )
        root = str(folder.parent.parent)
        warnings = find_warnings(corpus, root=root, only={record})
        return (*corpus.problems, *misquoted, *warnings)

    def unpublished_links(self, draft: Draft) -> tuple[Draft, ...]:
        """Return the drafts that a draft links to and that must be published first."""
        repository = self._repository
        linked = linked_records(draft.record.kind, draft.texts)
        return tuple(
            self.load(each)
            for each in linked
            if each != draft.record
            and not repository.record_folder(each).exists()
            and repository.draft_folders.find(each) is not None
        )

    def _raise_conflict(
        self, draft: Draft, texts: Mapping[str, str], actor: str
    ) -> None:
        """Log the unsaved texts, and raise the conflict."""
        self._log_unsaved(draft.record, draft, texts, actor)
        differences = compare_texts(draft.record.kind, draft.texts, texts)
        raise DraftConflictError(draft, texts, differences)

    def _log_unsaved(
        self,
        record: RecordId,
        draft: Draft | None,
        texts: Mapping[str, str],
        actor: str,
    ) -> None:
        history = self._repository.history
        entry = HistoryEntry(
            self._repository.clock(),
            actor,
            HistoryAction.NOT_SAVED,
            record,
            history.store_texts(draft.texts) if draft is not None else None,
            history.store_texts({name: text for name, text in texts.items() if text}),
            is_draft=True,
        )
        history.add(f"unsaved-{os.urandom(8).hex()}", [entry])

    def _replace(  # the files kept, added and removed
        self,
        transaction: Transaction,
        draft: Draft,
        contents: Mapping[str, Content],
        actor: str,
        *,
        is_partial: bool = False,
        without: str = "",
    ) -> None:
        folder = self._repository.draft_folders.folder_for(draft.record)
        unchanged = {
            name: content
            for name, content in linked_contents(folder).items()
            if (is_partial or name not in TEXT_NAMES)
            and name != f"{FILES_FOLDER}/{without}"
        }
        notes = DraftNotes(
            actor,
            self._repository.clock().isoformat(timespec="seconds"),
            draft.notes.published,
            draft.notes.withdrawn_by,
        )
        self._write(transaction, draft.record, {**unchanged, **contents}, notes)

    def _write(
        self,
        transaction: Transaction,
        record: RecordId,
        contents: Mapping[str, Content],
        notes: DraftNotes,
    ) -> None:
        folder = self._repository.draft_folders.folder_for(record)
        transaction.put(folder, contents, hidden={NOTES_FILE: notes.contents()})


def _texts_listing(draft: Draft, listed: Iterable[ItemValues]) -> Mapping[str, str]:
    values = FormValues(facts={"files": tuple(listed)})
    return write_values(draft.record.kind, values, draft.texts)


def _contents(texts: Mapping[str, str]) -> dict[str, Content]:
    unknown = set(texts) - TEXT_NAMES
    if unknown:
        raise NotFoundError(", ".join(sorted(unknown)))
    return {
        name: text.replace("\r\n", "\n").encode("utf-8", "replace")
        for name, text in texts.items()
        if text
    }
