"""What browsers keep, and the files of the day."""

import gzip
import json
import re
from dataclasses import asdict

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.app import create_app
from kb.core.settings import Settings
from kb.open_data.offline import (
    COPY_FILE,
    KEPT_PAGES,
    MANIFEST,
    OfflineFiles,
    has_outdated_files,
    offline_folder,
    offline_state,
)
from kb.services import Services
from tests.support.builders import Workspace

LAMPS = "practices/newtown-lamps"


@pytest.fixture
def app(content: Workspace) -> Flask:
    """Return an application with an instance folder of its own."""
    return create_app(Settings(content.locations))


def write_files(app: Flask, *ids: str) -> Services:
    """Write files of a day that contain these records; return the services."""
    services: Services = app.extensions["kb-services"]
    folder = offline_folder(services)
    (folder / "today").mkdir(parents=True)
    sizes = {COPY_FILE: 3, "search-fr.js": 9, "search-en.js": 9}
    for name in sizes:
        (folder / "today" / name).write_bytes(gzip.compress(b"let a;"))
    files = OfflineFiles("today", offline_state(services), "2026-12-01", ids, sizes)
    (folder / MANIFEST).write_text(json.dumps(asdict(files)), "utf-8")
    return services


@pytest.mark.parametrize(
    ("path", "is_kept"),
    [
        ("fr/", True),
        ("fr/practices/", True),
        ("en/deliverables/d9.1", True),
        ("en/dossier", True),
        ("fr/search", False),
        ("fr/compare", False),
        ("fr/report", False),
        ("fr/propose", False),
        ("fr/messages/key", False),
        ("fr/alerts/confirm/key", False),
        ("fr/staff/", False),
        ("fr/staff/records/practices/x", False),
        ("fr/dossier.pdf", False),
        ("fr/deliverables/d9.1/files/a.pdf", False),
        ("api/v1/records", False),
        ("fr/api", False),
    ],
)
def test_only_public_pages_are_kept(path: str, *, is_kept: bool) -> None:
    """No page of staff, no form, no file, no search and nothing for programs."""
    assert bool(re.search(KEPT_PAGES, path)) is is_kept


def test_the_files_of_the_day_are_sent_until_a_record_is_withdrawn(app: Flask) -> None:
    """Then they are deleted, and the worker names no search."""
    client = app.test_client()
    services = write_files(app, LAMPS)
    worker = client.get("/sw.js").text
    assert "/offline/search-fr.js?v=today" in worker
    sent = client.get("/offline/search-fr.js", buffered=True)
    assert sent.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(sent.data) == b"let a;"
    assert client.get("/offline/site.zip", buffered=True).status_code == 200
    assert "1 décembre 2026" in client.get("/fr/offline").text.replace("1er", "1")
    assert not has_outdated_files(services)

    manifest = offline_folder(services) / MANIFEST
    manifest.write_text(manifest.read_text("utf-8").replace(LAMPS, "practices/gone"))

    assert client.get("/offline/site.zip").status_code == 404
    assert "search-fr.js?v=" not in client.get("/sw.js").text
    assert has_outdated_files(services)
    assert not list(offline_folder(services).iterdir())
    assert not has_outdated_files(services)


def test_no_private_page_registers_the_worker(app: Flask) -> None:
    """Staff pages and the forms of visitors have no script that does it."""
    client = app.test_client()
    scripts = {
        path: 'data-worker="/sw.js"' in client.get(path).text
        for path in ("/fr/", "/fr/report", "/fr/staff/sign-in", f"/en/{LAMPS}")
    }

    assert scripts == {
        "/fr/": True,
        "/fr/report": False,
        "/fr/staff/sign-in": False,
        f"/en/{LAMPS}": True,
    }
    policy = client.get("/sw.js").headers["Content-Security-Policy"]
    assert "worker-src 'self'" in policy


def test_off_the_worker_forgets_all_and_goes(content: Workspace) -> None:
    """No page registers it, and there is nothing to download."""
    app = create_app(Settings(content.locations, keeps_offline=False))
    client: FlaskClient = app.test_client()
    write_files(app, LAMPS)

    worker = client.get("/sw.js").text
    assert "registration.unregister()" in worker
    assert '"fetch"' not in worker
    assert "sw.js" not in client.get("/fr/").text
    assert "site.zip" not in client.get("/fr/offline").text
    assert client.get("/offline/site.zip").status_code == 404
