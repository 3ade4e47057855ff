"""Pages for administrators: accounts, one-time links; words of the log of actions."""

from collections.abc import Callable
from http import HTTPStatus

from flask import abort, flash, render_template
from flask_babel import gettext as _

from kb.database.errors import AccountError, AccountFault, IdentityFault
from kb.database.model import LINK_HOURS, Account, AuditAction, AuditEntry, Role
from kb.services import services
from kb.staff.base.forms import AddAccountForm, RoleForm
from kb.staff.base.labels import ROLE_NAMES, STATE_LABELS
from kb.staff.base.requests import actor
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.staff_mail import mail_password_link
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l
from kb.web.urls import absolute

AUDIT_ACTIONS: dict[str, LazyString] = {
    AuditAction.SIGNED_IN: _l("Signed in"),
    AuditAction.SIGN_IN_FAILED: _l("Failed to sign in"),
    AuditAction.SIGN_IN_THROTTLED: _l("Too many attempts to sign in"),
    AuditAction.PROVIDER_REFUSED: _l("Refused sign-in through the provider"),
    AuditAction.IDENTITY_BOUND: _l("Account linked to an identity"),
    AuditAction.IDENTITY_UNBOUND: _l("Account unlinked from an identity"),
    AuditAction.SIGNED_OUT: _l("Signed out"),
    AuditAction.SIGNED_OUT_EVERYWHERE: _l("Signed out in all browsers"),
    AuditAction.SESSION_ENDED: _l("Signed out another browser"),
    AuditAction.PASSWORD_SET: _l("Set a password with a link"),
    AuditAction.PASSWORD_LINK_SENT: _l("Asked for a link to another password"),
    AuditAction.PASSWORD_LINK_THROTTLED: _l("Too many requests for a password link"),
    AuditAction.PASSWORD_CHANGED: _l("Changed the password"),
    AuditAction.SECOND_FACTOR_ON: _l("Second factor turned on"),
    AuditAction.SECOND_FACTOR_OFF: _l("Second factor turned off"),
    AuditAction.SECOND_FACTOR_FAILED: _l("Wrong code of the second factor"),
    AuditAction.RECOVERY_CODE_USED: _l("Signed in with a recovery code"),
    AuditAction.RECOVERY_CODES_RENEWED: _l("New recovery codes"),
    AuditAction.ACCOUNT_ADDED: _l("Added an account"),
    AuditAction.ACCOUNT_DISABLED: _l("Closed an account"),
    AuditAction.ACCOUNT_ENABLED: _l("Opened an account again"),
    AuditAction.ACCOUNT_RESET: _l("Created a new link"),
    AuditAction.ROLE_CHANGED: _l("Changed a role"),
    AuditAction.PAIR_ADDED: _l("Added a pair of words"),
    AuditAction.PAIR_REMOVED: _l("Removed a pair of words"),
    AuditAction.PLACE_ADDED: _l("Added a place"),
    AuditAction.PLACE_CORRECTED: _l("Corrected a place"),
    AuditAction.SEARCH_DISMISSED: _l("Removed a search without result from the list"),
    AuditAction.SEARCH_JUDGED: _l("Judged a search"),
    AuditAction.DRAFT_BEGUN: _l("Began a draft"),
    AuditAction.DRAFT_STATE_CHANGED: _l("Changed the state of a draft"),
    AuditAction.DRAFT_ASSIGNED: _l("Assigned a draft"),
    AuditAction.DRAFT_COMMENTED: _l("Commented on a draft"),
    AuditAction.DRAFT_RENAMED: _l("Changed the name of a draft in its address"),
    AuditAction.DRAFT_DISCARDED: _l("Draft deleted"),
    AuditAction.DRAFT_RESTORED: _l("Draft restored"),
    AuditAction.RECORD_PUBLISHED: _l("Published"),
    AuditAction.THEME_ADDED: _l("Theme added"),
    AuditAction.RECORD_WITHDRAWN: _l("Withdrawn, back to the drafts"),
    AuditAction.RECORD_DELETED: _l("Deleted, and set aside"),
    AuditAction.RECORD_RESTORED: _l("Restored"),
    AuditAction.RECORD_PURGED: _l(
        "Set aside long ago: only the history still contains it"
    ),
    AuditAction.RECORD_MERGED: _l("Merged into another record"),
    AuditAction.EDITION_CONFIRMED: _l("One language is in step with the other"),
    AuditAction.RECORD_ASSESSED: _l("Assessment signed"),
    AuditAction.ASSESSMENT_WITHDRAWN: _l("Assessment withdrawn"),
    AuditAction.RECORD_REVERTED: _l("Restored to an earlier version"),
    AuditAction.ANSWER_ADDED: _l("Added to a need"),
    AuditAction.ANSWER_REMOVED: _l("Taken out of a need"),
    AuditAction.FILE_REPLACED: _l("Replaced a file"),
    AuditAction.FILE_ATTACHED: _l("Added a file to a draft"),
    AuditAction.FILE_DETACHED: _l("Removed a file from a draft"),
    AuditAction.FILES_SENT: _l("Sent files"),
    AuditAction.READING_RESUMED: _l("Restarted the reading of files"),
    AuditAction.PROPOSAL_KEPT: _l("Kept a proposal"),
    AuditAction.PROPOSAL_SET_ASIDE: _l("Set a proposal aside"),
    AuditAction.DECISION_UNDONE: _l("Reversed a decision"),
    AuditAction.PASSAGE_MARKED: _l("Marked a passage of a file"),
    AuditAction.MARK_UNDONE: _l("Undid a mark in a file"),
    AuditAction.CORRECTION_REVOKED: _l("Stopped a correction of covers"),
    AuditAction.MATCH_ANSWERED: _l("Answered what a file is"),
    AuditAction.MATCH_UNDONE: _l("Took back the answer what a file is"),
    AuditAction.CONTRIBUTION_HANDLED: _l("Handled a message"),
    AuditAction.BACKED_UP: _l("Made a backup"),
    AuditAction.RESTORED: _l("Restored a backup"),
}
REFUSALS: dict[str, LazyString] = {
    IdentityFault.UNVERIFIED: _l("address not verified"),
    IdentityFault.UNKNOWN: _l("no account with this address"),
    IdentityFault.DISABLED: _l("account closed"),
    IdentityFault.BOUND_ELSEWHERE: _l("account linked to another identity"),
}
_ABOUT_ROLES = {AuditAction.ACCOUNT_ADDED, AuditAction.ROLE_CHANGED}


def account_state(account: Account) -> LazyString:
    """Return whether an account is closed, unused or open.

    Who signs in through the provider needs no password.
    """
    if account.is_disabled:
        return _l("Closed")
    if not account.has_password and not account.is_bound:
        return _l("Has not set a password yet")
    return _l("Open")


def audit_action(entry: AuditEntry) -> str:
    """Return the action of a log entry, and its subject unless that is the actor."""
    action = AUDIT_ACTIONS.get(entry.action, entry.action)
    if entry.subject in {"", entry.actor}:
        return str(action)
    return _("%(name)s: %(text)s", name=action, text=entry.subject)


def audit_detail(entry: AuditEntry) -> str:
    """Return the detail of a log entry in the language of the page."""
    if entry.action == AuditAction.RECORD_REVERTED:
        number, _space, side = entry.detail.partition(" ")
        if side == "before":
            return _("version before change %(number)s", number=number)
        return _("version after change %(number)s", number=number)
    if entry.action == AuditAction.RECORD_PUBLISHED and entry.detail:
        return _("Written by %(names)s", names=entry.detail)
    if entry.action == AuditAction.DRAFT_STATE_CHANGED:
        states = {state.value: str(label) for state, label in STATE_LABELS.items()}
        return states.get(entry.detail, entry.detail)
    if entry.action == AuditAction.PROVIDER_REFUSED:
        return str(REFUSALS.get(entry.detail, entry.detail))
    if entry.action not in _ABOUT_ROLES:
        return entry.detail
    names = {role.value: str(name) for role, name in ROLE_NAMES.items()}
    return " ".join(names.get(word, word) for word in entry.detail.split())


@route("/accounts", Access.ADMIN)
def account_list() -> ViewResponse:
    """List all accounts."""
    return _list_page(AddAccountForm(formdata=None))


@route("/accounts", Access.ADMIN, methods=("POST",))
def add_account() -> ViewResponse:
    """Add an account, and show the link that sets its password."""
    form = AddAccountForm()
    if not form.validate():
        return _list_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    accounts = services().database.accounts
    try:
        token = accounts.add(form.email.data, Role(form.role.data), actor=actor())
    except AccountError as error:
        form.email.errors = [account_message(error.fault)]
        return _list_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    return _link_page(accounts.find(form.email.data), token)


@route("/accounts/<int:account_id>", Access.ADMIN)
def account_detail(account_id: int) -> ViewResponse:
    """Show an account and the changes that can be made to it."""
    return _detail_page(_account(account_id))


@route("/accounts/<int:account_id>/role", Access.ADMIN, methods=("POST",))
def change_role(account_id: int) -> ViewResponse:
    """Change the role of an account."""
    form = RoleForm()
    if not form.validate():
        abort(HTTPStatus.BAD_REQUEST)
    role = Role(form.role.data)
    return _change(
        account_id,
        lambda account: services().database.accounts.change_role(
            account.id, role, actor=actor()
        ),
        _("The role has been changed."),
    )


@route("/accounts/<int:account_id>/<change>", Access.ADMIN, methods=("POST",))
def change_account(account_id: int, change: str) -> ViewResponse:
    """Close or open an account, turn its second factor off, or unlink its identity."""
    database = services().database
    changes: dict[str, tuple[Callable[[Account], object], str]] = {
        "disable": (
            lambda account: database.accounts.disable(account.id, actor=actor()),
            _("The account has been closed, and signed out everywhere."),
        ),
        "enable": (
            lambda account: database.accounts.enable(account.id, actor=actor()),
            _("The account is open again."),
        ),
        "second-factor": (
            lambda account: database.second_factors.turn_off(account, actor=actor()),
            _("The second factor is off."),
        ),
        "identity": (
            lambda account: database.identities.unbind(account, actor=actor()),
            _("The account is unlinked, and signed out everywhere."),
        ),
    }
    if change not in changes:
        abort(HTTPStatus.NOT_FOUND)
    return _change(account_id, *changes[change])


@route("/accounts/<int:account_id>/link", Access.ADMIN, methods=("POST",))
def create_password_link(account_id: int) -> ViewResponse:
    """Create a one-time link; the current password becomes invalid."""
    account = _account(account_id)
    try:
        token = services().database.accounts.reset(account_id, actor=actor())
    except AccountError as error:
        return _conflict(account, error)
    return _link_page(account, token)


def _change(
    account_id: int, change: Callable[[Account], object], message: str
) -> ViewResponse:
    account = _account(account_id)
    try:
        change(account)
    except AccountError as error:
        return _conflict(account, error)
    flash(message)
    return see_other(staff_url("account_detail", account_id=account_id))


def _conflict(account: Account, error: AccountError) -> ViewResponse:
    return _detail_page(account, account_message(error.fault)), HTTPStatus.CONFLICT


def _account(account_id: int) -> Account:
    account = services().database.accounts.get(account_id)
    if account is None:
        abort(HTTPStatus.NOT_FOUND)
    return account


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


def _list_page(form: AddAccountForm) -> str:
    return render_template(
        "staff/accounts.html",
        form=form,
        accounts=services().database.accounts.all(),
        account_state=account_state,
    )


def _detail_page(account: Account, error: str = "") -> str:
    form = RoleForm(formdata=None, data={"role": account.role.value})
    return render_template(
        "staff/account_detail.html",
        account=account,
        state=account_state(account),
        has_factor=services().database.second_factors.has(account),
        identity=services().database.identities.of(account),
        form=form,
        error=error,
    )


def _link_page(account: Account, token: str) -> str:
    """Return the page of a one-time link, which shows once, and send it by e-mail."""
    link = absolute(staff_url("set_password", token=token))
    return render_template(
        "staff/password_link.html",
        email=account.email,
        link=link,
        is_sent=mail_password_link(account.email, link),
        hours=LINK_HOURS,
    )
