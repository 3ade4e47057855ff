"""The command `kb harvest`, on servers of this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from indexer.model.tables import SentTable
from indexer.readers.sandbox.protocol import DEFAULT_LIMITS
from indexer.readers.sandbox.sandbox import IsolatedReader
from indexer.readers.tables.table_reader import read_table
from kb.app import create_app
from kb.core.link_client import LinkClient, answer_message
from kb.core.settings import Settings
from kb.publishing.imports.table_inbox import TableInbox, WaitingTable
from tests.kb.cli.conftest import RunKb
from tests.support.builders import Workspace
from tests.support.http_threads import served_in_thread

DC = 'xmlns="http://purl.org/dc/elements/1.1/"'


class Repository(ThreadingHTTPServer):
    """A repository of five records, two in each part of a list."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[dict[str, str]] = []
        self.is_broken = False

    def answer(self, query: dict[str, str]) -> str:
        """Return the answer to a request."""
        self.asked.append(query)
        token = query.get("resumptionToken")
        if "from" in query:
            return '<error code="noRecordsMatch"/>'
        start = int(token or "0")
        records = "".join(map(_record, range(start, min(start + 2, 5))))
        more = f"<resumptionToken>{start + 2}</resumptionToken>" if start < 4 else ""
        return f"<ListRecords>{records}{more}</ListRecords>"


def _record(number: int) -> str:
    return (
        f"<record><metadata><dc {DC}><title>Study {number}</title>"
        f"<identifier>https://example.org/{number}</identifier></dc></metadata></record>"
    )


class _Handler(BaseHTTPRequestHandler):
    server: Repository

    def do_GET(self) -> None:  # the name that http.server calls
        """Answer a request of the list; a busy server asks for patience first."""
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        is_busy = not self.server.asked
        is_broken = self.server.is_broken and query.get("resumptionToken") == "4"
        if is_busy or is_broken:
            self.server.asked.append({})
            self.send_response(503 if is_busy else 500)
            self.send_header("Retry-After", "0")
            self.end_headers()
            return
        body = (
            '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>'
            f"2026-11-02T09:00:00Z</responseDate>{self.server.answer(query)}</OAI-PMH>"
        )
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read answers in this process: the tests of the reader use the sandbox."""

    def table(_reader: IsolatedReader, path: Path) -> SentTable:
        return read_table("answer", path.read_bytes(), DEFAULT_LIMITS)

    monkeypatch.setattr(IsolatedReader, "table", table)


@contextmanager
def a_repository() -> Iterator[Repository]:
    """Serve a repository during the block."""
    served = Repository()
    Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01}).start()
    try:
        yield served
    finally:
        served.shutdown()
        served.server_close()


def tables(workspace: Workspace) -> tuple[WaitingTable, ...]:
    """Return the tables that wait for staff, the newest first."""
    return TableInbox(workspace.locations.instance).all()


def titles(workspace: Workspace) -> list[str]:
    """Return the titles of all harvested references."""
    found = (row for table in tables(workspace) for row in table.table.rows)
    return sorted(row.cells["original_title"] for row in found)


def test_a_harvest_goes_on_where_it_stopped(run: RunKb, workspace: Workspace) -> None:
    """A later run asks for what is new; duplicates are counted."""
    with a_repository() as repository:
        url = f"http://127.0.0.1:{repository.server_port}/oai"
        options = (url, "--pause", "0", "--private", "--set", "cities")
        repository.is_broken = True

        broken = run("harvest", *options)

        assert broken.exit_code == 3
        assert "HTTP 500" in broken.output
        assert len(titles(workspace)) == 4
        repository.is_broken = False
        done = run("harvest", *options)
        assert done.exit_code == 0, done.output
        assert "new references under “Add”: 1" in done.output
        assert titles(workspace) == [f"Study {number}" for number in range(5)]
        assert repository.asked[1] == {
            "verb": "ListRecords",
            "metadataPrefix": "oai_dc",
            "set": "cities",
        }
        assert repository.asked[-1] == {"verb": "ListRecords", "resumptionToken": "4"}
        assert run("harvest", *options).exit_code == 0
        assert repository.asked[-1]["from"] == "2026-11-02"
        assert len(titles(workspace)) == 5
        assert run("harvest", url, "--pause", "0").exit_code == 3


def test_our_own_repository_is_harvested(run: RunKb, workspace: Workspace) -> None:
    """All that is in it is told to be there already."""
    app = create_app(Settings(workspace.locations))
    with served_in_thread(app) as (_host, port):
        url = f"http://127.0.0.1:{port}/oai"
        done = run("harvest", url, "--pause", "0", "--private")

    count = len(titles(workspace))
    assert done.exit_code == 0, done.output
    assert count > 10
    assert f"{count}; that look like records that exist: {count}" in done.output


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://127.0.0.1:9/oai"])
def test_other_addresses_are_refused(run: RunKb, url: str) -> None:
    """A private address needs the flag, and only the web is asked."""
    refused = run("harvest", url, "--pause", "0")

    assert refused.exit_code == 3
    assert "private network" in refused.output or "address of the web" in refused.output


def test_a_body_that_is_too_large_is_not_read() -> None:
    """The client reads one byte more than it was told, and fails."""
    with a_repository() as repository:
        client = LinkClient("test", pause_s=0, asks_private=True)
        url = f"http://127.0.0.1:{repository.server_port}/oai"
        client.get(url, 1000)

        answer, body = client.get(url, 100)

    assert str(answer_message(answer.text)) == "its answer is too large"
    assert body == b""
