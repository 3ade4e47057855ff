"""The HTTP server: limits of request bodies, and time limits for clients."""

import errno
import http.client
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from kb.core.metrics import ConnectionFault, Pool
from kb.core.request_limits import REJECTED_BODY, BodyLimits
from kb.server import http_server
from kb.server.http_server import HttpServer
from kb.server.pools import Pools, PoolSize
from tests.support.http_threads import served_in_thread
from tests.support.polling import wait_until

pytestmark = pytest.mark.load

LIMITS = {
    "/open": BodyLimits(10),
    "/form": BodyLimits(10, discarded=10_000_000),
    "/chunked": BodyLimits(100),
    "/spool": BodyLimits(10_000_000),
}

Connect = Callable[[], socket.socket]


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer with the rejection, the declared length and the stored length."""
    body = environ["wsgi.input"].read()
    length = environ.get("CONTENT_LENGTH", "")
    text = f"{environ.get(REJECTED_BODY)!r} {length} {len(body)}"
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [text.encode()]


def limits_of(headers: Mapping[str, str]) -> BodyLimits:
    """Return the limits of a path."""
    return LIMITS[headers["PATH_INFO"]]


@pytest.fixture
def pools() -> Pools:
    """Return the threads of the server, with the metrics that it counts faults in."""
    return Pools({Pool.PAGES: PoolSize(1)})


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch, pools: Pools) -> Iterator[Connect]:
    """Start a server whose time limits are short; return a function that connects."""
    monkeypatch.setattr(http_server, "HEADER_TIMEOUT_S", 0.1)
    opened: list[socket.socket] = []
    with served_in_thread(application, limits=limits_of, pools=pools) as address:

        def connect() -> socket.socket:
            opened.append(socket.create_connection(address, timeout=10))
            return opened[-1]

        yield connect
        for client in opened:
            client.close()


def faults_of(pools: Pools) -> dict[ConnectionFault, float]:
    """Return the number of faults that the server counted, of those that it did."""
    counts = {fault: pools.metrics.total(fault) for fault in ConnectionFault}
    return {fault: count for fault, count in counts.items() if count}


def read_all(client: socket.socket) -> str:
    """Read until the server closes the connection; "" after a reset."""
    received = b""
    try:
        while block := client.recv(65536):
            received += block
    except ConnectionResetError:
        return ""
    return received.decode()


def answer(client: socket.socket, path: str, body: bytes, *more: str) -> str:
    """Send a POST request; return the whole response."""
    lines = [f"POST {path} HTTP/1.1", "Host: x", "Connection: close", *more]
    if "Transfer-Encoding: chunked" not in more:
        lines.append(f"Content-Length: {len(body)}")
    client.sendall("\r\n".join([*lines, "", ""]).encode() + body)
    return read_all(client)


def test_a_body_within_the_limit_reaches_the_application(connect: Connect) -> None:
    """The limit itself is allowed."""
    assert answer(connect(), "/open", b"0123456789").endswith("None 10 10")


def test_a_body_over_the_limit_is_answered_before_it_is_sent(connect: Connect) -> None:
    """The client has sent only the headers when the application answers."""
    client = connect()
    client.sendall(b"POST /open HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n")
    assert read_all(client).endswith("True 11 0")


def test_a_rejected_body_is_not_invited(connect: Connect) -> None:
    """A client that waits for `100 Continue` gets the final answer instead."""
    client = connect()
    client.sendall(
        b"POST /open HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n"
        b"Expect: 100-continue\r\n\r\n"
    )
    response = read_all(client)
    assert "100 Continue" not in response
    assert response.endswith("True 11 0")


@pytest.mark.parametrize("more", [b"", b"Content-Length: 0\r\n"])
def test_a_request_without_a_body_is_answered_whatever_it_expects(
    connect: Connect, more: bytes
) -> None:
    """`Expect: 100-continue` invites no body where none is announced."""
    client = connect()
    client.sendall(
        b"GET /open HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Expect: 100-continue\r\n" + more + b"\r\n"
    )
    response = read_all(client)
    assert response.startswith("HTTP/1.1 200 ")
    assert "100 Continue" not in response


def test_a_body_between_the_limits_is_read_and_discarded(connect: Connect) -> None:
    """A browser displays the answer only after it has sent the whole form."""
    response = answer(connect(), "/form", b"x" * 1_000_000)
    assert response.endswith("True 1000000 0")


def test_a_chunked_body_is_limited(connect: Connect) -> None:
    """A chunked request declares no length: its bytes are counted."""
    chunked = "Transfer-Encoding: chunked"
    assert (
        answer(connect(), "/chunked", b"3\r\nabc\r\n0\r\n\r\n", chunked)[-3:] == "3 3"
    )
    assert " 413 " in answer(connect(), "/chunked", b"ff\r\n" + b"x" * 255, chunked)


def test_a_full_disk_is_reported_to_the_application(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The application then answers in the reader's language."""

    def full(*_args: Any, **_options: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("waitress.buffers.TempfileBasedBuffer", full)
    assert "OSError(28" in answer(connect(), "/spool", b"x" * 200_000)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /open HTTP/1.1\r\nHost: x\r\n",
        b"POST /open HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc",
    ],
    ids=["silent", "headers", "body"],
)
def test_a_client_that_sends_no_whole_request_is_disconnected(
    connect: Connect, pools: Pools, sent: bytes
) -> None:
    """The time limit covers silence, headers and body."""
    client = connect()
    client.sendall(sent)
    assert read_all(client) == ""
    assert faults_of(pools) == {ConnectionFault.LATE: 1}


def test_slow_clients_occupy_no_thread(connect: Connect) -> None:
    """The server of this test has one thread."""
    for _ in range(20):
        connect().sendall(b"POST /open HTTP/1.1\r\nContent-Length: 9\r\n\r\na")
    assert answer(connect(), "/open", b"abc").endswith("None 3 3")


def test_at_the_limit_the_connections_that_wait_longest_are_closed(
    connect: Connect, pools: Pools, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New visitors can still connect, and active ones stay."""
    monkeypatch.setattr(http_server, "HEADER_TIMEOUT_S", 1000)
    monkeypatch.setattr(http_server, "MAX_CONNECTIONS", 10)
    clients = [connect() for _ in range(10)]
    assert read_all(clients[0]) == ""
    assert answer(connect(), "/open", b"abc").endswith("None 3 3")
    assert answer(clients[-1], "/open", b"abc").endswith("None 3 3")
    assert faults_of(pools)[ConnectionFault.CROWDED_OUT] >= 1


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        (b"\x16\x03\x01 SECRET", ConnectionFault.MALFORMED),
        (b"SECRET", ConnectionFault.MALFORMED),
        (b"GET /SECRET%zz\xe9 HTTP/1.1", ConnectionFault.MALFORMED),
        (b"GET http://[SECRET]/ HTTP/1.1", ConnectionFault.MALFORMED),
        (b"GET http://[::1 HTTP/1.1", ConnectionFault.MALFORMED),
        (
            b"POST /open HTTP/1.1\r\nContent-Length: " + b"9" * 5000,
            ConnectionFault.MALFORMED,
        ),
        (
            b"POST /open HTTP/1.1\r\nTransfer-Encoding: gzip",
            ConnectionFault.MALFORMED,
        ),
        (b"GET /SECRET" + b"x" * 40_000 + b" HTTP/1.1", ConnectionFault.TOO_LARGE),
    ],
    ids=["tls", "line", "path", "host", "bracket", "length", "coding", "long"],
)
def test_a_bad_request_line_is_counted_but_not_logged(
    connect: Connect,
    pools: Pools,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    sent: bytes,
    fault: ConnectionFault,
) -> None:
    """Anybody can send such lines: they would fill the log."""
    client = connect()
    client.sendall(sent + b"\r\n\r\n")
    # The rest of a long line, which the server does not read, resets the connection.
    assert read_all(client).split()[1:2] in [["400"], ["501"], ["431"], []]
    assert faults_of(pools) == {fault: 1}
    assert caplog.text == ""
    assert capfd.readouterr().err == ""


def step_until_idle(server: HttpServer) -> None:
    """Run a server until no request is in progress."""

    def is_idle() -> bool:
        server.step(0.01)
        return server.is_idle

    wait_until(is_idle)


@contextmanager
def stepped_server() -> Iterator[tuple[HttpServer, tuple[str, int]]]:
    """Yield a server that runs only when the test calls `step`, and its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    pools = Pools({Pool.PAGES: PoolSize(1)})
    server = HttpServer(application, [listening], pools=pools, body_limits=limits_of)
    try:
        yield server, listening.getsockname()
    finally:
        server.close()


def test_a_server_that_stops_answers_the_connections_that_it_accepted() -> None:
    """The request of a new connection may still be on its way."""
    with (
        stepped_server() as (server, address),
        socket.create_connection(address, timeout=10) as client,
    ):
        server.step(1)
        server.stop_accepting()
        assert not server.is_idle

        client.sendall(b"GET /open HTTP/1.1\r\nHost: x\r\n\r\n")
        step_until_idle(server)

        response = http.client.HTTPResponse(client)
        response.begin()
        assert response.status == 200
        assert response.headers["Connection"] == "close"


def test_a_server_that_stops_does_not_wait_for_silent_clients(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They would delay each restart."""
    monkeypatch.setattr(http_server, "ARRIVAL_S", 0.05)
    with (
        stepped_server() as (server, address),
        socket.create_connection(address, timeout=10) as silent,
        socket.create_connection(address, timeout=10) as slow,
    ):
        slow.sendall(b"GET /open HTTP/1.1\r\n")
        server.step(1)
        server.stop_accepting()

        step_until_idle(server)
        assert silent.fileno() > 0
