"""Error pages of the staff side, for changes that failed or were rejected."""

import logging
from http import HTTPStatus

from flask import Response, render_template
from flask_babel import gettext as _

from kb.core.storage_errors import LATER_VERSION
from kb.database.errors import DatabaseUnavailableError
from kb.publishing.errors import (
    BusyError,
    HistoryUnreadableError,
    NotFoundError,
    PublishingError,
    WriteFailedError,
)
from kb.staff.base.requests import error_sentence
from kb.staff.base.routing import ViewResponse, blueprint
from kb.web.responses.errors import error_response

logger = logging.getLogger(__name__)


@blueprint.errorhandler(PublishingError)
def publishing_error_page(error: PublishingError) -> ViewResponse:
    """Return the page of a rejected change: the content is as before."""
    match error:
        case NotFoundError():
            status = HTTPStatus.NOT_FOUND
        case BusyError() | WriteFailedError() | HistoryUnreadableError():
            status = HTTPStatus.SERVICE_UNAVAILABLE
        case _:
            status = HTTPStatus.CONFLICT
    reason = error_sentence(error)
    return render_template("staff/publishing_error.html", reason=reason), status


@blueprint.errorhandler(DatabaseUnavailableError)
def database_unavailable_page(error: DatabaseUnavailableError) -> Response:
    """Return an error page that is rendered without the database."""
    logger.error("staff database unavailable: %s", error)
    if error.reason == LATER_VERSION:
        message = _(
            "A later version of this program made the accounts and the log, and this "
            "version cannot use them. Nothing was changed, and visitors are served. "
            "Tell the person who runs the service."
        )
    else:
        message = _(
            "Accounts and the log cannot be read or written just now: the disk may be "
            "full. Nothing was changed, and visitors are served. Tell the person who "
            "runs the service, then try again."
        )
    return error_response(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", message)
