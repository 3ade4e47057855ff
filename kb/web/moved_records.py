"""Finds the record of an address; redirects if it was merged, or answers 410."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from flask import abort, redirect

from indexer.model.ids import RecordId
from indexer.model.records import Record
from kb.publishing.errors import HistoryUnreadableError
from kb.publishing.history.tombstones import Tombstone, tombstone_of
from kb.services import services

logger = logging.getLogger(__name__)


def record_or_redirect(record_id: RecordId, url: Callable[[RecordId], str]) -> Record:
    """Return a published record, or redirect to the record that it was merged into.

    `url` returns the address of a record.

    Raises:
        HTTPException: the redirect, 410 for a deleted record, or 404 if there never was
            such a record or the history can't be read now.
    """
    record = services().corpus.get(record_id)
    if record is None:
        tombstone = find_tombstone(record_id)
        if tombstone is None:
            abort(HTTPStatus.NOT_FOUND)
        if tombstone.into is None:
            abort(HTTPStatus.GONE)
        abort(redirect(url(tombstone.into), HTTPStatus.MOVED_PERMANENTLY))
    return record


def find_tombstone(record: RecordId) -> Tombstone | None:
    """Return the tombstone of a record that was merged or deleted, else None.

    A record that names it as a former id comes before its history. None, too, if the
    history can't be read within a fraction of a second.
    """
    here = services()
    survivor = here.corpus.survivors.get(record)
    if survivor is not None:
        return Tombstone(survivor)
    try:
        return tombstone_of(here.history, record, here.corpus.current_id)
    except HistoryUnreadableError as error:
        logger.warning("the history of %s can't be read: %s", record, error)
        return None
