"""The pages on alerts: ask for one, confirm it, end it."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from flask import (
    Blueprint,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import Response as FlaskResponse
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from indexer.model.query import Query, Sort
from kb.alerts.alert_messages import confirmation_message
from kb.alerts.alert_pages import (
    AlertPage,
    confirm_page,
    confirmed_page,
    expired_page,
    request_again_page,
    sent_page,
    stop_page,
    stopped_page,
    subject_of,
)
from kb.alerts.confirmation import (
    AlertRequest,
    confirmation_token,
    read_confirmation,
)
from kb.alerts.outbox import send_soon
from kb.alerts.store import AlertStore
from kb.core.email_address import is_email, normalized_email
from kb.core.mail import MailServer
from kb.core.networks import network_of
from kb.services import services
from kb.web.facet_values import vocabulary_of
from kb.web.followed_records import followed_records
from kb.web.headers import is_cross_site
from kb.web.locale import page_locale
from kb.web.page_content import page_content
from kb.web.request_query import query_from
from kb.web.urls import absolute, address, follow_url, query_url

blueprint = Blueprint("alerts", __name__)

REQUESTS_PER_HOUR = 10
"""How often one network may ask for alerts."""

MESSAGES_PER_DAY = 3
"""How many messages strangers can have sent to one address."""

LOCALE = "<locale:locale>"


def open_store() -> AlertStore:
    """Return the store of the alerts of this instance."""
    return AlertStore(services().settings.alerts_file)


def alert_query(parameters: str) -> Query:
    """Return the query that the parameters of an address describe.

    Raises:
        QueryError: a parameter has an unknown or malformed value.
    """
    return _query(MultiDict(parse_qsl(parameters)))


@blueprint.post(f"/{LOCALE}/alerts")
def request_alert() -> ResponseReturnValue:
    """Send the message that asks the owner of an address to confirm an alert."""
    server, store = _mail_server(), open_store()
    if is_cross_site():
        abort(HTTPStatus.FORBIDDEN)
    query = _query(request.args)
    typed = request.form.get("email", "")
    recipient = normalized_email(typed)
    if not is_email(recipient):
        error = _("This is not an e-mail address such as name@example.org.")
        return _again(query, error, typed, HTTPStatus.BAD_REQUEST)
    network, now = network_of(request.remote_addr or ""), services().clock()
    if not store.count_request(
        _key("network", network), now, limit=REQUESTS_PER_HOUR, hours=1
    ):
        error = _("Too many alerts were asked for from your network. Try in an hour.")
        return _again(query, error, typed, HTTPStatus.TOO_MANY_REQUESTS)
    # Robots fill in the hidden field. They get the answer of people, and no message.
    is_person = not request.form.get("website")
    if is_person and store.count_request(
        _key("address", recipient), now, limit=MESSAGES_PER_DAY, hours=24
    ):
        store.enqueue(_confirmation(recipient, query), now)
        send_soon(store, server, services().clock)
    return redirect(
        address("alerts.alert_sent", locale=page_locale().value), HTTPStatus.SEE_OTHER
    )


@blueprint.get(f"/{LOCALE}/alerts/sent")
def alert_sent() -> ResponseReturnValue:
    """Return the page shown after the form: the confirmation message was sent."""
    _mail_server()
    return _page(sent_page(follow_url(page_locale())))


@blueprint.route(f"/{LOCALE}/alerts/confirm/<token>", methods=["GET", "POST"])
def confirm_alert(token: str) -> ResponseReturnValue:
    """Ask once more, since programs open links too, then store the alert."""
    _mail_server()
    asked = read_confirmation(token)
    if asked is None or asked.locale is not page_locale():
        return _page(expired_page(follow_url(page_locale())), HTTPStatus.NOT_FOUND)
    query = alert_query(asked.query)
    if request.method != "POST":
        return _page(confirm_page(query))
    if is_cross_site():
        abort(HTTPStatus.FORBIDDEN)
    known = [str(each.record.id) for each in followed_records(query, page_content())]
    open_store().subscribe(
        asked.address, asked.locale.value, asked.query, known, services().clock()
    )
    return _page(confirmed_page(query))


@blueprint.route(f"/{LOCALE}/alerts/<alert_id>/stop", methods=["GET", "POST"])
def stop_alert(alert_id: str) -> ResponseReturnValue:
    """End an alert; mail programs post here without showing the page (RFC 8058)."""
    if services().settings.is_reader:
        abort(HTTPStatus.NOT_FOUND)
    store, back = open_store(), follow_url(page_locale())
    if request.method != "POST" and store.find(alert_id) is not None:
        return _page(stop_page())
    store.unsubscribe(alert_id)
    return _page(stopped_page(back))


def _mail_server() -> MailServer:
    """Return the mail server; without one there are no pages on alerts."""
    server = services().settings.mail
    if server is None:
        abort(HTTPStatus.NOT_FOUND)
    return server


def _query(parameters: MultiDict[str, str]) -> Query:
    content = page_content()
    query = query_from(parameters, vocabulary_of(content.corpus), locale=content.locale)
    return replace(query, page=1, sort=Sort.RELEVANCE)


def _confirmation(recipient: str, query: Query) -> bytes:
    parameters = urlsplit(query_url(query)).query
    asked = AlertRequest(recipient, query.locale, parameters)
    # Not `address`, which would keep each token in its cache.
    url = url_for(
        "alerts.confirm_alert",
        locale=query.locale.value,
        token=confirmation_token(asked),
    )
    return confirmation_message(recipient, subject_of(query), absolute(url))


def _key(purpose: str, value: str) -> bytes:
    """Return a key that nobody without the secret of the instance can guess."""
    return services().secret + f"{purpose} {value}".encode()


def _again(query: Query, error: str, typed: str, status: HTTPStatus) -> FlaskResponse:
    return _page(request_again_page(query, error, typed), status)


def _page(page: AlertPage, status: HTTPStatus = HTTPStatus.OK) -> FlaskResponse:
    response = make_response(render_template("public/alert.html", page=page), status)
    # The address of the page is a key: it stays between the visitor and the site.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
