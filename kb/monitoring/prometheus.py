"""The metrics of the service, as families of `prometheus_client`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.registry import Collector

from indexer.errors import CorpusMissingError
from kb.core.metrics import (
    BUCKETS_S,
    STATUS_CLASSES,
    ConnectionFault,
    Metrics,
    RequestGroup,
)
from kb.monitoring.readiness import (
    CheckResult,
    disk_folders,
    free_bytes,
    index_age_s,
    index_behind_s,
    readiness,
)
from kb.publishing.imports.inbox import Inbox
from kb.services import Services


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
            requests.add_metric([group, status], metrics.requests(group, status))
        buckets = list(zip(limits, metrics.buckets(group), strict=True))
        seconds.add_metric([group], buckets, metrics.seconds(group))
    yield requests
    yield seconds
    faults = CounterMetricFamily(
        "kb_connection_faults",
        "Requests and connections that the HTTP server rejected.",
        labels=["fault"],
    )
    for fault in ConnectionFault:
        faults.add_metric([fault], metrics.faults(fault))
    yield faults


def _index(services: Services) -> Iterator[Metric]:
    generation = InfoMetricFamily("kb_index", "The index that this worker searches.")
    generation.add_metric([], {"generation": services.engine.generation})
    yield generation
    age_s = index_age_s(services)
    if age_s is not None:
        yield _gauge("kb_index_age_seconds", "Age of the index on disk.", age_s)
    yield _gauge(
        "kb_index_behind_seconds",
        "For how long a change of the content has waited for the index.",
        index_behind_s(services),
    )
    with suppress(CorpusMissingError):
        records = len(services.corpus.records)
        yield _gauge("kb_records", "Published records.", records)


def _gauges(services: Services) -> Iterator[Metric]:
    waiting = Inbox(services.settings.locations.instance).waiting()
    files = sum(len(each.unfinished) for each in waiting)
    yield _gauge("kb_import_queue_files", "Uploaded files that wait.", files)
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


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)
