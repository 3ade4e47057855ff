"""The workflow of drafts: their state, the person they are assigned to, comments.

All of it is stored in the metadata of the draft, beside its texts: backups keep it, and
a change of it is no conflict for a person who edits the texts.
"""

from __future__ import annotations

import dataclasses

from indexer.model.ids import RecordId
from indexer.model.problems import message
from kb.publishing.changes.record_changes import linked_contents, record_transaction
from kb.publishing.changes.repository import Repository
from kb.publishing.drafts.draft import (
    DraftComment,
    DraftNotes,
    DraftState,
    read_notes,
)
from kb.publishing.errors import InvalidChangeError

MAX_COMMENT = 2000
MAX_COMMENTS = 300
"""Older comments of a draft are dropped beyond this number."""


class DraftWorkflow:
    """Changes the metadata of drafts that people agree by."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def set_state(
        self, record: RecordId, state: DraftState, *, actor: str, comment: str = ""
    ) -> DraftNotes:
        """Set the state of a draft, with an optional comment; return its new metadata.

        Raises:
            InvalidChangeError: the comment is too long.
            NotFoundError: the record has no draft.
        """
        text = _checked(comment)
        with record_transaction(self._repository, actor) as transaction:
            folder, _ = self._repository.draft_state(record)
            notes = read_notes(folder)
            if notes.state is state and not text:
                return notes
            entry = DraftComment(actor, self._repository.clock(), text, state)
            notes = _with_comment(dataclasses.replace(notes, state=state), entry)
            contents = linked_contents(folder)
            transaction.put(folder, contents, notes=notes.contents())
        return notes

    def assign(self, record: RecordId, person: str, *, actor: str) -> DraftNotes:
        """Assign a draft to an e-mail address, or to nobody; return its new metadata.

        Raises:
            NotFoundError: the record has no draft.
        """
        with record_transaction(self._repository, actor) as transaction:
            folder, _ = self._repository.draft_state(record)
            notes = dataclasses.replace(read_notes(folder), assigned_to=person)
            contents = linked_contents(folder)
            transaction.put(folder, contents, notes=notes.contents())
        return notes

    def comment(self, record: RecordId, text: str, *, actor: str) -> DraftNotes:
        """Add a comment to a draft; return its new metadata.

        Raises:
            InvalidChangeError: the comment is empty or too long.
            NotFoundError: the record has no draft.
        """
        text = _checked(text)
        if not text:
            raise InvalidChangeError(message("write the comment first"))
        with record_transaction(self._repository, actor) as transaction:
            folder, _ = self._repository.draft_state(record)
            entry = DraftComment(actor, self._repository.clock(), text)
            notes = _with_comment(read_notes(folder), entry)
            contents = linked_contents(folder)
            transaction.put(folder, contents, notes=notes.contents())
        return notes


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > MAX_COMMENT:
        raise InvalidChangeError(
            message(
                "write a comment of %(count)s characters at most", count=MAX_COMMENT
            )
        )
    return text


def _with_comment(notes: DraftNotes, comment: DraftComment) -> DraftNotes:
    comments = (*notes.comments, comment)[-MAX_COMMENTS:]
    return dataclasses.replace(notes, comments=comments)
