"""Edits drafts: begin, save, attach and detach files, rename, discard.

A draft may be incomplete. A save names its base version: on a conflict, the second
editor gets both texts, and the history stores the unsaved one.

The saves of one person, with short pauses, are an editing session: one entry of the
history. It is logged when it ends, so that automatic saves do not fill the history.
Each save is a revision: what it replaced can be brought back for some time.
"""

import dataclasses
import datetime as dt
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.record_reader import RECORD_FILE, TEXT_NAMES
from indexer.model.ids import SLUG_PATTERN, RecordId
from indexer.model.problems import message
from kb.publishing.changes.repository import (
    RecordTransaction,
    linked_contents,
    record_transaction,
)
from kb.publishing.changes.trashed_records import copy_to_trash
from kb.publishing.drafts.draft import (
    Draft,
    DraftNotes,
    MachineText,
    change_notes,
    end_editing_session,
    listed_files,
    read_notes,
    with_id,
)
from kb.publishing.drafts.draft_reader import DraftReader
from kb.publishing.drafts.machine_texts import machine_text_key
from kb.publishing.errors import InvalidChangeError, NotFoundError, PublishingError
from kb.publishing.history.differences import Difference, compare_texts
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.records.form_values import (
    FormValues,
    ItemValues,
    write_values,
)
from kb.publishing.storage.folders import Content, Copied
from kb.publishing.storage.names import safe_name, unique_name

SESSION_PAUSE = dt.timedelta(minutes=15)
"""The longest pause between two saves of one editing session."""


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


class DraftEditor(DraftReader):
    """Changes the drafts of a repository."""

    def begin(self, record: RecordId, actor: str) -> Draft:
        """Create a draft, as a copy of the published record or empty.

        An existing draft is returned as it is.

        Raises:
            InvalidChangeError: the slug is invalid.
        """
        _check_slug(record)
        repository = self._repository
        with record_transaction(repository, actor) as transaction:
            if repository.draft_folders.find(record) is None:
                folder = repository.record_folder(record)
                state = repository.state(record)
                contents: dict[str, Content] = (
                    {RECORD_FILE: f"id: {record.slug}\n".encode()}
                    if state is None
                    else {name: Copied(folder / name) for name, _ in state.files}
                )
                notes = DraftNotes(actor, published=state)
                target = repository.draft_folders.folder_for(record)
                transaction.put(target, contents, notes=notes.contents())
        return self.load(record)

    def save(
        self,
        record: RecordId,
        texts: Mapping[str, str],
        *,
        version: str,
        actor: str,
        machine_made: tuple[MachineText, ...] = (),
    ) -> Draft:
        """Save the texts of a draft; empty texts are removed.

        `machine_made` are paragraphs of a machine that a person has to read.

        Raises:
            DraftConflictError: another editor saved the draft first.
            NotFoundError: the draft was published or discarded.
        """
        with record_transaction(self._repository, actor) as transaction:
            try:
                draft = self.load(record)
            except NotFoundError:
                self._log_unsaved(record, None, texts, actor)
                raise
            # Equal texts are not a conflict, whoever saved them.
            if dict(draft.texts) == {n: t for n, t in texts.items() if t}:
                return draft
            if draft.version != version:
                self._log_unsaved(record, draft, texts, actor)
                differences = compare_texts(record.kind, draft.texts, texts)
                raise DraftConflictError(draft, texts, differences)
            self.put_texts(transaction, draft, texts, machine_made)
        return self.load(record)

    def put_texts(
        self,
        transaction: RecordTransaction,
        draft: Draft,
        texts: Mapping[str, str],
        machine_made: tuple[MachineText, ...] = (),
    ) -> None:
        """Save the texts of a draft within a transaction, which loaded the draft."""
        files = self._files(draft.record).items()
        originals = {name: file for name, file in files if name not in TEXT_NAMES}
        contents = originals | _contents(texts)
        self._replace(transaction, draft, contents, machine_made)

    def confirm_read(self, record: RecordId, key: str) -> None:
        """Note that a person read a paragraph that a machine translated.

        Raises:
            NotFoundError: the record has no draft.
        """

        def change(notes: DraftNotes) -> DraftNotes:
            unread = (t for t in notes.machine_made if machine_text_key(t) != key)
            return dataclasses.replace(notes, machine_made=tuple(unread))

        change_notes(self._repository, record, change, actor="")

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
        with record_transaction(self._repository, actor) as transaction:
            draft = self.load(record)
            listed = listed_files(draft)
            used = {*draft.files, *(file.get("name") for file in listed)}
            unique = unique_name(safe_name(name), used.__contains__)
            texts = _texts_listing(draft, (*listed, {"name": unique, **facts}))
            contents = self._files(record) | _contents(texts)
            contents[f"{FILES_FOLDER}/{unique}"] = Copied(path)
            self._replace(transaction, draft, contents)
        return unique

    def detach(self, record: RecordId, *, name: str, actor: str) -> None:
        """Remove an original from a draft and from its list.

        Raises:
            NotFoundError: no such draft, or no such file in it.
        """
        with record_transaction(self._repository, actor) as transaction:
            draft = self.load(record)
            listed = listed_files(draft)
            others = [file for file in listed if file.get("name") != name]
            if name not in draft.files and len(others) == len(listed):
                raise NotFoundError(name)
            contents = self._files(record) | _contents(_texts_listing(draft, others))
            contents.pop(f"{FILES_FOLDER}/{name}", None)
            self._replace(transaction, draft, contents)

    def rename(self, record: RecordId, slug: str, actor: str) -> Draft:
        """Change the id of a draft that was never published.

        Raises:
            AlreadyExistsError: another record or draft has the id.
            InvalidChangeError: the slug is invalid, it is a former id of another
                record, or the record is published.
        """
        renamed = RecordId(record.kind, slug)
        repository = self._repository
        with record_transaction(repository, actor) as transaction:
            draft = self.load(record)
            _check_slug(renamed)
            if draft.notes.published is not None:
                raise InvalidChangeError(message("a published record keeps its id"))
            repository.check_unused(renamed)
            folder, state = repository.draft_state(record)
            notes = end_editing_session(transaction, record, folder, state)
            contents = self._files(record)
            contents[RECORD_FILE] = with_id(draft.texts, slug)
            target = repository.draft_folders.folder_for(renamed)
            after = transaction.put(target, contents, notes=notes.contents())
            transaction.store_state(folder, state)
            transaction.store_state(transaction.steps[-1].staged, after)
            transaction.remove_draft(folder)
            repository.revisions.copy(record, renamed)
            transaction.log(
                HistoryAction.RENAMED,
                renamed,
                state,
                after,
                str(record),
                is_draft=True,
            )
        return self.load(renamed)

    def discard(self, record: RecordId, actor: str) -> None:
        """Move a draft to the trash; the history stores it.

        Raises:
            NotFoundError: the record has no draft.
        """
        with record_transaction(self._repository, actor) as transaction:
            self.put_in_trash(transaction, record)

    def put_in_trash(self, transaction: RecordTransaction, record: RecordId) -> None:
        """Move a draft to the trash within a transaction.

        Raises:
            NotFoundError: the record has no draft.
        """
        folder, state = self._repository.draft_state(record)
        notes = end_editing_session(transaction, record, folder, state)
        transaction.store_state(folder, state)
        copy_to_trash(transaction, record, folder, state, draft_notes=notes.contents())
        transaction.remove_draft(folder)
        transaction.log(HistoryAction.DISCARDED, record, state, None, is_draft=True)

    def end_session(self, record: RecordId) -> None:
        """Log the open editing session of a draft, if there is a draft and a session.

        The version of the draft stays: a person who edits it gets no conflict.
        """
        folder = self._repository.draft_folders.find(record)
        if folder is None or read_notes(folder).session_start is None:
            return
        with record_transaction(self._repository, "") as transaction:
            folder, state = self._repository.draft_state(record)
            notes = end_editing_session(transaction, record, folder, state)
            contents = linked_contents(folder)
            transaction.put(folder, contents, notes=notes.contents())

    def end_idle_sessions(self) -> None:
        """Log the editing sessions of all drafts that are over."""
        for record, folder in self._repository.draft_folders.records():
            if self._is_idle(read_notes(folder)):
                self.end_session(record)

    def _is_idle(self, notes: DraftNotes) -> bool:
        if notes.session_start is None:
            return False
        saved_at = dt.datetime.fromisoformat(notes.saved_at)
        return self._repository.clock() - saved_at > SESSION_PAUSE

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
        history.add(f"unsaved-{secrets.token_hex(8)}", [entry])

    def _files(self, record: RecordId) -> dict[str, Content]:
        return linked_contents(self._repository.draft_folders.folder_for(record))

    def _replace(
        self,
        transaction: RecordTransaction,
        draft: Draft,
        contents: Mapping[str, Content],
        machine_made: tuple[MachineText, ...] = (),
    ) -> None:
        actor = transaction.actor
        folder, state = self._repository.draft_state(draft.record)
        notes, start = draft.notes, draft.notes.session_start
        if start is None or notes.by != actor or self._is_idle(notes):
            notes = end_editing_session(transaction, draft.record, folder, state)
            transaction.store_state(folder, state)
            start = state
        after = {
            name: content.decode()
            for name, content in contents.items()
            if name in TEXT_NAMES and isinstance(content, bytes)
        }
        if after != draft.texts:
            now = self._repository.clock()
            self._repository.revisions.add(
                draft.record, draft.texts, after, at=now, actor=actor
            )
        notes = dataclasses.replace(
            notes,
            by=actor,
            saved_at=self._repository.timestamp(),
            writers=tuple(dict.fromkeys((*notes.credited, actor))),
            session_start=start,
            machine_made=(*notes.machine_made, *machine_made),
        )
        transaction.put(folder, contents, notes=notes.contents())


def _check_slug(record: RecordId) -> None:
    if not SLUG_PATTERN.fullmatch(record.slug):
        raise InvalidChangeError(
            message("'%(text)s' cannot be the name of a record", text=record.slug)
        )


def _texts_listing(draft: Draft, listed: Iterable[ItemValues]) -> Mapping[str, str]:
    values = FormValues(facts={"files": tuple(listed)})
    return write_values(draft.record.kind, values, draft.texts)


def _contents(texts: Mapping[str, str]) -> dict[str, Content]:
    unknown = set(texts).difference(TEXT_NAMES)
    if unknown:
        raise NotFoundError(", ".join(sorted(unknown)))
    return {
        name: text.replace("\r\n", "\n").encode("utf-8", "replace")
        for name, text in texts.items()
        if text
    }
