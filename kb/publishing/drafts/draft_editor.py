"""Drafts of records: begun, saved as they go, checked, thrown away.

A draft may be in any state, however incomplete. Each save says upon which version it
was made: who saves second is told, shown both, and what could not be saved is kept.
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
from indexer.model.problems import Message, Problem, errors_among, message
from indexer.quotation_check import check_quotations
from kb.publishing.changes.journal import Transaction
from kb.publishing.changes.record_changes import linked_contents, texts_in
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft import Draft, DraftNotes, draft_file_names, read_notes
from kb.publishing.errors import (
    AlreadyThereError,
    NotThereError,
    PublishingError,
    UnsuitableError,
)
from kb.publishing.history.differences import Difference, compare_texts
from kb.publishing.history.history import TEXT_NAMES
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.records.form_values import (
    FormValues,
    Item,
    read_values,
    write_values,
)
from kb.publishing.records.record_links import linked_records
from kb.publishing.storage.folder_swap import NOTES_FILE, Content, Copied
from kb.publishing.storage.names import another_name, safe_name
from kb.publishing.storage.snapshots import folder_state


class DraftConflictError(PublishingError):
    """Somebody saved the draft meanwhile: here are both, and how they differ."""

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

    @property
    def message(self) -> Message:
        """Say it to staff."""
        return message(
            "%(who)s saved this draft meanwhile: nothing is lost, choose what to keep",
            who=self.theirs.notes.by or "?",
        )


class DraftEditor:
    """All drafts."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def all(self) -> tuple[Draft, ...]:
        """Give every draft, those of a bundle together."""
        return tuple(
            self.load(record)
            for bundle in self._repository.draft_folders.bundles()
            for record in bundle.records()
        )

    def load(self, record: RecordId) -> Draft:
        """Give a draft.

        Raises:
            NotThereError: there is none.
        """
        folder = self._repository.draft_folders.find(record)
        state = (
            folder_state(folder, self._repository.digest)
            if folder is not None
            else None
        )
        if folder is None or state is None:
            raise NotThereError(record)
        return Draft(
            record=record,
            texts=texts_in(folder),
            files=draft_file_names(state),
            version=state.digest,
            notes=read_notes(folder),
        )

    def begin(self, record: RecordId, who: str) -> Draft:
        """Begin a draft: a copy of the published record, or an empty one.

        A draft that somebody began is given as it is.

        Raises:
            UnsuitableError: the id can't be one.
        """
        if not SLUG_PATTERN.fullmatch(record.slug):
            raise UnsuitableError(
                message("'%(text)s' can't be the name of a record", text=record.slug)
            )
        repository = self._repository
        with repository.journal.transaction() as transaction:
            if repository.draft_folders.find(record) is None:
                place = repository.place(record)
                state = repository.state(record)
                contents: dict[str, Content] = (
                    {RECORD_FILE: f"id: {record.slug}\n".encode()}
                    if state is None
                    else {name: Copied(place / name) for name, _ in state.files}
                )
                self._put(
                    transaction, record, contents, DraftNotes(who, published=state)
                )
                transaction.commit()
        return self.load(record)

    def save(
        self, record: RecordId, texts: Mapping[str, str], *, version: str, who: str
    ) -> Draft:
        """Save the texts of a draft; one that is empty is taken out.

        Raises:
            DraftConflictError: somebody saved it meanwhile.
            NotThereError: somebody published it or threw it away meanwhile.
        """
        repository = self._repository
        with repository.journal.transaction() as transaction:
            try:
                current = self.load(record)
            except NotThereError:
                self._keep_unsaved(record, None, texts, who)
                raise
            # What stands already is no conflict, whoever saved it.
            if dict(current.texts) == {n: t for n, t in texts.items() if t}:
                return current
            if current.version != version:
                self._refuse(current, texts, who)
            self._replace(transaction, current, _encoded(texts), who)
            transaction.commit()
        return self.load(record)

    def attach(
        self,
        record: RecordId,
        path: Path,
        *,
        name: str,
        facts: Mapping[str, str],
        who: str,
    ) -> str:
        """Put an original into a draft and list it; give its name, which no other has.

        `facts` is what the list says of it, beside its name.

        Raises:
            NotThereError: there is no such draft.
        """
        repository = self._repository
        with repository.journal.transaction() as transaction:
            current = self.load(record)
            listed = listed_files(current)
            taken = {*current.files, *(each.get("name") for each in listed)}
            wanted = free = safe_name(name)
            number = 2
            while free in taken:
                free, number = another_name(wanted, number), number + 1
            texts = _listing(current, (*listed, {"name": free, **facts}))
            contents = {f"{FILES_FOLDER}/{free}": Copied(path), **_encoded(texts)}
            self._replace(transaction, current, contents, who, is_adding=True)
            transaction.commit()
        return free

    def detach(self, record: RecordId, *, name: str, who: str) -> None:
        """Take an original out of a draft, and out of its list.

        Raises:
            NotThereError: there is no such draft, or no such file in it.
        """
        repository = self._repository
        with repository.journal.transaction() as transaction:
            current = self.load(record)
            listed = listed_files(current)
            left = [each for each in listed if each.get("name") != name]
            if name not in current.files and len(left) == len(listed):
                raise NotThereError(name)
            contents = _encoded(_listing(current, left))
            self._replace(
                transaction, current, contents, who, is_adding=True, without=name
            )
            transaction.commit()

    def rename(self, record: RecordId, slug: str, who: str) -> Draft:
        """Give a draft that was never published another id.

        Raises:
            AlreadyThereError: another record or draft has it.
        """
        renamed = RecordId(record.kind, slug)
        repository = self._repository
        with repository.journal.transaction() as transaction:
            current = self.load(record)
            self._check_free(renamed, current)
            folder = repository.draft_folders.place_for(record)
            contents = linked_contents(folder)
            text = current.texts.get(RECORD_FILE, "")
            lines = [
                f"id: {slug}" if line.startswith("id:") else line
                for line in text.split("\n")
            ]
            contents[RECORD_FILE] = "\n".join(lines).encode()
            self._put(transaction, renamed, contents, DraftNotes(who))
            transaction.take_away(folder)
            transaction.commit()
            repository.draft_folders.tidy()
        return self.load(renamed)

    def _check_free(self, renamed: RecordId, current: Draft) -> None:
        if not SLUG_PATTERN.fullmatch(renamed.slug):
            raise UnsuitableError(
                message("'%(text)s' can't be the name of a record", text=renamed.slug)
            )
        if current.notes.published is not None:
            raise UnsuitableError(message("a published record keeps its id"))
        is_taken = self._repository.draft_folders.find(renamed) is not None
        if is_taken or self._repository.place(renamed).exists():
            raise AlreadyThereError(renamed)

    def discard(self, record: RecordId, who: str) -> None:
        """Throw a draft away; the history keeps it.

        Raises:
            NotThereError: there is none.
        """
        repository = self._repository
        with repository.journal.transaction() as transaction:
            folder = repository.draft_folders.find(record)
            state = folder_state(folder) if folder is not None else None
            if folder is None or state is None:
                raise NotThereError(record)
            transaction.keep(folder, state)
            transaction.take_away(folder)
            transaction.log(
                HistoryEntry(
                    repository.clock(),
                    who,
                    HistoryAction.DISCARDED,
                    record,
                    state,
                    None,
                    is_draft=True,
                )
            )
            transaction.commit()
            repository.draft_folders.tidy()

    def preview(self, record: RecordId) -> Corpus:
        """Give the content as it would be were a draft published as it is.

        Its problems are those of the draft; with some of them, it holds no such record.

        Raises:
            NotThereError: there is no such draft.
        """
        folder = self._repository.draft_folders.find(record)
        if folder is None:
            raise NotThereError(record)
        reader = self._repository.reader
        return reader.read_beside({record: folder}, reader.read())

    def problems(
        self, record: RecordId, texts: FileTexts | None = None
    ) -> tuple[Problem, ...]:
        """Check a draft as `kb content check` would, were it published as it is.

        `texts` are the files that quotations are looked for in.

        Raises:
            NotThereError: there is no such draft.
        """
        corpus = self.preview(record)
        there = corpus.get(record)
        folder = self._repository.draft_folders.place_for(record)
        if there is None or errors_among(corpus.problems):
            return corpus.problems
        lost = (
            check_quotations(there, folder, corpus, texts) if texts is not None else ()
        )
        root = str(folder.parent.parent)
        warnings = find_warnings(corpus, root=root, only={record})
        return (*corpus.problems, *lost, *warnings)

    def awaited(self, draft: Draft) -> tuple[Draft, ...]:
        """Give the drafts that a draft names and nobody published: they go first."""
        repository = self._repository
        named = linked_records(draft.record.kind, draft.texts)
        return tuple(
            self.load(each)
            for each in named
            if each != draft.record
            and not repository.place(each).exists()
            and repository.draft_folders.find(each) is not None
        )

    def _refuse(self, current: Draft, texts: Mapping[str, str], who: str) -> None:
        """Keep what can't be saved, and say so."""
        self._keep_unsaved(current.record, current, texts, who)
        differences = compare_texts(current.record.kind, current.texts, texts)
        raise DraftConflictError(current, texts, differences)

    def _keep_unsaved(
        self,
        record: RecordId,
        current: Draft | None,
        texts: Mapping[str, str],
        who: str,
    ) -> None:
        history = self._repository.history
        entry = HistoryEntry(
            self._repository.clock(),
            who,
            HistoryAction.NOT_SAVED,
            record,
            history.keep_texts(current.texts) if current is not None else None,
            history.keep_texts({name: text for name, text in texts.items() if text}),
            is_draft=True,
        )
        history.add(f"unsaved-{os.urandom(8).hex()}", [entry])

    def _replace(  # what stays, what comes and what goes
        self,
        transaction: Transaction,
        current: Draft,
        contents: Mapping[str, Content],
        who: str,
        *,
        is_adding: bool = False,
        without: str = "",
    ) -> None:
        folder = self._repository.draft_folders.place_for(current.record)
        kept = {
            name: content
            for name, content in linked_contents(folder).items()
            if (is_adding or name not in TEXT_NAMES)
            and name != f"{FILES_FOLDER}/{without}"
        }
        notes = DraftNotes(
            who,
            self._repository.clock().isoformat(timespec="seconds"),
            current.notes.published,
            current.notes.withdrawn_by,
        )
        self._put(transaction, current.record, {**kept, **contents}, notes)

    def _put(
        self,
        transaction: Transaction,
        record: RecordId,
        contents: Mapping[str, Content],
        notes: DraftNotes,
    ) -> None:
        place = self._repository.draft_folders.place_for(record)
        transaction.put(place, contents, hidden={NOTES_FILE: notes.contents()})


def listed_files(draft: Draft) -> tuple[Item, ...]:
    """Give what a draft lists of its originals."""
    files = read_values(draft.record.kind, draft.texts).facts.get("files", ())
    return tuple(each for each in files if not isinstance(each, str))


def _listing(draft: Draft, listed: Iterable[Item]) -> Mapping[str, str]:
    values = FormValues(facts={"files": tuple(listed)})
    return write_values(draft.record.kind, values, draft.texts)


def _encoded(texts: Mapping[str, str]) -> dict[str, Content]:
    unknown = set(texts) - TEXT_NAMES
    if unknown:
        raise NotThereError(", ".join(sorted(unknown)))
    return {
        name: text.replace("\r\n", "\n").encode("utf-8", "replace")
        for name, text in texts.items()
        if text
    }
