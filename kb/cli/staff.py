"""The commands `kb staff …`: accounts and their one-time links."""

import click

from indexer.model.problems import message
from indexer.terminal import Context
from kb.cli.command_services import ACTOR, open_services
from kb.database.model import LINK_HOURS, Account, Role
from kb.services import Services

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
    services = open_services()
    token = services.database.accounts.add(email, Role(role), actor=ACTOR)
    _print_link(services, token, context)


@staff.command("list")
@click.pass_obj
def staff_list(context: Context) -> None:
    """Print each account: its address, role, state, last sign-in, and issuer.

    The issuer is that of the identity that the account is linked to.

    Changes nothing on disk, but for the database in KB_INSTANCE if there was none.
    """
    database = open_services().database
    for account in database.accounts.all():
        identity = database.identities.of(account)
        issuer = "" if identity is None else identity.issuer
        click.echo("\t".join((*_account_row(account, context), issuer)).rstrip())


@staff.command("disable")
@click.argument("email")
@click.pass_obj
def staff_disable(context: Context, email: str) -> None:
    """Close the account of EMAIL, and sign it out everywhere.

    Writes the database in KB_INSTANCE. The last administrator can be closed this way,
    and only this way.
    """
    accounts = open_services().database.accounts
    account = accounts.find(email)
    accounts.disable(account.id, actor=ACTOR, keep_an_admin=False)
    context.notify(
        message(
            "%(email)s is closed; to open it again: kb staff enable %(email)s",
            email=account.email,
        )
    )


@staff.command("enable")
@click.argument("email")
@click.pass_obj
def staff_enable(context: Context, email: str) -> None:
    """Open the account of EMAIL again. Writes the database in KB_INSTANCE."""
    accounts = open_services().database.accounts
    account = accounts.find(email)
    accounts.enable(account.id, actor=ACTOR)
    context.notify(message("%(email)s is open", email=account.email))


@staff.command("reset")
@click.argument("email")
@click.pass_obj
def staff_reset(context: Context, email: str) -> None:
    """Print a new one-time link for EMAIL; the password stops working at once.

    Writes the database in KB_INSTANCE, and signs the account out everywhere.
    """
    services = open_services()
    accounts = services.database.accounts
    token = accounts.reset(accounts.find(email).id, actor=ACTOR)
    _print_link(services, token, context)


@staff.command("reset-second-factor")
@click.argument("email")
@click.pass_obj
def staff_reset_second_factor(context: Context, email: str) -> None:
    """Turn off the second factor of EMAIL. Writes the database in KB_INSTANCE.

    An account that must have one gets 14 days more, also if it had none yet.
    """
    database = open_services().database
    account = database.accounts.find(email)
    database.second_factors.turn_off(account, actor=ACTOR)
    context.notify(message("%(email)s signs in by password alone", email=account.email))


@staff.command("unlink")
@click.argument("email")
@click.pass_obj
def staff_unlink(context: Context, email: str) -> None:
    """Unlink the account of EMAIL from its identity at the provider.

    Writes the database in KB_INSTANCE, and signs the account out everywhere. The next
    sign-in through the provider with this address links the account again.
    """
    database = open_services().database
    account = database.accounts.find(email)
    database.identities.unbind(account, actor=ACTOR)
    context.notify(message("%(email)s is not linked", email=account.email))


def _print_link(services: Services, token: str, context: Context) -> None:
    click.echo(f"{services.settings.own_url}/fr/staff/link/{token}")
    context.notify(
        message(
            "This link sets the password, once, within %(hours)s hours.",
            hours=LINK_HOURS,
        )
    )
    context.notify(message("In English: the same address with /en/ in place of /fr/."))


def _account_row(account: Account, context: Context) -> tuple[str, ...]:
    is_used = account.has_password or account.is_bound
    state = _OPEN if is_used else _NO_PASSWORD
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
