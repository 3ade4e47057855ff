"""Health, readiness and metrics."""

import dataclasses
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from indexer.model.ids import Locale
from kb.app import create_app
from kb.contributions.contribution_store import ContributionStore
from kb.core.locks import watcher_lock
from kb.core.metrics import RECEIVED_AT, ConnectionFault, Mark, Pool, PoolCount
from kb.core.settings import Settings
from kb.core.sqlite import open_sqlite
from kb.database.clock import utc_now
from kb.monitoring import readiness
from kb.publishing.imports.inbox import Inbox, UploadedFile
from kb.services import Services
from tests.support.answers import body_of
from tests.support.builders import Workspace, a_record
from tests.support.polling import wait_until

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def services(content: Workspace) -> Iterator[Services]:
    """Return the services of a site that the test may damage."""
    services = Services(Settings(content.locations))
    services.content.warm_up()
    yield services
    services.content.stop_following()


@pytest.fixture
def app(services: Services) -> Flask:
    """Return its application."""
    return create_app(services=services)


def checks(client: FlaskClient, status: int = 503) -> dict[str, str]:
    """Return the checks that failed, and assert the status of the response."""
    response = client.get("/readyz")
    assert response.status_code == status
    body = body_of(response)
    assert body["status"] == ("ready" if status == 200 else "unready")
    return {name: result for name, result in body["checks"].items() if result != "ok"}


def samples(client: FlaskClient) -> Samples:
    """Return the metrics, as the parser of Prometheus' own library reads them."""
    text = client.get("/metrics").text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(client: FlaskClient, name: str, **labels: str) -> float:
    """Return one metric."""
    return samples(client)[name, frozenset(labels.items())]


def test_health_counts_the_records(client: FlaskClient) -> None:
    """A monitor can check the number."""
    body = body_of(client.get("/healthz"))

    assert body["status"] == "ok"
    assert body["records"] == 16
    assert body["kinds"]["practice"] == 2


def test_a_site_is_ready(client: FlaskClient) -> None:
    """The JSON names each check, also those that succeed."""
    body = body_of(client.get("/readyz"))

    assert checks(client, 200) == {}
    assert set(body["checks"]) == {
        "content",
        "index",
        "disk_instance",
        "disk_index",
        "disk_temporary",
        *(f"{name}_database" for name in ("staff", "alerts", "mail")),
        *(f"{name}_database" for name in ("messages", "history", "dossiers")),
    }


def test_a_locked_database_is_reported_soon(
    services: Services, client: FlaskClient
) -> None:
    """Nobody can send a form meanwhile; the check itself waits half a second."""
    contributions = services.settings.contributions_file
    ContributionStore(contributions, days=1).migrate()
    with open_sqlite(contributions) as connection:
        connection.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        assert checks(client) == {"messages_database": "locked"}
        assert time.monotonic() - started < 3
    assert checks(client, 200) == {}


def test_a_request_waits_once_for_locked_databases(
    services: Services, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that reads and writes several times would wait for each."""
    monkeypatch.setattr("kb.app.BUSY_TIMEOUT_S", 0.5)
    contributions = services.settings.contributions_file
    ContributionStore(contributions, days=1).migrate()
    with open_sqlite(contributions) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        started = time.monotonic()
        client.post("/fr/propose", data={"token": "x"})
        assert time.monotonic() - started < 3


def test_a_site_without_content_is_not_ready(
    content: Workspace, client: FlaskClient, services: Services
) -> None:
    """A wrong KB_DOCUMENTS is named."""
    services.__dict__["content"] = Services(services.settings).content
    shutil.rmtree(content.documents)

    assert checks(client)["content"] == "unavailable"
    assert ("kb_records", frozenset()) not in samples(client)


def test_a_site_without_an_index_is_not_ready(
    content: Workspace, client: FlaskClient
) -> None:
    """The index in memory still answers; the next start would take long."""
    shutil.rmtree(content.locations.index)

    assert client.get("/healthz").status_code == 200
    assert checks(client) == {"index": "missing"}


def test_a_worker_that_does_not_open_the_newest_index_is_not_ready(
    services: Services, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has some time to open the index."""
    monkeypatch.setattr(services.engine, "refresh", lambda **_: False)
    Services(services.settings).engine.upsert([a_record("Lampes")])
    assert checks(client, 200) == {}

    monkeypatch.setattr(readiness, "MAX_LAG_S", -1)

    assert checks(client) == {"index": "lagging"}


def test_a_change_that_is_not_indexed_in_time_is_reported(
    services: Services, client: FlaskClient
) -> None:
    """The watcher process stores since when the change waits."""
    hour_ago = time.time() - 3600
    services.metrics.set_mark(Mark.INDEX_BEHIND_SINCE, hour_ago)

    assert checks(client) == {"index": "behind"}
    assert value(client, "kb_index_behind_seconds") >= 3600


def test_a_follower_that_ended_and_a_missing_watcher_are_reported(
    services: Services, client: FlaskClient
) -> None:
    """Only `kb serve` starts them."""
    services.content.follow()
    wait_until(lambda: services.engine.is_followed)
    assert checks(client) == {"watcher": "stopped"}

    with watcher_lock(services.settings.locations.instance).acquire():
        assert checks(client, 200) == {}
        services.content.stop_following()
        wait_until(lambda: not services.engine.is_followed)
        assert checks(client) == {"follower": "stopped"}


def test_a_disk_that_is_almost_full_is_reported(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each folder may be on a disk of its own."""
    monkeypatch.setattr(readiness, "MIN_FREE_BYTES", 1 << 60)

    assert checks(client) == {
        f"disk_{each}": "full" for each in ("instance", "index", "temporary")
    }


@pytest.mark.parametrize("content_of_file", [None, b"no database" * 99])
def test_a_missing_or_damaged_staff_database_is_reported(
    services: Services, client: FlaskClient, content_of_file: bytes | None
) -> None:
    """Visitors can search, but staff can't sign in."""
    assert checks(client, 200) == {}
    path = services.settings.database
    for each in path.parent.glob("staff.db*"):
        each.unlink()
    if content_of_file is not None:
        path.write_bytes(content_of_file)
        del services.__dict__["database"]

    assert checks(client) == {"staff_database": "unavailable"}


def test_metrics_count_requests_by_group_and_status(client: FlaskClient) -> None:
    """Only requests of the HTTP server count, not those that prepare the start."""
    client.get("/fr/")
    for path in ("/fr/search?q=rue", "/api/v1/search?q=rue", "/fr/", "/nowhere"):
        client.get(path, environ_overrides={RECEIVED_AT: time.monotonic() - 0.3})

    found = samples(client)

    def count(group: str, status: str) -> float:
        labels = {"group": group, "status": status}
        return found["kb_requests_total", frozenset(labels.items())]

    assert count("search", "2xx") == 2
    assert count("pages", "2xx") == 1
    assert count("other", "4xx") == 1
    assert count("staff", "2xx") == 0
    name, pages = "kb_response_seconds", ("group", "pages")
    assert found[f"{name}_count", frozenset([pages])] == 1
    assert found[f"{name}_sum", frozenset([pages])] >= 0.3
    assert found[f"{name}_bucket", frozenset([pages, ("le", "0.25")])] == 0
    assert found[f"{name}_bucket", frozenset([pages, ("le", "+Inf")])] == 1


def test_metrics_describe_index_disks_and_connections(
    services: Services, client: FlaskClient
) -> None:
    """Each name is stable: alerts depend on it."""
    services.metrics.count(ConnectionFault.MALFORMED)
    generation = services.engine.generation

    assert value(client, "kb_index_info", generation=generation) == 1
    assert value(client, "kb_index_age_seconds") >= 0
    assert value(client, "kb_index_behind_seconds") == 0
    assert value(client, "kb_records") == 16
    assert value(client, "kb_connection_faults_total", fault="malformed") == 1
    assert value(client, "kb_connection_faults_total", fault="late") == 0
    assert value(client, "kb_disk_free_bytes", folder="index") > 0
    assert value(client, "kb_ready", check="index") == 1


def test_metrics_describe_pools_and_the_slowest_views(
    services: Services, client: FlaskClient
) -> None:
    """An operator sees which requests wait, and for which view."""
    metrics = services.metrics
    metrics.set_load(Pool.EXPORTS, waiting=3, running=1)
    metrics.count(Pool.EXPORTS, PoolCount.REFUSED)
    views = sorted(client.application.view_functions)[:12]
    for seconds, view in enumerate(views):
        metrics.count_view(view, seconds)

    assert value(client, "kb_pool_waiting", pool="exports") == 3
    assert value(client, "kb_pool_running", pool="exports") == 1
    assert value(client, "kb_pool_refused_total", pool="exports") == 1
    assert value(client, "kb_pool_dropped_total", pool="exports") == 0
    assert value(client, "kb_view_requests_total", view=views[0]) == 1
    assert value(client, "kb_view_seconds_total", view=views[11]) == 11
    slowest = {
        dict(labels)["view"]
        for name, labels in samples(client)
        if name == "kb_view_slowest_seconds"
    }
    assert slowest == set(views[2:])


def test_metrics_count_the_files_that_wait_to_be_read(
    services: Services, client: FlaskClient
) -> None:
    """A queue that only grows tells that no worker reads."""
    instance = services.settings.locations.instance
    assert value(client, "kb_import_queue_files") == 0
    inbox = Inbox(instance)
    uploads = []
    for name in ("a.md", "b.md"):
        path = inbox.open() / name
        path.write_text("# Lampes\n", "utf-8")
        uploads.append(UploadedFile(path, name, 9))
    inbox.add(uploads, by="ada@example.org", at=utc_now(), locale=Locale.FR)

    assert value(client, "kb_import_queue_files") == 2


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("::ffff:127.0.0.1", {}, 200),
        ("192.0.2.7", {}, 404),
        ("", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 404),
        ("127.0.0.1", {"X-Real-IP": "127.0.0.1"}, 404),
    ],
)
def test_metrics_are_for_programs_on_this_machine(
    shared_workspace: Workspace,
    address: str,
    headers: dict[str, str],
    status: int,
) -> None:
    """A proxy on this machine must not make them public."""
    client = create_app(Settings(shared_workspace.locations)).test_client()

    response = client.get(
        "/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address}
    )

    assert response.status_code == status
    assert ("kb_requests_total" in response.text) == (status == 200)


def test_behind_a_proxy_metrics_need_a_token(
    shared_workspace: Workspace, tmp_path: Path
) -> None:
    """A proxy that adds no header would make a visitor look like this machine."""
    token = tmp_path / "token"
    token.write_text("long-and-secret\n")

    def status(settings: Settings, authorization: str) -> int:
        headers = {"Authorization": authorization}
        client = create_app(settings).test_client()
        return client.get("/metrics", headers=headers).status_code

    behind = Settings(shared_workspace.locations, proxies=1)
    with_token = dataclasses.replace(behind, metrics_token_file=token)
    assert status(behind, "") == 404
    assert status(with_token, "") == 404
    assert status(with_token, "Bearer wrong") == 404
    assert status(with_token, "Bearer long-and-secret") == 200
    token.write_text("")
    assert status(with_token, "Bearer ") == 404
