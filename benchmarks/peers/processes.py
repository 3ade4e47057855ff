"""Starts engines in their own processes, and calls them over pipes."""

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_PROJECT = Path(__file__).resolve().parent.parent.parent


def _command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "benchmarks.peers", *map(str, arguments)]


def build_in_process(engine: str, folder: Path, passages: Path, count: int) -> Any:
    """Index the first passages of a file in a new process, and return the figures."""
    folder.mkdir(parents=True)
    completed = subprocess.run(  # noqa: S603  # our own interpreter and module
        _command("build", engine, folder, passages, count),
        cwd=_PROJECT,
        check=True,
        stdout=subprocess.PIPE,
    )
    return json.loads(completed.stdout)


class PeerProcess:
    """An engine that runs queries in another process."""

    def __init__(self, engine: str, folder: Path, queries: Path) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
            _command("ask", engine, folder, queries),
            cwd=_PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.opened = self._result()

    def call(self, task: str, *arguments: object) -> Any:
        """Call a task of the process, and return its result."""
        assert self._process.stdin is not None  # noqa: S101  # opened as a pipe
        self._process.stdin.write(json.dumps([task, *arguments]) + "\n")
        self._process.stdin.flush()
        return self._result()

    def _result(self) -> Any:
        assert self._process.stdout is not None  # noqa: S101  # opened as a pipe
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("an engine stopped; its error is above")
        return json.loads(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.communicate()
