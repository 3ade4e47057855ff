"""What could not be done, and why: a page in words, in place of an error."""

from __future__ import annotations

from flask import render_template

from kb.publishing.errors import (
    BusyError,
    HistoryUnreadableError,
    NotThereError,
    PublishingError,
    WriteFailedError,
)
from kb.staff.drafts import CONFLICT, sentence
from kb.staff.routing import Answer, blueprint

NOT_FOUND = 404
UNAVAILABLE = 503


@blueprint.errorhandler(PublishingError)
def refuse(error: PublishingError) -> Answer:
    """Say why a change was not made: nothing was changed."""
    match error:
        case NotThereError():
            status = NOT_FOUND
        case BusyError() | WriteFailedError() | HistoryUnreadableError():
            status = UNAVAILABLE
        case _:
            status = CONFLICT
    return render_template("staff/refused.html", reason=sentence(error)), status
