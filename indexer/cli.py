"""The commands `kb index …` and `kb content …`."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from filelock import FileLock, Timeout

from indexer.corpus.assessment_fields import read_proposals
from indexer.corpus.content_warnings import WarningFinder
from indexer.corpus.corpus import Corpus
from indexer.corpus.corpus_reader import CorpusReader
from indexer.corpus.freshness import news_warnings, utc_today
from indexer.corpus.shared_files import help_line_warnings, judgement_problems
from indexer.engines.base import IndexState, IndexStatus, SearchEngine
from indexer.errors import IndexUnavailableError
from indexer.file_texts import FileTexts
from indexer.meaning.encoder import is_model_installed, open_encoder
from indexer.meaning.passage_vectors import update_vectors
from indexer.model.problems import Message, Problem, errors_among, errors_first, message
from indexer.model.progress import Progress
from indexer.pipeline import (
    IndexChange,
    extraction_problems,
    indexed_records,
    open_corpus,
    open_stored_engine,
    open_texts,
    pending_changes,
    rebuild,
    update,
)
from indexer.quotation_check import check_files
from indexer.readers.sandbox.reading_cache import ReadingCache
from indexer.terminal import (
    CONTENT_PROBLEMS,
    UNAVAILABLE,
    Context,
    change_report,
    error_count,
    fail,
    print_status,
    progress_bar,
)

NICENESS = 5
"""Visitors come first. On processors that are always busy, a command of the lowest
priority gets a hundredth of one, and first vectors would take hours."""

STATES: dict[IndexState, Message] = {
    IndexState.READY: message("ready"),
    IndexState.MISSING: message("missing"),
    IndexState.OUTDATED: message("outdated"),
    IndexState.DAMAGED: message("damaged"),
    IndexState.UNREACHABLE: message("out of reach"),
}


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
    _change_index(
        context,
        lambda engine, texts, progress: rebuild(
            engine, _corpus(context), texts=texts, progress=progress
        ),
    )


@index.command("update")
@click.pass_obj
def index_update(context: Context) -> None:
    """Update the index with what changed in documents/.

    Changes nothing on disk when nothing changed. Rebuilds the index when it is missing,
    damaged or of another version. Changes made by hand are recorded in
    KB_INSTANCE/history.
    """
    _change_index(
        context,
        lambda engine, texts, progress: update(
            engine, lambda: _corpus(context), texts=texts, progress=progress
        ),
    )


def _change_index(
    context: Context,
    change: Callable[[SearchEngine, FileTexts, Progress], IndexChange],
) -> None:
    started = time.monotonic()
    context.record_edits(context.locations)
    engine = _engine(context)
    # Read after waiting for another writer, or its changes would be undone.
    with engine.exclusive():
        done = change(
            engine, open_texts(context.locations), progress_bar(context.translate)
        )
    click.echo(change_report(done, time.monotonic() - started, context.translate))
    for problem in done.problems:
        context.echo(problem)
    if done.problems:
        sys.exit(CONTENT_PROBLEMS)


@index.command("erase")
@click.pass_obj
def index_erase(context: Context) -> None:
    """Erase texts of withdrawn or replaced records from the files of the index.

    Deletes the earlier generation of the index too. A running service does this itself,
    ten minutes after the last change.
    """
    os.nice(NICENESS)
    _engine(context).erase_replaced_texts()


@index.command("status")
@click.pass_obj
def index_status(context: Context) -> None:
    """Show what the index contains and whether it is up to date.

    Changes nothing on disk.
    """
    status = _engine(context).status()
    last_good = context.last_good(context.locations)
    corpus = open_corpus(
        context.locations, is_read_only=True, last_good=last_good
    ).read()
    pending = pending_changes(status, corpus, open_texts(context.locations))
    for line in _status_lines(status, context, pending):
        context.echo(line)
    if status.state is not IndexState.READY:
        sys.exit(UNAVAILABLE)


@index.command("verify")
@click.pass_obj
def index_verify(context: Context) -> None:
    """Compare every byte of the index with its checksum. Changes nothing on disk."""
    status = _engine(context).status()
    if status.state is not IndexState.READY:
        if status.state is IndexState.UNREACHABLE:
            raise IndexUnavailableError(context.locations.index_place, status.reason)
        state = STATES[status.state].text(context.translate)
        problem = message(
            "the index is %(state)s; run: kb index rebuild",
            state=f"{state} ({status.reason})" if status.reason else state,
        )
        print_status(f"kb: {problem.text(context.translate)}")
        sys.exit(UNAVAILABLE)
    context.echo(
        message("the index is complete: generation %(name)s", name=status.generation)
    )


@index.command("vectors")
@click.option("--with-service", is_flag=True, hidden=True)
@click.pass_obj
def index_vectors(context: Context, *, with_service: bool) -> None:
    """Encode the passages that the vectors beside the index lack.

    Writes KB_INDEX/vectors, by which questions also find records that are close in
    meaning; needs the model of `make install-meaning`. A running service does this
    itself, at a low priority, as this command does. Texts that are gone lose
    their vectors.
    """
    if not is_model_installed():
        missing = message(
            "the model is not installed; run: make install-meaning",
        )
        print_status(f"kb: {missing.text(context.translate)}")
        sys.exit(UNAVAILABLE)
    os.nice(NICENESS)
    parent = os.getppid()

    def is_stopped() -> bool:
        # A process whose parent has ended gets another parent.
        return with_service and os.getppid() != parent

    locations = context.locations
    try:
        locations.index.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(locations.vectors.with_suffix(".lock"), timeout=0):
            # Nothing but the vectors is written: a read-only replica runs this too.
            corpus = open_corpus(locations, is_read_only=True).read()
            change = update_vectors(
                indexed_records(corpus, open_texts(locations)),
                open_encoder(),
                locations.vectors,
                threads=os.cpu_count() or 1,
                is_stopped=is_stopped,
                progress=progress_bar(context.translate),
            )
    except Timeout:
        busy = message("another process encodes the passages already")
        print_status(f"kb: {busy.text(context.translate)}")
        sys.exit(UNAVAILABLE)
    except OSError as error:
        fail(error)
    done = message(
        "passages: %(total)s; encoded now: %(encoded)s; missing: %(missing)s",
        total=change.total,
        encoded=change.encoded,
        missing=change.missing,
    )
    if not with_service:
        click.echo(done.text(context.translate))


def _status_lines(
    status: IndexStatus, context: Context, pending: int
) -> Iterator[Message]:
    yield message(
        "index: %(state)s (%(path)s)",
        state=STATES[status.state].text(context.translate),
        path=context.locations.index_place,
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
    root = (directory or context.locations.documents).resolve()
    corpus = CorpusReader(root).read()
    texts = FileTexts(root, ReadingCache(context.locations.readings))
    file_problems = check_files(corpus, texts, root, notify=context.notify)
    warnings = [*WarningFinder(root, shown_root=root.name).find(corpus)]
    records = corpus.records.values()
    day = utc_today()
    warnings += news_warnings(records, day, shown_root=root.name)
    warnings += help_line_warnings(corpus.help_lines, day, shown_root=root.name)
    if directory is None:
        # The history is that of documents/.
        warnings += context.find_outdated(context.locations, corpus)
    proposal_problems: list[Problem] = []
    read_proposals(root, corpus.records, proposal_problems)
    problems = errors_first(
        (
            *corpus.problems,
            *proposal_problems,
            *judgement_problems(root, corpus.records),
            *extraction_problems(corpus),
            *file_problems,
            *warnings,
        )
    )
    errors = errors_among(problems)
    for problem in problems:
        context.echo(problem)
    context.notify(
        message(
            "records read: %(records)s; problems: %(problems)s; warnings: %(warnings)s",
            records=len(corpus.records),
            problems=len(errors),
            warnings=len(problems) - len(errors),
        )
    )
    if errors:
        sys.exit(CONTENT_PROBLEMS)


def _engine(context: Context) -> SearchEngine:
    return open_stored_engine(context.locations, notify=context.notify)


def _corpus(context: Context) -> Corpus:
    last_good = context.last_good(context.locations)
    corpus = open_corpus(context.locations, last_good=last_good).read()
    errors = errors_among(corpus.problems)
    if errors:
        context.notify(error_count(errors))
    return corpus
