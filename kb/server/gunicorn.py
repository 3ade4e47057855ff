"""Brings the index up to date, then serves with gunicorn."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import resource
import socket
import sys
import time
from collections.abc import Iterator
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from indexer.cli import (
    UNAVAILABLE_ERRORS,
    Context,
    error_count,
    fail,
    fail_unavailable,
    report,
    say,
    teller,
)
from indexer.corpus.corpus import Corpus
from indexer.errors import IndexBusyError, IndexUnavailableError, IndexWriteError
from indexer.model.ids import Kind, Locale
from indexer.model.problems import Message, Notify, errors_among, message
from indexer.pipeline import ChangeType, IndexChange, update
from kb import create_app
from kb.backup.errors import BackupError
from kb.backup.restore import refuse_while_restoring
from kb.core.request_queue import is_busy
from kb.core.settings import Settings, read_settings
from kb.database.errors import DatabaseUnavailableError
from kb.database.migrate import ensure_newest
from kb.publishing.changes.external_edits import FolderStamps
from kb.server.content_watcher import ContentWatcher, record_external_edits
from kb.server.watcher_process import WatcherProcess
from kb.services import Services
from kb.staff.imports.upload_request import starter

THREADS = 4
M_ARENA_MAX = -8
"""The number by which `malloc.h` of glibc knows this option."""
TIMEOUT_S = 60
SEARCHED_ONCE = ("police", "police+municipale", "polcie", '"social+media"', "loc*")
"""A word, two, one with a slip, a phrase and a beginning."""

WATCHED_AFTER_S = 5.0
SHARED_OUT_EVERY = 3
"""Of so many requests that met another in their worker, one gives its connection up."""

COLLECTED_AFTER = (5_000, 50, 50)
"""What pages leave is looked through often, for 5 ms; seldom would be for 50 ms."""

NOT_UP_TO_DATE = message("the index could not be updated: %(reason)s", reason="")

LARGE_BYTES = 400_000_000
_BEGUN_AGAIN = "_KB_BEGUN_AGAIN"
"""Set for a program that was begun again, so that it is not a third time."""


class AddressInUseError(Exception):
    """The service can't listen where it was told to."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.recorded = Message(
            "%(where)s: %(reason)s", {"where": where, "reason": reason}
        )


def check_address(settings: Settings) -> None:
    """See whether the service can listen where it was told to.

    Raises:
        AddressInUseError: another program listens there, or the address is not ours.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            where = f"KB_HOST={settings.host} KB_PORT={settings.port}"
            raise AddressInUseError(where, error.strerror or str(error)) from error


@click.command()
@click.pass_obj
def serve(context: Context) -> None:
    """Update the index, then serve until stopped.

    Writes the index when documents/ or the code changed since it was made, and follows
    documents/ while serving. Changes made by hand are recorded in KB_INSTANCE/history.
    Any interrupted change is completed first.
    """
    settings, translate = read_settings(), context.translate
    try:
        check_address(settings)
        refuse_while_restoring(settings.locations)
        service = Services(settings, notify=teller(translate))
        recorded = record_external_edits(settings.locations, teller(translate))
        change, took_s = prepare(service, notify=teller(translate))
    except AddressInUseError as error:
        fail(error, error.recorded.text(translate))
        return
    except UNAVAILABLE_ERRORS as error:
        fail_unavailable(error, translate)
        return
    except BackupError as error:
        fail(error, f"{error.path}: {error.reason.text(translate)}")
        return
    if change is not None:
        say(report(change, took_s, translate))
        if change.type is ChangeType.REBUILT:
            restart_if_memory_grew()
    address = f"http://{settings.host}:{settings.port}"
    say(
        message("serving %(address)s (stop with Ctrl-C)", address=address).text(
            translate
        )
    )
    serve_forever(service, recorded)


def restart_if_memory_grew() -> None:
    """Begin this program again if making an index took much memory.

    Of what is given back, not all goes back to the system: each worker of an index of
    100,000 passages would take 190 MB more for as long as it serves.
    """
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    if peak_bytes < LARGE_BYTES or _BEGUN_AGAIN in os.environ:
        return
    sys.stderr.flush()
    os.environ[_BEGUN_AGAIN] = "1"
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  # ourselves


def return_freed_memory() -> None:
    """Give back to the system what making an index took; the workers would hold it.

    The C library keeps what is freed, in case it is needed again, and a heap for each
    thread, which by turns grow to the same size: one is enough where one thread runs
    at a time. Where it is another than glibc's, there is nothing to ask for.
    """
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(M_ARENA_MAX, 1)
        library.malloc_trim(0)


def prepare(services: Services, *, notify: Notify) -> tuple[IndexChange | None, float]:
    """Bring the index up to date; None when it could not be written.

    The last good index then answers, and pages are served whatever happens.

    Raises:
        CorpusMissingError: there is nothing to serve.
    """
    started = time.monotonic()
    change: IndexChange | None = None

    _ready_state(services, notify)
    corpus: Corpus | None = None

    def read() -> Corpus:
        nonlocal corpus
        with _uncollected():
            corpus = services.read()
        services.texts.read_missing(corpus.records.values(), notify=notify)
        errors = errors_among(corpus.problems)
        if errors:
            notify(error_count(errors))
        return corpus

    try:
        with services.engine.exclusive():
            # The index is verified while the content is read.
            change = update(services.engine, read, texts=services.texts)
            services.keep_step()
    except (IndexBusyError, IndexWriteError, IndexUnavailableError) as error:
        reason = error if isinstance(error, IndexBusyError) else error.reason
        notify(message(NOT_UP_TO_DATE.template, reason=reason))
        if corpus is None:
            read()
    return change, time.monotonic() - started


def _ready_state(services: Services, notify: Notify) -> None:
    """Make the secret and the database of the staff side, or bring it up to date.

    Visitors are served even where that fails.
    """
    try:
        _ = services.secret
        if ensure_newest(services.settings.database):
            notify(message("the staff database is up to date"))
    except DatabaseUnavailableError as error:
        notify(message("staff cannot sign in: %(reason)s", reason=error.reason))


def serve_forever(services: Services, recorded: FolderStamps | None) -> None:
    """Serve until told to stop. Each worker follows the index as it changes.

    `recorded` is what the history knows of the content.
    """
    with _uncollected():
        services.warm_up()
        return_freed_memory()
        app = create_app(services=services)
        _ask_once(app)
        # What is in memory by now is kept: the garbage collector would go through all
        # of it again in each worker, and copy every page that the workers share.
        gc.collect()
        gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)
    _Server(app, services, WatcherProcess(services, recorded), recorded).run()


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage: what is made meanwhile stays.

    Among the records of 100,000 passages, that took a sixth of a start.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _ask_once(app: Flask) -> None:
    """Ask for each sort of page before the workers part, so that no visitor waits.

    Templates are then compiled and texts rendered in memory that all share, and what
    libraries import at the first search of a kind is imported.
    """
    client = app.test_client()
    for locale in Locale:
        for path in (
            "",
            *(f"search?q={text}" for text in SEARCHED_ONCE),
            *(f"{kind.folder}/" for kind in Kind),
        ):
            client.get(f"/{locale}/{path}", follow_redirects=True)
    client.get("/api/v1/suggest?q=police")


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn, set from our settings and not from its command line."""

    def __init__(
        self,
        app: Flask,
        services: Services,
        watching: WatcherProcess,
        recorded: FolderStamps | None,
    ) -> None:
        self._app = app
        self._services = services
        self._watching = watching
        self._recorded = recorded
        self._settings = services.settings
        self._met = 0
        super().__init__()

    def load_config(self) -> None:
        """Set what gunicorn needs to know."""
        host = self._settings.host
        options: dict[str, Any] = {
            "bind": f"[{host}]:{self._settings.port}"
            if ":" in host
            else f"{host}:{self._settings.port}",
            "workers": self._settings.workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": TIMEOUT_S,
            # Loaded once, before the workers part: they share the index in memory.
            "preload_app": True,
            "proc_name": "kb",
            # A thread does not outlive a fork: each worker has its own.
            "post_fork": lambda _server, _worker: self._follow(),
            "on_exit": lambda _server: self._watching.end(),
            "loglevel": "warning",
            # A thousand accented letters, the longest query, take six bytes each.
            "limit_request_line": 8190,
            # It would write outside the folders that the settings name.
            "control_socket_disable": True,
        }
        if self._settings.workers > 1:
            options["pre_request"] = self._share_out
        for name, value in options.items():
            self.cfg.set(name, value)

    def _share_out(self, _worker: Any, request: Any) -> None:
        """Let some of those who have to wait connect anew.

        Connections that come when all workers are idle go to one of them, and stay as
        long as they are used: the others would have nothing to do.
        """
        self._met += is_busy(self._app)
        if self._met >= SHARED_OUT_EVERY:
            self._met = 0
            request.force_close()

    def _follow(self) -> None:
        self._watching.leave()
        self._services.follow()
        # It watches if the process that does so dies, and lets it be the first.
        ContentWatcher(self._services, recorded=self._recorded).start(
            after_s=WATCHED_AFTER_S
        )
        # What the service was stopped at goes on; of several workers, one sees to it.
        with self._app.app_context():
            reading = starter()
        reading.ends_with(self._watching.end_of_service)
        reading.see_to()

    def load(self) -> Flask:
        """Give the application."""
        return self._app
