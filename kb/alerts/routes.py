"""The pages on alerts: ask for one, confirm it, end it.

A link confirms an alert: nothing is stored until the owner of the address uses it. The
link is encrypted, and the message has no words of the search, so that a stranger can
send no text of his own to anybody. The page that the link opens shows the search.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from cryptography.fernet import Fernet, InvalidToken
from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from kb.alerts.store import AlertStore, Every
from kb.core.mail import is_email, normalized_email
from kb.mail.message import automatic_message
from kb.mail.sender import open_outbox, post
from kb.services import services
from kb.web.locale import page_locale
from kb.web.page_content import page_content
from kb.web.responses.headers import is_cross_site, keep_private
from kb.web.search.followed_records import Followed, followed_from
from kb.web.urls import absolute, address, follow_url

blueprint = Blueprint("alerts", __name__)

LIST_NAME = "alerts"
"""The first part of the `List-Id` of all messages on alerts."""

REQUEST_ENDPOINT = "alerts.request_alert"
FOLLOW = "public.follow"
LOCALE = "<locale:locale>"
VALID_DAYS = 2


def open_store() -> AlertStore:
    """Return the store of the alerts of this instance."""
    return AlertStore(services().settings.alerts_file)


def followed_by(parameters: str) -> Followed:
    """Return what the parameters of an alert follow.

    Raises:
        QueryError: a parameter has an unknown or malformed value.
    """
    return followed_from(MultiDict(parse_qsl(parameters)), page_content())


@blueprint.post(f"/{LOCALE}/alerts")
def request_alert() -> ResponseReturnValue:
    """Send the message that asks the owner of an address to confirm an alert."""
    _check_mail()
    if is_cross_site():
        abort(HTTPStatus.FORBIDDEN)
    outbox, followed = open_outbox(), followed_from(request.args, page_content())
    typed = request.form.get("email", "")
    recipient = normalized_email(typed)
    if not is_email(recipient):
        error = _("This is not an e-mail address such as name@example.org.")
        return _again(followed, error, typed, HTTPStatus.BAD_REQUEST)
    secret, now = services().secret, services().clock()
    if not outbox.may_ask(request.remote_addr or "", secret=secret, now=now):
        error = _(
            "Too many alerts were asked for, from your network or in all. Try in an "
            "hour."
        )
        return _again(followed, error, typed, HTTPStatus.TOO_MANY_REQUESTS)
    # Robots fill in the hidden field. They get the answer of people, and no message.
    is_person = not request.form.get("website")
    if is_person and outbox.may_write_to(recipient, secret=secret, now=now):
        post([_confirmation(recipient, followed, _chosen_interval())])
    return redirect(
        address("alerts.alert_sent", locale=page_locale().value), HTTPStatus.SEE_OTHER
    )


@blueprint.get(f"/{LOCALE}/alerts/sent")
def alert_sent() -> ResponseReturnValue:
    """Return the page shown after the form: the confirmation message was sent."""
    _check_mail()
    return _page("sent", follow_url(page_locale()))


@blueprint.route(f"/{LOCALE}/alerts/confirm/<token>", methods=["GET", "POST"])
def confirm_alert(token: str) -> ResponseReturnValue:
    """Ask once more, since programs open links too, then store the alert."""
    _check_mail()
    recipient, locale, parameters, every = _read_confirmation(token)
    if locale != page_locale():
        return _page("expired", follow_url(page_locale()), status=HTTPStatus.NOT_FOUND)
    followed = followed_by(parameters)
    if request.method != "POST":
        return _page("confirm", followed=followed, every=every)
    if is_cross_site():
        abort(HTTPStatus.FORBIDDEN)
    known = followed.known(followed.records(page_content()))
    now = services().clock()
    open_store().subscribe(recipient, locale, parameters, known, now, every)
    return _page("confirmed", followed.page_url, followed=followed, every=every)


@blueprint.route(f"/{LOCALE}/alerts/<alert_id>/stop", methods=["GET", "POST"])
def stop_alert(alert_id: str) -> ResponseReturnValue:
    """End an alert; mail programs post here without showing the page (RFC 8058)."""
    if services().settings.is_reader:
        abort(HTTPStatus.NOT_FOUND)
    store = open_store()
    if request.method != "POST" and store.find(alert_id) is not None:
        return _page("stop")
    store.unsubscribe(alert_id)
    return _page("stopped", follow_url(page_locale()))


@blueprint.route(f"/{LOCALE}/alerts/monthly/<token>/stop", methods=["GET", "POST"])
def stop_digest(token: str) -> ResponseReturnValue:
    """End all monthly alerts of an address in the language of the page."""
    if services().settings.is_reader:
        abort(HTTPStatus.NOT_FOUND)
    recipient = _decrypted(token)
    if request.method != "POST" and recipient:
        return _page("stop", every=Every.MONTH)
    open_store().end_digest(recipient, page_locale().value)
    return _page("stopped", follow_url(page_locale()))


def stop_digest_url(recipient: str, locale: str) -> str:
    """Return the address that ends the monthly alerts of an address in a language."""
    token = _cipher().encrypt(recipient.encode()).decode()
    # Not `address`, which would keep each token in its cache.
    return absolute(url_for("alerts.stop_digest", locale=locale, token=token))


def _chosen_interval() -> Every:
    is_monthly = request.form.get("every") == Every.MONTH
    return Every.MONTH if is_monthly else Every.WEEK


def _check_mail() -> None:
    """Answer 404 without a mail server: there are then no pages on alerts."""
    if services().settings.mail is None:
        abort(HTTPStatus.NOT_FOUND)


def _confirmation(recipient: str, followed: Followed, every: Every) -> bytes:
    """Return the message that asks the owner of an address to confirm an alert."""
    locale, parameters = page_locale().value, urlsplit(followed.url(FOLLOW)).query
    asked = [recipient, locale, parameters, every]
    token = _cipher().encrypt(json.dumps(asked).encode()).decode()
    # Not `address`, which would keep each token in its cache.
    url = url_for("alerts.confirm_alert", locale=locale, token=token)
    text = render_template(
        "mail/confirm.txt",
        subject="" if followed.query.text else followed.subject(page_content()),
        is_record=followed.record is not None,
        is_monthly=every is Every.MONTH,
        confirm_url=absolute(url),
    )
    return automatic_message(
        recipient, _("Confirm your e-mail alert"), text, list_name=LIST_NAME
    )


def _read_confirmation(token: str) -> tuple[str, str, str, Every]:
    """Return the address, the language, the parameters and the interval of a token.

    They are empty if it is forged or older than two days. A token of an earlier release
    has no interval.
    """
    content = _decrypted(token, ttl_s=VALID_DAYS * 24 * 3600)
    if not content:
        return "", "", "", Every.WEEK
    recipient, locale, parameters, *every = json.loads(content)
    return recipient, locale, parameters, Every(*every) if every else Every.WEEK


def _decrypted(token: str, ttl_s: int | None = None) -> str:
    """Return the content of a token; "" if it is forged or too old."""
    try:
        return _cipher().decrypt(token, ttl=ttl_s).decode()
    except (InvalidToken, ValueError):  # the latter for letters with accents
        return ""


def _cipher() -> Fernet:
    """Return the cipher of links: nobody can read or write the words of a token."""
    key = hashlib.blake2b(services().secret, digest_size=32, person=b"alerts").digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _again(followed: Followed, error: str, typed: str, status: HTTPStatus) -> Response:
    """Return the page that shows the form again, with its error."""
    return _page(
        "again",
        followed.url(FOLLOW),
        followed=followed,
        status=status,
        every=_chosen_interval(),
        form={"error": error, "typed": typed},
    )


def _page(
    step: str,
    url: str = "",
    *,
    followed: Followed | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    every: Every = Every.WEEK,
    form: Mapping[str, str] | None = None,
) -> Response:
    """Return the page of a step, which has a link to `url`; `form` are texts of it."""
    page = render_template(
        "public/alert.html",
        step=step,
        url=url,
        subject="" if followed is None else followed.subject(page_content()),
        is_record=followed is not None and followed.record is not None,
        form_url=followed.url(REQUEST_ENDPOINT) if form and followed else "",
        is_monthly=every is Every.MONTH,
        form=form or {},
    )
    return keep_private(make_response(page, status))
