"""Keeps messages in step with the drafts made of them: published, or renamed."""

from __future__ import annotations

import logging
from dataclasses import replace

from indexer.model.ids import RecordId
from kb.contributions.contribution import ContributionState
from kb.contributions.routes import contribution_store
from kb.core.storage_errors import StorageError
from kb.services import services
from kb.staff.base.requests import actor
from kb.staff.contributions.reply_mail import send_reply

logger = logging.getLogger(__name__)


def settle_published(record: RecordId) -> None:
    """Accept the open messages whose draft was published, and tell their authors.

    A failure is only logged: the publication itself has succeeded.
    """
    store, now = contribution_store(), services().clock()
    state = ContributionState.ACCEPTED
    try:
        for each in store.of_draft(record):
            if store.update(each, state=state, actor=actor(), now=now):
                settled = replace(each, state=state)
                send_reply(settled, store.contact(each.number, now))
    except StorageError as error:
        logger.warning("messages on %s stay open: %s", record, error)


def follow_renamed(old: RecordId, new: RecordId) -> None:
    """Let messages name a draft by its new id; a failure is only logged."""
    try:
        contribution_store().rename_draft(old, new)
    except StorageError as error:
        logger.warning("messages still name %s: %s", old, error)
