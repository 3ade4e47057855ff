"""The addresses that monitors request, the count of requests, and their metrics.

`/metrics` is written by `prometheus_client`.
"""

import hmac
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus

from flask import Blueprint, Flask, Response, abort, jsonify, request
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.registry import Collector

from indexer.errors import CorpusMissingError, IndexUnavailableError
from indexer.model.ids import Kind
from indexer.model.query import Query
from kb.core.metrics import (
    BUCKETS_S,
    RECEIVED_AT,
    SECONDS,
    STATUS_CLASSES,
    ConnectionFault,
    Metrics,
    Pool,
    PoolCount,
    RequestGroup,
)
from kb.core.networks import is_loopback
from kb.monitoring.readiness import (
    CheckResult,
    disk_folders,
    free_bytes,
    index_age_s,
    index_behind_s,
    readiness,
)
from kb.publishing.imports.inbox import Inbox
from kb.services import Services, services


def metrics_text(services: Services) -> bytes:
    """Return the metrics in the text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_ServiceCollector(services))
    return generate_latest(registry)


class _ServiceCollector(Collector):
    """Reads the metrics at each request: none of the values is cached."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[Metric]:
        """Yield all families."""
        yield from _http(self._services.metrics)
        yield from _pools(self._services.metrics)
        yield from _views(self._services.metrics)
        yield from _index(self._services)
        yield from _gauges(self._services)


def _http(metrics: Metrics) -> Iterator[Metric]:
    requests = CounterMetricFamily(
        "kb_requests", "Responses, by group and status.", labels=["group", "status"]
    )
    seconds = HistogramMetricFamily(
        "kb_response_seconds",
        "Time from the last byte of a request to its response.",
        labels=["group"],
    )
    limits = [*map(str, BUCKETS_S), "+Inf"]
    for group in RequestGroup:
        for status in STATUS_CLASSES:
            requests.add_metric([group, status], metrics.total(group, status))
        buckets = list(zip(limits, metrics.buckets(group), strict=True))
        seconds.add_metric([group], buckets, metrics.total(group, SECONDS))
    yield requests
    yield seconds
    faults = CounterMetricFamily(
        "kb_connection_faults",
        "Requests and connections that the HTTP server rejected.",
        labels=["fault"],
    )
    for fault in ConnectionFault:
        faults.add_metric([fault], metrics.total(fault))
    yield faults


def _pools(metrics: Metrics) -> Iterator[Metric]:
    families: dict[PoolCount, GaugeMetricFamily | CounterMetricFamily] = {
        PoolCount.WAITING: GaugeMetricFamily(
            "kb_pool_waiting", "Requests that wait for a thread.", labels=["pool"]
        ),
        PoolCount.RUNNING: GaugeMetricFamily(
            "kb_pool_running", "Requests that threads answer now.", labels=["pool"]
        ),
        PoolCount.REFUSED: CounterMetricFamily(
            "kb_pool_refused", "Requests that found the queue full.", labels=["pool"]
        ),
        PoolCount.DROPPED: CounterMetricFamily(
            "kb_pool_dropped", "Requests whose client had gone.", labels=["pool"]
        ),
    }
    for count, family in families.items():
        for pool in Pool:
            family.add_metric([pool], metrics.total(pool, count))
        yield family


SLOWEST_VIEWS = 10


def _views(metrics: Metrics) -> Iterator[Metric]:
    """Yield the times of all views, and the slowest run of those that took longest."""
    times = metrics.view_times()
    requests = CounterMetricFamily(
        "kb_view_requests", "Runs of a view, by its endpoint.", labels=["view"]
    )
    seconds = CounterMetricFamily(
        "kb_view_seconds", "Time of the runs, without waiting.", labels=["view"]
    )
    slowest = GaugeMetricFamily(
        "kb_view_slowest_seconds", "Slowest run since the start.", labels=["view"]
    )
    for time_of in times:
        requests.add_metric([time_of.view], time_of.requests)
        seconds.add_metric([time_of.view], time_of.seconds)
    for time_of in times[:SLOWEST_VIEWS]:
        slowest.add_metric([time_of.view], time_of.slowest_s)
    yield from (requests, seconds, slowest)


def _index(services: Services) -> Iterator[Metric]:
    generation = InfoMetricFamily("kb_index", "The index that this worker searches.")
    generation.add_metric([], {"generation": services.engine.generation})
    yield generation
    age_s = index_age_s(services)
    if age_s is not None:
        yield GaugeMetricFamily(
            "kb_index_age_seconds", "Age of the index on disk.", age_s
        )
    yield GaugeMetricFamily(
        "kb_index_behind_seconds",
        "For how long a change of the content has waited for the index.",
        index_behind_s(services),
    )
    with suppress(CorpusMissingError):
        records = len(services.corpus.records)
        yield GaugeMetricFamily("kb_records", "Published records.", records)


def _gauges(services: Services) -> Iterator[Metric]:
    waiting = Inbox(services.settings.locations.instance).waiting()
    files = sum(len(each.unfinished) for each in waiting)
    yield GaugeMetricFamily("kb_import_queue_files", "Uploaded files that wait.", files)
    disks = GaugeMetricFamily(
        "kb_disk_free_bytes", "Free space of a disk.", labels=["folder"]
    )
    for name, folder in disk_folders(services).items():
        with suppress(OSError):
            disks.add_metric([name], free_bytes(folder))
    yield disks
    ready = GaugeMetricFamily(
        "kb_ready", "1 if a check of /readyz succeeds.", labels=["check"]
    )
    for name, result in readiness(services).items():
        ready.add_metric([name], float(result is CheckResult.OK))
    yield ready


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
    counts = Counter(record.kind for record in records)
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
    """Return the metrics to a program that may read them, and 404 to everybody else."""
    if not _may_read_metrics():
        abort(HTTPStatus.NOT_FOUND)
    text = metrics_text(services())
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read_metrics() -> bool:
    """Return whether a request has the token, or without one comes from this machine.

    Behind a proxy, an address proves nothing: there, the token is needed.
    """
    settings = services().settings
    if settings.metrics_token_file is None:
        return not settings.proxies and _is_local()
    token = settings.metrics_token_file.read_text("utf-8").strip()
    sent = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(
        sent.encode(), f"Bearer {token}".encode()
    )


def _is_local() -> bool:
    is_forwarded = any(name in request.headers for name in FORWARDING_HEADERS)
    return not is_forwarded and is_loopback(request.remote_addr or "")


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
