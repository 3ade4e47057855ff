"""My account: another password, and the browsers in which I am signed in."""

from __future__ import annotations

from flask import abort, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _

from kb.database.errors import PasswordError
from kb.database.model import AuditAction
from kb.services import services
from kb.staff.accounts.account_view import session_rows
from kb.staff.accounts.messages import password_advice, throttled_advice
from kb.staff.accounts.sign_in import INVALID, TOO_MANY
from kb.staff.base.forms import ChangePasswordForm
from kb.staff.base.routing import Access, ViewResponse, route, staff_url
from kb.staff.base.session import current_session


@route("/account", Access.EDITOR)
def my_account() -> ViewResponse:
    """Show what is kept of me."""
    return _page(ChangePasswordForm(formdata=None))


@route("/account/password", Access.EDITOR, methods=("POST",))
def change_password() -> ViewResponse:
    """Set another password, for who knows the present one."""
    session = current_session()
    form = ChangePasswordForm()
    if not form.validate():
        return _page(form), INVALID
    database = services().database
    email, address = session.account.email, request.remote_addr or ""
    refusal = database.throttle.attempt(email, address)
    if refusal is not None:
        form.form_errors.append(throttled_advice(refusal.wait_s))
        response = make_response(_page(form), TOO_MANY)
        response.headers["Retry-After"] = str(refusal.wait_s)
        return response
    if not database.sessions.is_password_of(session.account, form.password.data):
        database.audit.add(email, AuditAction.SIGN_IN_FAILED, email)
        form.password.errors = [_("This is not your current password.")]
        return _page(form), INVALID
    try:
        database.accounts.change_password(
            session.account, form.new_password.data, except_session=session.id
        )
    except PasswordError as error:
        form.new_password.errors = [password_advice(error.fault)]
        return _page(form), INVALID
    database.throttle.succeed(email, address)
    flash(_("Your password is changed. Other browsers are signed out."))
    return redirect(staff_url("my_account"), 303)


@route("/account/sessions/<int:session_id>/end", Access.EDITOR, methods=("POST",))
def end_session(session_id: int) -> ViewResponse:
    """Sign out another browser."""
    sessions = services().database.sessions
    mine = sessions.of(current_session().account)
    found = next((each for each in mine if each.id == session_id), None)
    if found is None:
        abort(404)
    sessions.end(found, action=AuditAction.SESSION_ENDED)
    flash(_("That browser is signed out."))
    return redirect(staff_url("my_account"), 303)


def _page(form: ChangePasswordForm) -> str:
    session = current_session()
    mine = services().database.sessions.of(session.account)
    return render_template(
        "staff/account.html",
        form=form,
        account=session.account,
        sessions=session_rows(mine, session),
    )
