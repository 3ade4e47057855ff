"""The account of the signed-in user: password, signed-in browsers, second factor."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pyotp
import segno
from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from itsdangerous import BadData
from markupsafe import Markup

from kb.database.errors import PasswordError
from kb.database.model import FACTOR_GRACE_DAYS, AuditAction
from kb.services import services
from kb.staff.accounts.browser import remember_device
from kb.staff.accounts.required_factor import factor_day, lacks_required_factor
from kb.staff.accounts.sign_in import password_message, throttled_response
from kb.staff.base.access import SAFE_METHODS, saved_form, sign_form
from kb.staff.base.forms import ChangePasswordForm, PasswordForm, TurnOnFactorForm
from kb.staff.base.routing import (
    ACCESS,
    Access,
    ViewResponse,
    blueprint,
    route,
    see_other,
    staff_url,
)
from kb.staff.base.session import current_session, member, signer


@route("/account", Access.EDITOR)
def my_account() -> ViewResponse:
    """Show the account, its sessions, and the form that changes the password."""
    return _page(ChangePasswordForm(formdata=None))


@route("/account/password", Access.EDITOR, methods=("POST",))
def change_password() -> ViewResponse:
    """Change the password, if the current one is right."""
    form, session = ChangePasswordForm(), current_session()
    refused = _refused_password(form, _page)
    if refused is not None:
        return refused
    try:
        services().database.accounts.change_password(
            session.account, form.new_password.data, except_session=session.id
        )
    except PasswordError as error:
        form.new_password.errors = [password_message(error.fault)]
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    remember_device(session.account)
    flash(_("Your password is changed. Other browsers are signed out."))
    return see_other(staff_url("my_account"))


@route("/account/sessions/<int:session_id>/end", Access.EDITOR, methods=("POST",))
def end_session(session_id: int) -> ViewResponse:
    """Sign out another browser of the same user."""
    sessions = services().database.sessions
    own = sessions.of(current_session().account)
    session = next((found for found in own if found.id == session_id), None)
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
        factor_day=factor_day(current.account),
        sessions=services().database.sessions.of(current.account),
    )


SET_UP_S = 3600
_SALT = "kb.staff.new-factor"
_ALLOWED_WITHOUT = {
    "staff.second_factor",
    "staff.turn_on_factor",
    "staff.sign_out_everywhere",
}
"""What people may use who must have a second factor, and have none."""


@blueprint.before_request
def require_factor() -> ViewResponse | None:
    """Lead people who lack a required second factor to its page.

    That page keeps a form that was sent, and sends it once the factor is on.
    """
    user, endpoint = member(), request.endpoint or ""
    is_open = ACCESS.get(endpoint) is Access.EVERYBODY or endpoint in _ALLOWED_WITHOUT
    if user is None or is_open or not lacks_required_factor(user.session):
        return None
    flash(_("Your account needs a second factor: turn it on first."), "bad")
    if request.method in SAFE_METHODS:
        return redirect(staff_url("second_factor"))
    form = TurnOnFactorForm(formdata=None)
    page = _off_page(form, pyotp.random_base32(), signed_form=sign_form())
    return page, HTTPStatus.UNAUTHORIZED


@route("/account/second-factor", Access.EDITOR)
def second_factor() -> ViewResponse:
    """Show how to turn the second factor on, or how to turn it off."""
    if services().database.second_factors.has(current_session().account):
        return _on_page(PasswordForm(formdata=None))
    return _off_page(TurnOnFactorForm(formdata=None), pyotp.random_base32())


@route("/account/second-factor", Access.EDITOR, methods=("POST",))
def turn_on_factor() -> ViewResponse:
    """Turn the second factor on, if password and first code are right."""
    account, form = current_session().account, TurnOnFactorForm()
    try:
        signed = request.form.get("secret", "")
        owner, secret = signer(_SALT).loads(signed, max_age=SET_UP_S)
    except (BadData, ValueError, TypeError):
        owner, secret = 0, ""
    if owner != account.id:
        flash(_("This page was open for too long: scan the new code."), "bad")
        page = _off_page(TurnOnFactorForm(formdata=None), pyotp.random_base32())
        return page, HTTPStatus.UNPROCESSABLE_ENTITY

    refused = _refused_password(form, lambda wrong: _off_page(wrong, secret))
    if refused is not None:
        return refused
    code = form.code.data.replace(" ", "")
    codes = services().database.second_factors.turn_on(
        account, secret, code, session=current_session().id
    )
    if codes is None:
        form.code.errors = [
            _("This code is not valid: check the time of your phone, and try the next.")
        ]
        return _off_page(form, secret), HTTPStatus.UNPROCESSABLE_ENTITY
    return _codes_page(codes)


@route("/account/second-factor/off", Access.EDITOR, methods=("POST",))
def turn_off_factor() -> ViewResponse:
    """Turn the second factor off, if the password is right."""
    form = PasswordForm()
    refused = _refused_password(form, _on_page)
    if refused is not None:
        return refused
    session, account = current_session(), current_session().account
    services().database.second_factors.turn_off(
        account, actor=account.email, session=session.id
    )
    flash(_("The second factor is off. Other browsers are signed out."))
    return see_other(staff_url("my_account"))


@route("/account/second-factor/codes", Access.EDITOR, methods=("POST",))
def renew_recovery_codes() -> ViewResponse:
    """Show new recovery codes, if the password is right; the old ones end."""
    form = PasswordForm()
    refused = _refused_password(form, _on_page)
    if refused is not None:
        return refused
    account = current_session().account
    if not services().database.second_factors.has(account):
        return see_other(staff_url("second_factor"))
    return _codes_page(services().database.second_factors.renew_recovery_codes(account))


def _refused_password(
    form: PasswordForm, page: Callable[[Any], str]
) -> ViewResponse | None:
    """Return the page with an error unless the form has the password of the user."""
    if not form.validate():
        return page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    database, session = services().database, current_session()
    refusal = database.sign_in_limiter.attempt_in_session(session.id)
    if refusal is not None:
        return throttled_response(form, refusal, page)
    if not database.sessions.is_password_of(session.account, form.password.data):
        email = session.account.email
        database.audit.add(email, AuditAction.SIGN_IN_FAILED, email)
        form.password.errors = [_("This is not your current password.")]
        return page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    database.sign_in_limiter.succeed_in_session(session.id)
    return None


def _off_page(form: TurnOnFactorForm, secret: str, *, signed_form: str = "") -> str:
    account = current_session().account
    uri = pyotp.TOTP(secret).provisioning_uri(
        name=account.email, issuer_name=_("Innovation and Security")
    )
    drawing = segno.make(uri, error="m").svg_inline(
        border=4, light="#fff", omitsize=True
    )
    return render_template(
        "staff/second_factor_off.html",
        form=form,
        account=account.email,
        grace_days=FACTOR_GRACE_DAYS,
        has_password=account.has_password,
        signed=signer(_SALT).dumps([account.id, secret]),
        drawing=Markup(drawing),  # noqa: S704  # made here, of modules only
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        signed_form=signed_form or request.form.get("kept", ""),
    )


def _on_page(form: PasswordForm) -> str:
    account = current_session().account
    return render_template(
        "staff/second_factor_on.html",
        form=form,
        count=services().database.second_factors.recovery_count(account),
    )


def _codes_page(codes: tuple[str, ...]) -> str:
    saved = saved_form(request.form.get("kept", ""))
    return render_template("staff/recovery_codes.html", codes=codes, form=saved)
