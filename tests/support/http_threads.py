"""Serves an application on a socket, in a thread of the test."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from flask import Flask

from kb.core.metrics import Pool
from kb.server.http_server import HttpServer
from kb.server.pools import Pools, PoolSize
from kb.staff.imports.uploads import body_limits


@contextmanager
def served_in_thread(
    app: Flask,
    *,
    application: Callable[..., Any] | None = None,
    pools: Pools | None = None,
) -> Iterator[tuple[str, int]]:
    """Serve during the block, as a worker of the service does; yield the address.

    `application` is what answers, by default the Flask application itself.
    """
    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    server = HttpServer(
        application or app,
        [listening],
        pools=pools or Pools({Pool.PAGES: PoolSize(1)}),
        body_limits=partial(body_limits, app),
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
