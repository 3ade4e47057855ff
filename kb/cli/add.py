"""The command `kb add`: imports files, and prints the result of each."""

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from indexer.corpus.text_files import shown_name
from indexer.extraction.report.report_card import card_text
from indexer.extraction.report.restrictions import closed_words
from indexer.model.ids import Kind
from indexer.model.problems import Message, Translate, message
from indexer.model.proposals import MetadataField
from indexer.terminal import CONTENT_PROBLEMS, Context, change_report
from kb.core.settings import Settings, read_settings
from kb.publishing.extractions.draft_texts import (
    ImportedFile,
    origin_text,
    restriction_text,
)
from kb.publishing.extractions.extraction_store import extraction_key
from kb.publishing.extractions.proposal_records import LIKELIHOOD_WORDS
from kb.publishing.imports.importer import Importer
from kb.publishing.imports.record_matches import all_reasons
from kb.publishing.imports.staging import ImportResult, ImportStatus, files_under
from kb.services import Services

BAR_WIDTH = 60

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
    MetadataField.GRANT: message("grant agreement"),
    MetadataField.LICENCE: message("licence"),
    MetadataField.DISSEMINATION: message("dissemination level"),
    MetadataField.RESTRICTION: message("not for the public"),
    Kind.RECOMMENDATION: message("recommendation"),
    Kind.PRACTICE: message("practice"),
}


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--publish",
    is_flag=True,
    help="Publish complete drafts and leave the others as drafts.",
)
@click.option(
    "--ocr",
    is_flag=True,
    help="Recognise the text of scanned pages with tesseract: a few seconds per page.",
)
@click.pass_obj
def add(context: Context, files: tuple[Path, ...], *, publish: bool, ocr: bool) -> None:
    """Import FILES, and all files of the folders named, as drafts.

    A draft contains what the file says of itself, for a person to check: themes are
    only offered, and no recommendation or practice found in it becomes a draft before a
    person decides so in the browser. Writes drafts into KB_INSTANCE/drafts; with
    --publish, writes those that a person completed into documents/ and updates the
    index; a file that resembles a record, or says that it is not for the public, stays
    a draft. Each file is imported completely or not at all. Exits 1 if a file was not
    imported.
    """
    results = add_all(context, files, is_publishing=publish, ocr=ocr)
    if not all(result.is_success for result in results):
        sys.exit(CONTENT_PROBLEMS)


def add_all(
    context: Context, paths: Sequence[Path], *, is_publishing: bool, ocr: bool = False
) -> list[ImportResult]:
    """Import files, print the result of each, and update the index.

    Raises:
        CorpusMissingError: there is no content to add to.
        IndexBusyError: another process imports files or writes the index.
        IndexWriteError: the index can't be written; the imports are done.
    """
    files = files_under(paths)
    importer = Importer(
        context.locations,
        translate=context.translate,
        is_publishing=is_publishing,
        ocr=ocr,
    )
    results: list[ImportResult] = []
    try:
        for result in importer.add(files):
            results.append(result)
            _clear_progress()
            _print_result(result, context.translate, is_brief=len(files) > 5)
            for line in (
                *_question_lines(importer, result, context.translate),
                *_proposal_lines(result, context.translate),
            ):
                click.echo(f"  {line}")
            _show_progress(len(results), len(files))
    except KeyboardInterrupt:
        _clear_progress()
        _print_summary(results, context.translate)
        context.echo(
            message(
                "stopped; files remaining: %(count)s: run the same command to continue",
                count=len(files) - len(results),
            )
        )
        raise
    _clear_progress()
    _print_summary(results, context.translate)
    if any(result.status is ImportStatus.PUBLISHED for result in results):
        _update_index(context)
    return results


def _print_result(
    result: ImportResult, translate: Translate, *, is_brief: bool
) -> None:
    click.echo(f"{shown_name(str(result.path))}: {result.message.text(translate)}")
    if result.card is not None:
        for line in card_text(result.card, translate).splitlines():
            click.echo(f"  {line}")
    for line in _closed_lines(result, translate):
        click.echo(f"  {line}")
    if result.imported is not None and not is_brief:
        for line in _finding_lines(result.imported, translate):
            click.echo(f"    {line}")


def _question_lines(
    importer: Importer, result: ImportResult, translate: Translate
) -> Iterator[str]:
    """Yield the question which record a file belongs to, with the page that asks it."""
    if not result.matches:
        return
    for record, evidence in importer.evidence(result):
        yield message(
            "it resembles %(record)s: %(reasons)s",
            record=record,
            reasons=", ".join(
                reason.text(translate) for reason in all_reasons(evidence)
            ),
        ).text(translate)
    key = extraction_key(result.sha256)
    yield message(
        "the same document, a new version of its file, the other language, or a new "
        "record? Answer at %(site)s/en/staff/findings/%(key)s",
        site=read_settings().own_url,
        key=key,
    ).text(translate)


def _proposal_lines(result: ImportResult, translate: Translate) -> Iterator[str]:
    """Yield how many proposals wait for a decision, with the page that asks it."""
    if result.imported is not None and result.imported.proposals:
        yield message(
            "recommendations and practices to decide on: %(count)s, at "
            "%(site)s/en/staff/findings/%(key)s",
            count=len(result.imported.proposals),
            site=read_settings().own_url,
            key=extraction_key(result.sha256),
        ).text(translate)


def _closed_lines(result: ImportResult, translate: Translate) -> Iterator[str]:
    """Yield the warning that a file says it is not for the public."""
    facts = result.imported.facts if result.imported is not None else ()
    if closed := closed_words(facts):
        yield message(
            "warning: the file says that it is not for the public (%(where)s)",
            where=restriction_text(closed, translate),
        ).text(translate)


def _finding_lines(finding: ImportedFile, translate: Translate) -> Iterator[str]:
    """Yield a line for each fact and each proposal of a file."""
    for fact in finding.facts:
        yield message(
            "%(name)s: %(value)s (%(sureness)s; %(place)s)",
            name=NAMES[fact.field].text(translate),
            value=fact.value,
            sureness=LIKELIHOOD_WORDS[fact.likelihood].text(translate),
            place=origin_text(fact.origin, translate),
        ).text(translate)
    for proposal in finding.proposals:
        page = f"p. {proposal.page}, " if proposal.page else ""
        yield message(
            "%(name)s: %(value)s (%(sureness)s)",
            name=NAMES[proposal.kind].text(translate),
            value=proposal.title,
            sureness=page + LIKELIHOOD_WORDS[proposal.likelihood].text(translate),
        ).text(translate)


def _print_summary(results: Sequence[ImportResult], translate: Translate) -> None:
    """Print the numbers of imported and rejected files, and list the rejected ones."""
    imported = [result for result in results if result.is_success]
    rejected = [result for result in results if not result.is_success]
    present = sum(result.status is ImportStatus.ALREADY_THERE for result in results)
    summary = message(
        "imported: %(went_in)s (already present: %(there)s); not imported: %(count)s",
        went_in=len(imported),
        there=present,
        count=len(rejected),
    )
    click.echo(summary.text(translate))
    for each in rejected:
        click.echo(f"- {shown_name(str(each.path))}: {each.message.text(translate)}")


def _update_index(context: Context) -> None:
    started = time.monotonic()
    services = Services(Settings(context.locations), notify=context.notify)
    change = services.content.update_index()
    click.echo(change_report(change, time.monotonic() - started, context.translate))


def _show_progress(done: int, count: int) -> None:
    if sys.stderr.isatty() and count > 1:
        bar = "=" * (BAR_WIDTH * done // count)
        click.echo(f"\r[{bar:{BAR_WIDTH}}] {done}/{count}", nl=False, err=True)


def _clear_progress() -> None:
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
