"""Writes edits made outside the service into the history, before a command runs."""

from indexer.errors import IndexerError
from indexer.model.problems import Notify, message
from indexer.pipeline import Locations
from kb.publishing.changes.external_edits import ExternalEditDetector, FolderStamps
from kb.publishing.changes.repository import open_repository


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
