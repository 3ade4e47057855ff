"""The dump, read by independent libraries."""

import csv
import gzip
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from indexer.model.ids import Kind
from kb.app import create_app
from kb.core.settings import ServiceRole, Settings, read_settings
from tests.support.answers import body_of
from tests.support.builders import Workspace
from tests.support.matrix import matrix
from tests.support.server import service_environment

LINES = "/dump/records.jsonl.gz"
CSV = "/dump/records.csv.gz"


@pytest.fixture
def client(content: Workspace) -> FlaskClient:
    """Return a client of a service with an instance folder of its own."""
    return create_app(Settings(content.locations)).test_client()


def records_in(body: bytes) -> list[dict[str, Any]]:
    """Return the objects of a compressed JSON Lines file."""
    return [json.loads(line) for line in gzip.decompress(body).splitlines()]


def test_the_dump_has_each_record_as_the_api_returns_it(client: FlaskClient) -> None:
    """With absolute addresses, and the licence."""
    records = records_in(client.get(LINES, buffered=True).data)

    listed = body_of(client.get("/api/v1/records?per_page=200"))["results"]
    assert len(records) == len(listed)
    for dumped, record in zip(records, listed, strict=True):
        assert dumped["url"]["fr"] == f"http://127.0.0.1:8000{record['url']['fr']}"
        assert {**dumped, "url": None} == {
            **record,
            "url": None,
            "license": "CC-BY-4.0",
        }


def test_the_table_has_a_row_for_each_record(client: FlaskClient) -> None:
    """Its columns have the names of the API."""
    text = gzip.decompress(client.get(CSV, buffered=True).data).decode()

    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    names = [(row["kind"], row["id"]) for row in rows]
    assert names == [
        (each["kind"], each["id"])
        for each in records_in(client.get(LINES, buffered=True).data)
    ]
    lamps = rows[names.index(("practice", "newtown-lamps"))]
    assert lamps["title_en"] == "Newtown: lighting the lanes again"
    assert lamps["url_fr"] == "http://127.0.0.1:8000/fr/practices/newtown-lamps"
    assert lamps["license"] == "CC-BY-4.0"


def test_the_dump_is_described_in_headers(client: FlaskClient) -> None:
    """HEAD, ETag, Last-Modified, ranges and the licence."""
    head = client.head(LINES, buffered=True)
    whole = client.get(LINES, buffered=True)

    assert (head.status_code, head.data) == (200, b"")
    assert head.content_length == len(whole.data)
    assert head.mimetype == "application/gzip"
    assert head.last_modified is not None
    assert "creativecommons.org/licenses/by/4.0" in head.headers["Link"]
    etag = head.headers["ETag"]
    part = client.get(
        LINES, headers={"Range": "bytes=10-19", "If-Range": etag}, buffered=True
    )
    assert (part.status_code, part.data) == (206, whole.data[10:20])
    again = client.get(LINES, headers={"If-None-Match": etag}, buffered=True)
    assert again.status_code == 304


def test_a_change_of_the_content_makes_another_dump(content: Workspace) -> None:
    """The earlier file is deleted; the same content makes the same bytes."""
    app = create_app(Settings(content.locations))
    client = app.test_client()
    before = client.get(LINES, buffered=True)
    content.replace("practices/newtown-lamps/en.md", "Newtown:", "New town:")
    app.extensions["kb-services"].content.update_index()

    after = client.get(LINES, buffered=True)

    assert after.headers["ETag"] != before.headers["ETag"]
    assert b"New town:" in gzip.decompress(after.data)
    folder = content.locations.instance / "dump"
    [made] = folder.glob("*.jsonl.gz")
    made.unlink()
    assert client.get(LINES, buffered=True).data == after.data


def test_a_reader_sends_the_dump(content: Workspace) -> None:
    """It makes its own from the copied content: the same bytes."""
    writer = create_app(Settings(content.locations)).test_client()
    expected = writer.get(LINES, buffered=True)
    (content.locations.instance / "dump" / "x").parent.rename(content.root / "moved")
    settings = Settings(content.locations).with_role(ServiceRole.READER)

    answer = create_app(settings).test_client().get(LINES, buffered=True)

    assert answer.data == expected.data
    assert answer.headers["ETag"] == expected.headers["ETag"]


def test_a_dump_that_cannot_be_written_is_unavailable(content: Workspace) -> None:
    """The error is a page; nothing half-written is sent."""
    folder = content.locations.instance / "dump"
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("in the way", "utf-8")
    client = create_app(Settings(content.locations)).test_client()

    answer = client.get(LINES, buffered=True)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"


def test_no_draft_is_dumped(client: FlaskClient, content: Workspace) -> None:
    """Only what visitors may read."""
    folder = content.locations.drafts / "bundle" / Kind.PRACTICE.folder / "secret"
    folder.mkdir(parents=True)
    (folder / "record.yaml").write_text("id: secret\n", "utf-8")

    assert "secret" not in {
        each["id"] for each in records_in(client.get(LINES, buffered=True).data)
    }


@pytest.mark.load
@pytest.mark.parametrize("base_url", matrix("", rest=["https://kb.example.org/base"]))
def test_a_request_finds_the_dump_that_the_command_made(
    content: Workspace, monkeypatch: pytest.MonkeyPatch, base_url: str
) -> None:
    """The service runs the command after each change: no request waits for the dump."""
    environ = service_environment(content.root, content.documents, port=8000)
    for name, value in (environ | {"KB_BASE_URL": base_url}).items():
        monkeypatch.setenv(name, value)
    command = [sys.executable, "-m", "kb.cli.main", "export", "dump"]
    done = subprocess.run(  # noqa: S603  # our own command
        command, check=True, capture_output=True, text=True
    )
    settings = read_settings()
    folder = settings.locations.instance / "dump"
    times = {each: each.stat().st_mtime_ns for each in folder.glob("*.gz")}
    client = create_app(settings).test_client()

    for path in (LINES, CSV):
        answer = client.get(path, base_url=settings.own_url, buffered=True)
        assert answer.status_code == 200

    assert {each: each.stat().st_mtime_ns for each in folder.glob("*.gz")} == times
    assert {Path(line) for line in done.stderr.splitlines()} == set(times)
    assert len(times) == 2
