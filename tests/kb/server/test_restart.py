"""Restarts: of the whole service without a failed request, and of its processes."""

import os
import signal
import socket
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from kb.core.locks import is_served
from kb.database.staff_database import StaffDatabase
from tests.support.builders import Workspace
from tests.support.polling import wait_until
from tests.support.server import (
    a_free_port,
    has_ended,
    service_environment,
    serving,
    start_service,
    wait_until_healthy,
)

pytestmark = pytest.mark.long

INTERVAL_S = 0.05
REQUEST_TIMEOUT_S = 60


class Visitors:
    """Requests at a constant rate, each with a connection of its own."""

    def __init__(self, address: str) -> None:
        self._url = f"{address}/fr/"
        self._is_over = threading.Event()
        self._answers: list[Future[int]] = []

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Send requests during the block, and a while longer."""
        with ThreadPoolExecutor(max_workers=256) as pool:
            clock = threading.Thread(target=self._send, args=[pool])
            clock.start()
            try:
                wait_until(lambda: self.count > 10)
                yield
                later = self.count + 20
                wait_until(lambda: self.count > later)
            finally:
                self._is_over.set()
                clock.join()

    def _send(self, pool: ThreadPoolExecutor) -> None:
        while not self._is_over.wait(INTERVAL_S):
            self._answers.append(pool.submit(self._ask))

    def _ask(self) -> int:
        return ask(self._url)

    @property
    def count(self) -> int:
        """The number of answered requests."""
        return sum(each.done() for each in list(self._answers))

    def statuses(self) -> set[int]:
        """Return the statuses of all answers; raise the error of a failed request."""
        return {each.result() for each in self._answers}


def ask(url: str) -> int:
    """Read a page, and return its status."""
    with urllib.request.urlopen(url, timeout=REQUEST_TIMEOUT_S) as answer:  # noqa: S310
        answer.read()
        return int(answer.status)


def children(pid: int) -> set[int]:
    """Return the processes that a process has started."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return {int(each) for each in path.read_text().split()}


def test_no_request_fails_when_the_service_restarts_on_an_inherited_socket(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Systemd keeps the socket open: the kernel queues the connections meanwhile."""
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        port = listener.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        environ = service_environment(
            tmp_path, workspace.documents, port=port, workers=2
        )
        process = start_service(tmp_path, environ, listener=listener)
        try:
            wait_until_healthy(address, process)
            visitors = Visitors(address)
            with visitors.asking():
                process.terminate()
                assert process.wait(timeout=30) == 0
                process = start_service(tmp_path, environ, listener=listener)
                wait_until_healthy(address, process)
        finally:
            process.terminate()
            process.wait(timeout=30)

    assert visitors.statuses() == {200}


def test_no_request_fails_when_the_service_hands_over_to_its_successor(
    workspace: Workspace, tmp_path: Path
) -> None:
    """After USR2, the new service starts beside the old one, and then ends it."""
    port = a_free_port()
    address = f"http://127.0.0.1:{port}"
    environ = service_environment(tmp_path, workspace.documents, port=port, workers=2)
    old = start_service(tmp_path, environ)
    new = 0
    try:
        wait_until_healthy(address, old)
        wait_until(lambda: len(children(old.pid)) == 3)  # watcher and workers
        before = children(old.pid)
        visitors = Visitors(address)
        with visitors.asking():
            old.send_signal(signal.SIGUSR2)
            wait_until(lambda: bool(children(old.pid) - before))
            (new,) = children(old.pid) - before
            assert old.wait(timeout=REQUEST_TIMEOUT_S) == 0
        wait_until(lambda: is_served(workspace.locations.instance))
    finally:
        for pid in filter(None, (new, old.pid if old.poll() is None else 0)):
            os.kill(pid, signal.SIGTERM)
            wait_until(lambda pid=pid: has_ended(pid))  # type: ignore[misc]

    assert visitors.statuses() == {200}


def test_a_service_goes_on_when_its_successor_cannot_start(
    workspace: Workspace, tmp_path: Path
) -> None:
    """The upgrade may be broken; here, the content is away."""
    port = a_free_port()
    address = f"http://127.0.0.1:{port}"
    environ = service_environment(tmp_path, workspace.documents, port=port)
    process = start_service(tmp_path, environ)
    away = workspace.documents.with_name("away")
    try:
        wait_until_healthy(address, process)
        workspace.documents.rename(away)
        process.send_signal(signal.SIGUSR2)
        log = tmp_path / "serve.log"
        wait_until(lambda: "cannot be read" in log.read_text("utf-8"))
        away.rename(workspace.documents)
        wait_until_healthy(address, process)
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0


def test_the_service_restarts_a_watcher_process_that_was_killed(
    workspace: Workspace, tmp_path: Path
) -> None:
    """The log has a line for the death: it may need somebody to look."""
    port = a_free_port()
    environ = service_environment(tmp_path, workspace.documents, port=port)
    process = start_service(tmp_path, environ)
    try:
        wait_until_healthy(f"http://127.0.0.1:{port}", process)
        wait_until(lambda: len(children(process.pid)) == 2)  # watcher and worker
        watcher = min(children(process.pid))

        os.kill(watcher, signal.SIGKILL)

        log = tmp_path / "serve.log"
        wait_until(
            lambda: "the watcher process died; restart in 5 s" in log.read_text()
        )
        wait_until(lambda: len(children(process.pid) - {watcher}) == 2)
        assert watcher not in children(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)
    assert not is_served(workspace.locations.instance)


def test_a_second_service_on_one_folder_does_not_start(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Both would write accounts, drafts and history; a flag allows it all the same."""
    port, second_port = a_free_port(), a_free_port()
    environ = service_environment(tmp_path, workspace.documents, port=port)
    process = start_service(tmp_path, environ)
    try:
        wait_until_healthy(f"http://127.0.0.1:{port}", process)
        instance = Path(environ["KB_INSTANCE"])
        wait_until(lambda: is_served(instance))
        other = service_environment(tmp_path, workspace.documents, port=second_port)
        second = start_service(tmp_path, other)
        assert second.wait(timeout=60) == 3
        assert (
            "another kb serve uses this folder" in (tmp_path / "serve.log").read_text()
        )
        beside = start_service(tmp_path, other, "--beside")
        try:
            wait_until_healthy(f"http://127.0.0.1:{second_port}", beside)
        finally:
            beside.terminate()
            beside.wait(timeout=30)
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_a_worker_that_is_asked_to_end_writes_its_last_searches(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Searches are written every twenty seconds, and at the end of the service."""
    with serving(tmp_path, workspace.documents, workers=2) as address:
        ask(f"{address}/fr/search?q=lampadaires")

    database = StaffDatabase(tmp_path / "instance" / "staff.db", b"secret")
    (counted,) = database.typed_searches.most_frequent(limit=9)
    assert counted.text == "lampadaires"
