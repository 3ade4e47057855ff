"""Reads groups of settings that belong together, and reports invalid values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from indexer.model.problems import Message, message

Report = Callable[[Message], None]


class VariableReader:
    """Parses the variables of one group; `report` collects the errors."""

    def __init__(self, environ: Mapping[str, str], report: Report) -> None:
        self._environ = environ
        self._report = report

    def text(self, name: str) -> str:
        """Return a value without the blanks around it; empty if it is not set."""
        return self._environ.get(name, "").strip()

    def file(self, name: str) -> Path | None:
        """Return the path of a file that can be read; report any other."""
        text = self.text(name)
        if not text:
            return None
        path = Path(text).absolute()
        try:
            with path.open("rb"):
                pass
        except OSError as error:
            self._report(
                message(
                    "%(name)s=%(text)s cannot be read: %(reason)s",
                    name=name,
                    text=text,
                    reason=error.strerror or error,
                )
            )
        return path
