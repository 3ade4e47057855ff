"""The account of the signed-in user: the password, and the signed-in browsers."""

from __future__ import annotations

from http import HTTPStatus

from flask import abort, flash, render_template
from flask_babel import gettext as _

from kb.database.errors import PasswordError
from kb.database.model import AuditAction
from kb.services import services
from kb.staff.accounts.device_cookie import remember_device
from kb.staff.accounts.messages import password_message
from kb.staff.accounts.sign_in import throttled_response
from kb.staff.base.forms import ChangePasswordForm
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.session import current_session


@route("/account", Access.EDITOR)
def my_account() -> ViewResponse:
    """Show the account, its sessions, and the form that changes the password."""
    return _page(ChangePasswordForm(formdata=None))


@route("/account/password", Access.EDITOR, methods=("POST",))
def change_password() -> ViewResponse:
    """Change the password, if the current one is right."""
    session = current_session()
    form = ChangePasswordForm()
    if not form.validate():
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    database, email = services().database, session.account.email
    refusal = database.sign_in_limiter.attempt_in_session(session.id)
    if refusal is not None:
        return throttled_response(form, refusal, _page)
    if not database.sessions.is_password_of(session.account, form.password.data):
        database.audit.add(email, AuditAction.SIGN_IN_FAILED, email)
        form.password.errors = [_("This is not your current password.")]
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        database.accounts.change_password(
            session.account, form.new_password.data, except_session=session.id
        )
    except PasswordError as error:
        form.new_password.errors = [password_message(error.fault)]
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    database.sign_in_limiter.succeed_in_session(session.id)
    remember_device(session.account)
    flash(_("Your password is changed. Other browsers are signed out."))
    return see_other(staff_url("my_account"))


@route("/account/sessions/<int:session_id>/end", Access.EDITOR, methods=("POST",))
def end_session(session_id: int) -> ViewResponse:
    """Sign out another browser of the same user."""
    sessions = services().database.sessions
    own = sessions.of(current_session().account)
    session = next((each for each in own if each.id == session_id), None)
    if session is None:
        abort(HTTPStatus.NOT_FOUND)
    sessions.end(session, action=AuditAction.SESSION_ENDED)
    flash(_("That browser is signed out."))
    return see_other(staff_url("my_account"))


def _page(form: ChangePasswordForm) -> str:
    current = current_session()
    return render_template(
        "staff/my_account.html",
        form=form,
        current=current,
        has_factor=services().database.second_factors.has(current.account),
        sessions=services().database.sessions.of(current.account),
    )
