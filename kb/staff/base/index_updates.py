"""Updates the index after a change to published content."""

from __future__ import annotations

from flask import flash
from flask_babel import gettext as _

from indexer.errors import NOT_INDEXED_ERRORS
from kb.services import services


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
