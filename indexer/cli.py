"""The commands `kb index …` and `kb content …`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from indexer.corpus.content_warnings import find_warnings
from indexer.corpus.corpus import Corpus, CorpusReader
from indexer.engines.base import IndexState, IndexStatus, StoredEngine
from indexer.errors import (
    CorpusMissingError,
    IndexBusyError,
    IndexUnavailableError,
    IndexWriteError,
)
from indexer.file_texts import FileTexts
from indexer.model.problems import (
    Message,
    Notify,
    Problem,
    Translate,
    errors_among,
    errors_first,
    message,
)
from indexer.pipeline import (
    ChangeType,
    IndexChange,
    Locations,
    open_corpus,
    open_stored_engine,
    open_texts,
    pending_changes,
    read_corpus,
    rebuild,
    update,
)
from indexer.quotation_check import check_files
from indexer.readers.sandbox.reading_cache import ReadingCache

CONTENT_PROBLEMS = 1
UNAVAILABLE = 3

SPACES = "\u00a0\u202f"
"""The no-break spaces of French sentences."""

UNAVAILABLE_ERRORS = (
    CorpusMissingError,
    IndexBusyError,
    IndexUnavailableError,
    IndexWriteError,
)


STATES: dict[IndexState, Message] = {
    IndexState.READY: message("ready"),
    IndexState.MISSING: message("missing"),
    IndexState.OUTDATED: message("outdated"),
    IndexState.DAMAGED: message("damaged"),
}


@dataclass(frozen=True, slots=True)
class Context:
    """What the commands are given: where things are, and the language of problems."""

    locations: Locations
    translate: Translate = str
    notice: Callable[[Locations], object] = lambda _: None
    """Tells whoever keeps a history of what was changed by hand."""


def teller(translate: Translate) -> Notify:
    """Give what says things in the language of `translate`, apart from the results."""
    return lambda told: say(told.text(translate))


def say(text: str) -> None:
    """Print a plain line about what is going on, apart from the results."""
    click.echo(text, err=True)


def fail(error: Exception, told: str = "") -> None:
    """Say that something needed is not available, and end.

    `told` says it in the language of the terminal. What is in a name, from wherever it
    comes, gives no order to the terminal.
    """
    text = told or str(error)
    shown = (each if each.isprintable() or each in SPACES else "?" for each in text)
    say(f"kb: {''.join(shown)}")
    sys.exit(UNAVAILABLE)


def fail_unavailable(error: Exception, translate: Translate) -> None:
    """Say in the language of the terminal what is not available, and end."""
    match error:
        case CorpusMissingError():
            told = message(
                "%(path)s: this content folder cannot be read", path=error.path
            )
        case IndexBusyError():
            told = message(
                "%(path)s: still being written after %(seconds)s s",
                path=error.path,
                seconds=round(error.waited_s),
            )
        case IndexUnavailableError() | IndexWriteError():
            told = Message(
                "%(path)s: %(reason)s",
                {"path": str(error.path), "reason": error.reason},
            )
        case _:
            fail(error)
            return
    fail(error, told.text(translate))


@click.group()
def index() -> None:
    """Build, update and verify the search index."""


@index.command("rebuild")
@click.pass_obj
def index_rebuild(context: Context) -> None:
    """Rebuild the index from documents/.

    Writes a new index beside the current one, then replaces it. The current index keeps
    answering meanwhile and is kept as a backup.
    """
    started = time.monotonic()
    context.notice(context.locations)
    try:
        engine = _engine(context)
        with engine.exclusive():
            change = rebuild(
                engine,
                _corpus(context),
                texts=open_texts(context.locations),
            )
    except UNAVAILABLE_ERRORS as error:
        fail_unavailable(error, context.translate)
    else:
        click.echo(report(change, time.monotonic() - started, context.translate))


@index.command("update")
@click.pass_obj
def index_update(context: Context) -> None:
    """Update the index with what changed in documents/.

    Changes nothing on disk when nothing changed. Rebuilds the index when it is missing,
    damaged or of another version. Changes made by hand are recorded in
    KB_INSTANCE/history.
    """
    started = time.monotonic()
    context.notice(context.locations)
    try:
        engine = _engine(context)
        # Read after the wait for another writer, or its news would be undone.
        with engine.exclusive():
            change = update(
                engine,
                lambda: _corpus(context),
                texts=open_texts(context.locations),
            )
    except UNAVAILABLE_ERRORS as error:
        fail_unavailable(error, context.translate)
    else:
        click.echo(report(change, time.monotonic() - started, context.translate))


@index.command("status")
@click.pass_obj
def index_status(context: Context) -> None:
    """Show what the index contains and whether it is up to date.

    Changes nothing on disk.
    """
    try:
        status = _engine(context).status()
        corpus = open_corpus(context.locations, is_only_looking=True).read()
        pending = pending_changes(status, corpus, open_texts(context.locations))
    except UNAVAILABLE_ERRORS as error:
        fail_unavailable(error, context.translate)
        return
    for told in _status_lines(status, context, pending):
        click.echo(told.text(context.translate))
    if status.state is not IndexState.READY:
        sys.exit(UNAVAILABLE)


@index.command("verify")
@click.pass_obj
def index_verify(context: Context) -> None:
    """Compare every byte of the index with its checksum. Changes nothing on disk."""
    status = _engine(context).status()
    if status.state is not IndexState.READY:
        state = STATES[status.state].text(context.translate)
        told = message(
            "the index is %(state)s; run: kb index rebuild",
            state=f"{state} ({status.reason})" if status.reason else state,
        )
        say(f"kb: {told.text(context.translate)}")
        sys.exit(UNAVAILABLE)
    whole = message(
        "the index is complete: generation %(name)s", name=status.generation
    )
    click.echo(whole.text(context.translate))


def _status_lines(
    status: IndexStatus, context: Context, pending: int
) -> Iterator[Message]:
    yield message(
        "index: %(state)s (%(path)s)",
        state=STATES[status.state].text(context.translate),
        path=context.locations.index,
    )
    if status.reason:
        yield message("reason: %(reason)s", reason=status.reason)
    if status.fingerprints is not None:
        yield message("generation: %(name)s", name=status.generation)
        yield message("records: %(count)s", count=len(status.fingerprints))
    yield message("to update: %(count)s", count=pending)


@click.group()
def content() -> None:
    """Check the content."""


@content.command("check")
@click.argument("directory", required=False, type=click.Path(path_type=Path))
@click.pass_obj
def content_check(context: Context, directory: Path | None) -> None:
    """Check DIRECTORY, or documents/, and print every problem.

    Writes only the texts of originals, which are read once and stored in KB_INSTANCE,
    to look up quotations. Each line reads path:line: what is wrong: what to do. Exits 1
    if there is a problem; warnings, such as a record in one language only, do not
    count.
    """
    folder = directory or context.locations.documents
    try:
        corpus = CorpusReader(folder.resolve()).read()
    except CorpusMissingError as error:
        fail_unavailable(error, context.translate)
        return
    root = folder.resolve()
    texts = FileTexts(root, ReadingCache(context.locations.readings))
    of_files = check_files(corpus, texts, root, notify=teller(context.translate))
    warnings = find_warnings(corpus, root=root.name)
    problems = errors_first((*corpus.problems, *of_files, *warnings))
    errors = errors_among(problems)
    for problem in problems:
        click.echo(problem.text(context.translate))
    counts = message(
        "records read: %(records)s; problems: %(problems)s; warnings: %(warnings)s",
        records=len(corpus.records),
        problems=len(errors),
        warnings=len(problems) - len(errors),
    )
    say(counts.text(context.translate))
    if errors:
        sys.exit(CONTENT_PROBLEMS)


def report(change: IndexChange, took_s: float, translate: Translate = str) -> str:
    """Say in one line what was done to the index."""
    match change.type:
        case ChangeType.NOTHING:
            told = message(
                "nothing changed: %(count)s records (%(seconds)s s)",
                count=change.total,
                seconds=f"{took_s:.1f}",
            )
        case ChangeType.REBUILT:
            reason = f"; {change.reason.text(translate)}" if change.reason else ""
            told = message(
                "index rebuilt: %(count)s records (%(seconds)s s%(reason)s)",
                count=change.total,
                seconds=f"{took_s:.1f}",
                reason=reason,
            )
        case _:
            told = message(
                "index updated: %(written)s written, %(removed)s removed, %(count)s "
                "records (%(seconds)s s)",
                written=change.written,
                removed=change.removed,
                count=change.total,
                seconds=f"{took_s:.1f}",
            )
    return told.text(translate)


def _engine(context: Context) -> StoredEngine:
    return open_stored_engine(context.locations, notify=teller(context.translate))


def _corpus(context: Context) -> Corpus:
    corpus = read_corpus(context.locations)
    errors = errors_among(corpus.problems)
    if errors:
        say(error_count(errors).text(context.translate))
    return corpus


def error_count(errors: Sequence[Problem]) -> Message:
    """Return the line that counts the errors of the content and names the command."""
    return message(
        "problems in the content: %(count)s; see: kb content check", count=len(errors)
    )
