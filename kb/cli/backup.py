"""The commands `kb backup` and `kb restore`."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from indexer.corpus.text_files import shown_name
from indexer.model.problems import Message, Translate, message
from indexer.terminal import Context, print_status
from kb.backup.archive import non_utf8_names
from kb.backup.archive_writer import write_backup
from kb.backup.errors import BackupError
from kb.backup.restore import RestoreResult, restore_backup
from kb.cli.command_services import ACTOR, open_services, with_locked_content
from kb.core.locks import is_served
from kb.core.settings import STATE_FILE
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import AuditAction
from kb.database.schema import check_schema
from kb.publishing.errors import HistoryUnreadableError
from kb.publishing.history.history import History
from kb.services import Services


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
        manifest = write_backup(locations, file)
    for path in non_utf8_names(locations.documents):
        context.notify(
            message(
                "left out, because its name is not in UTF-8: %(path)s",
                path=shown_name(str(path)),
            )
        )
    context.notify(verified_file(file, len(manifest.files)))


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
@click.pass_obj
def restore(context: Context, file: Path) -> None:
    """Restore the backup FILE and set the current content aside.

    Writes the folders KB_DOCUMENTS and KB_INSTANCE, once all of FILE is verified. Stop
    the service first. The previous folders stay beside the new ones, under names that
    are printed.
    """
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
