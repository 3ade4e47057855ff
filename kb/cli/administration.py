"""The commands `kb staff …`, `kb backup` and `kb restore`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

import click

from indexer.cli import Context, fail, say
from indexer.corpus.text_files import shown_name
from indexer.model.problems import Message, Translate, message
from indexer.pipeline import Locations
from kb.backup.archive_contents import odd_names
from kb.backup.archive_writer import write_backup
from kb.backup.errors import BackupError
from kb.backup.restore import Restored
from kb.backup.restore import restore as restore_copy
from kb.core.settings import STATE_FILE, read_settings
from kb.database.errors import AccountError, AccountFault, DatabaseUnavailableError
from kb.database.model import LINK_HOURS, Account, AuditAction, Role
from kb.database.schema_check import check_schema
from kb.publishing.changes.repository import open_repository
from kb.publishing.errors import BusyError, WriteFailedError
from kb.server.content_watcher import is_served
from kb.services import Services

WRONG_USAGE = 2
ACTOR = "kb"

_ADVICE = {
    AccountFault.BAD_EMAIL: message("%(email)s is not an e-mail address"),
    AccountFault.EXISTS: message(
        "%(email)s has an account; a new link: kb staff reset %(email)s"
    ),
    AccountFault.UNKNOWN: message("%(email)s has no account; see: kb staff list"),
    AccountFault.DISABLED: message(
        "%(email)s is closed; open it first: kb staff enable %(email)s"
    ),
}
_CLOSED, _OPEN = message("closed"), message("open")
_NO_PASSWORD, _NEVER = message("no password yet"), message("never")


@click.group()
def staff() -> None:
    """Manage staff accounts."""


@staff.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice([each.value for each in Role]), required=True)
@click.pass_obj
def staff_add(context: Context, email: str, *, role: str) -> None:
    """Add an account for EMAIL, and print the one-time link that sets its password.

    Writes the database in KB_INSTANCE. Nothing is sent: give the link to the person.
    """
    with _services(context) as services:
        token = services.state.accounts.add(email, Role(role), actor=ACTOR)
        _print_link(services, token, context)


@staff.command("list")
@click.pass_obj
def staff_list(context: Context) -> None:
    """Print each account: its address, role, state and last sign-in.

    Changes nothing on disk, but for the database in KB_INSTANCE if there was none.
    """
    with _services(context) as services:
        for account in services.state.accounts.all():
            click.echo("\t".join(_facts(account, context)))


@staff.command("disable")
@click.argument("email")
@click.pass_obj
def staff_disable(context: Context, email: str) -> None:
    """Close the account of EMAIL, and sign it out everywhere.

    Writes the database in KB_INSTANCE. The last administrator can be closed this way,
    and only this way.
    """
    with _services(context) as services:
        account = services.state.accounts.find(email)
        services.state.accounts.disable(account.id, actor=ACTOR, keep_an_admin=False)
        told = message(
            "%(email)s is closed; to open it again: kb staff enable %(email)s",
            email=account.email,
        )
        say(told.text(context.translate))


@staff.command("enable")
@click.argument("email")
@click.pass_obj
def staff_enable(context: Context, email: str) -> None:
    """Open the account of EMAIL again. Writes the database in KB_INSTANCE."""
    with _services(context) as services:
        account = services.state.accounts.find(email)
        services.state.accounts.enable(account.id, actor=ACTOR)
        say(message("%(email)s is open", email=account.email).text(context.translate))


@staff.command("reset")
@click.argument("email")
@click.pass_obj
def staff_reset(context: Context, email: str) -> None:
    """Print a new one-time link for EMAIL; the password stops working at once.

    Writes the database in KB_INSTANCE, and signs the account out everywhere.
    """
    with _services(context) as services:
        account = services.state.accounts.find(email)
        token = services.state.accounts.reset(account.id, actor=ACTOR)
        _print_link(services, token, context)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(context: Context, file: Path) -> None:
    """Back up the content, the originals, the accounts and the history to FILE.

    Writes FILE only once the backup is complete and verified. Meanwhile the site can be
    read, and changes wait. Keep FILE where only you can read it.
    """
    with _services(context) as services:
        _note(services, AuditAction.BACKED_UP, file.name, context.translate)
        with _still(services.settings.locations):
            manifest = write_backup(services.settings.locations, file)
        for path in odd_names(services.settings.locations.documents):
            left = message(
                "left out, because its name is not in UTF-8: %(path)s",
                path=shown_name(str(path)),
            )
            say(left.text(context.translate))
        told = message(
            "%(file)s: %(count)s files, %(size)s MB, verified",
            file=file,
            count=len(manifest.files),
            size=f"{file.stat().st_size / 1_000_000:.1f}",
        )
        say(told.text(context.translate))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def restore(context: Context, file: Path) -> None:
    """Restore the backup FILE and set the current content aside.

    Writes the folders KB_DOCUMENTS and KB_INSTANCE, once all of FILE is verified. Stop
    the service first. The previous folders stay beside the new ones, under names that
    are printed.
    """
    with _services(context) as services:
        locations = services.settings.locations
        with _still(locations):
            if is_served(locations):
                running = message("the service is using it: stop the service first")
                raise BackupError(locations.instance, running)
            done = restore_copy(locations, file, check=partial(_check_accounts, file))
        for told in _restored(done):
            say(told.text(context.translate))
        _note(services, AuditAction.RESTORED, file.name, context.translate)


@contextmanager
def _still(locations: Locations) -> Iterator[None]:
    """Let nobody change the content meanwhile: a copy holds no half of a change.

    And what somebody is told to be done is not then put aside. Where nothing can be
    written, nobody changes anything; where nothing was ever changed, nothing is made.
    """
    with ExitStack() as stack:
        if locations.instance.is_dir():
            with suppress(WriteFailedError):
                stack.enter_context(open_repository(locations).journal.alone())
        yield


def _check_accounts(file: Path, instance: Path) -> None:
    """See that the accounts of a copy can be used, before it is put back."""
    path = instance / STATE_FILE
    if not path.exists():
        return
    try:
        check_schema(path)
    except DatabaseUnavailableError as error:
        told = message("its accounts can’t be used (%(reason)s)", reason=error.reason)
        raise BackupError(file, told) from error


def _restored(done: Restored) -> Iterator[Message]:
    yield message(
        "%(count)s files restored, as they were on %(moment)s",
        count=done.files,
        moment=done.made_at,
    )
    for path in done.put_aside:
        yield message("set aside: %(path)s (delete it when all is well)", path=path)
    yield message(
        "next: kb content check, kb index update, then start the service again"
    )


def _note(
    services: Services, action: AuditAction, name: str, translate: Translate
) -> None:
    """Write into the log; on a full disk a copy is wanted all the more."""
    try:
        services.state.audit.add(ACTOR, action, detail=name)
    except DatabaseUnavailableError as error:
        say(f"kb: {error.message.text(translate)}")


@contextmanager
def _services(context: Context) -> Iterator[Services]:
    """Open what the staff side keeps; tell what is refused as commands do."""
    services = Services(read_settings())
    try:
        yield services
    except AccountError as error:
        told = Message(_ADVICE[error.fault].template, {"email": error.email})
        say(f"kb: {told.text(context.translate)}")
        sys.exit(WRONG_USAGE)
    except BackupError as error:
        fail(error, f"{error.path}: {error.reason.text(context.translate)}")
    except BusyError as error:
        fail(error, error.message.text(context.translate))
    except DatabaseUnavailableError as error:
        fail(error, error.message.text(context.translate))
    finally:
        services.close()


def _print_link(services: Services, token: str, context: Context) -> None:
    click.echo(f"{services.settings.own_url}/fr/staff/link/{token}")
    for told in (
        message(
            "This link sets the password, once, within %(hours)s hours.",
            hours=LINK_HOURS,
        ),
        message("In English: the same address with /en/ in place of /fr/."),
    ):
        say(told.text(context.translate))


def _facts(account: Account, context: Context) -> tuple[str, ...]:
    state = _OPEN if account.has_password else _NO_PASSWORD
    state = _CLOSED if account.is_disabled else state
    signed_in = account.signed_in_at
    return (
        account.email,
        account.role.value,
        state.text(context.translate),
        _NEVER.text(context.translate)
        if signed_in is None
        else f"{signed_in.astimezone():%Y-%m-%d %H:%M}",
    )
