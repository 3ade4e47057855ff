"""Sign-in, sign-out, and the one-time link that sets a password."""

from collections.abc import Callable
from enum import Enum, auto
from http import HTTPStatus
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError

from kb.database.errors import PasswordError, PasswordFault
from kb.database.model import (
    AuditAction,
    CheckedIdentity,
    CheckedPassword,
    FactorCheck,
    Refusal,
)
from kb.database.passwords import MAX_CHARACTERS, MIN_CHARACTERS
from kb.services import services
from kb.staff.accounts.browser import (
    browser_name,
    known_device,
    remember_device,
    show_staff_links,
)
from kb.staff.accounts.required_factor import ask_for_factor
from kb.staff.accounts.sign_in_cookie import (
    ask_for_code,
    pending_sign_in,
    remember_ended_session,
)
from kb.staff.base.access import (
    ask_to_sign_in_again,
    safe_next,
    saved_form,
    session_ended_page,
    submitted_form,
)
from kb.staff.base.forms import CodeForm, NewPasswordForm, SignInForm
from kb.staff.base.routing import (
    ACCESS,
    Access,
    ViewResponse,
    blueprint,
    route,
    see_other,
    staff_url,
)
from kb.staff.base.session import begin_session, current_session, forget_session, member
from kb.web.responses.errors import from_http
from kb.web.responses.headers import own_origins


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


@route("/sign-in", Access.EVERYBODY, methods=("GET", "POST"))
def sign_in() -> ViewResponse:
    """Show the sign-in form, or check it and begin a session."""
    if member() is not None:
        if request.method == "POST":
            return _after_sign_in()
        return redirect(safe_next(request.args.get("next", "")))
    if "continue" in request.form:  # before the sign-in in another tab is done
        return session_ended_page(signed_form=request.form.get("kept", ""))
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form), _status(form)
    email, device = form.email.data, known_device(form.email.data)
    refusal = _throttled(email, device)
    if refusal is not None:
        return throttled_response(form, refusal, _sign_in_page)
    begun = _begin(email, form.password.data)
    if begun is SignInStep.CODE:
        services().database.sign_in_limiter.succeed(email, device=device)
        return code_page(CodeForm(formdata=None))
    if begun is SignInStep.WRONG:
        # The message and the time do not reveal whether the account exists.
        form.form_errors.append(
            _("The e-mail address or the password is wrong. Check both.")
        )
        return _sign_in_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    services().database.sign_in_limiter.succeed(email, device=device)
    return _after_sign_in()


@route("/sign-out", Access.EVERYBODY, methods=("POST",))
def sign_out() -> Response | ViewResponse:
    """End the session of this browser."""
    id_token = _provider_token()
    _end_session()
    remember_ended_session(id_token)
    flash(_("You are signed out."))
    return see_other(staff_url("sign_in"))


@route("/sign-out-everywhere", Access.EDITOR, methods=("POST",))
def sign_out_everywhere() -> ViewResponse:
    """End all sessions of the signed-in user."""
    id_token = _provider_token()
    services().database.sessions.end_all(current_session().account)
    forget_session()
    remember_ended_session(id_token)
    show_staff_links(are_shown=False)
    flash(_("You are signed out in all browsers."))
    return see_other(staff_url("sign_in"))


@route("/link/<token>", Access.EVERYBODY, methods=("GET", "POST"))
def set_password(token: str) -> ViewResponse:
    """Set a password through a one-time link, and sign in.

    Opening the link does not consume it; setting the password does.
    """
    accounts = services().database.accounts
    account = accounts.find_by_link(token)
    if account is None:
        return _link_ended_page()
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            used = accounts.use_link(token, form.new_password.data)
        except PasswordError as error:
            form.new_password.errors = [password_message(error.fault)]
        else:
            if used is None:
                return _link_ended_page()
            return _after_link(used.email, form.new_password.data)
    page = render_template("staff/set_password.html", form=form, account=account)
    return page, _status(form)


@blueprint.errorhandler(CSRFError)
def save_form_of_old_session(error: CSRFError) -> ViewResponse:
    """Save a form whose token belongs to an earlier session, if it comes from our page.

    This happens after signing out and in again in another tab. The `Origin` header
    shows that the form is ours, and the user must confirm before it is submitted.
    """
    if request.headers.get("Origin") not in own_origins() or request.files:
        return from_http(error)
    if request.endpoint == "staff.sign_in":
        if member() is not None:
            return _after_sign_in()
        return _sign_in_page(SignInForm(formdata=None)), HTTPStatus.BAD_REQUEST
    if ACCESS.get(request.endpoint or "") is Access.EVERYBODY:
        return from_http(error)
    if member() is None:
        return ask_to_sign_in_again()
    return render_template(
        "staff/resubmit_form.html", form=submitted_form()
    ), HTTPStatus.BAD_REQUEST


def throttled_response(
    form: FlaskForm, refusal: Refusal, page: Callable[[Any], str]
) -> ViewResponse:
    """Return the page of a form with the time to wait, with status 429."""
    form.form_errors.append(throttled_message(refusal.wait_s))
    response = make_response(page(form), HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(refusal.wait_s)
    return response


def _link_ended_page() -> ViewResponse:
    return render_template("staff/password_link_ended.html"), HTTPStatus.GONE


def _status(form: FlaskForm) -> HTTPStatus:
    if form.is_submitted():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.OK


def _sign_in_page(form: SignInForm) -> str:
    return render_template(
        "staff/sign_in.html",
        form=form,
        next=request.values.get("next", ""),
        signed_form=request.form.get("kept", ""),
        has_ended=False,
    )


class SignInStep(Enum):
    """What the first step of a sign-in leads to."""

    WRONG = auto()
    CODE = auto()
    DONE = auto()


def _begin(email: str, password: str) -> SignInStep:
    """Check a password; begin a session, unless the account has a second factor."""
    checked = services().database.sessions.check_password(email, password)
    return SignInStep.WRONG if checked is None else next_step(checked)


def next_step(checked: CheckedPassword | CheckedIdentity) -> SignInStep:
    """Begin a session, or ask for the code where the account has a second factor."""
    if services().database.second_factors.has(checked.account):
        ask_for_code(checked)
        return SignInStep.CODE
    return SignInStep.DONE if start_session(checked) else SignInStep.WRONG


def start_session(checked: CheckedPassword | CheckedIdentity) -> bool:
    """Begin a session and know this device.

    False is returned if what was checked has changed meanwhile.
    """
    name = browser_name(request.user_agent.string)
    token = services().database.sessions.start(checked, browser=name)
    if token is None or not begin_session(token):
        return False
    remember_device(current_session().account)
    show_staff_links(are_shown=True)
    ask_for_factor(current_session().account)
    return True


def code_page(form: CodeForm) -> str:
    """Return the page that asks for the code of the second factor."""
    return render_template(
        "staff/sign_in_code.html",
        form=form,
        next=request.values.get("next", ""),
        signed_form=request.form.get("kept", ""),
    )


@route("/sign-in/code", Access.EVERYBODY, methods=("GET", "POST"))
def sign_in_code() -> ViewResponse:
    """Check the code of the second factor, the second step, and begin a session."""
    if member() is not None:
        return _after_sign_in()
    checked = pending_sign_in()
    if checked is None:
        flash(_("This took too long: sign in again."), "bad")
        return see_other(staff_url("sign_in", next=request.values.get("next") or None))
    form = CodeForm()
    if not form.validate_on_submit():
        return code_page(form), _status(form)
    database, account = services().database, checked.account
    refusal = database.sign_in_limiter.attempt_code(account.id)
    if refusal is not None:
        return throttled_response(form, refusal, code_page)
    checked_code = database.second_factors.check(account, form.code.data)
    if checked_code is not FactorCheck.RIGHT:
        form.code.errors = [_code_error(checked_code)]
        return code_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    database.sign_in_limiter.succeed_code(account.id)
    if not start_session(checked):
        return see_other(staff_url("sign_in"))
    return _after_sign_in()


def _code_error(found: FactorCheck) -> str:
    if found is FactorCheck.UNREADABLE:
        return _(
            "The codes of your application cannot be checked: the key of this service "
            "has changed since you set them up. Type a recovery code, or ask an "
            "administrator to turn off your second factor; you then set it up again."
        )
    return _("This code is not valid, or was used already.")


def _provider_token() -> str:
    """Return the ID token of the session of this browser; empty without one."""
    user = member()
    return "" if user is None else services().database.sessions.id_token(user.session)


def _end_session() -> None:
    user = member()
    if user is not None:
        services().database.sessions.end(user.session)
    forget_session()
    show_staff_links(are_shown=False)


def _after_link(email: str, password: str) -> ViewResponse:
    """Sign in with the new password, and sign out any other user of this browser."""
    _end_session()
    begun = _begin(email, password)
    if begun is SignInStep.CODE:
        flash(_("Your password is set."))
        return see_other(staff_url("sign_in_code"))
    if begun is SignInStep.WRONG:  # the account was closed or reset meanwhile
        return see_other(staff_url("sign_in"))
    flash(_("Your password is set, and you are signed in."))
    return see_other(staff_url("dashboard"))


def _throttled(email: str, device: str | None) -> Refusal | None:
    """Count the attempt; log the first refusal of a series in the audit log."""
    database, address = services().database, request.remote_addr or ""
    refusal = database.sign_in_limiter.attempt(email, address, device=device)
    if refusal is not None and refusal.is_first:
        database.audit.add("?", AuditAction.SIGN_IN_THROTTLED)
    return refusal


def _after_sign_in() -> ViewResponse:
    """Redirect to the requested page, or show the saved form to submit it again."""
    form = saved_form(request.form.get("kept", ""))
    if form is None:
        return see_other(safe_next(request.form.get("next", "")))
    return render_template("staff/resubmit_form.html", form=form)
