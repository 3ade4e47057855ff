"""The gunicorn application and its workers, which follow the index and the content."""

import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from kb.app import create_app
from kb.core.metrics import ROWS
from kb.publishing.changes.external_edits import FolderStamps
from kb.server.http_server import HttpServer
from kb.server.periodic_tasks import mail_runner, vector_runner
from kb.server.pools import Pools, pool_sizes, view_finder
from kb.server.startup import configure_log, request_each_page
from kb.server.watcher_process import WatcherProcess
from kb.services import Services
from kb.staff.imports.uploads import body_limits, worker_launcher

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


TIMEOUT_S = 60


def serve_forever(services: Services, recorded: FolderStamps | None) -> None:
    """Serve until a signal stops the service.

    `recorded` are the folder stamps that the history already contains.
    """
    configure_log(services.metrics)
    services.content.warm_up()
    app = create_app(services=services)
    if services.close_records is not None:
        services.close_records.warm_up()
    request_each_page(app)
    # The garbage collector would write to each object that it visits, and so copy the
    # memory pages that the workers share: it ignores frozen objects.
    gc.collect()
    gc.freeze()
    _Server(app, services, WatcherProcess(services, recorded)).run()


class _Arbiter(Arbiter):  # type: ignore[misc]  # gunicorn has no types
    """The master process of gunicorn; it also restarts the watcher process."""

    def __init__(self, app: "_Server") -> None:
        super().__init__(app)
        # For a hand-over; gunicorn does not know `python -m`.
        self.START_CTX["args"] = [sys.executable, *sys.orig_argv[1:]]
        self._rounds = 0

    def manage_workers(self) -> None:
        """Replace dead workers and a dead watcher; called once a second."""
        super().manage_workers()
        self.app.watcher.restart_if_dead(self.LISTENERS)
        self.app.run_commands()
        self._rounds += 1
        if self.master_pid and self._rounds == 2:
            # The workers of this service run: the service that started it may end.
            with suppress(ProcessLookupError):
                os.kill(self.master_pid, signal.SIGTERM)


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn, configured from our settings instead of its command line."""

    def __init__(self, app: Flask, services: Services, watcher: WatcherProcess) -> None:
        self._app = app
        self._services = services
        self.watcher = watcher
        self._settings = services.settings
        self._mail = mail_runner(services)
        self._vectors = vector_runner(services)
        super().__init__()

    def load_config(self) -> None:
        """Set the options of gunicorn."""
        host = self._settings.host
        options: dict[str, Any] = {
            "bind": f"[{host}]:{self._settings.port}"
            if ":" in host
            else f"{host}:{self._settings.port}",
            "workers": self._settings.workers,
            "worker_class": HttpWorker,
            "timeout": TIMEOUT_S,
            # The application is loaded before the fork: workers share its memory.
            "preload_app": True,
            "proc_name": "kb",
            # Threads do not survive a fork: each worker starts its own.
            "pre_fork": _assign_row,
            "post_fork": lambda _server, worker: self._start_worker(worker.row),
            "worker_exit": lambda _server, _worker: (
                self._services.pending_searches.flush()
            ),
            "on_exit": lambda _server: self._end(),
            "loglevel": "warning",
            # The control socket would lie outside the folders of the settings.
            "control_socket_disable": True,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def http_server(
        self, application: Callable[..., Any], sockets: list[socket.socket]
    ) -> HttpServer:
        """Return the server of a worker, for `HttpWorker`."""
        sizes = pool_sizes(is_index_shared=self._settings.locations.has_shared_index)
        find_view = view_finder(self._app, self._settings.mount_path)
        pools = Pools(sizes, find_view, self._services.metrics)
        return HttpServer(
            application,
            sockets,
            pools=pools,
            body_limits=partial(body_limits, self._app),
        )

    def run(self) -> None:
        """Start the workers, and replace those that die."""
        _Arbiter(self).run()

    def run_commands(self) -> None:
        """Start the commands that are due: e-mail, vectors of new passages."""
        if self._settings.mail is not None:
            self._mail.run_if_due()
        if self._services.close_records is not None:
            self._vectors.run_if_due()

    def _end(self) -> None:
        self._mail.stop()
        self._vectors.stop()
        self.watcher.end()

    def _start_worker(self, row: int) -> None:
        self._services.metrics.use_row(row)
        self.watcher.leave()
        self._services.content.follow()
        if self._settings.is_reader:
            return
        # One of the workers resumes the imports that the last stop interrupted.
        with self._app.app_context():
            imports = worker_launcher()
        imports.stop_with_pipe(self.watcher.end_of_service)
        imports.restart_if_needed()

    def load(self) -> Flask:
        """Return the application, for gunicorn."""
        return self._app


def _assign_row(arbiter: Arbiter, worker: HttpWorker) -> None:
    """Choose the row of the metrics in which a new worker counts."""
    used = {each.row for each in arbiter.WORKERS.values()}
    worker.row = next((row for row in range(1, ROWS) if row not in used), 0)
