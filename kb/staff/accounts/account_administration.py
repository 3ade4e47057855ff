"""The administration of accounts: list, roles, closing, one-time links."""

from collections.abc import Callable
from http import HTTPStatus

from flask import abort, flash, render_template
from flask_babel import gettext as _

from kb.database.errors import AccountError
from kb.database.model import LINK_HOURS, Account, Role
from kb.services import services
from kb.staff.accounts.audit_log import account_state
from kb.staff.accounts.messages import account_message
from kb.staff.base.forms import AddAccountForm, RoleForm
from kb.staff.base.requests import actor
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.staff_mail import mail_password_link
from kb.web.urls import absolute


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
        lambda: services().database.accounts.change_role(
            account_id, role, actor=actor()
        ),
        _("The role has been changed."),
    )


@route("/accounts/<int:account_id>/disable", Access.ADMIN, methods=("POST",))
def disable_account(account_id: int) -> ViewResponse:
    """Close an account, and end its sessions."""
    return _change(
        account_id,
        lambda: services().database.accounts.disable(account_id, actor=actor()),
        _("The account has been closed, and signed out everywhere."),
    )


@route("/accounts/<int:account_id>/enable", Access.ADMIN, methods=("POST",))
def enable_account(account_id: int) -> ViewResponse:
    """Open a closed account again."""
    return _change(
        account_id,
        lambda: services().database.accounts.enable(account_id, actor=actor()),
        _("The account is open again."),
    )


@route("/accounts/<int:account_id>/link", Access.ADMIN, methods=("POST",))
def create_password_link(account_id: int) -> ViewResponse:
    """Create a one-time link; the current password becomes invalid."""
    account = _account(account_id)
    try:
        token = services().database.accounts.reset(account_id, actor=actor())
    except AccountError as error:
        return _conflict(account, error)
    return _link_page(account, token)


@route("/accounts/<int:account_id>/second-factor", Access.ADMIN, methods=("POST",))
def reset_factor(account_id: int) -> ViewResponse:
    """Turn off the second factor of an account whose codes were lost."""
    account = _account(account_id)
    services().database.second_factors.turn_off(account, actor=actor())
    flash(_("The second factor is off."))
    return see_other(staff_url("account_detail", account_id=account_id))


@route("/accounts/<int:account_id>/identity", Access.ADMIN, methods=("POST",))
def unbind_account(account_id: int) -> ViewResponse:
    """Unbind an account from its identity at the provider, and sign it out."""
    account = _account(account_id)
    services().database.identities.unbind(account, actor=actor())
    flash(_("The account is unlinked, and signed out everywhere."))
    return see_other(staff_url("account_detail", account_id=account_id))


def _change(account_id: int, change: Callable[[], None], message: str) -> ViewResponse:
    account = _account(account_id)
    try:
        change()
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
