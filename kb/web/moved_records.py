"""Where a record went that is asked for by an old address."""

from __future__ import annotations

import logging

from indexer.model.ids import RecordId
from kb.publishing.errors import HistoryUnreadableError
from kb.publishing.history.history import open_history
from kb.publishing.history.tombstones import Tombstone, tombstone_of
from kb.services import services

WAIT_S = 0.2

logger = logging.getLogger(__name__)


def departure(record: RecordId) -> Tombstone | None:
    """Tell whether a record that is not there was merged or deleted; None otherwise.

    A visitor hardly waits for it: a history that can't be read just now tells nothing.
    """
    here = services()
    history = open_history(here.settings.locations.instance, wait_s=WAIT_S)
    try:
        return tombstone_of(history, record, here.corpus.records.__contains__)
    except HistoryUnreadableError as error:
        logger.warning("where %s went is not told: %s", record, error)
        return None
