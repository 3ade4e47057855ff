"""What a visitor gets at the address of a record that is gone."""

from __future__ import annotations

from flask import abort, redirect
from werkzeug.wrappers import Response

from indexer.model.ids import RecordId
from kb.locale import page_locale
from kb.presenters.addresses import record_url
from kb.presenters.whereabouts import departure

GONE = 410
NOT_FOUND = 404


def led_on(record: RecordId) -> Response:
    """Lead to the record that it was merged into; else say that it is not there."""
    gone = departure(record)
    if gone is None:
        abort(NOT_FOUND)
    if gone.into is None:
        abort(GONE)
    return redirect(record_url(gone.into, page_locale()), 301)
