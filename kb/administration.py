"""The commands `kb staff …`, `kb backup` and `kb restore`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from indexer.cli import fail, say
from kb.backup.errors import BackupError
from kb.backup.restoring import restore as restore_copy
from kb.backup.writing import write_backup
from kb.services import Services
from kb.settings import read_settings
from kb.state.errors import AccountError, AccountFault, StateUnavailableError
from kb.state.model import LINK_HOURS, Account, Action, Role

WRONG_USAGE = 2
ACTOR = "kb"

_ADVICE = {
    AccountFault.BAD_EMAIL: "{email} is not an e-mail address",
    AccountFault.EXISTS: "{email} has an account; a new link: kb staff reset {email}",
    AccountFault.UNKNOWN: "{email} has no account; see: kb staff list",
    AccountFault.DISABLED: "{email} is closed; open it first: kb staff enable {email}",
}


@click.group()
def staff() -> None:
    """Let staff in, and see who may do what."""


@staff.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice([each.value for each in Role]), required=True)
def staff_add(email: str, *, role: str) -> None:
    """Add an account for EMAIL, and print the one-time link that sets its password.

    Writes the database in KB_INSTANCE. Nothing is sent: give the link to the person.
    """
    with _services() as services:
        token = services.state.accounts.add(email, Role(role), actor=ACTOR)
        _print_link(services, token)


@staff.command("list")
def staff_list() -> None:
    """Print each account: its address, role, state and last sign-in.

    Changes nothing on disk, but for the database in KB_INSTANCE if there was none.
    """
    with _services() as services:
        for account in services.state.accounts.all():
            click.echo("\t".join(_facts(account)))


@staff.command("disable")
@click.argument("email")
def staff_disable(email: str) -> None:
    """Close the account of EMAIL, and sign it out everywhere.

    Writes the database in KB_INSTANCE. The last administrator can be closed this way,
    and only this way.
    """
    with _services() as services:
        account = services.state.accounts.find(email)
        services.state.accounts.disable(account.id, actor=ACTOR, keep_an_admin=False)
        say(f"{account.email} is closed; to open it again: kb staff enable")


@staff.command("enable")
@click.argument("email")
def staff_enable(email: str) -> None:
    """Open the account of EMAIL again. Writes the database in KB_INSTANCE."""
    with _services() as services:
        account = services.state.accounts.find(email)
        services.state.accounts.enable(account.id, actor=ACTOR)
        say(f"{account.email} is open")


@staff.command("reset")
@click.argument("email")
def staff_reset(email: str) -> None:
    """Print a new one-time link for EMAIL; the password stops working at once.

    Writes the database in KB_INSTANCE, and signs the account out everywhere.
    """
    with _services() as services:
        account = services.state.accounts.find(email)
        _print_link(services, services.state.accounts.reset(account.id, actor=ACTOR))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write the content, the originals, the accounts and the history into FILE.

    Writes FILE, which is put in place when it is whole and was read again; what it
    copies goes on being used meanwhile. Keep it where only you can read it.
    """
    with _services() as services:
        settings = services.settings
        services.state.audit.add(ACTOR, Action.BACKED_UP, detail=file.name)
        manifest = write_backup(settings.locations, file)
        size = f"{file.stat().st_size / 1_000_000:.1f} MB"
        say(f"{file}: {len(manifest.files)} files, {size}, read again and whole")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(file: Path) -> None:
    """Put back what FILE holds, and put aside what is there now.

    Writes the folders KB_DOCUMENTS and KB_INSTANCE, after all of FILE was checked.
    Stop the service first. What was there stays beside, under a name that is printed.
    """
    try:
        done = restore_copy(read_settings().locations, file)
    except BackupError as error:
        fail(error)
        return
    say(f"{done.files} files are back, as they were on {done.made_at}")
    for path in done.put_aside:
        say(f"put aside: {path} (delete it when all is well)")
    say("next: kb content check, kb index update, then start the service again")
    with _services() as services:
        services.state.audit.add(ACTOR, Action.RESTORED, detail=file.name)


@contextmanager
def _services() -> Iterator[Services]:
    """Open what the staff side keeps; tell what is refused as commands do."""
    services = Services(read_settings())
    try:
        yield services
    except AccountError as error:
        say(f"kb: {_ADVICE[error.fault].format(email=error.email)}")
        sys.exit(WRONG_USAGE)
    except (StateUnavailableError, BackupError) as error:
        fail(error)
    finally:
        services.close()


def _print_link(services: Services, token: str) -> None:
    click.echo(f"{services.settings.own_url}/fr/staff/link/{token}")
    say(f"This link sets the password, once, within {LINK_HOURS} hours.")
    say("In English: the same address with /en/ in place of /fr/.")


def _facts(account: Account) -> tuple[str, ...]:
    state = "open" if account.has_password else "no password yet"
    signed_in = account.signed_in_at
    return (
        account.email,
        account.role.value,
        "closed" if account.is_disabled else state,
        "never" if signed_in is None else f"{signed_in.astimezone():%Y-%m-%d %H:%M}",
    )
