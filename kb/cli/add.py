"""The command `kb add`: it tells what happens, and what came of each file."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from indexer.corpus.text_files import shown_name
from indexer.extraction.report.report_card_text import card_text
from indexer.model.ids import Kind
from indexer.model.problems import Message, Translate, message
from indexer.model.proposals import MetadataField
from indexer.pipeline import open_corpus, open_stored_engine, open_texts, update
from indexer.terminal import (
    CONTENT_PROBLEMS,
    UNAVAILABLE_ERRORS,
    Context,
    change_report,
    fail_unavailable,
    status_printer,
)
from kb.publishing.extractions.draft_texts import ImportedFile, where
from kb.publishing.extractions.proposal_records import SURENESS
from kb.publishing.imports.import_results import ImportResult, ImportStatus
from kb.publishing.imports.importer import Importer
from kb.publishing.imports.staging import files_under

WIDTH = 60

NAMES: dict[MetadataField | Kind, Message] = {
    MetadataField.CODE: message("code"),
    MetadataField.TITLE: message("title"),
    MetadataField.SUMMARY: message("summary"),
    MetadataField.AUTHORS: message("authors"),
    MetadataField.LEAD: message("lead"),
    MetadataField.DATE: message("date"),
    MetadataField.LANGUAGE: message("language"),
    MetadataField.TYPE: message("type"),
    MetadataField.PROJECT: message("project"),
    MetadataField.LICENCE: message("licence"),
    MetadataField.DISSEMINATION: message("dissemination level"),
    Kind.RECOMMENDATION: message("recommendation"),
    Kind.PRACTICE: message("practice"),
}


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--publish", is_flag=True, help="Publish what is complete, and keep the rest."
)
@click.option(
    "--ocr",
    is_flag=True,
    help="Recognise the text of scanned pages, by tesseract: some seconds a page.",
)
@click.pass_obj
def add(context: Context, files: tuple[Path, ...], *, publish: bool, ocr: bool) -> None:
    """Read FILES, and all in the folders that are named, and make a draft of each.

    A draft holds what the file says of itself, and the recommendations and practices
    found in it, for a person to check. Writes them into KB_INSTANCE/drafts; with
    --publish, writes those that are complete into documents/ and brings the index up
    to date. Each file goes in whole or not at all. Exits 1 if one did not go in.
    """
    try:
        outcomes = add_all(context, files, is_publishing=publish, ocr=ocr)
    except UNAVAILABLE_ERRORS as error:
        fail_unavailable(error, context.translate)
        return
    if not all(outcome.is_in for outcome in outcomes):
        sys.exit(CONTENT_PROBLEMS)


def add_all(
    context: Context, paths: Sequence[Path], *, is_publishing: bool, ocr: bool = False
) -> list[ImportResult]:
    """Add files, and tell of each what became of it; then bring the index up to date.

    Raises:
        CorpusMissingError: there is no content to add to.
        IndexBusyError: somebody else is adding, or writing the index.
        IndexWriteError: the index can't be written; what was added is there.
    """
    files = files_under(paths)
    adder = Importer(
        context.locations,
        translate=context.translate,
        is_publishing=is_publishing,
        ocr=ocr,
    )
    outcomes: list[ImportResult] = []
    try:
        for outcome in adder.add(files):
            outcomes.append(outcome)
            _clear_progress()
            _tell(outcome, context.translate, is_brief=len(files) > 5)
            _show_progress(len(outcomes), len(files))
    except KeyboardInterrupt:
        _clear_progress()
        _tell_all(outcomes, context.translate)
        _tell_stopped(len(files) - len(outcomes), context.translate)
        raise
    _clear_progress()
    _tell_all(outcomes, context.translate)
    if any(outcome.state is ImportStatus.PUBLISHED for outcome in outcomes):
        _update_index(context)
    return outcomes


def _tell(outcome: ImportResult, translate: Translate, *, is_brief: bool) -> None:
    click.echo(f"{_shown(outcome.path)}: {outcome.message.text(translate)}")
    if outcome.card is not None:
        for line in card_text(outcome.card, translate).splitlines():
            click.echo(f"  {line}")
    if outcome.finding is not None and not is_brief:
        for line in _found(outcome.finding, translate):
            click.echo(f"    {line}")


def _found(finding: ImportedFile, translate: Translate) -> Iterator[str]:
    """Tell what was found in a file, and where."""
    for fact in finding.facts:
        yield message(
            "%(name)s: %(value)s (%(sureness)s; %(place)s)",
            name=NAMES[fact.field].text(translate),
            value=fact.value,
            sureness=SURENESS[fact.sureness].text(translate),
            place=where(fact.whence, translate),
        ).text(translate)
    for each in finding.proposals:
        page = f"p. {each.page}, " if each.page else ""
        yield message(
            "%(name)s: %(value)s (%(sureness)s)",
            name=NAMES[each.kind].text(translate),
            value=each.title,
            sureness=page + SURENESS[each.sureness].text(translate),
        ).text(translate)


def _tell_all(outcomes: Sequence[ImportResult], translate: Translate) -> None:
    """Say at the end what went in and what did not."""
    went_in = [each for each in outcomes if each.is_in]
    stayed_out = [each for each in outcomes if not each.is_in]
    there = sum(each.state is ImportStatus.ALREADY_THERE for each in outcomes)
    told = message(
        "went in: %(went_in)s (of which already there: %(there)s); "
        "did not go in: %(count)s",
        went_in=len(went_in),
        there=there,
        count=len(stayed_out),
    )
    click.echo(told.text(translate))
    for each in stayed_out:
        click.echo(f"- {_shown(each.path)}: {each.message.text(translate)}")


def _tell_stopped(left: int, translate: Translate) -> None:
    """Say what a person who stopped the command may do."""
    told = message(
        "stopped; files that were left: %(count)s: the same command goes on with them",
        count=left,
    )
    click.echo(told.text(translate))


def _update_index(context: Context) -> None:
    started = time.monotonic()
    engine = open_stored_engine(
        context.locations, notify=status_printer(context.translate)
    )
    with engine.exclusive():
        change = update(
            engine,
            open_corpus(context.locations).read,
            texts=open_texts(context.locations),
        )
    click.echo(change_report(change, time.monotonic() - started, context.translate))


def _show_progress(done: int, count: int) -> None:
    if sys.stderr.isatty() and count > 1:
        bar = "=" * (WIDTH * done // count)
        click.echo(f"\r[{bar:{WIDTH}}] {done}/{count}", nl=False, err=True)


def _clear_progress() -> None:
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)


def _shown(path: Path) -> str:
    """Give a path as it can be printed: names may be in any encoding."""
    return shown_name(str(path))
