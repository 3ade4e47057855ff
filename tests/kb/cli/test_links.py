"""The command `kb content links`, on servers of this machine."""

import dataclasses
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from click.testing import Result

from kb.cli.links import MAX_SILENT_HOSTS
from kb.core.link_client import LinkClient, LinkState
from kb.core.settings import read_settings
from kb.database.source_links import SourceLink
from kb.database.staff_database import StaffDatabase
from kb.services import Services
from tests.kb.cli.conftest import RunKb
from tests.support.builders import Workspace
from tests.support.server import a_free_port
from tests.support.staff import HandClock

ANSWERS: dict[str, tuple[int, dict[str, str]]] = {
    "/alive": (200, {}),
    "/gone": (404, {}),
    "/closed": (403, {}),
    "/moved": (301, {"Location": "/caf\xe9"}),
    "/caf%E9": (200, {}),
    "/lent": (302, {"Location": "/gone"}),
    "/circle": (308, {"Location": "/circle"}),
    "/busy": (429, {"Retry-After": "3600"}),
    "/inside": (302, {"Location": "http://127.0.0.2:9/"}),
    "/no-head": (405, {}),
}


class Site(ThreadingHTTPServer):
    """A server that answers as `ANSWERS` says, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str]] = []
        self.agents: set[str] = set()

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://127.0.0.1:{self.server_port}{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_HEAD(self) -> None:  # the name that http.server calls
        """Answer a HEAD request."""
        self._answer(*ANSWERS[self.path])

    def do_GET(self) -> None:
        """Answer a GET request, which must ask for a part only."""
        is_part = self.headers["Range"] == "bytes=0-1023"
        refused = ANSWERS[self.path]
        self._answer(*((206, {}) if is_part and refused[0] == 405 else refused))

    def _answer(self, status: int, headers: dict[str, str]) -> None:
        self.server.asked.append((self.command, self.path))
        self.server.agents.add(self.headers["User-Agent"])
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def a_site() -> Iterator[Site]:
    """Serve a site during the block."""
    site = Site()
    Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01}).start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    """Return a site that is served."""
    with a_site() as served:
        yield served


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> HandClock:
    """Return the clock of the command."""
    hand = HandClock()

    def opened() -> Services:
        settings = dataclasses.replace(read_settings(), uses_meaning=False)
        return Services(settings, clock=hand)

    monkeypatch.setattr("kb.cli.links.open_services", opened)
    return hand


def with_sources(workspace: Workspace, *urls: str) -> None:
    """Make addresses the only ones of the content."""
    for path in workspace.documents.glob("*/*/record.yaml"):
        text = re.sub(r"\nsources:.*(\n  .*)*", "", path.read_text("utf-8"))
        if path.parent.name == "newtown-lamps":
            text += "".join(["\nsources:\n", *(f"  - {url}\n" for url in urls)])
        path.write_text(text, "utf-8")


def links(run: RunKb, *args: str) -> Result:
    """Run the command without pauses."""
    return run("content", "links", "--pause", "0", "--allow", "127.0.0.1", *args)


def stored(workspace: Workspace) -> dict[str, SourceLink]:
    """Return what is stored, by the path of the address."""
    path = workspace.locations.instance / "staff.db"
    found = StaffDatabase(path, b"secret").source_links.all()
    return {"/" + url.split("/", 3)[3]: link for url, link in found.items()}


def test_answers_are_stored_and_printed(
    run: RunKb,
    workspace: Workspace,
    site: Site,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A refusal of HEAD is no answer, one of programs no failure, a move is named."""
    monkeypatch.setenv("KB_BASE_URL", "https://base.example.org")
    paths = [path for path in ANSWERS if path != "/busy" and "%" not in path]
    with_sources(workspace, *map(site.url, paths))

    done = links(run)

    found = stored(workspace)
    assert done.exit_code == 0, done.output
    assert {path: link.answer for path, link in found.items()} == {
        "/alive": "200",
        "/gone": "404",
        "/closed": "403",
        "/moved": "200",
        "/lent": "404",
        "/circle": "redirects",
        "/inside": "private",
        "/no-head": "206",
    }
    alive = {path for path, link in found.items() if link.alive_at == clock.now}
    assert alive == {"/alive", "/moved", "/no-head"}
    failed = {path for path, link in found.items() if link.failures}
    assert failed == {"/gone", "/lent", "/circle", "/inside"}
    assert f"{site.url('/moved')}: moved permanently to {site.url('/caf%E9')}" in (
        done.stdout
    )
    assert f"practices/newtown-lamps: {site.url('/gone')}: HTTP 404" in done.stdout
    assert "/alive" not in done.stdout
    assert "addresses tested: 8; that failed: 4; left: 0" in done.stderr
    assert ("GET", "/no-head") in site.asked
    assert ("GET", "/alive") not in site.asked
    [agent] = site.agents
    assert "+https://base.example.org" in agent


def test_an_address_is_dead_after_failures_on_two_days(
    run: RunKb, workspace: Workspace, site: Site, clock: HandClock
) -> None:
    """Two tests of one day count once; an answer ends the count."""
    with_sources(workspace, site.url("/gone"), site.url("/alive"))
    links(run)
    links(run, "--again")
    assert not stored(workspace)["/gone"].is_dead

    clock.advance(days=1)
    seen = clock.now
    links(run)

    assert stored(workspace)["/gone"].is_dead
    assert stored(workspace)["/gone"].alive_at is None
    ANSWERS["/gone"], ANSWERS["/alive"] = ANSWERS["/alive"], ANSWERS["/gone"]
    try:
        clock.advance(days=40)
        links(run)
    finally:
        ANSWERS["/gone"], ANSWERS["/alive"] = ANSWERS["/alive"], ANSWERS["/gone"]
    assert stored(workspace)["/gone"].alive_at == clock.now
    assert not stored(workspace)["/gone"].is_dead
    assert stored(workspace)["/alive"].alive_at == seen


def test_a_run_goes_on_where_it_was_stopped(
    run: RunKb, workspace: Workspace, site: Site, clock: HandClock
) -> None:
    """What was tested within thirty days is left out, but for one: the control."""
    del clock
    with_sources(workspace, *map(site.url, ("/alive", "/no-head", "/moved")))

    first = links(run, "--limit", "2")
    assert len(stored(workspace)) == 2
    assert "left: 1" in first.stderr
    links(run)
    assert len(stored(workspace)) == 3
    asked = len(site.asked)
    last = links(run)

    assert "addresses tested: 0" in last.stderr
    assert len(site.asked) == asked
    assert "addresses tested: 3" in links(run, "--again").stderr


def test_a_network_that_is_down_marks_nothing(
    run: RunKb, workspace: Workspace, clock: HandClock
) -> None:
    """The command stops after a few servers, and says why."""
    del clock
    ports = [a_free_port() for _ in range(MAX_SILENT_HOSTS + 1)]
    with_sources(workspace, *(f"http://127.0.0.1:{port}/x" for port in ports))

    stopped = links(run)

    assert stopped.exit_code == 3
    assert "look at the network of this machine" in stopped.stderr
    assert stored(workspace) == {}


def test_a_server_that_does_not_answer_is_stored_when_another_does(
    run: RunKb, workspace: Workspace, site: Site, clock: HandClock
) -> None:
    """The network of this machine works then."""
    del clock
    silent = f"http://127.0.0.1:{a_free_port()}/silent"
    with_sources(workspace, silent, site.url("/alive"))

    assert links(run).exit_code == 0

    assert stored(workspace)["/silent"].answer == "no-answer"


def test_a_busy_server_is_left_for_the_next_run(
    run: RunKb, workspace: Workspace, site: Site, clock: HandClock
) -> None:
    """It asked for an hour."""
    del clock
    with_sources(workspace, *(site.url(f"/busy?{number}") for number in range(9)))
    for number in range(9):
        ANSWERS[f"/busy?{number}"] = ANSWERS["/busy"]

    done = links(run)

    assert done.exit_code == 0
    assert len(site.asked) == 1
    assert stored(workspace) == {}


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://127.0.0.1:1/", "private"),
        ("http://[::ffff:10.0.0.1]/", "private"),
        ("http://169.254.169.254/latest/meta-data/", "private"),
        ("ftp://example.org/", "invalid"),
        ("http://a..b/", "invalid"),
        ("http://example.org:99999/", "invalid"),
    ],
)
def test_private_networks_are_never_asked(url: str, fault: str) -> None:
    """A source may name anything."""
    answer = LinkClient("test", pause_s=0).ask(url)

    assert (answer.state, answer.text) == (LinkState.FAILED, fault)
