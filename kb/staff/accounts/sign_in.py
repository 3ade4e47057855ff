"""Sign in, sign out, and the one-time link that sets a password."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from kb.database.errors import PasswordError
from kb.database.model import AuditAction, Refusal
from kb.services import services
from kb.staff.accounts.messages import password_advice, throttled_advice
from kb.staff.accounts.user_agent import browser_name
from kb.staff.base.access import (
    ask_to_sign_in_again,
    safe_next,
    saved_form,
    submitted_form,
)
from kb.staff.base.forms import NewPasswordForm, SignInForm
from kb.staff.base.routing import (
    ACCESS,
    Access,
    ViewResponse,
    blueprint,
    route,
    staff_url,
)
from kb.staff.base.session import begin_session, current_session, forget_session, member
from kb.web.errors import from_http
from kb.web.headers import own_origins

BAD_REQUEST = 400
INVALID = 422
GONE = 410
TOO_MANY = 429


@route("/sign-in", Access.EVERYBODY, methods=("GET", "POST"))
def sign_in() -> ViewResponse:
    """Ask for an address and a password, and begin a session."""
    if member() is not None:
        if request.method == "POST":
            return _after_sign_in()
        return redirect(safe_next(request.args.get("next", "")))
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form), INVALID if form.is_submitted() else 200
    refusal = _throttled(form.email.data)
    if refusal is not None:
        form.form_errors.append(throttled_advice(refusal.wait_s))
        response = make_response(_sign_in_page(form), TOO_MANY)
        response.headers["Retry-After"] = str(refusal.wait_s)
        return response
    if not _begin(form.email.data, form.password.data):
        # The same words and the same time whether there is such an account or not.
        form.form_errors.append(
            _("The e-mail address or the password is wrong. Check both.")
        )
        return _sign_in_page(form), INVALID
    return _after_sign_in()


@route("/sign-out", Access.EVERYBODY, methods=("POST",))
def sign_out() -> Response | ViewResponse:
    """End this session."""
    _leave()
    flash(_("You are signed out."))
    return redirect(staff_url("sign_in"), 303)


@route("/sign-out-everywhere", Access.EDITOR, methods=("POST",))
def sign_out_everywhere() -> ViewResponse:
    """End all sessions of this account, in all browsers."""
    services().database.sessions.end_all(current_session().account)
    forget_session()
    flash(_("You are signed out in all browsers."))
    return redirect(staff_url("sign_in"), 303)


@route("/link/<token>", Access.EVERYBODY, methods=("GET", "POST"))
def set_password(token: str) -> ViewResponse:
    """Set a password by a one-time link, and sign in by it.

    To open the link does not use it up.
    """
    accounts = services().database.accounts
    account = accounts.of_link(token)
    if account is None:
        return render_template("staff/link_ended.html"), GONE
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            used = accounts.use_link(token, form.new_password.data)
        except PasswordError as error:
            form.new_password.errors = [password_advice(error.fault)]
        else:
            if used is None:
                return render_template("staff/link_ended.html"), GONE
            return _after_link(used.email, form.new_password.data)
    page = render_template("staff/set_password.html", form=form, account=account)
    return page, INVALID if form.is_submitted() else 200


@blueprint.errorhandler(CSRFError)
def keep_form(error: CSRFError) -> ViewResponse:
    """Keep a form that was made for a session before, if it is of our own page.

    Who signed out and in again, in another tab, finds all that they had typed. That the
    form is ours is told by the browser, so that no other site can have one kept; and
    nothing of it is done before they press a button of ours.
    """
    if request.headers.get("Origin") not in own_origins() or request.files:
        return from_http(error)
    if request.endpoint == "staff.sign_in":
        if member() is not None:
            return _after_sign_in()
        return _sign_in_page(SignInForm(formdata=None)), BAD_REQUEST
    if ACCESS.get(request.endpoint or "") is Access.EVERYBODY:
        return from_http(error)
    if member() is None:
        return ask_to_sign_in_again()
    return render_template("staff/resend.html", kept=submitted_form()), BAD_REQUEST


def _sign_in_page(form: SignInForm) -> str:
    return render_template(
        "staff/sign_in.html",
        form=form,
        next=request.values.get("next", ""),
        kept=request.form.get("kept", ""),
        has_ended=False,
    )


def _begin(email: str, password: str) -> bool:
    """Begin a session, if the two go together."""
    database = services().database
    name = browser_name(request.user_agent.string)
    token = database.sessions.sign_in(email, password, browser=name)
    if token is None or not begin_session(token):
        return False
    database.throttle.succeed(email, request.remote_addr or "")
    return True


def _leave() -> None:
    """End the session of this browser, whosever it is."""
    found = member()
    if found is not None:
        services().database.sessions.end(found.session)
    forget_session()


def _after_link(email: str, password: str) -> ViewResponse:
    """Sign in who just chose a password, in the stead of whoever was signed in."""
    _leave()
    if not _begin(email, password):  # closed, or changed again, a moment ago
        return redirect(staff_url("sign_in"), 303)
    flash(_("Your password is set, and you are signed in."))
    return redirect(staff_url("desk"), 303)


def _throttled(email: str) -> Refusal | None:
    """Count the attempt; the first refusal of a wave is written into the log."""
    database = services().database
    refusal = database.throttle.attempt(email, request.remote_addr or "")
    if refusal is not None and refusal.is_first:
        database.audit.add("?", AuditAction.SIGN_IN_THROTTLED)
    return refusal


def _after_sign_in() -> ViewResponse:
    """Lead to where they were going; what they had sent is shown, to send again."""
    kept = saved_form(request.form.get("kept", ""))
    if kept is None:
        return redirect(safe_next(request.form.get("next", "")), 303)
    return render_template("staff/resend.html", kept=kept)
