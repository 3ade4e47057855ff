"""Runs `kb serve` in a process of its own."""

import json
import os
import random
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.builders import PROJECT
from tests.support.polling import wait_until

START_TIMEOUT_S = 180.0


LISTENING_PORTS = range(10_000, 32_000)
"""Ports that the system gives to no outgoing connection (Linux: from 32768)."""


def a_free_port() -> int:
    """Return a free port, which no outgoing connection takes before it is used.

    Raises:
        OSError: no port is free.
    """
    for port in random.SystemRandom().sample(LISTENING_PORTS, 200):
        with socket.socket() as listener, suppress(OSError):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("", port))
            return port
    raise OSError("no free port")


def service_environment(
    root: Path, documents: Path, *, port: int, workers: int = 1
) -> dict[str, str]:
    """Return the variables of a service whose other folders are in `root`."""
    return os.environ | {
        "KB_PORT": str(port),
        "KB_WORKERS": str(workers),
        "KB_API_LIMIT": "0",
        # No copy of the site is made beside other tests.
        "KB_OFFLINE": "off",
        "KB_DOCUMENTS": str(documents),
        "KB_INDEX": str(root / "index"),
        "KB_INSTANCE": str(root / "instance"),
    }


def start_service(
    root: Path,
    environ: Mapping[str, str],
    *options: str,
    listener: socket.socket | None = None,
) -> subprocess.Popen[bytes]:
    """Start `kb serve`, with its log in `root`; it may inherit a listening socket."""
    command = [sys.executable, "-m", "kb.cli.main", "serve", *options]
    inherited = []
    if listener is not None:
        inherited = [listener.fileno()]
        command = [sys.executable, "-c", _AS_SYSTEMD, str(inherited[0]), *command]
    with (root / "serve.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603  # our own interpreter and command
            command,
            cwd=PROJECT,
            env=dict(environ),
            stdout=log,
            stderr=log,
            pass_fds=inherited,
        )


_AS_SYSTEMD = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.set_inheritable(3, True)
os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
os.execv(sys.argv[2], sys.argv[2:])
"""
"""Passes a socket on as systemd does: as descriptor 3, to one process."""


@contextmanager
def serving(
    root: Path, documents: Path, *options: str, workers: int = 1
) -> Iterator[str]:
    """Run the service during the block, and yield its address."""
    port = a_free_port()
    environ = service_environment(root, documents, port=port, workers=workers)
    process = start_service(root, environ, *options)
    try:
        wait_until_healthy(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=START_TIMEOUT_S)


def wait_until_healthy(address: str, process: subprocess.Popen[bytes]) -> None:
    """Poll `/healthz` until the service answers, or fail after a timeout."""

    def is_healthy() -> bool:
        assert process.poll() is None, "the service did not start"
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):  # noqa: S310
                return True
        except OSError:  # refused, or queued by an inherited socket
            return False

    wait_until(is_healthy, timeout_s=START_TIMEOUT_S)


def total(address: str, text: str) -> int:
    """Return the number of records that match a query."""
    with urllib.request.urlopen(f"{address}/api/v1/search?q={text}") as answer:  # noqa: S310
        return int(json.load(answer)["total"])


def has_ended(pid: int) -> bool:
    """Return whether a process is dead, although its parent may not have noticed."""
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"
