"""The accounts, for administrators."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, render_template
from flask_babel import gettext as _

from kb.database.errors import AccountError
from kb.database.model import LINK_HOURS, Account, Role
from kb.services import services
from kb.staff.accounts.account_view import account_row
from kb.staff.accounts.messages import account_advice
from kb.staff.accounts.sign_in import INVALID
from kb.staff.base.forms import AddAccountForm, RoleForm
from kb.staff.base.routing import Access, ViewResponse, route, staff_url
from kb.staff.base.session import current_session
from kb.web.urls import absolute

CONFLICT = 409


@route("/accounts", Access.ADMIN)
def account_list() -> ViewResponse:
    """List all accounts."""
    return _list_page(AddAccountForm(formdata=None))


@route("/accounts", Access.ADMIN, methods=("POST",))
def add_account() -> ViewResponse:
    """Add an account, and show the link that sets its password."""
    form = AddAccountForm()
    if not form.validate():
        return _list_page(form), INVALID
    try:
        token = services().database.accounts.add(
            form.email.data, Role(form.role.data), actor=_actor()
        )
    except AccountError as error:
        form.email.errors = [account_advice(error.fault)]
        return _list_page(form), INVALID
    return _link_page(services().database.accounts.find(form.email.data), token)


@route("/accounts/<int:account_id>", Access.ADMIN)
def account_detail(account_id: int) -> ViewResponse:
    """Show an account, and what can be done with it."""
    return _member_page(_account(account_id))


@route("/accounts/<int:account_id>/role", Access.ADMIN, methods=("POST",))
def change_role(account_id: int) -> ViewResponse:
    """Give an account another role."""
    form = RoleForm()
    if not form.validate():
        abort(400)
    role = Role(form.role.data)
    return _change(
        account_id,
        lambda: services().database.accounts.change_role(
            account_id, role, actor=_actor()
        ),
        _("The role is changed."),
    )


@route("/accounts/<int:account_id>/disable", Access.ADMIN, methods=("POST",))
def disable_account(account_id: int) -> ViewResponse:
    """Close an account."""
    return _change(
        account_id,
        lambda: services().database.accounts.disable(account_id, actor=_actor()),
        _("The account is closed, and signed out everywhere."),
    )


@route("/accounts/<int:account_id>/enable", Access.ADMIN, methods=("POST",))
def enable_account(account_id: int) -> ViewResponse:
    """Open an account again."""
    return _change(
        account_id,
        lambda: services().database.accounts.enable(account_id, actor=_actor()),
        _("The account is open again."),
    )


@route("/accounts/<int:account_id>/link", Access.ADMIN, methods=("POST",))
def create_password_link(account_id: int) -> ViewResponse:
    """Make a new link; the present password no longer holds."""
    account = _account(account_id)
    try:
        token = services().database.accounts.reset(account_id, actor=_actor())
    except AccountError as error:
        return _member_page(account, account_advice(error.fault)), CONFLICT
    return _link_page(account, token)


def _change(account_id: int, change: Callable[[], None], done: str) -> ViewResponse:
    account = _account(account_id)
    try:
        change()
    except AccountError as error:
        return _member_page(account, account_advice(error.fault)), CONFLICT
    flash(done)
    return redirect(staff_url("account_detail", account_id=account_id), 303)


def _actor() -> str:
    return current_session().account.email


def _account(account_id: int) -> Account:
    found = services().database.accounts.get(account_id)
    if found is None:
        abort(404)
    return found


def _list_page(form: AddAccountForm) -> str:
    rows = [account_row(each) for each in services().database.accounts.all()]
    return render_template("staff/accounts.html", form=form, rows=rows)


def _member_page(account: Account, refusal: str = "") -> str:
    form = RoleForm(formdata=None, data={"role": account.role.value})
    return render_template(
        "staff/member.html", row=account_row(account), form=form, refusal=refusal
    )


def _link_page(account: Account, token: str) -> str:
    """Show a link once: it is kept nowhere."""
    return render_template(
        "staff/link.html",
        row=account_row(account),
        link=absolute(staff_url("set_password", token=token)),
        hours=LINK_HOURS,
    )
