"""Counts what visitors take away, once the response is known: exports and dossiers."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, Response, request

from kb.database.errors import DatabaseUnavailableError
from kb.database.model import CountedUse
from kb.services import services

logger = logging.getLogger(__name__)

_USES = {
    "public.change": CountedUse.DOSSIER_ADDITION,
    "public.brief_file": CountedUse.DOSSIER_DOCUMENT,
    "open_data.dossier_file": CountedUse.DOSSIER_DATA,
    "open_data.search_table": CountedUse.SEARCH_EXPORT,
    "public.citation_file": CountedUse.REFERENCE,
    "open_data.dump": CountedUse.DUMP,
}
"""The use that a response of each endpoint is."""


def init_use_counter(app: Flask) -> None:
    """Count the uses of the application."""
    app.after_request(_count)


def _count(response: Response) -> Response:
    use = _USES.get(request.endpoint or "")
    if use is None or response.status_code >= HTTPStatus.BAD_REQUEST:
        return response
    if request.method == "HEAD" or response.status_code == HTTPStatus.NOT_MODIFIED:
        return response
    adds = "add" in request.form or request.form.get("action") == "add"
    if request.endpoint == "public.change" and not adds:
        return response
    settings = services().settings
    if settings.is_reader or not settings.counts_unfound:
        return response
    try:
        services().database.daily_counts.add(use)
    except DatabaseUnavailableError as error:
        logger.warning("a use is not counted: %s", error)
    return response
