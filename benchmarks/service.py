"""Runs `kb serve` in its own processes, and measures its memory."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.builders import PROJECT
from tests.support.server import a_free_port

START_TIMEOUT_S = 3600
STOP_TIMEOUT_S = 60
LOG_CHARACTERS = 4000
"""Of the end of a log that an error quotes."""


class Service:
    """Context manager that runs `kb serve` on a folder of documents."""

    def __init__(self, root: Path, documents: Path, *, workers: int) -> None:
        self._root = root
        self._workers = workers
        self.port = a_free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._environ = os.environ | {
            "KB_PORT": str(self.port),
            "KB_WORKERS": str(workers),
            "KB_API_LIMIT": "0",
            "KB_DOCUMENTS": str(documents),
            "KB_INDEX": str(root / "index"),
            "KB_INSTANCE": str(root / "instance"),
        }
        self.start_s = 0.0

    def __enter__(self) -> Self:
        started = time.perf_counter()
        with (self._root / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  # our own command
                self._command("serve"),
                cwd=PROJECT,
                env=self._environ,
                stdout=log,
                stderr=log,
            )
        try:
            self._wait()
        except BaseException:
            self._process.kill()
            raise
        self.start_s = time.perf_counter() - started
        self._wait_for_workers()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait(STOP_TIMEOUT_S)

    def update(self) -> float:
        """Run `kb index update` meanwhile, and return its duration in seconds."""
        started = time.perf_counter()
        subprocess.run(  # noqa: S603  # our own command
            self._command("index", "update"),
            cwd=PROJECT,
            env=self._environ,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return time.perf_counter() - started

    def memory(self) -> dict[str, dict[str, float]]:
        """Return the Rss and the Pss of each process."""
        # The service starts the content watcher before the workers.
        names = ("watcher", *(f"worker {n + 1}" for n in range(self._workers)))
        pids = {"parent": self._process.pid} | dict(
            zip(names, self._children(), strict=False)
        )
        return {name: _rollup(pid) for name, pid in pids.items()}

    def _children(self) -> list[int]:
        pid = self._process.pid
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
        return sorted(int(each) for each in text.split())

    def _wait(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=30):  # noqa: S310
                    break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.02)
        else:
            # The log is in a folder that is deleted with the benchmark.
            log = (self._root / "serve.log").read_text("utf-8", "replace")
            raise SystemExit(f"the service did not start:\n{log[-LOG_CHARACTERS:]}")

    def _wait_for_workers(self) -> None:
        """Wait until all workers are started, since one is enough to respond."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while len(self._children()) <= self._workers and time.monotonic() < deadline:
            time.sleep(0.02)

    @staticmethod
    def _command(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "kb.cli.main", *arguments]


def _rollup(pid: int) -> dict[str, float]:
    fields = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
        name, _, rest = line.partition(":")
        if name in {"Rss", "Pss"}:
            fields[f"{name.lower()}_mb"] = round(int(rest.split()[0]) / 1024, 1)
    return fields
