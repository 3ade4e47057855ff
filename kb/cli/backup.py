"""The commands `kb backup` and `kb restore`."""

import signal
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click
from werkzeug.datastructures import MultiDict

from indexer.corpus.text_files import shown_name
from indexer.engines.base import IndexState
from indexer.errors import CorpusMissingError
from indexer.model.ids import Locale
from indexer.model.problems import Message, Translate, message
from indexer.pipeline import open_corpus, pending_changes
from indexer.terminal import CONTENT_PROBLEMS, Context, print_error, print_status
from kb.backup.archive import non_utf8_names
from kb.backup.archive_writer import write_backup
from kb.backup.errors import BackupError
from kb.backup.recovery_facts import RecoveryFacts, facts_of
from kb.backup.rehearsal import rehearse_recovery
from kb.backup.restore import RestoreResult, restore_backup
from kb.cli.command_services import ACTOR, open_services, with_locked_content
from kb.core.locks import is_served
from kb.core.settings import STATE_FILE
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import AuditAction
from kb.database.schema import check_schema
from kb.publishing.errors import HistoryUnreadableError
from kb.publishing.history.history import History
from kb.publishing.history.past_states import last_good_states
from kb.services import Services
from kb.web.search.facet_values import vocabulary_of
from kb.web.search.request_query import query_from


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(context: Context, file: Path) -> None:
    """Back up the content, the originals, the accounts and the history to FILE.

    Writes FILE only once the backup is complete and verified. Meanwhile the site can be
    read, and changes wait. Keep FILE where only you can read it.
    """
    services = open_services()
    locations = services.settings.locations
    _log_action(services, AuditAction.BACKED_UP, file.name, context.translate)
    with with_locked_content(locations):
        manifest = write_backup(locations, file, facts=_recovery_facts(services))
    for path in non_utf8_names(locations.documents):
        context.notify(
            message(
                "left out, because its name is not in UTF-8: %(path)s",
                path=shown_name(str(path)),
            )
        )
    context.notify(verified_file(file, len(manifest.files)))


def _recovery_facts(services: Services) -> RecoveryFacts | None:
    """Return what a restored service must return; None if there is no content to read.

    Results of searches are left out if the index is not that of the content, or is in a
    cluster, whose engine counts otherwise than that of a restored service.
    """
    try:
        corpus = services.content.read()
    except CorpusMissingError:
        return None
    facts = facts_of(corpus)
    status = services.engine.status()
    is_ours = not services.settings.locations.has_shared_index
    if not is_ours or status.state is not IndexState.READY:
        return facts
    if pending_changes(status, corpus, services.texts):
        return facts
    vocabulary = vocabulary_of(corpus)

    def search(text: str, locale: Locale) -> tuple[int, str]:
        query = query_from(MultiDict({"q": text}), vocabulary, locale=locale)
        page = services.searches.search(query)
        return page.total, str(page.hits[0].id) if page.hits else ""

    return facts.with_results(search)


def verified_file(file: Path, count: int) -> Message:
    """Return the line on an archive that was written and verified."""
    return message(
        "%(file)s: %(count)s files, %(size)s MB, verified",
        file=file,
        count=count,
        size=f"{file.stat().st_size / 1_000_000:.1f}",
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--verify",
    is_flag=True,
    help="Restore into an empty temporary folder instead, serve it there, and compare "
    "records and searches with those of the backup. The service may go on running.",
)
@click.pass_obj
def restore(context: Context, file: Path, *, verify: bool) -> None:
    """Restore the backup FILE and set the current content aside.

    Writes the folders KB_DOCUMENTS and KB_INSTANCE, once all of FILE is verified. Stop
    the service first. The previous folders stay beside the new ones, under names that
    are printed.
    """
    if verify:
        _rehearse(context, file)
        return
    services = open_services()
    locations = services.settings.locations
    with with_locked_content(locations):
        if is_served(locations.instance):
            running = message("the service is using it: stop the service first")
            raise BackupError(locations.instance, running)
        check = partial(_check_databases, file)
        done = restore_backup(locations, file, check=check)
    for line in _restore_report(done):
        context.notify(line)
    _log_action(services, AuditAction.RESTORED, file.name, context.translate)


def _rehearse(context: Context, file: Path) -> None:
    """Rehearse a recovery, and print its result; exit with 1 if anything differs."""
    # The folder, which has accounts, is deleted when systemd ends the command too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory(prefix="kb-restore-") as folder:
        done = rehearse_recovery(
            file,
            Path(folder),
            check=partial(_check_databases, file),
            read=lambda locations: open_corpus(
                locations, is_read_only=True, last_good=last_good_states(locations)
            ).read(),
        )
    if not done.has_facts:
        context.notify(
            message("an older backup: compared with what its own documents say")
        )
    for difference in done.differences:
        print_error(difference.text(context.translate))
    context.echo(
        message(
            "%(file)s: %(files)s files restored in %(restored)s s, served after "
            "%(answered)s s more, compared in %(compared)s s",
            file=file,
            files=done.files,
            restored=f"{done.restored_s:.1f}",
            answered=f"{done.answered_s:.1f}",
            compared=f"{done.compared_s:.1f}",
        )
    )
    if done.differences:
        print_error(
            message(
                "differences: %(count)s; do not rely on this backup",
                count=len(done.differences),
            ).text(context.translate)
        )
        sys.exit(CONTENT_PROBLEMS)
    context.echo(
        message(
            "%(records)s records, %(texts)s texts and %(searches)s searches are those "
            "of the backup",
            records=sum(done.facts.kinds.values()),
            texts=len(done.facts.records),
            searches=len(done.facts.searches),
        )
    )


def _check_databases(file: Path, instance: Path) -> None:
    """Raise BackupError if a database of the archive has an unknown schema."""
    try:
        History(instance).check_format()
    except HistoryUnreadableError as error:
        reason = message("its history cannot be used (%(reason)s)", reason=error.reason)
        raise BackupError(file, reason) from error
    path = instance / STATE_FILE
    if not path.exists():
        return
    try:
        check_schema(path)
    except DatabaseUnavailableError as error:
        reason = message(
            "its accounts cannot be used (%(reason)s)", reason=error.reason
        )
        raise BackupError(file, reason) from error


def _restore_report(done: RestoreResult) -> Iterator[Message]:
    yield message(
        "%(count)s files restored, as they were on %(moment)s",
        count=done.files,
        moment=done.made_at,
    )
    for path in done.previous:
        yield message("set aside: %(path)s (delete it when all is well)", path=path)
    yield message(
        "next: kb content check, kb index update, then start the service again"
    )


def _log_action(
    services: Services, action: AuditAction, name: str, translate: Translate
) -> None:
    """Log an action; a full disk must not prevent a backup, so only print the error."""
    try:
        services.database.audit.add(ACTOR, action, detail=name)
    except DatabaseUnavailableError as error:
        print_status(f"kb: {error.message.text(translate)}")
