"""The page that mails a link to somebody who forgot the password.

Its answer, and the time that it takes, do not reveal whether an account exists.
"""

import logging
from http import HTTPStatus

from flask import copy_current_request_context, render_template, request
from flask_babel import gettext as _

from kb.core.mail import is_email, normalized_email
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import FORGOTTEN_HOURS, AuditAction
from kb.services import services
from kb.staff.accounts.sign_in import throttled_response
from kb.staff.base.forms import ForgottenPasswordForm
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.staff_mail import mail_forgotten_password
from kb.web.urls import absolute

logger = logging.getLogger(__name__)


@route("/forgotten-password", Access.EVERYBODY, methods=("GET", "POST"))
def forgotten_password() -> ViewResponse:
    """Ask for the address of the account, and send the link.

    Without a mail server, the page names the person to ask.
    """
    form = ForgottenPasswordForm()
    if services().settings.mail is None or not form.is_submitted():
        return _page(form)
    is_valid = form.validate()
    if is_valid and not is_email(normalized_email(form.email.data)):
        form.email.errors = [_("Write an e-mail address, such as name@example.org.")]
        is_valid = False
    if not is_valid:
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    limiter = services().database.sign_in_limiter
    refusal = limiter.attempt_link(request.remote_addr or "")
    if refusal is not None:
        if refusal.is_first:
            services().database.audit.add("?", AuditAction.PASSWORD_LINK_THROTTLED)
        return throttled_response(form, refusal, _page)
    response = see_other(staff_url("password_link_sent"))
    send = copy_current_request_context(_send_link)
    # After the answer: the work for an account takes longer than that for nobody.
    response.call_on_close(lambda: send(form.email.data))
    return response


@route("/forgotten-password/sent", Access.EVERYBODY)
def password_link_sent() -> ViewResponse:
    """Return the page after a request, the same whether or not there is an account."""
    return render_template("staff/password_link_sent.html", hours=FORGOTTEN_HOURS)


def _page(form: ForgottenPasswordForm) -> str:
    return render_template("staff/forgotten_password.html", form=form)


def _send_link(email: str) -> None:
    """Send the link to an account; an address that has had enough gets no other."""
    database = services().database
    try:
        if not database.sign_in_limiter.take_link(email):
            return
        token = database.accounts.offer_link(email)
    except DatabaseUnavailableError as error:
        logger.warning("a password link could not be made: %s", error)
        return
    if token is not None:
        link = absolute(staff_url("set_password", token=token))
        mail_forgotten_password(normalized_email(email), link)
