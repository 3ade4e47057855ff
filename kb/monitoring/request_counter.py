"""Counts the requests that the HTTP server received, by group of endpoints."""

from __future__ import annotations

import time

from flask import Flask, Response, request

from kb.core.metrics import RECEIVED_AT, RequestGroup
from kb.services import services

_ENDPOINTS = {
    "public.search": RequestGroup.SEARCH,
    "api.search": RequestGroup.SEARCH,
    "api.suggest": RequestGroup.SUGGEST,
    "static": RequestGroup.STATIC,
}
_BLUEPRINTS = {
    "public": RequestGroup.PAGES,
    "api": RequestGroup.API,
    "feeds": RequestGroup.FEEDS,
    "staff": RequestGroup.STAFF,
}


def init_request_counter(app: Flask) -> None:
    """Count each response of the application."""
    app.after_request(_count)


def _count(response: Response) -> Response:
    # Only our HTTP server sets the time; requests before the fork are not counted.
    received_at = request.environ.get(RECEIVED_AT)
    if received_at is not None:
        seconds = time.monotonic() - received_at
        group = _group(request.endpoint or "", request.blueprint or "")
        services().metrics.count_request(group, response.status_code, seconds)
    return response


def _group(endpoint: str, blueprint: str) -> RequestGroup:
    fallback = _BLUEPRINTS.get(blueprint, RequestGroup.OTHER)
    return _ENDPOINTS.get(endpoint, fallback)
