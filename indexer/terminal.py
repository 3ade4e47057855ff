"""Output of the commands: status lines on stderr, error messages, exit codes."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

import click

from indexer.corpus.corpus import Corpus
from indexer.corpus.corpus_reader import LastGood, no_last_good
from indexer.errors import (
    CorpusMissingError,
    IndexBusyError,
    IndexUnavailableError,
    IndexWriteError,
)
from indexer.model.problems import Message, Problem, Translate, message
from indexer.model.progress import ItemT, Progress
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
    """The folders, the terminal's language and the history hooks of a command.

    `record_edits` writes edits made outside the service into the history; `last_good`
    reads the last state of a record without errors from there, and `find_outdated`
    yields the warnings for editions that are behind the other language.
    """

    locations: Locations
    translate: Translate = str
    record_edits: Callable[[Locations], object] = lambda _: None
    last_good: Callable[[Locations], LastGood] = lambda _: no_last_good
    find_outdated: Callable[[Locations, Corpus], Iterable[Problem]] = lambda _, __: ()

    def notify(self, status: Message | Problem) -> None:
        """Print a translated message on stderr."""
        print_status(status.text(self.translate))

    def echo(self, result: Message | Problem) -> None:
        """Print a translated message on stdout."""
        click.echo(result.text(self.translate))


def print_status(text: str) -> None:
    """Print a line on stderr, apart from the results on stdout."""
    click.echo(text, err=True)


def progress_bar(translate: Translate) -> Progress:
    """Return a tracker that shows a progress bar on stderr, if that is a terminal."""

    def track(label: Message, items: Iterable[ItemT], total: int, /) -> Iterable[ItemT]:
        if not sys.stderr.isatty() or total < 2:
            yield from items
            return
        with click.progressbar(
            items, length=total, label=label.text(translate), file=sys.stderr
        ) as bar:
            yield from bar

    return track


def fail(error: Exception, text: str = "") -> NoReturn:
    """Print an error, by default the exception's own text, and exit with 3."""
    print_error(text or str(error))
    sys.exit(UNAVAILABLE)


def print_error(text: str) -> None:
    """Print an error on stderr, after the name of the command.

    Control characters, which a file name may contain, are printed as `?`.
    """
    printed = (
        each if each.isprintable() or each in NO_BREAK_SPACES else "?" for each in text
    )
    print_status(f"kb: {''.join(printed)}")


def fail_unavailable(error: Exception, translate: Translate) -> NoReturn:
    """Print one of `UNAVAILABLE_ERRORS` in the terminal's language and exit with 3."""
    match error:
        case CorpusMissingError():
            reason = message(
                "%(path)s: this content folder cannot be read", path=error.path
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
    fail(error, reason.text(translate))


_REPORTS = {
    ChangeType.NOTHING: message("nothing changed: %(count)s records (%(seconds)s s)"),
    ChangeType.REBUILT: message(
        "index rebuilt: %(count)s records (%(seconds)s s%(reason)s)"
    ),
    ChangeType.UPDATED: message(
        "index updated: %(written)s written, %(removed)s removed, %(count)s "
        "records (%(seconds)s s)"
    ),
}


def change_report(
    change: IndexChange, took_s: float, translate: Translate = str
) -> str:
    """Return one line that describes a change of the index and its duration."""
    values = {
        "written": change.written,
        "removed": change.removed,
        "count": change.total,
        "seconds": f"{took_s:.1f}",
        "reason": f"; {change.reason.text(translate)}" if change.reason else "",
    }
    return _REPORTS[change.type].with_values(values).text(translate)


def error_count(errors: Sequence[Problem]) -> Message:
    """Return the line that counts the errors of the content and names the command."""
    return message(
        "problems in the content: %(count)s; see: kb content check", count=len(errors)
    )
