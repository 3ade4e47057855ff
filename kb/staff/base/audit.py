"""Writes into the log what was done, once it is done."""

from __future__ import annotations

import logging

from kb.database.errors import DatabaseUnavailableError
from kb.database.model import AuditAction
from kb.services import services
from kb.staff.base.session import current_session

logger = logging.getLogger(__name__)


def log_action(action: AuditAction, subject: object = "", detail: str = "") -> None:
    """Write into the log what was done, by whom.

    What was done is done: were the log on a full disk, to answer that it failed would
    be false. The server's own log then has the line.
    """
    who = current_session().account.email
    try:
        services().database.audit.add(who, action, str(subject), detail)
    except DatabaseUnavailableError as error:
        logger.warning("not in the log: %s %s %s (%s)", who, action, subject, error)
