"""The HTTP server of a worker: waitress, with time limits for clients.

One I/O loop reads requests and sends responses, at whatever speed the clients have. A
thread computes a response only after the whole request has arrived, and is free again
when the response is in the send buffer: slow clients cannot use up the threads. The
loop goes on reading while a request waits for a thread, and so sees that a client left.
"""

import copy
import io
import logging
import socket
import sys
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, Literal

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, WSGITask

from kb.core.metrics import RECEIVED_AT, ConnectionFault
from kb.core.request_limits import REFUSED, REJECTED_BODY, GetBodyLimits
from kb.server.pools import Pools, PoolThreads

MAX_CONNECTIONS = 1000
"""Open connections of one worker; beyond it, the slowest clients are disconnected."""

DISCONNECTED_SHARE = 10
"""At the limit, one connection in ten is closed."""

MAX_HEADER_BYTES = 32_768
"""Request line and headers: a query of a thousand accented letters takes 6 kB."""

HEADER_TIMEOUT_S = 10
"""Time for the first request of a connection, and for the headers of each request."""

IDLE_TIMEOUT_S = 30
"""Time between two requests, and for a client that reads nothing of a response."""

MIN_BODY_BYTES_PER_S = 4096
"""A request body that arrives more slowly than this is abandoned."""

SPOOL_BYTES = 65_536
"""Longer request bodies are buffered in a temporary file."""

ARRIVAL_S = 1.0
"""A server that stops still waits this long for a request that is arriving."""

MAX_BUFFERED_RESPONSE_BYTES = 64 * 1024 * 1024
"""A thread waits for the client beyond this; files are sent without a thread."""

logger = logging.getLogger(__name__)


class HttpServer:
    """Serves a WSGI application on listening sockets, in the thread that runs it."""

    def __init__(
        self,
        application: Callable[..., Any],
        sockets: Iterable[socket.socket],
        *,
        pools: Pools,
        body_limits: GetBodyLimits,
    ) -> None:
        """Serve the sockets once `step` is called.

        Args:
            application: the WSGI application.
            sockets: bound and listening.
            pools: the threads that compute responses.
            body_limits: how much of a request body is read.
        """
        self._pools = pools
        self._map: dict[int, Any] = {}
        self._limits = limits = _limits()
        limits.body_limits, limits.pools = body_limits, pools
        self._listeners = [
            _Listener(
                application,
                self._map,
                _sock=each,
                dispatcher=pools.pages,
                adj=limits,
                sockinfo=(each.family, each.type, None, each.getsockname()),
                bind_socket=False,
            )
            for each in sockets
        ]

    @property
    def is_idle(self) -> bool:
        """Whether no request arrives or is in progress, and no response is unsent."""
        now = time.time()
        return not any(
            connection.is_busy(now)
            for listener in self._listeners
            for connection in listener.active_channels.values()
        )

    def step(self, timeout_s: float) -> None:
        """Handle the events of the sockets, after waiting for one up to a time."""
        wasyncore.loop(timeout=timeout_s, use_poll=True, map=self._map, count=1)

    def wake(self) -> None:
        """End the current `step` at once; a signal handler may call this."""
        self._listeners[0].pull_trigger()

    def stop_accepting(self) -> None:
        """Leave new connections to the other workers, and close ours after use."""
        self._limits.is_stopping = True
        for listener in self._listeners:
            listener.accepting = False

    def close(self) -> None:
        """Stop the threads, and close all connections."""
        self._pools.shutdown()
        wasyncore.close_all(self._map)


def _limits() -> Any:
    limits = Adjustments(
        # Read beyond the request that waits, to see that its client has gone.
        channel_request_lookahead=1,
        # `_Listener.maintenance` closes connections before waitress stops accepting.
        connection_limit=2 * MAX_CONNECTIONS,
        channel_timeout=IDLE_TIMEOUT_S,
        cleanup_interval=1,
        max_request_header_size=MAX_HEADER_BYTES,
        inbuf_overflow=SPOOL_BYTES,
        outbuf_high_watermark=MAX_BUFFERED_RESPONSE_BYTES,
        log_socket_errors=False,
        ident=None,
        max_request_body_size=sys.maxsize,
        # The application reads the headers of proxies.
        clear_untrusted_proxy_headers=False,
    )
    limits.is_stopping = False
    return limits


class _DiscardedBody:
    """Counts the bytes of a request body, and stores none."""

    error = None

    def __init__(self, length: int) -> None:
        self._remaining = length

    def __len__(self) -> int:
        return 0

    @property
    def completed(self) -> bool:
        return not self._remaining

    def received(self, data: bytes) -> int:
        used = min(len(data), self._remaining)
        self._remaining -= used
        return used

    def getfile(self) -> io.BytesIO:
        return io.BytesIO()

    getbuf = getfile


class _Request(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """A request, whose body is stored only up to the limit of the application."""

    adj: Any
    expect_continue: bool
    rejection: Literal[True] | OSError | None = None
    received_at = 0.0
    view = ""
    """The endpoint that answers."""
    is_refused = False
    """Whether the pool of the endpoint was full."""

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the headers, and decide how the body is received."""
        try:
            super().parse_header(header_plus)
        except ValueError as error:
            # Waitress would log the traceback, with bytes of the client.
            raise ParsingError("Bad URI or Content-Length") from error
        if self.body_rcv is None:
            # Waitress would invite a body that does not come, and wait for it.
            self.expect_continue = False
            return
        limits = self.adj.body_limits(
            {"PATH_INFO": self.path, "HTTP_COOKIE": self.headers.get("COOKIE", "")}
        )
        if self.chunked:
            self.adj = copy.copy(self.adj)
            self.adj.max_request_body_size = limits.stored
        elif self.content_length > limits.stored:
            is_read = self.content_length <= limits.discarded
            self.rejection = True
            self._discard(self.content_length if is_read else 0)

    def received(self, data: bytes) -> int:
        """Process bytes of the connection; return how many belong to this request."""
        used = self._received(data)
        if self.completed:
            self.received_at = time.monotonic()
        return used

    def _received(self, data: bytes) -> int:
        try:
            return int(super().received(data))
        except OSError as error:
            logger.warning("a request can't be stored: %s", error)
            remaining: int = getattr(self.body_rcv, "remain", 0)
            self.rejection = error
            self._discard(remaining)
            if remaining:
                return int(super().received(data))
            self.completed = True
            return len(data)

    def _discard(self, remaining: int) -> None:
        self.body_rcv = _DiscardedBody(remaining) if remaining else None
        self.expect_continue = self.expect_continue and remaining > 0
        self.headers["CONNECTION"] = "close"


class _Task(WSGITask):  # type: ignore[misc]  # waitress has no types
    """Runs the application for a request."""

    def get_environment(self) -> dict[str, Any]:
        """Return the WSGI environment, with the reason why there is no body."""
        environ: dict[str, Any] = super().get_environment()
        if self.request.proxy_netloc:
            # RFC 9112, 3.2.2: the name in the request line outweighs the header.
            environ["HTTP_HOST"] = self.request.proxy_netloc
        environ[RECEIVED_AT] = self.request.received_at
        if self.channel.adj.is_stopping:
            self.request.headers["CONNECTION"] = "close"
        if self.request.rejection is not None:
            environ[REJECTED_BODY] = self.request.rejection
        if self.request.is_refused:
            environ[REFUSED] = True
        return environ

    def execute(self) -> None:
        """Run the application, and count how long its view takes, body included."""
        started = time.monotonic()
        try:
            super().execute()
        finally:
            if not self.request.is_refused:
                seconds = time.monotonic() - started
                metrics = self.channel.adj.pools.metrics
                metrics.count_view(self.request.view, seconds)


class _ErrorTask(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """Answers a request that the parser rejected, and counts it."""

    def execute(self) -> None:
        """Send the error."""
        code = self.request.error.code
        if code in {
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        }:
            self.channel.adj.pools.metrics.count(ConnectionFault.TOO_LARGE)
        elif code != HTTPStatus.INTERNAL_SERVER_ERROR:
            self.channel.adj.pools.metrics.count(ConnectionFault.MALFORMED)
        super().execute()


class _Connection(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection, with the time since which its client owes a request."""

    parser_class = _Request
    task_class = _Task
    error_task_class = _ErrorTask
    begun_at: float | None = None
    """When the first byte of the request that arrives now arrived."""
    requests: list[_Request]
    threads: PoolThreads
    """The pool that the first request waits for; set with the first request."""

    def enqueue(self) -> None:
        """Let the first request wait for a thread of its pool.

        If that pool is full, a thread for pages says so.
        """
        pools, request = self.adj.pools, self.requests[0]
        if request.error is None:
            request.view = pools.find_view(request.path, request.command)
        self.threads = pools.threads_for(request.view)
        if not self.threads.offer(self):
            request.is_refused = True
            self.threads = pools.pages
            self.threads.offer(self)

    def service(self) -> None:
        """Answer the first request, in a thread of its pool."""
        with self.threads.running():
            super().service()

    def handle_close(self) -> None:
        """Close the connection; a request that waits for a thread is dropped."""
        if self.requests and self.threads.drop(self):
            for request in self.requests:
                request.close()
            self.requests = []
        super().handle_close()

    def received(self, data: bytes) -> bool:
        """Process bytes from the client."""
        if self.request is None:
            self.begun_at = time.time()
        is_open = bool(super().received(data))
        if self.request is None:
            self.begun_at = None
        return is_open

    @property
    def waits_since(self) -> float:
        """The time since when the server waits for this client."""
        return float(self.begun_at or self.last_activity)

    @property
    def is_new(self) -> bool:
        """Whether the client has sent nothing yet."""
        return bool(self.last_activity == self.creation_time)

    def is_busy(self, now: float) -> bool:
        """Whether closing the connection would leave a request without its response."""
        if self.requests or self.total_outbufs_len:
            return True
        is_arriving = self.is_new or self.request is not None
        return is_arriving and now < self.waits_since + ARRIVAL_S

    def is_late(self, now: float) -> bool:
        """Whether the client has sent too little of a request."""
        if self.requests or self.total_outbufs_len:
            return False
        if self.request is None:
            return self.is_new and now > self.creation_time + HEADER_TIMEOUT_S
        seconds = (
            HEADER_TIMEOUT_S + self.request.body_bytes_received / MIN_BODY_BYTES_PER_S
        )
        return bool(now > self.waits_since + seconds)


class _Listener(TcpWSGIServer):  # type: ignore[misc]  # waitress has no types
    """A listening socket and its connections."""

    channel_class = _Connection

    def add_task(self, connection: _Connection) -> None:
        """Let the first request of a connection wait for a thread."""
        connection.enqueue()

    def maintenance(self, now: float) -> None:
        """Close the connections of clients that are late, once a second."""
        super().maintenance(now)
        connections = list(self.active_channels.values())
        for connection in connections:
            if connection.is_late(now) and not connection.will_close:
                self._close(connection, ConnectionFault.LATE)
        if len(connections) >= MAX_CONNECTIONS:
            waiting = sorted(
                (each for each in connections if not each.requests),
                key=lambda each: each.waits_since,
            )
            for connection in waiting[: MAX_CONNECTIONS // DISCONNECTED_SHARE]:
                self._close(connection, ConnectionFault.CROWDED_OUT)

    def _close(self, connection: _Connection, fault: ConnectionFault) -> None:
        connection.will_close = True
        self.adj.pools.metrics.count(fault)
