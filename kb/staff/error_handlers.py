"""What could not be done, and why: a page in words, in place of an error."""

from __future__ import annotations

import logging

from flask import Response, render_template
from flask_babel import gettext as _

from kb.database.errors import DatabaseUnavailableError
from kb.publishing.errors import (
    BusyError,
    HistoryUnreadableError,
    NotFoundError,
    PublishingError,
    WriteFailedError,
)
from kb.staff.base.routing import ViewResponse, blueprint
from kb.staff.drafts.edit_page import CONFLICT, error_sentence
from kb.web.errors import error_response

logger = logging.getLogger(__name__)

NOT_FOUND = 404
UNAVAILABLE = 503


@blueprint.errorhandler(PublishingError)
def refuse(error: PublishingError) -> ViewResponse:
    """Say why a change was not made: nothing was changed."""
    match error:
        case NotFoundError():
            status = NOT_FOUND
        case BusyError() | WriteFailedError() | HistoryUnreadableError():
            status = UNAVAILABLE
        case _:
            status = CONFLICT
    return render_template("staff/refused.html", reason=error_sentence(error)), status


@blueprint.errorhandler(DatabaseUnavailableError)
def tell_unavailable(error: DatabaseUnavailableError) -> Response:
    """Say that accounts and log can't be used: a page that needs neither of them."""
    logger.error("failed: %s", error)
    told = _(
        "Accounts and the log can’t be read or written just now: the disk may be full. "
        "Nothing was changed, and visitors are served. Tell the person who runs the "
        "service, then try again."
    )
    return error_response(UNAVAILABLE, "unavailable", told)
