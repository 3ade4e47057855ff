"""The commands `kb index …` and `kb content …`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click

from indexer.corpus.content_warnings import find_warnings
from indexer.corpus.corpus import Corpus, CorpusReader
from indexer.engines.base import IndexState, IndexStatus, SearchEngine
from indexer.errors import CorpusMissingError
from indexer.file_texts import FileTexts
from indexer.model.problems import (
    Message,
    errors_among,
    errors_first,
    message,
)
from indexer.pipeline import (
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
from indexer.terminal import (
    CONTENT_PROBLEMS,
    UNAVAILABLE,
    UNAVAILABLE_ERRORS,
    Context,
    change_report,
    error_count,
    fail_unavailable,
    print_status,
    status_printer,
)

STATES: dict[IndexState, Message] = {
    IndexState.READY: message("ready"),
    IndexState.MISSING: message("missing"),
    IndexState.OUTDATED: message("outdated"),
    IndexState.DAMAGED: message("damaged"),
}


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
    context.record_edits(context.locations)
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
        click.echo(change_report(change, time.monotonic() - started, context.translate))


@index.command("update")
@click.pass_obj
def index_update(context: Context) -> None:
    """Write what changed in documents/ into the index, and nothing else.

    Changes nothing on disk when nothing changed. Makes the index anew when it is
    missing, damaged or of another version. KB_INSTANCE/history is told of what was
    changed by hand.
    """
    started = time.monotonic()
    context.record_edits(context.locations)
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
        click.echo(change_report(change, time.monotonic() - started, context.translate))


@index.command("status")
@click.pass_obj
def index_status(context: Context) -> None:
    """Tell what the index holds, and if it is up to date. Changes nothing on disk."""
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
    """Check every byte of the index against its stamp. Changes nothing on disk."""
    status = _engine(context).status()
    if status.state is not IndexState.READY:
        state = STATES[status.state].text(context.translate)
        told = message(
            "the index is %(state)s; run: kb index rebuild",
            state=f"{state} ({status.reason})" if status.reason else state,
        )
        print_status(f"kb: {told.text(context.translate)}")
        sys.exit(UNAVAILABLE)
    whole = message("the index is whole: generation %(name)s", name=status.generation)
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
        fail_unavailable(error, context.translate)
        return
    root = folder.resolve()
    texts = FileTexts(root, ReadingCache(context.locations.readings))
    of_files = check_files(
        corpus, texts, root, notify=status_printer(context.translate)
    )
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
    print_status(counts.text(context.translate))
    if errors:
        sys.exit(CONTENT_PROBLEMS)


def _engine(context: Context) -> SearchEngine:
    return open_stored_engine(
        context.locations, notify=status_printer(context.translate)
    )


def _corpus(context: Context) -> Corpus:
    corpus = read_corpus(context.locations)
    errors = errors_among(corpus.problems)
    if errors:
        print_status(error_count(errors).text(context.translate))
    return corpus
