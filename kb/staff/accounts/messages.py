"""Messages for a rejected account, password or sign-in attempt."""

from flask_babel import gettext as _
from flask_babel import ngettext

from kb.database.errors import AccountFault, PasswordFault
from kb.database.passwords import MAX_CHARACTERS, MIN_CHARACTERS


def password_message(fault: PasswordFault) -> str:
    """Return why a password is rejected, and what to choose."""
    match fault:
        case PasswordFault.TOO_SHORT:
            return _(
                "Write %(count)s characters or more: four or five words are enough.",
                count=MIN_CHARACTERS,
            )
        case PasswordFault.TOO_LONG:
            return _("Write %(count)s characters at most.", count=MAX_CHARACTERS)
        case PasswordFault.COMMON:
            return _(
                "This password is too easy to guess: choose four or five words that "
                "do not go together."
            )
        case PasswordFault.OWN_NAME:
            return _(
                "This password is made from your own address: choose something else."
            )


def account_message(fault: AccountFault) -> str:
    """Return why a change of an account is rejected, and what to do."""
    match fault:
        case AccountFault.BAD_EMAIL:
            return _("Write an e-mail address, such as name@example.org.")
        case AccountFault.EXISTS:
            return _(
                "This address already has an account: open it below to create a new "
                "link."
            )
        case AccountFault.LAST_ADMIN:
            return _("This is the last active administrator: create another one first.")
        case AccountFault.DISABLED:
            return _("This account is closed: open it again first.")
        case AccountFault.UNKNOWN:
            return _("This account no longer exists.")


def throttled_message(wait_s: int) -> str:
    """Return how long to wait before the next attempt."""
    if wait_s < 60:
        return ngettext(
            "Too many attempts. Try again in %(num)s second.",
            "Too many attempts. Try again in %(num)s seconds.",
            wait_s,
        )
    minutes = -(-wait_s // 60)
    return ngettext(
        "Too many attempts. Try again in %(num)s minute.",
        "Too many attempts. Try again in %(num)s minutes.",
        minutes,
    )
