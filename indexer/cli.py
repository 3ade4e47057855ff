"""The commands `kb index …` and `kb content …`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from indexer.corpus.advice import find_warnings
from indexer.corpus.corpus import Corpus, CorpusReader
from indexer.engines.base import IndexState, StoredEngine
from indexer.errors import (
    CorpusMissingError,
    IndexBusyError,
    IndexUnavailableError,
    IndexWriteError,
)
from indexer.model.problems import Severity, Translate
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
from indexer.quoted import check_files
from indexer.readers.store import ReadingStore
from indexer.texts import FileTexts

CONTENT_PROBLEMS = 1
UNAVAILABLE = 3

UNAVAILABLE_ERRORS = (
    CorpusMissingError,
    IndexBusyError,
    IndexUnavailableError,
    IndexWriteError,
)


@dataclass(frozen=True, slots=True)
class Context:
    """What the commands are given: where things are, and the language of problems."""

    locations: Locations
    translate: Translate = str
    notice: Callable[[Locations], None] = lambda _: None
    """Tells whoever keeps a history of what was changed by hand."""


def say(text: str) -> None:
    """Print a plain line about what is going on, apart from the results."""
    click.echo(text, err=True)


def fail(error: Exception) -> None:
    """Say that something needed is not available, and end."""
    say(f"kb: {error}")
    sys.exit(UNAVAILABLE)


@click.group()
def index() -> None:
    """Make, update and check the search index."""


@index.command("rebuild")
@click.pass_obj
def index_rebuild(context: Context) -> None:
    """Make the index anew from documents/.

    Writes a new index beside the old one, then swaps it in. The old one answers until
    then and is kept, in case the new one is damaged later.
    """
    started = time.monotonic()
    context.notice(context.locations)
    try:
        engine = _engine(context.locations)
        with engine.exclusive():
            change = rebuild(
                engine,
                _corpus(context.locations),
                texts=open_texts(context.locations),
            )
    except UNAVAILABLE_ERRORS as error:
        fail(error)
    else:
        click.echo(report(change, time.monotonic() - started))


@index.command("update")
@click.pass_obj
def index_update(context: Context) -> None:
    """Write what changed in documents/ into the index, and nothing else.

    Changes nothing on disk when nothing changed. Makes the index anew when it is
    missing, damaged or of another version. KB_INSTANCE/history is told of what was
    changed by hand.
    """
    started = time.monotonic()
    context.notice(context.locations)
    try:
        engine = _engine(context.locations)
        # Read after the wait for another writer, or its news would be undone.
        with engine.exclusive():
            change = update(
                engine,
                lambda: _corpus(context.locations),
                texts=open_texts(context.locations),
            )
    except UNAVAILABLE_ERRORS as error:
        fail(error)
    else:
        click.echo(report(change, time.monotonic() - started))


@index.command("status")
@click.pass_obj
def index_status(context: Context) -> None:
    """Tell what the index holds, and if it is up to date. Changes nothing on disk."""
    try:
        status = _engine(context.locations).status()
        corpus = open_corpus(context.locations, is_only_looking=True).read()
        pending = pending_changes(status, corpus, open_texts(context.locations))
    except UNAVAILABLE_ERRORS as error:
        fail(error)
        return
    click.echo(f"index: {status.state.value} ({context.locations.index})")
    if status.reason:
        click.echo(f"reason: {status.reason}")
    if status.fingerprints is not None:
        click.echo(f"generation: {status.generation}")
        click.echo(f"records: {len(status.fingerprints)}")
    click.echo(f"to update: {pending}")
    if status.state is not IndexState.READY:
        sys.exit(UNAVAILABLE)


@index.command("verify")
@click.pass_obj
def index_verify(context: Context) -> None:
    """Check every byte of the index against its stamp. Changes nothing on disk."""
    status = _engine(context.locations).status()
    if status.state is not IndexState.READY:
        reason = f" ({status.reason})" if status.reason else ""
        say(f"kb: the index is {status.state.value}{reason}; run: kb index rebuild")
        sys.exit(UNAVAILABLE)
    click.echo(f"the index is whole: generation {status.generation}")


@click.group()
def content() -> None:
    """Check the content."""


@content.command("check")
@click.argument("directory", required=False, type=click.Path(path_type=Path))
@click.pass_obj
def content_check(context: Context, directory: Path | None) -> None:
    """Check DIRECTORY, or documents/, and print every problem. Changes nothing on disk.

    Originals that were not read before are read now, to look for what is quoted from
    them, and KB_INSTANCE keeps what they say. Each line reads path:line: what is wrong:
    what to do. Exits 1 if there is any, but for warnings: what may well be right, and
    is worth a look.
    """
    folder = directory or context.locations.documents
    try:
        corpus = CorpusReader(folder.resolve()).read()
    except CorpusMissingError as error:
        fail(error)
        return
    root = folder.resolve()
    texts = FileTexts(root, ReadingStore(context.locations.readings))
    of_files = tuple(check_files(corpus, texts, root, notify=say))
    warnings = [each for each in of_files if each.severity is Severity.WARNING]
    warnings += find_warnings(corpus, root=root.name)
    lost = [each for each in of_files if each.severity is Severity.ERROR]
    for problem in (*corpus.problems, *lost, *warnings):
        click.echo(problem.text(context.translate))
    count = len(corpus.problems) + len(lost)
    say(_count_of(len(corpus.records), count, len(warnings)))
    if count:
        sys.exit(CONTENT_PROBLEMS)


def _count_of(records: int, problems: int, warnings: int) -> str:
    parts = [f"{records} records read", f"{problems} problem{'s' * (problems != 1)}"]
    if warnings:
        parts.append(f"{warnings} warning{'s' * (warnings != 1)}")
    return ", ".join(parts)


def report(change: IndexChange, took_s: float) -> str:
    """Say in one line what was done to the index."""
    match change.type:
        case ChangeType.NOTHING:
            return f"nothing changed: {change.total} records ({took_s:.1f} s)"
        case ChangeType.REBUILT:
            reason = f"; {change.reason}" if change.reason else ""
            return f"index rebuilt: {change.total} records ({took_s:.1f} s{reason})"
        case _:
            return (
                f"index updated: {change.written} written, {change.removed} removed, "
                f"{change.total} records ({took_s:.1f} s)"
            )


def _engine(locations: Locations) -> StoredEngine:
    return open_stored_engine(locations, notify=say)


def _corpus(locations: Locations) -> Corpus:
    corpus = read_corpus(locations)
    if corpus.problems:
        say(f"{len(corpus.problems)} problems in the content; see: kb content check")
    return corpus
