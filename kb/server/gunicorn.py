"""The gunicorn application: its workers follow the index and the content."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from kb.app import create_app
from kb.core.metrics import ROWS
from kb.publishing.changes.external_edits import FolderStamps
from kb.server.command_runner import CommandRunner
from kb.server.content_watcher import ContentWatcher
from kb.server.contribution_cleaner import ContributionCleaner
from kb.server.http_server import HttpServer
from kb.server.http_worker import HttpWorker
from kb.server.page_order import ordered_pages
from kb.server.service_log import configure_log
from kb.server.startup import request_each_page
from kb.server.vector_runner import VectorRunner
from kb.server.watcher_process import WatcherProcess
from kb.services import Services
from kb.staff.imports.upload_request import body_limits, worker_launcher

THREADS = 4
TIMEOUT_S = 60
ALERTS_EVERY_S = 3600.0


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
    _Server(app, services, WatcherProcess(services, recorded), recorded).run()


class _Arbiter(Arbiter):  # type: ignore[misc]  # gunicorn has no types
    """The master process of gunicorn; it also restarts the watcher process."""

    def __init__(self, app: _Server) -> None:
        super().__init__(app)
        # For a hand-over; gunicorn does not know `python -m`.
        self.START_CTX["args"] = [sys.executable, *sys.orig_argv[1:]]
        self._rounds = 0

    def manage_workers(self) -> None:
        """Replace dead workers and a dead watcher; called once a second."""
        super().manage_workers()
        self.app.watcher.restart_if_dead(self.LISTENERS)
        self.app.run_commands()
        self.app.delete_old_contributions()
        self._rounds += 1
        if self.master_pid and self._rounds == 2:
            # The workers of this service run: the service that started it may end.
            with suppress(ProcessLookupError):
                os.kill(self.master_pid, signal.SIGTERM)


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn, configured from our settings instead of its command line."""

    def __init__(
        self,
        app: Flask,
        services: Services,
        watcher: WatcherProcess,
        recorded: FolderStamps | None,
    ) -> None:
        self._app = app
        self._services = services
        self.watcher = watcher
        self._recorded = recorded
        self._settings = services.settings
        self._alerts = CommandRunner("alerts", "send", every_s=ALERTS_EVERY_S)
        self._vectors = VectorRunner(services)
        self._cleaner = ContributionCleaner(services)
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
        is_shared = self._settings.locations.has_shared_index
        return HttpServer(
            ordered_pages(application, is_index_shared=is_shared),
            sockets,
            threads=THREADS,
            body_limits=partial(body_limits, self._app),
            count_fault=self._services.metrics.count_fault,
        )

    def run(self) -> None:
        """Start the workers, and replace those that die."""
        _Arbiter(self).run()

    def run_commands(self) -> None:
        """Start the commands that are due: e-mail alerts, vectors of new passages."""
        if self._settings.mail is not None:
            self._alerts.run_if_due()
        if self._services.close_records is not None:
            self._vectors.run_if_due()

    def delete_old_contributions(self) -> None:
        """Delete the contributions and contacts whose time is over."""
        self._cleaner.run_if_due()

    def _end(self) -> None:
        self._alerts.stop()
        self._vectors.stop()
        self.watcher.end()

    def _start_worker(self, row: int) -> None:
        self._services.metrics.use_row(row)
        self.watcher.leave()
        self._services.content.follow()
        # If the watcher process dies, one of the workers takes over.
        ContentWatcher(self._services, recorded=self._recorded).start()
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
