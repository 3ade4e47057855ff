"""Redirects the address of a merged record; answers 410 for a deleted one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from flask import abort, redirect
from werkzeug.wrappers import Response

from indexer.model.ids import RecordId
from kb.publishing.errors import HistoryUnreadableError
from kb.publishing.history.history import History
from kb.publishing.history.tombstones import Tombstone, tombstone_of
from kb.services import services

HISTORY_TIMEOUT_S = 0.2

logger = logging.getLogger(__name__)


def redirect_or_gone(record: RecordId, url: Callable[[RecordId], str]) -> Response:
    """Redirect to the record that `record` was merged into, whose address is `url(id)`.

    Raises:
        Gone: the record was deleted.
        NotFound: there never was such a record, or the history can't be read now.
    """
    tombstone = find_tombstone(record)
    if tombstone is None:
        abort(HTTPStatus.NOT_FOUND)
    if tombstone.into is None:
        abort(HTTPStatus.GONE)
    return redirect(url(tombstone.into), HTTPStatus.MOVED_PERMANENTLY)


def find_tombstone(record: RecordId) -> Tombstone | None:
    """Return the tombstone of a record that was merged or deleted, else None.

    None, too, if the history can't be read within a fraction of a second.
    """
    here = services()
    history = History(here.settings.locations.instance, wait_s=HISTORY_TIMEOUT_S)
    try:
        return tombstone_of(history, record, here.corpus.records.__contains__)
    except HistoryUnreadableError as error:
        logger.warning("where %s went is not told: %s", record, error)
        return None
