"""What follows a change by staff: an entry in the audit log, an update of the index."""

from __future__ import annotations

import logging

from flask import flash
from flask_babel import gettext as _

from indexer.errors import NOT_INDEXED_ERRORS
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import AuditAction
from kb.services import services
from kb.staff.base.requests import actor

logger = logging.getLogger(__name__)


def log_action(action: AuditAction, subject: object = "", detail: str = "") -> None:
    """Write an action of the signed-in actor into the audit log, once it is done.

    A failure, as on a full disk, is only logged: the action itself has succeeded.
    """
    email = actor()
    try:
        services().database.audit.add(email, action, str(subject), detail)
    except DatabaseUnavailableError as error:
        logger.warning(
            "not in the audit log: %s %s %s (%s)", email, action, subject, error
        )


def update_index(message: str) -> None:
    """Update the index and flash a message; warn if the index can't be written.

    The watcher of the content then retries.
    """
    try:
        services().content.update_index()
    except NOT_INDEXED_ERRORS:
        flash_outdated_index(message)
    else:
        flash(message)


def flash_outdated_index(message: str) -> None:
    """Flash a message, and a warning that the search still has the old content.

    The corpus is read again, so that at least the pages show the new content.
    """
    services().content.read()
    flash(message)
    flash(
        _(
            "Pages update within seconds. Search results will update later, because "
            "the index cannot be written at the moment. Tell the person who runs the "
            "service."
        ),
        "bad",
    )
