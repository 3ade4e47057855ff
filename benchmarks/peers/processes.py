"""Starts engines in processes of their own, and talks to them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_PROJECT = Path(__file__).resolve().parent.parent.parent


def _command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "benchmarks.peers", *map(str, arguments)]


def build_apart(engine: str, folder: Path, passages: Path, count: int) -> Any:
    """Index the first passages of a file; give the figures of it."""
    folder.mkdir(parents=True)
    done = subprocess.run(  # noqa: S603  # our own interpreter and module
        _command("build", engine, folder, passages, count),
        cwd=_PROJECT,
        check=True,
        stdout=subprocess.PIPE,
    )
    return json.loads(done.stdout)


class Answering:
    """An engine that waits to be asked."""

    def __init__(self, engine: str, folder: Path, queries: Path) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # as above
            _command("ask", engine, folder, queries),
            cwd=_PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.opened = self._answer()

    def ask(self, task: str, *arguments: object) -> Any:
        """Have something done, and wait for what comes of it."""
        assert self._process.stdin is not None  # noqa: S101  # it was asked for
        self._process.stdin.write(json.dumps([task, *arguments]) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None  # noqa: S101  # it was asked for
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("an engine stopped; what it said is above")
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
