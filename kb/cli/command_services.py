"""The services of a command, and the errors that end it."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from typing import NoReturn

from indexer.errors import IndexerError
from indexer.model.problems import Message, Notify, Translate, message
from indexer.pipeline import Locations
from indexer.terminal import (
    UNAVAILABLE_ERRORS,
    WRONG_USAGE,
    fail,
    fail_unavailable,
    print_error,
)
from kb.backup.errors import BackupError
from kb.core.settings import SettingsError, read_settings
from kb.core.storage_errors import StorageError
from kb.database.errors import AccountError, AccountFault
from kb.publishing.changes.external_edits import ExternalEditDetector, FolderStamps
from kb.publishing.changes.repository import open_repository
from kb.publishing.errors import PublishingError, WriteFailedError
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


class CommandError(Exception):
    """A command can't do its work here; `message` says why."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.message = reason


COMMAND_ERRORS = (
    SettingsError,
    AccountError,
    CommandError,
    StorageError,
    PublishingError,
    *UNAVAILABLE_ERRORS,
)
"""The errors that end a command with a sentence, in place of a traceback."""


def exit_with(error: Exception, translate: Translate) -> NoReturn:
    """Print one of `COMMAND_ERRORS`, and exit with its code."""
    match error:
        case SettingsError():
            for text in error.messages:
                print_error(text.text(translate))
            sys.exit(WRONG_USAGE)
        case AccountError():
            template = _ACCOUNT_ERRORS[error.fault].template
            print_error(Message(template, {"email": error.email}).text(translate))
            sys.exit(WRONG_USAGE)
        case BackupError():
            fail(error, f"{error.path}: {error.message.text(translate)}")
        case CommandError() | StorageError() | PublishingError():
            fail(error, error.message.text(translate))
        case _:
            fail_unavailable(error, translate)


def open_services() -> Services:
    """Return the services of a command that needs no index.

    Closeness in meaning is off: a copy of the site has a search by words only.
    """
    return Services(replace(read_settings(), uses_meaning=False))


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
