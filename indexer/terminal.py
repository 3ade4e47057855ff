"""Output of the commands: status lines on stderr, error messages, exit codes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click

from indexer.errors import (
    CorpusMissingError,
    IndexBusyError,
    IndexUnavailableError,
    IndexWriteError,
)
from indexer.model.problems import Message, Notify, Problem, Translate, message
from indexer.pipeline import ChangeType, IndexChange, Locations

CONTENT_PROBLEMS = 1
WRONG_USAGE = 2
UNAVAILABLE = 3

NO_BREAK_SPACES = "\u00a0\u202f"

UNAVAILABLE_ERRORS = (
    CorpusMissingError,
    IndexBusyError,
    IndexUnavailableError,
    IndexWriteError,
)


@dataclass(frozen=True, slots=True)
class Context:
    """The folders, the terminal's language and the history hook of a command.

    `record_edits` writes edits made outside the service into the history.
    """

    locations: Locations
    translate: Translate = str
    record_edits: Callable[[Locations], object] = lambda _: None


def status_printer(translate: Translate) -> Notify:
    """Return a function that prints a translated message on stderr."""
    return lambda status: print_status(status.text(translate))


def print_status(text: str) -> None:
    """Print a line on stderr, apart from the results on stdout."""
    click.echo(text, err=True)


def fail(error: Exception, text: str = "") -> None:
    """Print an error, by default the exception's own text, and exit with 3.

    Control characters, which a file name may contain, are printed as `?`.
    """
    printed = (
        each if each.isprintable() or each in NO_BREAK_SPACES else "?"
        for each in text or str(error)
    )
    print_status(f"kb: {''.join(printed)}")
    sys.exit(UNAVAILABLE)


def fail_unavailable(error: Exception, translate: Translate) -> None:
    """Print one of `UNAVAILABLE_ERRORS` in the terminal's language and exit with 3."""
    match error:
        case CorpusMissingError():
            reason = message(
                "%(path)s: no folder of documents can be read here", path=error.path
            )
        case IndexBusyError():
            reason = message(
                "%(path)s: still being written after %(seconds)s s",
                path=error.path,
                seconds=round(error.waited_s),
            )
        case IndexUnavailableError() | IndexWriteError():
            reason = Message(
                "%(path)s: %(reason)s",
                {"path": str(error.path), "reason": error.reason},
            )
        case _:
            fail(error)
            return
    fail(error, reason.text(translate))


def change_report(
    change: IndexChange, took_s: float, translate: Translate = str
) -> str:
    """Return one line that describes a change of the index and its duration."""
    match change.type:
        case ChangeType.NOTHING:
            report = message(
                "nothing changed: %(count)s records (%(seconds)s s)",
                count=change.total,
                seconds=f"{took_s:.1f}",
            )
        case ChangeType.REBUILT:
            reason = f"; {change.reason.text(translate)}" if change.reason else ""
            report = message(
                "index rebuilt: %(count)s records (%(seconds)s s%(reason)s)",
                count=change.total,
                seconds=f"{took_s:.1f}",
                reason=reason,
            )
        case _:
            report = message(
                "index updated: %(written)s written, %(removed)s removed, %(count)s "
                "records (%(seconds)s s)",
                written=change.written,
                removed=change.removed,
                count=change.total,
                seconds=f"{took_s:.1f}",
            )
    return report.text(translate)


def error_count(errors: Sequence[Problem]) -> Message:
    """Return the line that counts the errors of the content and names the command."""
    return message(
        "problems in the content: %(count)s; see: kb content check", count=len(errors)
    )
