"""What views share: ids in addresses, JSON errors, the actor, the end of a change.

A change is followed by an entry in the audit log and an update of the index.
"""

import logging
from http import HTTPStatus

from flask import abort, flash, request
from flask_babel import gettext as _
from markupsafe import Markup

from indexer.errors import NOT_INDEXED_ERRORS
from indexer.model.ids import SLUG_PATTERN, Kind, RecordId
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import AuditAction
from kb.publishing.errors import AlreadyExistsError, PublishingError
from kb.services import services
from kb.staff.base.publishing_services import record_links
from kb.staff.base.routing import ViewResponse
from kb.staff.base.session import current_session
from kb.web.locale import LazyString, as_sentence

MAX_ROW_DIGITS = 15
"""SQLite stores row numbers in 64 bits."""


def deliverable_id(slug: str) -> RecordId:
    """Return the id of a deliverable; abort with 404 for an invalid slug."""
    if not SLUG_PATTERN.fullmatch(slug):
        abort(HTTPStatus.NOT_FOUND)
    return RecordId(Kind.DELIVERABLE, slug)


def wants_json() -> bool:
    """Return whether a script sent the request: scripts accept only JSON."""
    return request.accept_mimetypes.best == "application/json"


def json_error(text: str, code: str, status: HTTPStatus) -> ViewResponse:
    """Return an error as JSON."""
    return {"error": {"code": code, "message": text}}, status


def actor() -> str:
    """Return the e-mail address of the signed-in member of staff."""
    return current_session().account.email


def error_sentence(error: PublishingError) -> str:
    """Return the message of an error as a sentence in the language of the page.

    A record that exists already is named by its title, which leads to it.
    """
    if isinstance(error, AlreadyExistsError):
        links, record = record_links(), error.record
        url = links.draft_link(record) or links.link(str(record))[1]
        link = Markup('<a href="{}">{}</a>').format(url, links.title(record).text)
        text = Markup(_("This name is taken by: %(title)s."))  # noqa: S704  # of the catalog
        return text % {"title": link}
    return as_sentence(error.message.text(_))


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


def update_index_of_shared_file(message: str, done: str | LazyString = "") -> None:
    """Flash a message and update the index; say when searches use the change."""
    flash(message)
    try:
        services().content.update_index()
    except NOT_INDEXED_ERRORS:
        done = _("Searches will follow when the index is updated.")
    if done:
        flash(str(done))


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
