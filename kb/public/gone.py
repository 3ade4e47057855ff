"""What a visitor gets at the address of a record that is gone."""

from __future__ import annotations

from flask import abort, redirect
from werkzeug.wrappers import Response

from indexer.model.ids import RecordId
from kb.web.locale import page_locale
from kb.web.moved_records import departure
from kb.web.urls import record_url

GONE = 410
NOT_FOUND = 404


def redirect_or_gone(record: RecordId) -> Response:
    """Lead to the record that it was merged into; else say that it is not there."""
    gone = departure(record)
    if gone is None:
        abort(NOT_FOUND)
    if gone.into is None:
        abort(GONE)
    return redirect(record_url(gone.into, page_locale()), 301)
