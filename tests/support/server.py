"""Runs `kb serve` in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.builders import PROJECT
from tests.support.polling import wait_until

START_TIMEOUT_S = 60.0


def a_free_port() -> int:
    """Return a free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serving(root: Path, documents: Path, *, workers: int = 1) -> Iterator[str]:
    """Run the service during the block, and yield its address."""
    port = a_free_port()
    environ = os.environ | {
        "KB_PORT": str(port),
        "KB_WORKERS": str(workers),
        "KB_DOCUMENTS": str(documents),
        "KB_INDEX": str(root / "index"),
        "KB_INSTANCE": str(root / "instance"),
    }
    with (root / "serve.log").open("wb") as log:
        process = subprocess.Popen(  # our own interpreter and command
            [sys.executable, "-m", "kb.cli.main", "serve"],
            cwd=PROJECT,
            env=environ,
            stdout=log,
            stderr=log,
        )
    try:
        wait_until_healthy(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_until_healthy(address: str, process: subprocess.Popen[bytes]) -> None:
    """Poll `/healthz` until the service answers, or fail after a timeout."""

    def is_healthy() -> bool:
        assert process.poll() is None, "the service did not start"
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):  # noqa: S310
                return True
        except (urllib.error.URLError, ConnectionError):
            return False

    wait_until(is_healthy, timeout_s=START_TIMEOUT_S)
