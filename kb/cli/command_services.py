"""The services of a command that reads or writes the staff database."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace

from indexer.errors import IndexerError
from indexer.model.problems import Message, Notify, message
from indexer.pipeline import Locations
from indexer.terminal import WRONG_USAGE, Context, fail, print_status
from kb.backup.errors import BackupError
from kb.core.settings import read_settings
from kb.database.errors import AccountError, AccountFault, DatabaseUnavailableError
from kb.publishing.changes.external_edits import ExternalEditDetector, FolderStamps
from kb.publishing.changes.repository import open_repository
from kb.publishing.errors import BusyError, WriteFailedError
from kb.services import Services

ACTOR = "kb"
"""The actor that the audit log names for actions of a command."""

_ACCOUNT_ERRORS = {
    AccountFault.BAD_EMAIL: message("%(email)s is not an e-mail address"),
    AccountFault.EXISTS: message(
        "%(email)s has an account; a new link: kb staff reset %(email)s"
    ),
    AccountFault.UNKNOWN: message("%(email)s has no account; see: kb staff list"),
    AccountFault.LAST_ADMIN: message(
        "This is the last active administrator: create another one first."
    ),
    AccountFault.DISABLED: message(
        "%(email)s is closed; open it first: kb staff enable %(email)s"
    ),
}


@contextmanager
def open_services(context: Context) -> Iterator[Services]:
    """Open the services; print the errors of the block and exit with their code.

    Closeness in meaning is off: a copy of the site has a search by words only.
    """
    services = Services(replace(read_settings(), uses_meaning=False))
    try:
        yield services
    except AccountError as error:
        reason = Message(_ACCOUNT_ERRORS[error.fault].template, {"email": error.email})
        print_status(f"kb: {reason.text(context.translate)}")
        sys.exit(WRONG_USAGE)
    except BackupError as error:
        fail(error, f"{error.path}: {error.message.text(context.translate)}")
    except (BusyError, DatabaseUnavailableError) as error:
        fail(error, error.message.text(context.translate))


@contextmanager
def with_locked_content(locations: Locations) -> Iterator[None]:
    """Lock the journal, so that nobody changes the content during the block.

    No lock is taken in a folder that is missing or read-only: nothing changes there.
    """
    with ExitStack() as stack:
        if locations.instance.is_dir():
            with suppress(WriteFailedError):
                stack.enter_context(open_repository(locations).journal.lock())
        yield


def record_external_edits(locations: Locations, notify: Notify) -> FolderStamps | None:
    """Write external edits into the history, and report an error through `notify`.

    Returns the folder stamps that the history then contains.
    """
    edit_detector = ExternalEditDetector(open_repository(locations))
    try:
        edit_detector.record_edits()
    except (IndexerError, OSError) as error:
        notify(
            message(
                "changes made by hand could not be recorded in the history: %(reason)s",
                reason=getattr(error, "reason", error),
            )
        )
    return edit_detector.recorded
