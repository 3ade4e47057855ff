"""Reads the last state of a record that had no errors, from the history."""

from __future__ import annotations

import logging

from indexer.corpus.corpus import LastGood
from indexer.corpus.record_reader import ReadRecord
from indexer.model.ids import RecordId
from indexer.pipeline import Locations
from kb.publishing.errors import PublishingError
from kb.publishing.history.history import History
from kb.publishing.history.state_reader import newest_readable

MAX_CHANGES = 50
"""The most changes of one record that are searched for a state without errors."""

logger = logging.getLogger(__name__)


def last_good_states(locations: Locations, *, is_copy: bool = False) -> LastGood:
    """Return the function that reads the last good state of a record.

    It returns None for a record that never was without errors, and when the history
    can't be read. With `is_copy`, the history is a copy from another machine.
    """
    history = History(locations.instance, is_copy=is_copy)

    def last_good(record: RecordId) -> ReadRecord | None:
        try:
            changes = history.changes(record, limit=MAX_CHANGES, include_drafts=False)
            folder = locations.documents / str(record)
            found = newest_readable(history, record, changes, folder)
        except (PublishingError, OSError) as error:
            logger.warning("the history of %s can't be read: %s", record, error)
            return None
        return found[1] if found is not None else None

    return last_good
