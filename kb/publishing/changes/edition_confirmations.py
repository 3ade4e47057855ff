"""Stores that an edition is right although the other language changed."""

from __future__ import annotations

import secrets

from indexer.model.ids import RecordId
from kb.publishing.changes.repository import Repository
from kb.publishing.history.edition_lags import LagConfirmation
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry


def confirm_edition(
    repository: Repository,
    record: RecordId,
    confirmation: LagConfirmation,
    *,
    actor: str,
) -> None:
    """Store a confirmation in the history of the record.

    It has no states: no file changes, and visitors see nothing of it.

    Raises:
        WriteFailedError: the history can't be written.
    """
    entry = HistoryEntry(
        repository.clock(),
        actor,
        HistoryAction.EDITION_CONFIRMED,
        record,
        None,
        None,
        confirmation.detail,
        is_draft=True,
    )
    repository.history.add(f"confirmed-{secrets.token_hex(8)}", [entry])
