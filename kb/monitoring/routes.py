"""The addresses that monitors request."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address

from flask import Blueprint, Response, abort, jsonify, request

from indexer.errors import CorpusMissingError, IndexUnavailableError
from indexer.model.ids import Kind
from indexer.model.query import Query
from kb.monitoring.prometheus import metrics_text
from kb.monitoring.readiness import CheckResult, readiness
from kb.services import services

blueprint = Blueprint("monitoring", __name__)

FORWARDING_HEADERS = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
)
"""A request that has one of them came through a proxy."""


@blueprint.get("/healthz")
def health() -> Response:
    """Return 200 if the service can search, else 503."""
    try:
        records = services().corpus.records
        services().searches.search(Query(page_size=1))
    except (CorpusMissingError, IndexUnavailableError):
        response = jsonify({"status": "unavailable"})
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        return response
    counts = Counter(each.kind for each in records)
    kinds = {kind: counts[kind] for kind in Kind}
    body = {"status": "ok", "records": len(records), "kinds": kinds}
    return jsonify(body | {"meaning": _meaning()})


def _meaning() -> dict[str, object]:
    """Return whether closeness in meaning is used, and how many vectors are made."""
    here = services()
    if here.close_records is None:
        is_off = not here.settings.uses_meaning
        return {"state": "off" if is_off else "not installed"}
    encoded, total = here.close_records.progress()
    state = "ready" if encoded and encoded == total else "in progress"
    return {"state": state, "passages": total, "encoded": encoded}


@blueprint.get("/readyz")
def ready() -> Response:
    """Return 200 if all checks succeed, else 503, with the result of each."""
    checks = readiness(services())
    is_ready = set(checks.values()) == {CheckResult.OK}
    response = jsonify({"status": "ready" if is_ready else "unready", "checks": checks})
    if not is_ready:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return response


@blueprint.get("/metrics")
def metrics() -> Response:
    """Return the metrics to a program on this machine, and 404 to everybody else."""
    if not _is_local():
        abort(HTTPStatus.NOT_FOUND)
    text = metrics_text(services())
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_local() -> bool:
    if any(name in request.headers for name in FORWARDING_HEADERS):
        return False
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback
