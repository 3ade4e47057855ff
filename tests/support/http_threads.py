"""Serves an application on a socket, in a thread of the test."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from kb.core.metrics import Pool
from kb.core.request_limits import GetBodyLimits
from kb.server.http_server import HttpServer
from kb.server.pools import Pools, PoolSize
from kb.staff.imports.uploads import body_limits


@contextmanager
def served_in_thread(
    app: Any, *, limits: GetBodyLimits | None = None, pools: Pools | None = None
) -> Iterator[tuple[str, int]]:
    """Serve during the block, as a worker of the service does; yield the address.

    `limits` are those of request bodies, by default those of a Flask application.
    """
    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    server = HttpServer(
        app,
        [listening],
        pools=pools or Pools({Pool.PAGES: PoolSize(1)}),
        body_limits=limits or partial(body_limits, app),
    )
    is_over = threading.Event()

    def serve() -> None:
        while not is_over.is_set():
            server.step(0.05)
        server.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()
    finally:
        is_over.set()
        thread.join()
