"""Writes the actions of staff into the audit log."""

from __future__ import annotations

import logging

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
