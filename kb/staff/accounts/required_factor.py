"""Who must have a second factor, and from which day on."""

import datetime as dt

from flask import flash
from flask_babel import gettext as _

from kb.database.model import Account, Role, Session
from kb.services import services
from kb.staff.base.labels import medium_day


def ask_for_factor(account: Account) -> None:
    """Begin the grace of an account that signs in without a factor; flash its end."""
    if _is_asked(account):
        database = services().database
        database.second_factors.ask(account)
        day = factor_day(database.accounts.get(account.id) or account)
        if day is not None and services().clock() < day:
            flash(
                _(
                    "Turn on a second factor under “My account” before %(day)s: from "
                    "that day on, signing in leads there first.",
                    day=medium_day(day.astimezone()),
                )
            )


def factor_day(account: Account) -> dt.datetime | None:
    """Return when the grace of an account ends; None if no factor is asked of it."""
    return account.factor_due_at if _is_asked(account) else None


def lacks_required_factor(session: Session) -> bool:
    """Return whether the user must turn on a second factor first.

    The end of the grace does not interrupt a session that began before it.
    """
    account = session.account
    if account.role is Role.ADMIN and services().settings.admins_need_factor:
        return not services().database.second_factors.has(account)
    due_at = account.factor_due_at
    is_over = due_at is not None and session.created_at >= due_at
    return is_over and _is_asked(account)


def _is_asked(account: Account) -> bool:
    """Return whether an account without a factor is asked for one.

    The provider has its own for accounts that are linked to it.
    """
    settings = services().settings
    is_exempt = account.role is Role.EDITOR or (settings.provider and account.is_bound)
    if not settings.asks_factor or is_exempt:
        return False
    return not services().database.second_factors.has(account)
