"""The gunicorn worker that serves by waitress."""

from __future__ import annotations

import os
import time

from gunicorn.workers.base import Worker

from kb.server.http_server import HttpServer

STEP_S = 1.0


class HttpWorker(Worker):  # type: ignore[misc]  # gunicorn has no types
    """Runs `HttpServer` on the sockets of gunicorn, until gunicorn stops it.

    Gunicorn starts the workers, replaces those that end, and passes signals on.
    """

    row = 0
    """The row of the metrics that the worker counts in."""

    _server: HttpServer | None = None

    def handle_exit(self, sig: int, frame: object) -> None:
        """Note the signal to end, and let `run` see it at once."""
        super().handle_exit(sig, frame)
        if self._server is not None:
            self._server.wake()

    def run(self) -> None:
        """Serve; on the signal to end, finish the requests in progress."""
        self._server = server = self.app.http_server(
            self.wsgi, [each.sock for each in self.sockets]
        )
        while self.alive and self.ppid == os.getppid():
            self.notify()
            server.step(STEP_S)
        server.stop_accepting()
        latest = time.monotonic() + self.cfg.graceful_timeout
        while not server.is_idle and time.monotonic() < latest:
            self.notify()
            server.step(STEP_S / 10)
        self._server = None  # gunicorn may repeat the signal
        server.close()
